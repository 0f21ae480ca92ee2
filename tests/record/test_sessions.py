from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select

from facilitate.record.log import Log
from facilitate.record.sessions import Sessions, Visitor
from facilitate.record.tables import sessions as sessions_table
from facilitate.record.tables import sign_in_links
from tests.record.samples import NOON

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ANNA, OMAR = Visitor("forum", "anna"), Visitor("forum", "omar")


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    Log(engine).start("forum", "RIVER-7", [])
    Log(engine).start("other", "LAKE-2", [])
    return Sessions(engine)


def test_a_session_says_who_it_is(sessions: Sessions) -> None:
    annas = sessions.open("forum", "anna", NOON, DAY)
    omars = sessions.open("forum", "omar", NOON, DAY)

    assert sessions.who(annas, NOON) == ANNA
    assert sessions.who(omars, NOON) == OMAR
    assert sessions.who("made up", NOON) is None
    assert sessions.who("", NOON) is None


def test_a_session_lasts_for_its_lifetime(sessions: Sessions) -> None:
    token = sessions.open("forum", "anna", NOON, DAY)

    assert sessions.who(token, NOON + DAY - MINUTE) == ANNA
    assert sessions.who(token, NOON + DAY) is None


def test_a_session_lasts_as_long_whatever_the_time_zone(sessions: Sessions) -> None:
    in_suva = NOON.astimezone(timezone(timedelta(hours=12)))
    token = sessions.open("forum", "anna", in_suva, DAY)

    assert sessions.who(token, NOON + DAY - MINUTE) == ANNA
    assert sessions.who(token, in_suva + DAY) is None
    with sessions.engine.connect() as connection:
        opened_at = connection.scalar(select(sessions_table.c.opened_at))
    assert opened_at == NOON
    assert isinstance(opened_at, datetime)
    assert opened_at.tzinfo == UTC


def test_a_closed_session_is_nobodys_and_the_others_stay(sessions: Sessions) -> None:
    phone = sessions.open("forum", "anna", NOON, DAY)
    laptop = sessions.open("forum", "anna", NOON, DAY)

    sessions.close(phone)

    assert sessions.who(phone, NOON) is None
    assert sessions.who(laptop, NOON) == ANNA


def test_who_is_shut_out_is_so_on_all_devices_and_cannot_come_back(sessions: Sessions) -> None:
    closed = [sessions.open("forum", "anna", NOON, DAY) for _ in range(2)]
    link = sessions.issue_link("forum", "anna", NOON)
    omars = sessions.open("forum", "omar", NOON, DAY)
    elsewhere = sessions.open("other", "anna", NOON, DAY)

    sessions.shut_out("forum", "anna")

    assert [sessions.who(token, NOON) for token in closed] == [None, None]
    assert sessions.exchange(link, NOON, DAY) is None
    assert sessions.who(omars, NOON) == OMAR
    assert sessions.who(elsewhere, NOON) == Visitor("other", "anna")


def test_a_personal_link_opens_a_session_on_each_device(sessions: Sessions) -> None:
    link = sessions.issue_link("forum", "anna", NOON)
    on_phone = sessions.exchange(link, NOON, DAY)
    on_laptop = sessions.exchange(link, NOON + MINUTE, DAY)

    assert on_phone is not None
    assert on_laptop is not None
    assert on_phone[0] != on_laptop[0]
    assert on_phone[1] == on_laptop[1] == ANNA
    assert sessions.who(on_phone[0], NOON) == ANNA
    assert sessions.who(on_laptop[0], NOON + DAY) == ANNA


def test_a_link_issued_again_ends_the_earlier_one(sessions: Sessions) -> None:
    lost = sessions.issue_link("forum", "anna", NOON)
    omars = sessions.issue_link("forum", "omar", NOON)
    elsewhere = sessions.issue_link("other", "anna", NOON)

    new = sessions.issue_link("forum", "anna", NOON + MINUTE)

    assert sessions.exchange(lost, NOON, DAY) is None
    for link in (omars, elsewhere, new):
        assert sessions.exchange(link, NOON, DAY) is not None


def test_a_link_is_no_session_and_a_session_no_link(sessions: Sessions) -> None:
    link = sessions.issue_link("forum", "anna", NOON)
    token = sessions.open("forum", "anna", NOON, DAY)

    assert sessions.who(link, NOON) is None
    assert sessions.exchange(token, NOON, DAY) is None


def test_sessions_that_are_over_are_forgotten(sessions: Sessions) -> None:
    sessions.open("forum", "anna", NOON, DAY)
    sessions.open("forum", "omar", NOON + MINUTE, DAY)

    sessions.forget_those_over(NOON + DAY)

    with sessions.engine.connect() as connection:
        assert list(connection.scalars(select(sessions_table.c.person))) == ["omar"]


def test_no_token_stands_in_the_database(sessions: Sessions) -> None:
    link = sessions.issue_link("forum", "anna", NOON)
    token = sessions.open("forum", "anna", NOON, DAY)

    with sessions.engine.connect() as connection:
        rows = [*connection.execute(select(sessions_table))]
        rows += connection.execute(select(sign_in_links))
    assert len(rows) == 2  # there was something to leak
    for secret in (link, token):
        assert len(secret) * 6 >= 128  # bits, six to a letter
        assert secret not in f"{rows}"
        assert secret.encode() not in [value for row in rows for value in row]

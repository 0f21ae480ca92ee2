"""The forum's page: the day with now marked, who is here, and where one has a part to play."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facilitate.meeting.forums import Agendum, ForumPlanned
from facilitate.web.pages.forum import day
from tests.web.house import House, house, words

DAY = ForumPlanned(
    words("Forum"),
    "2030-06-01",
    "Europe/Paris",
    "Paris",
    ("en",),
    (),
    (),
    (
        Agendum("09:00", "10:00", words("Opening")),
        Agendum("10:00", "11:00", words("Rivers"), "b1"),
        Agendum("10:00", "11:00", words("Wells"), "b2"),
        Agendum("14:00", "15:00", words("Plenary"), "plenary"),
    ),
    at=datetime(2030, 1, 1, tzinfo=UTC),
    by="plan",
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        yield there


@pytest.mark.parametrize(
    ("now", "when"),
    [
        (datetime(2030, 6, 1, 8, 30, tzinfo=UTC), ["past", "now", ""]),  # 10:30 in Paris
        (datetime(2030, 6, 1, 6, 59, tzinfo=UTC), ["", "", ""]),
        (datetime(2030, 6, 1, 13, 0, tzinfo=UTC), ["past", "past", "past"]),
        (datetime(2030, 6, 2, 8, 30, tzinfo=UTC), ["", "", ""]),  # another day
    ],
)
def test_now_is_marked_on_the_day_itself(now: datetime, when: list[str]) -> None:
    assert [line.when for line in day(DAY, now)] == when


def test_what_happens_at_once_is_one_line_of_the_day() -> None:
    lines = list(day(DAY, DAY.at))
    assert [len(line.agenda) for line in lines] == [1, 2, 1]


@pytest.mark.parametrize(
    ("who", "path", "offered"),
    [
        ("rita", "/breakouts/b1/desk", True),
        ("rita", "/breakouts/b2/desk", False),
        ("anna", "/breakouts/b1/desk", False),
        ("anna", "/mine", True),
        ("anna", "/secretariat", False),
        ("sam", "/secretariat", True),
        ("sam", "/chair", True),
        ("clara", "/chair", True),
        ("anna", "/chair", False),
        ("wall", "/projector", True),
    ],
)
def test_the_forum_leads_everybody_to_their_places(
    here: House, who: str, path: str, offered: bool
) -> None:
    assert (f'href="/forums/water{path}"' in here.get("", who).text) == offered
    if offered:
        assert here.get(path, who).status_code == 200


def test_those_present_are_named(here: House) -> None:
    assert '<li dir="auto">Hugo</li>' not in here.get("", "anna").text
    with here.listening("hugo", "breakout", "b1"):
        here.live.presence_told = here.live.presence.version  # as is done every few seconds
        assert '<li dir="auto">Hugo</li>' in here.get("", "anna").text
        assert '<li dir="auto">Hugo</li>' in here.get("/breakouts/b1", "anna").text
        assert '<li dir="auto">Hugo</li>' not in here.get("/breakouts/b2", "anna").text


def test_one_can_sign_out(here: House) -> None:
    assert 'action="/sign-out"' in here.get("", "anna").text

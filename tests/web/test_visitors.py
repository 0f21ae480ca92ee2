"""Who was here a moment ago is known without the database; who has left is not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPICursor

from facilitate.meeting.people import RemovePerson
from facilitate.record.engines import open_database
from facilitate.record.sessions import Sessions, Visitor
from facilitate.web.rooms import Rooms
from facilitate.web.visitors import BELIEVED, Visitors
from tests.web.house import PLAN, House, house
from tests.web.serving import at_a_free_port, planned

ANNA, OMAR = Visitor("forum", "anna"), Visitor("forum", "omar")


def test_who_was_seen_is_believed_for_some_seconds() -> None:
    visitors = Visitors()
    visitors.seen("a", ANNA, 100.0)
    assert visitors.known("a", 100.0 + BELIEVED - 0.1) == ANNA
    assert visitors.known("a", 100.0 + BELIEVED) is None
    assert visitors.known("b", 100.0) is None


def test_a_session_that_still_stands_is_believed_in_again_and_one_that_is_over_no_more() -> None:
    visitors = Visitors()
    visitors.seen("a", ANNA, 100.0)
    visitors.seen("b", OMAR, 100.0)
    visitors.looked_at({"a"}, {"b"}, 102.0)
    assert visitors.known("a", 102.0 + BELIEVED - 0.1) == ANNA
    assert visitors.known("b", 102.0) is None
    assert visitors.tokens() == {"a"}


def test_a_person_who_is_shut_out_is_forgotten_with_all_devices() -> None:
    visitors = Visitors()
    for token, visitor in (("a", ANNA), ("b", OMAR), ("c", ANNA)):
        visitors.seen(token, visitor, 100.0)
    visitors.forget_person("forum", "anna")
    assert visitors.tokens() == {"b"}


def test_no_more_are_kept_than_may_be() -> None:
    visitors = Visitors(kept=2)
    for n in range(5):
        visitors.seen(f"{n}", ANNA, 100.0)
    assert visitors.tokens() == {"3", "4"}


# --- in the house ------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        there.get("", "anna")
        yield there


def test_looking_at_more_pages_asks_the_database_nothing(here: House) -> None:
    seen: list[str] = []

    def executed(connection: object, cursor: DBAPICursor, statement: str, *more: object) -> None:
        if "person" in statement:  # not the look at all sessions, which comes by itself
            seen.append(statement)

    event.listen(here.engine, "before_cursor_execute", executed)
    for _ in range(20):
        assert here.get("/breakouts/b1", "anna").status_code == 200
    assert seen == []
    here.post("/breakouts/b1", "anna", {"do": "RaiseHand", "place": "b1"})
    assert len(seen) == 1  # who does something is looked up


def test_a_crowd_that_comes_back_is_looked_up_in_one_go(tmp_path: Path) -> None:
    settings = at_a_free_port(str(tmp_path / "crowd.db"))
    crowd = tuple(f"guest-{n}" for n in range(200))
    door = planned(settings, crowd)
    engine = open_database(settings.database)
    seen: list[str] = []

    def executed(connection: object, cursor: DBAPICursor, statement: str, *more: object) -> None:
        if "sessions.person" in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", executed)

    async def all_come() -> list[Visitor | None]:
        rooms = Rooms(engine, settings)
        tokens = [door.cookies[id] for id in crowd]
        return await asyncio.gather(*map(rooms.who_lately, (*tokens, *tokens, "nobody's")))

    visitors = asyncio.run(all_come())
    assert visitors == [*2 * [Visitor(PLAN.id, id) for id in crowd], None]
    assert len(seen) == 1
    engine.dispose()


def test_who_signed_out_on_another_node_does_nothing_more_and_soon_sees_nothing(
    here: House,
) -> None:
    Sessions(here.engine).close(here.cookies["anna"])
    answer = here.post("", "anna", {"do": "RaiseHand", "place": "b1"})
    assert answer.status_code == 401
    for _ in range(100):
        if here.get("", "anna").status_code == 303:
            break
        sleep(0.1)
    assert here.get("", "anna").headers["location"] == "/join"
    assert here.get("", "hugo").status_code == 200


def test_who_is_removed_sees_nothing_at_once(here: House) -> None:
    here.ask("sam", RemovePerson("anna"))
    assert here.get("", "anna").status_code == 303
    assert PLAN.id in here.get("", "hugo").text

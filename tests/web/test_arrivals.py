"""A crowd arrives: all join at once, nobody by halves, and the work grows with the crowd alone."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.engine.interfaces import DBAPICursor

from facilitate.live.forum import LiveForum, now
from facilitate.meeting import Attendance, Forum, replay
from facilitate.meeting.people import Join
from facilitate.plans import events
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions, Visitor, new_session
from facilitate.record.tables import sessions
from facilitate.rehearsal.clients import joined
from facilitate.web.rooms import Rooms
from tests.web.house import PLAN
from tests.web.serving import at_a_free_port, planned, process

DAY = timedelta(days=1)
PLANNED = {person.id for person in PLAN.people}


@pytest.fixture
def live(engine: Engine) -> LiveForum:
    Log(engine).start(PLAN.id, "RIVER-7", events(PLAN, now()))
    return LiveForum(PLAN.id, Log(engine), Directory(engine))


@pytest.fixture
def statements(live: LiveForum) -> Iterator[list[str]]:
    """What is sent to the database, and each commit."""
    seen: list[str] = []
    engine = live.log.engine

    def executed(connection: object, cursor: DBAPICursor, statement: str, *more: object) -> None:
        seen.append(statement.partition(" ")[0])

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", lambda connection: seen.append("COMMIT"))
    yield seen
    event.remove(engine, "before_cursor_execute", executed)


async def join(live: LiveForum, id: str) -> str:
    session = new_session(Visitor(live.id, id), now(), DAY)
    await live.handle(Join(Attendance.HALL), id, Entry(id, f"Name of {id}", "", "en"), session)
    return session.token


async def all_join(live: LiveForum, *people: str) -> list[str]:
    return await asyncio.gather(*(join(live, id) for id in people))


def test_all_who_join_at_once_share_one_transaction(live: LiveForum, statements: list[str]) -> None:
    people = [f"guest-{n}" for n in range(200)]
    tokens = asyncio.run(all_join(live, *people))
    assert statements.count("COMMIT") == 1
    assert set(live.state.people) == PLANNED | set(people)
    names = live.directory.entries(live.id)
    assert names == live.names == {id: Entry(id, f"Name of {id}", "", "en") for id in people}
    there = Sessions(live.log.engine)
    assert [there.who(token, now()) for token in tokens] == [Visitor(live.id, p) for p in people]


def test_a_crowd_twice_as_large_asks_the_database_no_more_often(
    live: LiveForum, statements: list[str]
) -> None:
    counts: list[Counter[str]] = []
    for crowd in (50, 100):
        statements.clear()
        asyncio.run(all_join(live, *(f"guest-{crowd}-{n}" for n in range(crowd))))
        counts.append(Counter(statements))
    assert counts[0] == counts[1]
    assert counts[0]["INSERT"] == 3  # events, names and sessions


def test_where_it_cannot_be_written_nobody_has_come_in(live: LiveForum) -> None:
    with live.log.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
    with pytest.raises(Exception, match="sessions"):
        asyncio.run(join(live, "guest"))
    assert "guest" not in live.state.people
    assert live.directory.entries(live.id) == live.names == {}
    assert live.log.read(live.id) == live.events


def test_killing_the_server_while_a_crowd_joins_leaves_nobody_by_halves(tmp_path: Path) -> None:
    door = planned(at_a_free_port(str(tmp_path / "killed.db")))
    enough, let_in = Event(), list[str]()

    async def come(number: int) -> None:
        person = {"name": f"Guest {number}", "attendance": "remote", "language": "en"}
        _, cookie = await joined(door.address, str(PLAN.join_code), person)
        let_in.append(cookie.partition("=")[2])
        if len(let_in) >= 20:
            enough.set()

    async def crowd() -> None:
        await asyncio.gather(*(come(n) for n in range(200)), return_exceptions=True)

    with process(door, tmp_path / "log") as running:
        arriving = Thread(target=asyncio.run, args=(crowd(),))
        arriving.start()
        assert enough.wait(60)
        running.kill()
        arriving.join()
    engine = open_database(door.settings.database)
    people = set(replay(Forum(PLAN.id), Log(engine).read(PLAN.id)).people) - PLANNED
    assert len(people) >= 20
    assert set(Directory(engine).entries(PLAN.id)) - PLANNED == people
    with engine.connect() as connection:
        assert set(connection.scalars(select(sessions.c.person))) - PLANNED == people
    there = Sessions(engine)
    assert all(there.who(token, now()) for token in let_in)
    engine.dispose()


def test_a_crowd_that_comes_to_a_cold_server_has_the_record_read_once(tmp_path: Path) -> None:
    settings = at_a_free_port(str(tmp_path / "cold.db"))
    planned(settings)
    engine = open_database(settings.database)
    read = []

    def executed(connection: object, cursor: DBAPICursor, statement: str, *more: object) -> None:
        if "FROM events" in statement:
            read.append(statement)

    event.listen(engine, "before_cursor_execute", executed)

    async def all_come() -> list[LiveForum | None]:
        rooms = Rooms(engine, settings)
        code, id = str(PLAN.join_code), PLAN.id
        by_code = [rooms.forum_of(code) for _ in range(50)]
        return await asyncio.gather(*by_code, *(rooms.forum(id) for _ in range(50)))

    forums = asyncio.run(all_come())
    assert forums[0] is not None
    assert all(forum is forums[0] for forum in forums)
    assert len(read) == 1
    engine.dispose()

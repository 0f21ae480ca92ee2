"""What is said on one node is told on all others on the same database, at once or soon."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from time import monotonic

import pytest
from sqlalchemy import Engine, text

from facilitate.live.forum import LiveForum
from facilitate.live.nodes import hear_of_others
from facilitate.meeting import Attendance
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.people import Join
from facilitate.plans import events
from facilitate.record.directory import Entry
from facilitate.record.engines import open_database
from facilitate.record.log import CHANNEL, Log
from tests.live.test_forum import MORNING, node, words
from tests.postgres import Server
from tests.web.house import PLAN

NEVER, NOW = 3600.0, 0.05  # s between two looks: all is heard of, or all is looked for
SOON = 20.0  # s, of a machine that others use too
INES = Entry("ines", "Inês", "", "pt")
LISTENING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE query = :listen AND pid <> pg_backend_pid()"
)


@pytest.fixture
def here(engine: Engine) -> LiveForum:
    Log(engine).start(PLAN.id, "RIVER-7", events(PLAN, MORNING))
    return node(engine)


@pytest.fixture
def there(here: LiveForum, database: str) -> Iterator[LiveForum]:
    """The same on a node of its own."""
    engine = open_database(database)
    yield node(engine)
    engine.dispose()


def beside(there: LiveForum, every: float, happening: Callable[[], Awaitable[object]]) -> None:
    """Something happens while a node hears of others."""

    async def both() -> None:
        hearing = asyncio.create_task(hear_of_others(there.log, {there.id: there}, every))
        await listened(there)
        await happening()
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing

    asyncio.run(both())


async def listened(there: LiveForum) -> None:
    if there.log.engine.dialect.name == "postgresql":
        await until(partial(listening, there))


def listening(forum: LiveForum) -> bool:
    with forum.log.engine.connect() as connection:
        return bool(connection.scalar(LISTENING, {"listen": f"LISTEN {CHANNEL}"}))


async def until(true: Callable[[], bool]) -> None:
    """With nobody asking anything there."""
    end = monotonic() + SOON
    while not await asyncio.to_thread(true):
        assert monotonic() < end
        await asyncio.sleep(0.01)


def test_what_is_said_on_one_node_is_told_on_the_other(here: LiveForum, there: LiveForum) -> None:
    """PostgreSQL tells it; elsewhere it is looked for."""
    told: list[int] = []
    there.hearers.append(lambda: told.append(there.seq))

    async def said() -> None:
        await here.handle(OpenBreakout("b1", 60), "sam")
        seq = await here.handle(words("c1"), "anna")
        await until(lambda: told[-1:] == [seq])

    beside(there, NEVER if there.log.engine.dialect.name == "postgresql" else NOW, said)
    assert there.state == here.state
    assert there.events == here.events


def test_who_came_in_on_one_node_has_a_name_on_the_other(here: LiveForum, there: LiveForum) -> None:
    async def joined() -> None:
        seq = await here.handle(Join(Attendance.REMOTE), "ines", INES)
        await until(lambda: there.seq == seq)

    beside(there, NOW, joined)
    assert there.name_of("ines") == "Inês"
    assert there.names == here.names


def test_what_was_erased_on_one_node_is_gone_on_the_other(
    here: LiveForum, there: LiveForum
) -> None:
    said = "On our island the river is dry."

    async def erased() -> None:
        await here.handle(OpenBreakout("b1", 60), "sam")
        await here.handle(words("c1", said), "anna")
        await until(lambda: said in str(there.events))
        seq = await here.handle(ErasePerson("anna"), "sam")
        await until(lambda: there.seq == seq)

    beside(there, NOW, erased)
    assert said not in str(there.events)
    assert there.name_of("anna") == ""
    assert there.rewritten == there.seq


@pytest.fixture
def on_postgresql(postgres: Server) -> Iterator[tuple[LiveForum, LiveForum]]:
    database = postgres.fresh_database()
    engines = open_database(database), open_database(database)
    Log(engines[0]).start(PLAN.id, "RIVER-7", events(PLAN, MORNING))
    yield node(engines[0]), node(engines[1])
    for engine in engines:
        engine.dispose()
    postgres.drop(database)


def test_a_node_that_was_cut_off_listens_again_and_reads_what_it_missed(
    on_postgresql: tuple[LiveForum, LiveForum],
) -> None:
    here, there = on_postgresql

    async def cut_off() -> None:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = :listen"
        with here.log.engine.connect() as connection:
            assert connection.scalar(text(cut), {"listen": f"LISTEN {CHANNEL}"})
        await here.handle(OpenBreakout("b1", 60), "sam")
        await listened(there)
        seq = await here.handle(words("c1"), "anna")
        await until(lambda: there.seq == seq)

    beside(there, NEVER, cut_off)
    assert there.events == here.events

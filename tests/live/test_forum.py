"""Commands are decided in turns, written down, then told, on one node and on two."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event, text
from starlette.concurrency import run_in_threadpool

from facilitate.live.forum import LiveForum
from facilitate.meeting import Command, Refused
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Endorse, Kind
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.floor import RaiseHand
from facilitate.plans import events
from facilitate.record.chain import faults
from facilitate.record.directory import Directory
from facilitate.record.log import Log, NotWrittenDown
from tests.web.house import PLAN

MORNING = datetime(2030, 6, 1, 9, tzinfo=UTC)
PLANNED = len(events(PLAN, MORNING))
CROWD = 100  # more than there are threads for those who read
PATIENCE = 20  # s
ROUNDS, SLOWEST = 20, 5  # times that somebody speaks; rounds of the loop that the slowest take
DISK = 0.05  # s that a disk takes, longer than anybody stalls


@pytest.fixture
def live(engine: Engine) -> LiveForum:
    """The forum with its first breakout open."""
    Log(engine).start(PLAN.id, "RIVER-7", events(PLAN, MORNING))
    forum = node(engine)
    asyncio.run(forum.handle(OpenBreakout("b1", 60), "sam"))
    return forum


def node(engine: Engine) -> LiveForum:
    return LiveForum(PLAN.id, Log(engine), Directory(engine), lambda: MORNING)


def words(id: str, text: str = "Dams harm fish.") -> Contribute:
    return Contribute("b1", id, Kind.GAP, text, "en")


def commits(engine: Engine) -> list[str]:
    """A list that grows by one with each commit of a transaction."""
    seen: list[str] = []
    event.listen(engine, "commit", lambda connection: seen.append("commit"))
    return seen


async def asked(live: LiveForum, by: str, *commands: Command) -> Sequence[int | BaseException]:
    """All at once."""
    return await asyncio.gather(
        *(live.handle(command, by) for command in commands), return_exceptions=True
    )


def test_all_who_wait_are_decided_in_one_transaction(engine: Engine, live: LiveForum) -> None:
    written = commits(engine)
    outcomes = asyncio.run(asked(live, "anna", *(words(f"c{n}") for n in range(50))))
    assert outcomes == [PLANNED + 2 + n for n in range(50)]
    assert written == ["commit"]
    assert live.log.read(PLAN.id) == live.events
    assert [made.id for made in live.state.contributions.of("b1")] == [f"c{n}" for n in range(50)]


def test_whoever_speaks_while_others_do_comes_into_the_same_turn(
    engine: Engine, live: LiveForum
) -> None:
    """All speak again and again once they are answered, some faster than others."""
    event.listen(engine, "commit", lambda _: time.sleep(DISK))
    written = commits(engine)

    async def speaker(n: int) -> None:
        for again in range(ROUNDS):
            for _ in range(n % SLOWEST):
                await asyncio.sleep(0)
            await live.handle(words(f"c{n}-{again}"), "anna")

    async def all_at_once() -> None:
        await asyncio.gather(*(speaker(n) for n in range(40)))

    asyncio.run(all_at_once())
    assert live.seq == PLANNED + 1 + 40 * ROUNDS
    assert ROUNDS <= len(written) < 1.5 * ROUNDS


def test_a_command_takes_no_more_steps_however_much_was_said_before(
    engine: Engine, live: LiveForum
) -> None:
    early = steps(engine, words("c-early"), words("early"))
    asyncio.run(asked(live, "anna", *(words(f"c{n}") for n in range(3000))))
    late = steps(engine, words("c-late"), words("late"))
    assert 100 < late < 1.2 * early


def steps(engine: Engine, *commands: Command) -> int:
    """The calls that a turn of the last takes in the writer's thread, when it is not the first."""
    counted = 0

    def count(frame: object, happening: str, argument: object) -> None:
        nonlocal counted
        counted += happening in ("call", "c_call")

    threading.setprofile(count)
    try:
        live = node(engine)  # with it begins the thread
    finally:
        threading.setprofile(None)
    *first, last = commands
    asyncio.run(asked(live, "anna", *first))
    before = counted
    asyncio.run(live.handle(last, "anna"))
    return counted - before


def test_a_refusal_is_for_the_asker_alone(live: LiveForum) -> None:
    before = live.seq
    outcomes = asyncio.run(asked(live, "anna", words("c1"), words("c2", " "), words("c3")))
    first, second, third = outcomes
    assert (first, third) == (before + 1, before + 2)
    assert isinstance(second, Refused)
    assert second.code == "empty"
    assert live.log.read(PLAN.id) == live.events


def test_each_in_a_turn_is_decided_on_what_those_before_came_to(live: LiveForum) -> None:
    outcomes = asyncio.run(asked(live, "hugo", words("c1"), words("c1"), Endorse("c1")))
    first, again, own = outcomes
    assert first == again == live.seq
    assert isinstance(own, Refused)


def test_a_fault_of_ours_takes_nobody_with_it(live: LiveForum) -> None:
    """A command that no code of ours expects, beside one that is in order."""
    before = live.seq
    broken = RaiseHand(["b1"])  # type: ignore[arg-type]
    first, second = asyncio.run(asked(live, "anna", broken, words("c1")))
    assert isinstance(first, TypeError)
    assert second == live.seq == before + 1
    assert live.log.read(PLAN.id) == live.events


def test_a_node_that_was_overtaken_reads_on_before_it_decides(
    engine: Engine, live: LiveForum
) -> None:
    other = node(engine)
    asyncio.run(other.handle(words("c1", "Said on the other node."), "anna"))
    assert live.seq == other.seq - 1

    done = asyncio.run(live.handle(Endorse("c1"), "hugo"))

    assert done == live.seq == other.seq + 1
    assert set(live.state.contributions.by_id["c1"].endorsements) == {"hugo"}
    assert live.log.read(PLAN.id) == live.events
    assert faults(engine, PLAN.id) == []


def test_two_nodes_at_once_never_hold_different_records(engine: Engine, live: LiveForum) -> None:
    other = node(engine)

    async def both() -> None:
        await asyncio.gather(
            *(live.handle(words(f"a{n}"), "anna") for n in range(20)),
            *(other.handle(words(f"h{n}"), "hugo") for n in range(20)),
        )
        await other.handle(RaiseHand("b1"), "hugo")
        await live.handle(RaiseHand("b1"), "anna")
        await other.handle(RaiseHand("b1"), "rita")
        await live.handle(RaiseHand("b1"), "rita")  # changes nothing, but reads on

    asyncio.run(both())
    assert live.events == other.events == live.log.read(PLAN.id)
    assert live.state == other.state
    assert len(live.state.contributions.of("b1")) == 40


def test_a_turn_waits_for_nobody_who_reads(live: LiveForum) -> None:
    async def beside_a_crowd_of_readers() -> int:
        read = threading.Event()
        reading = [asyncio.create_task(run_in_threadpool(read.wait)) for _ in range(CROWD)]
        await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(live.handle(words("c1"), "anna"), PATIENCE)
        finally:
            read.set()
            await asyncio.gather(*reading)

    assert asyncio.run(beside_a_crowd_of_readers()) == live.seq == PLANNED + 2


def failing(engine: Engine) -> Callable[[], None]:
    """From now on no event is written down; gives what ends that."""
    sqlite = engine.dialect.name == "sqlite"
    make, unmake = SQLITE if sqlite else POSTGRESQL
    with engine.begin() as connection:
        for statement in make:
            connection.execute(text(statement))

    def mended() -> None:
        with engine.begin() as connection:
            for statement in unmake:
                connection.execute(text(statement))

    return mended


# A disk error in the midst of writing, as near as a trigger can come to one.
SQLITE = (
    ("CREATE TRIGGER broken BEFORE UPDATE ON forums BEGIN SELECT load_extension('no'); END",),
    ("DROP TRIGGER broken",),
)
POSTGRESQL = (
    (
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$",
        "CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON events "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION broken()",
    ),
    ("DROP TRIGGER broken ON events", "DROP FUNCTION broken"),
)


def test_when_a_commit_fails_all_hear_it_and_nothing_changes_then_it_goes_on(
    engine: Engine, live: LiveForum
) -> None:
    before, state = live.seq, live.state
    mended = failing(engine)

    outcomes = asyncio.run(asked(live, "anna", words("c1"), words("c2"), words("c3")))

    assert [type(outcome) for outcome in outcomes] == [NotWrittenDown] * 3
    assert (live.seq, live.state) == (before, state)
    assert live.log.read(PLAN.id) == live.events

    mended()
    assert asyncio.run(asked(live, "anna", words("c1"), words("c2"))) == [before + 1, before + 2]
    assert live.log.read(PLAN.id) == live.events
    assert faults(engine, PLAN.id) == []


def test_whoever_goes_away_while_waiting_takes_nobody_with_them(live: LiveForum) -> None:
    async def one_leaves() -> int:
        leaving = asyncio.create_task(live.handle(words("c1"), "anna"))
        staying = asyncio.create_task(live.handle(words("c2"), "hugo"))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(one_leaves()) == live.seq
    assert {"c1", "c2"} == set(live.state.contributions.by_id)
    assert live.log.read(PLAN.id) == live.events


def test_nobody_hears_what_is_not_in_the_record(live: LiveForum) -> None:
    """Whoever is woken finds all that is told in the database already."""

    async def told_and_stored() -> tuple[int, int]:
        listening = asyncio.create_task(heard(live))
        await asyncio.sleep(0)
        await live.handle(words("c1"), "anna")
        return await listening

    told, stored = asyncio.run(told_and_stored())
    assert told == stored


async def heard(live: LiveForum) -> tuple[int, int]:
    await growth(live)
    return live.seq, live.log.head(PLAN.id).seq


async def growth(live: LiveForum) -> None:
    grown = asyncio.Event()
    live.hearers.append(grown.set)
    await grown.wait()


def test_who_is_here_is_told_when_it_changed(live: LiveForum) -> None:
    async def comes() -> int:
        waiting = asyncio.create_task(growth(live))
        await asyncio.sleep(0)
        with live.presence.here("b1", "anna"):
            telling = asyncio.create_task(live.tell_presence())
            await waiting
            telling.cancel()
            return len(live.presence.at("b1"))

    assert asyncio.run(comes()) == 1


def test_a_person_on_two_devices_is_here_once(live: LiveForum) -> None:
    with live.presence.here("b1", "anna"), live.presence.here("b1", "anna"):
        assert live.presence.at("b1") == {"anna"}
    assert live.presence.at("b1") == frozenset()
    assert live.presence.everywhere() == frozenset()


def test_what_was_erased_on_one_node_is_gone_on_the_other_with_its_next_turn(
    engine: Engine, live: LiveForum
) -> None:
    said = "On our island the river is dry."
    asyncio.run(live.handle(words("c1", said), "anna"))
    other = node(engine)
    assert other.state.contributions.by_id["c1"].text == said

    asyncio.run(live.handle(ErasePerson("anna"), "sam"))
    refused, done = asyncio.run(asked(other, "hugo", Endorse("c1"), words("c2")))

    assert isinstance(refused, Refused)
    assert done == live.seq + 1
    assert said not in str(other.events)
    assert other.rewritten == live.rewritten == live.seq
    assert other.events == live.log.read(PLAN.id)
    assert faults(engine, PLAN.id) == []


def test_others_in_the_same_turn_are_heard_and_the_erased_is_not(
    engine: Engine, live: LiveForum
) -> None:
    asyncio.run(live.handle(words("c1"), "anna"))

    async def at_once() -> Sequence[int | BaseException]:
        requests = (("anna", ErasePerson("anna")), ("anna", words("c2")), ("hugo", words("c3")))
        return await asyncio.gather(
            *(live.handle(command, by) for by, command in requests), return_exceptions=True
        )

    gone, refused, done = asyncio.run(at_once())

    assert (gone, done) == (live.seq - 1, live.seq)
    assert isinstance(refused, Refused)
    assert live.events == live.log.read(PLAN.id)
    assert live.state == node(engine).state

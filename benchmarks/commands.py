"""What it takes to write down what people say, and, from end to end, to tell it to everybody."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random

from benchmarks.contenders import NODE_WS, OURS, PACKED, Stage, ours
from benchmarks.figures import Figure, figure
from benchmarks.forums import ANOTHER
from benchmarks.servers import (
    AS_BROWSERS,
    SERVER,
    Seen,
    Server,
    free_port,
    loaded,
    opening,
    running,
)
from tests.kit.parts import NODE
from tests.postgres import Server as PostgreSQL

ASKERS = 200  # of all, who speak, each again once it is answered
ASYNC = "SQLAlchemy async"
POSTGRESQL = f"{NODE_WS} with PostgreSQL"
WRITTEN, TOLD = "durable commands", "deliveries from end to end"

Row = Mapping[tuple[str, str], Seen]  # what, and by whom


def measure(stage: Stage) -> list[Figure]:
    rows = [_repetition(stage, n) for n in range(stage.repetitions)]
    return [*_written(rows), *_told(rows)]


def _written(rows: Sequence[Row]) -> Iterator[Figure]:
    for what, who in rows[0]:
        if what == WRITTEN:
            seen = [row[what, who] for row in rows]
            yield figure(f"{what}, {who}", [_rate(each) for each in seen], "/s")
            least = 20_000 if who == OURS else None
            cores = [each.answered / each.processor for each in seen]
            yield figure(f"{what} a core, {who}", cores, "/s a core", at_least=least)
    if (WRITTEN, ASYNC) in rows[0]:
        faster = [_rate(row[WRITTEN, OURS]) / _rate(row[WRITTEN, ASYNC]) for row in rows]
        yield figure(f"{WRITTEN}, {OURS} beside {ASYNC}", faster, "×", at_least=40)


def _told(rows: Sequence[Row]) -> Iterator[Figure]:
    for what, who in rows[0]:
        if what == TOLD:
            seen = [row[what, who] for row in rows]
            least = 1_000_000 if who == OURS else None
            yield figure(
                f"{what}, {who}", [_a_core(each) for each in seen], "/s a core", at_least=least
            )
            waits = [each.answer_p99 / 1000 for each in seen]
            yield figure(f"answer meanwhile (p99), {who}", waits, "ms")
    if (TOLD, POSTGRESQL) in rows[0]:
        faster = [_a_core(row[TOLD, OURS]) / _a_core(row[TOLD, POSTGRESQL]) for row in rows]
        yield figure(f"{TOLD}, {OURS} beside {POSTGRESQL}", faster, "×", at_least=10)


def _rate(seen: Seen) -> float:
    return seen.answered / seen.seconds


def _a_core(seen: Seen) -> float:
    return seen.delivered / seen.processor


def _repetition(stage: Stage, number: int) -> Row:
    runs = {OURS: partial(_ours, stage)}
    if find_spec("aiosqlite") is not None:
        runs[ASYNC] = partial(_async, stage)
    if stage.nodes is not None:
        runs[POSTGRESQL] = partial(_postgresql, stage, stage.nodes)
    order = list(runs)
    Random(number).shuffle(order)
    row: dict[tuple[str, str], Seen] = {}
    for name in order:
        stage.progress(f"Commands, {number + 1} of {stage.repetitions}: {name} …")
        row |= runs[name]()
    return row


def _seconds(stage: Stage) -> int:
    return 3 if stage.quick else 10


def _ours(stage: Stage) -> Row:
    """What is only to be written down is said from a page on which it changes nothing."""
    with ours(stage) as our:
        flood = partial(our.load, "flood", seconds=_seconds(stage))
        askers = min(ASKERS, stage.people)
        return {
            (WRITTEN, OURS): flood(askers=askers, room=ANOTHER),
            (TOLD, OURS): flood(askers=askers),
            (TOLD, OURS + PACKED): flood(askers=askers, more=AS_BROWSERS),
        }


def _async(stage: Stage) -> Row:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.peers.transactions", str(port)]
    with running(ASYNC, [*command, f"{stage.folder}/{port}.db"], port, stage.log) as server:
        return {(WRITTEN, ASYNC): _flooded(stage, server)}


def _postgresql(stage: Stage, nodes: Path) -> Row:
    port = free_port()
    with _database() as database:
        command = [str(NODE), f"{nodes}/postgresql.mjs", str(port), database.fresh_database()]
        with running(POSTGRESQL, command, port, stage.log) as server:
            seen = _flooded(stage, server, beside=database.process.pid)
    return {(TOLD, POSTGRESQL): seen}


@contextmanager
def _database() -> Iterator[PostgreSQL]:
    """A PostgreSQL on the server's core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER})
    try:
        database = PostgreSQL()
    finally:
        os.sched_setaffinity(0, before)
    try:
        yield database
    finally:
        database.close()


def _flooded(stage: Stage, server: Server, **more: int) -> Seen:
    return loaded(
        stage.tools.load,
        server,
        "flood",
        connections=stage.people,
        heads=stage.file("heads", opening(server.port)),
        says=stage.says,
        askers=min(ASKERS, stage.people),
        seconds=_seconds(stage),
        counted=1,
        **more,
    )

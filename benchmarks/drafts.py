"""Drafts that many write at once: ours, which writes all down first, beside servers that do not."""

import gzip
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from shutil import copy
from urllib.request import Request, urlopen

from msgspec.structs import replace

from benchmarks.contenders import OURS
from benchmarks.figures import Figure, Progress, figure
from benchmarks.peers.fetching import NotFetched, peers
from benchmarks.servers import NotMeasured, Server, free_port, refuse_other_machines, running
from benchmarks.writers import Desks, Load, Room, Typed, desks, strangers, typed
from tests.kit.parts import NODE, place

HOCUSPOCUS, Y_WEBSOCKET, Y_ROOMS = "hocuspocus", "y-websocket's server", "pycrdt-websocket"
PACED, SATURATED, FIVE = "200 operations/s", "saturated", "5 rooms, saturated"
ROOMS = {PACED: (0,), SATURATED: (1,), FIVE: (2, 3, 4, 5, 6)}
WINDOW = 20  # keys of each writer that are under way, where as many are typed as can be


@dataclass(frozen=True, slots=True)
class Scale:
    """``paced`` and ``saturated`` are the operations of each writer; of five rooms it is a part."""

    writers: int = 20
    repetitions: int = 3
    paced: int = 300  # so that one slow write of the disk is not a hundredth of them
    saturated: int = 600

    def operations(self, what: str) -> int:
        each = {PACED: self.paced, SATURATED: self.saturated, FIVE: self.saturated // 4}
        return max(each[what], WINDOW)

    def rate(self, what: str) -> float:
        """Keys a second of each writer."""
        return 200 / self.writers if what == PACED else 0


QUICK = Scale(repetitions=1, paced=60, saturated=250)


@dataclass(frozen=True, slots=True)
class Stage:
    folder: Path
    nodes: Path
    desks: Desks
    scale: Scale
    progress: Progress


Row = Mapping[tuple[str, str], Typed]  # what, and to whom


def measure(quick: bool, progress: Progress) -> list[Figure]:
    """Raises :class:`NotMeasured`."""
    return measured(QUICK if quick else Scale(), progress)


def measured(scale: Scale, progress: Progress) -> list[Figure]:
    refuse_other_machines()
    progress("Preparing a forum of rapporteurs, those who type, and the peers …")
    try:
        nodes = peers(place())
    except NotFetched as missing:
        raise NotMeasured(f"{missing}\nWhat types are clients of Yjs, from npm.") from missing
    with tempfile.TemporaryDirectory(prefix="facilitate-benchmark-") as folder:
        there = desks(Path(folder), 1 + max(map(max, ROOMS.values())), scale.writers)
        stage = Stage(Path(folder), nodes, there, scale, progress)
        rows = [_repetition(stage, number) for number in range(scale.repetitions)]
        return [*_figures(rows), *_weights(stage)]


# --- servers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    serve: Callable[[], AbstractContextManager[Server]]
    room: Callable[[int, int], Room]
    named: bool = False


def contenders(stage: Stage) -> Iterator[Contender]:
    knows_nobody = partial(strangers, writers=stage.scale.writers)
    yield Contender(OURS, partial(_ours, stage), stage.desks.room)
    hocuspocus = [NODE, stage.nodes / "hocuspocus.mjs"]
    yield Contender(
        HOCUSPOCUS,
        partial(_other, stage, HOCUSPOCUS, hocuspocus),
        partial(knows_nobody, path="/"),
        named=True,
    )
    y_websocket = [NODE, stage.nodes / "y_websocket.mjs"]
    yield Contender(Y_WEBSOCKET, partial(_other, stage, Y_WEBSOCKET, y_websocket), knows_nobody)
    if find_spec("pycrdt.websocket") is None:
        stage.progress(f"{Y_ROOMS} is not installed, and is left out: pip install '.[benchmarks]'")
        return
    y_rooms = [sys.executable, "-m", "benchmarks.peers.y_rooms"]
    yield Contender(Y_ROOMS, partial(_other, stage, Y_ROOMS, y_rooms), knows_nobody)


@contextmanager
def _ours(stage: Stage) -> Iterator[Server]:
    for old in stage.folder.glob("ours.db*"):
        old.unlink()
    database = copy(stage.desks.database, stage.folder / "ours.db")
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.ours", str(database), str(port)]
    with running(OURS, command, port, stage.folder / "server.log") as server:
        yield server


@contextmanager
def _other(stage: Stage, name: str, program: Sequence[str | Path]) -> Iterator[Server]:
    port = free_port()
    with running(name, [*program, str(port)], port, stage.folder / "server.log") as server:
        yield server


# --- runs -----------------------------------------------------------------------------------


def _repetition(stage: Stage, number: int) -> Row:
    order = list(contenders(stage))
    Random(number).shuffle(order)
    row: dict[tuple[str, str], Typed] = {}
    for each in order:
        stage.progress(f"Drafts, {number + 1} of {stage.scale.repetitions}: {each.name} …")
        with each.serve() as server:
            for what in ROOMS:
                row[what, each.name] = _run(stage, each, server, what)
    return row


def _run(stage: Stage, contender: Contender, server: Server, what: str) -> Typed:
    load = Load(
        server.port,
        server.pid,
        tuple(contender.room(number, server.port) for number in ROOMS[what]),
        stage.scale.writers,
        stage.scale.operations(what),
        named=contender.named,
    )
    paced = stage.scale.rate(what)
    return typed(stage.nodes, server, replace(load, rate=paced, window=WINDOW))


# --- figures --------------------------------------------------------------------------------


def _figures(rows: Sequence[Row]) -> Iterator[Figure]:
    yield from _beside(rows, SATURATED, "rate", lambda seen: seen.rate, at_least=1.5)
    yield from _beside(rows, FIVE, "rate", lambda seen: seen.rate)
    yield from _beside(rows, PACED, "p99", lambda seen: seen.p99, at_most=2)
    names = [who for what, who in rows[0] if what == PACED]
    for what in ROOMS:
        for who in sorted(names):
            yield from _of(f"{what}, {who}", [row[what, who] for row in rows])


def _beside(
    rows: Sequence[Row],
    what: str,
    named: str,
    of: Callable[[Typed], float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Iterator[Figure]:
    ratios = [of(row[what, OURS]) / of(row[what, HOCUSPOCUS]) for row in rows]
    name = f"{what}: {named}, {OURS} beside {HOCUSPOCUS}"
    yield figure(name, ratios, "×", at_least=at_least, at_most=at_most)


def _of(name: str, seen: Sequence[Typed]) -> Iterator[Figure]:
    yield figure(f"{name}: rate", [each.rate for each in seen], "/s")
    each_costs = [each.processor / each.complete * 1e6 for each in seen]
    yield figure(f"{name}: processor", each_costs, "µs/operation")
    yield figure(f"{name}: p50", [each.p50 for each in seen], "ms")
    yield figure(f"{name}: p99", [each.p99 for each in seen], "ms")
    yield figure(f"{name}: memory", [each.memory / 1e6 for each in seen], "MB")
    yield figure(f"{name}: told", [each.bytes / each.complete for each in seen], "bytes/operation")
    yield figure(
        f"{name}: how busy the driver was", [100 * each.driver / each.seconds for each in seen], "%"
    )


# --- the page -------------------------------------------------------------------------------

NAMED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
COMMON = "/dist/common."


def _weights(stage: Stage) -> Iterator[Figure]:
    """Of a desk and all it asks for, in the bytes that go over the line."""
    with _ours(stage) as server:
        address, cookie = stage.desks.desk(server.port)
        weights = dict(_parts(address, cookie))
    known = sum(size for path, size in weights.items() if COMMON in path)
    whole = sum(weights.values())
    yield figure("the desk with its editor, from nothing", [whole / 1000], "kB", at_most=40)
    yield figure("the same to who has seen another page", [(whole - known) / 1000], "kB")


def _parts(address: str, cookie: str) -> Iterator[tuple[str, int]]:
    packed, page = _got(address, cookie, "gzip")
    yield address, packed
    for path in NAMED.findall(gzip.decompress(page).decode()):
        packed, _ = _got(address.partition("/forums/")[0] + path, cookie, "br")
        yield path, packed


def _got(address: str, cookie: str, coding: str) -> tuple[int, bytes]:
    """How many bytes, and which. A browser takes the smallest coding that it is offered."""
    asked = Request(address, headers={"cookie": cookie, "accept-encoding": coding})
    with urlopen(asked) as answer:
        body: bytes = answer.read()
        if answer.headers["content-encoding"] != coding:
            raise ValueError(f"{address} comes unpacked")
    return len(body), body

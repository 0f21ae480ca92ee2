"""What it costs to tell everybody of an event, and to hold their lines meanwhile."""

from collections.abc import Mapping, Sequence
from functools import partial
from random import Random

from benchmarks.contenders import (
    FLOOR,
    OURS,
    PACKED,
    SOME,
    Peer,
    Stage,
    floor,
    others,
    ours,
)
from benchmarks.figures import Figure, figure
from benchmarks.servers import AS_BROWSERS, Seen

TURN = 10  # events that come at once
ALONE, TOGETHER = "an event alone", f"{TURN} events a turn"
MEMORY = "memory of an idle connection"
REACH: Mapping[tuple[str, str], float] = {
    (ALONE, OURS): 1.30,
    (TOGETHER, OURS): 0.16,
    (MEMORY, OURS): 16,
}

Row = Mapping[tuple[str, str], float]  # what, and who


def measure(stage: Stage) -> list[Figure]:
    rows = [_repetition(stage, n) for n in range(stage.repetitions)]
    return [
        figure("an event as it is told", [stage.event.stat().st_size], "bytes"),
        figure(f"{ALONE}, {FLOOR}", [row[ALONE, FLOOR] * 1e6 for row in rows], "µs/delivery"),
        *(_figure(key, rows) for key in sorted(rows[0]) if key != (ALONE, FLOOR)),
    ]


def _figure(key: tuple[str, str], rows: Sequence[Row]) -> Figure:
    what, who = key
    if what == MEMORY:
        seen, unit = [row[key] / 1000 for row in rows], "kB"
    else:
        seen, unit = [row[key] / row[ALONE, FLOOR] for row in rows], "× floor"
    return figure(f"{what}, {who}", seen, unit, at_most=REACH.get(key))


def _repetition(stage: Stage, number: int) -> Row:
    peers = [floor(stage), *others(stage)]
    runs = {OURS: partial(_ours, stage)}
    runs |= {peer.name: partial(_other, stage, peer) for peer in peers}
    order = list(runs)
    Random(number).shuffle(order)
    row: dict[tuple[str, str], float] = {}
    for name in order:
        stage.progress(f"Delivery, {number + 1} of {stage.repetitions}: {name} …")
        row |= runs[name]()
    return row


def _ours(stage: Stage) -> Row:
    rounds = 20 if stage.quick else 50
    with ours(stage) as our:
        our.load("open", connections=SOME)
        alone = our.load("rounds", rounds=rounds)
        together = our.load("rounds", rounds=rounds // 2, burst=TURN)
        packed = our.load("rounds", rounds=rounds, more=AS_BROWSERS)
        both = our.load("rounds", rounds=rounds // 2, burst=TURN, more=AS_BROWSERS)
    return {
        (ALONE, OURS): _cost(alone),
        (TOGETHER, OURS): _cost(together),
        (ALONE, OURS + PACKED): _cost(packed),
        (TOGETHER, OURS + PACKED): _cost(both),
        (MEMORY, OURS): _held(alone, stage.people),
    }


def _other(stage: Stage, peer: Peer) -> Row:
    rounds = 20 if stage.quick else 50
    with peer.telling(stage, stage.event) as telling:
        telling.load("open", connections=SOME)
        alone = telling.load("rounds", rounds=rounds)
        together = telling.load("rounds", rounds=rounds // 5, times=TURN)
    return {
        (ALONE, peer.name): _cost(alone),
        (TOGETHER, peer.name): _cost(together),
        (MEMORY, peer.name): _held(alone, stage.people),
    }


def _cost(seen: Seen) -> float:
    """Seconds of the server's processor for an event that one listener hears."""
    return seen.processor / seen.delivered


def _held(seen: Seen, connections: int) -> float:
    return (seen.memory_open - seen.memory_before) / connections

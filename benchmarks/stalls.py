"""What one reader who never reads does to all others, and to the memory of the server."""

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.contenders import LOOP, OURS, Stage, others, ours
from benchmarks.figures import Figure, figure
from benchmarks.servers import Seen

BURST = 10  # events in a round
PACE, FASTER = 300_000, 100_000  # µs from one round to the next; faster where it is to be quick
GIVEN_UP = 40  # s, after which the others are said to stand still


def measure(stage: Stage) -> list[Figure]:
    """Of each server in one run: first without the one who stalls, then with."""
    return [*_figures(OURS, *_ours(stage)), *_figures(LOOP, *_loop(stage))]


def _figures(who: str, without: Seen, beside: Seen, rounds: int) -> Iterator[Figure]:
    yield figure(f"delivery to the others (p99), {who}", [without.delivery_p99 / 1000], "ms")
    name = f"the same beside one who never reads, {who}"
    if beside.rounds < rounds:
        yield figure(f"{name}: rounds heard of {rounds}", [beside.rounds], "")
        return
    yield figure(name, [beside.delivery_p99 / 1000], "ms")
    grown = (beside.memory_after - beside.memory_open) / 1e6
    yield figure(f"memory grown meanwhile, {who}", [grown], "MB")


def _both(stage: Stage, load: Callable[..., Seen]) -> tuple[Seen, Seen, int]:
    rounds, pace = (10, FASTER) if stage.quick else (40, PACE)
    paced = partial(load, "rounds", rounds=rounds, pause=pace, seconds=GIVEN_UP)
    return paced(), paced(stalled=1), rounds


def _ours(stage: Stage) -> tuple[Seen, Seen, int]:
    stage.progress(f"One who never reads: {OURS} …")
    with ours(stage) as our:
        return _both(stage, partial(our.load, burst=BURST))


def _loop(stage: Stage) -> tuple[Seen, Seen, int]:
    stage.progress(f"One who never reads: {LOOP} …")
    loop = next(peer for peer in others(stage) if peer.name == LOOP)
    with loop.telling(stage, stage.event) as telling:
        return _both(stage, partial(telling.load, times=BURST))

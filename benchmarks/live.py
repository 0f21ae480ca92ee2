"""The live core beside its peers: delivery, what is written down, crowds, one who never reads."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from benchmarks import commands, crowds, deliveries, stalls
from benchmarks.contenders import Stage, staged
from benchmarks.figures import Figure, Progress

PARTS: Mapping[str, Callable[[Stage], list[Figure]]] = {
    "deliveries": deliveries.measure,
    "commands": commands.measure,
    "crowds": crowds.measure,
    "stalls": stalls.measure,
}
PEOPLE, FEWER = 1000, 200  # who listen; fewer where it is to be quick


def measure(quick: bool, progress: Progress) -> list[Figure]:
    """All parts. Raises :class:`NotMeasured` and :class:`NotCompiled`."""
    return _measured(PARTS, quick, progress)


def only(part: str) -> Callable[[bool, Progress], list[Figure]]:
    """To measure one part alone, which takes a few minutes and not a quarter of an hour."""
    return partial(_measured, (part,))


def _measured(parts: Iterable[str], quick: bool, progress: Progress) -> list[Figure]:
    with staged(quick, FEWER if quick else PEOPLE, progress) as stage:
        return [each for part in parts for each in PARTS[part](stage)]

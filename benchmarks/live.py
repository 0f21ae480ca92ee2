"""The live core beside its peers: delivery, what is written down, crowds, one who never reads."""

from benchmarks import commands, crowds, deliveries, stalls
from benchmarks.contenders import staged
from benchmarks.figures import Figure, Progress

PARTS = (deliveries, commands, crowds, stalls)
PEOPLE, FEWER = 1000, 200  # who listen; fewer where it is to be quick


def measure(quick: bool, progress: Progress) -> list[Figure]:
    """Raises :class:`NotMeasured` and :class:`NotCompiled`."""
    with staged(quick, FEWER if quick else PEOPLE, progress) as stage:
        return [figure for part in PARTS for figure in part.measure(stage)]

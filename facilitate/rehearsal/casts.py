"""Who takes part in a rehearsal, when they come, and what happens to their lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from facilitate.meeting import Attendance

CROWD = 1 / 3  # of all people, who come at one moment
CROWD_COMES = 0.4  # of the time
OTHERS_COME = 0.2  # of the time, within which all others have come
DROPPING = 0.05  # of all people
DROPS = (0.3, 0.8)  # of the time, between which lines drop
AWAY = (1.0, 5.0)  # s
SLOW = 0.03  # of all people
ENOUGH = 4  # people, from which on one of them never reads


class Reading(StrEnum):
    QUICK = "quick"
    SLOW = "slow"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Part:
    """``page``: looks at a page, where others listen to the events as another client would.

    ``comes`` and ``drops`` are seconds from the beginning, ``away`` is how long for."""

    number: int
    attendance: Attendance
    comes: float
    page: bool = False
    drops: float | None = None
    away: float = 0
    reading: Reading = Reading.QUICK

    @property
    def name(self) -> str:
        return f"Rehearsal {self.number}"


def cast(people: int, seconds: float, seed: int) -> tuple[Part, ...]:
    """The same for the same seed."""
    return tuple(_parts(people, seconds, Random(seed)))  # noqa: S311 - nothing secret


def _parts(people: int, seconds: float, random: Random) -> Iterator[Part]:
    crowd = round(people * CROWD)
    odd = random.sample(range(people - crowd), min(people - crowd, _some(people, SLOW) + 1))
    never, slow = set(odd[: people >= ENOUGH]), set(odd[1:])
    steady = [n for n in range(people) if n not in odd]
    dropping = set(random.sample(steady, min(len(steady), _some(people, DROPPING))))
    for n in range(people):
        in_crowd = n >= people - crowd
        yield Part(
            n + 1,
            random.choice(list(Attendance)),
            seconds * (CROWD_COMES if in_crowd else random.uniform(0, OTHERS_COME)),
            n % 2 == 0,
            seconds * random.uniform(*DROPS) if n in dropping else None,
            min(random.uniform(*AWAY), seconds / 10),
            Reading.NEVER if n in never else Reading.SLOW if n in slow else Reading.QUICK,
        )


def _some(people: int, share: float) -> int:
    """At least one where there are enough of them."""
    return max(round(people * share), int(people >= ENOUGH))

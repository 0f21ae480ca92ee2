"""Who is here at the moment: never recorded, counted by person and not by device."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Presence:
    """``version`` grows with every change, so that listeners can be told at a calm pace."""

    def __init__(self) -> None:
        self.version = 0
        self._places: dict[str, Counter[str]] = {}

    @contextmanager
    def here(self, place: str, person: str) -> Iterator[None]:
        """The person is at the place (a breakout, the plenary, the forum) while the block runs."""
        self._count(place, person, 1)
        try:
            yield
        finally:
            self._count(place, person, -1)

    def at(self, place: str) -> frozenset[str]:
        return frozenset(self._places.get(place, ()))

    def everywhere(self) -> frozenset[str]:
        return frozenset(person for here in self._places.values() for person in here)

    def _count(self, place: str, person: str, change: int) -> None:
        here = self._places.setdefault(place, Counter())
        before = len(here)
        here[person] += change
        if not here[person]:
            del here[person]
        self.version += len(here) != before

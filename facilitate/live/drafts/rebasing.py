"""What was changed in a saved text, carried over to words that were typed on meanwhile."""

from collections.abc import Iterator
from itertools import groupby

import msgspec

from facilitate.text.differences import edits, marked_up


class Carried(msgspec.Struct, frozen=True):
    """Characters ``start`` to ``end`` of the typed text give way to ``first`` to ``last`` of the
    new one."""

    start: int
    end: int
    first: int
    last: int


def rebased(base: str, typed: str, target: str) -> tuple[Carried, ...]:
    """What makes ``target`` of ``base``, as changes of ``typed``, which was made of it too.

    They follow each other. Words that were typed meanwhile stay, whatever becomes of those around.
    """
    places = _places(base, typed)
    longer = 0  # what the changes so far have added
    carried: list[Carried] = []
    for edit in edits(base, target):
        first = edit.start + longer
        last = first + len(edit.replacement)
        carried += _carried(places, edit.start, edit.end, first=first, last=last)
        longer += last - first - (edit.end - edit.start)
    return tuple(carried)


def place_of(at: int, base: str, typed: str) -> int:
    """Where in the typed text begins what stands behind so many characters of ``base``."""
    return next(place for place in _places(base, typed)[at:] if place is not None)


def _carried(
    places: list[int | None], start: int, end: int, *, first: int, last: int
) -> Iterator[Carried]:
    """The new words stand where the first of the old ones stood; old ones go wherever they are."""
    kept = [place for place in places[start:end] if place is not None]
    runs = [
        [place for _, place in run] for _, run in groupby(enumerate(kept), lambda e: e[1] - e[0])
    ]
    if not runs:
        here = next(place for place in places[end:] if place is not None)
        yield Carried(here, here, first, last)
    for number, run in enumerate(runs):
        yield Carried(run[0], run[-1] + 1, first if number == 0 else last, last)


def _places(base: str, typed: str) -> list[int | None]:
    """For each character of ``base`` where it stands in ``typed``, if it does; and for its end."""
    places: list[int | None] = []
    at = 0
    for piece in marked_up(base, typed):
        size = len(piece.text)
        if piece.kind == "same":
            places += range(at, at + size)
        if piece.kind == "deleted":
            places += [None] * size
        else:
            at += size
    return [*places, at]

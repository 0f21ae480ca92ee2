"""How amendments to one text meet: in the same words, in a paragraph, or by what they say."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Literal

import msgspec

from facilitate.text.alignment import Words
from facilitate.text.amendments import Change, authors_of, clashes, rivals, words_of
from facilitate.text.clauses import (
    Clause,
    Contradiction,
    alike,
    clauses,
    contradictions,
    known_by,
    stems,
)

Meeting = Literal["same words", "one inside the other", "same paragraph", "contradiction elsewhere"]
COMPATIBLE: frozenset[Meeting] = frozenset({"same paragraph", "contradiction elsewhere"})


class Side(msgspec.Struct, frozen=True, order=True):
    """What an amendment does where it meets something: characters start to end of the base, which
    read `old`, become `new`. Without an amendment it is the base itself, as it stands."""

    start: int
    end: int
    old: str
    new: str
    amendment: str = ""


class Conflict(msgspec.Struct, frozen=True, order=True):
    """Where two amendments meet, or one meets the rest of the base; the first in the text is `one`.

    The sides show the words that change; for a contradiction the whole clauses, and
    `contradictions` tells the words in them that contradict. Those of a COMPATIBLE kind can be
    applied together, but people should look.
    """

    one: Side
    other: Side
    kind: Meeting
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def amendments(self) -> tuple[str, ...]:
        """The one or two amendments that meet here, in the order of the alphabet."""
        return tuple(sorted({self.one.amendment, self.other.amendment} - {""}))


def conflicts(base: str, amended: Mapping[str, str]) -> tuple[Conflict, ...]:
    """What the desk looks at before several amendments are put, in the order of the text.

    Two meet in the same words, or one inside the other, wherever they change them differently:
    these are the pairs that `apply_together` gives back. Two that merely meet in a paragraph are
    told once. A contradiction elsewhere is the doing of one amendment, or of two together: what
    the base contradicts of itself is not told.
    """
    words = words_of(base)
    authors = authors_of(base, amended)
    clashing = {
        _conflict("one inside the other" if _held(*both) else "same words", sides)
        for both in clashes(words, authors)
        for sides in _sides(words, authors, *both)
    }
    told = {conflict.amendments for conflict in clashing}
    beside: dict[tuple[str, ...], Conflict] = {}
    for both in _in_one_paragraph(words, authors):
        for sides in _sides(words, authors, *both):
            look = _conflict("same paragraph", sides)
            if look.amendments not in told:
                beside[look.amendments] = min(look, beside.get(look.amendments, look))
    return tuple(sorted({*clashing, *beside.values(), *_contradicting(words, authors)}))


def _conflict(kind: Meeting, sides: tuple[Side, Side]) -> Conflict:
    return Conflict(min(sides), max(sides), kind)


def _sides(
    base: Words, authors: Mapping[Change, set[str]], change: Change, other: Change
) -> Iterator[tuple[Side, Side]]:
    for a, b in rivals(authors, change, other):
        yield _side(base, change, a), _side(base, other, b)


def _side(base: Words, change: Change, amendment: str) -> Side:
    start, end = base.offsets[change.start], base.offsets[change.end]
    return Side(start, end, base.text[start:end], change.text, amendment)


def _held(one: Change, other: Change) -> bool:
    """Whether one changes more than the words that the other changes, these among them."""
    start, other_start = _first_word(one), _first_word(other)
    within = start <= other_start and other.end <= one.end
    around = other_start <= start and one.end <= other.end
    at_edge = one.end == other.start or other.end == one.start
    return within != around and not at_edge


def _first_word(change: Change) -> int:
    return change.start if change.start == change.end else change.start | 1


def _in_one_paragraph(
    base: Words, authors: Mapping[Change, set[str]]
) -> Iterator[tuple[Change, Change]]:
    ends = [match.start() for match in re.finditer("\n", base.text)]
    made: defaultdict[int, list[Change]] = defaultdict(list)
    for change in authors:
        first = _first_word(change)
        places = base.offsets[first], base.offsets[max(first, change.end)]
        for paragraph in range(bisect_left(ends, places[0]), bisect_left(ends, places[1]) + 1):
            made[paragraph].append(change)
    for together in made.values():
        yield from combinations(together, 2)


# --- contradictions elsewhere ----------------------------------------------


def _contradicting(base: Words, authors: Mapping[Change, set[str]]) -> Iterator[Conflict]:
    there = clauses(base.text)
    made = {
        name: tuple(_clauses_made(base, there, mine, name)) for name, mine in _by_author(authors)
    }
    sides = [side for name in made for side in made[name]]
    said = [*sides, *(Side(c.start, c.end, c.text, c.text) for c in there)]
    known = [known_by(side.new) for side in sides]
    for at, other_at in alike(known, [*known, *_stems_of(base, there)]):
        side, other = said[at], said[other_at]
        if at < other_at and _apart(side, other):
            one, two = sorted((side, other))
            changed_too = not other.amendment and not all(
                _apart(other, mine) for mine in made[side.amendment]
            )
            if not changed_too and (found := _new_contradictions(one, two)):
                yield Conflict(one, two, "contradiction elsewhere", found)


def _stems_of(base: Words, there: Iterable[Clause]) -> Iterator[frozenset[str]]:
    start = 0
    for clause in there:
        end = base.atoms_before(clause.end) // 2
        yield stems(base.normals[start:end])
        start = end


def _by_author(authors: Mapping[Change, set[str]]) -> list[tuple[str, list[Change]]]:
    made: defaultdict[str, list[Change]] = defaultdict(list)
    for change, names in sorted(authors.items()):
        for name in names:
            made[name].append(change)
    return sorted(made.items())


def _clauses_made(
    base: Words, there: Sequence[Clause], made: Iterable[Change], amendment: str
) -> Iterator[Side]:
    """The clauses in which the amendment changes words, as it makes them."""
    for touched, changed in _touched(base, there, made):
        start, end = (touched[0].start, touched[-1].end) if touched else (0, len(base.text))
        said = {clause.text.strip() for clause in touched}
        for clause in clauses(_replaced(base, changed, start, end)):
            if clause.text.strip() not in said:
                yield Side(start, end, base.text[start:end], clause.text, amendment)


def _touched(
    base: Words, there: Sequence[Clause], made: Iterable[Change]
) -> Iterator[tuple[Sequence[Clause], list[Change]]]:
    """Clauses that follow one another, and the changes made in them and in no others."""
    spans: list[tuple[int, int, list[Change]]] = []
    for change in made:
        start, end = base.offsets[change.start], base.offsets[change.end]
        first = max(bisect_right(there, start, key=_start) - 1, 0)
        last = max(bisect_left(there, end, key=_start) - 1, first)
        if spans and first <= spans[-1][1]:
            first, _, before = spans.pop()
            spans.append((first, last, [*before, change]))
        else:
            spans.append((first, last, [change]))
    for first, last, changed in spans:
        yield there[first : last + 1], changed


def _start(clause: Clause) -> int:
    return clause.start


def _replaced(base: Words, made: Iterable[Change], start: int, end: int) -> str:
    parts: list[str] = []
    for change in made:
        parts += [base.text[start : base.offsets[change.start]], change.text]
        start = base.offsets[change.end]
    return "".join([*parts, base.text[start:end]])


def _apart(one: Side, other: Side) -> bool:
    return one.end <= other.start or other.end <= one.start


def _new_contradictions(one: Side, other: Side) -> tuple[Contradiction, ...]:
    """Those that are not there already while either amendment is left out."""
    without = [(one.old, other.old)]
    if "" != one.amendment != other.amendment != "":
        without += [(one.old, other.new), (one.new, other.old)]
    found = contradictions(one.new, other.new)
    return found and tuple(each for each in found if each not in _between(without))


def _between(texts: Iterable[tuple[str, str]]) -> set[Contradiction]:
    return {
        found
        for one, other in texts
        for a, b in product(clauses(one), clauses(other))
        for found in contradictions(a.text, b.text)
    }

"""Which words of two texts stand for one another, and what lies between them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

import msgspec

from facilitate.text.languages import weight
from facilitate.text.matching import Match, between, matches, runs
from facilitate.text.tokens import Token, normal, tokenize

ISLAND = 15  # a lighter run of equal words between two changes is read as part of the change
STOPS = frozenset(".;:?!。；？！؟؛।")
NE = ("ne", "n'")
PAS = tuple((word,) for word in ("pas", "plus", "jamais", "aucun", "aucune", "rien", "ni", "guère"))
COMMAS = frozenset(",،、，")


class Words:
    """A text cut into words, with what is compared of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: tuple[Token, ...] = tokenize(text)

    @cached_property
    def normals(self) -> tuple[str, ...]:
        return tuple(normal(token.word) for token in self.tokens)

    @cached_property
    def atoms(self) -> tuple[str, ...]:
        """White space and word in turn: token i is atoms 2i and 2i + 1."""
        return tuple(part for token in self.tokens for part in (token.space, token.word))

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each atom begins in the text, in characters; one more for the end."""
        return tuple(accumulate(map(len, self.atoms), initial=0))

    def atoms_before(self, offset: int) -> int:
        """How many atoms stand before this offset, at which an atom begins."""
        return bisect_left(self.offsets, offset)


class Change(msgspec.Struct, frozen=True, order=True):
    """Atoms start to end of the old text have become atoms new_start to new_end of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int


def changes(old: Words, new: Words) -> tuple[Change, ...]:
    """What differs, in the smallest pieces: whole words, and the white space before them."""
    return _joined(_in_atoms(old, new, matches(old.normals, new.normals)))


def phrases(old: Words, new: Words, matched: Sequence[Match]) -> tuple[Change, ...]:
    """What differs, as one would read it out: small equal words between changes are drawn in."""
    return _joined(phrases_and_spellings(old, new, matched))


def phrases_and_spellings(old: Words, new: Words, matched: Sequence[Match]) -> tuple[Change, ...]:
    """The same, but a word beside a phrase that is only written otherwise (le, Le) stands apart."""
    kept = _without_islands(old, new, matched)
    respelled = [
        (2 * i + 1, 2 * j + 1) for i, j in kept if old.tokens[i].word != new.tokens[j].word
    ]
    return tuple(
        piece for change in _in_atoms(old, new, kept) for piece in _parted(change, respelled)
    )


def _parted(change: Change, respelled: Sequence[Match]) -> Iterator[Change]:
    for atom, new_atom in respelled:
        if change.start <= atom < change.end:
            before = Change(change.start, atom, change.new_start, new_atom)
            if before.end - before.start > 1 or before.new_end - before.new_start > 1:
                yield before
                change = Change(atom, change.end, new_atom, change.new_end)
            behind = Change(atom + 1, change.end, new_atom + 1, change.new_end)
            if behind.end - behind.start > 1 or behind.new_end - behind.new_start > 1:
                yield Change(change.start, atom + 1, change.new_start, new_atom + 1)
                change = behind
    yield change


def _in_atoms(old: Words, new: Words, matched: Sequence[Match]) -> list[Change]:
    equal = [
        (atom, new_atom)
        for i, j in matched
        for atom, new_atom in ((2 * i, 2 * j), (2 * i + 1, 2 * j + 1))
        if old.atoms[atom] == new.atoms[new_atom]
    ]
    return [
        _at_its_sign(old, new, change)
        for bounds in between(equal, len(old.atoms), len(new.atoms))
        for change in _by_sentences(old, new, _without_equal_space(old, new, Change(*bounds)))
    ]


def _joined(found: Iterable[Change]) -> tuple[Change, ...]:
    """Changes that follow one another as one, so that something stays between any two."""
    joined: list[Change] = []
    for change in found:
        if joined and joined[-1].end == change.start and joined[-1].new_end == change.new_start:
            last = joined.pop()
            change = Change(last.start, change.end, last.new_start, change.new_end)
        joined.append(change)
    return tuple(joined)


def _without_equal_space(old: Words, new: Words, change: Change) -> Change:
    """One word for another: the white space before them has not changed."""
    both = change.start < change.end and change.new_start < change.new_end
    at_space = change.start % 2 == 0 == change.new_start % 2
    if both and at_space and old.atoms[change.start] == new.atoms[change.new_start]:
        return Change(change.start + 1, change.end, change.new_start + 1, change.new_end)
    return change


def _by_sentences(old: Words, new: Words, change: Change) -> tuple[Change, ...]:
    """Where one text ends its sentence with other words and the other goes on for another one,
    words and sentence are two changes, with the stop between them."""
    if change.start == change.end or change.new_start == change.new_end:
        return (change,)
    stop = old.atoms[change.end : change.end + 2]
    if not stop or stop[-1] not in STOPS or new.atoms[change.new_end : change.new_end + 2] != stop:
        return (change,)
    start, end, new_start, new_end = change.start, change.end, change.new_start, change.new_end
    if start % 2 == 0 and old.atoms[start : start + 2] == stop:
        return Change(start, start, new_start, new_end), Change(
            start + 2, end + 2, new_end + 2, new_end + 2
        )
    if new_start % 2 == 0 and new.atoms[new_start : new_start + 2] == stop:
        return Change(start, end, new_start, new_start), Change(
            end + 2, end + 2, new_start + 2, new_end + 2
        )
    return (change,)


def _at_its_sign(old: Words, new: Words, change: Change) -> Change:
    """A sentence that comes or goes takes the stop behind it along, a phrase the comma before it.

    Where the same sign stands on the other side of the change, both texts are the same either way.
    """
    if (change.start == change.end) == (change.new_start == change.new_end):
        return change
    words, first, last = (
        (new, change.new_start, change.new_end)
        if change.start == change.end
        else (old, change.start, change.end)
    )
    if first % 2:
        return change
    stop, comma = words.atoms[first : first + 2], words.atoms[last - 2 : last]
    behind = old.atoms[change.end : change.end + 2], new.atoms[change.new_end : change.new_end + 2]
    before = (
        old.atoms[max(change.start - 2, 0) : change.start],
        new.atoms[max(change.new_start - 2, 0) : change.new_start],
    )
    if stop[-1] in STOPS and behind == (stop, stop):
        return _moved(change, 2)
    if comma[-1] in COMMAS and before == (comma, comma):
        return _moved(change, -2)
    return change


def _moved(change: Change, atoms: int) -> Change:
    return Change(
        change.start + atoms, change.end + atoms, change.new_start + atoms, change.new_end + atoms
    )


def _without_islands(old: Words, new: Words, matched: Sequence[Match]) -> list[Match]:
    kept: list[Match] = []
    for run in runs(matched):
        (i, j), (last_i, last_j) = run[0], run[-1]
        inside = (i > 0 or j > 0) and (last_i < len(old.tokens) - 1 or last_j < len(new.tokens) - 1)
        short = inside and len(run) <= 3
        light = sum(weight(old.normals[at]) for at, _ in run) < ISLAND
        denied = _denied(old.normals, i, last_i) or _denied(new.normals, j, last_j)
        if not (short and (light or denied)):
            kept += run
    return kept


def _denied(words: Sequence[str], first: int, last: int) -> bool:
    """Whether the two halves of a negation stand around these words: n'entravent pas."""
    return first > 0 and words[first - 1] in NE and words[last + 1 : last + 2] in PAS

"""Several amendments to one text: applied together where they agree, shown where they do not."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product

import msgspec

from facilitate.text.alignment import Words, changes

STRIDE = 4096  # characters compared at once
BRACKETS = re.compile(r"\[[^][]*\]")


class Change(msgspec.Struct, frozen=True, order=True):
    """Atoms start to end of the base become `text`; a deletion has none."""

    start: int
    end: int
    text: str


def apply_together(base: str, amended: Mapping[str, str]) -> str | tuple[frozenset[str], ...]:
    """The base with all amendments (name -> the text as its author would have it).

    Where some touch the same words, or words next to one another, the pairs that conflict come
    back instead. What several delete is deleted once, and so is what several change alike.
    """
    words = words_of(base)
    authors = authors_of(base, amended)
    clashing = {
        (min(pair), max(pair))
        for one, other in clashes(words, authors)
        for pair in rivals(authors, one, other)
    }
    return tuple(map(frozenset, sorted(clashing))) or _applied(words, authors)


def rebase(base: str, amended: str, *accepted: str) -> str | None:
    """The amendment (base -> amended) carried over to the base with others accepted into it.

    Each of those is the text as its author would have it, and they go together. None where the
    amendment touches the same words as one of them or words next to one another: it goes back to
    its author.
    """
    together = apply_together(base, {f"{n}": text for n, text in enumerate((amended, *accepted))})
    return together if isinstance(together, str) else None


@lru_cache(maxsize=64)
def words_of(text: str) -> Words:
    """The words of a text that many amendments are put to, cut once."""
    return Words(text)


def authors_of(base: str, amended: Mapping[str, str]) -> dict[Change, set[str]]:
    """The changes that the amendments make, and whose they are."""
    authors: defaultdict[Change, set[str]] = defaultdict(set)
    for name in sorted(amended):
        for change in _changes(base, amended[name]):
            authors[change].add(name)
    return authors


@lru_cache(maxsize=1024)
def _changes(base: str, amended: str) -> tuple[Change, ...]:
    """What an amendment changes; only the part that differs is looked at word by word."""
    words = words_of(base)
    head, tail = _same_ends(base, amended)
    shift = words.atoms_before(head)
    old = Words(base[head : len(base) - tail])
    new = Words(amended[head : len(amended) - tail])
    made = tuple(
        Change(shift + c.start, shift + c.end, "".join(new.atoms[c.new_start : c.new_end]))
        for c in changes(old, new)
    )
    return _of_whole_brackets(words, made)


def _of_whole_brackets(base: Words, made: tuple[Change, ...]) -> tuple[Change, ...]:
    """What is done inside [square brackets] is one change: one chooses among all alternatives.

    Otherwise "[3 / 5]" made "3" by one and "5" by another would be united to nothing at all.
    """
    for start, end in _brackets(base):
        inside = [change for change in made if change.start < end and start < change.end]
        if inside:
            first, last = min(start, inside[0].start), max(end, inside[-1].end)
            together = Change(first, last, _applied_between(base, inside, first, last))
            made = tuple(sorted((set(made) - set(inside)) | {together}))
    return made


@lru_cache(maxsize=64)
def _brackets(base: Words) -> tuple[tuple[int, int], ...]:
    found = BRACKETS.finditer(base.text)
    return tuple((base.atoms_before(b.start()), base.atoms_before(b.end())) for b in found)


def _same_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters both begin and end with, cut where a word surely ends."""
    shorter = min(len(old), len(new))
    head = _cut(old, 0, _longest(shorter, lambda a, b: old[a:b] == new[a:b]))
    z, new_z = len(old), len(new)
    length = _longest(shorter - head, lambda a, b: old[z - b : z - a] == new[new_z - b : new_z - a])
    at = old.find(" ", len(old) - length + 1)
    while at > 0 and not old[at - 1].isalnum():
        at = old.find(" ", at + 1)
    return head, len(old) - at if at > 0 and length else 0


def _cut(text: str, start: int, end: int) -> int:
    at = text.rfind(" ", start, end)
    while at > 0 and not text[at - 1].isalnum():
        at = text.rfind(" ", start, at)
    return max(at, 0)


def _longest(most: int, same: Callable[[int, int], bool]) -> int:
    """Up to where all is the same: in great strides, and the last of these halved until found."""
    least = 0
    while least + STRIDE < most and same(least, least + STRIDE):
        least += STRIDE
    most = min(most, least + STRIDE)
    while least < most:
        middle = (least + most + 1) // 2
        if same(least, middle):
            least = middle
        else:
            most = middle - 1
    return least


def clashes(base: Words, made: Iterable[Change]) -> Iterator[tuple[Change, Change]]:
    """Changes of which not both can be made. Deletions may touch, and hold one another, but not
    cross."""
    ordered = sorted(made)
    for at, change in enumerate(ordered):
        for other in map(ordered.__getitem__, range(at + 1, len(ordered))):
            if _stands_clear(base, change, other):
                break
            if change.text or other.text or _crossed(base, change, other):
                yield change, other


def rivals(
    authors: Mapping[Change, set[str]], change: Change, other: Change
) -> Iterator[tuple[str, str]]:
    """Who makes the one and not the other, with whom it is the other way round."""
    yield from product(
        sorted(authors[change] - authors[other]), sorted(authors[other] - authors[change])
    )


def _crossed(base: Words, first: Change, second: Change) -> bool:
    """Deletions of which neither holds the other: "2 or 3" made "2" by one and "3" by another."""
    crossed = first.start < second.start < first.end < second.end
    return crossed and not "".join(base.atoms[second.start : first.end]).isspace()


def _stands_clear(base: Words, first: Change, second: Change) -> bool:
    """Whether the first ends before the second begins, with an unchanged word between them."""
    return first.end <= second.start and any(
        base.atoms[atom] for atom in range(first.end | 1, second.start, 2)
    )


def _applied(base: Words, made: Iterable[Change]) -> str:
    return _applied_between(base, made, 0, len(base.atoms))


def _applied_between(base: Words, made: Iterable[Change], start: int, stop: int) -> str:
    parts: list[str] = []
    end = start
    for change in sorted(made):
        parts += [base.text[base.offsets[end] : base.offsets[change.start]], change.text]
        end = max(end, change.end)
    return "".join([*parts, base.text[base.offsets[end] : base.offsets[stop]]])

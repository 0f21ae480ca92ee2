"""Which words of two texts stand for one another, and what lies between them."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import msgspec

from facilitate.text.languages import weight
from facilitate.text.tokens import Token, normal, tokenize

MATCHED = 3  # on top of a word's weight
GAP = 6  # less than any matched word gains: gaps decide between matches, never against one
ISLAND = 15  # a lighter run of equal words between two changes is read as part of the change
LONG = 400  # words; longer texts are first cut at passages that stand once in both
STOPS = frozenset(".;:?!。；？！؟؛।")

Match = tuple[int, int]


class Words:
    """A text cut into words, with what is compared of them."""

    def __init__(self, text: str) -> None:
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


class Change(msgspec.Struct, frozen=True, order=True):
    """Atoms start to end of the old text have become atoms new_start to new_end of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int


def changes(old: Words, new: Words) -> tuple[Change, ...]:
    """What differs, in the smallest pieces: whole words, and the white space before them."""
    return _in_atoms(old, new, matches(old.normals, new.normals))


def phrases(old: Words, new: Words) -> tuple[Change, ...]:
    """What differs, as one would read it out: small equal words between changes are drawn in."""
    return _in_atoms(old, new, _without_islands(old, new, matches(old.normals, new.normals)))


def _in_atoms(old: Words, new: Words, matched: Sequence[Match]) -> tuple[Change, ...]:
    equal: list[Match] = []
    for i, j in matched:
        for atom, new_atom in ((2 * i, 2 * j), (2 * i + 1, 2 * j + 1)):
            if old.atoms[atom] == new.atoms[new_atom]:
                equal.append((atom, new_atom))
    found = [Change(*change) for change in _between(equal, len(old.atoms), len(new.atoms))]
    return tuple(
        _behind_the_stop(old, new, _without_equal_space(old, new, change)) for change in found
    )


def _without_equal_space(old: Words, new: Words, change: Change) -> Change:
    """One word for another: the white space before them has not changed."""
    both = change.start < change.end and change.new_start < change.new_end
    at_space = change.start % 2 == 0 == change.new_start % 2
    if both and at_space and old.atoms[change.start] == new.atoms[change.new_start]:
        return Change(change.start + 1, change.end, change.new_start + 1, change.new_end)
    return change


def _behind_the_stop(old: Words, new: Words, change: Change) -> Change:
    """A sentence that comes or goes begins behind the stop before it and takes its own along."""
    comes, goes = change.start == change.end, change.new_start == change.new_end
    words, first = (new, change.new_start) if comes else (old, change.start)
    stop = words.atoms[first : first + 2]
    followed_by = old.atoms[change.end : change.end + 2]
    same_behind = followed_by == new.atoms[change.new_end : change.new_end + 2]
    if (
        comes == goes
        or first % 2
        or stop[-1] not in STOPS
        or not (stop == followed_by and same_behind)
    ):
        return change
    return Change(change.start + 2, change.end + 2, change.new_start + 2, change.new_end + 2)


def _between(matched: Sequence[Match], length: int, new_length: int) -> list[tuple[int, ...]]:
    """The gaps that matched places leave: (start, end, new_start, new_end)."""
    bounds = [(-1, -1), *matched, (length, new_length)]
    return [
        (i + 1, next_i, j + 1, next_j)
        for (i, j), (next_i, next_j) in pairwise(bounds)
        if next_i > i + 1 or next_j > j + 1
    ]


def _without_islands(old: Words, new: Words, matched: Sequence[Match]) -> list[Match]:
    kept: list[Match] = []
    for run in runs(matched):
        (i, j), (last_i, last_j) = run[0], run[-1]
        inside = (i > 0 or j > 0) and (last_i < len(old.tokens) - 1 or last_j < len(new.tokens) - 1)
        light = len(run) <= 3 and sum(weight(old.normals[at]) for at, _ in run) < ISLAND
        if not (inside and light):
            kept += run
    return kept


def runs(matched: Sequence[Match]) -> list[list[Match]]:
    """Matches that follow one another in both texts, together."""
    found: list[list[Match]] = []
    for i, j in matched:
        if found and found[-1][-1] == (i - 1, j - 1):
            found[-1].append((i, j))
        else:
            found.append([(i, j)])
    return found


def matches(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Pairs of places of equal words, ascending in both: much weight, in few runs."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = _matches_between(old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        *((i, i) for i in range(head)),
        *((head + i, head + j) for i, j in middle),
        *((len(old) - at, len(new) - at) for at in range(tail, 0, -1)),
    ]


def _matches_between(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    if min(len(old), len(new)) > LONG and (anchor := _anchors(old, new)):
        found: list[Match] = []
        for start, end, new_start, new_end in _between(anchor, len(old), len(new)):
            inner = matches(old[start:end], new[new_start:new_end])
            found += [(start + i, new_start + j) for i, j in inner]
        return sorted(found + anchor)
    return _heaviest_chain(old, new)


def _heaviest_chain(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Dynamic programming over equal words only; a score carries the number of its match below."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j, word in enumerate(new):
        places[word].append(j)
    found: list[tuple[int, int, int]] = []  # old place, new place, the match before it
    best = [-1] * (len(new) + 1)  # best[j]: the best score so far that ends before new place j
    last: dict[int, int] = {}  # scores of the row before, by new place
    for i, word in enumerate(old):
        row: dict[int, int] = {}
        for j in places.get(word, ()):
            before = max(best[j] - (GAP << _BITS) if best[j] >= 0 else -1, last.get(j - 1, -1))
            score = (max(before, 0) >> _BITS) + weight(word) + MATCHED
            row[j] = score << _BITS | len(found)
            found.append((i, j, before & _NUMBER if before >= 0 else -1))
        if row:
            for j, value in row.items():
                best[j + 1] = max(best[j + 1], value)
            best = list(accumulate(best, max))
        last = row
    chain: list[Match] = []
    at = best[-1] & _NUMBER if found else -1
    while at >= 0:
        i, j, at = found[at]
        chain.append((i, j))
    return chain[::-1]


_BITS = 40
_NUMBER = (1 << _BITS) - 1


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """The first words of three that stand together once in each text, ascending in both."""
    once = _once(new)
    pairs = [(i, once[three]) for three, i in _once(old).items() if three in once]
    tops: list[int] = []
    nodes: list[tuple[int, int]] = []  # pair, node before it
    ends: list[int] = []
    for at, (_, j) in enumerate(pairs):
        length = bisect_left(tops, j)
        nodes.append((at, ends[length - 1] if length else -1))
        tops[length : length + 1] = [j]
        ends[length : length + 1] = [at]
    chain: list[Match] = []
    node = ends[-1] if ends else -1
    while node >= 0:
        at, node = nodes[node]
        chain.append(pairs[at])
    return chain[::-1]


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    threes = list(zip(words, words[1:], words[2:], strict=False))
    counted = Counter(threes)
    return {three: i for i, three in enumerate(threes) if counted[three] == 1}

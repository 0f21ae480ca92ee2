"""Which words of two texts stand for one another."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise

from facilitate.text.languages import weight

MATCHED = 3  # on top of a word's weight
GAP = 6  # less than any matched word gains: gaps decide between matches, never against one
LONG = 32  # words; longer texts are first cut at passages that stand once in both

Match = tuple[int, int]


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
        for start, end, new_start, new_end in between(anchor, len(old), len(new)):
            inner = matches(old[start:end], new[new_start:new_end])
            found += [(start + i, new_start + j) for i, j in inner]
        return sorted(found + anchor)
    return _heaviest_chain(old, new)


def runs(matched: Sequence[Match]) -> list[list[Match]]:
    """Matches that follow one another in both texts, together."""
    found: list[list[Match]] = []
    for i, j in matched:
        if found and found[-1][-1] == (i - 1, j - 1):
            found[-1].append((i, j))
        else:
            found.append([(i, j)])
    return found


def between(matched: Sequence[Match], length: int, new_length: int) -> list[tuple[int, ...]]:
    """The gaps that matched places leave: (start, end, new_start, new_end)."""
    bounds = [(-1, -1), *matched, (length, new_length)]
    return [
        (i + 1, next_i, j + 1, next_j)
        for (i, j), (next_i, next_j) in pairwise(bounds)
        if next_i > i + 1 or next_j > j + 1
    ]


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
        gain = weight(word) + MATCHED << _BITS
        for j in places.get(word, ()):
            jumped, followed = best[j] - _JUMP, last.get(j - 1, -1)
            before = jumped if jumped > followed else followed
            if before < 0:
                row[j] = gain | len(found)
                found.append((i, j, -1))
            else:
                number = before & _NUMBER
                row[j] = before - number + gain | len(found)
                found.append((i, j, number))
        if row:
            for j, value in row.items():
                if value > best[j + 1]:
                    best[j + 1] = value
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
_JUMP = GAP << _BITS


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

"""Words that some drafts have in one place and others in another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from facilitate.text.alignment import Words
from facilitate.text.languages import weight

LENGTH = 3  # words at least, weighing ENOUGH: shorter ones recur by chance
ENOUGH = 40
ALIKE = 0.8  # weight in common: a clause may be adapted to its new place

Said = tuple[int, str, Sequence[str]]  # the site, what is said there, who says it


def moves_among(readings: Iterable[Said]) -> Mapping[tuple[int, str], tuple[int, ...]]:
    """For what is said at a site: the other sites at which others say it, and none of these."""
    counted = [(said, words) for said in readings if (words := _counted(said[1]))]
    found: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for ((site, text, sources), ours), ((other, moved, others), theirs) in combinations(counted, 2):
        if site != other and _alike(ours, theirs) and not set(sources) & set(others):
            found[site, text].add(other)
            found[other, moved].add(site)
    return {said: tuple(sorted(sites)) for said, sites in found.items()}


class _Counted(NamedTuple):
    words: Counter[str]
    weight: int


def _counted(text: str) -> _Counted | None:
    """How often each word is said, without signs; None where it is too little to know again."""
    words = [word for word in Words(text).normals if word[:1].isalnum()]
    weighing = sum(map(weight, words))
    long_enough = len(words) >= LENGTH and weighing >= ENOUGH
    return _Counted(Counter(words), weighing) if long_enough else None


def _alike(ours: _Counted, theirs: _Counted) -> bool:
    enough = ALIKE * (ours.weight + theirs.weight) / 2
    if min(ours.weight, theirs.weight) < enough:
        return False  # even if all the shorter says stands in the longer
    common = ours.words & theirs.words
    return sum(weight(word) * times for word, times in common.items()) >= enough

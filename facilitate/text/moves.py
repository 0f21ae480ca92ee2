"""Words that some drafts have in one place and others in another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

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
        if site != other and not set(sources) & set(others) and _alike(ours, theirs):
            found[site, text].add(other)
            found[other, moved].add(site)
    return {said: tuple(sorted(sites)) for said, sites in found.items()}


def _counted(text: str) -> Counter[str] | None:
    """How often each word is said, without signs; None where it is too little to know again."""
    words = [word for word in Words(text).normals if word[:1].isalnum()]
    long_enough = len(words) >= LENGTH and sum(map(weight, words)) >= ENOUGH
    return Counter(words) if long_enough else None


def _alike(ours: Counter[str], theirs: Counter[str]) -> bool:
    return 2 * _weight(ours & theirs) >= ALIKE * (_weight(ours) + _weight(theirs))


def _weight(words: Counter[str]) -> int:
    return sum(weight(word) * times for word, times in words.items())

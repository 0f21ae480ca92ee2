"""How alike two texts are, what they share, and which texts may say the same."""

from collections.abc import Iterable, Mapping, Set
from itertools import combinations, groupby
from math import sqrt

from facilitate.text.alignment import Words
from facilitate.text.languages import weight
from facilitate.text.matching import matches, runs
from facilitate.text.tokens import normal, solo, tokenize

SAME = 0.45  # from here on texts are proposed as one group
RELATED = 0.25

PASSAGE = 3  # words at least, to be shown as shared


def likeness(a: str, b: str) -> float:
    """0 (nothing in common) to 1 (the same words): the share of common groups of 3 to 5 letters.

    It proposes only: "should" and "should not" are nearly alike here, and are never the same.
    """
    return _likeness(_grams(a), _grams(b))


def _likeness(a: Set[str], b: Set[str]) -> float:
    if not a or not b:
        return float(a == b)
    return len(a & b) / sqrt(len(a) * len(b))


def _grams(text: str) -> frozenset[str]:
    """Groups of letters within words; of 1 to 3 characters where words are not set apart."""
    words = [normal(token.word) for token in tokenize(text) if token.word]
    grams: set[str] = set()
    for alone, run in groupby(words, solo):
        if alone:
            grams |= _slices("".join(run), range(2, 4))
        else:
            for word in run:
                if weight(word) > 7:
                    grams |= _slices(f" {word} ", range(3, 6))
    return frozenset(grams or words)


def _slices(letters: str, lengths: Iterable[int]) -> set[str]:
    return {
        letters[at : at + length]
        for length in lengths
        for at in range(max(1, len(letters) - length + 1))
    }


def shared_passages(a: str, b: str) -> tuple[str, ...]:
    """Runs of words that stand in both texts in the same order, as the first writes them."""
    ours, theirs = Words(a), Words(b)
    passages = (
        _from_word_to_word(ours, [i for i, _ in run])
        for run in runs(matches(ours.normals, theirs.normals))
    )
    return tuple(
        a[ours.offsets[2 * places[0] + 1] : ours.offsets[2 * places[-1] + 2]]
        for places in passages
        if len(places) >= PASSAGE and any(weight(ours.normals[i]) > 7 for i in places)
    )


def _from_word_to_word(words: Words, places: list[int]) -> list[int]:
    """Without the signs at either end."""
    said = [at for at, i in enumerate(places) if words.normals[i][:1].isalnum()]
    return places[said[0] : said[-1] + 1] if said else []


def propose_groups(
    texts: Mapping[str, str], threshold: float = SAME
) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more in which every text is like every other; their order does not matter.

    The most alike are joined first (complete link). A proposal: opposites look alike too.
    """
    grams = {name: _grams(texts[name]) for name in sorted(texts)}
    alike = {
        pair: near
        for pair in combinations(grams, 2)
        if (near := _likeness(grams[pair[0]], grams[pair[1]])) >= threshold
    }
    group = {name: frozenset({name}) for name in grams}
    for a, b in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        if group[a] is not group[b] and all(
            (min(x, y), max(x, y)) in alike for x in group[a] for y in group[b]
        ):
            joined = group[a] | group[b]
            group |= dict.fromkeys(joined, joined)
    return tuple(sorted({tuple(sorted(names)) for names in group.values() if len(names) > 1}))

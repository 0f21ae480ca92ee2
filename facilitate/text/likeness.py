"""How alike two texts are, what they share, and which texts may say the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, groupby
from math import sqrt

from facilitate.text.alignment import Words
from facilitate.text.clauses import clauses
from facilitate.text.languages import weight
from facilitate.text.matching import matches, runs
from facilitate.text.sites import contradictions
from facilitate.text.tokens import normal, solo, tokenize

SAME = 0.45  # from here on texts are proposed as one group
RELATED = 0.25

DUPLICATE = 0.8  # contributions so alike need not be read twice
HEARD = 0.35  # of a contribution stands in a draft: above what any two texts share by chance
ROUNDING = 1 - 1e-9

SAME_MEANING = 0.55  # between languages: above what texts of one forum have in common by chance

Pair = tuple[str, str]
# How much each of some texts means what each other means, 0 to 1: rows of a table.
Meanings = Callable[[Sequence[str]], Sequence[Sequence[float]]]

PASSAGE = 3  # words at least, to be shown as shared


def likeness(a: str, b: str) -> float:
    """0 (nothing in common) to 1 (the same words): the share of common groups of 3 to 5 letters.

    It proposes only: "should" and "should not" are nearly alike here, and are never the same.
    """
    ours, theirs = _grams(a), _grams(b)
    return _share(len(ours & theirs), len(ours), len(theirs))


def _share(common: int, size: int, other_size: int) -> float:
    if not size or not other_size:
        return float(size == other_size)
    return common / sqrt(size * other_size)


def _grams(text: str) -> frozenset[str]:
    """Groups of letters within words; of 1 to 3 characters where words are not set apart."""
    words = [normal(token.word) for token in tokenize(text) if token.word]
    grams: set[str] = set()
    for alone, run in groupby(words, solo):
        if alone:
            grams |= _slices("".join(run), range(2, 4))
        else:
            grams.update(*(_of_word(word) for word in run if weight(word) > 7))
    return frozenset(grams or words)


@lru_cache(maxsize=100_000)
def _of_word(word: str) -> frozenset[str]:
    return _slices(f" {word} ", range(3, 6))


def _slices(letters: str, lengths: Iterable[int]) -> frozenset[str]:
    return frozenset(
        letters[at : at + length]
        for length in lengths
        for at in range(max(1, len(letters) - length + 1))
    )


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
    texts: Mapping[str, str], threshold: float = SAME, meanings: Meanings | None = None
) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more in which every text is like every other; their order does not matter.

    The most alike are joined first (complete link). A proposal: opposites look alike too. Texts in
    different languages are like one another only by their `meanings`.
    """
    alike = _alike(texts, threshold)
    if meanings is not None:
        nearest = {pair: near / threshold for pair, near in alike.items()}
        for pair, near in _of_one_meaning(texts, meanings).items():
            nearest[pair] = max(near / SAME_MEANING, nearest.get(pair, 0.0))
        alike = nearest
    return _complete_link(sorted(texts), alike)


def _of_one_meaning(texts: Mapping[str, str], meanings: Meanings) -> dict[Pair, float]:
    names = sorted(name for name, text in texts.items() if text.strip())
    table = meanings([texts[name] for name in names])
    return {
        (names[i], names[j]): table[i][j]
        for i, j in combinations(range(len(names)), 2)
        if table[i][j] >= SAME_MEANING
    }


def near_duplicates(
    contributions: Mapping[str, str], threshold: float = DUPLICATE
) -> tuple[tuple[str, ...], ...]:
    """Groups of contributions that say the same in nearly the same words.

    Never two of which one says a number, a negation or a "should" that the other does not.
    """
    firm = {name: contradictions(text) for name, text in contributions.items()}
    alike = _alike(contributions, threshold)
    same = {pair: near for pair, near in alike.items() if firm[pair[0]] == firm[pair[1]]}
    return _complete_link(sorted(contributions), same)


def unheard(
    contributions: Mapping[str, str],
    drafts: Mapping[str, str],
    threshold: float = HEARD,
    meanings: Meanings | None = None,
) -> tuple[str, ...]:
    """The contributions that are like nothing in any draft, in the order given.

    What counts is how much of the contribution stands in a draft, which may say much else. What
    was taken up in other words is listed too, and so is what was taken up in another language
    unless `meanings` knows them: it asks people, no more.
    """
    drafted = [_grams(text) for text in drafts.values()]
    left = tuple(
        name
        for name, text in contributions.items()
        if (said := _grams(text))
        and all(len(said & grams) < threshold * len(said) for grams in drafted)
    )
    if meanings is None:
        return left
    meant = _meant_somewhere({name: contributions[name] for name in left}, drafts, meanings)
    return tuple(name for name in left if name not in meant)


def _meant_somewhere(
    contributions: Mapping[str, str], drafts: Mapping[str, str], meanings: Meanings
) -> frozenset[str]:
    """The contributions that mean what some clause of some draft means."""
    drafted = [clause.text for text in drafts.values() for clause in clauses(text)]
    table = meanings([*contributions.values(), *drafted])
    return frozenset(
        name
        for name, row in zip(contributions, table, strict=False)
        if any(near >= SAME_MEANING for near in row[len(contributions) :])
    )


def _alike(texts: Mapping[str, str], threshold: float) -> dict[Pair, float]:
    """The pairs that are alike, each in the order of the alphabet.

    A text is one whole number with a bit for each group of letters, so that two are compared at
    once; and no two whose lengths alone forbid it.
    """
    bits: dict[str, int] = {}
    sets: list[tuple[int, str, int]] = []
    for name in sorted(texts):
        places = [bits.setdefault(gram, len(bits)) for gram in _grams(texts[name])]
        sets.append((len(places), name, _bit_set(places)))
    sets.sort()
    found: dict[Pair, float] = {}
    for at, (size, name, grams) in enumerate(sets):
        for other_size, other, other_grams in sets[at + 1 :]:
            if size < threshold * threshold * other_size * ROUNDING:
                break
            near = _share((grams & other_grams).bit_count(), size, other_size)
            if near >= threshold:
                found[min(name, other), max(name, other)] = near
    return found


def _bit_set(places: Sequence[int]) -> int:
    octets = bytearray(max(places, default=0) // 8 + 1)
    for place in places:
        octets[place // 8] |= 1 << place % 8
    return int.from_bytes(octets, "little")


def _complete_link(
    names: Iterable[str], alike: Mapping[Pair, float]
) -> tuple[tuple[str, ...], ...]:
    group = {name: frozenset({name}) for name in names}
    for a, b in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        if group[a] is not group[b] and all(
            (min(x, y), max(x, y)) in alike for x in group[a] for y in group[b]
        ):
            joined = group[a] | group[b]
            group |= dict.fromkeys(joined, joined)
    return tuple(sorted({tuple(sorted(names)) for names in group.values() if len(names) > 1}))

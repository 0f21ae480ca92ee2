"""Drafts cut at the same places, so that each column holds what every draft says there."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from facilitate.text.alignment import Change, Words, phrases_and_spellings
from facilitate.text.languages import weight
from facilitate.text.matching import Match, matches
from facilitate.text.sites import same_contradiction

ALIKE = 0.35  # weight in common with the middle draft; below, drafts stand whole, side by side

Column = Mapping[str, str]  # draft -> what it says here


def middle(texts: Mapping[str, Words], voices: Mapping[str, int]) -> str:
    """The draft nearest to all: the base on which the others are laid."""
    sets = {text: frozenset(words.normals) for text, words in texts.items()}

    def nearness(text: str) -> float:
        return sum(
            voices[other] * len(sets[text] & sets[other]) / (len(sets[text] | sets[other]) or 1)
            for other in sorted(texts)
        )

    return max(sorted(texts), key=nearness)


def columns(
    texts: Mapping[str, Words], voices: Mapping[str, int], base: str
) -> tuple[list[Column], list[Column]]:
    """The drafts near the base, cut at the same places; and what stands whole behind them.

    Read downwards, each column is a draft. Where nothing is near the base, all drafts stand side
    by side in one column.
    """
    near = _near(texts, base)
    if len(near) == 1 < len(texts):
        return [], [{text: text for text in texts}]
    whole = {text: "" if text in near else text for text in texts}
    return _cut(texts, voices, base, near), list(_additions(whole, voices, _alike))


def _near(texts: Mapping[str, Words], base: str) -> dict[str, list[Match]]:
    """The drafts that have enough in common with the base, and how they match it."""
    matched = {text: matches(texts[base].normals, words.normals) for text, words in texts.items()}
    return {
        text: found
        for text, found in matched.items()
        if text == base or _in_common(texts[base], texts[text], found) >= ALIKE
    }


def _cut(
    texts: Mapping[str, Words],
    voices: Mapping[str, int],
    base: str,
    near: Mapping[str, Sequence[Match]],
) -> list[Column]:
    changed = {text: phrases_and_spellings(texts[base], texts[text], near[text]) for text in near}
    found: list[Column] = []
    end = 0
    for place in _places(changed):
        if place.start > end:
            found.append(dict.fromkeys(near, "".join(texts[base].atoms[end : place.start])))
        read = {text: place.reading(texts[base], texts[text], text) for text in near}
        found += [read] if read[base] else _additions(read, voices, _rivals)
        end = place.end
    found.append(dict.fromkeys(near, "".join(texts[base].atoms[end:])))
    return [column for column in found if any(column.values())]


def _in_common(a: Words, b: Words, matched: Sequence[Match]) -> float:
    total = sum(map(weight, a.normals)) + sum(map(weight, b.normals))
    return 2 * sum(weight(a.normals[i]) for i, _ in matched) / total if total else 0.0


class _Place:
    """Atoms of the base in which at least one draft differs."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.changes: dict[str, list[Change]] = {}

    def reading(self, base: Words, words: Words, text: str) -> str:
        parts: list[str] = []
        end = self.start
        for change in self.changes.get(text, ()):
            parts += base.atoms[end : change.start]
            parts += words.atoms[change.new_start : change.new_end]
            end = change.end
        return "".join([*parts, *base.atoms[end : self.end]])


def _places(changed: Mapping[str, Sequence[Change]]) -> list[_Place]:
    """Changes that overlap are one place, and so are insertions at the same point."""
    places: list[_Place] = []
    for change, text in sorted((c, text) for text, cs in changed.items() for c in cs):
        last = places[-1] if places else None
        if last is None or not (
            change.start < last.end or change.start == change.end == last.start == last.end
        ):
            last = _Place(change.start, change.end)
            places.append(last)
        last.end = max(last.end, change.end)
        last.changes.setdefault(text, []).append(change)
    return places


def _additions(
    column: Column, voices: Mapping[str, int], rivals: Callable[[Words, Words], bool]
) -> Iterator[Column]:
    """What drafts add at one point of the base: rivals in one column, others each in their own.

    What most drafts say comes first, then in the order of the alphabet.
    """
    said = sorted(set(column.values()) - {""})
    together = {text: frozenset({text}) for text in said}
    for a, b in combinations(said, 2):
        if together[a] is not together[b] and rivals(Words(a), Words(b)):
            joined = together[a] | together[b]
            together |= dict.fromkeys(joined, joined)

    def rank(one: frozenset[str]) -> tuple[int, list[str]]:
        return -sum(voices[draft] for draft in column if column[draft] in one), sorted(one)

    for one in sorted(set(together.values()), key=rank):
        yield {draft: text if text in one else "" for draft, text in column.items()}


def _rivals(a: Words, b: Words) -> bool:
    """Whether one would choose between these additions: alike, or two figures, ..."""
    return _alike(a, b) or same_contradiction(a.normals, b.normals)


def _alike(a: Words, b: Words) -> bool:
    common = Counter(a.normals) & Counter(b.normals)
    shared = 2 * sum(weight(word) * times for word, times in common.items())
    return shared >= ALIKE * (sum(map(weight, a.normals)) + sum(map(weight, b.normals)))

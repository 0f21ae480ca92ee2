"""Drafts cut at the same places, so that each column holds what every draft says there."""

from collections.abc import Mapping, Sequence

from facilitate.text.alignment import Change, Words, phrases
from facilitate.text.languages import weight
from facilitate.text.matching import Match, matches

ALIKE = 0.35  # weight in common with the middle draft; below, drafts stand whole, side by side

Column = Mapping[str, str]  # draft -> what it says here


def columns(texts: Mapping[str, Words], voices: Mapping[str, int]) -> list[Column]:
    """The drafts cut at the same places; read downwards, each column is a draft."""
    if not any(texts):
        return []
    if len(texts) == 1:
        return [{text: text for text in texts}]
    base = _middle(texts, voices)
    changed: dict[str, tuple[Change, ...]] = {}
    for text, words in texts.items():
        matched = matches(texts[base].normals, words.normals)
        if _in_common(texts[base], words, matched) < ALIKE:
            return [{text: text for text in texts}]
        changed[text] = phrases(texts[base], words, matched)
    found: list[Column] = []
    end = 0
    for place in _places(changed):
        if place.start > end:
            found.append(dict.fromkeys(texts, "".join(texts[base].atoms[end : place.start])))
        found.append({text: place.reading(texts[base], texts[text], text) for text in texts})
        end = place.end
    found.append(dict.fromkeys(texts, "".join(texts[base].atoms[end:])))
    return [column for column in found if any(column.values())]


def _middle(texts: Mapping[str, Words], voices: Mapping[str, int]) -> str:
    """The draft nearest to all: the base on which the others are laid."""
    sets = {text: frozenset(words.normals) for text, words in texts.items()}

    def nearness(text: str) -> float:
        return sum(
            voices[other] * len(sets[text] & sets[other]) / (len(sets[text] | sets[other]) or 1)
            for other in sorted(texts)
        )

    return max(sorted(texts), key=nearness)


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

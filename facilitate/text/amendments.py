"""Several amendments to one text: applied together where they agree, shown where they do not."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from facilitate.text.alignment import Words, changes


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
    words = Words(base)
    changed = {name: _changes(words, Words(text)) for name, text in amended.items()}
    conflicts = tuple(
        frozenset(pair)
        for pair in combinations(sorted(amended), 2)
        if _conflict(words, changed[pair[0]], changed[pair[1]])
    )
    if conflicts:
        return conflicts
    return _applied(words, {change for made in changed.values() for change in made})


def rebase(base: str, amended: str, current: str) -> str | None:
    """The amendment (base -> amended) carried over to the current text.

    None where both touch the same words or words next to one another: it goes back to its author.
    """
    together = apply_together(base, {"amended": amended, "current": current})
    return together if isinstance(together, str) else None


def _changes(base: Words, amended: Words) -> tuple[Change, ...]:
    return tuple(
        Change(c.start, c.end, "".join(amended.atoms[c.new_start : c.new_end]))
        for c in changes(base, amended)
    )


def _conflict(base: Words, ours: Sequence[Change], theirs: Sequence[Change]) -> bool:
    """Both are ascending; walk them side by side, as far apart as they may be."""
    at = 0
    for our in ours:
        while at < len(theirs) and _stands_clear(base, theirs[at], our):
            at += 1
        for their in theirs[at:]:
            if _stands_clear(base, our, their):
                break
            if our != their and (our.text or their.text):
                return True
    return False


def _stands_clear(base: Words, first: Change, second: Change) -> bool:
    """Whether the first ends before the second begins, with an unchanged word between them."""
    return first.end <= second.start and any(
        base.atoms[atom] for atom in range(first.end | 1, second.start, 2)
    )


def _applied(base: Words, made: Iterable[Change]) -> str:
    parts: list[str] = []
    end = 0
    for change in sorted(made):
        parts += base.atoms[end : change.start]
        parts.append(change.text)
        end = max(end, change.end)
    return "".join([*parts, *base.atoms[end:]])

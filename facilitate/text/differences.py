"""What differs between two texts, in whole words, for the eye and for the record."""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from facilitate.text.alignment import Words, phrases
from facilitate.text.matching import matches

BRACKETS = re.compile(r"\[[^\[\]]* / [^\[\]]*\]")  # "[sic]" and "[1]" are none
Kind = Literal["same", "deleted", "inserted"]


class Piece(msgspec.Struct, frozen=True):
    kind: Kind
    text: str


class Edit(msgspec.Struct, frozen=True):
    """Characters start to end of the old text are replaced."""

    start: int
    end: int
    replacement: str


def marked_up(old: str, new: str) -> tuple[Piece, ...]:
    """Without the inserted pieces this is the old text, without the deleted ones the new."""
    return _pieces(old, edits(old, new))


def marked_up_to_read(old: str, new: str) -> tuple[Piece, ...]:
    """The same for the eye and the ear: alternatives in brackets change as a whole, or not."""
    brackets = [match.span() for match in BRACKETS.finditer(old)]
    return _pieces(old, _grown(old, edits(old, new), brackets))


def _grown(old: str, changes: Iterable[Edit], brackets: list[tuple[int, int]]) -> list[Edit]:
    """Each edit with all of the brackets it touches; those that meet so become one."""
    grown: list[Edit] = []
    for change in changes:
        touched = [b for b in brackets if b[0] < change.end and change.start < b[1]]
        start = min([change.start, *(b[0] for b in touched)])
        end = max([change.end, *(b[1] for b in touched)])
        before, behind = old[start : change.start], old[change.end : end]
        if grown and start < grown[-1].end:
            last = grown.pop()
            kept = last.replacement[: len(last.replacement) - (last.end - change.start)]
            start, before = last.start, kept
        grown.append(Edit(start, end, f"{before}{change.replacement}{behind}"))
    return grown


def _pieces(old: str, changes: Iterable[Edit]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    for edit in changes:
        pieces += [
            Piece("same", old[end : edit.start]),
            Piece("deleted", old[edit.start : edit.end]),
            Piece("inserted", edit.replacement),
        ]
        end = edit.end
    pieces.append(Piece("same", old[end:]))
    return tuple(piece for piece in pieces if piece.text)


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """Replacements that make the old text the new one, ascending, joined to whole phrases."""
    if old == new:
        return ()
    a, b = Words(old), Words(new)
    return tuple(
        Edit(
            a.offsets[change.start],
            a.offsets[change.end],
            new[b.offsets[change.new_start] : b.offsets[change.new_end]],
        )
        for change in phrases(a, b, matches(a.normals, b.normals))
    )

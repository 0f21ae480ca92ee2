"""What differs between two texts, in whole words, for the eye and for the record."""

from typing import Literal

import msgspec

from facilitate.text.alignment import Words, phrases
from facilitate.text.matching import matches

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
    pieces: list[Piece] = []
    end = 0
    for edit in edits(old, new):
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

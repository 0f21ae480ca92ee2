"""Texts made to fit where nobody can scroll: cut on purpose, where a sentence ends."""

import re
from collections.abc import Iterable, Iterator, Sequence

from facilitate.text.differences import Piece

SENTENCE_END = re.compile(r"[.!?…؟。！？][»”\"'’)\]]*(?=\s|$)|(?<=[。！？])")
AROUND = 120  # characters of the same words left on each side of a change


def excerpt(text: str, limit: int) -> str:
    """The text, or its first sentences that fit, or its first words, with an ellipsis."""
    if len(text) <= limit:
        return text
    ends = [found.end() for found in SENTENCE_END.finditer(text[: limit + 1])]
    if ends and limit / 3 <= ends[-1] <= limit:
        return f"{text[: ends[-1]]} […]"
    words = text[:limit].rpartition(" ")[0] or text[:limit]
    return f"{words} …"


def around_changes(pieces: Sequence[Piece], limit: int) -> tuple[Piece, ...]:
    """A marked-up text, or what changes in it with some words around; cut if that is too long."""
    if sum(len(piece.text) for piece in pieces) <= limit:
        return tuple(pieces)
    last = len(pieces) - 1
    near = (_near(piece, first=n == 0, last=n == last) for n, piece in enumerate(pieces))
    return tuple(_first(near, limit))


def _near(piece: Piece, *, first: bool, last: bool) -> Piece:
    if piece.kind != "same" or len(piece.text) <= 2 * AROUND:
        return piece
    before = "" if first else piece.text[:AROUND].rpartition(" ")[0] + " "
    after = "" if last else " " + piece.text[-AROUND:].partition(" ")[2]
    return Piece("same", f"{before}…{after}")


def _first(pieces: Iterable[Piece], limit: int) -> Iterator[Piece]:
    for piece in pieces:
        if limit <= 0:
            return
        yield Piece(piece.kind, excerpt(piece.text, limit))
        limit -= len(piece.text)


def fit(length: int) -> str:
    """The size of letters for a text of this length on a wall: see ``static/projector.css``."""
    sizes = ((150, "short"), (350, "plain"), (600, "long"))
    return next((name for most, name in sizes if length <= most), "longest")

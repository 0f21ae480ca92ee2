"""Texts made to fit where nobody can scroll: cut on purpose, where a sentence ends."""

import re
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from unicodedata import east_asian_width

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
    if len(pieces) == 1 or sum(len(piece.text) for piece in pieces) <= limit:
        return tuple(_first(pieces, limit))
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


# --- letters that fill a wall -------------------------------------------------

# Lengths are in hundredths of the picture's width, as --u in ``static/projector.css``.
WIDTH = 93.0
SIZES = (("short", 4.6, 1.35), ("plain", 3.4, 1.35), ("long", 2.65, 1.35), ("longest", 2.1, 1.3))
CHARACTER = 0.5  # of the size of its letter; measured 0.47 for running text in Noto Serif


def fit(text: str, room: float) -> str | None:
    """The largest letters in which the text is no higher than ``room``; None if there are none."""
    return next((name for name, size, _ in SIZES if height(text, name) <= room), None)


def height(text: str, name: str) -> float:
    size, leading = next((size, leading) for each, size, leading in SIZES if each == name)
    in_a_line = int(WIDTH / (size * CHARACTER))
    lines = sum(max(1, ceil(_width(each) / in_a_line)) for each in text.split("\n"))
    return lines * size * leading


def room_for(room: float) -> int:
    """How many characters the smallest letters leave room for."""
    _, size, leading = SIZES[-1]
    return int(room / (size * leading)) * int(WIDTH / (size * CHARACTER))


def _width(text: str) -> int:
    """In characters; Chinese, Japanese and Korean ones are two wide."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

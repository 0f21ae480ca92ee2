"""Names as people type them, made fit to stand in one line beside the names of others."""

from unicodedata import category

from facilitate.meeting.forms import within
from facilitate.meeting.refusals import Empty

NAME_LENGTH = 120  # characters
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
SEEN = frozenset("LNSP")  # letters, numbers, symbols, punctuation: Unicode's general categories


def plain(text: str) -> str:
    """On one line, without the characters that control the device or turn the line around.

    Joiners stay: Persian and many others are written with them.
    """
    kept = (" " if category(c) in ("Cc", "Zl", "Zp") else c for c in text if c not in TURNING)
    return " ".join("".join(kept).split())


def optional_name(text: str) -> str:
    """Nothing, if nothing in it can be seen. Raises :class:`TooLong`."""
    name = within(plain(text), NAME_LENGTH)
    return name if any(category(c)[0] in SEEN for c in name) else ""


def name(text: str) -> str:
    """Raises :class:`Empty` and :class:`TooLong`."""
    given = optional_name(text)
    if not given:
        raise Empty()
    return given

"""The forms of commands and events, and the words and names that stand in them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from facilitate.meeting.refusals import Empty, TooLong

END = r"$(?!\n)"  # in Python a plain $ lets a line end through

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=rf"^[A-Za-z0-9_-]+{END}")]
Language = Annotated[str, Meta(max_length=16, pattern=rf"^[a-z]{{2,3}}(-[A-Za-z0-9]+)*{END}")]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]
Version = Annotated[int, Meta(ge=0)]
Digest = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{64}}{END}")]

CONTRIBUTION_LENGTH = 2_000  # characters
RECOMMENDATION_LENGTH = 8_000  # characters
REASON_LENGTH = 500  # characters
STRUCK = "[…]"  # what stands for words that were erased: the sign of an omission, in any language
CONTROL = dict.fromkeys(set(range(32)) - {9, 10} | {127})  # all but tab and line feed


class Act(Struct, frozen=True, gc=False, tag=True, tag_field="do", forbid_unknown_fields=True):
    """What somebody asks for: the form of every command."""


class Fact(Struct, frozen=True, gc=False, tag=True, tag_field="type", kw_only=True):
    """What has happened: the form of every event. ``by`` is a person's id, ``at`` is UTC."""

    at: datetime
    by: str


class Words(Struct, frozen=True):
    """The same words in several languages; the first is what the others fall back to."""

    in_languages: dict[str, str]

    def in_(self, language: str) -> str:
        return self.in_languages.get(language) or str(self)

    def __str__(self) -> str:
        return next(iter(self.in_languages.values()))


def plain(text: str) -> str:
    """The text as it is kept: without control characters, which no report could hold, and
    without white space around it."""
    return (text if text.isprintable() else text.translate(CONTROL)).strip()


def worded(text: str, limit: int) -> str:
    """The text without white space around it; refused if nothing is left or it is too long."""
    text = within(text, limit)
    if not text:
        raise Empty()
    return text


def within(text: str, limit: int) -> str:
    """The text without white space around it, or nothing; refused above ``limit`` characters."""
    text = plain(text)
    if len(text) > limit:
        raise TooLong(length=len(text), limit=limit)
    return text

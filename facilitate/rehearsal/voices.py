"""The invented people of the rehearsal, and all that they say in its rooms and in its plenary."""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from facilitate.meeting.contributions import Kind
from facilitate.meeting.drafts import Addressee
from facilitate.meeting.people import Attendance
from facilitate.meeting.recommendations import Stage

VOICES = Path(__file__).with_name("voices.toml")


class Voice(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who joins with the join code; without an organisation, for themselves."""

    id: str
    name: str
    organisation: str
    attendance: Attendance
    language: str


class Said(Struct, frozen=True, forbid_unknown_fields=True):
    """A contribution; ``by`` is a voice or a person of the plan.

    In a proxy entry it is the rapporteur, who takes down somebody in the hall, unnamed.
    """

    id: str
    by: str
    kind: Kind
    language: str
    text: str
    proxy: bool = False


class Drafted(Struct, frozen=True, forbid_unknown_fields=True):
    """A draft recommendation; ``first`` is how it was saved before it was improved upon."""

    id: str
    addressee: Addressee
    text: str
    cites: tuple[str, ...]
    first: str = ""


class Proposed(Struct, frozen=True, forbid_unknown_fields=True):
    """An amendment that puts ``new`` for ``old``; left: nobody deals with it before the end.

    ``first`` is what its sponsor put before revising it. Without an ``old`` the whole
    recommendation is to go.
    """

    id: str
    by: str
    reason: str
    fate: Literal["accepted", "rejected", "withdrawn", "left"]
    old: str = ""
    new: str = ""
    first: str = ""
    why: str = ""


class Added(Struct, frozen=True, forbid_unknown_fields=True):
    """A new recommendation that somebody proposes and nobody takes up before the end."""

    id: str
    by: str
    addressee: Addressee
    text: str
    reason: str


class Objected(Struct, frozen=True, forbid_unknown_fields=True):
    by: str
    reason: str
    withdrawn: bool = False


class Treated(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of one or several draft recommendations (``breakout/id``) in the afternoon.

    Sites are settled as the member ``follow`` reads, but for those with a reading in ``leave``,
    which stay in brackets; in ``say``, which get these words instead; in ``choose``. ``left_out``
    is why words of another member then stand nowhere.
    """

    id: str
    members: tuple[str, ...]
    follow: str
    outcome: Stage
    amendments: tuple[Proposed, ...]
    leave: tuple[str, ...] = ()
    choose: tuple[str, ...] = ()
    say: dict[str, str] = {}
    left_out: str = ""
    reason: str = ""
    objections: tuple[Objected, ...] = ()


class Aside(Struct, frozen=True, forbid_unknown_fields=True):
    member: str
    reason: str


class Hidden(Struct, frozen=True, forbid_unknown_fields=True):
    """``shown``: the secretariat thinks better of it."""

    contribution: str
    reason: str
    shown: bool


class Withdrawn(Struct, frozen=True, forbid_unknown_fields=True):
    contribution: str


class Hands(Struct, frozen=True, forbid_unknown_fields=True):
    """Who raises a hand in a breakout or in the plenary, in this order."""

    place: str
    people: tuple[str, ...]


class Voices(Struct, frozen=True, forbid_unknown_fields=True):
    """Contributions and drafts by breakout, messages of the secretariat by act."""

    people: tuple[Voice, ...]
    contributions: dict[str, tuple[Said, ...]]
    drafts: dict[str, tuple[Drafted, ...]]
    recommendations: tuple[Treated, ...]
    added: tuple[Added, ...]
    set_aside: tuple[Aside, ...]
    messages: dict[str, str]
    hidden: tuple[Hidden, ...]
    withdrawn: tuple[Withdrawn, ...]
    hands: tuple[Hands, ...]


def voices() -> Voices:
    return msgspec.convert(tomllib.loads(VOICES.read_text("utf-8")), Voices)

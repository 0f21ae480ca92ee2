"""The plenary, where all sit together and recommendations are agreed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from facilitate.meeting.consolidation import Member
from facilitate.meeting.forms import Act, Fact
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, OutOfOrder


class Sitting(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


# --- state ---------------------------------------------------------------


class Plenary(Struct, frozen=True):
    """``current`` is the recommendation under discussion, if one is."""

    sitting: Sitting = Sitting.PLANNED
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    current: str | None = None


# --- commands ------------------------------------------------------------


class PlenaryAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class OpenPlenary(PlenaryAct, frozen=True):
    """For the first time, or again after a close."""


class ClosePlenary(PlenaryAct, frozen=True):
    """``left`` are the draft recommendations that are not before it: they go no further, for this
    ``reason``, unless they are taken up again."""

    left: tuple[Member, ...] = ()
    reason: str = ""


Command = OpenPlenary | ClosePlenary


# --- events --------------------------------------------------------------


class PlenaryFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class PlenaryOpened(PlenaryFact, frozen=True):
    pass


class PlenaryClosed(PlenaryFact, frozen=True):
    pass


Event = PlenaryOpened | PlenaryClosed

WHERE_IT_STANDS: Mapping[Sitting, str] = {
    Sitting.PLANNED: N_("The plenary has not been opened yet."),
    Sitting.OPEN: N_("The plenary is sitting."),
    Sitting.CLOSED: N_("The plenary has closed."),
}


def refuse_unless_sitting(plenary: Plenary) -> None:
    if plenary.sitting is not Sitting.OPEN:
        raise OutOfOrder(WHERE_IT_STANDS[plenary.sitting])


# --- decide: command -> events ---------------------------------------------


def decide(plenary: Plenary, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    match command:
        case OpenPlenary():
            return (PlenaryOpened(at=at, by=by.id),) * (plenary.sitting is not Sitting.OPEN)
        case ClosePlenary():
            if plenary.sitting is Sitting.CLOSED:
                return ()
            refuse_unless_sitting(plenary)
            if plenary.current is not None:
                raise OutOfOrder(
                    N_("A recommendation is under discussion. Adopt, defer or lay it aside first.")
                )
            return (PlenaryClosed(at=at, by=by.id),)
        case _:
            assert_never(command)


# --- evolve: event -> state ------------------------------------------------


def evolve(plenary: Plenary, event: Event) -> Plenary:
    match event:
        case PlenaryOpened(at=at):
            return replace(plenary, sitting=Sitting.OPEN, opened_at=plenary.opened_at or at)
        case PlenaryClosed(at=at):
            return replace(plenary, sitting=Sitting.CLOSED, closed_at=at)
        case _:
            assert_never(event)

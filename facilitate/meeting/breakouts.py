"""A breakout session on one topic: when people may speak in it, and when it drafts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from facilitate.meeting.forms import Act, Fact, Id, Minutes, Words
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, OutOfOrder, Stale


class Stage(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    DRAFTING = "drafting"
    REPORTED = "reported"


# --- state ---------------------------------------------------------------


class Breakout(Struct, frozen=True):
    id: str
    topic: str
    title: Words
    language: str
    place: str
    minutes: int = 60
    stage: Stage = Stage.PLANNED
    opened_at: datetime | None = None
    closes_at: datetime | None = None


# --- commands ------------------------------------------------------------


class BreakoutAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class OpenBreakout(BreakoutAct, frozen=True):
    breakout: Id
    minutes: Minutes


class ExtendBreakout(BreakoutAct, frozen=True):
    """More minutes behind the end the asker sees; refused if that end has moved meanwhile."""

    breakout: Id
    minutes: Minutes
    closes_at: datetime


class CloseContributions(BreakoutAct, frozen=True):
    breakout: Id


class ReopenContributions(BreakoutAct, frozen=True):
    breakout: Id
    minutes: Minutes


Command = OpenBreakout | ExtendBreakout | CloseContributions | ReopenContributions


# --- events --------------------------------------------------------------


class BreakoutFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class BreakoutOpened(BreakoutFact, frozen=True):
    breakout: str
    closes_at: datetime


class BreakoutExtended(BreakoutFact, frozen=True):
    breakout: str
    closes_at: datetime


class ContributionsClosed(BreakoutFact, frozen=True):
    breakout: str


class ContributionsReopened(BreakoutFact, frozen=True):
    breakout: str
    closes_at: datetime


Event = BreakoutOpened | BreakoutExtended | ContributionsClosed | ContributionsReopened

# What is in order at each stage. The stage that follows is said once, in evolve.
IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.PLANNED: frozenset({OpenBreakout}),
    Stage.OPEN: frozenset({ExtendBreakout, CloseContributions}),
    Stage.DRAFTING: frozenset({ReopenContributions}),
    Stage.REPORTED: frozenset(),
}


def refuse_out_of_order(breakout: Breakout, in_order: bool) -> None:
    """The one place that says in words where a breakout stands when something is refused."""
    if not in_order:
        raise OutOfOrder(WHERE_IT_STANDS[breakout.stage], breakout=breakout.title)


WHERE_IT_STANDS: Mapping[Stage, str] = {
    Stage.PLANNED: N_("The breakout “%(breakout)s” has not been opened yet."),
    Stage.OPEN: N_("The breakout “%(breakout)s” is open and still hears contributions."),
    Stage.DRAFTING: N_("The breakout “%(breakout)s” has closed contributions and is drafting."),
    Stage.REPORTED: N_("The breakout “%(breakout)s” has submitted its draft."),
}


# --- decide: command -> events ---------------------------------------------


def decide(breakout: Breakout, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    if _already_so(breakout, command):
        return ()
    refuse_out_of_order(breakout, type(command) in IN_ORDER[breakout.stage])
    match command:
        case OpenBreakout(minutes=minutes):
            return (BreakoutOpened(breakout.id, at + timedelta(minutes=minutes), at=at, by=by.id),)
        case ExtendBreakout(minutes=minutes, closes_at=seen):
            if breakout.closes_at != seen:
                raise Stale(N_("The end has been moved already. Please look at the clock again."))
            later = max(seen, at) + timedelta(minutes=minutes)
            return (BreakoutExtended(breakout.id, later, at=at, by=by.id),)
        case CloseContributions():
            return (ContributionsClosed(breakout.id, at=at, by=by.id),)
        case ReopenContributions(minutes=minutes):
            later = at + timedelta(minutes=minutes)
            return (ContributionsReopened(breakout.id, later, at=at, by=by.id),)
        case _:
            assert_never(command)


def _already_so(breakout: Breakout, command: Command) -> bool:
    """Sent again after a lost answer: what it asks for is the case."""
    match command:
        case OpenBreakout() | ReopenContributions():
            return breakout.stage is Stage.OPEN
        case CloseContributions():
            return breakout.stage is Stage.DRAFTING
        case ExtendBreakout():
            return False
        case _:
            assert_never(command)


# --- evolve: event -> state ------------------------------------------------


def evolve(breakout: Breakout, event: Event) -> Breakout:
    match event:
        case BreakoutOpened(at=at, closes_at=closes_at):
            return replace(breakout, stage=Stage.OPEN, opened_at=at, closes_at=closes_at)
        case BreakoutExtended(closes_at=closes_at):
            return replace(breakout, closes_at=closes_at)
        case ContributionsClosed(at=at):
            return replace(breakout, stage=Stage.DRAFTING, closes_at=at)
        case ContributionsReopened(closes_at=closes_at):
            return replace(breakout, stage=Stage.OPEN, closes_at=closes_at)
        case _:
            assert_never(event)

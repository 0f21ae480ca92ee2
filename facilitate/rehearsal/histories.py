"""What each simulated person heard and was told, and whether all of it fits together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from facilitate.meeting import Event
from facilitate.meeting.contributions import (
    Contribute,
    ContributionEndorsed,
    ContributionMade,
    Endorse,
)
from facilitate.meeting.floor import HandLowered, HandRaised, LowerHand, RaiseHand

Asked = Contribute | Endorse | RaiseHand | LowerHand  # what simulated people ask for


class Wrong(StrEnum):
    """What may never happen, in the order in which it is told."""

    LOST = "lost"
    GAP = "gap"
    REPEAT = "repeat"
    DISAGREEMENT = "disagreement"
    TWICE = "twice"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Fault:
    what: Wrong
    person: str
    seq: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it was told; ``act`` is what was done in it, ``body`` all of it."""

    seq: int
    act: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """An acknowledgement: ``act`` is in the record as event ``seq``.

    What was sent ``again`` after a lost line may be there since before.
    """

    seq: int
    act: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Of one person, over all their connections: behind event ``after``, in the order heard.

    ``until`` is how far the person was told to have heard; ``reads`` is False for whoever never
    read, of whom only what did come can be checked. Whoever has ``page`` is told what changes on
    it, and how far that goes, but not the events.
    """

    person: str
    after: int
    heard: Sequence[Heard]
    saved: Sequence[Saved] = ()
    until: int = 0
    reads: bool = True
    page: bool = False


def faults(record: History, histories: Iterable[History]) -> Iterator[Fault]:
    """``record`` is what somebody heard who came at the end and asked for all of it."""
    told = {each.seq: each for each in record.heard}
    yield from _repeats(record)
    yield from _twice(record)
    for history in histories:
        yield from _repeats(history)
        if not history.page:
            yield from _gaps(told, history)
        yield from _disagreements(told, history)
        yield from _lost(told, history)
        if history.reads and history.until < record.until:
            yield Fault(Wrong.BEHIND, history.person, history.until)


def _repeats(history: History) -> Iterator[Fault]:
    last = history.after
    for each in history.heard:
        if each.seq <= last:
            yield Fault(Wrong.REPEAT, history.person, each.seq, each.act)
        last = max(last, each.seq)


def _gaps(told: Mapping[int, Heard], history: History) -> Iterator[Fault]:
    """What the record tells between where the person began and where they were told to be.

    Not every number is for every ear, so that the record as told is the measure.
    """
    heard = {each.seq for each in history.heard}
    for seq in range(history.after + 1, history.until + 1):
        if seq in told and seq not in heard:
            yield Fault(Wrong.GAP, history.person, seq, told[seq].act)


def _disagreements(told: Mapping[int, Heard], history: History) -> Iterator[Fault]:
    for each in history.heard:
        if told.get(each.seq) != each:
            yield Fault(Wrong.DISAGREEMENT, history.person, each.seq, each.act)


def _lost(told: Mapping[int, Heard], history: History) -> Iterator[Fault]:
    """Acknowledged, and not in the record under its number."""
    before = {each.act: each.seq for each in told.values()} if history.saved else {}
    for saved in history.saved:
        there = told.get(saved.seq)
        is_there = there is not None and there.act == saved.act
        if saved.again:
            is_there = before.get(saved.act, saved.seq + 1) <= saved.seq
        if not is_there:
            yield Fault(Wrong.LOST, history.person, saved.seq, saved.act)


def _twice(record: History) -> Iterator[Fault]:
    """A contribution that was sent again and is there as two."""
    seen: set[str] = set()
    for each in record.heard:
        if not each.act.startswith("contribution "):
            continue
        if each.act in seen:
            yield Fault(Wrong.TWICE, record.person, each.seq, each.act)
        seen.add(each.act)


# --- what was done -----------------------------------------------------------


def act_of(event: Event) -> str:
    """The same words as :func:`act_asked` has for the command that leads to it."""
    match event:
        case ContributionMade(id=id, by=by):
            return f"contribution {id} by {by}"
        case ContributionEndorsed(contribution=id, by=by):
            return f"endorsement of {id} by {by}"
        case HandRaised(place=place, person=person):
            return f"hand of {person} in {place}"
        case HandLowered(place=place, person=person):
            return f"hand of {person} down in {place}"
        case _:
            return type(event).__name__


def act_asked(command: Asked, by: str) -> str:
    match command:
        case Contribute(id=id):
            return f"contribution {id} by {by}"
        case Endorse(contribution=id):
            return f"endorsement of {id} by {by}"
        case RaiseHand(place=place):
            return f"hand of {by} in {place}"
        case LowerHand(place=place):
            return f"hand of {by} down in {place}"
        case _:
            assert_never(command)

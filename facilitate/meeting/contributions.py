"""What people say in a breakout, in the hall or remotely, themselves or through a rapporteur."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import assert_never

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace

from facilitate.meeting.breakouts import Breakout, Stage, refuse_out_of_order
from facilitate.meeting.forms import (
    CONTRIBUTION_LENGTH,
    REASON_LENGTH,
    STRUCK,
    Act,
    Fact,
    Id,
    Language,
    plain,
    worded,
)
from facilitate.meeting.people import Attendance, People, Person, attendance_of
from facilitate.meeting.refusals import N_, AlreadyTaken, NotEntitled, OutOfOrder


class Kind(StrEnum):
    CONCERN = "concern"
    EXPERIENCE = "experience"
    GAP = "gap"
    POSSIBILITY = "possibility"


class Standing(StrEnum):
    STANDS = "stands"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    ERASED = "erased"  # with the person who made it


# --- state ---------------------------------------------------------------


class Contribution(Struct, frozen=True, gc=False):
    """``by`` is whose voice it is (None: somebody in the hall, unnamed); ``taken_down_by`` is the
    rapporteur of a proxy entry. ``number`` counts within the breakout, from 1."""

    id: str
    breakout: str
    number: int
    by: str | None
    taken_down_by: str | None
    attendance: Attendance
    kind: Kind
    text: str
    language: str
    at: datetime
    endorsements: Map[str, datetime] = Map()
    standing: Standing = Standing.STANDS
    reason: str = ""


class Contributions(Struct, frozen=True):
    """All contributions of the forum, and of each breakout those made in it by number.

    ``counted`` is how many stand, by breakout, kind and attendance.
    """

    by_id: Map[str, Contribution] = Map()
    numbered: Map[str, Map[int, str]] = Map()
    counted: Map[tuple[str, Kind, Attendance], int] = Map()

    def of(self, breakout: str) -> tuple[Contribution, ...]:
        """In the order they were made."""
        numbered = self.numbered.get(breakout, Map())
        return tuple(self.by_id[numbered[n]] for n in range(1, len(numbered) + 1))

    def standing(
        self,
        breakout: str,
        kinds: Iterable[Kind] = Kind,
        attendances: Iterable[Attendance] = Attendance,
    ) -> int:
        """How many stand; it takes the same time however many there are."""
        keys = product((breakout,), kinds, attendances)
        return sum(self.counted.get(key, 0) for key in keys)

    def newest(self, breakout: str) -> Iterator[Contribution]:
        """The last that was made first."""
        numbered = self.numbered.get(breakout, Map())
        return (self.by_id[numbered[n]] for n in range(len(numbered), 0, -1))


# --- commands ------------------------------------------------------------


class ContributionAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class Contribute(ContributionAct, frozen=True):
    breakout: Id
    id: Id
    kind: Kind
    text: str
    language: Language


class TakeDown(ContributionAct, frozen=True):
    """A proxy entry: a voice from the floor, for somebody without a device.

    ``speaker`` is an id of the directory, or None for somebody who is not named.
    """

    breakout: Id
    id: Id
    kind: Kind
    text: str
    language: Language
    speaker: Id | None = None


class Endorse(ContributionAct, frozen=True):
    contribution: Id


class WithdrawEndorsement(ContributionAct, frozen=True):
    contribution: Id


class WithdrawContribution(ContributionAct, frozen=True):
    contribution: Id


class HideContribution(ContributionAct, frozen=True):
    contribution: Id
    reason: str


class ShowContribution(ContributionAct, frozen=True):
    """Undo hiding."""

    contribution: Id


Command = (
    Contribute
    | TakeDown
    | Endorse
    | WithdrawEndorsement
    | WithdrawContribution
    | HideContribution
    | ShowContribution
)


# --- events --------------------------------------------------------------


class ContributionFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class ContributionMade(ContributionFact, frozen=True):
    breakout: str
    id: str
    speaker: str | None
    taken_down_by: str | None
    attendance: Attendance
    kind: Kind
    text: str
    language: str


class ContributionEndorsed(ContributionFact, frozen=True):
    contribution: str


class EndorsementWithdrawn(ContributionFact, frozen=True):
    contribution: str


class ContributionWithdrawn(ContributionFact, frozen=True):
    contribution: str


class ContributionHidden(ContributionFact, frozen=True):
    contribution: str
    reason: str


class ContributionShown(ContributionFact, frozen=True):
    contribution: str


Event = (
    ContributionMade
    | ContributionEndorsed
    | EndorsementWithdrawn
    | ContributionWithdrawn
    | ContributionHidden
    | ContributionShown
)

_WHILE_PEOPLE_SPEAK: frozenset[type[Command]] = frozenset(
    {Endorse, WithdrawEndorsement, WithdrawContribution, HideContribution, ShowContribution}
)
IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.PLANNED: frozenset(),
    Stage.OPEN: _WHILE_PEOPLE_SPEAK | {Contribute, TakeDown},
    Stage.DRAFTING: _WHILE_PEOPLE_SPEAK,
    Stage.REPORTED: frozenset({HideContribution, ShowContribution}),
}


# --- decide: command -> events ---------------------------------------------


def decide(
    breakout: Breakout,
    made: Contribution | None,
    people: People,
    command: Command,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """``made`` is the contribution that bears the command's id, if there is one."""
    match command:
        case Contribute() | TakeDown():
            if made is not None:
                return _sent_again(made, command, by)
            refuse_out_of_order(breakout, type(command) in IN_ORDER[breakout.stage])
            return (_voice(command, people, by, at),)
        case (
            Endorse()
            | WithdrawEndorsement()
            | WithdrawContribution()
            | HideContribution()
            | ShowContribution()
        ):
            assert made is not None, "the procedure looks it up and refuses what is unknown"
            refuse_out_of_order(breakout, type(command) in IN_ORDER[breakout.stage])
            return _about(made, command, by, at)
        case _:
            assert_never(command)


def _sent_again(made: Contribution, command: Contribute | TakeDown, by: Person) -> tuple[()]:
    """The same contribution, sent again after a lost connection, changes nothing.

    Other words under its id are refused, or they would be lost without anybody knowing.
    """
    entered_by = made.taken_down_by or made.by
    there = (entered_by, made.breakout, made.text)
    if there != (by.id, command.breakout, plain(command.text)):
        raise AlreadyTaken()
    return ()


def _voice(
    command: Contribute | TakeDown, people: People, by: Person, at: datetime
) -> ContributionMade:
    text = worded(command.text, CONTRIBUTION_LENGTH)
    match command:
        case Contribute():
            speaker: str | None = by.id
            taken_down_by, attendance = None, by.attendance
        case TakeDown(breakout=breakout, speaker=named):
            if breakout not in by.breakouts:
                raise NotEntitled(N_("Only a rapporteur of this breakout takes down voices in it."))
            speaker, taken_down_by, attendance = named, by.id, attendance_of(people, named)
        case _:
            assert_never(command)
    return ContributionMade(
        breakout=command.breakout,
        id=command.id,
        speaker=speaker,
        taken_down_by=taken_down_by,
        attendance=attendance,
        kind=command.kind,
        text=text,
        language=command.language,
        at=at,
        by=by.id,
    )


def _about(
    made: Contribution,
    command: Endorse
    | WithdrawEndorsement
    | WithdrawContribution
    | HideContribution
    | ShowContribution,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    match command:
        case Endorse(contribution=id):
            if by.id in made.endorsements:
                return ()
            if made.standing is not Standing.STANDS:
                raise OutOfOrder(N_("This contribution no longer stands."))
            if by.id == made.by:
                raise OutOfOrder(N_("Your own contribution has your voice already."))
            return (ContributionEndorsed(id, at=at, by=by.id),)
        case WithdrawEndorsement(contribution=id):
            return (EndorsementWithdrawn(id, at=at, by=by.id),) * (by.id in made.endorsements)
        case WithdrawContribution(contribution=id):
            if by.id not in (made.by, made.taken_down_by):
                raise NotEntitled(N_("Only those who made a contribution can withdraw it."))
            stands = made.standing in (Standing.STANDS, Standing.HIDDEN)
            return (ContributionWithdrawn(id, at=at, by=by.id),) * stands
        case HideContribution(contribution=id, reason=reason):
            stands = made.standing is Standing.STANDS
            reason = worded(reason, REASON_LENGTH)
            return (ContributionHidden(id, reason, at=at, by=by.id),) * stands
        case ShowContribution(contribution=id):
            hidden = made.standing is Standing.HIDDEN
            return (ContributionShown(id, at=at, by=by.id),) * hidden
        case _:
            assert_never(command)


# --- evolve: event -> state ------------------------------------------------


def evolve(contributions: Contributions, event: Event) -> Contributions:
    match event:
        case ContributionMade():
            return _numbered(contributions, event)
        case ContributionEndorsed(contribution=id, by=by, at=at):
            made = contributions.by_id[id]
            return _with(contributions, replace(made, endorsements=made.endorsements.set(by, at)))
        case EndorsementWithdrawn(contribution=id, by=by):
            made = contributions.by_id[id]
            return _with(contributions, replace(made, endorsements=made.endorsements.delete(by)))
        case ContributionWithdrawn(contribution=id):
            return _standing(contributions, id, Standing.WITHDRAWN)
        case ContributionHidden(contribution=id, reason=reason):
            return _standing(contributions, id, Standing.HIDDEN, reason)
        case ContributionShown(contribution=id):
            return _standing(contributions, id, Standing.STANDS)
        case _:
            assert_never(event)


def struck(contributions: Contributions, person: str) -> Contributions:
    """Without the words of a person who is erased from the record."""
    theirs = [made for made in contributions.by_id.values() if made.by == person]
    for made in theirs:
        contributions = _standing(contributions, made.id, Standing.ERASED)
        contributions = _with(contributions, replace(contributions.by_id[made.id], text=STRUCK))
    return contributions


def _numbered(contributions: Contributions, event: ContributionMade) -> Contributions:
    numbered = contributions.numbered.get(event.breakout, Map())
    made = Contribution(
        id=event.id,
        breakout=event.breakout,
        number=len(numbered) + 1,
        by=event.speaker,
        taken_down_by=event.taken_down_by,
        attendance=event.attendance,
        kind=event.kind,
        text=event.text,
        language=event.language,
        at=event.at,
    )
    return Contributions(
        contributions.by_id.set(made.id, made),
        contributions.numbered.set(made.breakout, numbered.set(made.number, made.id)),
        _counted(contributions, made, 1),
    )


def _with(contributions: Contributions, made: Contribution) -> Contributions:
    return replace(contributions, by_id=contributions.by_id.set(made.id, made))


def _standing(
    contributions: Contributions, id: str, standing: Standing, reason: str = ""
) -> Contributions:
    before = contributions.by_id[id]
    more = (standing is Standing.STANDS) - (before.standing is Standing.STANDS)
    return replace(
        _with(contributions, replace(before, standing=standing, reason=reason)),
        counted=_counted(contributions, before, more),
    )


def _counted(
    contributions: Contributions, made: Contribution, more: int
) -> Map[tuple[str, Kind, Attendance], int]:
    key = made.breakout, made.kind, made.attendance
    return contributions.counted.set(key, contributions.counted.get(key, 0) + more)

"""Changes put to one recommendation, dealt with one by one; no one's words are lost on the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from immutables import Map

from facilitate.meeting import recommendations
from facilitate.meeting.forms import (
    REASON_LENGTH,
    RECOMMENDATION_LENGTH,
    Act,
    Digest,
    Fact,
    Id,
    Version,
    plain,
    within,
    worded,
)
from facilitate.meeting.people import Attendance, Person
from facilitate.meeting.recommendations import Recommendation, refuse_another_text
from facilitate.meeting.refusals import N_, AlreadyTaken, NotEntitled, OutOfOrder, Stale
from facilitate.text.amendments import rebase
from facilitate.text.collation import Run
from facilitate.text.provenance import carried


class Stage(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HANDED_BACK = "handed-back"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amendment:
    """``base`` is the recommendation's text at ``version``; ``text`` is the whole text as the
    sponsor would have it. ``proposed`` keeps the sponsor's own words when it was carried over."""

    id: str
    number: int
    recommendation: str
    version: int
    base: str
    text: str
    reason: str
    by: str
    attendance: Attendance
    at: datetime
    proposed: str
    supporters: Map[str, datetime] = Map()
    stage: Stage = Stage.OPEN
    contained: bool = False  # handed back, as the text now says already what it asked for
    outcome_reason: str = ""


Amendments = Map[str, Amendment]


def open_ones(amendments: Amendments, recommendation: str) -> tuple[Amendment, ...]:
    """In the order they were proposed."""
    there = (a for a in amendments.values() if a.recommendation == recommendation)
    return tuple(sorted((a for a in there if a.stage is Stage.OPEN), key=lambda a: a.number))


# --- commands ------------------------------------------------------------


class AmendmentAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class ProposeAmendment(AmendmentAct, frozen=True):
    """``text`` is the whole recommendation as it should read; ``version`` the one it changes."""

    recommendation: Id
    id: Id
    version: Version
    text: str
    reason: str


class SupportAmendment(AmendmentAct, frozen=True):
    amendment: Id


class WithdrawSupport(AmendmentAct, frozen=True):
    amendment: Id


class WithdrawAmendment(AmendmentAct, frozen=True):
    amendment: Id


class AcceptAmendment(AmendmentAct, frozen=True):
    """Into the text that has this version and digest."""

    amendment: Id
    version: Version
    digest: Digest


class RejectAmendment(AmendmentAct, frozen=True):
    amendment: Id
    reason: str = ""


Command = (
    ProposeAmendment
    | SupportAmendment
    | WithdrawSupport
    | WithdrawAmendment
    | AcceptAmendment
    | RejectAmendment
)


# --- events --------------------------------------------------------------


class AmendmentFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class AmendmentProposed(AmendmentFact, frozen=True):
    id: str
    recommendation: str
    version: int
    base: str
    text: str
    reason: str
    attendance: Attendance


class AmendmentSupported(AmendmentFact, frozen=True):
    amendment: str


class SupportWithdrawn(AmendmentFact, frozen=True):
    amendment: str


class AmendmentWithdrawn(AmendmentFact, frozen=True):
    amendment: str


class AmendmentAccepted(AmendmentFact, frozen=True):
    """``runs`` is the recommendation's new text with its sources."""

    amendment: str
    recommendation: str
    runs: tuple[Run, ...]


class AmendmentRejected(AmendmentFact, frozen=True):
    amendment: str
    reason: str


class AmendmentCarriedOver(AmendmentFact, frozen=True):
    """Another was accepted; this one says the same about the new text."""

    amendment: str
    version: int
    base: str
    text: str


class AmendmentHandedBack(AmendmentFact, frozen=True):
    """Another was accepted that touches the same words; the sponsor looks at both texts.

    ``contained``: the text now says already what this one asked for.
    """

    amendment: str
    contained: bool = False


Event = (
    AmendmentProposed
    | AmendmentSupported
    | SupportWithdrawn
    | AmendmentWithdrawn
    | AmendmentAccepted
    | AmendmentRejected
    | AmendmentCarriedOver
    | AmendmentHandedBack
)

IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.OPEN: frozenset(
        {SupportAmendment, WithdrawSupport, WithdrawAmendment, AcceptAmendment, RejectAmendment}
    ),
    Stage.ACCEPTED: frozenset(),
    Stage.REJECTED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.HANDED_BACK: frozenset({WithdrawAmendment}),
}

WHERE_IT_STANDS: Mapping[Stage, str] = {
    Stage.OPEN: N_("This amendment is open."),
    Stage.ACCEPTED: N_("This amendment has been accepted."),
    Stage.REJECTED: N_("This amendment has not been accepted."),
    Stage.WITHDRAWN: N_("This amendment has been withdrawn."),
    Stage.HANDED_BACK: N_("This amendment went back to its sponsor, as the text has changed."),
}

# At which stages of a recommendation its amendments may be proposed, supported, withdrawn.
AMENDABLE = frozenset({recommendations.Stage.WAITING, recommendations.Stage.UNDER_DISCUSSION})


# --- decide: command -> events ---------------------------------------------


def propose(
    amendments: Amendments,
    recommendation: Recommendation,
    command: ProposeAmendment,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    there = amendments.get(command.id)
    if there is not None:
        proposed = (there.by, there.recommendation, there.proposed)
        if proposed != (by.id, recommendation.id, plain(command.text)):
            raise AlreadyTaken()
        return ()
    recommendations.refuse_out_of_order(recommendation, recommendation.stage in AMENDABLE)
    if command.version != recommendation.version:
        raise Stale()
    text = worded(command.text, RECOMMENDATION_LENGTH)
    if text == recommendation.text.strip():
        raise OutOfOrder(N_("Your text is the same as the recommendation's. Change a word first."))
    return (
        AmendmentProposed(
            command.id,
            recommendation.id,
            recommendation.version,
            recommendation.text,
            text,
            within(command.reason, REASON_LENGTH),
            by.attendance,
            at=at,
            by=by.id,
        ),
    )


def decide(
    amendments: Amendments,
    amendment: Amendment,
    recommendation: Recommendation,
    command: SupportAmendment
    | WithdrawSupport
    | WithdrawAmendment
    | AcceptAmendment
    | RejectAmendment,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    if _already_so(amendment, command, by):
        return ()
    if type(command) not in IN_ORDER[amendment.stage]:
        raise OutOfOrder(WHERE_IT_STANDS[amendment.stage])
    id = amendment.id
    match command:
        case SupportAmendment():
            recommendations.refuse_out_of_order(recommendation, recommendation.stage in AMENDABLE)
            if by.id == amendment.by:
                raise OutOfOrder(N_("Your own amendment has your support already."))
            return (AmendmentSupported(id, at=at, by=by.id),)
        case WithdrawSupport():
            return (SupportWithdrawn(id, at=at, by=by.id),)
        case WithdrawAmendment():
            if by.id != amendment.by:
                raise NotEntitled(N_("Only its sponsor can withdraw an amendment."))
            return (AmendmentWithdrawn(id, at=at, by=by.id),)
        case AcceptAmendment(version=version, digest=digest):
            _refuse_unless_under_discussion(recommendation)
            refuse_another_text(recommendation, version, digest)
            return _accept(amendments, amendment, recommendation, by, at)
        case RejectAmendment(reason=reason):
            _refuse_unless_under_discussion(recommendation)
            return (AmendmentRejected(id, within(reason, REASON_LENGTH), at=at, by=by.id),)
        case _:
            assert_never(command)


def _already_so(amendment: Amendment, command: Command, by: Person) -> bool:
    """Sent again after a lost answer: what it asks for is the case."""
    match command:
        case SupportAmendment():
            return by.id in amendment.supporters
        case WithdrawSupport():
            return by.id not in amendment.supporters
        case WithdrawAmendment():
            return amendment.stage is Stage.WITHDRAWN
        case AcceptAmendment():
            return amendment.stage is Stage.ACCEPTED
        case RejectAmendment():
            return amendment.stage is Stage.REJECTED
        case ProposeAmendment():
            return False
        case _:
            assert_never(command)


def _refuse_unless_under_discussion(recommendation: Recommendation) -> None:
    discussed = recommendation.stage is recommendations.Stage.UNDER_DISCUSSION
    recommendations.refuse_out_of_order(recommendation, discussed)


def _accept(
    amendments: Amendments,
    amendment: Amendment,
    recommendation: Recommendation,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    runs = carried(recommendation.runs, amendment.text, f"amendment/{amendment.id}")
    accepted = AmendmentAccepted(amendment.id, recommendation.id, runs, at=at, by=by.id)
    others = (a for a in open_ones(amendments, recommendation.id) if a.id != amendment.id)
    version = recommendation.version + 1
    return (accepted, *_others_follow(others, amendment.text, version, by, at))


def _others_follow(
    others: Iterable[Amendment], text: str, version: int, by: Person, at: datetime
) -> Iterable[Event]:
    """Each open amendment is carried over to the new text, or handed back to its sponsor."""
    for other in others:
        rebased = rebase(other.base, other.text, text)
        contained = rebased == text
        if contained or not rebased or not rebased.strip():
            yield AmendmentHandedBack(other.id, contained, at=at, by=by.id)
        else:
            yield AmendmentCarriedOver(other.id, version, text, rebased, at=at, by=by.id)


# --- evolve: event -> state ------------------------------------------------


def evolve(amendments: Amendments, event: Event) -> Amendments:
    match event:
        case AmendmentProposed(id=id):
            return amendments.set(id, _proposed(event, number=len(amendments) + 1))
        case AmendmentSupported(amendment=id, by=by, at=at):
            there = amendments[id]
            return amendments.set(id, replace(there, supporters=there.supporters.set(by, at)))
        case SupportWithdrawn(amendment=id, by=by):
            there = amendments[id]
            return amendments.set(id, replace(there, supporters=there.supporters.delete(by)))
        case AmendmentWithdrawn(amendment=id):
            return amendments.set(id, replace(amendments[id], stage=Stage.WITHDRAWN))
        case AmendmentAccepted(amendment=id):
            return amendments.set(id, replace(amendments[id], stage=Stage.ACCEPTED))
        case AmendmentRejected(amendment=id, reason=reason):
            rejected = replace(amendments[id], stage=Stage.REJECTED, outcome_reason=reason)
            return amendments.set(id, rejected)
        case AmendmentCarriedOver(amendment=id, version=version, base=base, text=text):
            there = replace(amendments[id], version=version, base=base, text=text)
            return amendments.set(id, there)
        case AmendmentHandedBack(amendment=id, contained=contained):
            back = replace(amendments[id], stage=Stage.HANDED_BACK, contained=contained)
            return amendments.set(id, back)
        case _:
            assert_never(event)


def _proposed(event: AmendmentProposed, number: int) -> Amendment:
    return Amendment(
        id=event.id,
        number=number,
        recommendation=event.recommendation,
        version=event.version,
        base=event.base,
        text=event.text,
        reason=event.reason,
        by=event.by,
        attendance=event.attendance,
        at=event.at,
        proposed=event.text,
    )

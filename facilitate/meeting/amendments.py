"""Changes put to a recommendation, one that adds a new one too; no one's words are lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from immutables import Map

from facilitate.meeting import recommendations
from facilitate.meeting.drafts import Addressee
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
from facilitate.meeting.recommendations import Recommendation, digest_of, refuse_another_text
from facilitate.meeting.refusals import N_, AlreadyTaken, NotEntitled, OutOfOrder, Stale, Unknown
from facilitate.text.collation import Run


class Stage(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HANDED_BACK = "handed-back"
    LAPSED = "lapsed"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """What an amendment said until it was revised by its sponsor or carried over to a new text.

    ``supporters`` supported these words. ``accepted`` are the amendments whose acceptance made the
    new text; none, if the sponsor revised it. ``apart``: they changed other paragraphs only.
    """

    base: str
    text: str
    reason: str
    until: datetime
    supporters: Map[str, datetime] = Map()
    accepted: tuple[str, ...] = ()
    apart: bool = False

    @property
    def revised(self) -> bool:
        return not self.accepted


@dataclass(frozen=True, slots=True)
class Amendment:
    """``base`` is the recommendation's text at ``version``; ``text`` is the whole text as the
    sponsor would have it: without one the recommendation is to go, without a base it is a new one,
    which has the amendment's id. ``answers`` is who made the objection that it answers."""

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
    supporters: Map[str, datetime] = Map()
    stage: Stage = Stage.OPEN
    contained: bool = False  # handed back, as the text now says already what it asked for
    outcome_reason: str = ""
    addressee: Addressee | None = None  # of a new recommendation
    answers: str | None = None
    earlier: tuple[Wording, ...] = ()
    accepted: tuple[str, ...] = ()  # handed back, as these were accepted

    @property
    def deletes(self) -> bool:
        return not self.text

    @property
    def adds(self) -> bool:
        return not self.base

    @property
    def first(self) -> str:
        """The text as first proposed."""
        return self.earlier[0].text if self.earlier else self.text

    @property
    def proposed(self) -> str:
        """The sponsor's own words, those of the last revision, before they were carried over."""
        carried_over: list[Wording] = []
        for wording in self.earlier:
            carried_over = [] if wording.revised else [*carried_over, wording]
        return carried_over[0].text if carried_over else self.text

    @property
    def digest(self) -> str:
        return digest_of(self.addressee or Addressee.OTHERS, self.text)


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
    answers: Id | None = None


class ProposeDeletion(AmendmentAct, frozen=True):
    """That the whole recommendation should go."""

    recommendation: Id
    id: Id
    version: Version
    reason: str


class ProposeRecommendation(AmendmentAct, frozen=True):
    """A new one, which comes before the plenary when the chair takes it up."""

    id: Id
    addressee: Addressee
    text: str
    reason: str


class ReviseAmendment(AmendmentAct, frozen=True):
    """Its sponsor words it anew, over ``version`` of the recommendation; support is asked anew.

    So an amendment is amended, and so one that was handed back or has lapsed is put again.
    """

    amendment: Id
    version: Version
    text: str
    reason: str


class SupportAmendment(AmendmentAct, frozen=True):
    amendment: Id


class WithdrawSupport(AmendmentAct, frozen=True):
    amendment: Id


class WithdrawAmendment(AmendmentAct, frozen=True):
    amendment: Id


class AcceptAmendments(AmendmentAct, frozen=True):
    """Into the text that has this version and digest, so that it becomes the one with ``result``.

    What was seen is accepted, be it one amendment or several at once, or nothing is.
    """

    recommendation: Id
    amendments: tuple[Id, ...]
    version: Version
    digest: Digest
    result: Digest


class AcceptDeletion(AmendmentAct, frozen=True):
    """The recommendation with this version and digest is not adopted."""

    amendment: Id
    version: Version
    digest: Digest


class TakeUpRecommendation(AmendmentAct, frozen=True):
    """A new one with this digest comes before the plenary, at the end."""

    amendment: Id
    digest: Digest


class RejectAmendment(AmendmentAct, frozen=True):
    amendment: Id
    reason: str = ""


Proposal = ProposeAmendment | ProposeDeletion | ProposeRecommendation
OnAmendment = (
    ReviseAmendment
    | SupportAmendment
    | WithdrawSupport
    | WithdrawAmendment
    | AcceptDeletion
    | TakeUpRecommendation
    | RejectAmendment
)
Command = Proposal | AcceptAmendments | OnAmendment


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
    addressee: Addressee | None = None
    answers: str | None = None


class AmendmentRevised(AmendmentFact, frozen=True):
    amendment: str
    version: int
    base: str
    text: str
    reason: str


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


class DeletionAccepted(AmendmentFact, frozen=True):
    amendment: str
    recommendation: str


class RecommendationTakenUp(AmendmentFact, frozen=True):
    """A new recommendation is before the plenary; it has the amendment's id."""

    amendment: str
    addressee: Addressee
    runs: tuple[Run, ...]


class AmendmentRejected(AmendmentFact, frozen=True):
    amendment: str
    reason: str


class AmendmentCarriedOver(AmendmentFact, frozen=True):
    """Others were accepted; this one says the same about the new text.

    ``apart``: they do not meet, not even in a paragraph or by what they say.
    """

    amendment: str
    version: int
    base: str
    text: str
    accepted: tuple[str, ...] = ()
    apart: bool = False


class AmendmentHandedBack(AmendmentFact, frozen=True):
    """Others were accepted that touch the same words; the sponsor looks at both texts.

    ``contained``: the text now says already what this one asked for.
    """

    amendment: str
    contained: bool = False
    accepted: tuple[str, ...] = ()


class AmendmentLapsed(AmendmentFact, frozen=True):
    """The recommendation was deferred or not adopted while this one was open."""

    amendment: str


Event = (
    AmendmentProposed
    | AmendmentRevised
    | AmendmentSupported
    | SupportWithdrawn
    | AmendmentWithdrawn
    | AmendmentAccepted
    | DeletionAccepted
    | RecommendationTakenUp
    | AmendmentRejected
    | AmendmentCarriedOver
    | AmendmentHandedBack
    | AmendmentLapsed
)

IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.OPEN: frozenset(
        {
            ReviseAmendment,
            SupportAmendment,
            WithdrawSupport,
            WithdrawAmendment,
            AcceptAmendments,
            AcceptDeletion,
            TakeUpRecommendation,
            RejectAmendment,
        }
    ),
    Stage.ACCEPTED: frozenset(),
    Stage.REJECTED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.HANDED_BACK: frozenset({ReviseAmendment, WithdrawAmendment}),
    Stage.LAPSED: frozenset({ReviseAmendment}),
}

WHERE_IT_STANDS: Mapping[Stage, str] = {
    Stage.OPEN: N_("This amendment is open."),
    Stage.ACCEPTED: N_("This amendment has been accepted."),
    Stage.REJECTED: N_("This amendment has not been accepted."),
    Stage.WITHDRAWN: N_("This amendment has been withdrawn."),
    Stage.HANDED_BACK: N_("This amendment went back to its sponsor, as the text has changed."),
    Stage.LAPSED: N_("This amendment has lapsed with its recommendation."),
}

# At which stages of a recommendation its amendments may be proposed, supported, withdrawn.
AMENDABLE = frozenset({recommendations.Stage.WAITING, recommendations.Stage.UNDER_DISCUSSION})


# --- decide: command -> events ---------------------------------------------


def propose(
    amendments: Amendments,
    recommendation: Recommendation,
    command: ProposeAmendment | ProposeDeletion,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    text = plain(command.text) if isinstance(command, ProposeAmendment) else ""
    if _proposed_already(amendments, command.id, recommendation.id, text, by):
        return ()
    _refuse_unless_amendable(recommendation, command.version)
    match command:
        case ProposeAmendment():
            text = _other_words(recommendation, command.text)
            reason = within(command.reason, REASON_LENGTH)
            answers = _standing(recommendation, command.answers)
        case ProposeDeletion():
            reason = worded(command.reason, REASON_LENGTH)
            answers = None
        case _:
            assert_never(command)
    proposed = AmendmentProposed(
        command.id,
        recommendation.id,
        recommendation.version,
        recommendation.text,
        text,
        reason,
        by.attendance,
        answers=answers,
        at=at,
        by=by.id,
    )
    return (proposed,)


def _standing(recommendation: Recommendation, objects: str | None) -> str | None:
    if objects is not None and objects not in recommendation.objections:
        raise Unknown(N_("The objection that this is to answer no longer stands."))
    return objects


def propose_new(
    amendments: Amendments,
    taken: bool,
    command: ProposeRecommendation,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """``taken``: there is a recommendation with this id already."""
    id = command.id
    if _proposed_already(amendments, id, id, plain(command.text), by):
        return ()
    if taken:
        raise AlreadyTaken()
    text = worded(command.text, RECOMMENDATION_LENGTH)
    reason = within(command.reason, REASON_LENGTH)
    to = command.addressee
    return (AmendmentProposed(id, id, 0, "", text, reason, by.attendance, to, at=at, by=by.id),)


def _proposed_already(
    amendments: Amendments, id: str, recommendation: str, text: str, by: Person
) -> bool:
    there = amendments.get(id)
    if there is not None and (there.by, there.recommendation, there.first) != (
        by.id,
        recommendation,
        text,
    ):
        raise AlreadyTaken()
    return there is not None


def _refuse_unless_amendable(recommendation: Recommendation, version: int) -> None:
    recommendations.refuse_out_of_order(recommendation, recommendation.stage in AMENDABLE)
    if version != recommendation.version:
        raise Stale()


def _other_words(recommendation: Recommendation, text: str) -> str:
    said = worded(text, RECOMMENDATION_LENGTH)
    if said == recommendation.text.strip():
        raise OutOfOrder(N_("Your text is the same as the recommendation's. Change a word first."))
    return said


def decide(
    amendment: Amendment,
    recommendation: Recommendation | None,
    command: OnAmendment,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """``recommendation`` is there unless the amendment is to add it."""
    if _already_so(amendment, command, by):
        return ()
    if type(command) not in IN_ORDER[amendment.stage]:
        raise OutOfOrder(WHERE_IT_STANDS[amendment.stage])
    id = amendment.id
    match command:
        case ReviseAmendment():
            return (_revised(amendment, recommendation, command, by, at),)
        case SupportAmendment():
            if recommendation is not None:
                amendable = recommendation.stage in AMENDABLE
                recommendations.refuse_out_of_order(recommendation, amendable)
            if by.id == amendment.by:
                raise OutOfOrder(N_("Your own amendment has your support already."))
            return (AmendmentSupported(id, at=at, by=by.id),)
        case WithdrawSupport():
            return (SupportWithdrawn(id, at=at, by=by.id),)
        case WithdrawAmendment():
            _refuse_unless_sponsor(amendment, by, N_("Only its sponsor can withdraw an amendment."))
            return (AmendmentWithdrawn(id, at=at, by=by.id),)
        case AcceptDeletion(version=version, digest=digest):
            if recommendation is None or not amendment.deletes:
                raise Unknown(N_("This amendment asks for something else."))
            refuse_unless_under_discussion(recommendation)
            refuse_another_text(recommendation, version, digest)
            return (DeletionAccepted(id, recommendation.id, at=at, by=by.id),)
        case TakeUpRecommendation(digest=digest):
            return (_taken_up(amendment, recommendation, digest, by, at),)
        case RejectAmendment(reason=reason):
            if recommendation is not None:
                refuse_unless_under_discussion(recommendation)
            return (AmendmentRejected(id, within(reason, REASON_LENGTH), at=at, by=by.id),)
        case _:
            assert_never(command)


def _already_so(amendment: Amendment, command: OnAmendment, by: Person) -> bool:
    """Sent again after a lost answer: what it asks for is the case."""
    match command:
        case ReviseAmendment(text=text, reason=reason):
            said = (by.id, Stage.OPEN, plain(text), plain(reason))
            return (amendment.by, amendment.stage, amendment.text, amendment.reason) == said
        case SupportAmendment():
            return by.id in amendment.supporters
        case WithdrawSupport():
            return by.id not in amendment.supporters
        case WithdrawAmendment():
            return amendment.stage is Stage.WITHDRAWN
        case AcceptDeletion():
            return amendment.stage is Stage.ACCEPTED and amendment.deletes
        case TakeUpRecommendation():
            return amendment.stage is Stage.ACCEPTED and amendment.adds
        case RejectAmendment():
            return amendment.stage is Stage.REJECTED
        case _:
            assert_never(command)


def _refuse_unless_sponsor(amendment: Amendment, by: Person, sentence: str) -> None:
    if by.id != amendment.by:
        raise NotEntitled(sentence)


def refuse_unless_under_discussion(recommendation: Recommendation) -> None:
    discussed = recommendation.stage is recommendations.Stage.UNDER_DISCUSSION
    recommendations.refuse_out_of_order(recommendation, discussed)


def _revised(
    amendment: Amendment,
    recommendation: Recommendation | None,
    command: ReviseAmendment,
    by: Person,
    at: datetime,
) -> AmendmentRevised:
    _refuse_unless_sponsor(amendment, by, N_("Only its sponsor can revise an amendment."))
    reason = within(command.reason, REASON_LENGTH)
    if recommendation is None:
        text = worded(command.text, RECOMMENDATION_LENGTH)
        return AmendmentRevised(amendment.id, 0, "", text, reason, at=at, by=by.id)
    _refuse_unless_amendable(recommendation, command.version)
    text = _other_words(recommendation, command.text)
    version, base = recommendation.version, recommendation.text
    return AmendmentRevised(amendment.id, version, base, text, reason, at=at, by=by.id)


def _taken_up(
    amendment: Amendment,
    recommendation: Recommendation | None,
    digest: str,
    by: Person,
    at: datetime,
) -> RecommendationTakenUp:
    if not amendment.adds or amendment.addressee is None:
        raise Unknown(N_("This amendment asks for something else."))
    if recommendation is not None:
        raise AlreadyTaken()
    refuse_other_words(digest, amendment.digest)
    runs = (Run(amendment.text, (source_of(amendment.id),)),)
    return RecommendationTakenUp(amendment.id, amendment.addressee, runs, at=at, by=by.id)


def refuse_other_words(seen: str, there: str) -> None:
    if seen != there:
        raise Stale(
            N_("An amendment has changed since it was on your screen. Nothing was decided.")
        )


def source_of(amendment: str) -> str:
    """How an amendment is named among the sources of a run."""
    return f"amendment/{amendment}"


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
        case AmendmentRevised(amendment=id):
            return amendments.set(id, _as_revised(amendments[id], event))
        case AmendmentWithdrawn(amendment=id):
            return amendments.set(id, replace(amendments[id], stage=Stage.WITHDRAWN))
        case (
            AmendmentAccepted(amendment=id)
            | DeletionAccepted(amendment=id)
            | RecommendationTakenUp(amendment=id)
        ):
            return amendments.set(id, replace(amendments[id], stage=Stage.ACCEPTED))
        case AmendmentRejected(amendment=id, reason=reason):
            rejected = replace(amendments[id], stage=Stage.REJECTED, outcome_reason=reason)
            return amendments.set(id, rejected)
        case AmendmentCarriedOver(amendment=id):
            return amendments.set(id, _as_carried_over(amendments[id], event))
        case AmendmentHandedBack(amendment=id, contained=contained, accepted=accepted):
            back = replace(
                amendments[id], stage=Stage.HANDED_BACK, contained=contained, accepted=accepted
            )
            return amendments.set(id, back)
        case AmendmentLapsed(amendment=id):
            return amendments.set(id, replace(amendments[id], stage=Stage.LAPSED))
        case _:
            assert_never(event)


def _as_revised(there: Amendment, event: AmendmentRevised) -> Amendment:
    before = Wording(there.base, there.text, there.reason, event.at, there.supporters)
    return replace(
        there,
        version=event.version,
        base=event.base,
        text=event.text,
        reason=event.reason,
        supporters=Map(),
        stage=Stage.OPEN,
        contained=False,
        accepted=(),
        earlier=(*there.earlier, before),
    )


def _as_carried_over(there: Amendment, event: AmendmentCarriedOver) -> Amendment:
    before = Wording(
        there.base,
        there.text,
        there.reason,
        event.at,
        there.supporters,
        event.accepted,
        event.apart,
    )
    return replace(
        there,
        version=event.version,
        base=event.base,
        text=event.text,
        earlier=(*there.earlier, before),
    )


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
        addressee=event.addressee,
        answers=event.answers,
    )

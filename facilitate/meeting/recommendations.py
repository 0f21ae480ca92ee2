"""The recommendations before the plenary: their order, their text, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import assert_never

from immutables import Map

from facilitate.meeting.drafts import Addressee
from facilitate.meeting.forms import REASON_LENGTH, Act, Digest, Fact, Id, Version, plain, worded
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, OutOfOrder, Stale, Unknown
from facilitate.text.collation import Run
from facilitate.text.provenance import unsettled


class Stage(StrEnum):
    WAITING = "waiting"
    UNDER_DISCUSSION = "under-discussion"
    ADOPTED = "adopted"
    ADOPTED_WITH_RESERVATIONS = "adopted-with-reservations"
    DEFERRED = "deferred"
    NOT_ADOPTED = "not-adopted"
    TAKEN_BACK = "taken-back"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objection:
    by: str
    reason: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """``hall`` and ``remote`` are how many had joined when it was taken."""

    by: str
    at: datetime
    version: int
    digest: str
    hall: int
    remote: int
    reason: str = ""
    reservations: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """``runs`` is the text, each run with its sources: members and amendments; ``earlier`` is
    what it was in its earlier versions."""

    id: str
    group: str
    addressee: Addressee
    runs: tuple[Run, ...]
    members: tuple[str, ...]
    version: int = 1
    stage: Stage = Stage.WAITING
    consensus_called_at: datetime | None = None
    objections: Map[str, Objection] = Map()
    decision: Decision | None = None
    earlier: tuple[tuple[Run, ...], ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def unsettled(self) -> bool:
        """Whether alternatives still stand in square brackets."""
        return unsettled(self.text)

    @property
    def digest(self) -> str:
        return digest_of(self.addressee, self.text)


def digest_of(addressee: Addressee, text: str) -> str:
    """SHA-256 of both, in hexadecimal: what the chair saw is what is adopted."""
    return sha256(f"{addressee}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Recommendations:
    order: tuple[str, ...] = ()
    by_id: Map[str, Recommendation] = Map()

    def in_order(self) -> tuple[Recommendation, ...]:
        return tuple(self.by_id[id] for id in self.order)


# --- commands ------------------------------------------------------------


class RecommendationAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class MoveRecommendation(RecommendationAct, frozen=True):
    """To the place behind ``after``, or to the front."""

    recommendation: Id
    after: Id | None = None


class OpenRecommendation(RecommendationAct, frozen=True):
    recommendation: Id


class LayAside(RecommendationAct, frozen=True):
    """Stop discussing it for now, without deciding; undo of opening."""

    recommendation: Id


class CallForConsensus(RecommendationAct, frozen=True):
    recommendation: Id
    version: Version
    digest: Digest


class Object(RecommendationAct, frozen=True):
    recommendation: Id
    reason: str


class WithdrawObjection(RecommendationAct, frozen=True):
    recommendation: Id


class Adopt(RecommendationAct, frozen=True):
    """By consensus: nobody objects to the text that has this version and digest."""

    recommendation: Id
    version: Version
    digest: Digest


class AdoptWithReservations(RecommendationAct, frozen=True):
    """Those who object let it pass; their reasons stand beside it."""

    recommendation: Id
    version: Version
    digest: Digest


class Defer(RecommendationAct, frozen=True):
    recommendation: Id
    version: Version
    digest: Digest
    reason: str


class DoNotAdopt(RecommendationAct, frozen=True):
    recommendation: Id
    version: Version
    digest: Digest
    reason: str


Command = (
    MoveRecommendation
    | OpenRecommendation
    | LayAside
    | CallForConsensus
    | Object
    | WithdrawObjection
    | Adopt
    | AdoptWithReservations
    | Defer
    | DoNotAdopt
)


# --- events --------------------------------------------------------------


class RecommendationFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class RecommendationMoved(RecommendationFact, frozen=True):
    recommendation: str
    after: str | None = None


class RecommendationOpened(RecommendationFact, frozen=True):
    recommendation: str


class RecommendationLaidAside(RecommendationFact, frozen=True):
    recommendation: str


class ConsensusCalled(RecommendationFact, frozen=True):
    recommendation: str
    version: int


class ObjectionMade(RecommendationFact, frozen=True):
    recommendation: str
    version: int
    reason: str


class ObjectionWithdrawn(RecommendationFact, frozen=True):
    recommendation: str


class RecommendationDecided(RecommendationFact, frozen=True):
    """The gavel: what became of a recommendation, with the text it was about."""

    recommendation: str
    outcome: Stage
    version: int
    digest: str
    text: str
    hall: int
    remote: int
    reason: str = ""


Event = (
    RecommendationMoved
    | RecommendationOpened
    | RecommendationLaidAside
    | ConsensusCalled
    | ObjectionMade
    | ObjectionWithdrawn
    | RecommendationDecided
)

IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.WAITING: frozenset({MoveRecommendation, OpenRecommendation}),
    Stage.UNDER_DISCUSSION: frozenset(
        {
            MoveRecommendation,
            LayAside,
            CallForConsensus,
            Object,
            WithdrawObjection,
            Adopt,
            AdoptWithReservations,
            Defer,
            DoNotAdopt,
        }
    ),
    Stage.ADOPTED: frozenset(),
    Stage.ADOPTED_WITH_RESERVATIONS: frozenset(),
    Stage.DEFERRED: frozenset({MoveRecommendation, OpenRecommendation}),
    Stage.NOT_ADOPTED: frozenset(),
    Stage.TAKEN_BACK: frozenset(),
}

WHERE_IT_STANDS: Mapping[Stage, str] = {
    Stage.WAITING: N_("This recommendation is not under discussion yet."),
    Stage.UNDER_DISCUSSION: N_("This recommendation is under discussion."),
    Stage.ADOPTED: N_("This recommendation has been adopted by consensus."),
    Stage.ADOPTED_WITH_RESERVATIONS: N_("This recommendation has been adopted with reservations."),
    Stage.DEFERRED: N_("This recommendation has been deferred."),
    Stage.NOT_ADOPTED: N_("This recommendation has not been adopted."),
    Stage.TAKEN_BACK: N_("This recommendation has been taken back to the drafting group."),
}


def refuse_out_of_order(recommendation: Recommendation, in_order: bool) -> None:
    if not in_order:
        raise OutOfOrder(WHERE_IT_STANDS[recommendation.stage])


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision on one recommendation depends on outside it."""

    under_discussion: str | None
    open_amendments: int
    hall: int
    remote: int


# --- decide: command -> events ---------------------------------------------


def decide(
    recommendations: Recommendations,
    recommendation: Recommendation,
    command: Command,
    by: Person,
    at: datetime,
    now: Circumstances,
) -> tuple[Event, ...]:
    id = recommendation.id
    if _already_so(recommendations, recommendation, command, by):
        return ()
    refuse_out_of_order(recommendation, type(command) in IN_ORDER[recommendation.stage])
    match command:
        case MoveRecommendation(after=after):
            if after is not None and after not in recommendations.order:
                raise Unknown()
            return (RecommendationMoved(id, after, at=at, by=by.id),)
        case OpenRecommendation():
            if now.under_discussion is not None:
                raise OutOfOrder(N_("Another recommendation is under discussion. Finish it first."))
            return (RecommendationOpened(id, at=at, by=by.id),)
        case LayAside():
            return (RecommendationLaidAside(id, at=at, by=by.id),)
        case CallForConsensus(version=version, digest=digest):
            refuse_another_text(recommendation, version, digest)
            _refuse_unsettled(recommendation, now)
            return (ConsensusCalled(id, version, at=at, by=by.id),)
        case Object(reason=reason):
            said = worded(reason, REASON_LENGTH)
            return (ObjectionMade(id, recommendation.version, said, at=at, by=by.id),)
        case WithdrawObjection():
            return (ObjectionWithdrawn(id, at=at, by=by.id),)
        case Adopt() | AdoptWithReservations() | Defer() | DoNotAdopt():
            refuse_another_text(recommendation, command.version, command.digest)
            return (_decision(recommendation, command, by, at, now),)
        case _:
            assert_never(command)


OUTCOME: Mapping[type[Command], Stage] = {
    Adopt: Stage.ADOPTED,
    AdoptWithReservations: Stage.ADOPTED_WITH_RESERVATIONS,
    Defer: Stage.DEFERRED,
    DoNotAdopt: Stage.NOT_ADOPTED,
}


def _already_so(
    recommendations: Recommendations, there: Recommendation, command: Command, by: Person
) -> bool:
    """Sent again after a lost answer: what it asks for is the case."""
    match command:
        case MoveRecommendation(after=after):
            return _stands_behind(recommendations.order, there.id, after)
        case OpenRecommendation():
            return there.stage is Stage.UNDER_DISCUSSION
        case LayAside():
            return there.stage is Stage.WAITING
        case CallForConsensus(version=version):
            return there.consensus_called_at is not None and there.version == version
        case Object(reason=reason):
            made = there.objections.get(by.id)
            said = (there.version, plain(reason))
            return made is not None and (made.version, made.reason) == said
        case WithdrawObjection():
            return by.id not in there.objections
        case Adopt() | AdoptWithReservations() | Defer() | DoNotAdopt():
            decided = there.decision is not None and there.decision.digest == command.digest
            return decided and there.stage is OUTCOME[type(command)]
        case _:
            assert_never(command)


def _stands_behind(order: tuple[str, ...], id: str, after: str | None) -> bool:
    if id not in order:
        return False
    place = order.index(id)
    return after == id or after == (order[place - 1] if place else None)


def refuse_another_text(recommendation: Recommendation, version: int, digest: str) -> None:
    """Version and digest of what was on the asker's screen against what there is."""
    if (version, digest) != (recommendation.version, recommendation.digest):
        raise Stale(
            N_("The text has changed since it was on your screen. Nothing was decided; read again.")
        )


def _refuse_unsettled(recommendation: Recommendation, now: Circumstances) -> None:
    if now.open_amendments:
        raise OutOfOrder(
            N_("Amendments are still open: %(count)s. Deal with them first."),
            count=now.open_amendments,
        )
    if recommendation.unsettled:
        raise OutOfOrder(
            N_("Alternatives still stand in square brackets. An amendment can settle them.")
        )


def _decision(
    recommendation: Recommendation,
    command: Adopt | AdoptWithReservations | Defer | DoNotAdopt,
    by: Person,
    at: datetime,
    now: Circumstances,
) -> RecommendationDecided:
    match command:
        case Adopt():
            _refuse_before_consensus(recommendation, now)
            if recommendation.objections:
                raise OutOfOrder(
                    N_("Somebody objects. It can be adopted with reservations, not by consensus.")
                )
            reason = ""
        case AdoptWithReservations():
            _refuse_before_consensus(recommendation, now)
            if not recommendation.objections:
                raise OutOfOrder(N_("Nobody objects. It can be adopted by consensus."))
            reason = ""
        case Defer(reason=said) | DoNotAdopt(reason=said):
            reason = worded(said, REASON_LENGTH)
        case _:
            assert_never(command)
    return RecommendationDecided(
        recommendation.id,
        OUTCOME[type(command)],
        recommendation.version,
        recommendation.digest,
        recommendation.text,
        now.hall,
        now.remote,
        reason,
        at=at,
        by=by.id,
    )


def _refuse_before_consensus(recommendation: Recommendation, now: Circumstances) -> None:
    _refuse_unsettled(recommendation, now)
    if recommendation.consensus_called_at is None:
        raise OutOfOrder(N_("Call for consensus first, so that people can object."))


# --- evolve: event -> state ------------------------------------------------


def evolve(recommendations: Recommendations, event: Event) -> Recommendations:
    there = recommendations.by_id[event.recommendation]
    match event:
        case RecommendationMoved(recommendation=id, after=after):
            others = tuple(other for other in recommendations.order if other != id)
            place = others.index(after) + 1 if after is not None else 0
            return replace(recommendations, order=(*others[:place], id, *others[place:]))
        case RecommendationOpened():
            opened = replace(there, stage=Stage.UNDER_DISCUSSION, decision=None)
            return _with(recommendations, opened)
        case RecommendationLaidAside():
            aside = replace(there, stage=Stage.WAITING, consensus_called_at=None)
            return _with(recommendations, aside)
        case ConsensusCalled(at=at):
            return _with(recommendations, replace(there, consensus_called_at=at))
        case ObjectionMade(by=by, reason=reason, version=version, at=at):
            objections = there.objections.set(by, Objection(by, reason, version, at))
            return _with(recommendations, replace(there, objections=objections))
        case ObjectionWithdrawn(by=by):
            objections = there.objections.delete(by)
            return _with(recommendations, replace(there, objections=objections))
        case RecommendationDecided():
            return _with(recommendations, _decided(there, event))
        case _:
            assert_never(event)


def _decided(there: Recommendation, event: RecommendationDecided) -> Recommendation:
    with_reservations = event.outcome is Stage.ADOPTED_WITH_RESERVATIONS
    reservations = sorted(there.objections.values(), key=lambda objection: objection.at)
    decision = Decision(
        by=event.by,
        at=event.at,
        version=event.version,
        digest=event.digest,
        hall=event.hall,
        remote=event.remote,
        reason=event.reason,
        reservations=tuple(reservations) if with_reservations else (),
    )
    return replace(there, stage=event.outcome, decision=decision, consensus_called_at=None)


def put(recommendations: Recommendations, recommendation: Recommendation) -> Recommendations:
    """A new text before the plenary, at the end of the order."""
    order = (*recommendations.order, recommendation.id)
    return replace(_with(recommendations, recommendation), order=order)


def taken_back(recommendations: Recommendations, id: str) -> Recommendations:
    back = replace(recommendations.by_id[id], stage=Stage.TAKEN_BACK)
    order = tuple(other for other in recommendations.order if other != id)
    return replace(_with(recommendations, back), order=order)


def reworded(recommendations: Recommendations, id: str, runs: tuple[Run, ...]) -> Recommendations:
    """A new version of the text; what was asked of the old one is asked anew."""
    there = recommendations.by_id[id]
    new = replace(
        there,
        runs=runs,
        version=there.version + 1,
        consensus_called_at=None,
        earlier=(*there.earlier, there.runs),
    )
    return _with(recommendations, new)


def _with(recommendations: Recommendations, there: Recommendation) -> Recommendations:
    return replace(recommendations, by_id=recommendations.by_id.set(there.id, there))

"""The draft of a breakout: an ordered list of draft recommendations, written by its rapporteurs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import assert_never

import msgspec
from immutables import Map

from facilitate.meeting.breakouts import Breakout, Stage, refuse_out_of_order
from facilitate.meeting.forms import RECOMMENDATION_LENGTH, Act, Fact, Id, Version, plain, within
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, AlreadyTaken, Empty, NotEntitled, Stale, Unknown


class Addressee(StrEnum):
    """Whom a recommendation asks to act."""

    PARTIES = "parties"
    GOVERNING_BODY = "governing-body"
    CONVENTION_SECRETARIAT = "convention-secretariat"
    CIVIL_SOCIETY = "civil-society"
    OTHERS = "others"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DraftRecommendation:
    """``cites`` are contributions; ``written_by`` are the rapporteurs who have saved words here."""

    id: str
    addressee: Addressee
    text: str
    version: int = 1
    cites: tuple[str, ...] = ()
    written_by: tuple[str, ...] = ()
    revised_at: datetime | None = None


class Written(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of words in a draft: who wrote them, and which contribution they were taken from."""

    text: str
    by: str
    contribution: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """``version`` counts every change, so that what is submitted is what was seen.

    ``removed`` keeps what was taken out or joined to another, for undo and for the record. ``runs``
    are those of each recommendation while it is submitted, where it was written live.
    """

    order: tuple[str, ...] = ()
    recommendations: Map[str, DraftRecommendation] = Map()
    removed: Map[str, DraftRecommendation] = Map()
    version: int = 0
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    runs: Map[str, tuple[Written, ...]] = Map()

    def in_order(self) -> tuple[DraftRecommendation, ...]:
        return tuple(self.recommendations[id] for id in self.order)


# --- commands ------------------------------------------------------------


class DraftAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class AddDraftRecommendation(DraftAct, frozen=True):
    """A new one, behind ``after`` or at the end."""

    breakout: Id
    id: Id
    addressee: Addressee
    text: str
    after: Id | None = None
    cites: tuple[Id, ...] = ()


class ReviseDraftRecommendation(DraftAct, frozen=True):
    """Save a paragraph over ``version``; refused as stale when another has saved meanwhile."""

    breakout: Id
    id: Id
    version: Version
    addressee: Addressee
    text: str


class MoveDraftRecommendation(DraftAct, frozen=True):
    """To the place behind ``after``, or to the front."""

    breakout: Id
    id: Id
    after: Id | None = None


class SplitDraftRecommendation(DraftAct, frozen=True):
    """``text`` is saved in two at its first empty line; the second part becomes ``new``."""

    breakout: Id
    id: Id
    version: Version
    text: str
    new: Id


class JoinDraftRecommendations(DraftAct, frozen=True):
    """Append the next one to this one; both cite what either cited."""

    breakout: Id
    id: Id
    version: Version
    next: Id
    next_version: Version


class RemoveDraftRecommendation(DraftAct, frozen=True):
    breakout: Id
    id: Id
    version: Version


class RestoreDraftRecommendation(DraftAct, frozen=True):
    breakout: Id
    id: Id


class CiteContribution(DraftAct, frozen=True):
    """``with_words``: what was said is put behind what is written, and stays known as such."""

    breakout: Id
    id: Id
    contribution: Id
    with_words: bool = False


class DropCitation(DraftAct, frozen=True):
    breakout: Id
    id: Id
    contribution: Id


class SubmitDraft(DraftAct, frozen=True):
    """``runs`` say for each text who wrote which words; they are the live draft's to tell."""

    breakout: Id
    version: Version
    runs: tuple[tuple[Written, ...], ...] = ()


class TakeBackDraft(DraftAct, frozen=True):
    breakout: Id


Command = (
    AddDraftRecommendation
    | ReviseDraftRecommendation
    | MoveDraftRecommendation
    | SplitDraftRecommendation
    | JoinDraftRecommendations
    | RemoveDraftRecommendation
    | RestoreDraftRecommendation
    | CiteContribution
    | DropCitation
    | SubmitDraft
    | TakeBackDraft
)


# --- events --------------------------------------------------------------


class DraftFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class DraftRecommendationAdded(DraftFact, frozen=True):
    breakout: str
    id: str
    addressee: Addressee
    text: str
    after: str | None = None
    cites: tuple[str, ...] = ()


class DraftRecommendationRevised(DraftFact, frozen=True):
    """``quotes`` is the contribution that the new words are taken from."""

    breakout: str
    id: str
    addressee: Addressee
    text: str
    quotes: str | None = None


class DraftRecommendationMoved(DraftFact, frozen=True):
    breakout: str
    id: str
    after: str | None = None


class DraftRecommendationSplit(DraftFact, frozen=True):
    breakout: str
    id: str
    text: str
    new: str
    new_text: str


class DraftRecommendationsJoined(DraftFact, frozen=True):
    breakout: str
    id: str
    text: str
    next: str


class DraftRecommendationRemoved(DraftFact, frozen=True):
    breakout: str
    id: str


class DraftRecommendationRestored(DraftFact, frozen=True):
    breakout: str
    id: str


class ContributionCited(DraftFact, frozen=True):
    breakout: str
    id: str
    contribution: str


class CitationDropped(DraftFact, frozen=True):
    breakout: str
    id: str
    contribution: str


class DraftSubmitted(DraftFact, frozen=True):
    """Carries the text as it then was, so that the record reads without its history.

    Where it was written live, ``runs`` say for each text who wrote which words, and ``digest`` is
    the SHA-256 of texts and runs. Whatever words were taken from is cited from then on.
    """

    breakout: str
    version: int
    texts: tuple[str, ...]
    runs: tuple[tuple[Written, ...], ...] = ()
    digest: str = ""


class DraftTakenBack(DraftFact, frozen=True):
    breakout: str


Event = (
    DraftRecommendationAdded
    | DraftRecommendationRevised
    | DraftRecommendationMoved
    | DraftRecommendationSplit
    | DraftRecommendationsJoined
    | DraftRecommendationRemoved
    | DraftRecommendationRestored
    | ContributionCited
    | CitationDropped
    | DraftSubmitted
    | DraftTakenBack
)

_WRITING: frozenset[type[Command]] = frozenset(
    {
        AddDraftRecommendation,
        ReviseDraftRecommendation,
        MoveDraftRecommendation,
        SplitDraftRecommendation,
        JoinDraftRecommendations,
        RemoveDraftRecommendation,
        RestoreDraftRecommendation,
        CiteContribution,
        DropCitation,
    }
)
IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.PLANNED: frozenset(),
    Stage.OPEN: _WRITING,
    Stage.DRAFTING: _WRITING | {SubmitDraft},
    Stage.REPORTED: frozenset({TakeBackDraft}),
}


# --- decide: command -> events ---------------------------------------------


def decide(
    breakout: Breakout, draft: Draft, command: Command, by: Person, at: datetime, said: str = ""
) -> tuple[Event, ...]:
    """``said`` are the words of the contribution that is cited.

    Whether the draft may still be taken back from the consolidation is for the procedure.
    """
    if breakout.id not in by.breakouts:
        raise NotEntitled(N_("Only the rapporteurs of this breakout write its draft."))
    if _already_so(breakout, draft, command, said):
        return ()
    refuse_out_of_order(breakout, type(command) in IN_ORDER[breakout.stage])
    match command:
        case CiteContribution(id=id, contribution=contribution, with_words=True):
            there = _there(draft, id)
            text = within(f"{there.text} {said}", RECOMMENDATION_LENGTH)
            quoted = DraftRecommendationRevised(
                breakout.id, id, there.addressee, text, contribution, at=at, by=by.id
            )
            cited = ContributionCited(breakout.id, id, contribution, at=at, by=by.id)
            return (quoted,) if contribution in there.cites else (cited, quoted)
        case SubmitDraft(version=version):
            return (_submit(draft, breakout.id, version, command.runs, by=by, at=at),)
        case TakeBackDraft():
            return (DraftTakenBack(breakout.id, at=at, by=by.id),)
        case AddDraftRecommendation(id=id, addressee=addressee, text=text, after=after):
            if id in draft.recommendations or id in draft.removed:
                raise AlreadyTaken()
            if after is not None:
                _there(draft, after)
            text = within(text, RECOMMENDATION_LENGTH)
            cites = tuple(dict.fromkeys(command.cites))
            return (
                DraftRecommendationAdded(
                    breakout.id, id, addressee, text, after, cites, at=at, by=by.id
                ),
            )
        case (
            ReviseDraftRecommendation()
            | MoveDraftRecommendation()
            | SplitDraftRecommendation()
            | JoinDraftRecommendations()
            | RemoveDraftRecommendation()
            | RestoreDraftRecommendation()
            | CiteContribution()
            | DropCitation()
        ):
            return (_change(draft, command, by, at),)
        case _:
            assert_never(command)


def _already_so(breakout: Breakout, draft: Draft, command: Command, said: str) -> bool:
    """Sent again after a lost answer: what it asks for is the case."""
    match command:
        case AddDraftRecommendation(id=id, text=text):
            there = draft.recommendations.get(id)
            return there is not None and there.text == plain(text)
        case ReviseDraftRecommendation(id=id, addressee=addressee, text=text):
            there = draft.recommendations.get(id)
            wanted = (addressee, plain(text))
            return there is not None and (there.addressee, there.text) == wanted
        case MoveDraftRecommendation(id=id, after=after):
            return id in draft.order and (_before(draft, id) == after or id == after)
        case SplitDraftRecommendation(id=id, text=text, new=new):
            halves = draft.recommendations.get(id), draft.recommendations.get(new)
            return tuple(half and half.text for half in halves) == _parted(text)
        case JoinDraftRecommendations(id=id, version=version, next=next):
            here, there = draft.recommendations.get(id), draft.removed.get(next)
            if here is None or there is None:
                return False
            return here.version > version and here.text.endswith(there.text)
        case RemoveDraftRecommendation(id=id):
            return id in draft.removed
        case RestoreDraftRecommendation(id=id):
            return id in draft.recommendations
        case CiteContribution(id=id, contribution=contribution, with_words=with_words):
            there = draft.recommendations.get(id)
            if there is None or contribution not in there.cites:
                return False
            return not with_words or said in there.text
        case DropCitation(id=id, contribution=contribution):
            there = draft.recommendations.get(id)
            return there is not None and contribution not in there.cites
        case SubmitDraft(version=version):
            return breakout.stage is Stage.REPORTED and version == draft.version
        case TakeBackDraft():
            return breakout.stage is Stage.DRAFTING and draft.submitted_at is None
        case _:
            assert_never(command)


def _before(draft: Draft, id: str) -> str | None:
    place = draft.order.index(id)
    return draft.order[place - 1] if place else None


def _submit(
    draft: Draft,
    breakout: str,
    version: int,
    runs: tuple[tuple[Written, ...], ...],
    *,
    by: Person,
    at: datetime,
) -> DraftSubmitted:
    if version != draft.version:
        raise Stale(
            N_("The draft has changed since you looked. Please read it again, then submit.")
        )
    texts = tuple(r.text for r in draft.in_order())
    if not texts or not all(texts):
        raise Empty(N_("Every recommendation of the draft needs words before it can be submitted."))
    if runs and tuple("".join(run.text for run in each) for each in runs) != texts:
        raise Stale()
    digest = digest_of(texts, runs) if runs else ""
    return DraftSubmitted(breakout, version, texts, runs, digest, at=at, by=by.id)


def digest_of(texts: tuple[str, ...], runs: tuple[tuple[Written, ...], ...]) -> str:
    return sha256(msgspec.json.encode((texts, runs))).hexdigest()


def _change(
    draft: Draft,
    command: ReviseDraftRecommendation
    | MoveDraftRecommendation
    | SplitDraftRecommendation
    | JoinDraftRecommendations
    | RemoveDraftRecommendation
    | RestoreDraftRecommendation
    | CiteContribution
    | DropCitation,
    by: Person,
    at: datetime,
) -> Event:
    room, id = command.breakout, command.id
    match command:
        case ReviseDraftRecommendation(version=version, addressee=addressee, text=text):
            _at_version(draft, id, version)
            text = within(text, RECOMMENDATION_LENGTH)
            return DraftRecommendationRevised(room, id, addressee, text, at=at, by=by.id)
        case MoveDraftRecommendation(after=after):
            _there(draft, id)
            if after is not None:
                _there(draft, after)
            return DraftRecommendationMoved(room, id, after, at=at, by=by.id)
        case SplitDraftRecommendation(version=version, text=text, new=new):
            _at_version(draft, id, version)
            first, second = _halves(text)
            if new in draft.recommendations or new in draft.removed:
                raise AlreadyTaken()
            return DraftRecommendationSplit(room, id, first, new, second, at=at, by=by.id)
        case JoinDraftRecommendations(version=version, next=next, next_version=next_version):
            here, there = _at_version(draft, id, version), _at_version(draft, next, next_version)
            if here.id == there.id:
                raise Unknown(N_("There is no recommendation behind this one to join it with."))
            text = within(f"{here.text} {there.text}", RECOMMENDATION_LENGTH)
            return DraftRecommendationsJoined(room, id, text, next, at=at, by=by.id)
        case RemoveDraftRecommendation(version=version):
            _at_version(draft, id, version)
            return DraftRecommendationRemoved(room, id, at=at, by=by.id)
        case RestoreDraftRecommendation():
            if id not in draft.removed:
                raise Unknown()
            return DraftRecommendationRestored(room, id, at=at, by=by.id)
        case CiteContribution(contribution=contribution):
            _there(draft, id)
            return ContributionCited(room, id, contribution, at=at, by=by.id)
        case DropCitation(contribution=contribution):
            _there(draft, id)
            return CitationDropped(room, id, contribution, at=at, by=by.id)
        case _:
            assert_never(command)


def _there(draft: Draft, id: str) -> DraftRecommendation:
    there = draft.recommendations.get(id)
    if there is None:
        raise Unknown(N_("This draft recommendation is no longer there."))
    return there


def _at_version(draft: Draft, id: str, version: int) -> DraftRecommendation:
    there = _there(draft, id)
    if there.version != version:
        raise Stale()
    return there


def _halves(text: str) -> tuple[str, str]:
    first, second = _parted(text)
    if not second:
        raise Empty(N_("Put an empty line where the recommendation is to be split."))
    return within(first, RECOMMENDATION_LENGTH), within(second, RECOMMENDATION_LENGTH)


def _parted(text: str) -> tuple[str, str]:
    """What stands before and behind the first empty line."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    empty = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    return "\n".join(lines[:empty]).strip(), "\n".join(lines[empty:]).strip()


# --- evolve: event -> state ------------------------------------------------


def evolve(draft: Draft, event: Event) -> Draft:
    match event:
        case DraftSubmitted(at=at, by=by, runs=runs):
            whose = Map(zip(draft.order, runs, strict=False))
            return replace(_citing(draft, whose), submitted_at=at, submitted_by=by, runs=whose)
        case DraftTakenBack():
            return replace(draft, submitted_at=None, submitted_by=None, runs=Map())
        case _:
            return replace(_written(draft, event), version=draft.version + 1)


def _citing(draft: Draft, runs: Map[str, tuple[Written, ...]]) -> Draft:
    """Contributions whose words stand in the draft are cited there, also those whose citation was
    dropped while their words stayed."""
    texts = draft.recommendations
    for id, written in runs.items():
        taken = (run.contribution for run in written if run.contribution is not None)
        cites = tuple(dict.fromkeys((*texts[id].cites, *taken)))
        texts = texts.set(id, replace(texts[id], cites=cites))
    return replace(draft, recommendations=texts)


def _written(
    draft: Draft,
    event: DraftRecommendationAdded
    | DraftRecommendationRevised
    | DraftRecommendationMoved
    | DraftRecommendationSplit
    | DraftRecommendationsJoined
    | DraftRecommendationRemoved
    | DraftRecommendationRestored
    | ContributionCited
    | CitationDropped,
) -> Draft:
    texts = draft.recommendations
    match event:
        case DraftRecommendationAdded(id=id, addressee=addressee, text=text, after=after):
            fresh = DraftRecommendation(id, addressee, text, 1, event.cites, (event.by,), event.at)
            last = draft.order[-1] if draft.order else None
            order = _placed(draft.order, id, last if after is None else after)
            return replace(draft, order=order, recommendations=texts.set(id, fresh))
        case DraftRecommendationRevised(id=id, addressee=addressee, text=text):
            revised = _saved(texts[id], text, event)
            return replace(
                draft, recommendations=texts.set(id, replace(revised, addressee=addressee))
            )
        case DraftRecommendationMoved(id=id, after=after):
            return replace(draft, order=_placed(draft.order, id, after))
        case DraftRecommendationSplit(id=id, text=text, new=new, new_text=new_text):
            first = _saved(texts[id], text, event)
            second = replace(first, id=new, text=new_text, version=1)
            order = _placed(draft.order, new, id)
            both = texts.set(id, first).set(new, second)
            return replace(draft, order=order, recommendations=both)
        case DraftRecommendationsJoined(id=id, text=text, next=next):
            cites = tuple(dict.fromkeys(texts[id].cites + texts[next].cites))
            writers = tuple(dict.fromkeys(texts[id].written_by + texts[next].written_by))
            joined = replace(
                _saved(texts[id], text, event),
                cites=cites,
                written_by=tuple(dict.fromkeys((*writers, event.by))),
            )
            return _without(replace(draft, recommendations=texts.set(id, joined)), next)
        case DraftRecommendationRemoved(id=id):
            return _without(draft, id)
        case DraftRecommendationRestored(id=id):
            restored = replace(draft.removed[id], version=draft.removed[id].version + 1)
            return replace(
                draft,
                order=(*draft.order, id),
                recommendations=texts.set(id, restored),
                removed=draft.removed.delete(id),
            )
        case ContributionCited(id=id, contribution=contribution):
            cites = (*texts[id].cites, contribution)
            return replace(draft, recommendations=texts.set(id, replace(texts[id], cites=cites)))
        case CitationDropped(id=id, contribution=contribution):
            cites = tuple(c for c in texts[id].cites if c != contribution)
            return replace(draft, recommendations=texts.set(id, replace(texts[id], cites=cites)))
        case _:
            assert_never(event)


def _saved(there: DraftRecommendation, text: str, event: Fact) -> DraftRecommendation:
    writers = tuple(dict.fromkeys((*there.written_by, event.by)))
    version = there.version + 1
    return replace(there, text=text, version=version, written_by=writers, revised_at=event.at)


def _placed(order: tuple[str, ...], id: str, after: str | None) -> tuple[str, ...]:
    others = tuple(other for other in order if other != id)
    place = others.index(after) + 1 if after is not None else 0
    return (*others[:place], id, *others[place:])


def _without(draft: Draft, id: str) -> Draft:
    return replace(
        draft,
        order=tuple(other for other in draft.order if other != id),
        recommendations=draft.recommendations.delete(id),
        removed=draft.removed.set(id, draft.recommendations[id]),
    )

"""How recommendations and their amendments are shown, in the plenary and on the chair's desk."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from facilitate.meeting import Event, Forum, amendments
from facilitate.meeting.acceptances import acceptance, follows
from facilitate.meeting.amendments import (
    Amendment,
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentLapsed,
    AmendmentProposed,
    AmendmentRejected,
    AmendmentRevised,
    AmendmentSupported,
    AmendmentWithdrawn,
    DeletionAccepted,
    RecommendationTakenUp,
    SupportWithdrawn,
    open_ones,
)
from facilitate.meeting.consolidation import GroupPut, GroupTakenBack
from facilitate.meeting.plenary import PlenaryClosed, PlenaryOpened
from facilitate.meeting.recommendations import (
    ConsensusCalled,
    ObjectionMade,
    ObjectionWithdrawn,
    Recommendation,
    RecommendationDecided,
    RecommendationLaidAside,
    RecommendationMoved,
    RecommendationOpened,
)
from facilitate.text.clauses import Contradiction
from facilitate.text.conflicts import COMPATIBLE, Conflict, Meeting, conflicts
from facilitate.text.differences import Piece, marked_up_to_read
from facilitate.text.tokens import normal, tokenize

SITS: frozenset[type[Event]] = frozenset({PlenaryOpened, PlenaryClosed})
TURNS: frozenset[type[Event]] = frozenset(
    {RecommendationOpened, RecommendationLaidAside, RecommendationDecided}
)  # what is under discussion is another one, or none
ORDERS: frozenset[type[Event]] = frozenset(
    {RecommendationMoved, GroupPut, GroupTakenBack, RecommendationTakenUp}
)
ANSWERS: frozenset[type[Event]] = frozenset({ConsensusCalled, ObjectionMade, ObjectionWithdrawn})
AMENDS: frozenset[type[Event]] = frozenset(
    {
        AmendmentProposed,
        AmendmentRevised,
        AmendmentSupported,
        SupportWithdrawn,
        AmendmentWithdrawn,
        AmendmentAccepted,
        DeletionAccepted,
        RecommendationTakenUp,
        AmendmentRejected,
        AmendmentCarriedOver,
        AmendmentHandedBack,
        AmendmentLapsed,
    }
)

MANY = 12  # open amendments to one text
Effect = Literal["adds", "deletes", "inserts", "strikes", "moves", "replaces"]


def current(forum: Forum) -> Recommendation | None:
    """What is under discussion."""
    return forum.recommendations.by_id.get(forum.plenary.current or "")


def number_of(forum: Forum, recommendation: str) -> int:
    """Its place in the order, which is what people call it by."""
    return forum.recommendations.order.index(recommendation) + 1


def last_decided(forum: Forum) -> Recommendation | None:
    decided = ((r.decision.at, r) for r in forum.recommendations.in_order() if r.decision)
    return max(decided, key=lambda each: each[0], default=(None, None))[1]


def of_recommendation(forum: Forum, recommendation: str) -> Sequence[Amendment]:
    """All amendments ever proposed to it, in their order; not the one that added it."""
    there = (a for a in forum.amendments.values() if a.recommendation == recommendation)
    return sorted((a for a in there if not a.adds), key=lambda amendment: amendment.number)


def new_ones(forum: Forum) -> Sequence[Amendment]:
    """Proposed new recommendations that have not been taken up, in their order."""
    proposed = (a for a in forum.amendments.values() if a.adds)
    left = (a for a in proposed if a.stage is not amendments.Stage.ACCEPTED)
    return sorted(left, key=lambda amendment: amendment.number)


def numbers(forum: Forum, ids: Iterable[str]) -> str:
    """The numbers of these amendments, as people call them."""
    return ", ".join(str(forum.amendments[id].number) for id in ids)


def amended(event: Event, forum: Forum) -> tuple[str, ...]:
    """The amendments an event is about."""
    match event:
        case AmendmentProposed(id=id):
            return (id,)
        case (
            AmendmentSupported(amendment=id)
            | AmendmentRevised(amendment=id)
            | DeletionAccepted(amendment=id)
            | RecommendationTakenUp(amendment=id)
            | AmendmentLapsed(amendment=id)
            | SupportWithdrawn(amendment=id)
            | AmendmentWithdrawn(amendment=id)
            | AmendmentAccepted(amendment=id)
            | AmendmentRejected(amendment=id)
            | AmendmentCarriedOver(amendment=id)
            | AmendmentHandedBack(amendment=id)
        ):
            return (id,)
        case _:
            return ()


@lru_cache(maxsize=512)
def marks(old: str, new: str) -> tuple[Piece, ...]:
    """What differs, kept: the same two texts are drawn for every language and audience."""
    return marked_up_to_read(old, new)


def effect(amendment: Amendment) -> Effect:
    """What an amendment does to the words, in a word."""
    if amendment.adds:
        return "adds"
    if amendment.deletes:
        return "deletes"
    said: dict[str, Counter[str]] = {"inserted": Counter(), "deleted": Counter()}
    for piece in marks(amendment.base, amendment.text):
        if piece.kind != "same":
            said[piece.kind].update(normal(token.word) for token in tokenize(piece.text))
    inserted, deleted = said["inserted"], said["deleted"]
    if not deleted:
        return "inserts"
    if not inserted:
        return "strikes"
    return "moves" if inserted == deleted else "replaces"


# --- how open amendments meet ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Met:
    """How an open amendment meets another one, or, if there is none, the rest of the text.

    ``goes_back``: if the one is accepted, the other goes back to its sponsor. ``contradictions``
    are what the two say differently of one thing, ``words`` the clause in which the other does.
    """

    other: Amendment | None
    kind: Meeting | Literal["same request"]
    goes_back: bool
    words: str = ""
    contradictions: tuple[Contradiction, ...] = ()


def meets(forum: Forum, amendment: Amendment) -> list[Met]:
    """Those that would go back first."""
    others = {
        a.id: a for a in open_ones(forum.amendments, amendment.recommendation) if not a.deletes
    }
    if amendment.id not in others:
        return []
    found = _conflicts(amendment.base, tuple((id, a.text) for id, a in others.items()))
    met = [_met(conflict, amendment, others) for conflict in found if _of(conflict, amendment)]
    told = {each.other.id for each in met if each.other is not None and each.goes_back}
    same = (a for a in _handed_back(forum, amendment) if a.id not in told)
    met += [Met(other, "same request", goes_back=True) for other in same]
    return sorted(dict.fromkeys(met), key=lambda each: not each.goes_back)


@lru_cache(maxsize=128)
def _conflicts(base: str, amended: tuple[tuple[str, str], ...]) -> tuple[Conflict, ...]:
    return conflicts(base, dict(amended))


def _of(conflict: Conflict, amendment: Amendment) -> bool:
    return amendment.id in conflict.amendments


def _met(conflict: Conflict, amendment: Amendment, others: Mapping[str, Amendment]) -> Met:
    ours = conflict.one.amendment == amendment.id
    there = conflict.other if ours else conflict.one
    contradictory = conflict.kind == "contradiction elsewhere"
    return Met(
        others.get(there.amendment) if there.amendment != amendment.id else None,
        conflict.kind,
        conflict.kind not in COMPATIBLE,
        there.new.strip() if contradictory else "",
        conflict.contradictions,
    )


def _handed_back(forum: Forum, amendment: Amendment) -> tuple[Amendment, ...]:
    """The open amendments that would go back to their sponsors if this one were accepted.

    Of very many only the one whose turn it is says so: each is held against all others.
    """
    there = open_ones(forum.amendments, amendment.recommendation)
    if len(there) > MANY and there[0].id != amendment.id:
        return ()
    return tuple(
        other
        for other in there
        if other.id != amendment.id
        and not other.deletes
        and carried_over(other, (amendment,), amendment.text) is None
    )


@lru_cache(maxsize=2048)
def carried_over(amendment: Amendment, chosen: tuple[Amendment, ...], text: str) -> str | None:
    """As the rules of amendments have it when the chosen ones make this text."""
    return follows(amendment, chosen, text)


def key_of(recommendation: Recommendation) -> str:
    """Which text stands: the recommendation, its version, and the digest of its words."""
    return f"{recommendation.id}/{recommendation.version}/{recommendation.digest}"


def key_after(recommendation: Recommendation, chosen: Sequence[Amendment]) -> str:
    """The key of the text there will be once these amendments are accepted."""
    result = acceptance(recommendation, chosen).result
    return f"{recommendation.id}/{recommendation.version + len(chosen)}/{result}"


def changes_since(forum: Forum, recommendation: Recommendation, version: int) -> tuple[Piece, ...]:
    """What differs between the text as it was at ``version`` and as it is now."""
    accepted = (a for a in of_recommendation(forum, recommendation.id) if a.version == version)
    was = next((a.base for a in accepted if a.stage is amendments.Stage.ACCEPTED), None)
    return () if was is None else marks(was, recommendation.text)

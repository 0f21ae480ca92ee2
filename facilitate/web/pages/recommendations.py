"""How recommendations and their amendments are shown, in the plenary and on the chair's desk."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from facilitate.meeting import Event, Forum, amendments
from facilitate.meeting.amendments import (
    Amendment,
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentProposed,
    AmendmentRejected,
    AmendmentSupported,
    AmendmentWithdrawn,
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
from facilitate.text.amendments import rebase
from facilitate.text.collation import Run
from facilitate.text.differences import Piece, marked_up

SITS: frozenset[type[Event]] = frozenset({PlenaryOpened, PlenaryClosed})
TURNS: frozenset[type[Event]] = frozenset(
    {RecommendationOpened, RecommendationLaidAside, RecommendationDecided}
)  # what is under discussion is another one, or none
ORDERS: frozenset[type[Event]] = frozenset({RecommendationMoved, GroupPut, GroupTakenBack})
ANSWERS: frozenset[type[Event]] = frozenset({ConsensusCalled, ObjectionMade, ObjectionWithdrawn})
AMENDS: frozenset[type[Event]] = frozenset(
    {
        AmendmentProposed,
        AmendmentSupported,
        SupportWithdrawn,
        AmendmentWithdrawn,
        AmendmentAccepted,
        AmendmentRejected,
        AmendmentCarriedOver,
        AmendmentHandedBack,
    }
)

MANY = 12  # open amendments to one text


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
    """All amendments ever proposed to it, in their order."""
    there = (a for a in forum.amendments.values() if a.recommendation == recommendation)
    return sorted(there, key=lambda amendment: amendment.number)


def amended(event: Event, forum: Forum) -> tuple[str, ...]:
    """The amendments an event is about."""
    match event:
        case AmendmentProposed(id=id):
            return (id,)
        case (
            AmendmentSupported(amendment=id)
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
    return marked_up(old, new)


def handed_back(forum: Forum, amendment: Amendment) -> tuple[Amendment, ...]:
    """The open amendments that would go back to their sponsors if this one were accepted.

    Of very many only the one whose turn it is says so: each is held against all others.
    """
    there = open_ones(forum.amendments, amendment.recommendation)
    if len(there) > MANY and there[0].id != amendment.id:
        return ()
    return tuple(
        other
        for other in there
        if other.id != amendment.id and _goes_back(other.base, other.text, amendment.text)
    )


@lru_cache(maxsize=2048)
def _goes_back(base: str, proposed: str, accepted: str) -> bool:
    """As the rules of amendments have it when one is accepted."""
    carried_over = rebase(base, proposed, accepted)
    return carried_over is None or not carried_over.strip() or carried_over == accepted


def key_of(recommendation: Recommendation) -> str:
    """Which text stands: the recommendation, its version, and the digest of its words."""
    return f"{recommendation.id}/{recommendation.version}/{recommendation.digest}"


def key_after(recommendation: Recommendation, amendment: Amendment) -> str:
    """The key of the text there will be once the amendment is accepted."""
    runs = (Run(amendment.text, ()),)
    return key_of(replace(recommendation, runs=runs, version=recommendation.version + 1))


def changes_since(forum: Forum, recommendation: Recommendation, version: int) -> tuple[Piece, ...]:
    """What differs between the text as it was at ``version`` and as it is now."""
    accepted = (a for a in of_recommendation(forum, recommendation.id) if a.version == version)
    was = next((a.base for a in accepted if a.stage is amendments.Stage.ACCEPTED), None)
    return () if was is None else marks(was, recommendation.text)

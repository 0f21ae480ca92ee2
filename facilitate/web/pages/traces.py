"""What an event says something new about: the recommendations, and the fates of contributions."""

from collections.abc import Iterable, Iterator

from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import AmendmentAccepted, RecommendationTakenUp
from facilitate.meeting.consolidation import (
    GroupPut,
    GroupSetAside,
    GroupTakenBack,
    GroupTakenUpAgain,
    MemberSetAside,
    MemberTakenUpAgain,
)
from facilitate.meeting.contributions import (
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
    Standing,
)
from facilitate.meeting.drafts import (
    CitationDropped,
    ContributionCited,
    Draft,
    DraftRecommendation,
    DraftRecommendationAdded,
    DraftRecommendationMoved,
    DraftRecommendationRemoved,
    DraftRecommendationRestored,
    DraftRecommendationRevised,
    DraftRecommendationsJoined,
    DraftRecommendationSplit,
    DraftSubmitted,
    DraftTakenBack,
)
from facilitate.meeting.plenary import PlenaryOpened
from facilitate.meeting.recommendations import (
    Recommendation,
    RecommendationDecided,
    RecommendationLaidAside,
    RecommendationMoved,
    RecommendationOpened,
    Stage,
)
from facilitate.web.pages.shared import WRITES_A_DRAFT

MOVES_THE_PLENARY: frozenset[type[Event]] = frozenset(
    {
        RecommendationTakenUp,
        GroupPut,
        GroupTakenBack,
        RecommendationDecided,
        RecommendationLaidAside,
        RecommendationMoved,
        RecommendationOpened,
    }
)
STANDS: frozenset[type[Event]] = frozenset(
    {ContributionMade, ContributionHidden, ContributionShown, ContributionWithdrawn}
)
MOVES_A_FATE: frozenset[type[Event]] = frozenset(
    {
        *STANDS,
        MemberSetAside,
        MemberTakenUpAgain,
        GroupSetAside,
        GroupTakenUpAgain,
        *WRITES_A_DRAFT,
        *MOVES_THE_PLENARY,
    }
)
MOVABLE = frozenset({Stage.WAITING, Stage.UNDER_DISCUSSION, Stage.DEFERRED})


def recommendations_told(event: Event, forum: Forum) -> tuple[str, ...]:
    """Those whose number, text, stage or sources the event may have changed."""
    there = forum.recommendations
    match event:
        case PlenaryOpened():
            return there.order
        case (
            RecommendationDecided(recommendation=id)
            | RecommendationOpened(recommendation=id)
            | RecommendationLaidAside(recommendation=id)
        ):
            return there.order[there.order.index(id) :] if id in there.order else (id,)
        case RecommendationMoved() | GroupTakenBack():
            movable = (id for id in there.order if there.by_id[id].stage in MOVABLE)
            return (event.recommendation, *movable)
        case GroupPut(recommendation=id):
            return (id,)
        case AmendmentAccepted(amendment=id) | RecommendationTakenUp(amendment=id):
            return (forum.amendments[id].recommendation,)
        case (
            ContributionHidden(contribution=id)
            | ContributionShown(contribution=id)
            | ContributionWithdrawn(contribution=id)
        ):
            return tuple(r.id for r in there.in_order() if id in cited_behind(forum, r))
        case _:
            return ()


def contributions_told(event: Event, forum: Forum) -> tuple[str, ...]:
    """Those whose fate the event may have changed, or the words that cite them."""
    return tuple(dict.fromkeys(_contributions_told(event, forum)))


def _contributions_told(event: Event, forum: Forum) -> Iterable[str]:
    match event:
        case (
            ContributionHidden(contribution=id)
            | ContributionShown(contribution=id)
            | ContributionWithdrawn(contribution=id)
            | ContributionMade(id=id)
        ):
            return (id,)
        case MemberSetAside(member=member) | MemberTakenUpAgain(member=member):
            return drafted(forum, member).cites
        case GroupSetAside(group=id) | GroupTakenUpAgain(group=id):
            group = forum.consolidation.groups.get(id)
            of = group.members if group else ()
            return (cited for member in of for cited in drafted(forum, member).cites)
        case ContributionCited(contribution=id) | CitationDropped(contribution=id):
            return (id, *_cited_in(forum, event.breakout))
        case (
            DraftRecommendationAdded(breakout=breakout)
            | DraftRecommendationRevised(breakout=breakout)
            | DraftRecommendationMoved(breakout=breakout)
            | DraftRecommendationSplit(breakout=breakout)
            | DraftRecommendationsJoined(breakout=breakout)
            | DraftRecommendationRemoved(breakout=breakout)
            | DraftRecommendationRestored(breakout=breakout)
            | DraftSubmitted(breakout=breakout)
            | DraftTakenBack(breakout=breakout)
        ):
            return _cited_in(forum, breakout)
        case PlenaryOpened():
            return ()
        case _:
            told = recommendations_told(event, forum)
            return (id for r in told for id in cited_behind(forum, forum.recommendations.by_id[r]))


def _cited_in(forum: Forum, breakout: str) -> Iterator[str]:
    """In its draft, in what was taken out of it too."""
    draft = forum.drafts.get(breakout, Draft())
    for written in (*draft.recommendations.values(), *draft.removed.values()):
        yield from written.cites


def cited_behind(forum: Forum, recommendation: Recommendation) -> frozenset[str]:
    """The contributions that the drafts behind a recommendation cite."""
    return frozenset(id for member in recommendation.members for id in drafted(forum, member).cites)


def drafted(forum: Forum, member: str) -> DraftRecommendation:
    breakout, _, id = member.partition("/")
    draft = forum.drafts[breakout]
    return draft.recommendations.get(id) or draft.removed[id]


def unheard(forum: Forum) -> tuple[str, ...]:
    """The contributions that stand and that no draft cites, in the order they were made."""
    cited = _cited(forum)
    return tuple(
        made.id
        for breakout in forum.in_order()
        for made in forum.contributions.of(breakout.id)
        if made.standing is Standing.STANDS and made.id not in cited
    )


def is_unheard(forum: Forum, id: str) -> bool:
    made = forum.contributions.by_id[id]
    return made.standing is Standing.STANDS and id not in _cited(forum)


def _cited(forum: Forum) -> frozenset[str]:
    drafts = forum.drafts.values()
    return frozenset(id for draft in drafts for line in draft.in_order() for id in line.cites)

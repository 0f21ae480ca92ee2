"""Live parts that stand on several pages."""

from collections.abc import Iterable, Sequence

from facilitate.meeting import Event, Forum
from facilitate.meeting.breakouts import (
    BreakoutExtended,
    BreakoutOpened,
    ContributionsClosed,
    ContributionsReopened,
)
from facilitate.meeting.contributions import (
    Contribution,
    ContributionEndorsed,
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
    EndorsementWithdrawn,
)
from facilitate.meeting.drafts import (
    CitationDropped,
    ContributionCited,
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
from facilitate.meeting.floor import FloorGiven, HandLowered, HandRaised, TurnEnded
from facilitate.meeting.messages import Announced, MessageTakenDown
from facilitate.web.parts import Items, Part, here

MOVES_A_BREAKOUT: frozenset[type[Event]] = frozenset(
    {
        BreakoutOpened,
        BreakoutExtended,
        ContributionsClosed,
        ContributionsReopened,
        DraftSubmitted,
        DraftTakenBack,
    }
)
WRITES_A_DRAFT: frozenset[type[Event]] = frozenset(
    {
        DraftRecommendationAdded,
        DraftRecommendationRevised,
        DraftRecommendationMoved,
        DraftRecommendationSplit,
        DraftRecommendationsJoined,
        DraftRecommendationRemoved,
        DraftRecommendationRestored,
        ContributionCited,
        CitationDropped,
        DraftSubmitted,
        DraftTakenBack,
    }
)
MOVES_THE_FLOOR: frozenset[type[Event]] = frozenset(
    {HandRaised, HandLowered, FloorGiven, TurnEnded}
)

MESSAGES = Part("messages", "parts/messages.html", frozenset({Announced, MessageTakenDown}))
STANDING = Part("standing", "parts/standing.html", MOVES_A_BREAKOUT, here)
FLOOR = Part("floor", "parts/floor.html", MOVES_THE_FLOOR, here)
PRESENT = Part("present", "parts/present.html", presence=True)
DRAFT = Part("draft", "parts/draft.html", WRITES_A_DRAFT, here)


def _touched(event: Event, forum: Forum, breakout: str) -> Iterable[str]:
    match event:
        case ContributionMade(id=id, breakout=room):
            return (id,) if room == breakout else ()
        case (
            ContributionEndorsed(contribution=id)
            | EndorsementWithdrawn(contribution=id)
            | ContributionWithdrawn(contribution=id)
            | ContributionHidden(contribution=id)
            | ContributionShown(contribution=id)
        ):
            return (id,) if forum.contributions.by_id[id].breakout == breakout else ()
        case ContributionCited(contribution=id) | CitationDropped(contribution=id):
            return (id,) if forum.contributions.by_id[id].breakout == breakout else ()
        case _:
            return ()


def _find(forum: Forum, breakout: str, id: str) -> Contribution | None:
    return forum.contributions.by_id.get(id)


def voices(template: str) -> Items:
    """The contributions of a breakout, each drawn with ``template``."""
    return Items("voices", "contribution", "contribution", template, _touched, _find)


def drafted(forum: Forum, breakout: str) -> Sequence[str]:
    draft = forum.drafts.get(breakout)
    return draft.order if draft else ()

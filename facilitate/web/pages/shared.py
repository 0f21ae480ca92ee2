"""Live parts that stand on several pages."""

from collections.abc import Iterable, Sequence

from facilitate.meeting import Event, Forum
from facilitate.meeting.breakouts import (
    BreakoutExtended,
    BreakoutOpened,
    ContributionsClosed,
    ContributionsReopened,
)
from facilitate.meeting.comments import (
    AnswersRequired,
    Comment,
    CommentAnswered,
    CommentMade,
    CommentWithdrawn,
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
from facilitate.meeting.people import PersonJoined, PersonRemoved, RolesAssigned
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
PRESENT = Part("present", "parts/present.html", presence=True)
DRAFT = Part("draft", "parts/draft.html", WRITES_A_DRAFT, here)


COMMENTS_ON_A_DRAFT: frozenset[type[Event]] = frozenset(
    {CommentMade, CommentWithdrawn, CommentAnswered, AnswersRequired}
)
COMMENT_ON = Part("comment-on", "parts/comment-on.html", WRITES_A_DRAFT, here)


GIVES_ROOMS: frozenset[type[Event]] = frozenset({PersonJoined, RolesAssigned, PersonRemoved})


def gives_rooms(event: Event, place: str) -> bool:
    """Who joins without one changes nothing where those who run the breakouts are named."""
    return not isinstance(event, PersonJoined) or bool(event.breakouts)


def of_this_breakout(event: Event, place: str) -> bool:
    """About this breakout, or about all."""
    return getattr(event, "breakout", place) == place


def _commented(event: Event, forum: Forum, breakout: str) -> Iterable[str]:
    """A comment says which recommendation it is about by its place, so a new order touches all."""
    if getattr(event, "breakout", None) != breakout:
        return ()
    match event:
        case CommentMade(id=id) | CommentWithdrawn(comment=id) | CommentAnswered(comment=id):
            return (id,)
        case _:
            touched = type(event) in WRITES_A_DRAFT | MOVES_A_BREAKOUT
            return (comment.id for comment in forum.comments.of(breakout)) if touched else ()


def _comment(forum: Forum, breakout: str, id: str) -> Comment | None:
    comment = forum.comments.by_id.get(id)
    return None if comment is None or comment.withdrawn else comment


COMMENTS = Items("comments", "comment", "comment", "parts/comment.html", _commented, _comment)


def commented(forum: Forum, breakout: str) -> Iterable[Comment]:
    """The comments on a draft that were not taken back, in order."""
    return (comment for comment in forum.comments.of(breakout) if not comment.withdrawn)


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

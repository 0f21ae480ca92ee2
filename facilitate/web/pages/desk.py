"""The rapporteur's desk: the voices of a breakout beside the draft that is made of them."""

from collections.abc import Iterable
from functools import partial

from facilitate.live.drafts.papers import EPOCH
from facilitate.meeting import Event, Forum, Person, Role
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.contributions import (
    ContributionHidden,
    ContributionShown,
    ContributionWithdrawn,
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
)
from facilitate.web.pages.choices import (
    COUNTED,
    cited,
    counted_by,
    counts,
    uncited,
    voices_with_fate,
)
from facilitate.web.pages.floors import called, floor
from facilitate.web.pages.shared import (
    COMMENTS,
    COMMENTS_ON_A_DRAFT,
    MESSAGES,
    MOVES_A_BREAKOUT,
    PRESENT,
    STANDING,
    WRITES_A_DRAFT,
    commented,
    drafted,
    of_this_breakout,
)
from facilitate.web.parts import Context, Items, Page, Part, a_breakout, here
from facilitate.web.scenes import Scene

CHOICES = ("uncited", "all", "concern", "experience", "gap", "possibility")


def its_rapporteurs(forum: Forum, person: Person, place: str) -> bool:
    return Role.RAPPORTEUR in person.roles and place in person.breakouts


def context(scene: Scene) -> Context:
    breakout = scene.forum.breakouts[scene.place]
    return {
        "called": partial(called, scene.forum, scene.place),
        "breakout": breakout,
        "topic": scene.forum.topic(breakout.topic),
        "room": f"{scene.forum.id}.{breakout.id}.e{EPOCH}",
        "draft": scene.forum.drafts.get(scene.place, Draft()),
        "cited": cited(scene.forum, scene.place),
        "counts": partial(counts, scene.forum, scene.place, CHOICES),
        "uncited": partial(uncited, scene.forum, scene.place),
        "comments": partial(commented, scene.forum, scene.place),
        "answers": True,
        "waiting_comments": lambda: len(scene.forum.comments.waiting(scene.place)),
        "shown_first": "uncited",
        "choices": CHOICES,
        "sits": breakout.stage in (Stage.OPEN, Stage.DRAFTING),
    }


def _paragraphs(event: Event, forum: Forum, place: str) -> Iterable[str]:
    """A paragraph says what stands before and behind it, so a new order touches them all."""
    if isinstance(event, ContributionWithdrawn | ContributionHidden | ContributionShown):
        return _citing(forum, place, event.contribution)
    if getattr(event, "breakout", None) != place:
        return ()
    match event:
        case ContributionCited(id=id) | CitationDropped(id=id):
            return (id,)
        case DraftRecommendationRevised(id=id):
            return (id, *_before(drafted(forum, place), id))
        case DraftRecommendationsJoined(next=id) | DraftRecommendationRemoved(id=id):
            return (id, *drafted(forum, place))
        case (
            DraftRecommendationAdded()
            | DraftRecommendationMoved()
            | DraftRecommendationSplit()
            | DraftRecommendationRestored()
        ):
            return drafted(forum, place)
        case _:
            return drafted(forum, place) if type(event) in MOVES_A_BREAKOUT else ()


def _citing(forum: Forum, place: str, contribution: str) -> Iterable[str]:
    draft = forum.drafts.get(place, Draft())
    return (each.id for each in draft.in_order() if contribution in each.cites)


def _before(order: Iterable[str], id: str) -> Iterable[str]:
    order = tuple(order)
    place = order.index(id) if id in order else 0
    return order[place - 1 : place] if place else ()


def _find(forum: Forum, place: str, id: str) -> DraftRecommendation | None:
    return forum.drafts.get(place, Draft()).recommendations.get(id)


PAGE = Page(
    name="desk",
    template="desk.html",
    may_see=its_rapporteurs,
    context=context,
    parts=(
        MESSAGES,
        STANDING,
        counted_by(CHOICES),
        voices_with_fate("parts/desk-voice.html"),
        Items(
            "draft-list",
            "paragraph",
            "paragraph",
            "parts/paragraph.html",
            touches=_paragraphs,
            find=_find,
            order=drafted,
        ),
        COMMENTS,
        Part("cite-to", "parts/cite-to.html", WRITES_A_DRAFT | MOVES_A_BREAKOUT, here),
        Part("removed", "parts/removed.html", WRITES_A_DRAFT | MOVES_A_BREAKOUT, here),
        Part(
            "draft-state", "parts/draft-state.html", WRITES_A_DRAFT | MOVES_A_BREAKOUT, here, True
        ),
        Part(
            "draft-submit",
            "parts/draft-submit.html",
            COUNTED | WRITES_A_DRAFT | MOVES_A_BREAKOUT | COMMENTS_ON_A_DRAFT,
            of_this_breakout,
        ),
        floor("parts/hand-run.html", MOVES_A_BREAKOUT),
        Part("hand-in-hall", "parts/hand-in-hall.html", MOVES_A_BREAKOUT, here),
        PRESENT,
    ),
    exists=a_breakout,
)

"""The plenary, for those who take part: the text under discussion, my answer, its amendments."""

from collections.abc import Iterable, Sequence
from functools import partial

from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import (
    AMENDABLE,
    Amendment,
    AmendmentAccepted,
    RecommendationTakenUp,
)
from facilitate.meeting.consolidation import GroupPut, GroupTakenBack
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.plenary import Sitting
from facilitate.meeting.recommendations import Recommendation, RecommendationMoved
from facilitate.web.pages.floors import called, floor
from facilitate.web.pages.recommendations import (
    AMENDS,
    ANSWERS,
    ORDERS,
    SITS,
    TURNS,
    amended,
    current,
    effect,
    last_decided,
    marks,
    new_ones,
    number_of,
    numbers,
    of_recommendation,
)
from facilitate.web.pages.shared import MESSAGES, PRESENT
from facilitate.web.parts import Context, Items, Page, Part, all_who_joined
from facilitate.web.scenes import Scene

NEW_TEXT: frozenset[type[Event]] = frozenset({AmendmentAccepted})


def context(scene: Scene) -> Context:
    forum = scene.forum
    now = current(forum)
    return {
        "called": partial(called, scene.forum, scene.place),
        "now": now,
        "number_of": partial(number_of, forum),
        "last": last_decided(forum),
        "amendments_of": partial(of_recommendation, forum),
        "amendable": AMENDABLE,
        "marks": marks,
        "effect": effect,
        "numbers": partial(numbers, forum),
        "new_ones": new_ones(forum),
        "answers": scene.is_("participant") or scene.is_("rapporteur"),
        "sits": forum.plenary.sitting is Sitting.OPEN,
        "sitting": forum.plenary.sitting,
        "recommendations": forum.recommendations.in_order(),
        "decided": sum(r.decision is not None for r in forum.recommendations.in_order()),
    }


def _amendments(event: Event, forum: Forum, place: str) -> Iterable[str]:
    """Of what is under discussion; the others stand with their recommendation."""
    touched = amended(event, forum)
    there = (forum.amendments[id] for id in touched)
    return (a.id for a in there if a.recommendation == forum.plenary.current and not a.adds)


def _amendment(forum: Forum, place: str, id: str) -> Amendment | None:
    there = forum.amendments.get(id)
    return there if there and not there.adds else None


def _new_ones(event: Event, forum: Forum, place: str) -> Iterable[str]:
    return (id for id in amended(event, forum) if forum.amendments[id].adds)


def _new_one(forum: Forum, place: str, id: str) -> Amendment | None:
    return next((amendment for amendment in new_ones(forum) if amendment.id == id), None)


def _recommendations(event: Event, forum: Forum, place: str) -> Iterable[str]:
    """When the order changes all of them have another number."""
    match event:
        case RecommendationMoved() | GroupPut() | RecommendationTakenUp():
            return forum.recommendations.order
        case GroupTakenBack(recommendation=id):
            return (id, *forum.recommendations.order)
        case _ if type(event) in AMENDS:
            return {forum.amendments[id].recommendation for id in amended(event, forum)}
        case _ if type(event) in TURNS:
            return (getattr(event, "recommendation", ""),)
        case _:
            return ()


def _recommendation(forum: Forum, place: str, id: str) -> Recommendation | None:
    there = id in forum.recommendations.order
    return forum.recommendations.by_id[id] if there else None


def _order(forum: Forum, place: str) -> Sequence[str]:
    return forum.recommendations.order


def the_plenary(forum: Forum, place: str) -> bool:
    return place == PLENARY


PAGE = Page(
    name="plenary",
    template="plenary.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        Part("on-now", "parts/on-now.html", SITS | TURNS | ORDERS | ANSWERS | NEW_TEXT),
        Part("answer", "parts/answer.html", TURNS | ORDERS | ANSWERS | AMENDS),
        Part("amending", "parts/amending.html", TURNS),
        Items(
            "amendments", "amendment", "amendment", "parts/amendment.html", _amendments, _amendment
        ),
        Part("propose", "parts/propose.html", TURNS | NEW_TEXT | ANSWERS),
        Part("how-far", "parts/how-far.html", TURNS | ORDERS),
        Items(
            "recommendations",
            "recommendation",
            "recommendation",
            "parts/recommendation.html",
            _recommendations,
            _recommendation,
            _order,
        ),
        Items("new-ones", "amendment", "amendment", "parts/amendment.html", _new_ones, _new_one),
        Part("propose-new", "parts/propose-new.html", SITS),
        floor("parts/hand.html"),
        Part("raise", "parts/raise.html", SITS),
        PRESENT,
    ),
    exists=the_plenary,
    about=PLENARY,
)

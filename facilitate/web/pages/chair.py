"""The chair's desk: what is on, the one next step, and what comes.

The text and the forms that decide on it are bound together in the browser by ``text-on-stage.js``:
a text that changes under the chair's eyes disarms every decision until it has been read.
"""

from collections.abc import Iterable
from functools import partial

from facilitate.meeting import Event, Forum, Person, Role
from facilitate.meeting.acceptances import acceptance
from facilitate.meeting.amendments import Amendment, AmendmentAccepted, open_ones
from facilitate.meeting.consolidation import left_behind, submitted
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.plenary import Sitting
from facilitate.meeting.recommendations import Stage
from facilitate.web.pages.consolidation import LEAVES_BEHIND
from facilitate.web.pages.floors import called, floor
from facilitate.web.pages.plenary import the_plenary
from facilitate.web.pages.recommendations import (
    AMENDS,
    ANSWERS,
    ORDERS,
    SITS,
    TURNS,
    amended,
    current,
    effect,
    key_after,
    key_of,
    last_decided,
    marks,
    meets,
    new_ones,
    number_of,
    of_recommendation,
)
from facilitate.web.pages.shared import MESSAGES, PRESENT
from facilitate.web.pages.traces import MOVES_A_FATE
from facilitate.web.parts import Context, Items, Page, Part
from facilitate.web.reporting import copy_of, prepared
from facilitate.web.scenes import Scene

NEW_TEXT: frozenset[type[Event]] = frozenset({AmendmentAccepted})
MAY_BE_OPENED = frozenset({Stage.WAITING, Stage.DEFERRED})


def context(scene: Scene) -> Context:
    forum = scene.forum
    now = current(forum)
    proposed = open_ones(forum.amendments, now.id) if now else ()
    return {
        "called": partial(called, scene.forum, scene.place),
        "now": now,
        "number_of": partial(number_of, forum),
        "last": last_decided(forum),
        "proposed": proposed,
        "amendments_of": partial(of_recommendation, forum),
        "meets": partial(meets, forum),
        "acceptance": acceptance,
        "effect": effect,
        "new_ones": new_ones(forum),
        "key_of": key_of,
        "key_after": key_after,
        "marks": marks,
        "brackets": now is not None and now.unsettled,
        "chairs": scene.is_("chair"),
        "may_be_opened": MAY_BE_OPENED,
        "sits": forum.plenary.sitting is Sitting.OPEN,
        "sitting": forum.plenary.sitting,
        "recommendations": forum.recommendations.in_order(),
        "left_behind": left_behind(forum.consolidation, submitted(forum.drafts)),
        "copy": partial(copy_of, scene),
        "numbers": lambda ids: [str(number_of(forum, id)) for id in ids],
    }


def _touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
    """One accepted amendment may send any other back: all open ones say so before it is done."""
    touched = amended(event, forum)
    now = forum.plenary.current
    if now is None or not any(forum.amendments[id].recommendation == now for id in touched):
        return ()
    return dict.fromkeys((*touched, *(a.id for a in open_ones(forum.amendments, now))))


def _find(forum: Forum, place: str, id: str) -> Amendment | None:
    there = forum.amendments.get(id)
    return there if there and there.recommendation == forum.plenary.current else None


def chairs_or_helps(forum: Forum, person: Person, place: str) -> bool:
    return bool(person.roles & {Role.CHAIR, Role.SECRETARIAT})


PAGE = Page(
    name="chair",
    template="chair.html",
    may_see=chairs_or_helps,
    context=context,
    parts=(
        MESSAGES,
        Part("on-stage", "parts/on-stage.html", SITS | TURNS | ORDERS | NEW_TEXT),
        Part("next", "parts/next.html", SITS | TURNS | ORDERS | ANSWERS | AMENDS | LEAVES_BEHIND),
        Part("to-deal", "parts/to-deal.html", TURNS),
        Part("new-ones", "parts/new-ones.html", SITS | AMENDS),
        Items("dealing", "dealt", "amendment", "parts/dealt.html", _touched, _find),
        Part("put-off", "parts/put-off.html", TURNS | NEW_TEXT),
        Part(
            "what-comes",
            "parts/what-comes.html",
            SITS | TURNS | AMENDS | ORDERS,
        ),
        Part("sitting", "parts/sitting.html", SITS | TURNS | LEAVES_BEHIND),
        floor("parts/hand-run.html", SITS),
        Part("hand-in-hall", "parts/hand-in-hall.html", SITS),
        PRESENT,
        Part("measures", "parts/measures.html", SITS | MOVES_A_FATE),
    ),
    exists=the_plenary,
    about=PLENARY,
    ready=prepared,
)

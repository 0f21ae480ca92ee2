"""What the text would be with some of its open amendments, seen before anybody decides.

The place names the amendments: their ids with a plus sign between them.
"""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from facilitate.meeting import Event, Forum
from facilitate.meeting.acceptances import acceptance, together
from facilitate.meeting.amendments import Amendment, Stage, open_ones
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.recommendations import Recommendation
from facilitate.web.pages.recommendations import (
    AMENDS,
    Met,
    carried_over,
    effect,
    key_after,
    key_of,
    marks,
    meets,
    number_of,
)
from facilitate.web.pages.shared import MESSAGES
from facilitate.web.pages.traces import MOVES_THE_PLENARY
from facilitate.web.parts import Context, Page, Part, all_who_joined
from facilitate.web.scenes import Scene

BETWEEN = "+"
TOUCHED_BY: frozenset[type[Event]] = AMENDS | MOVES_THE_PLENARY


def context(scene: Scene) -> Context:
    forum = scene.forum
    asked = chosen(forum, scene.place)
    there = forum.recommendations.by_id[asked[0].recommendation]
    ready = all(amendment.stage is Stage.OPEN for amendment in asked)
    text = together(there, asked) if ready else None
    return {
        "recommendation": there,
        "number_of": partial(number_of, forum),
        "asked": asked,
        "ready": ready,
        "text": text,
        "others": partial(others, forum, there, asked, text),
        "met": partial(met, forum, asked),
        "proposed": tuple(a for a in open_ones(forum.amendments, there.id) if not a.deletes),
        "acceptance": acceptance,
        "key": key_after(there, asked) if text else key_of(there),
        "marks": marks,
        "effect": effect,
        "may_accept": scene.is_("chair") and forum.plenary.current == there.id,
    }


def chosen(forum: Forum, place: str) -> tuple[Amendment, ...]:
    """In the order they were proposed."""
    asked = {id: forum.amendments[id] for id in place.split(BETWEEN)}
    return tuple(sorted(asked.values(), key=lambda amendment: amendment.number))


def met(forum: Forum, asked: Sequence[Amendment]) -> list[tuple[Amendment, Met]]:
    """How those asked for meet one another, and the rest of the text; each two once."""
    numbers = {amendment.id: amendment.number for amendment in asked}
    return [
        (amendment, each)
        for amendment in asked
        for each in meets(forum, amendment)
        if each.other is None or numbers.get(each.other.id, 0) > amendment.number
    ]


def others(
    forum: Forum, there: Recommendation, asked: tuple[Amendment, ...], text: str | None
) -> list[tuple[Amendment, str | None]]:
    """The open amendments beside those asked for, and what they would be carried over to."""
    if text is None:
        return []
    beside = (a for a in open_ones(forum.amendments, there.id) if a not in asked)
    return [(other, "" if other.deletes else carried_over(other, asked, text)) for other in beside]


def exists(forum: Forum, place: str) -> bool:
    """All are amendments to the text of one recommendation that is before the plenary."""
    asked = [forum.amendments.get(id) for id in place.split(BETWEEN)]
    found = [a for a in asked if a is not None and not a.adds and not a.deletes]
    of = {amendment.recommendation for amendment in found}
    return len(found) == len(asked) and len(of) == 1 and of <= set(forum.recommendations.order)


def in_the_plenary(place: str) -> str:
    return PLENARY


async def ticked(request: Request) -> Response:
    """From the form in which they are ticked to the page of the choice."""
    plenary = request.url.path.removesuffix("/preview")
    ids = BETWEEN.join(request.query_params.getlist("with"))
    return RedirectResponse(f"{plenary}/preview/{ids}" if ids else plenary, HTTPStatus.SEE_OTHER)


PAGE = Page(
    name="preview",
    template="preview.html",
    may_see=all_who_joined,
    context=context,
    parts=(MESSAGES, Part("previewed", "parts/previewed.html", TOUCHED_BY)),
    exists=exists,
    sits_at=in_the_plenary,
)

"""Commands that come by POST: a form on a page is a command; the script only sends it faster."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from facilitate.live.measures import REFUSALS
from facilitate.meeting import Forum, Refused
from facilitate.meeting.amendments import ProposeAmendment
from facilitate.meeting.codec import command
from facilitate.meeting.drafts import DraftRecommendation, ReviseDraftRecommendation
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.recommendations import Recommendation
from facilitate.text.choices import sites
from facilitate.text.collation import ConsolidatedText
from facilitate.text.differences import Piece
from facilitate.text.provenance import settled
from facilitate.web.bodies import BODY_LIMIT, FIELDS
from facilitate.web.commands import ask, from_form
from facilitate.web.drawing import draw, frame_of
from facilitate.web.frames import Done, Not, answer
from facilitate.web.identity import Asker, asker, forget
from facilitate.web.languages import say
from facilitate.web.mishaps import not_signed_in, wants_json
from facilitate.web.pages.recommendations import changes_since
from facilitate.web.rooms import Rooms
from facilitate.web.scenes import Scene

STATUS: Mapping[str, HTTPStatus] = {
    "malformed": HTTPStatus.BAD_REQUEST,
    "not-entitled": HTTPStatus.FORBIDDEN,
    "unknown": HTTPStatus.NOT_FOUND,
    "too-fast": HTTPStatus.TOO_MANY_REQUESTS,
    "not-saved": HTTPStatus.SERVICE_UNAVAILABLE,
}  # every other refusal is a conflict with how things stand
ELEMENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
OVER_WHAT_STANDS = (ReviseDraftRecommendation.__name__, ProposeAmendment.__name__)
WORDS = ("text", "reason")  # the fields in which people write


async def commanded(request: Request) -> Response:
    """A POST to a page of the forum, or to ``/forums/{forum}/commands``: JSON, or a form's fields.

    A form has ``do`` and the command's fields; ``at`` names the element to come back to; with a
    dash at its end, the one of the thing in the field before the dash: ``contribution-``.
    """
    rooms: Rooms = request.app.state.rooms
    form = await _form(request)
    live = await rooms.forum(request.path_params["forum"])
    by = await asker(request, live) if live else None
    if by is None:
        return not_signed_in(request)
    if form is None:
        return await _json(request, rooms, by)
    return await _from_form(request, rooms, by, form)


async def _form(request: Request) -> FormData | None:
    """Read first of all, so that the words in it can be shown again whatever happens."""
    if "application/json" in request.headers.get("content-type", ""):
        return None
    form = await request.form(max_files=0, max_fields=FIELDS, max_part_size=BODY_LIMIT)
    request.state.words = _words(form)
    return form


def _words(form: FormData) -> list[str]:
    return [str(form[field]) for field in WORDS if form.get(field)]


async def _from_form(request: Request, rooms: Rooms, by: Asker, form: FormData) -> Response:
    try:
        asked, named = from_form(by, form)
        done = await ask(rooms, by, asked, named)
    except Refused as refusal:
        return refused(request, by, refusal, form)
    if wants_json(request):
        return _sent(Done(done))
    if asked == ErasePerson(by.id):
        return _gone(request, rooms, by)
    return RedirectResponse(_back(request, form), HTTPStatus.SEE_OTHER)


def _gone(request: Request, rooms: Rooms, by: Asker) -> Response:
    """To somebody who is erased, whose browser forgets the forum too."""
    context = frame_of(None, None, request.state.nonce, "/")
    answer = HTMLResponse(draw("gone.html", by.language, context))
    answer.headers["clear-site-data"] = '"storage"'
    forget(answer, rooms.settings)
    return answer


def _back(request: Request, form: FormData) -> str:
    """The page the form stood on, and where on it."""
    page = request.url.path.removesuffix("/commands")
    if request.url.query:
        page = f"{page}?{request.url.query}"
    at = str(form.get("at", ""))
    if at.endswith("-"):  # of one form for many things: the button has said which
        at += str(form.get(at.removesuffix("-"), ""))
    return f"{page}#{at}" if ELEMENT.fullmatch(at) else page


def _loaded_anew(page: str) -> str:
    """The same page by another address: to a place on its own a browser goes without asking us."""
    return page.replace("#", "&#" if "?" in page else "?#")


async def _json(request: Request, rooms: Rooms, by: Asker) -> Response:
    try:
        return _sent(Done(await ask(rooms, by, command(await request.body()))))
    except Refused as refusal:
        REFUSALS.labels(refusal.code).inc()
        return _sent(Not(refusal.code, say(refusal, by.language)), _status(refusal))


def _sent(value: Done | Not, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(answer(value), status, media_type="application/json")


def _status(refusal: Refused) -> HTTPStatus:
    return STATUS.get(refusal.code, HTTPStatus.CONFLICT)


def refused(request: Request, by: Asker, refusal: Refused, form: FormData) -> Response:
    """Why, in words; the words that were sent are kept, and those that stand now beside them."""
    REFUSALS.labels(refusal.code).inc()
    why, status = say(refusal, by.language), _status(refusal)
    if wants_json(request):
        return _sent(Not(refusal.code, why), status)
    scene = Scene(by.live, "", by.language, by.person.roles)
    context = {
        **frame_of(scene, by, request.state.nonce, request.url.path),
        "why": why,
        "yours": _words(form),
        "theirs": _text_now(by.live.state, form) if refusal.code == "stale" else "",
        "changed": _changed(by.live.state, form) if refusal.code == "stale" else (),
        "again": _over_what_stands(by.live.state, form) if refusal.code == "stale" else {},
        "back": _loaded_anew(_back(request, form)),
    }
    return HTMLResponse(draw("refused.html", by.language, context), status)


def _text_now(forum: Forum, form: FormData) -> str:
    """The text that stands now where the asker's was stale, if it is one text."""
    paragraph = _paragraph(forum, form)
    if paragraph is not None:
        return paragraph.text
    before_plenary = _before_plenary(forum, form)
    return before_plenary.text if before_plenary is not None else _at_site(forum, form)


def _at_site(forum: Forum, form: FormData) -> str:
    """What the drafting group has chosen at a place of a consolidated text."""
    group, id = forum.consolidation.groups.get(str(form.get("group", ""))), str(form.get("site"))
    here = (site for site in (sites(group.text) if group else ()) if str(site.id) == id)
    runs = (settled(ConsolidatedText((site,)), group.choices) for site in here if group)
    return "".join(run.text for run in next(runs, ())).strip()


def _changed(forum: Forum, form: FormData) -> tuple[Piece, ...]:
    """What has changed in a recommendation since the version that was on the asker's screen."""
    before_plenary, version = _before_plenary(forum, form), str(form.get("version", ""))
    if before_plenary is None or not version.isdecimal():
        return ()
    return changes_since(forum, before_plenary, int(version))


def _before_plenary(forum: Forum, form: FormData) -> Recommendation | None:
    amendment = forum.amendments.get(str(form.get("amendment", "")))
    id = amendment.recommendation if amendment else str(form.get("recommendation", ""))
    return forum.recommendations.by_id.get(id)


def _over_what_stands(forum: Forum, form: FormData) -> Mapping[str, str]:
    """The fields, all but the text, to send stale words again once both texts were read."""
    over = _paragraph(forum, form) or _before_plenary(forum, form)
    if over is None or form.get("do") not in OVER_WHAT_STANDS:
        return {}
    fields = {name: str(value) for name, value in form.items() if name != "text"}
    return {**fields, "version": str(over.version)}


def _paragraph(forum: Forum, form: FormData) -> DraftRecommendation | None:
    draft = forum.drafts.get(str(form.get("breakout", "")))
    return draft.recommendations.get(str(form.get("id", ""))) if draft else None

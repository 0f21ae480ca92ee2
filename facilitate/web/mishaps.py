"""What is said when no page can be shown, and what is logged of it: never anybody's words."""

from collections.abc import Mapping
from http import HTTPStatus
from logging import getLogger
from secrets import token_hex

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from facilitate.live.measures import REFUSALS
from facilitate.meeting.refusals import N_
from facilitate.record.engines import NotWrittenDown
from facilitate.web.commands import NotSaved
from facilitate.web.drawing import draw, frame_of
from facilitate.web.frames import Not, answer
from facilitate.web.identity import language_of
from facilitate.web.languages import translations
from facilitate.web.origins import guards
from facilitate.web.rooms import Rooms
from facilitate.web.showing import not_there

NOT_SIGNED_IN = N_(
    "You are not signed in any more. Join again, or open your personal link; then send again."
)
NOT_UNDERSTOOD = N_("The request could not be understood. Nothing was changed.")
TOO_LARGE = N_("That is more than can be taken at once. Please send it in smaller pieces.")
NOT_HERE = N_("This address takes no such request.")
FAULT = N_("Something went wrong on our side. Nothing you wrote is in the record yet.")
SENTENCES: Mapping[int, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: ("malformed", NOT_UNDERSTOOD),
    HTTPStatus.UNAUTHORIZED: ("not-signed-in", NOT_SIGNED_IN),
    HTTPStatus.METHOD_NOT_ALLOWED: ("malformed", NOT_HERE),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-large", TOO_LARGE),
}
log = getLogger("facilitate")


async def refused(request: Request, exc: Exception) -> Response:
    """Whatever the routes and forms of Starlette turn down, in words."""
    assert isinstance(exc, HTTPException)
    if exc.status_code == HTTPStatus.NOT_FOUND:
        return not_there(request, None)
    code, sentence = SENTENCES.get(exc.status_code, ("malformed", NOT_UNDERSTOOD))
    return told(request, code, sentence, exc.status_code, headers=exc.headers)


def not_signed_in(request: Request) -> Response:
    return told(request, "not-signed-in", NOT_SIGNED_IN, HTTPStatus.UNAUTHORIZED, back="/join")


async def not_saved(request: Request, exc: Exception) -> Response:
    """The database cannot be written or read: a passing trouble, and no fault of the asker."""
    log.error("The database is not there.", exc_info=exc, extra=place(request))
    if isinstance(exc, NotWrittenDown):
        rooms: Rooms = request.app.state.rooms
        rooms.readiness.unwritten()
    return told(request, NotSaved.code, NotSaved.sentence, HTTPStatus.SERVICE_UNAVAILABLE)


async def failed(request: Request, exc: Exception) -> Response:
    """A fault of ours; its id stands on the page and in the log. It is raised again after this."""
    id = token_hex(6)
    log.error("A request failed.", exc_info=exc, extra={"id": id, **place(request)})
    exc.add_note(TOLD)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return told(request, "fault", FAULT, status, id=id, headers=guards(request.state.nonce))


TOLD = "logged with its id"  # so that the server below does not log it once more


def place(request: Request) -> dict[str, object]:
    return {"method": request.method, "path": request.url.path}


def told(
    request: Request,
    code: str,
    sentence: str,
    status: int,
    *,
    id: str = "",
    back: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """For scripts as JSON; for people as a page with the words they sent, so that none is lost."""
    REFUSALS.labels(code).inc()
    language = getattr(request.state, "language", "") or language_of(request)
    why = translations(language).gettext(sentence)
    if wants_json(request):
        body = answer(Not(code, f"{why} ({id})" if id else why))
        return Response(body, status, headers, media_type="application/json")
    context = {
        **frame_of(None, None, request.state.nonce, "/"),
        "why": why,
        "id": id,
        "yours": getattr(request.state, "words", ()),
        "back": back or request.url.path.removesuffix("/commands"),
    }
    return HTMLResponse(draw("mishap.html", language, context), status, headers)


def wants_json(request: Request) -> bool:
    asked = request.headers.get("accept", ""), request.headers.get("content-type", "")
    return any("application/json" in header for header in asked)

"""The way in and out: the join code, the personal link, the language, signing out."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from facilitate.meeting import Attendance, Refused
from facilitate.meeting.refusals import N_
from facilitate.record.directory import Entry
from facilitate.record.log import NotWrittenDown
from facilitate.record.sessions import Visitor
from facilitate.web import doors
from facilitate.web.blanks import Blanks, answered, blank
from facilitate.web.drawing import draw, frame_of
from facilitate.web.identity import (
    LANGUAGE_COOKIE,
    forget,
    join,
    language_of,
    new_person,
    remember,
    token_of,
    visitor,
)
from facilitate.web.languages import LANGUAGES, say, translations
from facilitate.web.names import name, optional_name, plain
from facilitate.web.rooms import Rooms

WRONG_CODE = N_(
    "There is no forum with this code. Look at the screen in the hall, or at your mail."
)
WRONG_LINK = N_(
    "This link does not open the forum (any more). Ask the secretariat for a new one, "
    "or join with the code of the forum."
)
NOT_WRITTEN = N_("The record cannot be written at the moment. Please try again in a moment.")
TOO_MANY = N_("Too many codes were tried from here. Please wait a minute, then try again.")
A_YEAR = 365 * 24 * 60 * 60  # s


async def home(request: Request) -> Response:
    """Those who are signed in go on to their forum; others are asked for the code."""
    known = await visitor(request)
    if known is not None:
        return RedirectResponse(f"/forums/{known.forum}", HTTPStatus.SEE_OTHER)
    return _empty(request, "join.html")


async def join_page(request: Request) -> Response:
    return _empty(request, "join.html")


async def joined(request: Request) -> Response:
    """``POST /join``: code, name, organisation, attendance, language."""
    rooms: Rooms = request.app.state.rooms
    form = {name: str(value) for name, value in (await request.form(max_files=0)).items()}
    language = form.get("language", "")
    language = language if language in LANGUAGES else language_of(request)
    forum = await rooms.forum_of(plain(form.get("code", "")).upper())
    if forum is None:
        return _guessed(request, "join.html", form, "code", WRONG_CODE)
    entry, attendance, errors = _introduced(form, language)
    if errors:
        return _page(request, "join.html", HTTPStatus.BAD_REQUEST, form, errors)
    try:
        token = await join(rooms, forum, entry, attendance)
    except Refused as refusal:
        errors = {"name": say(refusal, language)}
        return _page(request, "join.html", HTTPStatus.CONFLICT, form, errors)
    except NotWrittenDown:
        rooms.readiness.unwritten()
        return _again(
            request, "join.html", form, "name", NOT_WRITTEN, HTTPStatus.SERVICE_UNAVAILABLE
        )
    return await _signed_in(request, rooms, Visitor(forum.id, entry.id), token)


def _introduced(form: Mapping[str, str], language: str) -> tuple[Entry, Attendance, dict[str, str]]:
    """Who wants to come in, and by field what is wrong with what they say of themselves."""
    errors: dict[str, str] = {}
    given: dict[str, str] = {}
    for field, read in (("name", name), ("organisation", optional_name)):
        try:
            given[field] = read(form.get(field, ""))
        except Refused as refusal:
            errors[field] = say(refusal, language)
    in_hall = form.get("attendance") == Attendance.HALL
    entry = Entry(new_person(), given.get("name", ""), given.get("organisation", ""), language)
    return entry, Attendance.HALL if in_hall else Attendance.REMOTE, errors


async def sign_in_page(request: Request) -> Response:
    """The secret of a personal link stands behind its ``#``, which no server and no log sees."""
    return _empty(request, "sign-in.html")


async def signed_in(request: Request) -> Response:
    """``POST /sign-in``: the secret of a personal link, exchanged for a session."""
    rooms: Rooms = request.app.state.rooms
    form = {name: str(value) for name, value in (await request.form(max_files=0)).items()}
    secret = form.get("link", "").strip().rpartition("#")[2]
    exchanged = await rooms.exchange(secret)
    if exchanged is None:
        return _guessed(request, "sign-in.html", {}, "link", WRONG_LINK)
    token, known = exchanged
    return await _signed_in(request, rooms, known, token)


async def signed_out(request: Request) -> Response:
    rooms: Rooms = request.app.state.rooms
    if token := token_of(request):
        await rooms.close_session(token)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    forget(answer, rooms.settings)
    return answer


async def language_chosen(request: Request) -> Response:
    form = await request.form(max_files=0)
    back = str(form.get("back", "/"))
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = RedirectResponse(back if ours else "/", HTTPStatus.SEE_OTHER)
    if (language := str(form.get("language", ""))) in LANGUAGES:
        rooms: Rooms = request.app.state.rooms
        secure = not rooms.settings.plain_http
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, secure=secure, httponly=True)
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _signed_in(request: Request, rooms: Rooms, known: Visitor, token: str) -> Response:
    """With a new session, and without the one that this browser had before."""
    if before := token_of(request):
        await rooms.close_session(before)
    answer = RedirectResponse(f"/forums/{known.forum}", HTTPStatus.SEE_OTHER)
    doors.came_in(request, known)
    remember(answer, rooms.settings, token)
    return answer


def _guessed(
    request: Request, template: str, given: dict[str, str], field: str, sentence: str
) -> Response:
    """Wrong; and after many from one address only that. What is right is let in all the same.

    A hall has one address for all, so that nobody in it may be able to lock the others out. What
    keeps guesses from finding anything is the length of codes and links.
    """
    rooms: Rooms = request.app.state.rooms
    doors.guessed(request, field)
    if not rooms.may_guess(_address(request)):
        return _again(request, template, given, field, TOO_MANY, HTTPStatus.TOO_MANY_REQUESTS)
    return _again(request, template, given, field, sentence, HTTPStatus.NOT_FOUND)


def _again(
    request: Request,
    template: str,
    given: dict[str, str],
    field: str,
    sentence: str,
    status: HTTPStatus,
) -> Response:
    why = translations(language_of(request)).gettext(sentence)
    return _page(request, template, status, given, {field: why})


def _empty(request: Request, template: str) -> Response:
    """A form as everybody finds it, drawn once in each language."""
    drawn = _drawn(template, language_of(request), request.url.path)
    return answered(request, drawn, {"nonce": request.state.nonce})


@cache
def _drawn(template: str, language: str, path: str) -> Blanks:
    context = {**frame_of(None, None, blank("nonce"), path), "given": {}, "errors": {}}
    return Blanks(draw(template, language, context))


def _page(
    request: Request,
    template: str,
    status: HTTPStatus,
    given: dict[str, str],
    errors: dict[str, str],
) -> Response:
    context = {
        **frame_of(None, None, request.state.nonce, request.url.path),
        "given": given,
        "errors": errors,
    }
    return HTMLResponse(draw(template, language_of(request), context), status)

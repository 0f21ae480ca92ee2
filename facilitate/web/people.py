"""Admitting somebody, and handing out a personal link: what names and secrets there are in it
stands on one page, once, and neither in the record nor in a log."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from facilitate.meeting import Refused, Role
from facilitate.meeting.codec import command_of
from facilitate.meeting.refusals import N_, Unknown
from facilitate.record.directory import Entry
from facilitate.web import doors
from facilitate.web.bodies import BODY_LIMIT
from facilitate.web.commands import ask
from facilitate.web.drawing import draw, frame_of
from facilitate.web.identity import Asker, asker
from facilitate.web.languages import LANGUAGES
from facilitate.web.mishaps import not_signed_in
from facilitate.web.names import name, optional_name
from facilitate.web.origins import origin_of
from facilitate.web.posts import refused
from facilitate.web.rooms import Rooms
from facilitate.web.scenes import Scene
from facilitate.web.showing import forbidden, not_there

Act = Callable[[Request, Rooms, Asker, FormData], Awaitable[Response]]


def for_the_secretariat(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a form that only the secretariat may send."""

    async def received(request: Request) -> Response:
        rooms: Rooms = request.app.state.rooms
        live = await rooms.forum(request.path_params["forum"])
        if live is None:
            return not_there(request, None)
        by = await asker(request, live)
        if by is None:
            return not_signed_in(request)
        if Role.SECRETARIAT not in by.person.roles:
            return forbidden(request, by)
        form = await request.form(max_files=0, max_part_size=BODY_LIMIT)
        try:
            return await act(request, rooms, by, form)
        except Refused as refusal:
            return refused(request, by, refusal, form)

    return received


async def _admitted(request: Request, rooms: Rooms, by: Asker, form: FormData) -> Response:
    """``POST /forums/{forum}/people``: id, name, organisation, language; attendance and roles."""
    asked = command_of(
        {
            "do": "Admit",
            "person": str(form.get("id", "")),
            "attendance": str(form.get("attendance", "")),
            "roles": [str(role) for role in form.getlist("roles")],
            "breakouts": [str(breakout) for breakout in form.getlist("breakouts")],
        }
    )
    language = str(form.get("language", ""))
    entry = Entry(
        id=str(form.get("id", "")),
        name=name(str(form.get("name", ""))),
        organisation=optional_name(str(form.get("organisation", ""))),
        language=language if language in LANGUAGES else "",
    )
    await ask(rooms, by, asked, entry)
    return await _link(request, rooms, by, entry.id)


async def _link_issued(request: Request, rooms: Rooms, by: Asker, form: FormData) -> Response:
    """``POST /forums/{forum}/people/{person}/link``: a new link; the one before opens nothing."""
    person = request.path_params["person"]
    if person not in by.live.state.people:
        raise Unknown(N_("This person is not at the forum."))
    return await _link(request, rooms, by, person)


async def to_the_person(request: Request) -> Response:
    """A link is shown once; who comes back to its page starts at the person's."""
    return RedirectResponse(request.url.path.removesuffix("/link"), HTTPStatus.SEE_OTHER)


async def _link(request: Request, rooms: Rooms, by: Asker, person: str) -> Response:
    secret = await rooms.issue_link(by.live.id, person)
    doors.link_issued(by, person)
    origin = origin_of(request.headers, request.url.scheme, rooms.settings.origins)
    scene = Scene(by.live, "", by.language, by.person.roles)
    context = {
        **frame_of(scene, by, request.state.nonce, scene.link("people", person)),
        "person": person,
        "link": f"{origin}/sign-in#{secret}",
    }
    kept_nowhere = {"cache-control": "no-store"}
    return HTMLResponse(draw("link.html", by.language, context), headers=kept_nowhere)


admitted = for_the_secretariat(_admitted)
link_issued = for_the_secretariat(_link_issued)

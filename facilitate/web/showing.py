"""Pages as they are shown: whole, to one person, and what is said when there is nothing to show."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from facilitate.web.blanks import FRESH, answered
from facilitate.web.drawing import draw, frame_of, new_id
from facilitate.web.drawings import Reader, View
from facilitate.web.identity import Asker, asker, language_of
from facilitate.web.mine import mine
from facilitate.web.origins import origin_of
from facilitate.web.parts import Page
from facilitate.web.rooms import Rooms
from facilitate.web.scenes import Scene


def shown(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a page."""

    async def show(request: Request) -> Response:
        rooms: Rooms = request.app.state.rooms
        live = await rooms.forum(request.path_params["forum"])
        if live is None:
            return not_there(request, None)
        by = await asker(request, live)
        if by is None:
            return RedirectResponse("/join", HTTPStatus.SEE_OTHER)
        place = request.path_params.get("place", page.about)
        if not page.exists(live.state, place):
            return not_there(request, by)
        if not page.may_see(live.state, by.person, place):
            return forbidden(request, by)
        return await _shown(request, rooms, page, place, by)

    return show


async def _shown(request: Request, rooms: Rooms, page: Page, place: str, by: Asker) -> Response:
    origin = origin_of(request.headers, request.url.scheme, rooms.settings.origins)
    where = request.url.path, request.url.query, origin
    view = View(place, by.language, by.person.roles, by.person.breakouts, *where)
    reader = Reader(by.person, by.id, by.name)
    drawn, until = await rooms.sheets[by.live.id].of(page, view, reader).now()
    return answered(
        request,
        drawn,
        {
            "nonce": request.state.nonce,
            "me": by.id,
            "name": by.name,
            "mine": mine(by.live.state, by.id),
            "after": f"{until}",
            **{name: new_id() for name in drawn.names if name.startswith(FRESH)},
        },
    )


def not_there(request: Request, by: Asker | None) -> Response:
    context = frame_of(None, by, request.state.nonce, "/")
    language = by.language if by else language_of(request)
    return HTMLResponse(draw("not-there.html", language, context), HTTPStatus.NOT_FOUND)


def forbidden(request: Request, by: Asker) -> Response:
    scene = Scene(by.live, "", by.language, by.person.roles)
    context = frame_of(scene, by, request.state.nonce, request.url.path)
    return HTMLResponse(draw("not-for-you.html", by.language, context), HTTPStatus.FORBIDDEN)

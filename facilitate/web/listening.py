"""The two ways to listen: a WebSocket, and Server-Sent Events where those are blocked."""

import re
from contextlib import ExitStack, suppress
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Match, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.measures import REFUSALS
from facilitate.record.engines import Unreachable
from facilitate.web import doors, endings, lines, sockets, streams
from facilitate.web.frames import HtmlView, JsonView
from facilitate.web.identity import Asker, asker, token_of
from facilitate.web.origins import ours
from facilitate.web.pages import PAGES
from facilitate.web.rooms import Rooms
from facilitate.web.telling import Pulled
from facilitate.web.wires import HAND_OVER, WIRE

NUMBER = re.compile(r"[0-9]{1,15}")
BY_NAME = {page.name: page for page in PAGES.values()}


def view_of(
    rooms: Rooms, by: Asker, name: str, place: str, html: bool
) -> HtmlView | JsonView | None:
    """The view of a page, or of the events themselves; None if there is none for this person."""
    views = rooms.views[by.live.id]
    if not html:
        return views.json(by.person.roles) if by.id in by.live.state.people else None
    page = BY_NAME.get(name)
    if page is None or not page.exists(by.live.state, place):
        return None
    if not page.may_see(by.live.state, by.person, place):
        return None
    return views.html(page, place, by.language, by.person.roles)


def after_of(query: str, seq: int) -> int:
    return min(int(query), seq) if NUMBER.fullmatch(query) else seq


class LiveFirst:
    """To a live line whatever stands before pages is nothing: it goes straight to its end."""

    def __init__(self, app: ASGIApp, live: WebSocketRoute) -> None:
        self.app = app
        self.live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match, found = self.live.matches(scope)
        if match is Match.NONE:
            await self.app(scope, receive, send)
            return
        scope.update(found)
        with suppress(WebSocketDisconnect):  # gone before they were let in
            await listened(WebSocket(scope, receive, send))


async def listened(socket: WebSocket) -> None:
    rooms: Rooms = socket.app.state.rooms
    scheme = {"ws": "http", "wss": "https"}[socket.scope["scheme"]]
    if not ours(socket.headers, scheme, rooms.settings.origins):
        doors.from_elsewhere(socket)
        await socket.close(endings.FOREIGN)  # before the handshake this is an HTTP 403
        return
    try:
        live = await rooms.forum(socket.path_params["forum"])
        by = await asker(socket, live) if live else None
    except Unreachable:
        await socket.close(endings.TRY_LATER)
        return
    html = sockets.HTML in socket.scope["subprotocols"]
    named = sockets.HTML if html else sockets.JSON
    offered = socket.scope["subprotocols"]
    await socket.accept(named if named in offered else None)
    if by is None:
        REFUSALS.labels("not-signed-in").inc()
        await socket.close(endings.NOT_SIGNED_IN)
        return
    if rooms.listeners.full(token_of(socket)):
        doors.another_line(by)
        await socket.close(endings.TRY_LATER)
        return
    place = socket.query_params.get("place", "")
    name = socket.query_params.get("page", "")
    view = view_of(rooms, by, name, place, html)
    if view is None:
        REFUSALS.labels("unknown").inc()
        await socket.close(endings.NO_SUCH_PLACE)
        return
    after = after_of(socket.query_params.get("after", ""), by.live.seq)
    representation = lines.HTML if html else lines.JSON
    circle = rooms.views[by.live.id].circle(view, representation)
    hearing = sockets.Hearing(rooms, by)
    with ExitStack() as stay:
        stay.enter_context(by.live.presence.here(sits_at(name, place), by.id))
        line = stay.enter_context(lines.open_line(by, representation))
        over = stay.enter_context(rooms.listeners.by(token_of(socket)))
        if offered := socket.scope.get("extensions", {}).get(WIRE):
            direct = sockets.Direct(
                by.person, circle, after, hearing=hearing, line=line, stay=stay.pop_all()
            )
            over.add_done_callback(lambda _: direct.end(endings.NOT_SIGNED_IN))
            direct.listen(offered[HAND_OVER])
            return
        listener = stay.enter_context(Pulled(by.person, circle, after))
        over.add_done_callback(lambda _: listener.end(endings.NOT_SIGNED_IN))
        await sockets.serve(socket, hearing, listener, line)


def sits_at(name: str, place: str) -> str:
    page = BY_NAME.get(name)
    return page.sits_at(place) if page else place


async def streamed(request: Request) -> Response:
    """Server-Sent Events: the same frames, for networks that block WebSockets."""
    rooms: Rooms = request.app.state.rooms
    live = await rooms.forum(request.path_params["forum"])
    by = await asker(request, live) if live else None
    if by is None:
        REFUSALS.labels("not-signed-in").inc()
        return PlainTextResponse("", HTTPStatus.UNAUTHORIZED)
    if rooms.listeners.full(token_of(request)):
        doors.another_line(by)
        return PlainTextResponse("", HTTPStatus.TOO_MANY_REQUESTS, {"retry-after": "60"})
    place = request.query_params.get("place", "")
    name = request.query_params.get("page", "")
    view = view_of(rooms, by, name, place, bool(name))
    if view is None:
        REFUSALS.labels("unknown").inc()
        return PlainTextResponse("", HTTPStatus.NOT_FOUND)
    last = request.headers.get("last-event-id") or request.query_params.get("after", "")
    told = streams.told(
        by,
        rooms.views[by.live.id].circle(view, lines.EVENTS),
        after_of(last, by.live.seq),
        sits_at(name, place),
        over=rooms.listeners.by(token_of(request)),
    )
    unbuffered = {"x-accel-buffering": "no"}  # a proxy must not collect what is told
    return StreamingResponse(told, media_type="text/event-stream", headers=unbuffered)

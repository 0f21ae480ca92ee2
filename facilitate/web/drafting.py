"""The line on which a draft is written: as stock clients of Yjs speak, or the same by POST.

``/drafts/{forum}.{breakout}.e{epoch}`` is a room of y-websocket; ``/drafts`` takes Hocuspocus'
framing, in which each message names its room. Bodies of POST are such messages, each counted.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from math import ceil
from typing import NamedTuple

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.drafts.frames import Garbled, Kind, Reader, text
from facilitate.live.drafts.houses import WrittenElsewhere
from facilitate.live.drafts.papers import EPOCH
from facilitate.live.drafts.rooms import Room
from facilitate.record.engines import Unreachable
from facilitate.web import doors, endings, lines
from facilitate.web.identity import Asker, asker, token_of
from facilitate.web.origins import ours
from facilitate.web.pens import Direct, Named, Ours, Outbox, Pace, Plain, in_time
from facilitate.web.rooms import Rooms
from facilitate.web.wires import HAND_OVER, WIRE, Ear, Wire

WORDS = "facilitate.draft.v1"  # the subprotocol of clients who understand our words
NAME = re.compile(r"([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.e([0-9]{1,6})")


class Name(NamedTuple):
    """A draft, as it stands in an address."""

    forum: str
    breakout: str
    epoch: int = EPOCH

    def __str__(self) -> str:
        return f"{self.forum}.{self.breakout}.e{self.epoch}"


class NoRoom(Exception):
    """There is none of this name, for this person; ``code`` is what to close with.

    ``str()`` is the name of the one that there is instead, if there is one, or why there is none.
    """

    def __init__(self, code: int, why: str = "") -> None:
        super().__init__(why)
        self.code = code


def named(name: str) -> Name:
    found = NAME.fullmatch(name)
    if found is None:
        raise NoRoom(endings.NO_SUCH_PLACE)
    return Name(found[1], found[2], int(found[3]))


async def known(connection: HTTPConnection, name: Name) -> Asker:
    """Who asks, and has joined the forum of this draft. Raises :class:`NoRoom`."""
    rooms: Rooms = connection.app.state.rooms
    live = await rooms.forum(name.forum)
    by = await asker(connection, live) if live else None
    if by is None or by.id not in by.live.state.people:
        raise NoRoom(endings.NOT_SIGNED_IN)
    return by


async def room_of(connection: HTTPConnection, name: Name) -> tuple[Asker, Room]:
    """Raises :class:`NoRoom`."""
    by = await known(connection, name)
    if name.breakout not in by.live.state.breakouts:
        raise NoRoom(endings.NO_SUCH_PLACE)
    if name.epoch != EPOCH:
        raise NoRoom(endings.OLD_DRAFT, str(Name(name.forum, name.breakout)))
    rooms: Rooms = connection.app.state.rooms
    try:
        return by, await rooms.drafts[by.live.id].room(name.breakout)
    except WrittenElsewhere as elsewhere:
        raise NoRoom(endings.TRY_LATER, elsewhere.code) from elsewhere


# --- y-websocket ----------------------------------------------------------------------------


async def written(socket: WebSocket) -> None:
    """``/drafts/{name}``."""
    if not await _ours(socket):
        return
    offered = WORDS in socket.scope["subprotocols"]
    try:
        found: tuple[Asker, Room] | NoRoom = await _found(socket)
    except NoRoom as none:
        found = none
    await socket.accept(WORDS if offered else None)
    if isinstance(found, NoRoom):
        await socket.close(found.code, str(found))
        return
    by, room = found
    kind = Ours if offered else Plain
    if wire := socket.scope.get("extensions", {}).get(WIRE):
        _write_on_a_wire(socket, by, room, kind, wire[HAND_OVER])
        return
    async with _open(socket) as outbox:
        pen, pace = kind(by.id, outbox), pace_of(socket, by)
        with _sitting(by, room, pen):
            async for message in _messages(socket, outbox):
                await in_time(pace, message, pen)
                room.hear(pen, message)


async def _found(socket: WebSocket) -> tuple[Asker, Room]:
    """Raises :class:`NoRoom`."""
    try:
        found = await room_of(socket, named(socket.path_params["name"]))
    except Unreachable as wrong:
        raise NoRoom(endings.TRY_LATER) from wrong
    if _full(socket):
        doors.another_line(found[0])
        raise NoRoom(endings.TRY_LATER)
    return found


def _full(socket: WebSocket) -> bool:
    rooms: Rooms = socket.app.state.rooms
    return rooms.listeners.full(token_of(socket))


async def _ours(socket: WebSocket) -> bool:
    """Pages of others are turned away."""
    rooms: Rooms = socket.app.state.rooms
    scheme = {"ws": "http", "wss": "https"}[socket.url.scheme]
    if not ours(socket.headers, scheme, rooms.settings.origins):
        doors.from_elsewhere(socket)
        await socket.close(endings.FOREIGN)  # before the handshake this is an HTTP 403
        return False
    return True


def _write_on_a_wire(
    socket: WebSocket,
    by: Asker,
    room: Room,
    kind: type[Plain],
    hand_over: Callable[[Ear], Wire],
) -> None:
    rooms: Rooms = socket.app.state.rooms
    with ExitStack() as stay:
        over = stay.enter_context(rooms.listeners.by(token_of(socket)))
        counted_line = stay.enter_context(lines.open_line(by, lines.DRAFT))
        direct = Direct(pace_of(socket, by), counted_line, stay.pop_all())
    over.add_done_callback(lambda _: direct.end(endings.NOT_SIGNED_IN))
    direct.connect(hand_over)
    direct.listen(room, kind(by.id, direct))


def pace_of(connection: HTTPConnection, by: Asker) -> Pace:
    rooms: Rooms = connection.app.state.rooms
    return Pace(rooms.typing, by.id)


@asynccontextmanager
async def _open(socket: WebSocket) -> AsyncIterator[Outbox]:
    """While the block runs, what is put into the outbox is sent; it ends with the session."""
    rooms: Rooms = socket.app.state.rooms
    outbox = Outbox()
    with rooms.listeners.by(token_of(socket)) as over:
        over.add_done_callback(lambda _: outbox.end(endings.NOT_SIGNED_IN))
        sending = asyncio.create_task(_send(socket, outbox))
        try:
            yield outbox
        finally:
            sending.cancel()
            await asyncio.wait({sending})


@contextmanager
def _sitting(by: Asker, room: Room, pen: Plain) -> Iterator[None]:
    with lines.open_line(by, lines.DRAFT) as counted_line:
        room.join(pen)
        try:
            yield
        finally:
            room.leave(pen)
            counted_line.code = pen.way.code or counted_line.code


async def _send(socket: WebSocket, outbox: Outbox) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # the other side was faster
        while (frame := await outbox.next()) is not None:
            await socket.send_bytes(frame)
        await socket.close(outbox.code or endings.FAULT)


async def _messages(socket: WebSocket, outbox: Outbox) -> AsyncIterator[bytes]:
    """Until the line drops or is over; a text is none of ours."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            outbox.end(message.get("code", endings.DROPPED))
            return
        if outbox.code is not None:
            continue  # it has been told that it is over
        if (body := message.get("bytes")) is None:
            outbox.end(endings.GARBLED)
        else:
            yield body


# --- Hocuspocus -----------------------------------------------------------------------------

TOKEN, DENIED, AUTHENTICATED = 0, 1, 2  # of its messages about authorisation
SESSION = "\0"  # what stands before the session in a name


async def multiplexed(socket: WebSocket) -> None:
    """``/drafts``: each message names its room, and the first to a room asks to be let in.

    Who it is says the session, as everywhere; the token is not looked at.
    """
    if not await _ours(socket):
        return
    await socket.accept()
    if _full(socket):
        await socket.close(endings.TRY_LATER)
        return
    joined: dict[str, tuple[Room, Named, Pace]] = {}
    async with _open(socket) as outbox:
        with ExitStack() as stay:
            async for message in _messages(socket, outbox):
                if message == bytes((Kind.PING,)):
                    outbox.put(bytes((Kind.PONG,)))
                    continue
                try:
                    await _one_of_many(socket, outbox, joined, message, stay)
                except Garbled:
                    outbox.end(endings.GARBLED)


async def _one_of_many(
    socket: WebSocket,
    outbox: Outbox,
    joined: dict[str, tuple[Room, Named, Pace]],
    message: bytes,
    stay: ExitStack,
) -> None:
    reader = Reader(message)
    name = reader.text()
    if name in joined:
        room, pen, pace = joined[name]
        await in_time(pace, message, pen)
        room.hear(pen, reader.rest())
    elif (reader.number(), reader.number()) == (Kind.AUTH, TOKEN):
        try:
            by, room = await room_of(socket, named(name.partition(SESSION)[0]))
        except NoRoom:
            outbox.put(text(name) + bytes((Kind.AUTH, DENIED)) + text("permission-denied"))
            return
        pen = Named(by.id, outbox, name)
        joined[name] = room, pen, pace_of(socket, by)
        pen.tell(_authenticated(room.may_write(by.id)))
        stay.enter_context(_sitting(by, room, pen))


def _authenticated(may_write: bool) -> bytes:
    scope = "read-write" if may_write else "readonly"
    return bytes((Kind.AUTH, AUTHENTICATED)) + text(scope)


# --- POST -----------------------------------------------------------------------------------


async def exchanged(request: Request) -> Response:
    """``POST /drafts/{name}``: messages in, messages out, where sockets are blocked.

    The answer comes when all is written down. It says what the asker lacks if they say what they
    have, and what they sent that is saved; where everybody is can be read, but not said.
    """
    try:
        by, room = await room_of(request, named(request.path_params["name"]))
    except NoRoom as wrong:
        return Response(str(wrong), STATUS[wrong.code], media_type="text/plain")
    try:
        messages = list(_counted(await request.body()))
    except Garbled:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    if wait := pace_of(request, by).wait(*messages):
        later = {"retry-after": str(ceil(wait))}
        return Response(status_code=HTTPStatus.TOO_MANY_REQUESTS, headers=later)
    await room.idle()
    outbox = Outbox()
    pen = Ours(by.id, outbox)
    room.polled(by.id)
    room.join(pen)
    try:
        for message in messages:
            if outbox.code is None and message[:1] != bytes((Kind.AWARENESS,)):
                room.hear(pen, message)
        await room.idle()
        await room.settling.answered()
    finally:
        room.leave(pen)
    status = HTTPStatus.OK if outbox.code is None else STATUS[outbox.code]
    return Response(outbox.all(), status, media_type="application/octet-stream")


def _counted(body: bytes) -> Iterator[bytes]:
    """Raises :class:`Garbled`."""
    reader = Reader(body)
    while not reader.done:
        yield reader.counted()


STATUS: Mapping[int, HTTPStatus] = {
    endings.GARBLED: HTTPStatus.BAD_REQUEST,
    endings.NOT_SIGNED_IN: HTTPStatus.UNAUTHORIZED,
    endings.BEGIN_ANEW: HTTPStatus.FORBIDDEN,
    endings.NO_SUCH_PLACE: HTTPStatus.NOT_FOUND,
    endings.OLD_DRAFT: HTTPStatus.GONE,
    endings.REFUSED: HTTPStatus.CONFLICT,
    endings.FAULT: HTTPStatus.SERVICE_UNAVAILABLE,
    endings.SERVER_STOPS: HTTPStatus.SERVICE_UNAVAILABLE,
    endings.TRY_LATER: HTTPStatus.SERVICE_UNAVAILABLE,
}

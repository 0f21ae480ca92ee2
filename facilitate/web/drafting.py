"""The line on which a draft is written: as stock clients of Yjs speak, or the same by POST.

``/drafts/{forum}.{breakout}.e{epoch}`` is a room of y-websocket; ``/drafts`` takes Hocuspocus'
framing, in which each message names its room. Bodies of POST are such messages, each counted.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.drafts.frames import Garbled, Kind, Reader, Word, counted, denied, text, word
from facilitate.live.drafts.papers import EPOCH
from facilitate.live.drafts.rooms import Ending, Room
from facilitate.live.measures import REFUSALS
from facilitate.record.engines import Unreachable
from facilitate.web import doors, endings, lines
from facilitate.web.identity import Asker, asker, token_of
from facilitate.web.origins import ours
from facilitate.web.rooms import Rooms

WORDS = "facilitate.draft.v1"  # the subprotocol of clients who understand our words
NAME = re.compile(r"([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.e([0-9]{1,6})")
OUTBOX = 4 * 1024 * 1024  # bytes that may wait for somebody who does not read

CODES: Mapping[Ending, int] = {
    Ending.GARBLED: endings.GARBLED,
    Ending.REFUSED: endings.REFUSED,
    Ending.OLD: endings.OLD_DRAFT,
    Ending.NO_PART: endings.BEGIN_ANEW,
    Ending.AGAIN: endings.SERVER_STOPS,
    Ending.FAILED: endings.FAULT,
}


class Name(NamedTuple):
    """A draft, as it stands in an address."""

    forum: str
    breakout: str
    epoch: int = EPOCH

    def __str__(self) -> str:
        return f"{self.forum}.{self.breakout}.e{self.epoch}"


class NoRoom(Exception):
    """There is none of this name, for this person; ``code`` is what to close with.

    ``str()`` is the name of the one that there is instead, if there is one.
    """

    def __init__(self, code: int, instead: str = "") -> None:
        super().__init__(instead)
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
    return by, await rooms.drafts[by.live.id].room(name.breakout)


# --- out ------------------------------------------------------------------------------------


class Outbox:
    """What waits to be sent. Who does not take it is sent away, and costs nobody else anything."""

    def __init__(self) -> None:
        self.code: int | None = None
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._come = asyncio.Event()

    def put(self, frame: bytes) -> None:
        self._waiting.append(frame)
        self._size += len(frame)
        if self._size > OUTBOX:
            self.end(endings.TRY_LATER)
        self._come.set()

    def end(self, code: int) -> None:
        """Nothing more is put in; what waits is sent unless it is too much."""
        if self.code is None:
            self.code = code
        if code == endings.TRY_LATER:
            self._waiting.clear()
        self._come.set()

    async def next(self) -> bytes | None:
        """The next frame, or None when it is over."""
        while not self._waiting:
            if self.code is not None:
                return None
            self._come.clear()
            await self._come.wait()
        frame = self._waiting.popleft()
        self._size -= len(frame)
        return frame

    def all(self) -> bytes:
        return b"".join(map(counted, self._waiting))


class Plain:
    """A line as stock clients of y-websocket understand it."""

    sent = 0
    may_write = False

    def __init__(self, person: str, outbox: Outbox) -> None:
        self.person = person
        self.outbox = outbox

    def tell(self, frame: bytes) -> None:
        if self.outbox.code is None:
            self.outbox.put(frame)

    def say(self, said: Word) -> None:
        if said.refused is not None:
            REFUSALS.labels(said.refused).inc()
            self.tell(denied(said.refused))

    def end(self, why: Ending) -> None:
        self.outbox.end(CODES[why])


class Ours(Plain):
    """One to a client that understands our words."""

    def say(self, said: Word) -> None:
        if said.refused is not None:
            REFUSALS.labels(said.refused).inc()
        self.tell(word(said))


class Named(Plain):
    """One of several on a socket of Hocuspocus: what is said names the draft."""

    def __init__(self, person: str, outbox: Outbox, name: str) -> None:
        super().__init__(person, outbox)
        self._name = text(name)
        self._saved = 0

    def tell(self, frame: bytes) -> None:
        super().tell(self._name + frame)

    def say(self, said: Word) -> None:
        """It counts what it has sent down, once for each answer."""
        if said.refused is not None:
            REFUSALS.labels(said.refused).inc()
            self.tell(bytes((Kind.SYNC_STATUS, 0)))
            self._saved += 1
        while said.saved is not None and self._saved < said.saved:
            self.tell(bytes((Kind.SYNC_STATUS, 1)))
            self._saved += 1


# --- y-websocket ----------------------------------------------------------------------------


async def written(socket: WebSocket) -> None:
    """``/drafts/{name}``."""
    offered = WORDS in socket.scope["subprotocols"]
    if not await _let_in(socket, WORDS if offered else None):
        return
    try:
        by, room = await room_of(socket, named(socket.path_params["name"]))
    except (NoRoom, Unreachable) as wrong:
        match wrong:
            case NoRoom(code=code):
                await socket.close(code, str(wrong))
            case Unreachable():
                await socket.close(endings.TRY_LATER)
        return
    async with _open(socket) as outbox:
        line = (Ours if offered else Plain)(by.id, outbox)
        with _sitting(by, room, line):
            async for message in _messages(socket, outbox):
                room.hear(line, message)


async def _let_in(socket: WebSocket, subprotocol: str | None) -> bool:
    rooms: Rooms = socket.app.state.rooms
    scheme = {"ws": "http", "wss": "https"}[socket.url.scheme]
    if not ours(socket.headers, scheme, rooms.settings.origins):
        doors.from_elsewhere(socket)
        await socket.close(endings.FOREIGN)  # before the handshake this is an HTTP 403
        return False
    await socket.accept(subprotocol)
    return True


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
def _sitting(by: Asker, room: Room, line: Plain) -> Iterator[None]:
    with lines.open_line(by, lines.DRAFT) as counted_line:
        room.join(line)
        try:
            yield
        finally:
            room.leave(line)
            counted_line.code = line.outbox.code or counted_line.code


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
    if not await _let_in(socket, None):
        return
    joined: dict[str, tuple[Room, Named]] = {}
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
    joined: dict[str, tuple[Room, Named]],
    message: bytes,
    stay: ExitStack,
) -> None:
    reader = Reader(message)
    name = reader.text()
    if name in joined:
        room, line = joined[name]
        room.hear(line, reader.rest())
    elif (reader.number(), reader.number()) == (Kind.AUTH, TOKEN):
        try:
            by, room = await room_of(socket, named(name.partition(SESSION)[0]))
        except NoRoom:
            outbox.put(text(name) + bytes((Kind.AUTH, DENIED)) + text("permission-denied"))
            return
        line = Named(by.id, outbox, name)
        joined[name] = room, line
        line.tell(_authenticated(room.may_write(by.id)))
        stay.enter_context(_sitting(by, room, line))


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
    body = await request.body()
    await room.idle()
    outbox = Outbox()
    line = Ours(by.id, outbox)
    room.polled(by.id)
    room.join(line)
    try:
        reader = Reader(body)
        while not reader.done and outbox.code is None:
            message = reader.counted()
            if message[:1] != bytes((Kind.AWARENESS,)):
                room.hear(line, message)
        await room.idle()
        await room.settling.answered()
    except Garbled:
        outbox.end(endings.GARBLED)
    finally:
        room.leave(line)
    status = HTTPStatus.OK if outbox.code is None else STATUS[outbox.code]
    return Response(outbox.all(), status, media_type="application/octet-stream")


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

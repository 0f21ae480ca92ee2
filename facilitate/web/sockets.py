"""One connection that listens: the record comes out as it grows, commands come in."""

import asyncio
from collections.abc import AsyncIterator

from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.measures import REFUSALS
from facilitate.meeting import Refused
from facilitate.meeting.codec import command
from facilitate.meeting.refusals import Malformed
from facilitate.web.commands import TooFast, ask
from facilitate.web.frames import Done, HtmlView, JsonView, Not, answer
from facilitate.web.identity import Asker
from facilitate.web.languages import say
from facilitate.web.lines import Line
from facilitate.web.rooms import Rooms

HTML, JSON = "facilitate.html.v1", "facilitate.json.v1"
PATIENCE = 20  # commands refused as too fast before the connection is closed

# Close codes: 1008, 1011 and 1013 are registered (policy violation, internal error, try again
# later); 44xx are ours and tell a client not to retry.
TOO_FAST = FOREIGN = 1008
FAULT = 1011
TRY_LATER = 1013
NOT_SIGNED_IN = 4401
CAPACITY_CHANGED = 4403
NO_SUCH_PLACE = 4404


class CapacityChanged(Exception):
    """The listener's part is not what it was when the view was chosen, or it is gone."""


async def news(by: Asker, view: HtmlView | JsonView, after: int) -> AsyncIterator[tuple[int, str]]:
    """What has happened behind ``after``, then what happens, frame by frame, each with its number.

    A reader who is slow costs nobody anything: its next frame is drawn when it asks, from its own
    place in the record. Raises :class:`CapacityChanged`.
    """
    present = -1
    while True:
        await by.live.news(after, present)
        there = by.live.state.people.get(by.id)
        if there is None or (there.roles, there.breakouts) != (
            by.person.roles,
            by.person.breakouts,
        ):
            raise CapacityChanged
        frame = view.frame(after, by.live.presence_told != present)
        after, present = by.live.seq, by.live.presence_told
        if frame is not None:
            yield after, frame


async def serve(
    socket: WebSocket,
    rooms: Rooms,
    by: Asker,
    view: HtmlView | JsonView,
    after: int,
    *,
    line: Line,
    session_over: "asyncio.Future[None]",
) -> None:
    """Tell and hear at once, until the line drops on either side or the session is over.

    What goes wrong in either ends the connection, so that nobody sits before a page that is deaf.
    """
    telling = asyncio.create_task(_tell(socket, by, view, after, line))
    hearing = asyncio.create_task(_hear(socket, rooms, by, line))
    ends: set[asyncio.Future[int | None] | asyncio.Future[None]]
    ends = {telling, hearing, session_over}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        telling.cancel()
        hearing.cancel()
        await asyncio.wait({telling, hearing})
    ended = [each for each in (telling, hearing) if not each.cancelled()]
    faults = [fault for each in ended if (fault := each.exception()) is not None]
    codes = [code for each in ended if not each.exception() and (code := each.result())]
    if session_over.done():
        codes.append(NOT_SIGNED_IN)
    if faults:
        codes.append(FAULT)
    if codes:
        line.code = codes[0]
        await _close(socket, codes[0])
    for fault in faults:
        raise fault


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await socket.close(code)
    except (WebSocketDisconnect, RuntimeError):
        return  # the other side was faster


async def _tell(
    socket: WebSocket, by: Asker, view: HtmlView | JsonView, after: int, line: Line
) -> int | None:
    """Gives the code to close with, or None if the line dropped."""
    try:
        async for _, frame in news(by, view, after):
            await socket.send_text(line.told(frame))
    except CapacityChanged:
        return CAPACITY_CHANGED
    except WebSocketDisconnect:
        return None
    return None


async def _hear(socket: WebSocket, rooms: Rooms, by: Asker, line: Line) -> int | None:
    """Gives the code to close with, or None if the line dropped."""
    too_fast = 0
    while too_fast < PATIENCE:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            line.code = message.get("code", line.code)
            return None
        try:
            told: Done | Not = Done(await _asked(rooms, by, message.get("text")))
            too_fast = 0
        except Refused as refusal:
            REFUSALS.labels(refusal.code).inc()
            told = Not(refusal.code, say(refusal, by.language))
            too_fast = too_fast + 1 if isinstance(refusal, TooFast) else 0
        try:
            await socket.send_text(answer(told))
        except WebSocketDisconnect:
            return None
    return TOO_FAST


async def _asked(rooms: Rooms, by: Asker, text: str | None) -> int:
    if text is None:
        raise Malformed()
    return await ask(rooms, by, command(text))

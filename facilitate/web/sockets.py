"""One connection that listens: the record comes out as it grows, commands come in."""

import asyncio
from collections.abc import AsyncIterator

from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.forum import LiveForum
from facilitate.meeting import Refused
from facilitate.meeting.codec import command
from facilitate.meeting.refusals import Malformed
from facilitate.web.commands import TooFast, ask
from facilitate.web.frames import Done, HtmlView, JsonView, Not, answer
from facilitate.web.identity import Asker
from facilitate.web.languages import say
from facilitate.web.rooms import Rooms

HTML, JSON = "facilitate.html.v1", "facilitate.json.v1"
PATIENCE = 20  # commands refused as too fast before the connection is closed

# Close codes: 1008 is RFC 6455's policy violation, 44xx are ours and tell a client not to retry.
TOO_FAST = 1008
NOT_SIGNED_IN = 4401
CAPACITY_CHANGED = 4403
NO_SUCH_PLACE = 4404


class CapacityChanged(Exception):
    """The listener's roles are not what they were when the view was chosen, or they are gone."""


async def news(
    live: LiveForum, view: HtmlView | JsonView, person: str, after: int
) -> AsyncIterator[tuple[int, str]]:
    """What has happened behind ``after``, then what happens, frame by frame, each with its number.

    A reader who is slow costs nobody anything: its next frame is drawn when it asks, from its own
    place in the record. Raises :class:`CapacityChanged`.
    """
    present = -1
    while True:
        await live.news(after, present)
        there = live.state.people.get(person)
        if there is None or there.roles != view.roles:
            raise CapacityChanged
        frame = view.frame(after, live.presence_told != present)
        after, present = live.seq, live.presence_told
        if frame is not None:
            yield after, frame


async def serve(
    socket: WebSocket, rooms: Rooms, by: Asker, view: HtmlView | JsonView, after: int
) -> None:
    """Tell and hear at once, until the line drops on either side."""
    telling = asyncio.create_task(_tell(socket, by, view, after))
    try:
        await _hear(socket, rooms, by)
    except WebSocketDisconnect:
        pass
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(socket: WebSocket, by: Asker, view: HtmlView | JsonView, after: int) -> None:
    try:
        async for _, frame in news(by.live, view, by.id, after):
            await socket.send_text(frame)
    except CapacityChanged:
        await socket.close(CAPACITY_CHANGED)


async def _hear(socket: WebSocket, rooms: Rooms, by: Asker) -> None:
    too_fast = 0
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            await socket.send_text(answer(Done(await _asked(rooms, by, message.get("text")))))
        except Refused as refusal:
            await socket.send_text(answer(Not(refusal.code, say(refusal, by.language))))
            too_fast = too_fast + 1 if isinstance(refusal, TooFast) else 0
        if too_fast >= PATIENCE:
            await socket.close(TOO_FAST)
            return


async def _asked(rooms: Rooms, by: Asker, text: str | None) -> int:
    if text is None:
        raise Malformed()
    return await ask(rooms, by, command(text))

"""A WebSocket on which somebody listens: the record comes out as it grows, commands come in.

Under our own server it is a wire (:class:`Direct`), under any other a pair of tasks (``serve``).
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from logging import getLogger

from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.measures import REFUSALS
from facilitate.meeting import Refused
from facilitate.meeting.codec import command
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import Malformed
from facilitate.web.commands import TooFast, ask
from facilitate.web.endings import FAULT, TOO_FAST
from facilitate.web.frames import Done, Not, answer
from facilitate.web.identity import Asker
from facilitate.web.languages import say
from facilitate.web.lines import Line
from facilitate.web.rooms import Rooms
from facilitate.web.telling import Circle, Ended, Place, Pulled
from facilitate.web.wires import Ear, Wire

HTML, JSON = "facilitate.html.v1", "facilitate.json.v1"
PATIENCE = 20  # commands refused as too fast before the connection is closed
UNANSWERED = 8  # messages that may wait for their answer before no more are read

log = getLogger("facilitate")


class Hearing:
    """What comes in from one person: each message is a command, and is answered."""

    def __init__(self, rooms: Rooms, by: Asker) -> None:
        self._rooms = rooms
        self._by = by
        self._too_fast = 0

    @property
    def over(self) -> bool:
        """Patience has an end."""
        return self._too_fast >= PATIENCE

    async def answer(self, text: str | None) -> str:
        try:
            if text is None:
                raise Malformed()
            done = await ask(self._rooms, self._by, command(text))
        except Refused as refusal:
            REFUSALS.labels(refusal.code).inc()
            self._too_fast = self._too_fast + 1 if isinstance(refusal, TooFast) else 0
            return answer(Not(refusal.code, say(refusal, self._by.language)))
        self._too_fast = 0
        return answer(Done(done))


# --- on a wire ------------------------------------------------------------------------------


class Direct:
    """Listens on a wire: what is told is written at once, and no task waits for it.

    ``stay`` is left when the wire is gone. There are thousands of these, so they are kept small.
    """

    __slots__ = (
        *("among", "at", "hear", "person", "ready"),
        *("_answering", "_circle", "_emptied", "_hearing", "_line", "_stay", "_waiting", "_wire"),
    )

    def __init__(
        self,
        person: Person,
        circle: Circle,
        after: int,
        *,
        hearing: Hearing,
        line: Line,
        stay: ExitStack,
    ) -> None:
        self.person = person
        self.at: Place = (after, -1)
        self.ready = True
        self.among: object = None
        self._hearing = hearing
        self._circle = circle
        self._line = line
        self._stay = stay
        self._waiting: list[str | None] = []
        self._answering: asyncio.Task[None] | None = None
        self._emptied: asyncio.Future[None] | None = None

    def listen(self, hand_over: Callable[[Ear], Wire]) -> None:
        self._wire = hand_over(self)
        self.hear = self._wire.tell
        self._circle.add(self)

    def end(self, code: int) -> None:
        self._circle.remove(self)
        self._wire.close(code)

    # --- what the wire says ---

    def heard(self, text: str | None) -> None:
        self._waiting.append(text)
        if len(self._waiting) > UNANSWERED:
            self._wire.transport.pause_reading()
        if self._answering is None:
            self._answering = asyncio.create_task(self._answer())

    def full(self) -> None:
        self.ready = False

    def emptied(self) -> None:
        self.ready = True
        if self._emptied is not None:
            self._emptied.set_result(None)
            self._emptied = None
        self._circle.tell((self,))

    def lost(self, code: int) -> None:
        self._circle.remove(self)
        self._waiting.clear()
        self._line.code = code
        self._stay.close()
        if self._emptied is not None:
            self._emptied.cancel()

    async def _answer(self) -> None:
        """One message after the other, until none waits."""
        try:
            while self._waiting and not self._wire.closing:
                waiting, self._waiting = self._waiting, []
                for text in waiting:
                    self._wire.answer(await self._hearing.answer(text))
                    if self._hearing.over:
                        return self.end(TOO_FAST)
                    await self._others_first()
        except Exception as fault:
            log.error("A message could not be answered.", exc_info=fault)
            self.end(FAULT)
        finally:
            self._answering = None
            self._wire.transport.resume_reading()

    async def _others_first(self) -> None:
        """However much somebody sends; and who does not read the answers gets no more of them."""
        await asyncio.sleep(0)
        if not self.ready:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied


# --- as tasks of the application ------------------------------------------------------------


async def serve(socket: WebSocket, hearing: Hearing, listener: Pulled, line: Line) -> None:
    """Tell and hear at once, until the line drops on either side or listening is over.

    What goes wrong in either ends the connection, so that nobody sits before a page that is deaf.
    """
    telling = asyncio.create_task(_tell(socket, listener, line))
    hears = asyncio.create_task(_hear(socket, hearing, line))
    try:
        await asyncio.wait({telling, hears}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        telling.cancel()
        hears.cancel()
        await asyncio.wait({telling, hears})
    ended = [each for each in (telling, hears) if not each.cancelled()]
    faults = [fault for each in ended if (fault := each.exception()) is not None]
    codes = [code for each in ended if not each.exception() and (code := each.result())]
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


async def _tell(socket: WebSocket, listener: Pulled, line: Line) -> int | None:
    """Gives the code to close with, or None if the line dropped."""
    try:
        while True:
            frame = await listener.next()
            if frame is not None:
                await socket.send_text(frame.text)
    except Ended as ended:
        return ended.code
    except WebSocketDisconnect:
        return None


async def _hear(socket: WebSocket, hearing: Hearing, line: Line) -> int | None:
    """Gives the code to close with, or None if the line dropped."""
    while not hearing.over:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            line.code = message.get("code", line.code)
            return None
        try:
            await socket.send_text(await hearing.answer(message.get("text")))
        except WebSocketDisconnect:
            return None
    return TOO_FAST

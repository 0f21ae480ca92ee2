"""A WebSocket on which somebody listens: the record comes out as it grows, commands come in.

Under our own server it is a wire (:class:`Direct`), under any other a pair of tasks (``serve``).
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from logging import getLogger

from starlette.websockets import WebSocket, WebSocketDisconnect

from facilitate.live.clerks import settle
from facilitate.live.measures import REFUSALS
from facilitate.meeting import Refused
from facilitate.meeting.codec import command
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import Malformed
from facilitate.web.circles import Circle, Place
from facilitate.web.commands import TooFast, put
from facilitate.web.endings import FAULT, TOO_FAST
from facilitate.web.frames import Done, Not, answer
from facilitate.web.identity import Asker
from facilitate.web.languages import say
from facilitate.web.lines import Line
from facilitate.web.rooms import Rooms
from facilitate.web.telling import Ended, Pulled
from facilitate.web.wires import Ear, Wire

HTML, JSON = "facilitate.html.v1", "facilitate.json.v1"
PATIENCE = 20  # commands refused as too fast before the connection is closed
UNANSWERED = 8  # messages that may wait for their answer before no more are read

Reply = Callable[[str | Exception], None]
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

    def hear(self, text: str | None, reply: Reply) -> None:
        """``reply`` is called later with the answer, or with a fault of ours."""
        answered = partial(self._answered, reply)
        try:
            if text is None:
                raise Malformed()
            put(self._rooms, self._by, command(text), answered)
        except Exception as failure:  # a refusal, as a rule; answered no sooner than others' words
            asyncio.get_running_loop().call_soon(answered, failure)

    def _answered(self, reply: Reply, outcome: int | Exception) -> None:
        self._too_fast = self._too_fast + 1 if isinstance(outcome, TooFast) else 0
        match outcome:
            case int():
                reply(answer(Done(outcome)))
            case Refused():
                REFUSALS.labels(outcome.code).inc()
                reply(answer(Not(outcome.code, say(outcome, self._by.language))))
            case _:
                reply(outcome)


# --- on a wire ------------------------------------------------------------------------------


class Direct:
    """Listens on a wire: what is told is written at once, and no task waits for it.

    ``stay`` is left when the wire is gone. There are thousands of these, so they are kept small.
    """

    __slots__ = (
        *("at", "hear", "line", "person", "ready"),
        *("_asking", "_circle", "_hearing", "_line", "_stay", "_waiting", "_wire"),
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
        self._hearing = hearing
        self._circle = circle
        self._line = line
        self._stay = stay
        self._waiting: list[str | None] = []
        self._asking = False

    def listen(self, hand_over: Callable[[Ear], Wire]) -> None:
        self._wire = hand_over(self)
        self.hear = self._wire.tell
        self.line = self._wire
        self._circle.add(self)

    def end(self, code: int) -> None:
        self._circle.remove(self)
        self._wire.close(code)

    # --- what the wire says ---

    def heard(self, text: str | None) -> None:
        """One message after the other: the next is asked when the one before was answered."""
        if not self._asking:
            self._ask(text)
            return
        self._waiting.append(text)
        if len(self._waiting) > UNANSWERED:
            self._wire.transport.pause_reading()

    def heard_bytes(self, body: bytes) -> None:
        self.heard(None)

    def full(self) -> None:
        self.ready = False
        self._circle.fall_back(self)

    def emptied(self) -> None:
        self.ready = True
        self._go_on()
        self._circle.tell((self,))

    def lost(self, code: int) -> None:
        self._circle.remove(self)
        self._waiting.clear()
        self._line.code = code
        self._stay.close()

    # --- what is answered ---

    def _ask(self, text: str | None) -> None:
        self._asking = True
        self._hearing.hear(text, self._answered)

    def _answered(self, reply: str | Exception) -> None:
        self._asking = False
        if isinstance(reply, Exception):
            log.error("A message could not be answered.", exc_info=reply)
            self.end(FAULT)
        else:
            self._wire.answer(reply)
            if self._hearing.over:
                self.end(TOO_FAST)
        self._go_on()

    def _go_on(self) -> None:
        """Who does not read the answers gets no more of them."""
        if self._asking or not self.ready:
            return
        if self._waiting and not self._wire.closing:
            self._ask(self._waiting.pop(0))
        else:
            self._wire.transport.resume_reading()


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
            reply: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            hearing.hear(message.get("text"), partial(settle, reply))
            await socket.send_text(await reply)
        except WebSocketDisconnect:
            return None
    return TOO_FAST

"""Pens: what one person types on one line into a draft, how fast, and what they are told there."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from math import inf
from time import monotonic
from typing import Protocol

from facilitate.live.drafts.frames import Kind, Word, counted, denied, text, word
from facilitate.live.drafts.rooms import Ending, Room
from facilitate.live.measures import REFUSALS
from facilitate.web import endings
from facilitate.web.limits import Buckets
from facilitate.web.lines import Line
from facilitate.web.wires import Ear, Wire

OUTBOX = 4 * 1024 * 1024  # bytes that may wait for somebody who does not read
TOKEN = 4 * 1024  # bytes of a message that cost a token more
CALM = 2.0  # s without being slowed, after which it is forgotten
PATIENCE = 10.0  # s of being slowed without such a pause, after which a line is closed
SLOWED = Word(slowed=True)

CODES: Mapping[Ending, int] = {
    Ending.GARBLED: endings.GARBLED,
    Ending.REFUSED: endings.REFUSED,
    Ending.OLD: endings.OLD_DRAFT,
    Ending.NO_PART: endings.BEGIN_ANEW,
    Ending.AGAIN: endings.SERVER_STOPS,
    Ending.FAILED: endings.FAULT,
}


class Way(Protocol):
    """What frames go out on; once it has a ``code`` it is over."""

    code: int | None

    def put(self, frame: bytes) -> None: ...

    def end(self, code: int) -> None: ...


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


# --- what is said on a line -----------------------------------------------------------------


class Plain:
    """A line as stock clients of y-websocket understand it."""

    sent = 0
    may_write = False

    def __init__(self, person: str, way: Way) -> None:
        self.person = person
        self.way = way

    def tell(self, frame: bytes) -> None:
        if self.way.code is None:
            self.way.put(frame)

    def say(self, said: Word) -> None:
        if said.refused is not None:
            REFUSALS.labels(said.refused).inc()
            self.tell(denied(said.refused))

    def end(self, why: Ending) -> None:
        self.way.end(CODES[why])


class Ours(Plain):
    """One to a client that understands our words."""

    def say(self, said: Word) -> None:
        if said.refused is not None:
            REFUSALS.labels(said.refused).inc()
        self.tell(word(said))


class Named(Plain):
    """One of several on a socket of Hocuspocus: what is said names the draft."""

    def __init__(self, person: str, way: Way, name: str) -> None:
        super().__init__(person, way)
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


# --- how fast -------------------------------------------------------------------------------


class Pace:
    """How fast the messages of one person are heard on one line.

    Who sends too many is heard more slowly, is told so, and in the end is sent away.
    """

    def __init__(self, typing: Buckets, person: str) -> None:
        self._typing = typing
        self._person = person
        self._slowed_since = self._slowed_at = -inf

    def wait(self, *messages: bytes) -> float:
        """For how many seconds they have to wait; they may be heard when that is 0."""
        at, tokens = monotonic(), sum(1 + len(each) // TOKEN for each in messages)
        wait = self._typing.wait(self._person, at, tokens)
        if wait:
            if at - self._slowed_at > CALM:
                self._slowed_since = at
            self._slowed_at = at
        return wait

    @property
    def just_slowed(self) -> bool:
        return self._slowed_since == self._slowed_at

    @property
    def over(self) -> bool:
        """Patience has an end."""
        return self._slowed_at - self._slowed_since > PATIENCE


async def in_time(pace: Pace, message: bytes, pen: Plain) -> None:
    """Wait until it may be heard, or its line is over."""
    while pen.way.code is None and (wait := pace.wait(message)):
        if pace.over:
            pen.way.end(endings.TOO_FAST)
        elif pace.just_slowed:
            pen.say(SLOWED)
        await asyncio.sleep(wait)


# --- on a wire ------------------------------------------------------------------------------


class Direct:
    """A line on a wire: what comes is heard at once, what is told is written at once.

    ``stay`` is left when the wire is gone.
    """

    def __init__(self, pace: Pace, counted_line: Line, stay: ExitStack) -> None:
        self.code: int | None = None
        self._pace = pace
        self._line = counted_line
        self._stay = stay
        self._waiting: deque[bytes] = deque()
        self._later: asyncio.Handle | None = None

    def connect(self, hand_over: Callable[[Ear], Wire]) -> None:
        self._wire = hand_over(self)

    def listen(self, room: Room, pen: Plain) -> None:
        self._room, self._pen = room, pen
        room.join(pen)
        self._stay.callback(room.leave, pen)

    def put(self, frame: bytes) -> None:
        if self._wire.transport.get_write_buffer_size() > OUTBOX:
            self.end(endings.TRY_LATER)
        else:
            self._wire.send(frame)

    def end(self, code: int) -> None:
        if self.code is None:
            self.code = code
            self._wire.close(code)
            self._wire.transport.resume_reading()  # the other side says goodbye behind all it sent

    # --- what the wire says ---

    def heard(self, text: str) -> None:
        """None of ours."""
        self.end(endings.GARBLED)

    def heard_bytes(self, body: bytes) -> None:
        """With all that comes in the same moment."""
        self._waiting.append(body)
        if self._later is None:
            self._later = asyncio.get_running_loop().call_soon(self._hear)

    def full(self) -> None:
        return  # what waits is bounded

    def emptied(self) -> None:
        return

    def lost(self, code: int) -> None:
        self._line.code = self.code = self.code or code
        if self._later is not None:
            self._later.cancel()
        self._stay.close()

    def _hear(self) -> None:
        self._later, wait = None, 0.0
        together: list[bytes] = []
        while self._waiting and not (wait := self._pace.wait(self._waiting[0])):
            together.append(self._waiting.popleft())
        if self.code is None:
            self._room.hear(self._pen, *together)
        if wait:
            self._slow_down(wait)
        else:
            self._wire.transport.resume_reading()

    def _slow_down(self, wait: float) -> None:
        if self._pace.over:
            self.end(endings.TOO_FAST)
            return
        if self._pace.just_slowed:
            self._pen.say(SLOWED)
        self._wire.transport.pause_reading()
        self._later = asyncio.get_running_loop().call_later(wait, self._hear)

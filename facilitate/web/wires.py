"""A WebSocket after its handshake: written to directly, with neither task nor queue of its own.

Whole short messages are read here; everything else the other side may send is left to the
parser of ``websockets``, once and for all as soon as it comes, so that the answers are its answers.
"""

import asyncio
from collections.abc import Callable
from copy import copy
from typing import Protocol as Shape

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.utils import apply_mask

from facilitate.web.endings import DROPPED, NOT_HEARD, NOT_UTF8, SERVER_STOPS
from facilitate.web.packing import BINARY, SMALL, TEXT, WINDOW, Packed, message
from facilitate.web.readers import Bounded, unsent

WIRE, HAND_OVER = "facilitate.wire", "hand over"  # in the extensions of a scope: what makes one
PING = b"\x89\x00"
PONG = 0x8A  # the first byte of one
MASKED = 0x80  # the bit of the second byte that is set in all that comes
CLOSING = 10.0  # s for which the other side may take its leave


class Ear(Shape):
    """Whoever is at our end of a wire."""

    def heard(self, text: str) -> None:
        """A message of text came."""

    def heard_bytes(self, body: bytes) -> None:
        """Another message came."""

    def full(self) -> None:
        """The other side does not take what waits for it: nothing more is to be written."""

    def emptied(self) -> None:
        """It has taken it."""

    def lost(self, code: int) -> None:
        """The wire is gone; the code is that of the side that said so first."""


class Nobody:
    """At our end of a wire that was accepted so as to say why it is closed."""

    def heard(self, text: str) -> None:
        return

    def heard_bytes(self, body: bytes) -> None:
        return

    def full(self) -> None:
        return

    def emptied(self) -> None:
        return

    def lost(self, code: int) -> None:
        return


def number_of(transport: asyncio.Transport) -> int:
    """By which the line may be written to past the transport; none where it puts into cipher."""
    socket = transport.get_extra_info("socket")
    if socket is None or transport.get_extra_info("sslcontext") is not None:
        return -1
    number: int = socket.fileno()
    return number


class Wire(Bounded):
    """``gone`` is told when it is gone; a server that stops says ``shutdown`` first."""

    closing = False
    _parser: Protocol | None = None
    _is_text = True
    _code = DROPPED
    _unanswered: int | None = None  # bytes that were unsent when a ping went out
    _leaving: asyncio.TimerHandle | None = None
    _next_ping: asyncio.TimerHandle | None = None
    _ear: Ear

    def __init__(
        self,
        transport: asyncio.Transport,
        gone: Callable[["Wire"], None],
        deflate: PerMessageDeflate | None,
        *,
        longest: int,
        pause: float,
    ) -> None:
        self.transport = transport
        self.rest = transport.write
        self._gone = gone
        self._deflate = deflate
        self.packed = deflate is not None and deflate.local_max_window_bits >= WINDOW
        self.number = number_of(transport)
        self._longest = longest
        self._pause = pause
        self._parts: list[bytes] = []

    def connect(self, ear: Ear) -> None:
        """From now on the line is this one's."""
        self._ear = ear
        self.transport.set_protocol(self)
        self.transport.set_write_buffer_limits(high=0)  # whoever is not full has nothing waiting
        self._ping_later()

    # --- out --------------------------------------------------------------------------------

    def tell(self, frame: Packed) -> None:
        if not self.closing:
            self.rest(frame.compressed if self.packed else frame.plain)

    def answer(self, text: str) -> None:
        if not self.closing:
            self.transport.write(message(TEXT, text.encode()))

    def send(self, body: bytes) -> None:
        if not self.closing:
            self.rest(message(BINARY, body))

    def close(self, code: int) -> None:
        """Say so; the other side may say so too before the line ends."""
        if not self.closing:
            self._say_close(code)

    def fail(self, code: int) -> None:
        """Say so, if nothing was said yet, and end the line."""
        self.close(code)
        self.transport.close()

    def shutdown(self) -> None:
        """The server stops."""
        self.fail(SERVER_STOPS)

    def _say_close(self, code: int) -> None:
        parser = self._parsing()
        if parser.state is State.OPEN:  # else the other side took its leave in the same piece
            parser.send_close(code)
        self._leave(code)

    def _leave(self, code: int) -> None:
        """Nothing follows what the parser has to say now."""
        self.transport.write(b"".join(self._parsing().data_to_send()))
        if not self.closing:
            self.closing, self._code = True, code
            self._ear.full()
            loop = asyncio.get_running_loop()
            self._leaving = loop.call_later(CLOSING, self.transport.abort)

    # --- in ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._unanswered = None
        if self._parser is None:
            data = self._read(data)
        if data and not self.transport.is_closing():
            self._parse(data)

    def _read(self, data: bytes) -> bytes:
        """Gives what it does not understand, and all behind that."""
        at, end = 0, len(data)
        while end - at > 5 and self._parser is None:
            first, size, body = data[at], data[at + 1] - MASKED, at + 6
            if size == SMALL and first in (TEXT, BINARY) and end - at > 7:
                size, body = int.from_bytes(data[at + 2 : at + 4]), at + 8
            elif not 0 <= size < SMALL or first not in (TEXT, BINARY, PONG):
                break
            if body + size > end or size > self._longest:
                break
            at = body + size
            if first != PONG:
                self._whole(apply_mask(data[body:at], data[body - 4 : body]), first == TEXT)
        return data[at:]

    def _parse(self, data: bytes) -> None:
        parser = self._parsing()
        parser.receive_data(data)
        if parser.parser_exc is not None:
            assert parser.close_sent is not None
            self._leave(parser.close_sent.code)
            self.transport.close()
            return
        self.transport.write(b"".join(parser.data_to_send()))
        for event in parser.events_received():
            assert isinstance(event, Frame)
            self._understand(parser, event)

    def _understand(self, parser: Protocol, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.TEXT | Opcode.BINARY:
                self._is_text = frame.opcode is Opcode.TEXT
                self._part(frame)
            case Opcode.CONT:
                self._part(frame)
            case Opcode.CLOSE:
                assert parser.close_rcvd is not None
                self._leave(parser.close_rcvd.code)
                self.transport.close()
            case Opcode.PING | Opcode.PONG:
                return  # the parser has answered

    def _part(self, frame: Frame) -> None:
        self._parts.append(bytes(frame.data))
        if frame.fin:
            whole, self._parts = b"".join(self._parts), []
            self._whole(whole, self._is_text)

    def _whole(self, body: bytes, is_text: bool) -> None:
        if self.closing:
            return
        if not is_text:
            self._ear.heard_bytes(body)
            return
        try:
            text = body.decode()
        except UnicodeDecodeError:
            self.fail(NOT_UTF8)
        else:
            self._ear.heard(text)

    def _parsing(self) -> Protocol:
        if self._parser is None:
            self._parser = Protocol(Side.SERVER, max_size=self._longest)
            self._parser.extensions = [copy(self._deflate)] if self._deflate else []
        return self._parser

    # --- the line ---------------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._ear.full()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._ear.emptied()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._leaving, self._next_ping):
            if timer is not None:
                timer.cancel()
        self.closing = True
        self._gone(self)
        self._ear.lost(self._code)

    def _ping_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._next_ping = loop.call_later(self._pause, self._ping)

    def _ping(self) -> None:
        """Who has not sent anything since the last one is gone, unless it is still under way."""
        if self.closing:
            return
        left = unsent(self.transport)
        if self._unanswered is not None and (not left or left >= self._unanswered):
            self.fail(NOT_HEARD)
            return
        self._unanswered = left
        self.transport.write(PING)
        self._ping_later()

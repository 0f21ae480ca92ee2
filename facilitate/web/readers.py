"""Readers are bounded: who does not take what waits for them is waited for, then cut off.

asyncio asks a protocol to pause when more than ``WAITING`` is unsent on its line, and nothing more
is given to it then; the reader goes on later from its own place in the record. Nothing of that ends
a line on which nothing moves, which would keep what it holds for as long as it likes.
"""

import asyncio
import sys
from socket import SO_SNDBUF, SOL_SOCKET

from facilitate.live.measures import LAGGING, STALLED

if sys.platform == "linux":
    from fcntl import ioctl
    from termios import TIOCOUTQ

WAITING = 64 * 1024  # bytes unsent above which a reader is no longer written to
IN_THE_KERNEL = 256 * 1024  # bytes; left to itself it keeps megabytes for one who never reads
PATIENCE = 10.0  # s without progress after which the line is cut
LOOK = 0.5  # s between two looks at a line that lags


class Lag:
    """While a reader lags; the line is cut once ``PATIENCE`` has passed without any progress."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._least = unsent(transport)
        self._moved_at = self._loop.time()
        self._next = self._loop.call_later(LOOK, self._look)
        LAGGING.inc()

    def over(self) -> None:
        self._next.cancel()
        LAGGING.dec()

    def _look(self) -> None:
        left, at = unsent(self._transport), self._loop.time()
        if left < self._least:
            self._least, self._moved_at = left, at
        if at - self._moved_at >= PATIENCE:
            STALLED.inc()
            self._transport.abort()
            return
        self._next = self._loop.call_later(LOOK, self._look)


def unsent(transport: asyncio.Transport) -> int:
    """Bytes that the reader's machine has not confirmed: ours, and those the kernel holds for us.

    A poor line takes minutes for what the kernel holds, so that ours alone would seem to stand.
    """
    ours = transport.get_write_buffer_size()
    line = transport.get_extra_info("socket")
    if sys.platform == "linux" and line is not None and line.fileno() >= 0:
        return ours + int.from_bytes(ioctl(line.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)
    return ours


class Bounded(asyncio.Protocol):
    """A protocol that watches over its line when it is full; or stands before one of uvicorn."""

    transport: asyncio.Transport
    _lag: Lag | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=WAITING)
        transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_SNDBUF, IN_THE_KERNEL)
        self.transport = transport
        super().connection_made(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._lag = self._lag or Lag(self.transport)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._caught_up()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._caught_up()

    def _caught_up(self) -> None:
        if self._lag is not None:
            self._lag.over()
            self._lag = None

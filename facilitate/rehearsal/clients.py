"""One simulated device: it comes in as a browser does, listens on a real socket, and asks."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from gzip import decompress
from http import HTTPStatus
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from msgspec import Raw, Struct, json
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from facilitate.meeting import Command
from facilitate.meeting.codec import encode
from facilitate.web.sockets import HTML, JSON

PATIENCE = 30.0  # s that a device waits for an answer
DROPPED = (OSError, ConnectionClosed, InvalidHandshake)  # TimeoutError is an OSError
MOMENT = 0.5  # s between two looks at whether a poor line is still one
NARROW = 4096  # bytes that the system keeps for a device with a poor line
ME = re.compile(r'data-me="([^"]+)"')
AFTER = re.compile(r'data-after="(\d+)"')
FORUM = re.compile(r"/forums/([A-Za-z0-9_-]+)$")


class NotLetIn(Exception):
    """The server did not let a device in; ``str()`` is for people."""


class Numbered(Struct, frozen=True):
    seq: int
    event: Raw


class Told(Struct, frozen=True):
    """Any message of the server: news up to ``seq``, or the answer to a command."""

    seq: int = 0
    events: tuple[Numbered, ...] = ()
    done: int | None = None
    refused: str = ""


_told = json.Decoder(Told)


@lru_cache(maxsize=64)
def read(message: bytes) -> Told:
    """Everybody gets the same bytes, so that they are read once, and kept once."""
    return _told.decode(message)


@dataclass(frozen=True, slots=True)
class Page:
    """What a device knows from the first page: who it is, and how far the page has heard."""

    person: str
    after: int


# --- coming in ---------------------------------------------------------------


async def joined(address: str, code: str, person: Mapping[str, str]) -> tuple[str, str]:
    """``POST /join``; gives the forum and the cookie. Raises :class:`NotLetIn`."""
    status, headers, _ = await asked(address, "POST", "/join", form={"code": code, **person})
    at = FORUM.search(headers.get("location", ""))
    if status != HTTPStatus.SEE_OTHER or at is None:
        raise NotLetIn(f"The server did not let anybody in with this code: it answered {status}.")
    return at[1], _cookie(headers)


async def signed_in(address: str, secret: str) -> str:
    """Exchange a personal link for a session; gives the cookie. Raises :class:`NotLetIn`."""
    _, headers, _ = await asked(address, "POST", "/sign-in", form={"link": secret})
    return _cookie(headers)


def _cookie(headers: Mapping[str, str]) -> str:
    if "set-cookie" not in headers:
        raise NotLetIn("The server gave no session.")
    return headers["set-cookie"].partition(";")[0]


async def opened(address: str, forum: str, path: str, cookie: str) -> Page:
    """A page of the forum, as somebody sees it who has come in. Raises :class:`NotLetIn`."""
    status, _, body = await asked(address, "GET", f"/forums/{forum}{path}", cookie=cookie)
    text = body.decode()
    me, after = ME.search(text), AFTER.search(text)
    if me is None or after is None:
        raise NotLetIn(f"The page of the forum cannot be read: the server answered {status}.")
    return Page(me[1], int(after[1]))


async def asked(
    address: str, verb: str, path: str, *, form: Mapping[str, str] | None = None, cookie: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """One request on a line of its own: gives status, headers and body. Raises ``OSError``."""
    where = urlsplit(address)
    secure = where.scheme == "https"
    body = urlencode(form or {}).encode()
    head = (
        f"{verb} {path} HTTP/1.1\r\nhost: {where.netloc}\r\norigin: {address}\r\n"
        f"connection: close\r\ncontent-length: {len(body)}\r\naccept-encoding: gzip\r\n"
        "content-type: application/x-www-form-urlencoded\r\n"
        + (f"cookie: {cookie}\r\n" if cookie else "")
    )
    async with asyncio.timeout(PATIENCE):
        port = where.port or (443 if secure else 80)
        reader, writer = await asyncio.open_connection(where.hostname, port, ssl=secure or None)
        try:
            writer.write(f"{head}\r\n".encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
    return _parsed(answer)


def _parsed(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first.startswith("HTTP/1."):
        raise ConnectionResetError("The line dropped before there was an answer.")
    parts = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in parts}
    packed = headers.get("content-encoding") == "gzip"
    return int(first.split()[1]), headers, decompress(body) if packed else body


# --- listening and asking ----------------------------------------------------


@dataclass
class Device:
    """``after`` is how far it has heard; ``hear`` is given each of the news as it comes.

    With a ``page`` (``page`` and ``place`` of it) it is told what changes on that page, as our
    pages are; without, the events themselves. ``bandwidth`` is the bytes a second of a poor
    line; 0 for a good one.
    """

    address: str
    forum: str
    cookie: str
    hear: Callable[[Told], None]
    after: int | None = None
    page: Mapping[str, str] = field(default_factory=dict)
    narrow: bool = False
    bandwidth: float = 0
    _line: ClientConnection | None = None
    _answer: "asyncio.Future[Told] | None" = field(default=None, repr=False)

    @asynccontextmanager
    async def line(self) -> AsyncIterator[None]:
        """While the block runs the device is connected. Raises one of ``DROPPED``."""
        way = f"{self.address.replace('http', 'ws', 1)}/forums/{self.forum}/live"
        after = {} if self.after is None else {"after": str(self.after)}
        async with connect(
            f"{way}?{urlencode({**self.page, **after})}",
            origin=Origin(self.address),
            additional_headers={"cookie": self.cookie},
            subprotocols=[Subprotocol(HTML if self.page else JSON)],
            compression=None,
            proxy=None,
            open_timeout=PATIENCE,
            close_timeout=1,
            ping_interval=None,
            max_size=None,
            max_queue=1 if self.narrow else 16,
            sock=await narrow(self.address) if self.narrow else None,
        ) as self._line:
            try:
                yield
            finally:
                self._line = None

    async def listen(self) -> None:
        """Until the line drops, which raises."""
        assert self._line is not None, "it listens on its line"
        line = self._line
        while True:
            message = await line.recv(decode=False)
            if self.bandwidth:
                await self._take(len(message))
            told = read(message)
            if told.done is not None or told.refused:
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result(told)
                continue
            self.after = max(self.after or 0, told.seq)
            self.hear(told)

    async def _take(self, size: int) -> None:
        """As long as a line takes for so many bytes; at once when it has become a good one."""
        while size > 0 and self.bandwidth:
            moment = min(MOMENT, size / self.bandwidth)
            size -= max(1, int(moment * self.bandwidth))
            await asyncio.sleep(moment)

    async def ask(self, command: Command) -> tuple[float, Told]:
        """Gives when it was sent (``perf_counter``) and the answer. Raises one of ``DROPPED``.

        One at a time, and somebody must :meth:`listen`.
        """
        if self._line is None:
            raise ConnectionResetError
        self._answer = asyncio.get_running_loop().create_future()
        sent = perf_counter()
        await self._line.send(encode(command).decode())
        async with asyncio.timeout(PATIENCE):
            return sent, await self._answer

    def drop(self) -> None:
        """As a phone in a lift: without a word."""
        if self._line is not None:
            self._line.transport.abort()


async def narrow(address: str) -> socket.socket:
    """A connection for which the system keeps little, so that who does not read is noticed."""
    where = urlsplit(address)
    port = where.port or (443 if where.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(where.hostname, port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, at = found[0]
    line = socket.socket(family, kind, protocol)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
    line.setblocking(False)
    await loop.sock_connect(line, at)
    return line

"""Where whoever comes stands first; a knock is answered here, all else is left to uvicorn.

The application is asked as uvicorn would ask it, so that whether and how somebody is let in is
decided in one place. Like ``handshakes`` this relies on names that uvicorn does not promise.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from logging import getLogger
from typing import TypeAlias
from weakref import WeakKeyDictionary

from starlette.types import Message, Scope
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected, get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.server import ServerProtocol
from websockets.utils import accept_key

from facilitate.web.handshakes import DEFLATE, Elsewhere, PageLine, deflate_in, wired
from facilitate.web.knocks import Knock, read
from facilitate.web.readers import Bounded
from facilitate.web.wires import HAND_OVER, WIRE, Ear, Nobody, Wire

Agreed: TypeAlias = tuple[str | None, PerMessageDeflate | None]  # what is said, and what it means
AT_ONCE = 16  # lines that are seen to between two looks at all others
FAULT = HTTPStatus.INTERNAL_SERVER_ERROR

log = getLogger("facilitate")


class Queue:
    """Of those who come together ``AT_ONCE`` are seen to, then all else goes on, then the next."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()

    def join(self, seen_to: Callable[[], None]) -> None:
        self._waiting.append(seen_to)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(min(AT_ONCE, len(self._waiting))):
            loop.call_soon(self._waiting.popleft())
        if self._waiting:
            loop.call_soon(self._next)


QUEUES: WeakKeyDictionary[ServerState, Queue] = WeakKeyDictionary()


class Doorstep(Bounded):
    """The first protocol of every line; the line is another's as soon as it is clear whose."""

    _knock: Knock | None = None
    _agreed: Agreed = None, None
    _come = b""
    _answered = _lost = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._server = server_state
        self._app_state = app_state
        self._queue = QUEUES.setdefault(server_state, Queue())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._server.connections.add(self)  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._lost = True
        self._leave()

    def shutdown(self) -> None:
        """The server stops."""
        if self._knock is not None:
            self._refuse(FAULT, FAULT.phrase)
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Whoever says more before they are seen to, and answered, waits until then."""
        if self._come or self._knock is not None:
            self.transport.pause_reading()
        else:
            self._queue.join(self._seen_to)
        self._come += data

    def _seen_to(self) -> None:
        if self._lost:
            return
        knock = read(self._come)
        agreed = agreed_on(knock.extensions) if knock is not None else None
        if knock is None or agreed is None:
            self._leave_to_uvicorn()
            return
        self._knock, self._agreed, self._come = knock, agreed, b""
        asking = asyncio.get_running_loop().create_task(self._ask(knock))
        self._server.tasks.add(asking)
        asking.add_done_callback(self._server.tasks.discard)

    def _leave_to_uvicorn(self) -> None:
        self._leave()
        page = PageLine(self._config, self._server, self._app_state)
        self.transport.set_protocol(page)
        page.connection_made(self.transport)
        self.transport.resume_reading()
        page.data_received(self._come)

    def _leave(self) -> None:
        self._server.connections.discard(self)

    # --- the application is asked ---------------------------------------------------------

    async def _ask(self, knock: Knock) -> None:
        try:
            await self._config.loaded_app(self._scope(knock), self._connect, self._answer)
        except Exception as fault:
            log.error("A socket could not be opened.", exc_info=fault)
        if not self._answered and not self._lost:
            self._refuse(FAULT, FAULT.phrase)
        self.transport.close()

    def _scope(self, knock: Knock) -> Scope:
        return {
            "type": "websocket",
            "asgi": {"version": self._config.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self.transport) else "ws",
            "server": get_local_addr(self.transport),
            "client": get_remote_addr(self.transport),
            "root_path": "",
            "path": knock.path,
            "raw_path": knock.path.encode(),
            "query_string": knock.query,
            "headers": knock.fields,
            "subprotocols": knock.protocols,
            "state": self._app_state.copy(),
            "extensions": {WIRE: {HAND_OVER: self._hand_over}},
        }

    async def _connect(self) -> Message:
        return {"type": "websocket.connect"}

    async def _answer(self, message: Message) -> None:
        if self._lost:
            raise ClientDisconnected
        match message["type"]:
            case "websocket.accept":
                self._accept(message.get("subprotocol"))
            case "websocket.close" if self._answered:
                self._hand_over(Nobody()).close(message["code"])
            case _:
                self._refuse(HTTPStatus.FORBIDDEN, "")

    def _accept(self, protocol: str | None) -> None:
        assert self._knock is not None
        said, _ = self._agreed
        key = accept_key(self._knock.key).encode()
        fields = [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")]
        fields.append((b"Sec-WebSocket-Accept", key))
        if said is not None:
            fields.append((b"Sec-WebSocket-Extensions", said.encode()))
        fields += self._server.default_headers
        if protocol is not None:
            fields.append((b"Sec-WebSocket-Protocol", protocol.encode()))
        head = b"".join(b"%b: %b\r\n" % field for field in fields)
        self.transport.write(b"HTTP/1.1 101 Switching Protocols\r\n%b\r\n" % head)
        self._answered = True

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        """In the form that ``websockets`` gives it."""
        form = ServerProtocol()
        form.send_response(form.reject(status, why))
        self.transport.write(b"".join(form.data_to_send()))
        self.transport.close()
        self._answered = True

    def _hand_over(self, ear: Ear) -> Wire:
        """The line is the wire's."""
        self._leave()
        _, deflate = self._agreed
        wire = wired(self.transport, self._server, self._config, deflate, ear, self._come)
        self.transport = Elsewhere()
        return wire


@lru_cache(maxsize=64)
def agreed_on(offer: str) -> Agreed | None:
    """What ``websockets`` agrees to; None if it takes offence at what is offered."""
    offered = Headers([("Sec-WebSocket-Extensions", offer)] if offer else [])
    try:
        said, extensions = ServerProtocol(extensions=[DEFLATE]).process_extensions(offered)
    except InvalidHandshake:
        return None
    return said, deflate_in(extensions)

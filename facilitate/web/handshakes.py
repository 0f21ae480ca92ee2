"""What of uvicorn stands at the beginning of a line; after its handshake a socket is a wire.

This module and ``doorsteps`` alone rely on names that uvicorn keeps to itself. ``serving`` asks for
them under a version they were tested with; under others sockets stay tasks of the application.
"""

import asyncio
from collections.abc import Iterable

from h11 import Request
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.http11 import Request as Handshake

from facilitate.web.packing import WINDOW
from facilitate.web.readers import Bounded
from facilitate.web.wires import HAND_OVER, WIRE, Ear, Wire

DEFLATE = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True,
    client_no_context_takeover=True,
    server_max_window_bits=WINDOW,
)  # nothing is kept between messages, so that one compressed frame is for all
UNPACKED = "/drafts"  # where messages are too short for packing to be worth anything


class PageLine(Bounded, H11Protocol):
    """Pages, files, and Server-Sent Events; and the first line of a WebSocket."""

    def handle_websocket_upgrade(self, event: Request) -> None:
        super().handle_websocket_upgrade(event)
        early, _ = self.conn.trailing_data
        protocol = self.transport.get_protocol()
        if early and isinstance(protocol, SocketLine):
            protocol.data_received(early)  # uvicorn forgets what came in one piece with it


class SocketLine(Bounded, WebSocketsSansIOProtocol):
    """A WebSocket until it is accepted."""

    _early = b""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._server = server_state
        self.conn.available_extensions = [DEFLATE]
        self.ping_interval = None  # a wire asks by itself

    def handle_connect(self, event: Handshake) -> None:
        if event.path.startswith(UNPACKED):
            self.conn.available_extensions = []
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][WIRE] = {HAND_OVER: self.hand_over}

    def data_received(self, data: bytes) -> None:
        """What comes before the handshake is over waits, and so does all behind it."""
        if self.handshake_initiated and not self.handshake_complete:
            self._early += data
            self.read_paused = True
            self.transport.pause_reading()
            return
        early, self._early = self._early, b""
        super().data_received(early + data)

    def hand_over(self, ear: Ear) -> Wire:
        """Once accepted: the line is the wire's, and nothing of this one is left on it."""
        del self.scope["extensions"][WIRE]
        self.connections.remove(self)
        deflate = deflate_in(self.conn.extensions)
        wire = wired(self.transport, self._server, self.config, deflate, ear, self._early)
        self.transport = Elsewhere()
        return wire


def deflate_in(extensions: Iterable[Extension]) -> PerMessageDeflate | None:
    return next((each for each in extensions if isinstance(each, PerMessageDeflate)), None)


def wired(
    transport: asyncio.Transport,
    server: ServerState,
    config: Config,
    deflate: PerMessageDeflate | None,
    ear: Ear,
    early: bytes,
) -> Wire:
    """From now on the line is a wire's; what came early on it is heard at once."""
    assert config.ws_ping_interval is not None, "serving sets it"
    wire = Wire(
        transport,
        server.connections.discard,
        deflate,
        longest=config.ws_max_size,
        pause=config.ws_ping_interval,
    )
    server.connections.add(wire)  # type: ignore[arg-type]
    wire.connect(ear)
    if early:
        transport.resume_reading()
        asyncio.get_running_loop().call_soon(wire.data_received, early)
    return wire


class Elsewhere(asyncio.Transport):
    """In the place of a transport that was handed over."""

    def close(self) -> None:
        return  # uvicorn does so when the application returns

"""The server: uvicorn with the limits a forum needs, and what is said where it cannot start."""

import asyncio
import gc
import socket
from logging import getLogger

import uvicorn

from facilitate.logs import logging
from facilitate.record.engines import open_database
from facilitate.settings import Settings
from facilitate.web.app import create_app

MESSAGE_LIMIT = 64 * 1024  # bytes
TESTED = "0.54."  # versions of uvicorn
COLLECTED_AFTER = (10_000, 5, 80)  # new objects, and passes over the young and the middle-aged
PING = 20.0  # s between pings; a peer that is gone is found within twice that

log = getLogger("facilitate")


class NotServed(Exception):
    """The server cannot start; ``str()`` is for people."""


def serve(settings: Settings, level: str = "INFO") -> None:
    """Until it is stopped; what is below ``level`` is not logged.

    Raises :class:`NotServed` and :class:`Unreachable`.
    """
    refuse_taken(settings)
    engine = open_database(settings.database)
    collect_rarely()
    try:
        uvicorn.Server(config(create_app(engine, settings), settings, level)).run()
    finally:
        engine.dispose()


def collect_rarely() -> None:
    """Little here goes in circles, and each search for it passes over all that a crowd holds.

    See ``docs/decisions`` for what that took of the processor while people came.
    """
    gc.freeze()  # what is there now stays
    gc.set_threshold(*COLLECTED_AFTER)


def config(app: object, settings: Settings, level: str = "INFO") -> uvicorn.Config:
    http, ws = protocols(uvicorn.__version__)
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=settings.host,
        port=settings.port,
        loop="asyncio",  # left to itself uvicorn takes uvloop where somebody has installed it
        http=http,
        ws=ws,
        ws_max_size=MESSAGE_LIMIT,
        ws_per_message_deflate=False,
        ws_ping_interval=PING,
        ws_ping_timeout=PING,
        timeout_graceful_shutdown=3,
        access_log=False,
        log_config=logging(level),
        server_header=False,
    )


def protocols(version: str) -> tuple[type[asyncio.Protocol] | str, type[asyncio.Protocol] | str]:
    """What uvicorn hears HTTP and WebSockets with: ours, under a version they were tested with.

    Otherwise its own: the same is told and answered, and each connection takes more of the machine.
    """
    if not version.startswith(TESTED):
        log.warning("Sockets take the plain way: uvicorn is %s, known is %sx.", version, TESTED)
        return "h11", "auto"
    from facilitate.web.doorsteps import Doorstep  # noqa: PLC0415 - not in others
    from facilitate.web.handshakes import SocketLine  # noqa: PLC0415 - not in others

    return Doorstep, SocketLine


def refuse_taken(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "ports end at 65535"
            raise NotServed(
                f"Port {settings.port} of {settings.host} cannot be used: {why}. "
                "Choose another with --port."
            ) from error

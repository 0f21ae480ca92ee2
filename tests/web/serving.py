"""The real server: in a thread beside the test, or in a process of its own that can be killed."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn
from sqlalchemy import Engine
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from facilitate.beginning import begin
from facilitate.live.forum import now
from facilitate.record.engines import open_database
from facilitate.record.sessions import Sessions
from facilitate.serving import TESTED, config, protocols
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.identity import session_cookie
from facilitate.web.limits import Buckets
from facilitate.web.sockets import JSON
from tests.postgres import free_port
from tests.web.house import PLAN

WAYS = {"wire": TESTED, "task": "another"}  # of a socket, by the version of uvicorn
CHECKOUT = Path(__file__).parents[2]
STARTING = 20.0  # s


@dataclass
class Door:
    """The way to a server, and the sessions of those who may come in."""

    settings: Settings
    cookies: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"

    @property
    def live(self) -> str:
        return f"{self.address.replace('http', 'ws', 1)}/forums/{PLAN.id}/live"

    def known(self, by: str) -> dict[str, str]:
        return {"cookie": f"{session_cookie(self.settings)}={self.cookies[by]}"}

    def line(
        self, by: str, query: str = "", *, origin: str | None = None, protocol: str = JSON
    ) -> ClientConnection:
        return connect(
            f"{self.live}{query}",
            origin=Origin(self.address if origin is None else origin),
            additional_headers=self.known(by),
            subprotocols=[Subprotocol(protocol)],
            max_size=None,
        )


def planned(settings: Settings, people: tuple[str, ...] = ()) -> Door:
    """The forum of the house in its database, with a session for everybody of it."""
    engine = open_database(settings.database)
    _, links = begin(engine, PLAN, now())
    door = Door(settings, signed_in(engine, *(person.id for person in PLAN.people), *people), links)
    engine.dispose()
    return door


def signed_in(engine: Engine, *people: str) -> dict[str, str]:
    sessions = Sessions(engine)
    return {id: sessions.open(PLAN.id, id, now(), timedelta(days=1)) for id in people}


@contextmanager
def served(
    settings: Settings, version: str = TESTED, *, typing: Buckets | None = None
) -> Iterator[Door]:
    """The forum of the house, in a thread, until the block ends."""
    door = planned(settings)
    with running(settings, version, typing=typing):
        yield door


@contextmanager
def running(
    settings: Settings, version: str = TESTED, *, typing: Buckets | None = None
) -> Iterator[str]:
    """A server over the forums of its database, in a thread; gives its address.

    ``typing`` is how fast people may write into drafts.
    """
    address = f"http://{settings.host}:{settings.port}"
    engine = open_database(settings.database)
    app = create_app(engine, settings)
    app.state.rooms.typing = typing or app.state.rooms.typing
    server = server_of(app, settings, version)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(address)
        yield address
    finally:
        server.should_exit = True
        thread.join()
        engine.dispose()


def server_of(app: object, settings: Settings, version: str = TESTED) -> uvicorn.Server:
    """As it is under this version of uvicorn: ``TESTED`` hands sockets over, others do not."""
    set = config(app, settings)
    set.http, set.ws = protocols(version)
    return uvicorn.Server(set)


@contextmanager
def process(door: Door, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """``facilitate serve`` as people start it; whatever it says goes into ``log``."""
    running = started(door, log)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def started(door: Door, log: Path) -> "subprocess.Popen[bytes]":
    settings = door.settings
    with log.open("ab") as said:
        running = subprocess.Popen(
            [*FACILITATE, "serve", "--database", settings.database, "--port", f"{settings.port}"],
            cwd=CHECKOUT,
            stdout=said,
            stderr=said,
        )
    wait_for(door.address)
    return running


FACILITATE = (sys.executable, "-c", "import sys; from facilitate.cli import main; sys.exit(main())")


def wait_for(address: str) -> None:
    end = time.monotonic() + STARTING
    while True:
        try:
            urlopen(f"{address}/healthz").close()
            return
        except (URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def at_a_free_port(database: str) -> Settings:
    return replace(Settings(), database=database, port=free_port())

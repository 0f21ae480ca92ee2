"""Who is measured: our server, the floor, and what people would use instead."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct, json
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from benchmarks.figures import Progress
from benchmarks.forums import ROOM, Forum, contributions, forum
from benchmarks.native import Tools, tools
from benchmarks.peers.fetching import NotFetched, peers
from benchmarks.servers import (
    AS_BROWSERS,
    Seen,
    Server,
    free_port,
    loaded,
    opening,
    refuse_other_machines,
    running,
)
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.web.sockets import HTML
from tests.kit.parts import NODE, place

REPETITIONS = 3
SOME = 20  # connections that warm a server up, before its memory is looked at
PRESENCE, SHORT = 3500, 300  # ms; after the one, all have been told who is here
MISSED = 60  # events that happened while somebody was away
SAID, SAID_QUICKLY = 900_000, 300_000  # lines that are there to be said, more than any part needs
OURS, FLOOR = "our server", "C floor"
LOOP, BROADCAST, NODE_WS, SOCKET_IO = (
    "Starlette loop",
    "websockets.broadcast",
    "node ws",
    "socket.io",
)
PACKED = ", compressed"


@dataclass(frozen=True, slots=True)
class Stage:
    """All that is needed to measure: ``nodes`` is None where npm gave nothing."""

    folder: Path
    tools: Tools
    nodes: Path | None
    forum: Forum
    quick: bool
    progress: Progress

    @property
    def people(self) -> int:
        return len(self.forum.tokens)

    @property
    def repetitions(self) -> int:
        return 1 if self.quick else REPETITIONS

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def says(self) -> Path:
        """What is said, line by line."""
        return self.folder / "says"

    @property
    def event(self) -> Path:
        """An event as our page is told it; the others tell the same."""
        return self.folder / "event"

    @property
    def missed(self) -> Path:
        """What our page is told that missed ``MISSED`` events."""
        return self.folder / "missed"

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


@contextmanager
def staged(quick: bool, people: int, progress: Progress) -> Iterator[Stage]:
    """Raises :class:`NotMeasured` and :class:`NotCompiled`."""
    refuse_other_machines()
    cache = place()
    progress(f"Preparing a forum of {people} people, the load driver and the peers …")
    made = tools(cache)
    try:
        nodes = peers(cache)
    except NotFetched as missing:
        progress(f"{missing}\nWithout them: node ws and socket.io are left out.")
        nodes = None
    with tempfile.TemporaryDirectory(prefix="facilitate-benchmark-") as folder:
        stage = Stage(Path(folder), made, nodes, forum(Path(folder), people), quick, progress)
        stage.file("says", contributions(SAID_QUICKLY if quick else SAID))
        with ours(stage) as our:
            stage.file("missed", told(our, MISSED))
            stage.file("event", told(our))
        yield stage


# --- our server ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ours:
    """Our server over a copy of the forum, which grows as things are said in it."""

    stage: Stage
    server: Server
    database: Path

    def load(
        self,
        mode: str,
        *,
        more: str = "",
        room: str = ROOM,
        missed: int = 0,
        **settings: int | Path,
    ) -> Seen:
        """``missed``: so many events happened since those who come were here."""
        engine = open_database(str(self.database))
        seq = Log(engine).head(self.stage.forum.id).seq
        engine.dispose()
        heads = self.stage.forum.heads(self.server.port, room, more, seq - missed)
        usual: dict[str, int | Path] = {
            "connections": self.stage.people,
            "heads": self.stage.file("heads", heads),
            "says": self.stage.says,
            "said": seq - self.stage.forum.seq,
            "after": seq,
            "settle": SHORT if self.stage.quick else PRESENCE,
        }
        return loaded(self.stage.tools.load, self.server, mode, **{**usual, **settings})


@contextmanager
def ours(stage: Stage) -> Iterator[Ours]:
    port, database = free_port(), stage.forum.copied(stage.folder / "ours.db")
    command = [sys.executable, "-m", "benchmarks.ours", str(database), str(port)]
    with running(OURS, command, port, stage.log) as server:
        yield Ours(stage, server, database)


def told(our: Ours, missed: int | None = None) -> str:
    """The text of an event as our page gets it, or of all it gets that ``missed`` so many."""
    stage, address = our.stage, f"127.0.0.1:{our.server.port}"
    after = stage.forum.seq - (missed or 0)
    with connect(
        f"ws://{address}/forums/{stage.forum.id}/live?page=breakout&place={ROOM}&after={after}",
        origin=Origin(f"http://{address}"),
        additional_headers={"cookie": stage.forum.cookies()[0]},
        subprotocols=[Subprotocol(HTML)],
        compression=None,
        max_size=None,
    ) as line:
        if missed is None:
            line.send(contributions(1).rstrip("\n"))
        return next(text for text in map(str, line) if _seq(text) > after)


def _seq(text: str) -> int:
    """Up to which number a frame tells; an answer tells nothing."""
    return json.decode(text, type=Frame).seq


class Frame(Struct, frozen=True):
    seq: int = 0


# --- the others ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody else's server; it tells one prepared event as often as it is asked to."""

    name: str
    command: Sequence[str | Path]
    more: str = ""
    path: str = "/"
    settings: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def telling(self, stage: Stage, event: Path, manner: str = "tell") -> Iterator["Telling"]:
        port = free_port()
        with running(
            self.name, [*self.command, str(port), event, manner], port, stage.log
        ) as server:
            yield Telling(stage, server, self)


@dataclass(frozen=True, slots=True)
class Telling:
    stage: Stage
    server: Server
    peer: Peer

    def load(self, mode: str, *, times: int = 1, **settings: int | Path) -> Seen:
        """Each round has the event told ``times`` times, of which a message is the asking."""
        asked = f'42["tell",{times}]\n' if "socketio" in self.peer.settings else f"{times}\n"
        usual: dict[str, int | Path] = {
            "connections": self.stage.people,
            "heads": self.stage.file(
                "heads", opening(self.server.port, self.peer.path, self.peer.more)
            ),
            "says": self.stage.file("asks", asked),
            "counted": 1,
            "settle": SHORT,
            "times": times,
            **self.peer.settings,
        }
        return loaded(self.stage.tools.load, self.server, mode, **{**usual, **settings})


def floor(stage: Stage) -> Peer:
    return Peer(FLOOR, [stage.tools.floor])


def others(stage: Stage) -> list[Peer]:
    python = [sys.executable, "-m"]
    loop = [*python, "benchmarks.peers.loop"]
    found = [
        Peer(LOOP, loop),
        Peer(LOOP + PACKED, loop, AS_BROWSERS),
        Peer(BROADCAST, [*python, "benchmarks.peers.broadcast"]),
    ]
    if stage.nodes is not None:
        path = "/socket.io/?EIO=4&transport=websocket"
        found += [
            Peer(NODE_WS, [NODE, stage.nodes / "ws.mjs"]),
            Peer(SOCKET_IO, [NODE, stage.nodes / "socketio.mjs"], "", path, {"socketio": 1}),
        ]
    return found

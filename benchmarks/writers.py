"""Rooms in which many write one draft at once, and the driver that types for them."""

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from os import sched_setaffinity
from pathlib import Path

from msgspec import Struct, json

from benchmarks.servers import DRIVER, PATIENCE, NotMeasured, Server, opening
from facilitate.beginning import begin
from facilitate.live.drafts.papers import EPOCH
from facilitate.live.forum import LiveForum, now
from facilitate.meeting import Attendance, Role
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import PlannedBreakout, Topic
from facilitate.plans import Plan, PlannedPerson
from facilitate.record.directory import Directory
from facilitate.record.engines import open_database, writing
from facilitate.record.log import Log
from facilitate.record.sessions import Visitor, new_session, opened
from facilitate.settings import Settings
from facilitate.web.identity import session_cookie
from tests.kit.parts import NODE

FORUM = "writing"
PARAGRAPHS = 4
BEGUN = "The participants recommend that Member States support culture in the digital environment."


class Room(Struct, frozen=True):
    """A draft, and for each of its writers the request that opens a line to it."""

    name: str
    heads: tuple[str, ...]


class Load(Struct, frozen=True):
    """``operations`` keys of each writer: at a ``rate`` a second, or else ``window`` at a time.

    ``named`` is Hocuspocus' framing.
    """

    port: int
    pid: int
    rooms: tuple[Room, ...]
    writers: int
    operations: int
    rate: float = 0
    window: int = 1
    named: bool = False
    paragraphs: int = PARAGRAPHS


class Typed(Struct, frozen=True):
    """What came of it, in bytes and seconds. An operation is complete when all others have it;
    ``p50``, ``p99`` and ``most`` are ms from its writer to another, ``agree`` says that who comes
    afterwards finds what all have typed."""

    wanted: int
    complete: int
    lost: str
    agree: bool
    seconds: float
    processor: float
    driver: float
    memory: int
    grown: int
    bytes: int
    p50: float
    p99: float
    most: float

    @property
    def rate(self) -> float:
        return self.complete / self.seconds


def typed(nodes: Path, server: Server, load: Load) -> Typed:
    """Raises :class:`NotMeasured` where anything that was typed is lost."""
    try:
        done = subprocess.run(
            [NODE, "--expose-gc", nodes / "writers.mjs", json.encode(load).decode()],
            check=False,
            capture_output=True,
            timeout=PATIENCE,
            preexec_fn=lambda: sched_setaffinity(0, {DRIVER}),
        )
    except subprocess.TimeoutExpired as late:
        raise NotMeasured(f"{server.name}: the driver did not end within {PATIENCE} s.") from late
    if done.returncode:
        raise NotMeasured(f"{server.name}: {done.stderr.decode().strip()[-1000:]}")
    seen = json.decode(done.stdout, type=Typed)
    if seen.lost or seen.complete < seen.wanted or not seen.agree:
        raise NotMeasured(f"{server.name}: not all that was typed arrived: {seen}")
    return seen


@dataclass(frozen=True, slots=True)
class Desks:
    """A forum with breakouts in which drafts are written; for each the cookies of its writers."""

    database: Path
    cookies: tuple[tuple[str, ...], ...]

    def room(self, number: int, port: int) -> Room:
        name = f"{FORUM}.b{number}.e{EPOCH}"
        cookies = self.cookies[number]
        return Room(name, tuple(_head(port, f"/drafts/{name}", cookie) for cookie in cookies))

    def desk(self, port: int) -> tuple[str, str]:
        """The address of a desk, and the cookie of somebody who sits there."""
        return f"http://127.0.0.1:{port}/forums/{FORUM}/breakouts/b0/desk", self.cookies[0][0]


def strangers(number: int, port: int, writers: int, path: str = "/{name}") -> Room:
    """The same for a server that knows nobody."""
    name = f"b{number}"
    return Room(name, (_head(port, path.format(name=name)),) * writers)


def _head(port: int, path: str, cookie: str = "") -> str:
    return opening(port, path, f"Cookie: {cookie}\r\n" if cookie else "")


def desks(folder: Path, rooms: int, writers: int) -> Desks:
    """A forum of its own: each writer has one breakout."""
    database = folder / "desks.db"
    engine = open_database(str(database))
    begin(engine, _plan(rooms, writers), now())
    asyncio.run(_begun(LiveForum(FORUM, Log(engine), Directory(engine)), rooms))
    sessions = [
        [new_session(Visitor(FORUM, id), now(), timedelta(days=1)) for id in _ids(room, writers)]
        for room in range(rooms)
    ]
    with writing(engine) as connection:
        opened(connection, [session for room in sessions for session in room])
    engine.dispose()
    named = session_cookie(Settings())
    cookies = tuple(tuple(f"{named}={each.token}" for each in room) for room in sessions)
    return Desks(database, cookies)


async def _begun(live: LiveForum, rooms: int) -> None:
    for room in range(rooms):
        id = f"b{room}"
        await live.handle(OpenBreakout(id, 8 * 60), "sam")
        for n in range(PARAGRAPHS):
            added = AddDraftRecommendation(id, f"p{n}", Addressee.PARTIES, BEGUN)
            await live.handle(added, next(_ids(room, 1)))


def _plan(rooms: int, writers: int) -> Plan:
    title = Words({"en": "Writing", "fr": "Écrire"})
    part = (Role.PARTICIPANT, Role.RAPPORTEUR)
    people = [
        PlannedPerson(id, id, "", Attendance.HALL, "en", part, (f"b{room}",))
        for room in range(rooms)
        for id in _ids(room, writers)
    ]
    sam = PlannedPerson("sam", "Sam", "", Attendance.HALL, "en", (Role.SECRETARIAT,))
    return Plan(
        id=FORUM,
        join_code="WRITING2",
        title=title,
        date="2030-06-01",
        venue="Paris",
        timezone="Europe/Paris",
        languages=("en", "fr"),
        topics=(Topic("writing", title, (title,)),),
        breakouts=tuple(
            PlannedBreakout(f"b{room}", "writing", title, "en", "Room") for room in range(rooms)
        ),
        documents=(),
        agenda=(),
        people=(sam, *people),
    )


def _ids(room: int, writers: int) -> Iterator[str]:
    return (f"writer-{room}-{n}" for n in range(writers))

"""A house in which a small forum meets: the whole application over a database of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
from msgspec import json
from sqlalchemy import Engine
from starlette.testclient import TestClient, WebSocketTestSession

from facilitate.beginning import begin
from facilitate.live.forum import LiveForum, now
from facilitate.meeting import Attendance, Command, Forum, Role
from facilitate.meeting.codec import encode
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import Document, PlannedBreakout, Topic
from facilitate.plans import Plan, PlannedPerson
from facilitate.record.engines import open_database
from facilitate.record.sessions import Sessions
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.identity import session_cookie
from facilitate.web.packing import Packed
from facilitate.web.rooms import Rooms
from facilitate.web.sockets import HTML

ADDRESS = "http://testserver"
ANNA, HUGO, RITA, RAMON, CLARA, SAM, WALL = (
    PlannedPerson("anna", "Anna", "River Keepers", Attendance.REMOTE),
    PlannedPerson("hugo", "Hugo", "", Attendance.HALL),
    PlannedPerson(
        "rita", "Rita", "", Attendance.HALL, "en", (Role.PARTICIPANT, Role.RAPPORTEUR), ("b1",)
    ),
    PlannedPerson("ramon", "Ramon", "", Attendance.HALL, "en", (Role.RAPPORTEUR,), ("b2",)),
    PlannedPerson("clara", "Clara", "", Attendance.HALL, "en", (Role.CHAIR,)),
    PlannedPerson("sam", "Sam", "", Attendance.HALL, "en", (Role.SECRETARIAT,)),
    PlannedPerson("wall", "The wall", "", Attendance.HALL, "en", (Role.OBSERVER,)),
)


def words(english: str, french: str = "") -> Words:
    return Words({"en": english, "fr": french or f"{english} (fr)"})


PLAN = Plan(
    id="water",
    join_code="RIVER24",
    title=words("Forum on Water", "Forum sur l’eau"),
    date="2030-06-01",
    venue="Paris",
    timezone="Europe/Paris",
    languages=("en", "fr"),
    topics=(
        Topic("rivers", words("Rivers"), (words("Who owns a river?"), words("Who cares for it?"))),
        Topic("wells", words("Wells"), (words("Who digs a well?"),)),
    ),
    breakouts=(
        PlannedBreakout("b1", "rivers", words("Breakout on rivers"), "en", "Room 1"),
        PlannedBreakout("b2", "wells", words("Breakout on wells"), "en", "Room 2"),
    ),
    agenda=(),
    documents=(Document(words("The Convention"), "https://example.org/convention"),),
    people=(ANNA, HUGO, RITA, RAMON, CLARA, SAM, WALL),
)


@dataclass
class House:
    """``http`` is the one loop in which all happens; people are told apart by their cookies."""

    http: TestClient
    engine: Engine
    settings: Settings
    links: dict[str, str]
    cookies: dict[str, str]

    @property
    def live(self) -> LiveForum:
        rooms: Rooms = self.http.app.state.rooms  # type: ignore[attr-defined]
        if PLAN.id not in rooms.forums:
            self.get("", by="anna")
        return rooms.forums[PLAN.id]

    def nothing_refills(self) -> None:
        """Who has asked too fast has, however slow the machine is that the test runs on."""
        rooms: Rooms = self.http.app.state.rooms  # type: ignore[attr-defined]
        rooms.asking.rate = 0

    @property
    def state(self) -> Forum:
        return self.live.state

    def get(self, path: str, by: str, language: str = "en") -> httpx2.Response:
        """A page of the forum; ``path`` is what stands behind ``/forums/water``."""
        headers = {**self.known(by), "accept-language": language}
        return self.http.get(f"/forums/{PLAN.id}{path}", headers=headers, follow_redirects=False)

    def post(self, path: str, by: str, fields: Mapping[str, object]) -> httpx2.Response:
        """A form as a browser without script sends it."""
        headers = {**self.known(by), "origin": ADDRESS}
        return self.http.post(
            f"/forums/{PLAN.id}{path}", data=fields, headers=headers, follow_redirects=False
        )

    def sent(self, path: str, by: str, fields: Mapping[str, object]) -> dict[str, object]:
        """A form as our script sends it: the answer is done, or refused and why."""
        headers = {**self.known(by), "origin": ADDRESS, "accept": "application/json"}
        answer = self.http.post(f"/forums/{PLAN.id}{path}", data=fields, headers=headers)
        told: dict[str, object] = answer.json()
        return told

    def ask(self, by: str, *commands: Command) -> None:
        """Each must be done."""
        headers = {**self.known(by), "origin": ADDRESS, "content-type": "application/json"}
        for command in commands:
            answer = self.http.post(
                f"/forums/{PLAN.id}/commands", content=encode(command), headers=headers
            )
            assert "done" in answer.json(), answer.json()

    @contextmanager
    def listening(
        self, by: str, page: str, place: str = "", after: int | None = None
    ) -> Iterator[WebSocketTestSession]:
        """A page's socket, from ``after`` on, or from now."""
        number = self.live.seq if after is None else after
        query = f"?page={page}&place={place}&after={number}"
        with self.line(by, query, HTML) as socket:
            yield socket

    @contextmanager
    def line(
        self, by: str, query: str = "", *subprotocols: str, **headers: str
    ) -> Iterator[WebSocketTestSession]:
        with self.http.websocket_connect(
            f"/forums/{PLAN.id}/live{query}",
            subprotocols=subprotocols,
            headers={**self.known(by), "origin": ADDRESS, **headers},
        ) as socket:
            yield socket

    def known(self, by: str) -> dict[str, str]:
        return {"cookie": f"{session_cookie(self.settings)}={self.cookies[by]}"} if by else {}


def frame(socket: WebSocketTestSession) -> dict[str, object]:
    told: dict[str, object] = json.decode(socket.receive_text())
    return told


def framed(frame: Packed | None) -> str:
    """What a view tells, or nothing."""
    return frame.text if frame else ""


@contextmanager
def house(folder: Path, at: datetime | None = None) -> Iterator[House]:
    """The forum before anything has happened, with everybody of the plan signed in."""
    settings = Settings(database=str(folder / "house.db"))
    engine = open_database(settings.database)
    at = at or now()
    _, links = begin(engine, PLAN, at)
    sessions = Sessions(engine)
    cookies = {p.id: sessions.open(PLAN.id, p.id, at, timedelta(days=1)) for p in PLAN.people}
    with TestClient(create_app(engine, settings), base_url=ADDRESS) as http:
        yield House(http, engine, settings, links, cookies)
    engine.dispose()

"""A forum in the midst of its contributions, with as many people in it as are to listen."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.servers import opening
from facilitate.live.forum import now
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.record.engines import open_database, writing
from facilitate.record.log import Log
from facilitate.record.sessions import Visitor, new_session, opened
from facilitate.rehearsal.day import Act
from facilitate.rehearsal.demo import participants, staged
from facilitate.settings import Settings
from facilitate.web.identity import session_cookie
from facilitate.web.sockets import HTML

ROOM, ANOTHER = "good", "online"  # breakouts of the demo's plan
TEXT = (
    "I propose that we first agree on the agenda; the question of the budget in section 4 should"
    " be put before lunch, because those who take part from Lisbon have to leave early. ({})"
)


@dataclass(frozen=True, slots=True)
class Forum:
    """A database that is copied for each measurement, and the sessions of those who listen."""

    database: Path
    id: str
    seq: int
    tokens: tuple[str, ...]

    def copied(self, to: Path) -> Path:
        for old in to.parent.glob(f"{to.name}*"):
            old.unlink()
        return Path(shutil.copy(self.database, to))

    def heads(self, port: int, room: str = ROOM, more: str = "", after: int | None = None) -> str:
        """A request for each listener, which opens the socket of the breakout's page."""
        heard = self.seq if after is None else after
        path = f"/forums/{self.id}/live?page=breakout&place={room}&after={heard}"
        more = f"{more}Sec-WebSocket-Protocol: {HTML}\r\n"
        return "".join(
            opening(port, path, f"{more}Cookie: {cookie}\r\n") for cookie in self.cookies()
        )

    def pages(self, port: int) -> str:
        """A request for each listener, for the page of the breakout, as a browser asks for it."""
        return "".join(
            f"GET /forums/{self.id}/breakouts/{ROOM} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Accept-Encoding: gzip\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"
            for cookie in self.cookies()
        )

    def cookies(self) -> list[str]:
        return [f"{session_cookie(Settings())}={token}" for token in self.tokens]


def forum(folder: Path, people: int) -> Forum:
    database = folder / "forum.db"
    plan, _ = staged(str(database), Act.CONTRIBUTIONS, people, now())
    engine = open_database(str(database))
    listeners = list(participants(plan))[:people]
    sessions = [
        new_session(Visitor(plan.id, person), now(), timedelta(days=1)) for person in listeners
    ]
    with writing(engine) as connection:
        opened(connection, sessions)
    seq = Log(engine).head(plan.id).seq
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Forum(database, plan.id, seq, tuple(session.token for session in sessions))


def contributions(many: int) -> str:
    """As many commands as will be needed, line by line: the same again would say nothing new."""
    return "".join(
        f"{encode(Contribute(ROOM, f'c-{n}', Kind.CONCERN, TEXT.format(n), 'en')).decode()}\n"
        for n in range(many)
    )

"""The record of a forum: what happened, in order, numbered without gaps, written in turns."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_bytes

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    bindparam,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from facilitate.meeting import Event
from facilitate.meeting.codec import decode, encode
from facilitate.meeting.erasures import PersonErased
from facilitate.record.chain import Head, NoSuchForum, beginning, digest_of, link_of
from facilitate.record.engines import NotWrittenDown, reading, writing
from facilitate.record.erasing import erase
from facilitate.record.statements import Prepared
from facilitate.record.tables import events, forums

__all__ = ["AlreadyThere", "Head", "Log", "NoSuchForum", "NotWrittenDown", "Turn"]

CHANNEL = "facilitate"  # of PostgreSQL, on which each commit tells how far which forum goes
SALT = 16  # bytes
BATCH = 1000  # rows fetched at a time


class AlreadyThere(Exception):
    """There is a forum of this name or join code already; ``str()`` is for people."""


@dataclass(frozen=True, slots=True)
class Log:
    """The records of all forums in one database."""

    engine: Engine

    def start(self, forum: str, join_code: str, events: Sequence[Event]) -> None:
        """Begin a record with ``events``. Raises :class:`AlreadyThere`."""
        empty = Head(0, beginning(forum))
        row = {"id": forum, "join_code": join_code, "seq": empty.seq, "link": empty.link}
        with writing(self.engine) as connection:
            try:
                connection.execute(insert(forums), row)
            except IntegrityError as error:
                raise AlreadyThere(
                    f"There is a forum “{forum}” or a join code “{join_code}” already."
                ) from error
            turn = Turn(connection, forum, empty)
            turn.append(events)
            turn.write_down()

    def forums(self) -> list[str]:
        with reading(self.engine) as connection:
            return list(connection.scalars(select(forums.c.id).order_by(forums.c.id)))

    def read(self, forum: str, after: int = 0) -> list[Event]:
        """The events behind number ``after``; the first of them has number ``after + 1``."""
        with reading(self.engine) as connection:
            return events_behind(connection, forum, after)

    @contextmanager
    def turn(self, forum: str) -> Iterator["Turn"]:
        """A turn of the forum, which nobody else, on no other node, can have at the same time.

        What is appended is committed when the turn ends, and dropped if it ends in an exception.
        Raises :class:`NoSuchForum` and :class:`NotWrittenDown`.
        """
        with writing(self.engine) as connection:
            turn = Turn(connection, forum, head_of(connection, forum, LOCKED_HEAD))
            yield turn
            turn.write_down()

    @contextmanager
    def look(self, forum: str) -> Iterator["Turn"]:
        """The same for who only reads on, and keeps nobody waiting. Raises :class:`NoSuchForum`."""
        with reading(self.engine) as connection:
            yield Turn(connection, forum, head_of(connection, forum, HEAD))

    def ends(self) -> dict[str, int]:
        """Of each forum the number of its last event."""
        with reading(self.engine) as connection:
            return {row.id: row.seq for row in connection.execute(ENDS)}

    def head(self, forum: str) -> Head:
        """Raises :class:`NoSuchForum`."""
        with reading(self.engine) as connection:
            return head_of(connection, forum, HEAD)

    def join_code(self, forum: str) -> str:
        """Raises :class:`NoSuchForum`."""
        query = select(forums.c.join_code).where(forums.c.id == forum)
        with reading(self.engine) as connection:
            code = connection.scalar(query)
        if code is None:
            raise NoSuchForum(forum)
        return str(code)

    def try_out(self) -> None:
        """A turn that leaves nothing. Raises :class:`NotWrittenDown` where none can be had."""
        with writing(self.engine) as connection:
            connection.execute(update(forums).where(false()).values(seq=0))
            connection.rollback()

    def forum_of(self, join_code: str) -> str | None:
        query = select(forums.c.id).where(forums.c.join_code == join_code)
        with reading(self.engine) as connection:
            return connection.scalar(query)


class Turn:
    """One turn of a forum: it alone may append, from the lock on the forum's row to the commit."""

    def __init__(self, connection: Connection, forum: str, head: Head) -> None:
        self.connection = connection
        self.forum = forum
        self.head = head
        self.pending: list[Event] = []

    @property
    def seq(self) -> int:
        """The number of the last event, those appended in this turn included."""
        return self.head.seq + len(self.pending)

    def behind(self, after: int) -> list[Event]:
        """What others have written behind number ``after``, before this turn."""
        if after >= self.seq:
            return []
        return events_behind(self.connection, self.forum, after)

    def append(self, events: Sequence[Event]) -> int:
        """Put ``events`` at the end of the record; the number of the last is returned.

        With a person who is erased go all traces that are there, and what is put down is what
        remains; if there are none, nothing is.
        """
        for event in events:
            if isinstance(event, PersonErased):
                self._erase(event)
            else:
                self.pending.append(event)
        return self.seq

    def _erase(self, asked: PersonErased) -> None:
        self.write_down()
        erased = erase(self.connection, self.forum, asked)
        if erased is not None:
            self.pending.append(erased)

    def write_down(self) -> None:
        """All at once, each in its row; ``head`` is behind them then."""
        if not self.pending:
            return
        seq, link, rows = self.head.seq, self.head.link, []
        salts = token_bytes(SALT * len(self.pending))
        for place, event in enumerate(self.pending):
            kind, body = type(event).__name__, encode(event)
            salt = salts[SALT * place : SALT * (place + 1)]
            digest = digest_of(salt, body)
            seq, link = seq + 1, link_of(link, seq + 1, kind, digest)
            rows.append((self.forum, seq, kind, body.decode(), salt, digest, link))
        self.connection.exec_driver_sql(WRITTEN_DOWN[self.connection.dialect.name], rows)
        self.head, self.pending = Head(seq, link), []
        moved = MOVED[self.connection.dialect.name]
        moved.execute(self.connection, {"of": self.forum, "to": seq, "by": link})


# Built once: to build one takes SQLAlchemy longer than to execute it.
HEAD = select(forums.c.seq, forums.c.link).where(forums.c.id == bindparam("of"))
LOCKED_HEAD = HEAD.with_for_update()
# By place, as the drivers take it: for names SQLAlchemy would go through every row twice before.
WRITTEN_DOWN = {
    "sqlite": str(insert(events).compile(dialect=sqlite.dialect(paramstyle="qmark"))),
    "postgresql": str(
        insert(events).compile(dialect=postgresql.dialect(paramstyle="format"))  # type: ignore[no-untyped-call]
    ),
}
_MOVED = (
    update(forums)
    .where(forums.c.id == bindparam("of"))
    .values(seq=bindparam("to"), link=bindparam("by"))
)
MOVED = {
    "sqlite": Prepared(_MOVED),
    "postgresql": Prepared(
        _MOVED.returning(func.pg_notify(CHANNEL, func.concat(forums.c.seq, " ", forums.c.id)))
    ),
}
ENDS = select(forums.c.id, forums.c.seq)
BEHIND = (
    select(events.c.body)
    .where(events.c.forum == bindparam("of"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .execution_options(yield_per=BATCH)
)


def head_of(connection: Connection, forum: str, query: Select[int, bytes]) -> Head:
    row = connection.execute(query, {"of": forum}).one_or_none()
    if row is None:
        raise NoSuchForum(forum)
    return Head(row.seq, row.link)


def events_behind(connection: Connection, forum: str, after: int) -> list[Event]:
    with connection.execute(BEHIND, {"of": forum, "after": after}) as rows:
        return [decode(body) for (body,) in rows]

"""Who is signed in: sessions, and the personal links that open one. Tokens are stored as hashes."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, Engine, delete, insert, select

from facilitate.record.engines import reading, writing
from facilitate.record.tables import sessions, sign_in_links

TOKEN = 32  # bytes


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at a forum, known by a token."""

    forum: str
    person: str


@dataclass(frozen=True, slots=True)
class Session:
    """The token is known to nobody but its visitor."""

    visitor: Visitor
    opened_at: datetime
    expires_at: datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sessions:
    engine: Engine

    def open(self, forum: str, person: str, at: datetime, lifetime: timedelta) -> str:
        """A new session: gives its token."""
        session = new_session(Visitor(forum, person), at, lifetime)
        with writing(self.engine) as connection:
            opened(connection, [session])
        return session.token

    def forget_those_over(self, at: datetime) -> None:
        with writing(self.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= at))

    def who(self, token: str, at: datetime) -> Visitor | None:
        """Nobody, if the session was closed, is over at ``at``, or never was."""
        return self.all_who({token}, at).get(token)

    def all_who(self, tokens: Set[str], at: datetime) -> Mapping[str, Visitor]:
        """Of many at once: those of the tokens whose sessions are not over."""
        by_hash = {hash_of(token): token for token in tokens}
        query = select(sessions.c.hash, sessions.c.forum, sessions.c.person)
        theirs = query.where(sessions.c.hash.in_(by_hash), sessions.c.expires_at > at)
        with reading(self.engine) as connection:
            rows = connection.execute(theirs).all()
        return {by_hash[hash]: Visitor(forum, person) for hash, forum, person in rows}

    def standing(self, tokens: Set[str], at: datetime) -> Set[str]:
        """Those of the tokens whose sessions are not over."""
        with reading(self.engine) as connection:
            hashes = set(
                connection.scalars(select(sessions.c.hash).where(sessions.c.expires_at > at))
            )
        return {token for token in tokens if hash_of(token) in hashes}

    def close(self, token: str) -> None:
        with writing(self.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == hash_of(token)))

    def shut_out(self, forum: str, person: str) -> None:
        """Close the person's sessions on all devices, and end the link that would open one."""
        with writing(self.engine) as connection:
            for table in (sessions, sign_in_links):
                theirs = delete(table).where(table.c.forum == forum, table.c.person == person)
                connection.execute(theirs)

    def issue_link(self, forum: str, person: str, at: datetime) -> str:
        """A new personal link. The person's earlier ones end; sessions opened with them do not."""
        token = token_urlsafe(TOKEN)
        row = {"hash": hash_of(token), "forum": forum, "person": person, "issued_at": at}
        with writing(self.engine) as connection:
            theirs = delete(sign_in_links).where(sign_in_links.c.forum == forum)
            connection.execute(theirs.where(sign_in_links.c.person == person))
            connection.execute(insert(sign_in_links), row)
        return token

    def exchange(self, link: str, at: datetime, lifetime: timedelta) -> tuple[str, Visitor] | None:
        """A session for a personal link, on as many devices as the person has."""
        query = select(sign_in_links.c.forum, sign_in_links.c.person)
        with writing(self.engine) as connection:
            found = connection.execute(query.where(sign_in_links.c.hash == hash_of(link)))
            row = found.one_or_none()
            if row is None:
                return None
            session = new_session(Visitor(*row), at, lifetime)
            opened(connection, [session])
            return session.token, session.visitor


def new_session(visitor: Visitor, at: datetime, lifetime: timedelta) -> Session:
    """It opens nothing before it is :func:`opened`."""
    return Session(visitor, at, at + lifetime, token_urlsafe(TOKEN))


def opened(connection: Connection, new: Sequence[Session]) -> None:
    """In a transaction of the caller's."""
    rows = [
        {
            "hash": hash_of(session.token),
            "forum": session.visitor.forum,
            "person": session.visitor.person,
            "opened_at": session.opened_at,
            "expires_at": session.expires_at,
        }
        for session in new
    ]
    if rows:
        connection.execute(insert(sessions), rows)


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()

"""Who is asking: sessions behind a cookie, opened with a join code or a personal link."""

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex
from time import monotonic

from starlette.requests import HTTPConnection
from starlette.responses import Response

from facilitate.live.forum import LiveForum
from facilitate.meeting import Attendance, Forum, Person
from facilitate.meeting.people import Join, stranger
from facilitate.record.directory import Entry
from facilitate.record.sessions import Visitor
from facilitate.settings import Settings
from facilitate.web.languages import LANGUAGES, preferred
from facilitate.web.rooms import Rooms

LANGUAGE_COOKIE = "language"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods by which nothing is done


@dataclass(frozen=True, slots=True)
class Asker:
    """A person of this forum, on one connection, in the language they read."""

    live: LiveForum
    person: Person
    entry: Entry
    language: str

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.entry.name


def session_cookie(settings: Settings) -> str:
    return "facilitate" if settings.plain_http else "__Host-facilitate"


def token_of(connection: HTTPConnection) -> str:
    """The token of the session a connection shows, or nothing."""
    rooms: Rooms = connection.app.state.rooms
    return connection.cookies.get(session_cookie(rooms.settings), "")


async def visitor(connection: HTTPConnection) -> Visitor | None:
    """Whoever does something is looked up; whoever looks on was here a moment ago, perhaps."""
    rooms: Rooms = connection.app.state.rooms
    token = token_of(connection)
    if not token:
        return None
    looks_on = connection.scope.get("method", "GET") in SAFE
    return await (rooms.who_lately(token) if looks_on else rooms.who(token))


async def asker(connection: HTTPConnection, live: LiveForum) -> Asker | None:
    """The person who is signed in to this forum, or None."""
    known = await visitor(connection)
    if known is None or known.forum != live.id:
        return None
    person = person_of(live.state, known.person)
    entry = live.names.get(known.person) or Entry(known.person, "", "", "")
    language = connection.state.language = language_of(connection, entry.language)
    return Asker(live, person, entry, language)


def person_of(forum: Forum, id: str) -> Person:
    return forum.people.get(id) or stranger(id)


def language_of(connection: HTTPConnection, own: str = "") -> str:
    """What was chosen on this device, or the person's own, or what the browser asks for."""
    chosen = connection.cookies.get(LANGUAGE_COOKIE) or own
    return (
        chosen if chosen in LANGUAGES else preferred(connection.headers.get("accept-language", ""))
    )


async def join(rooms: Rooms, live: LiveForum, entry: Entry, attendance: Attendance) -> str:
    """A new person, with a session: gives its token. Raises :class:`Refused`."""
    session, begun = rooms.new_session(Visitor(live.id, entry.id)), monotonic()
    await live.handle(Join(attendance), entry.id, entry, session)
    rooms.visitors.seen(session.token, session.visitor, begun)
    return session.token


def new_person() -> str:
    return token_hex(8)


def speaker_id(forum: str, name: str, organisation: str) -> str:
    """One id for somebody without a device, whoever takes them down and how often."""
    same = f"{forum}\n{name.casefold().strip()}\n{organisation.casefold().strip()}"
    return f"s-{sha256(same.encode()).hexdigest()[:16]}"


def remember(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        session_cookie(settings),
        token,
        max_age=int(settings.session_lifetime.total_seconds()),
        path="/",
        secure=not settings.plain_http,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        session_cookie(settings),
        path="/",
        secure=not settings.plain_http,
        httponly=True,
        samesite="lax",
    )

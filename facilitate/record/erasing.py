"""Taking a person out of the record, and out of all that is kept beside it.

The link of every event stays, so that the chain still holds. Each event that told of the person is
rewritten to what remains of it and loses its salt; what remains is vouched for by the event of the
erasure, which gives its digest and stands in the chain itself.
"""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from secrets import token_hex

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select, update

from facilitate.meeting.codec import decode, encode
from facilitate.meeting.erasures import PersonErased, Remains, remains
from facilitate.record.tables import draft_updates, events, people, sessions, sign_in_links

BATCH = 1000  # rows fetched at a time
NAMELESS = 8  # bytes of an id that leads nowhere

_erasures = msgspec.json.Decoder(PersonErased)


def erase(connection: Connection, forum: str, asked: PersonErased) -> PersonErased | None:
    """The event for the end of the record, or None if there is no trace of the person."""
    instead = f"erased-{token_hex(NAMELESS)}"
    left = []
    for seq, body in list(_told_of(connection, forum, asked.person, instead)):
        one = update(events).where(events.c.forum == forum, events.c.seq == seq)
        connection.execute(one.values(body=body.decode(), salt=None))
        left.append(Remains(seq, digest_of_remains(body)))
    renamed = _renamed(connection, forum, asked.person, instead)
    listed = _taken_out(connection, forum, asked.person)
    if not left and not listed and not renamed:
        return None
    named = remains(asked, asked.person, instead)
    return replace(named, remains=tuple(left))


def _told_of(
    connection: Connection, forum: str, person: str, instead: str
) -> Iterator[tuple[int, bytes]]:
    """The number of each event that told of the person, and what remains of it."""
    query = select(events.c.seq, events.c.body).where(events.c.forum == forum)
    named = query.where(events.c.body.contains(person, autoescape=True)).order_by(events.c.seq)
    with connection.execute(named.execution_options(yield_per=BATCH)) as rows:
        for seq, body in rows:
            event = decode(body)
            left = remains(event, person, instead)
            if left != event:
                yield seq, encode(left)


def _renamed(connection: Connection, forum: str, person: str, instead: str) -> bool:
    """Who typed into a draft: its words are the forum's, and stay."""
    theirs = update(draft_updates).where(
        draft_updates.c.forum == forum, draft_updates.c.person == person
    )
    return bool(connection.execute(theirs.values(person=instead)).rowcount)


def _taken_out(connection: Connection, forum: str, person: str) -> bool:
    """Out of the directory, with all sessions and the link that would open one."""
    for table in (sessions, sign_in_links):
        theirs = delete(table).where(table.c.forum == forum, table.c.person == person)
        connection.execute(theirs)
    entry = delete(people).where(people.c.forum == forum, people.c.id == person)
    return bool(connection.execute(entry).rowcount)


def digest_of_remains(body: bytes) -> str:
    """Without a salt: nothing in it has to be kept from being guessed."""
    return sha256(body).hexdigest()


def vouched_for(connection: Connection, forum: str) -> dict[int, str]:
    """For each event that was rewritten the digest of what remains; the latest erasure counts."""
    query = select(events.c.body).where(
        events.c.forum == forum, events.c.kind == PersonErased.__name__
    )
    vouched: dict[int, str] = {}
    for body in connection.scalars(query.order_by(events.c.seq)):
        with suppress(msgspec.DecodeError):  # tampered with: the chain tells of it
            erased = _erasures.decode(body or "")
            vouched |= {left.seq: left.digest for left in erased.remains}
    return vouched

"""The chain of hashes that shows whether a record is still as it was written.

digest = sha256(salt, body)                          stays when the body is rewritten
link   = sha256(previous link, seq, kind, digest)    ties each event to all before it

When a person is erased, bodies are rewritten to what remains and lose their salts; the event of the
erasure, itself in the chain, gives the digest of each (``erasing.py``).

The head, which stands with the forum, is the last event's number and link. Whoever can rewrite
rows, head and all, can make a new chain: a head kept elsewhere shows that too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import combinations

from sqlalchemy import Engine, select

from facilitate.record.engines import reading
from facilitate.record.erasing import digest_of_remains, vouched_for
from facilitate.record.tables import events, forums

BATCH = 1000  # rows fetched at a time
LOOKED_BEHIND = 16  # rows that may be gone together where what follows was renumbered
COMPARED = 200  # broken places among which exchanged rows are looked for, pair by pair


def digest_of(salt: bytes, body: bytes) -> bytes:
    """What stays of a body that is rewritten; the salt, which goes, keeps it from being guessed."""
    return sha256(salt + body).digest()


def beginning(forum: str) -> bytes:
    """The link before the first event: a record cannot be passed off as another forum's."""
    return sha256(forum.encode()).digest()


def link_of(previous: bytes, seq: int, kind: str, digest: bytes) -> bytes:
    return sha256(previous + seq.to_bytes(8, "big") + kind.encode() + digest).digest()


class NoSuchForum(LookupError):
    """No forum of this name has a record."""

    def __str__(self) -> str:
        return f"There is no forum “{self.args[0]}”."


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a record: the number of its last event, 0 if there is none, and its link."""

    seq: int
    link: bytes


class Tampering(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    SWAPPED = "swapped"
    ADDED = "added"
    CUT_OFF = "cut off"
    HEAD = "head changed"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong at one place; rows removed or cut off together count once, at the first."""

    seq: int
    what: Tampering


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it now stands, and the link that now stands before it."""

    seq: int
    place: int  # its number when it was written, as far as can be told
    before: bytes | None  # None behind a gap
    kind: str
    written: bytes  # the digest of the body as it now is
    digest: bytes
    link: bytes

    def follows(self, before: bytes | None, place: int) -> bool:
        return before is None or self.after(before, place) == self.link

    def after(self, before: bytes, place: int) -> bytes:
        return link_of(before, place, self.kind, self.digest)


def faults(engine: Engine, forum: str) -> list[Fault]:
    """Everything in the forum's record that is not as it was written, in order.

    What remains of an event after an erasure is no fault. Raises :class:`NoSuchForum`.
    """
    columns = (events.c.seq, events.c.kind, events.c.body, events.c.salt, events.c.digest)
    query = select(*columns, events.c.link).where(events.c.forum == forum).order_by(events.c.seq)
    with reading(engine) as connection:
        heads = select(forums.c.seq, forums.c.link).where(forums.c.id == forum)
        head = connection.execute(heads).one_or_none()
        if head is None:
            raise NoSuchForum(forum)
        vouched = vouched_for(connection, forum)
        examination = Examination(forum, Head(head.seq, octets(head.link)), vouched)
        with connection.execute(query.execution_options(yield_per=BATCH)) as rows:
            for row in rows:
                examination.see(*row)
    return examination.result()


class Examination:
    """One walk along a chain. A fault found is stepped over, so that it is told of once."""

    def __init__(self, forum: str, head: Head, vouched: Mapping[int, str]) -> None:
        self.head = head
        self.vouched = vouched
        self.found: dict[int, Tampering] = {}
        self.broken: list[Link] = []  # places where the link is not what it should be
        self.beyond: list[int] = []
        self.next = 1
        self.shift = 0  # by how much rows are renumbered here
        self.before: bytes | None = beginning(forum)
        self.last: Link | None = None

    def see(
        self,
        seq: int,
        kind: str,
        body: str | None,
        salt: bytes | None,
        digest: bytes,
        link: bytes,
    ) -> None:
        if seq < self.next:
            self.found[seq] = Tampering.ADDED  # no record has a number below 1
            return
        if seq - self.shift > self.head.seq:
            self.beyond.append(seq)
        elif seq > self.next:
            self.found[self.next] = Tampering.REMOVED
            self.before = None
        digest = octets(digest)
        written = self.written(seq - self.shift, octets(body), salt, digest)
        row = Link(seq, seq - self.shift, self.before, kind, written, digest, octets(link))
        if written != digest:
            self.found[seq] = Tampering.CHANGED
        self.next = seq + 1
        self.before, self.last = self.step(row), row

    def written(self, place: int, body: bytes, salt: bytes | None, digest: bytes) -> bytes:
        """The digest that the body as it now is vouches for."""
        if salt is None and self.vouched.get(place) == digest_of_remains(body):
            return digest
        return digest_of(octets(salt), body)

    def step(self, row: Link) -> bytes:
        """The link that should stand before the next row."""
        if row.follows(row.before, row.place):
            return row.link
        if self.broken and self.broken[-1] is self.last:
            return self.step_after(self.broken[-1], row)
        return self.doubt(row)

    def step_after(self, last: Link, row: Link) -> bytes:
        """Why ``row`` does not follow ``last``, which did not follow the one before."""
        if last.before is None:
            return self.doubt(row)
        if row.follows(last.after(last.before, last.place), row.place):
            return row.link  # it is only the link of the last that was changed
        if row.follows(last.before, last.place):
            self.broken.pop()
            if last.follows(row.link, row.place):
                self.found[last.seq] = self.found[row.seq] = Tampering.SWAPPED
                return last.link
            self.found[last.seq] = Tampering.ADDED
            self.shift += 1
            return row.link
        for gone in range(1, LOOKED_BEHIND + 1):
            if row.follows(last.link, row.place + gone):
                self.broken.pop()
                self.found[last.seq] = Tampering.REMOVED
                self.shift -= gone
                return row.link
        return self.doubt(row)

    def doubt(self, row: Link) -> bytes:
        self.broken.append(row)
        return row.link

    def result(self) -> list[Fault]:
        self.look_at_the_end()
        if len(self.broken) <= COMPARED:
            self.find_swapped()
        for row in self.broken:
            self.found.setdefault(row.seq, Tampering.CHANGED)
        return [Fault(seq, what) for seq, what in sorted(self.found.items())]

    def look_at_the_end(self) -> None:
        place, link = self.next - 1 - self.shift, self.before
        if link == self.head.link:
            if place != self.head.seq and not self.shift:
                self.found[self.head.seq] = Tampering.HEAD
            return
        self.found.update(dict.fromkeys(self.beyond, Tampering.ADDED))
        if place < self.head.seq:
            self.found[self.next] = Tampering.CUT_OFF
        elif not self.beyond and not (self.broken and self.broken[-1] is self.last):
            self.found[self.head.seq] = Tampering.HEAD

    def find_swapped(self) -> None:
        """Among the broken places find pairs of rows that stand in each other's place."""
        settled: dict[int, bytes] = {}  # the link that was at a place
        for one, other in combinations(self.broken, 2):
            if exchanged(one, other):
                self.found[one.seq] = self.found[other.seq] = Tampering.SWAPPED
                settled |= {one.place: other.link, other.place: one.link}
        self.broken = [
            row
            for row in self.broken
            if not ((link := settled.get(row.place - 1)) and row.follows(link, row.place))
        ]


def exchanged(one: Link, other: Link) -> bool:
    if one.before is None:
        return False
    moved = other.after(one.before, one.place)
    return moved in (one.link, other.link)


def octets(value: bytes | str | None) -> bytes:
    """SQLite keeps whatever is put into a column, also what is not of its type."""
    return value.encode() if isinstance(value, str) else value or b""

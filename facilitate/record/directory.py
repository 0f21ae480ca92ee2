"""The directory of a forum: the names of those who take part, kept outside its record."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from facilitate.record.engines import reading, writing
from facilitate.record.tables import people


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    name: str
    organisation: str
    language: str


class AlreadyListed(Exception):
    """The directory has somebody of this id, or there is no such forum."""


class NotListed(LookupError):
    """The directory has nobody of this id."""


COLUMNS = (people.c.id, people.c.name, people.c.organisation, people.c.language)


@dataclass(frozen=True, slots=True)
class Directory:
    engine: Engine

    def add(self, forum: str, entry: Entry) -> None:
        """Raises :class:`AlreadyListed`."""
        try:
            with writing(self.engine) as connection:
                connection.execute(insert(people), {"forum": forum, **asdict(entry)})
        except IntegrityError as error:
            raise AlreadyListed(entry.id) from error

    def change(self, forum: str, entry: Entry) -> None:
        """Raises :class:`NotListed`."""
        one = update(people).where(people.c.forum == forum, people.c.id == entry.id)
        with writing(self.engine) as connection:
            if not connection.execute(one.values(asdict(entry))).rowcount:
                raise NotListed(entry.id)

    def entries(self, forum: str) -> dict[str, Entry]:
        query = select(*COLUMNS).where(people.c.forum == forum).order_by(people.c.id)
        with reading(self.engine) as connection:
            return {row.id: Entry(*row) for row in connection.execute(query)}

    def entry(self, forum: str, id: str) -> Entry:
        """Raises :class:`NotListed`."""
        query = select(*COLUMNS).where(people.c.forum == forum, people.c.id == id)
        with reading(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotListed(id)
        return Entry(*row)


def entered(connection: Connection, forum: str, entries: Sequence[Entry]) -> list[Entry]:
    """Into the directory, in a turn of the forum; gives them as they stand there then.

    Who is listed already stays as they are, so that what was sent again changes nothing.
    """
    if not entries:
        return []
    wanted = {entry.id: entry for entry in entries}
    listed = {entry.id: entry for entry in entries_of(connection, forum, wanted)}
    new = [entry for id, entry in wanted.items() if id not in listed]
    if new:
        connection.execute(insert(people), [{"forum": forum, **asdict(entry)} for entry in new])
    return [*listed.values(), *new]


def entries_of(connection: Connection, forum: str, ids: Iterable[str]) -> list[Entry]:
    """Of those who are listed."""
    query = select(*COLUMNS).where(people.c.forum == forum, people.c.id.in_(ids))
    return [Entry(*row) for row in connection.execute(query)]

"""What was typed into a draft, update by update: the log of a live draft, beside the record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, delete, insert, select

from facilitate.record.draft_leases import hold
from facilitate.record.engines import NotWrittenDown, reading, writing
from facilitate.record.statements import Prepared
from facilitate.record.tables import draft_updates, people

BATCH = 1000  # rows fetched at a time


@dataclass(frozen=True, slots=True)
class DraftUpdate:
    """One update. ``person`` wrote its words, or nobody: then it is structure.

    ``contribution`` is what the words were taken from. ``seq`` is the last event of the record
    that the draft holds with this update; most hold no more of it than the one before.
    """

    number: int
    person: str
    at: datetime
    body: bytes
    contribution: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class DraftLog:
    """The log of one draft, as the ``holder`` of its lease writes it.

    What it was laid out as stands in ``epoch``.
    """

    engine: Engine
    forum: str
    draft: str
    epoch: int
    holder: str

    def read(self) -> list[DraftUpdate]:
        query = select(
            draft_updates.c.number,
            draft_updates.c.person,
            draft_updates.c.at,
            draft_updates.c.body,
            draft_updates.c.contribution,
            draft_updates.c.seq,
        )
        ordered = query.where(self._its).order_by(draft_updates.c.number)
        with reading(self.engine) as connection:
            rows = connection.execute(ordered.execution_options(yield_per=BATCH))
            return [DraftUpdate(*row) for row in rows]

    @property
    def _its(self) -> ColumnElement[bool]:
        return and_(
            draft_updates.c.forum == self.forum,
            draft_updates.c.draft == self.draft,
            draft_updates.c.epoch == self.epoch,
        )

    def write_down(self, updates: Sequence[DraftUpdate]) -> None:
        """All or none. Raises :class:`NotWrittenDown`, also where another server holds the draft
        by now."""
        with self._holding() as connection:
            PUT.execute(connection, *map(self._row, updates))

    def write_down_typed(self, updates: Sequence[DraftUpdate]) -> None:
        """The same of words, each by somebody who is in the forum. Raises
        :class:`NotWrittenDown`, also where one of them is erased meanwhile."""
        with self._holding() as connection:
            if PUT_TYPED.execute(connection, *map(self._row, updates)) < len(updates):
                raise NotWrittenDown("Somebody who wrote this is not in the forum any more.")

    def shorten(self, updates: Sequence[DraftUpdate]) -> None:
        """These in the place of all up to the last of them. Raises :class:`NotWrittenDown`."""
        old = and_(self._its, draft_updates.c.number <= updates[-1].number)
        with self._holding() as connection:
            connection.execute(delete(draft_updates).where(old))
            PUT.execute(connection, *map(self._row, updates))

    @contextmanager
    def _holding(self) -> Iterator[Connection]:
        with writing(self.engine) as connection:
            hold(connection, self.forum, self.draft, self.holder)
            yield connection

    def _row(self, update: DraftUpdate) -> dict[str, object]:
        return {
            "forum": self.forum,
            "draft": self.draft,
            "epoch": self.epoch,
            "number": update.number,
            "person": update.person,
            "at": update.at,
            "body": update.body,
            "contribution": update.contribution,
            "seq": update.seq,
        }


PUT = Prepared(insert(draft_updates))
PUT_TYPED = Prepared(
    insert(draft_updates).from_select(
        draft_updates.c.keys(),
        select(*(bindparam(each.name, type_=each.type) for each in draft_updates.c))
        .where(people.c.forum == bindparam("forum"), people.c.id == bindparam("person"))
        .with_for_update(read=True),
    )
)

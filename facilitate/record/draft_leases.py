"""Which server writes down a draft: one at a time, and it shows that it is there by counting on."""

from collections.abc import Set
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, and_, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from facilitate.record.engines import NotWrittenDown, reading, writing
from facilitate.record.statements import Prepared
from facilitate.record.tables import draft_leases

NOBODY = ""  # holds a draft that was let go


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a draft, and how far they have counted."""

    holder: str
    count: int


@dataclass(frozen=True, slots=True)
class DraftLeases:
    """Those of one forum, as one ``holder`` sees them."""

    engine: Engine
    forum: str
    holder: str

    def seen(self, draft: str) -> Lease | None:
        query = select(draft_leases.c.holder, draft_leases.c.count)
        its = and_(draft_leases.c.forum == self.forum, draft_leases.c.draft == draft)
        with reading(self.engine) as connection:
            row = connection.execute(query.where(its)).one_or_none()
        return None if row is None else Lease(*row)

    def take(self, draft: str, instead_of: Lease | None) -> bool:
        """Whether the draft is ours now; not if it is any other than it was seen.

        Raises :class:`NotWrittenDown`.
        """
        if instead_of is None:
            return self._begin(draft)
        same = and_(
            draft_leases.c.forum == self.forum,
            draft_leases.c.draft == draft,
            draft_leases.c.holder == instead_of.holder,
            draft_leases.c.count == instead_of.count,
        )
        with writing(self.engine) as connection:
            taken = update(draft_leases).where(same)
            ours = taken.values(holder=self.holder, count=instead_of.count + 1)
            return connection.execute(ours).rowcount == 1

    def _begin(self, draft: str) -> bool:
        first = {"forum": self.forum, "draft": draft, "holder": self.holder, "count": 1}
        try:
            with writing(self.engine) as connection:
                connection.execute(insert(draft_leases), [first])
        except IntegrityError:  # another began at the same moment
            return False
        return True

    def count_on(self) -> Set[str]:
        """All that are ours, to show that we are there; gives them. Raises
        :class:`NotWrittenDown`."""
        ours = and_(draft_leases.c.forum == self.forum, draft_leases.c.holder == self.holder)
        with writing(self.engine) as connection:
            connection.execute(
                update(draft_leases).where(ours).values(count=draft_leases.c.count + 1)
            )
            return frozenset(connection.scalars(select(draft_leases.c.draft).where(ours)))

    def let_go(self, *drafts: str) -> None:
        """So that others need not wait. Raises :class:`NotWrittenDown`."""
        ours = and_(
            draft_leases.c.forum == self.forum,
            draft_leases.c.holder == self.holder,
            draft_leases.c.draft.in_(drafts),
        )
        with writing(self.engine) as connection:
            connection.execute(
                update(draft_leases)
                .where(ours)
                .values(holder=NOBODY, count=draft_leases.c.count + 1)
            )


def hold(connection: Connection, forum: str, draft: str, holder: str) -> None:
    """In a transaction that writes the draft: nobody else does at the same time, or may.

    Raises :class:`NotWrittenDown` where somebody else holds it by now.
    """
    asked = {"of": forum, "its": draft, "by": holder}
    if COUNTED.execute(connection, asked) != 1:
        raise NotWrittenDown("Another server writes this draft by now.")


COUNTED = Prepared(
    update(draft_leases)
    .where(
        draft_leases.c.forum == bindparam("of"),
        draft_leases.c.draft == bindparam("its"),
        draft_leases.c.holder == bindparam("by"),
    )
    .values(count=draft_leases.c.count + 1)
)

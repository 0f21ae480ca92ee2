"""The tables: each forum's chained events, and beside them its people and sessions."""

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

PERSONAL: dict[object, object] = {"personal": True}
IMPERSONAL: dict[object, object] = {"personal": False}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, which SQLite too gives back with its time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row a forum: the head of its chain. A turn locks this row.
forums = Table(
    "forums",
    metadata,
    Column("id", String, primary_key=True, info=IMPERSONAL),
    Column("join_code", String, nullable=False, unique=True, info=IMPERSONAL),
    Column("seq", Integer, nullable=False, info=IMPERSONAL),
    Column("link", LargeBinary, nullable=False, info=IMPERSONAL),
)

# A body can be rewritten, and loses its salt, when a person is erased; digest and link stay.
events = Table(
    "events",
    metadata,
    Column("forum", ForeignKey("forums.id"), primary_key=True, info=IMPERSONAL),
    Column("seq", Integer, primary_key=True, autoincrement=False, info=IMPERSONAL),
    Column("kind", String, nullable=False, info=IMPERSONAL),
    Column("body", Text, info=PERSONAL),
    Column("salt", LargeBinary, info=IMPERSONAL),
    Column("digest", LargeBinary, nullable=False, info=IMPERSONAL),
    Column("link", LargeBinary, nullable=False, info=IMPERSONAL),
)

# Names live here, outside the record.
people = Table(
    "people",
    metadata,
    Column("forum", ForeignKey("forums.id"), primary_key=True, info=IMPERSONAL),
    Column("id", String, primary_key=True, info=PERSONAL),
    Column("name", Text, nullable=False, info=PERSONAL),
    Column("organisation", Text, nullable=False, info=PERSONAL),
    Column("language", String, nullable=False, info=PERSONAL),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", LargeBinary, primary_key=True, info=PERSONAL),
    Column("forum", ForeignKey("forums.id"), nullable=False, info=IMPERSONAL),
    Column("person", String, nullable=False, info=PERSONAL),
    Column("opened_at", Moment, nullable=False, info=PERSONAL),
    Column("expires_at", Moment, nullable=False, info=PERSONAL),
    Index(None, "forum", "person"),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", LargeBinary, primary_key=True, info=PERSONAL),
    Column("forum", ForeignKey("forums.id"), nullable=False, info=IMPERSONAL),
    Column("person", String, nullable=False, info=PERSONAL),
    Column("issued_at", Moment, nullable=False, info=PERSONAL),
    Index(None, "forum", "person"),
)

# One row an update of a live draft, never changed but for the person's id when they are erased.
# ``person`` is empty where the server wrote what is no words.
draft_updates = Table(
    "draft_updates",
    metadata,
    Column("forum", ForeignKey("forums.id"), primary_key=True, info=IMPERSONAL),
    Column("draft", String, primary_key=True, info=IMPERSONAL),
    Column("epoch", Integer, primary_key=True, autoincrement=False, info=IMPERSONAL),
    Column("number", Integer, primary_key=True, autoincrement=False, info=IMPERSONAL),
    Column("person", String, nullable=False, info=PERSONAL),
    Column("at", Moment, nullable=False, info=IMPERSONAL),
    Column("body", LargeBinary, nullable=False, info=PERSONAL),
    Column("contribution", String, info=IMPERSONAL),
    Column("seq", Integer, info=IMPERSONAL),
    Index(None, "forum", "person"),
)

# One row a draft that was ever written live: the server that does, or none.
draft_leases = Table(
    "draft_leases",
    metadata,
    Column("forum", ForeignKey("forums.id"), primary_key=True, info=IMPERSONAL),
    Column("draft", String, primary_key=True, info=IMPERSONAL),
    Column("holder", String, nullable=False, info=IMPERSONAL),
    Column("count", Integer, nullable=False, info=IMPERSONAL),
)

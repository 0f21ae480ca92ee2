"""The database in which the record is kept: opened, brought up to date, read and written."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import OperationalError as SQLiteError
from threading import Lock
from time import sleep

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import ConnectionPoolEntry

from facilitate.record.tables import metadata

WAIT = 5 * 1000  # ms for which a turn waits for another node's turn
PAUSE = 20  # ms between two tries
STALLED = 20 * 1000  # ms after which a node that stands still loses the forum it had locked
QUEUE = "queue"  # the option under which an engine keeps the lock of its writers
MIGRATING = 0x666163696C  # the advisory lock of PostgreSQL under which migrations run: "facil"

# What the database says of our own mistakes. These are bugs, not failures of the database.
MISTAKES = (IntegrityError, ProgrammingError, DataError, NotSupportedError)


class Unreachable(Exception):
    """The database cannot be opened or read; ``str()`` is for people."""


class NotWrittenDown(Exception):
    """What should have been written is not known to be in the record; ``str()`` is for people.

    If the connection was lost during the commit the database may have it all the same. Whoever
    needs to know reads on from the last number known, as after another node's turn.
    """


def open_database(url: str) -> Engine:
    """An engine over ``url``, a database URL or the path of a SQLite file, migrated to the head.

    Several processes may open the same database at once. Raises :class:`Unreachable`.
    """
    address = parsed(url)
    engine = engine_for(address)
    try:
        with writing(engine) as connection:
            migrate(connection)
    except NotWrittenDown as error:
        engine.dispose()
        raise Unreachable(f"{named(address)} cannot be opened: {reason(error)}.") from error
    except CommandError as error:
        engine.dispose()
        raise Unreachable(f"{named(address)} was made by a newer version of facilitate.") from error
    return engine


def parsed(url: str) -> URL:
    try:
        address = make_url(url) if "://" in url else URL.create("sqlite", database=url)
    except (ArgumentError, ValueError) as error:
        raise Unreachable("The address of the database cannot be read as a URL.") from error
    match address.get_backend_name():
        case "sqlite" if address.database and address.database != ":memory:":
            return address.set(drivername="sqlite")
        case "sqlite":
            raise Unreachable("A database in memory would be lost; name a file.")
        case "postgresql" | "postgres":
            return address.set(drivername="postgresql+psycopg")
        case other:
            raise Unreachable(f"The record is kept in SQLite or PostgreSQL, not in {other}.")


def engine_for(address: URL) -> Engine:
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, execution_options={QUEUE: Lock()})
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
        return engine
    try:
        engine = create_engine(
            address, pool_pre_ping=True, connect_args={"connect_timeout": WAIT // 1000}
        )
    except ModuleNotFoundError as error:
        raise Unreachable("For PostgreSQL, install 'facilitate[postgresql]'.") from error
    event.listen(engine, "connect", prepare_postgresql)
    return engine


def prepare_sqlite(connection: SQLiteConnection, entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # begin_sqlite begins, not the driver
    connection.execute(f"PRAGMA busy_timeout = {WAIT}")
    keep_a_journal_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def keep_a_journal_ahead(connection: SQLiteConnection) -> None:
    """SQLite does not wait when two turn a new file to WAL at once, so the second tries again."""
    for _ in range(WAIT // PAUSE):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except SQLiteError as error:
            if error.sqlite_errorcode != SQLITE_BUSY:
                raise
            sleep(PAUSE / 1000)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


def begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def prepare_postgresql(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit = on")
    cursor.execute(f"SET lock_timeout = {WAIT}")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {STALLED}")
    cursor.close()
    connection.commit()


def migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "facilitate.record:migrations")
    command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it or, after any exception, nothing.

    SQLite has one writer at a time, and lets the others sleep and try: who sleeps longest may
    never come in. Those of this process wait for each other instead, before they take a connection.
    """
    queue: AbstractContextManager[object] = engine.get_execution_options().get(QUEUE, nullcontext())
    try:
        with queue, engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection
    except MISTAKES:
        raise
    except (DBAPIError, NoConnectionFree) as error:
        raise NotWrittenDown(f"The database did not take it: {reason(error)}.") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees all as it is at its first query, whoever writes meanwhile."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.begin() as connection:
            yield connection
    except MISTAKES:
        raise
    except (DBAPIError, NoConnectionFree) as error:
        raise Unreachable(f"{named(engine.url)} cannot be read: {reason(error)}.") from error


def sweep(engine: Engine) -> None:
    """Overwrite what was deleted: a database keeps it in its files until it needs the place.

    Writers wait meanwhile. PostgreSQL's own journal still has it until that is recycled. Raises
    :class:`NotWrittenDown` where somebody else holds the database for too long.
    """
    queue: AbstractContextManager[object] = engine.get_execution_options().get(QUEUE, nullcontext())
    try:
        with queue:
            if engine.dialect.name == "sqlite":
                sweep_sqlite(engine)
            else:
                sweep_postgresql(engine)
    except (DBAPIError, NoConnectionFree) as error:
        raise NotWrittenDown(f"The database was not swept: {reason(error)}.") from error


def sweep_sqlite(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")  # neither can be done in a transaction
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def sweep_postgresql(engine: Engine) -> None:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f"VACUUM FULL {table.name}")


def named(address: URL) -> str:
    return f"The database {address.render_as_string(hide_password=True)}"


def reason(error: BaseException) -> str:
    """What the driver says, on one line, without the statement and its values."""
    if isinstance(error, NotWrittenDown) and error.__cause__:
        return reason(error.__cause__)
    said = str(error.orig if isinstance(error, DBAPIError) else error)
    return said.strip().partition("\n")[0].rstrip(".")

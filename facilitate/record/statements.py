"""Statements that a letter waits for: built once, and handed to the driver as it takes them.

SQLAlchemy takes longer over a statement each time than SQLite takes to execute it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Dialect, Insert, Update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Built:
    """A statement in the words of one driver, and how it takes what belongs into them."""

    words: str
    names: Sequence[str] | None  # in their order, where it counts
    given: Row  # what stands in the statement itself
    as_taken: Mapping[str, Callable[[object], object]]

    def rows(self, rows: Iterable[Row]) -> Sequence[Row] | Sequence[Sequence[object]]:
        whole = [self._whole(row) for row in rows]
        if self.names is None:
            return whole
        return [[row[name] for name in self.names] for row in whole]

    def _whole(self, row: Row) -> Row:
        whole = {**self.given, **row}
        for name, taken in self.as_taken.items():
            whole[name] = taken(whole[name])
        return whole


class Prepared:
    """Something that changes rows, by parameters that are named in it."""

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._built: dict[str, Built] = {}

    def execute(self, connection: Connection, *rows: Row) -> int:
        """Once for each of ``rows``; gives how many of the table it changed.

        Raises :class:`sqlalchemy.exc.DBAPIError`.
        """
        dialect = connection.dialect
        built = self._built.get(dialect.name) or self._build(dialect)
        with _cursor(connection, built.words) as cursor:
            taken = built.rows(rows)
            if len(taken) == 1:
                cursor.execute(built.words, taken[0])
            else:
                cursor.executemany(built.words, taken)
            return cursor.rowcount

    def _build(self, dialect: Dialect) -> Built:
        words = self._statement.compile(dialect=dialect)
        binds = {name: bind for bind, name in words.bind_names.items()}
        processors = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in binds.items()
        }
        built = Built(
            words.string,
            words.positiontup,
            {name: bind.value for name, bind in binds.items() if not bind.required},
            {name: taken for name, taken in processors.items() if taken is not None},
        )
        return self._built.setdefault(dialect.name, built)


@contextmanager
def _cursor(connection: Connection, words: str) -> Iterator[DBAPICursor]:
    """What the driver raises comes as it does from SQLAlchemy."""
    cursor = connection.connection.cursor()
    errors = connection.dialect.loaded_dbapi.Error
    try:
        yield cursor
    except errors as error:
        raise DBAPIError.instance(words, None, error, errors, dialect=connection.dialect) from error
    finally:
        cursor.close()

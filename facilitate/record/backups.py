"""Backups: a whole database, as it is at one moment, in one SQLite file, and back again."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from sqlalchemy import Connection, Engine, func, insert, select

from facilitate.record.chain import faults
from facilitate.record.engines import (
    NotWrittenDown,
    Unreachable,
    open_database,
    reading,
    reason,
    writing,
)
from facilitate.record.tables import forums, metadata

BATCH = 1000  # rows copied at a time

# Told how many rows are copied, and of how many.
Progress = Callable[[int, int], None]


class NotBackedUp(Exception):
    """There is no backup, and nothing was left behind; ``str()`` is for people."""


class NotRestored(Exception):
    """Nothing was restored, and nothing changed; ``str()`` is for people."""


def backup(engine: Engine, path: Path, progress: Progress) -> None:
    """Write everything into a new file, while turns go on. Raises :class:`NotBackedUp`."""
    if path.exists():
        raise NotBackedUp(f"There is a file {path} already; a backup never overwrites one.")
    try:
        with written_beside(path) as part:
            copy_into(part, engine, progress)
    except OSError as error:
        raise NotBackedUp(f"{path} cannot be written: {error.strerror}.") from error
    except NotWrittenDown as error:
        raise NotBackedUp(f"{path} cannot be written: {reason(error)}.") from error


def copy_into(part: Path, engine: Engine, progress: Progress) -> None:
    target = open_database(f"{part}")
    try:
        with reading(engine) as source, writing(target) as connection:
            copy(source, connection, progress)
        with target.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")  # the journal cannot change in a transaction
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # one file, no -wal
    finally:
        target.dispose()


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """A file for its owner alone, which becomes ``path`` when it is whole and on the disk."""
    with NamedTemporaryFile(
        dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False
    ) as new:
        part = Path(new.name)
    try:
        yield part
        flush(part)
        part.rename(path)
        flush(path.parent)
    finally:
        for left in path.parent.glob(f"{part.name}*"):
            left.unlink()


def flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def restore(path: Path, engine: Engine, progress: Progress) -> None:
    """Copy a backup into a database without forums. Raises :class:`NotRestored`.

    The chains are verified first. The file itself is not touched, nor brought up to date.
    """
    with opened_copy(path) as source:
        refuse_tampered(source)
        with reading(source) as old, writing(engine) as new:
            if new.scalar(select(func.count()).select_from(forums)):
                raise NotRestored("This database holds a forum; restore into an empty one.")
            copy(old, new, progress)


@contextmanager
def opened_copy(path: Path) -> Iterator[Engine]:
    with TemporaryDirectory() as folder:
        file = taken_out(path, Path(folder))
        try:
            source = open_database(f"{file}")
        except Unreachable as error:
            raise NotRestored(f"{path} is not a backup that can be read: {error}") from error
        try:
            yield source
        finally:
            source.dispose()


def taken_out(path: Path, folder: Path) -> Path:
    if path.with_name(f"{path.name}-wal").exists():
        raise NotRestored(f"{path} is a database in use; make a backup of it and restore that.")
    try:
        return Path(shutil.copyfile(path, folder / "backup.db"))
    except OSError as error:
        raise NotRestored(f"{path} cannot be read: {error.strerror}.") from error


def refuse_tampered(source: Engine) -> None:
    with reading(source) as connection:
        names = list(connection.scalars(select(forums.c.id)))
    if not names:
        raise NotRestored("There is no forum in this file.")
    for forum in names:
        for fault in faults(source, forum):
            raise NotRestored(f"The record of “{forum}” is {fault.what} at event {fault.seq}.")


def copy(old: Connection, new: Connection, progress: Progress) -> None:
    """Copy all tables, those first to which others point."""
    tables = metadata.sorted_tables
    total = sum(old.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0
    for table in tables:
        with old.execute(select(table).execution_options(yield_per=BATCH)) as rows:
            for batch in rows.mappings().partitions(BATCH):
                new.execute(insert(table), [dict(row) for row in batch])
                done += len(batch)
                progress(done, total)

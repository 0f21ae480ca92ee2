from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select, update

from facilitate.record.backups import NotBackedUp, NotRestored, backup, restore
from facilitate.record.chain import faults
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database, writing
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions, Visitor
from facilitate.record.tables import events, metadata
from tests.record.samples import NOON, numbered, said

ANNA = Entry("anna", "Anna Żak", "Rivers Union", "pl")
LENGTH = 1500


class Progress:
    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))


@pytest.fixture
def old(engine: Engine) -> Engine:
    log = Log(engine)
    log.start("forum", "RIVER-7", numbered(1, LENGTH))
    log.start("other", "LAKE-2", said("only this"))
    Directory(engine).add("forum", ANNA)
    return engine


@pytest.fixture
def new(database: str, old: Engine, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the same make, as on another machine."""
    engine = open_database(
        f"{tmp_path / 'new.db'}" if database.startswith("sqlite") else another(old)
    )
    yield engine
    engine.dispose()


def another(engine: Engine) -> str:
    name = f"{engine.url.database}_new"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return engine.url.set(database=name).render_as_string(hide_password=False)


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All there is, in the order of the keys."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


def test_a_backup_restored_elsewhere_is_the_same(old: Engine, new: Engine, tmp_path: Path) -> None:
    token = Sessions(old).open("forum", "anna", NOON, timedelta(days=1))
    link = Sessions(old).issue_link("forum", "anna", NOON)
    saved, restored = Progress(), Progress()

    backup(old, tmp_path / "backup", saved)
    restore(tmp_path / "backup", new, restored)

    assert rows(new) == rows(old)
    assert faults(new, "forum") == []
    assert Sessions(new).who(token, NOON) == Visitor("forum", "anna")
    assert Sessions(new).exchange(link, NOON, timedelta(days=1)) is not None
    total = sum(len(table) for table in rows(old).values())
    assert saved.told == restored.told
    assert saved.told[-1] == (total, total)
    assert len(saved.told) > 2
    with Log(new).turn("forum") as turn:  # and the forum goes on
        turn.append(said("later"))
    assert faults(new, "forum") == []


def test_a_backup_is_one_file_for_its_owner_alone(old: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(old, folder / "today", Progress())

    assert [file.name for file in folder.iterdir()] == ["today"]
    assert (folder / "today").stat().st_mode & 0o777 == 0o600


@contextmanager
def speaking(log: Log) -> Iterator[None]:
    """Somebody goes on speaking in both forums."""
    enough, begun = Event(), Event()

    def speak() -> None:
        while not enough.is_set():
            for forum in ("forum", "other"):
                with log.turn(forum) as turn:
                    turn.append(said(f"after {turn.seq}", "and so on"))
            begun.set()

    speaker = Thread(target=speak)
    speaker.start()
    begun.wait()
    try:
        yield
    finally:
        enough.set()
        speaker.join()


def test_a_backup_taken_while_turns_go_on_is_of_one_moment(old: Engine, tmp_path: Path) -> None:
    log = Log(old)
    with speaking(log):
        before = {forum: log.head(forum).seq for forum in log.forums()}
        for number in range(3):
            backup(old, tmp_path / f"backup {number}", Progress())
        after = {forum: log.head(forum).seq for forum in log.forums()}

    for number in range(3):
        copy = Log(open_database(f"{tmp_path / f'backup {number}'}"))
        for forum in copy.forums():
            assert faults(copy.engine, forum) == []
            said_then = copy.read(forum)
            assert before[forum] <= len(said_then) <= after[forum]
            assert said_then == log.read(forum)[: len(said_then)]
        copy.engine.dispose()
    assert before != after


def test_a_backup_never_overwrites_a_file(old: Engine, tmp_path: Path) -> None:
    (tmp_path / "minutes").write_text("dear to somebody")

    with pytest.raises(NotBackedUp, match="already"):
        backup(old, tmp_path / "minutes", Progress())
    assert (tmp_path / "minutes").read_text() == "dear to somebody"


def test_a_backup_into_a_folder_that_is_not_there_is_refused(old: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotBackedUp, match="No such file or directory"):
        backup(old, tmp_path / "nowhere" / "backup", Progress())


def test_a_backup_that_was_broken_off_leaves_nothing(old: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def break_off(done: int, total: int) -> None:
        assert [*folder.iterdir()] != []
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(old, folder / "today", break_off)
    assert [*folder.iterdir()] == []


def test_a_restore_that_was_broken_off_leaves_nothing(
    old: Engine, new: Engine, tmp_path: Path
) -> None:
    backup(old, tmp_path / "backup", Progress())

    def break_off(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "backup", new, break_off)
    assert Log(new).forums() == []


def test_a_backup_is_not_restored_over_a_forum(old: Engine, new: Engine, tmp_path: Path) -> None:
    backup(old, tmp_path / "backup", Progress())
    Log(new).start("sitting", "SEA-1", said("we are in the middle of it"))
    before = rows(new)

    with pytest.raises(NotRestored, match="holds a forum"):
        restore(tmp_path / "backup", new, Progress())
    assert rows(new) == before


def test_a_backup_that_was_tampered_with_is_not_restored(
    old: Engine, new: Engine, tmp_path: Path
) -> None:
    backup(old, tmp_path / "backup", Progress())
    copy = open_database(f"{tmp_path / 'backup'}")
    with writing(copy) as connection:
        connection.execute(update(events).where(events.c.seq == 4).values(body="{}"))
    copy.dispose()

    with pytest.raises(NotRestored, match="“forum” is changed at event 4"):
        restore(tmp_path / "backup", new, Progress())
    assert Log(new).forums() == []


def test_restoring_does_not_touch_the_backup(old: Engine, new: Engine, tmp_path: Path) -> None:
    backup(old, tmp_path / "backup", Progress())
    before = (tmp_path / "backup").read_bytes()

    restore(tmp_path / "backup", new, Progress())

    assert (tmp_path / "backup").read_bytes() == before


def test_a_backup_that_is_not_there_is_refused(new: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotRestored, match="No such file"):
        restore(tmp_path / "nothing", new, Progress())


def test_a_file_that_is_no_backup_is_refused(new: Engine, tmp_path: Path) -> None:
    (tmp_path / "minutes").write_text("Minutes of the last meeting. " * 99)
    (tmp_path / "empty").touch()

    with pytest.raises(NotRestored, match="not a backup that can be read"):
        restore(tmp_path / "minutes", new, Progress())
    with pytest.raises(NotRestored, match="no forum"):
        restore(tmp_path / "empty", new, Progress())


def test_a_database_in_use_is_no_backup(new: Engine, tmp_path: Path) -> None:
    """What was said last may stand beside the file, not yet in it."""
    sitting = open_database(f"{tmp_path / 'sitting'}")
    Log(sitting).start("forum", "RIVER-7", said("welcome"))

    with pytest.raises(NotRestored, match="in use"):
        restore(tmp_path / "sitting", new, Progress())
    sitting.dispose()

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, QueuePool, inspect, text

from facilitate.record.engines import Unreachable, open_database, reading, writing
from facilitate.record.log import Log
from facilitate.record.tables import metadata
from tests.postgres import free_port
from tests.record.samples import said


def test_the_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) - {"alembic_version"} == {
            "draft_leases",
            "draft_updates",
            "forums",
            "events",
            "people",
            "sessions",
            "sign_in_links",
        }


def test_every_column_says_whether_it_holds_personal_data() -> None:
    unsaid = [f"{c}" for t in metadata.sorted_tables for c in t.columns if "personal" not in c.info]
    assert unsaid == []


def test_a_database_opened_again_is_as_it_was_left(database: str) -> None:
    first = open_database(database)
    Log(first).start("forum", "RIVER-7", said("welcome"))
    first.dispose()

    again = open_database(database)
    assert Log(again).read("forum") == said("welcome")
    again.dispose()


def test_several_may_open_a_new_database_at_once(database: str) -> None:
    with ThreadPoolExecutor(6) as openers:
        engines = list(openers.map(open_database, [database] * 6))

    Log(engines[0]).start("forum", "RIVER-7", said("welcome"))
    assert [Log(engine).read("forum") for engine in engines] == [said("welcome")] * 6
    for engine in engines:
        engine.dispose()


def test_nobody_is_turned_away_while_a_new_file_is_prepared(tmp_path: Path) -> None:
    """SQLite answers "locked" at once, in a moment that one try in twenty meets."""
    for number in range(10):
        url = f"{tmp_path / f'{number}.db'}"
        with ThreadPoolExecutor(8) as openers:
            for engine in openers.map(open_database, [url] * 8):
                engine.dispose()


def test_a_commit_to_sqlite_is_on_the_disk(tmp_path: Path) -> None:
    engine = open_database(f"{tmp_path / 'record.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_commit_to_postgresql_is_on_the_disk(engine: Engine) -> None:
    """Whatever the database is set to."""
    with engine.begin() as connection:
        connection.execute(text("ALTER ROLE postgres SET synchronous_commit = off"))
    engine.dispose()
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER ROLE postgres RESET synchronous_commit"))


def test_the_path_of_a_file_is_a_database_in_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "ünder weg?.db"
    engine = open_database(f"{path}")
    assert engine.dialect.name == "sqlite"
    assert path.is_file()
    engine.dispose()


def test_a_reader_sees_one_moment_while_others_write(engine: Engine) -> None:
    log = Log(engine)
    log.start("forum", "RIVER-7", [])
    count = text("SELECT count(*) FROM events")

    with reading(engine) as connection:
        assert connection.scalar(count) == 0
        with log.turn("forum") as turn:
            turn.append(said("meanwhile"))
        assert connection.scalar(count) == 0
    with reading(engine) as connection:
        assert connection.scalar(count) == 1


def test_writers_to_sqlite_wait_for_each_other_before_they_take_a_connection(
    tmp_path: Path,
) -> None:
    engine = open_database(str(tmp_path / "record.db"))
    connections, come = engine.pool, Event()
    assert isinstance(connections, QueuePool)

    def write() -> None:
        come.set()
        with writing(engine):
            return

    with ThreadPoolExecutor() as others:
        with writing(engine):
            waiting = others.submit(write)
            come.wait()
            sleep(0.1)
            assert connections.checkedout() == 1
            assert not waiting.done()
        waiting.result(10)
    assert connections.checkedout() == 0
    engine.dispose()


def unreachable(url: str) -> str:
    with pytest.raises(Unreachable) as refusal:
        open_database(url)
    return f"{refusal.value}"


def test_a_file_in_a_folder_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "record.db"
    assert unreachable(f"{path}") == (
        f"The database sqlite:///{path} cannot be opened: unable to open database file."
    )


def test_a_file_that_is_no_database_is_unreachable_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text("Minutes of the last meeting. " * 99)
    assert "file is not a database" in unreachable(f"{path}")
    assert path.read_text() == "Minutes of the last meeting. " * 99


def test_a_server_that_does_not_answer_is_unreachable_and_no_password_is_told() -> None:
    said_so = unreachable(f"postgresql://anna:hunter2@127.0.0.1:{free_port()}/record")
    assert "postgresql+psycopg://anna:***@127.0.0.1" in said_so
    assert "hunter2" not in said_so
    assert "refused" in said_so


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://somewhere/record", "SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", "in memory would be lost"),
        ("sqlite:///:memory:", "in memory would be lost"),
        (":memory:", "in memory would be lost"),
        ("postgresql://host:port/record", "cannot be read as a URL"),
    ],
)
def test_what_is_no_database_of_ours_is_unreachable(url: str, reason: str) -> None:
    assert reason in unreachable(url)


def test_a_database_of_a_newer_version_is_left_alone(database: str, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer version of facilitate" in unreachable(database)


def test_a_database_whose_server_goes_away_is_unreachable_for_readers(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    engine = open_database(f"{path}")
    engine.dispose()
    path.write_bytes(b"no longer a database " * 99)

    with pytest.raises(Unreachable, match="cannot be read: file is not a database"):
        Log(engine).forums()
    engine.dispose()


def test_the_record_can_be_opened_without_postgresql_installed(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from facilitate.record.engines import Unreachable, open_database\n"
        f"open_database({str(tmp_path / 'record.db')!r}).dispose()\n"
        "try: open_database('postgresql://localhost/record')\n"
        "except Unreachable as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert told.stdout.decode().strip() == "For PostgreSQL, install 'facilitate[postgresql]'."

"""Erasing a person leaves no trace of them, and the chain still verifies."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, select, update

from facilitate.exports import as_html, as_json, as_markdown
from facilitate.exports.reports import report
from facilitate.meeting import Forum, replay
from facilitate.meeting.erasures import PersonErased, remains
from facilitate.meeting.people import Attendance, PersonJoined
from facilitate.record.backups import backup
from facilitate.record.chain import Fault, Tampering, faults
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database, sweep, writing
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions
from facilitate.record.tables import events
from facilitate.record.verdicts import Verdict, verdict
from tests.meeting.days import whole_day
from tests.postgres import Server
from tests.record.samples import NOON

DAY = whole_day()
NAMES = {
    "anna": Entry("anna", "Anna Okonkwo-Canary", "Music Without Canaries", "en"),
    "omar": Entry("omar", "Omar Canary-Haddad", "Canary Coffee", "fr"),
    "rita": Entry("rita", "Rita Canary-Sousa", "Casa do Canário", "en"),
    "nameless": Entry("nameless", "Nameless Canary", "", "en"),
}
WORDS = {
    "anna": ("Artists are not paid for streaming.", "Les quotas manquent."),
    "omar": ("The room is cold.", "I was told a secret.", "You are all fools."),
    "rita": (),
    "nameless": (),
}
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def log(engine: Engine) -> Log:
    return began(engine)


def began(engine: Engine) -> Log:
    """The rehearsed day, with everybody in the directory, signed in, and with a link."""
    log = Log(engine)
    log.start("f", "ABCD", DAY.record)
    for entry in NAMES.values():
        Directory(engine).add("f", entry)
        Sessions(engine).open("f", entry.id, NOON, AN_HOUR)
        Sessions(engine).issue_link("f", entry.id, NOON)
    return log


def erase(log: Log, person: str, by: str = "sec") -> None:
    with log.turn("f") as turn:
        turn.append([PersonErased(person, at=NOON, by=by)])
    sweep(log.engine)


def exports(engine: Engine) -> str:
    log = Log(engine)
    forum = replay(Forum("f"), log.read("f"))
    made = report(forum, Directory(engine).entries("f"), "en", log.head("f"))
    renderings = (as_html.render(made, str), as_markdown.render(made, str))
    return "".join(renderings) + as_json.render(made).decode()


@pytest.mark.parametrize("person", NAMES)
def test_no_trace_is_left_and_the_chain_still_verifies(log: Log, person: str) -> None:
    entry = NAMES[person]
    traces = {entry.name, *filter(None, (entry.organisation,)), *WORDS[person]}
    length = log.head("f").seq
    assert [trace for trace in (*traces, f'"{person}"') if trace not in kept(log.engine)] == []

    erase(log, person)

    rows = kept(log.engine)
    assert [trace for trace in (*traces, f'"{person}"') if trace in rows] == []
    assert [trace for trace in traces if trace in exports(log.engine)] == []
    assert faults(log.engine, "f") == []
    assert log.head("f").seq == length + 1


def kept(engine: Engine) -> str:
    """Every value of every row of every table, one after the other."""
    with engine.connect() as connection:
        tables = connection.execute(select(events)).all(), Directory(engine).entries("f")
    return str(tables).replace("\\'", "'")


def test_nothing_is_left_in_the_files(database: str, request: pytest.FixtureRequest) -> None:
    engine = open_database(database)
    log = began(engine)
    files = files_of(database, request)
    canaries = [b"Okonkwo-Canary", b"Les quotas manquent.", b"not paid for streaming"]
    assert all(any(canary in file for file in files()) for canary in canaries)

    erase(log, "anna")

    engine.dispose()
    assert [canary for canary in canaries if any(canary in file for file in files())] == []


def files_of(database: str, request: pytest.FixtureRequest) -> Callable[[], Iterator[bytes]]:
    """What the database's files hold now; of PostgreSQL not its journal, which it recycles."""
    if database.startswith("sqlite"):
        folder = Path(database.removeprefix("sqlite:///")).parent
        return lambda: (path.read_bytes() for path in folder.iterdir())
    server: Server = request.getfixturevalue("postgres")

    def written_out() -> Iterator[bytes]:
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        return (path.read_bytes() for path in (server.data / "base").rglob("*") if path.is_file())

    return written_out


def test_two_may_be_erased_who_stand_in_one_event(log: Log) -> None:
    erase(log, "rita")
    erase(log, "nameless", by="sec")
    with log.turn("f") as turn:
        turn.append([PersonJoined("sec2", Attendance.HALL, at=NOON, by="sec")])
    erase(log, "sec")

    assert faults(log.engine, "f") == []
    assert [trace for trace in ('"rita"', '"nameless"', '"sec"') if trace in kept(log.engine)] == []


def test_erasing_again_changes_nothing(log: Log) -> None:
    erase(log, "anna")
    head = log.head("f")
    erase(log, "anna")
    erase(log, "nobody")
    assert log.head("f") == head


def test_whoever_is_in_the_directory_alone_is_erased_from_it(log: Log) -> None:
    Directory(log.engine).add("f", Entry("vera", "Vera Canary", "", "en"))
    erase(log, "vera")
    assert "vera" not in Directory(log.engine).entries("f")
    assert faults(log.engine, "f") == []


def test_nobody_else_is_signed_out(engine: Engine) -> None:
    log = began(engine)
    sessions = Sessions(engine)
    tokens = {person: sessions.open("f", person, NOON, AN_HOUR) for person in ("anna", "omar")}
    link = sessions.issue_link("f", "anna", NOON)
    erase(log, "anna")
    assert sessions.standing(set(tokens.values()), NOON) == {tokens["omar"]}
    assert sessions.exchange(link, NOON, AN_HOUR) is None


def test_what_remains_is_under_the_chain_too(log: Log) -> None:
    erase(log, "anna")
    said = next(
        seq for seq, event in enumerate(log.read("f"), 1) if getattr(event, "id", "") == "taken-up"
    )
    row = update(events).where(events.c.forum == "f", events.c.seq == said)
    with log.engine.connect() as connection:
        body = str(connection.scalar(select(events.c.body).where(events.c.seq == said)))
    assert "[…]" in body

    with writing(log.engine) as connection:
        connection.execute(row.values(body=body.replace("[…]", "I agree with everything.")))

    assert faults(log.engine, "f") == [Fault(said, Tampering.CHANGED)]


def test_a_report_that_was_true_stays_true(log: Log) -> None:
    forum = replay(Forum("f"), log.read("f"))
    held = report(forum, NAMES, "en", log.head("f"))
    assert "Anna Okonkwo-Canary" in as_json.render(held).decode()
    for person in NAMES:
        erase(log, person)
    assert verdict(log.engine, held) is Verdict.TRUE


def test_in_a_backup_too(log: Log, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "backup.db"
    copy.parent.mkdir()
    backup(log.engine, copy, lambda done, total: None)
    assert b"Okonkwo-Canary" in copy.read_bytes()

    engine = open_database(f"{copy}")
    erase(Log(engine), "anna")
    engine.dispose()

    assert [path.name for path in copy.parent.iterdir()] == ["backup.db"]
    assert b"Okonkwo-Canary" not in copy.read_bytes()


def texts_in(forum: Forum) -> list[tuple[str, str, str]]:
    """What the plenary came to is the forum's, whoever is erased."""
    return [(there.text, there.stage, there.digest) for there in forum.recommendations.in_order()]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(sorted({event.by for event in DAY.record} - {"plan"})))
def test_a_record_holds_whoever_is_erased_in_whatever_order(
    order: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = open_database(f"{tmp_path_factory.mktemp('record') / 'record.db'}")
    log = began(engine)
    for person in order:
        with log.turn("f") as turn:
            turn.append([PersonErased(person, at=NOON, by=person)])
        assert faults(engine, "f") == []
        assert [event for event in log.read("f") if remains(event, person, "x") != event] == []
    forum = replay(Forum("f"), log.read("f"))
    assert not forum.people
    assert texts_in(forum) == texts_in(DAY.forum)
    engine.dispose()

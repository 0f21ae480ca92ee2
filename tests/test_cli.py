"""What each command does, and what it says where it cannot."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from msgspec import json
from sqlalchemy import text

from facilitate.cli import main
from facilitate.meeting.contributions import ContributionMade
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.clients import signed_in
from tests.postgres import free_port
from tests.web.serving import CHECKOUT, FACILITATE, wait_for

FORUM = "civil-society-forum"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "forum.db")


@pytest.fixture
def planned(database: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["plan", str(PLAN), "--database", database]) == 0
    capsys.readouterr()
    return database


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    out, err = capsys.readouterr()
    return out, err


# --- plan ----------------------------------------------------------------------


def test_a_plan_is_told_with_its_code_and_a_link_for_each(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--address", "https://forum.example"]
    assert main(["plan", str(PLAN), "--database", database, *at]) == 0
    out, _ = said(capsys)
    assert "Its join code is" in out
    links = re.findall(r"https://forum\.example/sign-in#([\w-]{43})", out)
    assert len(links) == len(set(links)) > 3


def test_a_plan_that_is_there_already_is_refused(
    planned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Log(open_database(planned)).head(FORUM)
    assert main(["plan", str(PLAN), "--database", planned]) == 1
    assert FORUM in said(capsys)[1]
    assert Log(open_database(planned)).head(FORUM) == before


@pytest.mark.parametrize("plan", ["", "title = ", 'title = "x"\n', "\udcff"])
def test_a_bad_plan_is_told_and_changes_nothing(
    tmp_path: Path, database: str, plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(plan.encode(errors="surrogateescape"))
    assert main(["plan", str(file), "--database", database]) == 1
    out, err = said(capsys)
    assert out == ""
    assert "bad.toml" in err
    assert "Traceback" not in err
    assert not Path(database).exists()


@pytest.mark.parametrize("file", ["nothing.toml", "."])
def test_a_plan_file_that_cannot_be_read_is_told(
    tmp_path: Path, database: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(tmp_path / file), "--database", database]) == 1
    assert said(capsys)[1].strip()


# --- export and verify ---------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "begins"), [("html", "<!doctype html>"), ("markdown", "#"), ("json", "{")]
)
def test_the_report_is_written_to_the_screen_or_a_file(
    planned: str, tmp_path: Path, format: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ["export", "--database", planned, "--format", format]
    assert main(order) == 0
    out, _ = said(capsys)
    assert out.lstrip().lower().startswith(begins)
    assert main([*order, "--output", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report").read_text() == out


def test_a_file_that_cannot_be_written_is_told(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = str(tmp_path / "no" / "folder" / "report.html")
    assert main(["export", "--database", planned, "--output", nowhere]) == 1
    assert nowhere in said(capsys)[1]


def test_a_record_as_it_was_written_is_verified(
    planned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--database", planned]) == 0
    out, _ = said(capsys)
    assert "is as it was written" in out
    assert re.search(r"Hash: [0-9a-f]{64}\n", out)


def test_a_report_is_compared_with_the_record(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.json"
    main(["export", "--database", planned, "--format", "json", "--output", str(file)])
    verify = ["verify", "--database", planned, "--report", str(file)]
    assert main(verify) == 0
    file.write_text(file.read_text().replace("2005 Convention", "2006 Convention"))
    assert main(verify) == 1
    file.write_text("no report")
    assert main(verify) == 1
    file.unlink()
    assert main(verify) == 1
    assert "cannot be read as a report" in said(capsys)[1]


TAMPERING = {
    "a changed word": "UPDATE events SET body = replace(body, 'a', 'e') WHERE seq = 2",
    "a row taken out": "DELETE FROM events WHERE seq = 2",
    "the last row taken out": "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
    "another kind": "UPDATE events SET kind = 'PersonRemoved' WHERE seq = 2",
    "a row put in": "INSERT INTO events SELECT forum, seq + 1000, kind, body, salt, digest, link "
    "FROM events WHERE seq = 2",
    "two rows swapped": "UPDATE events SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END "
    "WHERE seq IN (2, 3); UPDATE events SET seq = -seq WHERE seq < 0",
    "another head": "UPDATE forums SET seq = seq - 1",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_a_record_that_was_tampered_with_is_found_out(
    planned: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(planned)
    with engine.begin() as connection:
        changed = [connection.execute(text(each)).rowcount for each in statement.split("; ")]
    assert all(changed)
    engine.dispose()
    assert main(["verify", "--database", planned]) == 1
    out, err = said(capsys)
    assert f"The record of {FORUM} is not as it was written" in out + err
    assert "Event " in out + err


@pytest.mark.parametrize("verb", ["export", "verify"])
def test_a_forum_that_is_not_there_is_told(
    database: str, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--database", database]) == 1
    assert "`facilitate plan FILE.toml` creates one" in said(capsys)[1]
    main(["plan", str(PLAN), "--database", database])
    capsys.readouterr()
    assert main([verb, "--database", database, "--forum", "fire"]) == 1
    assert f"There is no forum fire here, but: {FORUM}." in said(capsys)[1]


# --- backup and restore --------------------------------------------------------


def test_a_backup_brings_everything_back(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, other = str(tmp_path / "copy.db"), str(tmp_path / "other.db")
    assert main(["backup", "--database", planned, copy]) == 0
    assert copy in said(capsys)[0]
    assert main(["restore", "--database", other, copy]) == 0
    engines = [open_database(planned), open_database(other)]
    assert Log(engines[0]).read(FORUM) == Log(engines[1]).read(FORUM)
    for engine in engines:
        engine.dispose()


def test_a_backup_overwrites_nothing(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    assert main(["backup", "--database", planned, str(there)]) == 1
    assert str(there) in said(capsys)[1]
    assert there.read_text() == "mine"


def test_what_is_no_backup_is_not_restored(
    planned: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text("This is no database. " * 500)
    for file in ("nothing", "text"):
        assert main(["restore", "--database", planned, str(tmp_path / file)]) == 1
        assert file in said(capsys)[1]
    assert main(["verify", "--database", planned]) == 0


# --- what it does not know, and what cannot be ---------------------------------


@pytest.mark.parametrize("words", [[], ["abolish"], ["export", "--format", "pdf6"], ["plan"]])
def test_words_it_does_not_know_are_told(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "usage: facilitate" in said(capsys)[1]


@pytest.mark.parametrize(
    "database", ["mysql://localhost/x", "sqlite://", "nosuchscheme://", "/no/folder/here.db"]
)
@pytest.mark.parametrize("verb", ["verify", "export"])
def test_a_database_that_cannot_be_is_told(
    verb: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--database", database]) == 1
    err = said(capsys)[1]
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize("verb", ["serve", "demo"])
def test_a_port_that_is_taken_is_told(
    verb: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert main([verb, "--port", port, "--database", database]) == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in said(capsys)[1]
    assert not Path(database).exists()


def test_a_setting_that_cannot_be_is_told() -> None:
    ended = subprocess.run(
        [*FACILITATE, "verify"],
        cwd=CHECKOUT,
        env={**os.environ, "FACILITATE_PORT": "http"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "FACILITATE_PORT is to be a number, but it is “http”.\n"


# --- the demo ------------------------------------------------------------------


@contextmanager
def demo(log: Path, *words: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """In a session of its own, so that whatever it leaves behind can be seen."""
    port = free_port()
    temporary = log.parent / "temporary"
    temporary.mkdir()
    with log.open("ab") as said:
        running = subprocess.Popen(
            [*FACILITATE, "demo", "--port", f"{port}", *words],
            cwd=CHECKOUT,
            env={**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield running, f"http://127.0.0.1:{port}"
    finally:
        for pid in of_session(running.pid):
            os.kill(pid, signal.SIGKILL)
        running.wait()


def of_session(leader: int) -> list[int]:
    """The processes of a session that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = status.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(session) == leader and state != "Z":
            found.append(int(status.parent.name))
    return found


def spoken(database: Path) -> int:
    engine = open_database(str(database))
    events = Log(engine).read(FORUM)
    engine.dispose()
    return sum(isinstance(event, ContributionMade) for event in events)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_comes_alive_and_leaves_nothing_behind(
    tmp_path: Path, end: signal.Signals
) -> None:
    log, kept = tmp_path / "log", tmp_path / "kept.db"
    with demo(log, "--people", "12", "--pace", "60", "--database", str(kept)) as (running, at):
        told = log.read_text()
        links = re.findall(rf"{re.escape(at)}/sign-in#([\w-]{{43}})", told)
        assert len(links) == 6, told
        cookie = asyncio.run(signed_in(at, links[0]))
        assert cookie.startswith("__Host-facilitate=")
        before = spoken(kept)
        until = time.monotonic() + 30
        while spoken(kept) == before and time.monotonic() < until:
            time.sleep(0.2)
        assert spoken(kept) > before
        assert len(of_session(running.pid)) == 2
        running.send_signal(end)
        assert running.wait(20) == 0
        assert of_session(running.pid) == []
    assert "Traceback" not in log.read_text()


def test_a_demo_that_is_not_kept_takes_its_database_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with demo(log, "--no-people") as (running, at):
        assert urlopen(f"{at}/join").status == 200
        assert "Nothing is kept afterwards" in log.read_text()
        assert list((tmp_path / "temporary").iterdir()) != []
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_report_of_a_demo_is_json_that_can_be_read(
    planned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--database", planned, "--format", "json"]) == 0
    assert json.decode(said(capsys)[0])


# --- erase ---------------------------------------------------------------------


def test_a_person_is_erased_by_name_and_the_record_still_verifies(
    planned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["erase", "anahera example", "--yes", "--database", planned]) == 0
    out, _ = said(capsys)
    assert out.startswith("Erased: 1 event now tells of nobody.")
    assert not any(b"Anahera" in path.read_bytes() for path in Path(planned).parent.iterdir())
    assert main(["verify", "--database", planned]) == 0
    assert "is as it was written" in said(capsys)[0]


def test_whom_the_directory_does_not_know_cannot_be_erased(
    planned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["erase", "Nobody Invented", "--yes", "--database", planned]) == 1
    assert "There is nobody “Nobody Invented”" in said(capsys)[1]


def test_erasing_asks_first_and_another_answer_erases_nothing(
    planned: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda asked: "no")
    assert main(["erase", "Anahera Example", "--database", planned]) == 1
    assert "Nothing was erased." in said(capsys)[1]
    assert main(["export", "--database", planned, "--format", "json"]) == 0
    monkeypatch.setattr("builtins.input", lambda asked: "Anahera Example")
    assert main(["erase", "Anahera Example", "--database", planned]) == 0


@pytest.mark.parametrize("verb", ["verify", "export", "backup FILE", "erase Anna"])
def test_a_database_that_is_not_there_is_not_made_by_a_slip(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = verb.replace("FILE", str(tmp_path / "copy.db")).split()
    assert main([*words, "--database", str(tmp_path / "slip.db")]) == 1
    assert "There is no database" in said(capsys)[1]
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_forum_is_not_backed_up(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database(database).dispose()
    assert main(["backup", str(tmp_path / "copy"), "--database", database]) == 1
    assert "There is no forum in this database" in said(capsys)[1]

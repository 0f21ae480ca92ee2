"""A server says whether it lives, and truly whether it can do its work."""

import asyncio
import re
import resource
import sqlite3
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from facilitate.live.pulse import Pulse
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.web.readiness import FRESH, NO_ANSWER, NO_ROOM, NOT_WRITABLE, SLOW, Readiness
from tests.postgres import Server
from tests.web.house import House, house
from tests.web.serving import Door, at_a_free_port, planned, process
from tests.web.test_full_disk import a_server, limit, said


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        yield there


def asked(door: Door, path: str) -> tuple[int, str]:
    line = HTTPConnection(door.settings.host, door.settings.port, timeout=20)
    line.request("GET", path)
    answer = line.getresponse()
    told = answer.status, answer.read().decode()
    line.close()
    return told


def until(door: Door, told: tuple[int, str]) -> None:
    end = time.monotonic() + 20
    while (now := asked(door, "/readyz")) != told:
        assert time.monotonic() < end, now
        time.sleep(0.1)


def test_a_server_lives_and_is_ready(tmp_path: Path) -> None:
    door = planned(at_a_free_port(str(tmp_path / "served.db")))
    with process(door, tmp_path / "log"):
        assert asked(door, "/healthz") == (200, "ok")
        until(door, (200, "ready"))


def test_looking_leaves_nothing_in_the_record(database: str) -> None:
    engine = open_database(database)
    log = Log(engine)
    log.start("water", "RIVER24", ())
    before = log.head("water")
    log.try_out()
    assert log.head("water") == before
    assert log.forums() == ["water"]
    engine.dispose()


def test_a_database_that_somebody_holds_is_told_and_the_process_lives(here: House) -> None:
    holder = sqlite3.connect(here.settings.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = here.http.get("/readyz")
    assert (answer.status_code, answer.text) == (503, NO_ANSWER)
    assert here.http.get("/healthz").status_code == 200
    holder.execute("ROLLBACK")
    holder.close()
    ready_again(here)


def ready_again(here: House) -> None:
    end = time.monotonic() + 20
    while (answer := here.http.get("/readyz")).status_code != 200:
        assert time.monotonic() < end, answer.text
        time.sleep(0.1)


def test_an_answer_stands_for_a_second_however_many_ask(here: House) -> None:
    ready_again(here)
    begun: list[Connection] = []
    event.listen(here.engine, "begin", begun.append)
    end = time.monotonic() + 2.5
    asked = 0
    while time.monotonic() < end:
        assert here.http.get("/readyz").text == "ready"
        asked += 1
    assert 1 <= len(begun) <= 3 < asked


def test_a_loop_that_stood_still_is_told_for_a_while(here: House) -> None:
    ready_again(here)
    assert here.http.portal is not None
    here.http.portal.call(time.sleep, FRESH + SLOW)
    answer = here.http.get("/readyz")
    assert answer.status_code == 503
    assert re.fullmatch(r"The event loop was \d+\.\d s late\.", answer.text)
    ready_again(here)


def test_a_database_that_is_gone_or_takes_no_writing_is_told(postgres: Server) -> None:
    url = postgres.fresh_database()
    engine = open_database(url)
    assert wrong(engine) == ""
    with engine.connect() as connection:
        reading_only = "SET default_transaction_read_only = on"
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" {reading_only}')
        connection.commit()
    engine.dispose()  # connections made from now on may only read
    assert wrong(engine) == NOT_WRITABLE
    engine.dispose()
    postgres.drop(url)
    assert wrong(engine) == NOT_WRITABLE
    engine.dispose()


def wrong(engine: Engine) -> str:
    return asyncio.run(Readiness(Log(engine), Pulse()).wrong())


def test_a_turn_that_found_no_room_is_told_until_one_is_written(tmp_path: Path) -> None:
    database = tmp_path / "full" / "served.db"
    database.parent.mkdir()
    door = planned(at_a_free_port(str(database)))
    with a_server(door, tmp_path / "log") as running:
        until(door, (200, "ready"))
        with door.line("sam") as line:
            line.send(encode(OpenBreakout("b1", 60)).decode())
            while "done" not in str(line.recv(timeout=10)):
                continue
        limit(running, max(file.stat().st_size for file in database.parent.iterdir()))
        with door.line("anna") as line:
            answer: dict[str, object] = {}
            for n in range(30):
                answer = said(line, f"a{n}", "Words. " * 250)
                if "refused" in answer:
                    break
            assert answer["refused"] == "not-saved"
            assert asked(door, "/readyz") == (503, NO_ROOM)
            assert asked(door, "/healthz") == (200, "ok")
            limit(running, resource.RLIM_INFINITY)
            assert "done" in said(line, "again", "Words.")
        until(door, (200, "ready"))

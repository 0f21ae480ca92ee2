"""A rehearsal over real sockets against a real server, and what it says where there is none."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from facilitate.cli import main
from facilitate.live.forum import now
from facilitate.meeting.breakouts import BreakoutOpened
from facilitate.meeting.contributions import ContributionMade
from facilitate.record.chain import faults
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.rehearsal.places import NotRehearsed, refuse_others
from tests.postgres import free_port
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, planned, process


def open_rooms(database: str) -> None:
    engine = open_database(database)
    closes = now() + timedelta(hours=1)
    with Log(engine).turn(PLAN.id) as turn:
        turn.append([BreakoutOpened(b.id, closes, at=now(), by="sam") for b in PLAN.breakouts])
    engine.dispose()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    door = planned(at_a_free_port(str(tmp_path / "forum.db")))
    with process(door, tmp_path / "log"):
        yield door


def rehearse(address: str, *more: str) -> int:
    return main(["rehearse", address, "--code", "RIVER24", *more])


def test_thirty_people_rehearse_on_a_real_server_and_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    door = planned(at_a_free_port(str(tmp_path / "forum.db")))
    open_rooms(door.settings.database)
    with process(door, tmp_path / "log") as server:
        short = ["--people", "30", "--minutes", "0.085", "--pace", "20", "--pid", f"{server.pid}"]
        rehearse(door.address, *short)
        told = capsys.readouterr().out
    assert "People              30 of 30, 10 of them at once" in told
    assert re.search(r"Their lines +\d dropped and came back, 1 slow, 1 never read", told), told
    assert re.search(r"Said +\d+, acknowledged [1-9]\d*, refused 0, unanswered", told), told
    assert "Lost                0" in told
    assert "no gap, no repeat, nobody behind; all agree with the record" in told
    assert re.search(r"Server's memory +\d+ MB before", told)
    assert "Traceback" not in (tmp_path / "log").read_text()

    engine = open_database(door.settings.database)
    spoken = [e for e in Log(engine).read(PLAN.id) if isinstance(e, ContributionMade)]
    assert list(faults(engine, PLAN.id)) == []
    engine.dispose()
    assert len(spoken) > 3


def test_where_nobody_could_speak_it_says_what_to_do(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse(door.address) == 1
    assert "Open a breakout on the secretariat's page" in capsys.readouterr().err


def test_a_wrong_code_is_told(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", door.address, "--code", "WRONG1"]) == 1
    assert "did not let anybody in with this code" in capsys.readouterr().err


def test_where_nobody_answers_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(f"http://127.0.0.1:{free_port()}") == 1
    assert "Nobody answers at" in capsys.readouterr().err


def test_a_server_elsewhere_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse("http://192.0.2.1:8000") == 1
    assert "is not this machine" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(NotRehearsed, match="no address of a server"):
        refuse_others(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://[::1]:8000"])
def test_this_machine_may_be_rehearsed_on(address: str) -> None:
    refuse_others(address)


@pytest.mark.parametrize(
    "wrong", [("--people", "0"), ("--people", "10001"), ("--minutes", "0"), ("--minutes", "nan")]
)
def test_people_and_minutes_have_bounds(wrong: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as ended:
        rehearse("http://127.0.0.1:1", *wrong)
    assert ended.value.code == 2

"""What was written down is still there when everything else fails."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from facilitate.record.chain import faults
from facilitate.record.engines import open_database
from facilitate.record.log import Log, NotWrittenDown
from tests.postgres import Server
from tests.record.samples import numbered

CHECKOUT = Path(__file__).parents[2]
SPOKEN = 20  # turns before a process is killed


@pytest.mark.parametrize("kills", [5])
def test_killing_the_process_loses_nothing_that_was_written_down(database: str, kills: int) -> None:
    log = Log(open_database(database))
    log.start("forum", "RIVER-7", [])

    for killed in range(1, 6):
        told = spoken_until_killed(database)

        stored = log.read("forum")
        assert len(stored) >= told >= killed * SPOKEN * 3
        assert stored == numbered(1, len(stored))
        assert faults(log.engine, "forum") == []
    log.engine.dispose()


def spoken_until_killed(database: str) -> int:
    """The number of the last event of which somebody was told."""
    speaker = subprocess.Popen(
        [sys.executable, "-m", "tests.record.speaker", database],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert speaker.stdout is not None
    with speaker, speaker.stdout as told:
        lines = [told.readline() for _ in range(SPOKEN)]
        speaker.kill()
        lines += [line for line in told if line.endswith("\n")]
        return int(lines[-1])


@pytest.fixture
def frail_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_killing_postgresql_loses_nothing_that_was_written_down(frail_server: Server) -> None:
    log = Log(open_database(frail_server.fresh_database()))
    log.start("forum", "RIVER-7", [])

    for _ in range(2):
        told: list[int] = []
        speaker = Thread(target=speak_until_refused, args=(log, told))
        speaker.start()
        while len(told) < SPOKEN and speaker.is_alive():
            speaker.join(0.01)
        frail_server.kill()
        speaker.join()
        frail_server.start()

        stored = log.read("forum")
        assert len(stored) >= told[-1]
        assert stored == numbered(1, len(stored))
        assert faults(log.engine, "forum") == []
    log.engine.dispose()


def speak_until_refused(log: Log, told: list[int]) -> None:
    try:
        while True:
            with log.turn("forum") as turn:
                last = turn.append(numbered(turn.seq + 1, turn.seq + 3))
            told.append(last)
    except NotWrittenDown:
        return


def test_a_full_disk_is_told_and_nothing_written_down_is_lost(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.record.full_disk", f"{tmp_path / 'record.db'}"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    refused, *rest = told.stdout.splitlines()
    assert refused.startswith("refused: The database did not take it: ")
    assert rest == [
        "kept: True True",
        "refused again",
        "nothing more: 0",
        "goes on: True",
        "faults: []",
        "integrity: ok",
    ]

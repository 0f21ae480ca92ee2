"""A full disk: contributions are refused in words, pages go on, and room makes all well again."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from msgspec import json
from websockets.sync.client import ClientConnection

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, ContributionMade, Kind
from facilitate.record.chain import faults
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from tests.web.house import PLAN
from tests.web.serving import CHECKOUT, Door, at_a_free_port, planned, wait_for

LONG = "What the river carries, the river keeps. " * 45
WORDS = "These words must not be lost."
SERVE = """
import signal, sys
from facilitate.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.exit(main())
"""


@contextmanager
def a_server(door: Door, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    settings = door.settings
    with log.open("ab") as said:
        running = subprocess.Popen(
            [
                *(sys.executable, "-c", SERVE, "serve"),
                *("--database", settings.database, "--port", f"{settings.port}"),
            ],
            cwd=CHECKOUT,
            stdout=said,
            stderr=said,
        )
    try:
        wait_for(door.address)
        yield running
    finally:
        running.kill()
        running.wait()


def limit(running: "subprocess.Popen[bytes]", largest: int) -> None:
    """No file of the process may grow beyond this; from outside, as a disk fills up."""
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))


def said(line: ClientConnection, id: str, text: str) -> dict[str, object]:
    line.send(encode(Contribute("b1", id, Kind.GAP, text, "en")).decode())
    while True:
        heard: dict[str, object] = json.decode(line.recv(timeout=20))
        if heard.keys() & {"done", "refused"}:
            return heard


def asked(door: Door, method: str, path: str, by: str, **form: str) -> tuple[int, str]:
    line = HTTPConnection(door.settings.host, door.settings.port, timeout=20)
    headers = {"origin": door.address, "content-type": "application/x-www-form-urlencoded"}
    known = door.known(by) if by else {}
    line.request(method, path, urlencode(form), {**headers, **known})
    answer = line.getresponse()
    told = answer.status, answer.read().decode()
    line.close()
    return told


def test_a_full_disk_is_told_in_words_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    database = tmp_path / "full" / "served.db"
    database.parent.mkdir()
    door = planned(at_a_free_port(str(database)))
    saved: dict[str, str] = {}
    with a_server(door, tmp_path / "log") as running:
        with door.line("sam") as line:
            line.send(encode(OpenBreakout("b1", 60)).decode())
            while "done" not in str(line.recv(timeout=10)):
                continue
        largest = max(file.stat().st_size for file in database.parent.iterdir())
        limit(running, largest + 60_000)

        with door.line("anna") as line:
            answer: dict[str, object] = {}
            for n in range(30):
                answer = said(line, f"a{n}", LONG)
                if "refused" in answer:
                    break
                saved[f"a{n}"] = LONG.strip()
            assert answer["refused"] == "not-saved"
            assert "Nothing was saved" in str(answer["why"])
            assert 0 < len(saved) < 30
            for n in range(30):  # what is shorter may find a place still
                answer = said(line, f"s{n}", WORDS)
                if "refused" in answer:
                    break
                saved[f"s{n}"] = WORDS.strip()
            assert answer["refused"] == "not-saved"

        room = f"/forums/{PLAN.id}/breakouts/b1"
        form = {"do": "Contribute", "breakout": "b1", "kind": "gap", "language": "en", "id": "p1"}
        status, page = asked(door, "POST", room, "hugo", **form, text=WORDS)
        assert status == 503
        assert WORDS in page
        status, page = asked(
            door, "POST", "/join", "", code=PLAN.join_code or "", name="Amal of the Nile"
        )
        assert status == 503
        assert "Amal of the Nile" in page
        assert asked(door, "POST", "/sign-in", "", link=door.links["anna"])[0] == 503
        assert asked(door, "POST", "/sign-out", "hugo")[0] == 503
        status, page = asked(door, "GET", room, "hugo")
        assert status == 200
        assert page.count("What the river carries") + page.count(WORDS) >= len(saved)
        with door.line("hugo", "?after=0") as line:
            assert json.decode(line.recv(timeout=10))["seq"] >= len(saved)

        limit(running, resource.RLIM_INFINITY)

        with door.line("rita") as line:
            assert "done" in said(line, "r1", WORDS)
        assert asked(door, "POST", room, "hugo", **form, text=WORDS)[0] == 303
        assert asked(door, "POST", "/join", "", code=PLAN.join_code or "", name="Amal")[0] == 303
        saved |= {"r1": WORDS, "p1": WORDS}
        assert running.poll() is None

    engine = open_database(str(database))
    events = Log(engine).read(PLAN.id)
    stored = {e.id: e.text for e in events if isinstance(e, ContributionMade)}
    assert stored == saved
    assert faults(engine, PLAN.id) == []
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()

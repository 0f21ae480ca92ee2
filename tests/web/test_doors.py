"""What is logged of a meeting: who came and went by ids, and not one word of what was said."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection

from facilitate.meeting import Command
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.people import AssignRoles, RemovePerson, Role
from facilitate.web.sockets import HTML
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, planned, process

CANARY = "canary"  # in every word, name, code and link that is given
ALWAYS = {"at", "level", "from", "what"}
LINE = {"forum", "person", "connection", "representation"}
FIELDS: Mapping[str, set[str]] = {
    "A connection opened.": LINE,
    "A connection closed.": LINE | {"code", "seconds"},
    "Somebody signed in.": {"forum", "person", "address", "path"},
    "A wrong code was tried.": {"address", "path"},
    "A wrong link was tried.": {"address", "path"},
    "An origin was refused.": {"address", "path", "origin"},
    "A personal link was issued.": {"forum", "person", "whom"},
    "Somebody was admitted.": {"forum", "person", "whom", "roles", "breakouts"},
    "Somebody's part was changed.": {"forum", "person", "whom", "roles", "breakouts"},
    "Somebody was removed.": {"forum", "person", "whom"},
}


def post(door: Door, path: str, by: str = "", origin: str = "", **form: str) -> int:
    line = HTTPConnection(door.settings.host, door.settings.port, timeout=20)
    headers = {
        "origin": origin or door.address,
        "content-type": "application/x-www-form-urlencoded",
        **(door.known(by) if by else {}),
    }
    line.request("POST", path, urlencode(form), headers)
    status = line.getresponse().status
    line.close()
    return status


def ask(line: ClientConnection, command: Command, answer: str = "done") -> None:
    line.send(encode(command).decode())
    while f'"{answer}"' not in str(line.recv(timeout=10)):
        continue


def play(door: Door) -> None:
    """A meeting in which everything happens that is logged."""
    assert post(door, "/join", code=CANARY, name=CANARY) == 404
    assert post(door, "/sign-in", link=f"{door.address}/sign-in#{CANARY}") == 404
    assert post(door, "/join", origin="https://elsewhere.example", code=CANARY) == 403
    with pytest.raises(InvalidStatus):
        door.line("anna", origin="https://elsewhere.example")
    assert post(door, "/join", code=PLAN.join_code or "", name=CANARY, organisation=CANARY) == 303
    assert post(door, "/sign-in", link=door.links["hugo"]) == 303
    stream = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
    stream.request("GET", f"/forums/{PLAN.id}/events?after=0", headers=door.known("clara"))
    answer = stream.getresponse()
    with door.line("sam") as sam:
        ask(sam, OpenBreakout("b1", 60))
        with door.line("anna", "?page=breakout&place=b1", protocol=HTML) as anna:
            ask(anna, Contribute("b1", "c1", Kind.GAP, f"The {CANARY} sang.", "en"))
            ask(anna, Contribute("b2", "c2", Kind.GAP, f"The {CANARY} fell.", "en"), "refused")
        room = f"/forums/{PLAN.id}/breakouts/b1"
        said = {"do": "Contribute", "breakout": "b1", "kind": "gap", "language": "en"}
        assert post(door, room, "anna", **said, id="c3", text=CANARY) == 303
        people = f"/forums/{PLAN.id}/people"
        guest = {"id": "guest", "name": CANARY, "attendance": "hall", "roles": "participant"}
        assert post(door, people, "sam", **guest) == 200
        while CANARY not in answer.readline().decode():
            continue  # there is something to leak
        with door.line("hugo") as hugo:
            ask(sam, AssignRoles("hugo", (Role.RAPPORTEUR,), ("b1",)))
            with suppress(ConnectionClosedError):
                for _ in hugo:
                    continue  # until the server ends it
        ask(sam, RemovePerson("hugo"))
    answer.close()
    stream.close()


def closed(log: Path) -> int:
    return log.read_text().count("A connection closed.")


def logged(log: Path) -> list[dict[str, object]]:
    end = time.monotonic() + 20
    while closed(log) < 4 and time.monotonic() < end:
        time.sleep(0.1)
    said = [line for line in log.read_text().splitlines() if not line.startswith("The forums of")]
    return [json.loads(line) for line in said]


def test_a_meeting_is_logged_by_ids_and_without_a_word_of_it(tmp_path: Path) -> None:
    door = planned(at_a_free_port(str(tmp_path / "served.db")))
    log = tmp_path / "log"
    with process(door, log):
        play(door)
        lines = logged(log)
    told = log.read_text()
    secrets = [CANARY, PLAN.join_code or "", *door.cookies.values(), *door.links.values()]
    for never in (*secrets, *(person.name for person in PLAN.people)):
        assert f'"{never}"' not in told
    assert not any(secret in told for secret in secrets)
    assert {str(line["what"]) for line in lines} == set(FIELDS)
    for line in lines:
        assert set(line) == ALWAYS | FIELDS[str(line["what"])]
        assert datetime.fromisoformat(str(line["at"])).tzinfo == UTC
    of = [line for line in lines if line["what"] == "A connection opened."]
    to = {line["connection"]: line for line in lines if line["what"] == "A connection closed."}
    assert sorted((line["person"], line["representation"]) for line in of) == [
        ("anna", "html"),
        ("clara", "events"),
        ("hugo", "json"),
        ("sam", "json"),
    ]
    assert {line["connection"] for line in of} == set(to)
    assert {line["person"]: line["code"] for line in to.values()} == {
        "anna": 1000,
        "clara": 1006,
        "hugo": 4403,
        "sam": 1000,
    }
    changed = next(line for line in lines if line["what"] == "Somebody's part was changed.")
    assert {name: changed[name] for name in FIELDS[str(changed["what"])]} == {
        "forum": PLAN.id,
        "person": "sam",
        "whom": "hugo",
        "roles": ["rapporteur"],
        "breakouts": ["b1"],
    }


def test_an_origin_is_logged_no_longer_than_it_helps(tmp_path: Path) -> None:
    door = planned(at_a_free_port(str(tmp_path / "served.db")))
    log = tmp_path / "log"
    with process(door, log):
        assert post(door, "/join", origin=f'https://{"x" * 4000}\\".example') == 403
    (line,) = (json.loads(each) for each in log.read_text().splitlines() if each[0] == "{")
    assert len(line["origin"]) == 100

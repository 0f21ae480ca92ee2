"""The figures say what happened, to those who may read them, and name nobody."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.record.engines import open_database
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.metrics import HANDED_ON
from facilitate.web.sockets import HTML, JSON
from tests.web.house import PLAN
from tests.web.serving import WAYS, Door, at_a_free_port, served

TOKEN = "watching-over-it"
WORDS = "Heron's dam was never asked for."

Samples = dict[tuple[str, str], float]


@pytest.fixture(scope="module", params=WAYS)
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    path = tmp_path_factory.mktemp("metrics") / "served.db"
    with served(at_a_free_port(str(path)), WAYS[request.param]) as there:
        with there.line("sam") as line:
            line.send(encode(OpenBreakout("b1", 60)).decode())
            while "done" not in str(line.recv(timeout=10)):
                continue
        yield there


def asked(door: Door, **headers: str) -> tuple[int, str]:
    line = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
    line.request("GET", "/metrics", headers=headers)
    answer = line.getresponse()
    told = answer.status, answer.read().decode()
    line.close()
    return told


def figures(door: Door) -> Samples:
    """By name, and by the values of the labels."""
    status, text = asked(door)
    assert status == 200
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def since(before: Samples, now: Samples, name: str, of: str = "") -> float:
    return now[name, of] - before.get((name, of), 0.0)


def test_connections_are_counted_by_representation(door: Door) -> None:
    page = "?page=breakout&place=b1&after=0"
    before = figures(door)
    stream = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
    stream.request("GET", f"/forums/{PLAN.id}/events?after=0", headers=door.known("clara"))
    with (
        door.line("anna", page, protocol=HTML) as anna,
        door.line("hugo", page, protocol=HTML) as hugo,
        door.line("rita", "?after=0", protocol=JSON) as rita,
    ):
        heard = [len(str(line.recv(timeout=10)).encode()) for line in (anna, hugo, rita)]
        stream.getresponse().readline()
        now = figures(door)
    stream.close()
    for representation, more in (("html", 2), ("json", 1), ("events", 1)):
        assert since(before, now, "facilitate_connections", representation) == more
    told = "facilitate_told_bytes_total"
    assert since(before, now, told, "html") >= heard[0] + heard[1]
    assert since(before, now, told, "json") >= heard[2]
    assert since(before, now, told, "events") > 0


def test_turns_commits_and_refusals_are_counted(door: Door) -> None:
    before = figures(door)
    with door.line("anna", "?after=0") as line:
        for kind in ("c1", "c2", "c1"):
            line.send(encode(Contribute("b1", kind, Kind.GAP, WORDS, "en")).decode())
        line.send(encode(OpenBreakout("b2", 60)).decode())
        line.send("{}")
        while '"refused":"malformed"' not in str(line.recv(timeout=10)):
            continue
    now = figures(door)
    assert since(before, now, "facilitate_turn_commands_sum") == 4
    assert 1 <= since(before, now, "facilitate_turn_commands_count") <= 4
    for name in ("facilitate_turn_seconds", "facilitate_commit_seconds"):
        turns = since(before, now, f"{name}_count")
        assert turns == since(before, now, "facilitate_turn_commands_count")
        assert since(before, now, f"{name}_sum") > 0
    assert since(before, now, "facilitate_refusals_total", "not-entitled") == 1
    assert since(before, now, "facilitate_refusals_total", "malformed") == 1


def test_the_loop_is_looked_at_without_anybody_asking(door: Door) -> None:
    looks = "facilitate_loop_delay_seconds_count"
    before = figures(door)
    end = time.monotonic() + 20
    while not since(before, figures(door), looks):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_listeners_who_are_turned_away_are_counted(door: Door) -> None:
    before = figures(door)
    door.cookies["thief"] = "guessed"
    for by, query in (("thief", ""), ("anna", "?page=nowhere")):
        with door.line(by, query, protocol=HTML) as line, pytest.raises(ConnectionClosed):
            line.recv(timeout=10)
        stream = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
        path = f"/forums/{PLAN.id}/events{query}"
        stream.request("GET", path, headers=door.known(by))
        assert stream.getresponse().status in (401, 404)
        stream.close()
    now = figures(door)
    assert since(before, now, "facilitate_refusals_total", "not-signed-in") == 2
    assert since(before, now, "facilitate_refusals_total", "unknown") == 2


def test_the_figures_name_nobody_and_say_nothing_of_what_was_said(door: Door) -> None:
    with door.line("anna", "?after=0") as line:
        line.send(encode(Contribute("b1", "heron", Kind.GAP, WORDS, "en")).decode())
        while "done" not in (told := str(line.recv(timeout=10))):
            assert "anna" in told  # there is something to leak
    _, text = asked(door)
    for never in ("anna", "heron", "Heron", PLAN.id, "River Keepers", door.cookies["anna"]):
        assert never not in text


def test_from_its_own_machine_the_figures_are_read_without_a_token(door: Door) -> None:
    assert asked(door)[0] == 200


@pytest.mark.parametrize("header", HANDED_ON)
def test_what_a_proxy_hands_on_is_not_from_its_own_machine(door: Door, header: str) -> None:
    assert asked(door, **{header: "127.0.0.1"})[0] == 403


@contextmanager
def elsewhere(tmp_path: Path, token: str) -> Iterator[TestClient]:
    settings = replace(Settings(), database=str(tmp_path / "far.db"), metrics_token=token)
    engine = open_database(settings.database)
    with TestClient(create_app(engine, settings), client=("203.0.113.9", 50_000)) as http:
        yield http
    engine.dispose()


def test_from_elsewhere_the_figures_need_the_token(tmp_path: Path) -> None:
    with elsewhere(tmp_path, TOKEN) as http:
        allowed = http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert allowed.status_code == 200
        assert allowed.headers["content-type"].startswith("text/plain")
        for given in ("", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Bearer \xe9"):
            sent = [(b"authorization", given.encode("latin-1"))]
            refused = http.get("/metrics", headers=sent)
            assert refused.status_code == 403, given
            assert TOKEN not in refused.text


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer None"])
def test_without_a_token_in_the_settings_none_opens(tmp_path: Path, given: str) -> None:
    with elsewhere(tmp_path, "") as http:
        assert http.get("/metrics", headers={"authorization": given}).status_code == 403


def test_the_token_is_not_shown_with_the_settings() -> None:
    assert TOKEN not in repr(replace(Settings(), metrics_token=TOKEN))

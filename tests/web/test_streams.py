"""Server-Sent Events tell the same frames as a socket, and go on where a browser stopped."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest
from msgspec import json

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.people import RemovePerson
from tests.web.house import PLAN
from tests.web.serving import WAYS, Door, at_a_free_port, served

PAGE = "page=breakout&place=b1"


@pytest.fixture(scope="module", params=WAYS)
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    path = tmp_path_factory.mktemp("streams") / "served.db"
    with served(at_a_free_port(str(path)), WAYS[request.param]) as there:
        ask(there, "sam", OpenBreakout("b1", 60))
        for n in range(1, 4):
            ask(there, "anna", Contribute("b1", f"c{n}", Kind.GAP, f"Voice {n}.", "en"))
        yield there


def ask(door: Door, by: str, command: OpenBreakout | Contribute | RemovePerson) -> int:
    headers = {**door.known(by), "origin": door.address, "content-type": "application/json"}
    line = HTTPConnection(door.settings.host, door.settings.port)
    line.request("POST", f"/forums/{PLAN.id}/commands", encode(command), headers)
    done = json.decode(line.getresponse().read(), type=dict[str, int])["done"]
    line.close()
    return done


class Stream:
    def __init__(self, door: Door, by: str, query: str, **headers: str) -> None:
        self.line = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
        known = door.known(by) if by else {}
        self.line.request("GET", f"/forums/{PLAN.id}/events?{query}", headers={**known, **headers})
        self.answer: HTTPResponse = self.line.getresponse()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self.line.close()

    def event(self) -> dict[str, str]:
        """The fields of the next event; empty when the stream has ended."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        return fields


def test_a_frame_of_a_stream_is_the_frame_of_a_socket(door: Door) -> None:
    for query, html in ((f"{PAGE}&after=2", True), ("after=2", False)):
        with Stream(door, "hugo", query) as stream:
            told = stream.event()
        protocol = "facilitate.html.v1" if html else "facilitate.json.v1"
        with door.line("hugo", f"?{query}", protocol=protocol) as line:
            assert line.recv(timeout=10) == told["data"]
        assert told["id"] == str(json.decode(told["data"])["seq"])


def test_a_stream_says_what_it_is(door: Door) -> None:
    with Stream(door, "hugo", PAGE) as stream:
        assert stream.answer.status == 200
        assert (stream.answer.getheader("content-type") or "").startswith("text/event-stream")
        assert stream.answer.getheader("cache-control") == "no-store"
        assert stream.answer.getheader("x-accel-buffering") == "no"


def test_a_browser_that_comes_back_goes_on_behind_the_last_it_heard(door: Door) -> None:
    with Stream(door, "hugo", "after=0") as stream:
        first = stream.event()
    last = ask(door, "anna", Contribute("b1", "while-away", Kind.GAP, "Said meanwhile.", "en"))
    with Stream(door, "hugo", "after=0", **{"Last-Event-ID": first["id"]}) as stream:
        second = json.decode(stream.event()["data"])
        live = ask(door, "anna", Contribute("b1", "live", Kind.GAP, "Said now.", "en"))
        third = json.decode(stream.event()["data"])
    assert [each["seq"] for each in second["events"]] == [last]
    assert [each["seq"] for each in third["events"]] == [live]


@pytest.mark.parametrize("last", ["x", "-1", "9" * 5000])
def test_a_last_event_that_is_none_means_from_now_on(door: Door, last: str) -> None:
    with Stream(door, "hugo", "", **{"Last-Event-ID": last}) as stream:
        done = ask(door, "anna", Contribute("b1", f"n{len(last)}", Kind.GAP, "Now.", "en"))
        assert [each["seq"] for each in json.decode(stream.event()["data"])["events"]] == [done]


def test_who_may_not_see_a_page_is_not_told_of_it(door: Door) -> None:
    for by, query, status in (
        ("", PAGE, 401),
        ("anna", "page=secretariat", 404),
        ("anna", "page=breakout&place=b9", 404),
        ("anna", "page=nowhere", 404),
    ):
        with Stream(door, by, query) as stream:
            assert stream.answer.status == status


def test_who_is_removed_is_told_that_the_page_changed_and_no_more(door: Door) -> None:
    with Stream(door, "rita", "after=0") as stream:
        stream.event()
        ask(door, "sam", RemovePerson("rita"))
        assert stream.event() == {"event": "changed", "data": ""}
        assert stream.event() == {}


def test_signing_out_ends_the_stream(door: Door) -> None:
    with Stream(door, "clara", "after=0") as stream:
        stream.event()
        line = HTTPConnection(door.settings.host, door.settings.port)
        line.request("POST", "/sign-out", headers={**door.known("clara"), "origin": door.address})
        assert line.getresponse().status == 303
        line.close()
        told = stream.event()
        while told and "event" not in told:
            told = stream.event()
        assert told == {"event": "changed", "data": ""}
        assert stream.event() == {}

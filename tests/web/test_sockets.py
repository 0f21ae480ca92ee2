"""A socket tells what happens from where the reader stands, and answers each frame by itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from msgspec import json
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import (
    Contribute,
    HideContribution,
    Kind,
    ShowContribution,
    WithdrawContribution,
)
from facilitate.meeting.drafts import AddDraftRecommendation, ReviseDraftRecommendation
from facilitate.meeting.people import AssignRoles, RemovePerson, Role
from facilitate.web.listeners import MOST
from facilitate.web.sockets import HTML, JSON, PATIENCE
from tests.web.house import PLAN, House, frame, house
from tests.web.serving import WAYS, Door, at_a_free_port, served

SECRET = "The dam at Wadi Halfa leaks."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        yield there


def words(id: str, text: str = "Dams harm fish.") -> Contribute:
    return Contribute("b1", id, Kind.GAP, text, "en")


def said(socket: WebSocketTestSession, text: str) -> dict[str, object]:
    """The answer to a frame, whatever else is told before it."""
    socket.send_text(text)
    return answered(socket)


def answered(socket: WebSocketTestSession) -> dict[str, object]:
    while True:
        heard = frame(socket)
        if "done" in heard or "refused" in heard:
            return heard


def ending(socket: WebSocketTestSession) -> int:
    """The code with which the server ends the connection, whatever it tells before."""
    try:
        while True:
            socket.receive_text()
    except WebSocketDisconnect as ended:
        return ended.code


# --- which representation, and from where --------------------------------------


def test_the_representation_is_agreed_on_by_subprotocol(here: House) -> None:
    with here.line("anna", "?page=breakout&place=b1&after=0", HTML) as socket:
        assert socket.accepted_subprotocol == HTML
        assert frame(socket).keys() >= {"seq", "parts"}
    with here.line("anna", "?after=0", JSON) as socket:
        assert socket.accepted_subprotocol == JSON
        assert frame(socket).keys() == {"seq", "events"}
    with here.line("anna", "?after=0", "chat", JSON) as socket:
        assert socket.accepted_subprotocol == JSON


def test_without_a_subprotocol_it_is_json(here: House) -> None:
    with here.line("anna", "?after=0") as socket:
        assert socket.accepted_subprotocol is None
        assert frame(socket).keys() == {"seq", "events"}


def test_a_subprotocol_that_is_not_known_is_not_agreed_on(here: House) -> None:
    with here.line("anna", "?after=0", "chat") as socket:
        assert socket.accepted_subprotocol is None


def test_telling_starts_behind_the_number_of_the_page(here: House) -> None:
    here.ask("anna", words("c1"), words("c2"), words("c3"))
    last = here.live.seq
    with here.line("hugo", f"?after={last - 2}", JSON) as socket:
        heard = frame(socket)
    assert heard["seq"] == last
    assert numbers(heard) == [last - 1, last]
    with here.listening("hugo", "breakout", "b1", after=last - 1) as socket:
        assert "contribution-c3" in str(frame(socket)["parts"])


def numbers(heard: dict[str, object]) -> list[int]:
    events = heard["events"]
    assert isinstance(events, list)
    return [each["seq"] for each in events]


@pytest.mark.parametrize("after", ["", "x", "-1", "1e3", "9" * 5000, "²", "9999"])
def test_a_number_that_is_none_means_from_now_on(here: House, after: str) -> None:
    with here.line("hugo", f"?after={after}", JSON) as socket:
        here.ask("anna", words("c1"))
        assert numbers(frame(socket)) == [here.live.seq]


def test_who_comes_back_hears_what_was_missed_and_nothing_twice(here: House) -> None:
    with here.line("hugo", "?after=0", JSON) as socket:
        first = frame(socket)
    here.ask("anna", words("c1"), words("c2"))
    with here.line("hugo", f"?after={first['seq']}", JSON) as socket:
        second = frame(socket)
        here.ask("anna", words("c3"))
        third = frame(socket)
    assert numbers(first) + numbers(second) + numbers(third) == list(range(1, here.live.seq + 1))


# --- frames that are not in order -----------------------------------------------

MALFORMED = {
    "no JSON": "Contribute, please",
    "cut short": '{"do":"Contribute","breakout":"b1"',
    "not an object": "[1,2,3]",
    "no command named": "{}",
    "an unknown command": '{"do":"Abolish","breakout":"b1"}',
    "an unknown field": '{"do":"RaiseHand","place":"b1","colour":"red"}',
    "a field missing": '{"do":"RaiseHand"}',
    "a field of another type": '{"do":"RaiseHand","place":7}',
    "an id that is none": '{"do":"RaiseHand","place":"../b1"}',
    "half a character": '{"do":"RaiseHand","place":"\\ud800"}',
    "very deep": '{"x":' + "[" * 20_000,
    "a very large number": '{"do":"OpenBreakout","breakout":"b1","minutes":1e999}',
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_frame_is_answered_and_the_line_goes_on(here: House, text: str) -> None:
    before = here.live.seq
    with here.line("anna", "", JSON) as socket:
        assert said(socket, text)["refused"] == "malformed"
        assert said(socket, encode(words("c1")).decode()) == {"done": before + 1}


def test_a_binary_frame_is_malformed(here: House) -> None:
    with here.line("anna", "", JSON) as socket:
        socket.send_bytes(encode(words("c1")))
        assert answered(socket)["refused"] == "malformed"
        assert "c1" not in here.state.contributions.by_id


def test_what_is_not_of_ones_part_is_refused_in_the_language_of_the_asker(here: House) -> None:
    before = here.live.seq
    with here.line("anna", "", JSON, **{"accept-language": "fr"}) as socket:
        answer = said(socket, encode(OpenBreakout("b2", 60)).decode())
    assert answer["refused"] == "not-entitled"
    assert answer["why"]
    assert here.live.seq == before


def test_a_stale_version_is_refused_and_what_stands_stays(here: House) -> None:
    here.ask("sam", OpenBreakout("b2", 60))
    add = AddDraftRecommendation("b1", "r1", "parties", "Keep the rivers.")  # type: ignore[arg-type]
    revise = ReviseDraftRecommendation("b1", "r1", 0, "parties", "Other words.")  # type: ignore[arg-type]
    here.ask("rita", add)
    here.ask("rita", ReviseDraftRecommendation("b1", "r1", _version(here), add.addressee, "Keep."))
    with here.line("rita", "", JSON) as socket:
        assert said(socket, encode(revise).decode())["refused"] == "stale"
    assert here.state.drafts["b1"].recommendations["r1"].text == "Keep."


def _version(here: House) -> int:
    return here.state.drafts["b1"].recommendations["r1"].version


def test_a_refusal_goes_to_the_asker_alone(here: House) -> None:
    with here.line("hugo", "", JSON) as hugo, here.line("anna", "", JSON) as anna:
        assert said(anna, "nonsense")["refused"] == "malformed"
        here.ask("anna", words("c1"))
        assert numbers(frame(hugo)) == [here.live.seq]


def test_who_is_too_fast_is_told_then_the_line_is_closed(here: House) -> None:
    here.live  # noqa: B018 - so that it is open
    here.nothing_refills()
    text = encode(words("c1")).decode()
    with here.line("anna", "", JSON) as socket:
        codes = [said(socket, text).get("refused", "done") for _ in range(30 + PATIENCE)]
        assert ending(socket) == 1008
    assert codes[:30] == ["done"] * 30
    assert codes[-PATIENCE:] == ["too-fast"] * PATIENCE
    with here.line("hugo", "", JSON) as socket:  # others are not slowed
        assert "done" in said(socket, encode(words("h1")).decode())


# --- words that are gone are not told again ---------------------------------------


def everything(here: House, by: str) -> str:
    with here.line(by, "?after=0", JSON) as socket:
        told = socket.receive_text()
    with here.listening(by, "breakout", "b1", after=0) as socket:
        return told + socket.receive_text()


def test_words_that_were_withdrawn_are_told_to_nobody_again(here: House) -> None:
    here.ask("anna", words("c1", SECRET))
    assert SECRET in everything(here, "hugo")
    assert SECRET in everything(here, "sam")
    here.ask("anna", WithdrawContribution("c1"))
    for person in ("hugo", "anna", "sam", "rita", "clara"):
        assert SECRET not in everything(here, person)


def test_words_that_were_hidden_are_told_to_the_secretariat_alone(here: House) -> None:
    here.ask("anna", words("c1", SECRET))
    assert SECRET in everything(here, "hugo")
    here.ask("sam", HideContribution("c1", "It names somebody."))
    for person in ("hugo", "anna", "rita", "clara"):
        assert SECRET not in everything(here, person)
    assert SECRET in everything(here, "sam")
    here.ask("sam", ShowContribution("c1"))
    assert SECRET in everything(here, "hugo")


def test_words_that_are_hidden_go_from_the_pages_that_are_open(here: House) -> None:
    here.ask("anna", words("c1", SECRET))
    with here.listening("hugo", "breakout", "b1") as socket:
        frame(socket)
        here.ask("sam", HideContribution("c1", "It names somebody."))
        told = socket.receive_text()
    assert "contribution-c1" in told
    assert SECRET not in told


# --- who may listen, and until when ------------------------------------------------


def test_who_is_removed_hears_no_more(here: House) -> None:
    with here.line("anna", "", JSON) as socket:
        here.ask("sam", RemovePerson("anna"))
        assert ending(socket) == 4403
    with here.line("anna", "?after=0", JSON) as socket:
        assert ending(socket) == 4401


def test_a_new_part_ends_the_view_of_the_old_one(here: House) -> None:
    with here.line("anna", "", JSON) as socket:
        here.ask("sam", AssignRoles("anna", (Role.RAPPORTEUR,), ("b1",)))
        assert ending(socket) == 4403


def test_another_breakout_ends_the_desk_of_a_rapporteur(here: House) -> None:
    with here.listening("ramon", "desk", "b2") as socket:
        here.ask("sam", AssignRoles("ramon", (Role.RAPPORTEUR,), ("b1",)))
        assert ending(socket) == 4403


def test_signing_out_ends_the_lines_of_this_session_alone(here: House) -> None:
    with here.line("anna", "", JSON) as anna, here.line("hugo", "", JSON) as hugo:
        out = {**here.known("anna"), "origin": "http://testserver"}
        here.http.post("/sign-out", headers=out, follow_redirects=False)
        assert ending(anna) == 4401
        here.ask("rita", words("c1"))
        assert numbers(frame(hugo)) == [here.live.seq]


def test_a_session_that_another_node_ends_ends_its_lines(here: House) -> None:
    with here.line("anna", "", JSON) as socket:
        rooms = here.http.app.state.rooms  # type: ignore[attr-defined]
        rooms.sessions.close(here.cookies["anna"])  # behind the back of this node
        assert ending(socket) == 4401


def test_who_is_not_signed_in_is_told_so_by_the_code(here: House) -> None:
    with here.line("", "", JSON) as socket:
        assert ending(socket) == 4401
    here.cookies["thief"] = "guessed"
    with here.line("thief", "", JSON) as socket:
        assert ending(socket) == 4401


@pytest.mark.parametrize(
    "query",
    ["?page=nowhere", "?page=breakout&place=b9", "?page=desk&place=b2", "?page=secretariat"],
)
def test_a_page_that_is_not_there_or_not_for_the_listener_is_not_told(
    here: House, query: str
) -> None:
    with here.line("anna", query, HTML) as socket:
        assert ending(socket) == 4404


# --- on a real line -----------------------------------------------------------------


@pytest.fixture(scope="module", params=WAYS)
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    path = tmp_path_factory.mktemp("sockets") / "served.db"
    with served(at_a_free_port(str(path)), WAYS[request.param]) as there:
        with there.line("sam") as line:
            line.send(encode(OpenBreakout("b1", 60)).decode())
            until(line, "done")
        yield there


def refused_with(door: Door, frames: list[str] | str | bytes) -> int:
    with door.line("anna") as line:
        try:
            line.send(frames, text=True)
            while True:
                line.recv(timeout=10)
        except ConnectionClosed as ended:
            return ended.rcvd.code if ended.rcvd else 0


def test_a_message_over_64_kib_is_too_big(door: Door) -> None:
    assert refused_with(door, "x" * (64 * 1024 + 1)) == 1009
    assert refused_with(door, ["x" * 40_000, "x" * 40_000]) == 1009  # in fragments


def test_the_largest_message_is_read(door: Door) -> None:
    with door.line("anna") as line:
        line.send("x" * 64 * 1024)
        assert json.decode(line.recv(timeout=10), type=dict[str, str])["refused"] == "malformed"


def test_bytes_that_are_no_text_end_the_line(door: Door) -> None:
    assert refused_with(door, b"\xff\xfe\xfd") == 1007


def test_after_all_that_others_are_served(door: Door) -> None:
    with door.line("hugo", "?after=0") as hugo, door.line("anna") as anna:
        hugo.recv(timeout=10)
        anna.send(encode(words("real")).decode())
        assert "Dams harm fish." in str(hugo.recv(timeout=10))


def test_who_never_reads_stops_nobody(door: Door) -> None:
    """Somebody with a full line; the others hear all the same."""
    with (
        connect(
            f"{door.live}?after=0",
            origin=Origin(door.address),
            additional_headers=door.known("wall"),
            max_queue=1,
            close_timeout=0.1,
        ),
        door.line("hugo") as hugo,
        door.line("rita") as rita,
    ):
        for n in range(15):
            rita.send(encode(words(f"r{n}", "Words. " * 250)).decode())
            until(rita, "done")
            until(hugo, f'"id":"r{n}"')


def test_a_session_has_so_many_lines_and_no_more(door: Door) -> None:
    """Whoever opens more is to come later; nobody else is touched, and one that ends makes room."""
    drafts = f"{door.address.replace('http', 'ws', 1)}/drafts"
    with ExitStack() as stay:
        many = [stay.enter_context(door.line("clara")) for _ in range(MOST)]
        for address in (door.live, drafts, f"{drafts}/{PLAN.id}.b1.e1"):
            assert let_in(door, address) == 1013
        assert streamed(door) == 429
        with door.line("hugo") as hugo:
            hugo.send(encode(words("room")).decode())
            until(hugo, "done")
        until(many[-1], '"id":"room"')
        many[0].close()
        soon = monotonic() + 10
        while let_in(door, door.live) == 1013:
            assert monotonic() < soon


def let_in(door: Door, address: str) -> int:
    """0, or the code with which one line more is refused."""
    known = door.known("clara")
    with connect(address, origin=Origin(door.address), additional_headers=known) as line:
        try:
            line.recv(timeout=0.5)
        except TimeoutError:
            return 0
        except ConnectionClosed as ended:
            return ended.rcvd.code if ended.rcvd else 0
    return 0


def streamed(door: Door) -> int:
    asked = Request(f"{door.address}/forums/{PLAN.id}/events", headers=door.known("clara"))
    with pytest.raises(HTTPError) as refused:
        urlopen(asked, timeout=10).close()
    refused.value.close()
    return refused.value.code


def until(line: ClientConnection, words: str) -> None:
    while words not in str(line.recv(timeout=10)):
        continue

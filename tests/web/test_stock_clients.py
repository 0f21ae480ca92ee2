"""Stock clients of Yjs on one draft with our own: they go, return, and the server is killed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee
from tests.kit.parts import fetch, place
from tests.live.drafts.writers import Node
from tests.web.serving import Door, at_a_free_port, planned, process, started
from tests.web.test_desk_writes import ask
from tests.web.test_drafting import FIRST, NAME, pen

SOON = 20.0  # s
KINDS = ("y-websocket", "hocuspocus")


class Client:
    def __init__(self, node: Node, id: str) -> None:
        self._node = node
        self._id = id

    def ask(self, does: str, *given: object) -> object:
        return self._node.ask(does, self._id, *given)

    def write(self, at: int, words: str) -> None:
        self.ask("write", "d1", at, words)

    @property
    def text(self) -> str:
        return str(self.ask("text", "d1"))

    def synced(self) -> bool:
        return self.ask("synced") is True


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return planned(at_a_free_port(str(tmp_path / "stock.db")))


def begin(door: Door) -> None:
    ask(door, "sam", OpenBreakout("b1", 60))
    ask(door, "rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, FIRST))


@pytest.fixture
def node(door: Door) -> Iterator[Node]:
    with stock_node(door) as there:
        yield there


@contextmanager
def stock_node(door: Door) -> Iterator[Node]:
    """In which stock clients are, of the draft of this server."""
    packages = fetch(place(), print).clients
    script = Path(__file__).with_name("stock_clients.mjs")
    there = Node(script, str(packages), door.address.replace("http", "ws", 1), NAME)
    yield there
    there.close()


def joined(door: Door, node: Node, kind: str, by: str = "rita") -> Client:
    client = Client(node, f"{kind} {by}")
    client.ask("join", kind, door.known(by)["cookie"])
    until(client.synced)
    return client


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, true
        time.sleep(0.02)


def test_they_write_one_draft_with_us_and_survive_a_killed_server(
    door: Door, node: Node, tmp_path: Path
) -> None:
    with process(door, tmp_path / "log") as server:
        begin(door)
        stock, hocuspocus = (joined(door, node, kind) for kind in KINDS)
        with pen(door) as ours:
            ours.type(0, "Ours 📊 ")
            stock.write(0, "Stock ")
            hocuspocus.write(0, "Hocus ")
            until(
                lambda: (
                    len(stock.text) == len(hocuspocus.text) == len(f"{FIRST}Ours 📊 Stock Hocus ")
                )
            )
            assert stock.text == hocuspocus.text
            ours.until(lambda: ours.text == stock.text)
            for client in (stock, hocuspocus):
                client.ask("leave")
            stock.write(0, "offline ")
            hocuspocus.write(0, "away ")
            ours.type(0, "meanwhile ")
            ours.until_saved()
        for client in (stock, hocuspocus):
            client.ask("come")
        until(lambda: stock.synced() and hocuspocus.synced() and stock.text == hocuspocus.text)
        assert all(word in stock.text for word in ("offline ", "away ", "meanwhile "))
        server.kill()
        server.wait()
        stock.write(0, "while it was down ")
    again = started(door, tmp_path / "log")
    try:
        until(lambda: stock.synced() and hocuspocus.synced() and stock.text == hocuspocus.text)
        with pen(door) as ours:
            ours.until(lambda: ours.text == stock.text)
            assert "while it was down " in ours.text
    finally:
        again.kill()
        again.wait()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stock_client_that_may_only_read_reads(
    door: Door, node: Node, tmp_path: Path, kind: str
) -> None:
    with process(door, tmp_path / "log"):
        begin(door)
        reader = joined(door, node, kind, "anna")
        until(lambda: reader.text == FIRST)
        reader.write(0, "NO ")
        with pen(door) as rita:
            rita.type(0, "Yes ")
            rita.until_saved()
            until(lambda: "Yes " in reader.text)
            assert rita.text == f"Yes {FIRST}"


def test_what_was_shown_as_saved_is_there_after_a_kill(door: Door, tmp_path: Path) -> None:
    """Whatever the moment at which the server is killed."""
    shown: list[str] = []
    with process(door, tmp_path / "log") as server:
        begin(door)
        with pen(door) as rita:
            typed = []
            for number in range(150):
                typed.append(f"w{number}. ")
                if number == 100:
                    server.kill()
                try:
                    rita.type(len(rita.text), typed[-1])
                    rita.hear(0.001)
                except TimeoutError:
                    continue
                except ConnectionClosed:  # with the server
                    break
            saved = max(word.saved for word in rita.words if word.saved is not None)
            answers = rita.sent - len(typed)  # what was sent before anything was typed
            shown = typed[: saved - answers]
    again = started(door, tmp_path / "log")
    try:
        with pen(door) as rita:
            assert shown
            assert rita.text.startswith(FIRST + "".join(shown))
    finally:
        again.kill()
        again.wait()

"""Who reads slowly costs nobody anything, goes on from its own place, and is cut off if dead."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pytest
import uvicorn
from msgspec import json

from facilitate.live.forum import LiveForum
from facilitate.live.measures import FIGURES
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.record.engines import open_database
from facilitate.serving import config
from facilitate.web.app import create_app
from facilitate.web.rooms import Rooms
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, planned, wait_for

LONG = "水" * 1990  # three bytes each
TURN = 10  # of them, said at once to fill a line
LARGEST = 80_000  # bytes, of a frame with so many
MANY = 500  # such turns: more than any line holds


@dataclass
class Hall:
    """A served forum whose events are put to it directly, past the bucket of each person."""

    door: Door
    server: uvicorn.Server
    rooms: Rooms
    said: int = field(default=0)

    @property
    def live(self) -> LiveForum:
        return self.rooms.forums[PLAN.id]

    def say(self, times: int = 1) -> int:
        """In one turn; gives the number of the last event."""
        new = range(self.said, self.said + times)
        self.said += times
        return self.done("anna", *(Contribute("b1", f"c{n}", Kind.GAP, LONG, "en") for n in new))

    def done(self, by: str, *commands: OpenBreakout | Contribute) -> int:
        async def all_at_once() -> list[int]:
            return await asyncio.gather(*(self.live.handle(each, by) for each in commands))

        loop = self.server.servers[0].get_loop()
        return asyncio.run_coroutine_threadsafe(all_at_once(), loop).result(20)[-1]

    def waiting(self) -> int:
        """Bytes that wait for the readers, of all together."""
        return sum(
            each.transport.get_write_buffer_size()
            for each in list(self.server.server_state.connections)
        )


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    settings = at_a_free_port(str(tmp_path / "served.db"))
    door = planned(settings)
    engine = open_database(settings.database)
    app = create_app(engine, settings)
    server = uvicorn.Server(config(app, settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(door.address)
        here = Hall(door, server, app.state.rooms)
        with door.line("hugo", "?after=0") as line:
            line.recv(timeout=10)  # so that the forum is there
        here.done("sam", OpenBreakout("b1", 60))
        yield here
    finally:
        server.should_exit = True
        thread.join()
        engine.dispose()


@contextmanager
def listening(hall: Hall, by: str, path: str, *headers: str) -> Iterator[socket.socket]:
    """A line by hand, on which nothing is read that is not asked for."""
    settings = hall.door.settings
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        line.settimeout(20)
        line.connect((settings.host, settings.port))
        cookie = hall.door.known(by)["cookie"]
        asked = f"GET /forums/{PLAN.id}/{path} HTTP/1.1", f"Host: {settings.host}:{settings.port}"
        head = "\r\n".join((*asked, f"Cookie: {cookie}", *headers, "", ""))
        line.sendall(head.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += line.recv(1)
        assert answer.split()[1] in (b"101", b"200")
        yield line


def socket_of(hall: Hall, by: str) -> AbstractContextManager[socket.socket]:
    return listening(
        hall,
        by,
        f"live?after={hall.live.seq}",
        f"Origin: {hall.door.address}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )


def taken(line: socket.socket, size: int) -> bytes:
    come = b""
    while len(come) < size:
        more = line.recv(size - len(come))
        assert more, "the line has ended"
        come += more
    return come


def frame(line: socket.socket) -> bytes:
    """The next text frame."""
    while True:
        opcode, size = taken(line, 2)
        if size >= 126:
            size = int.from_bytes(taken(line, 2 if size == 126 else 8))
        body = taken(line, size)
        if opcode == 0x81:
            return body


def numbers(body: bytes) -> list[int]:
    return [each["seq"] for each in json.decode(body)["events"]]


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def fill(hall: Hall, readers: int = 1) -> None:
    """Speak until so many readers lag."""
    for _ in range(MANY):
        hall.say(TURN)
        if lagging() == readers:
            return
    raise AssertionError("the lines took all of it")


def lagging() -> float:
    return figure("facilitate_lagging_readers")


def stalled() -> float:
    return figure("facilitate_stalled_readers_total")


def figure(name: str) -> float:
    value = FIGURES.get_sample_value(name)
    assert value is not None
    return value


def test_for_who_never_reads_no_more_is_kept_than_a_frame(hall: Hall) -> None:
    with socket_of(hall, "wall"), hall.door.line("hugo") as hugo:
        fill(hall)
        for _ in range(30):
            last = hall.say()
            while json.decode(hugo.recv(timeout=10))["seq"] < last:
                continue  # whoever reads hears everything meanwhile
            assert 0 < hall.waiting() <= LARGEST
        assert lagging() == 1
    until(lambda: lagging() == 0)


def test_who_reads_again_goes_on_from_its_own_place(hall: Hall) -> None:
    before = hall.live.seq
    with socket_of(hall, "wall") as line:
        fill(hall)
        hall.say()
        hall.say()
        last = hall.say()
        heard = [numbers(frame(line))]
        while heard[-1][-1] < last:
            heard.append(numbers(frame(line)))
        assert list(chain(*heard)) == list(range(before + 1, last + 1))
        assert heard[-1][-2:] == [last - 1, last]  # what came meanwhile is told at once
        until(lambda: lagging() == 0)
        again = hall.say()
        assert numbers(frame(line)) == [again]


def test_a_line_on_which_nothing_moves_is_cut_and_a_slow_one_is_not(hall: Hall) -> None:
    cut = stalled()
    with (
        socket_of(hall, "wall"),
        listening(hall, "clara", f"events?after={hall.live.seq}"),
        socket_of(hall, "anna") as slow,
    ):
        fill(hall, readers=3)
        read = 0
        while stalled() < cut + 2:
            assert read < 400
            slow.recv(512)  # a poor line: 5 kB a second
            read += 1
            time.sleep(0.1)
        assert slow.recv(512)
        assert lagging() == 1
        assert stalled() == cut + 2
    until(lambda: lagging() == 0)

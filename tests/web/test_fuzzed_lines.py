"""Whatever comes on a line, the server lives, and nobody but its sender is the worse for it."""

import asyncio
import socket
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from facilitate.web.wires import Wire
from tests.web.serving import WAYS, Door, at_a_free_port, served
from tests.web.test_rfc6455 import (
    ANSWERED,
    BINARY,
    CLOSE,
    CONT,
    ONE,
    PING,
    PONG,
    TEXT,
    Line,
    code,
    frame,
    open_line,
)

WORDS = st.text(max_size=200).map(str.encode)
MASKS = st.binary(min_size=4, max_size=4)
CONTROL = st.builds(frame, st.sampled_from((PING, PONG)), st.binary(max_size=125), mask=MASKS)
MESSAGE = st.builds(
    frame, st.just(TEXT), WORDS, mask=MASKS, length=st.sampled_from((None, None, 2, 8))
)


@st.composite
def in_frames(draw: st.DrawFn) -> bytes:
    """One message in fragments, with pings and pongs between them."""
    bodies = draw(st.lists(WORDS, min_size=1, max_size=4))
    opcodes = [draw(st.sampled_from((TEXT, BINARY))), *(CONT for _ in bodies[1:])]
    last = len(bodies) - 1
    return b"".join(
        draw(st.just(b"") | CONTROL) + frame(opcode, body, fin=n == last, mask=draw(MASKS))
        for n, (opcode, body) in enumerate(zip(opcodes, bodies, strict=True))
    )


IN_ORDER = st.lists(MESSAGE | MESSAGE | CONTROL | in_frames(), max_size=8).map(b"".join)
ANY_FRAME = st.builds(
    frame,
    st.integers(0, 15),
    st.binary(max_size=125),
    fin=st.booleans(),
    reserved=st.sampled_from((0, 0, 0, 1, 2, 4, 7)),
    mask=MASKS | st.just(b""),
)
NO_TEXT = st.builds(frame, st.just(TEXT), st.binary(max_size=40))
OUT_OF_ORDER = st.lists(ANY_FRAME | NO_TEXT | st.binary(max_size=20), max_size=3).map(b"".join)
SENT = st.builds(bytes.__add__, IN_ORDER, st.just(b"") | OUT_OF_ORDER)


@pytest.fixture(scope="module", params=WAYS)
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    path = tmp_path_factory.mktemp("fuzzed") / "served.db"
    with served(at_a_free_port(str(path)), WAYS[request.param]) as there:
        yield there


def until_it_ends(line: Line) -> list[str]:
    """What the server says, which must be whole frames to the last."""
    told: list[str] = []
    while not told or told[-1] != "end":
        told.append(line.answer())
    return told


CUTS = st.lists(st.integers(0, 2000), max_size=6)


def in_pieces(sent: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, *(cut for cut in cuts if cut < len(sent)), len(sent)})
    return [sent[start:end] for start, end in pairwise(places)]


@given(sent=SENT, cuts=CUTS)
@settings(max_examples=settings().max_examples * 5)
def test_no_bytes_on_a_line_harm_anybody_else(door: Door, sent: bytes, cuts: list[int]) -> None:
    """No line is held for long: uvicorn's pings draw lots, which hypothesis must not see."""
    with open_line(door, "hugo") as other, open_line(door) as line:
        try:
            line.send(*in_pieces(sent, cuts))
            line.send(frame(CLOSE, code(1000)))
            line.socket.shutdown(socket.SHUT_WR)
            for told in until_it_ends(line):
                assert told.split()[0] in {ANSWERED, "close", "pong", "end"} or told[0] == "{"
        except OSError:
            pass  # turned away before all was said
        other.send(ONE)
        assert other.answer() == ANSWERED


class Written(asyncio.Transport):
    """A line that keeps what is written on it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        return

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        return

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


class Heard:
    """An ear that keeps what it heard."""

    def __init__(self) -> None:
        self.messages: list[str | None] = []

    def heard(self, text: str) -> None:
        self.messages.append(text)

    def heard_bytes(self, body: bytes) -> None:
        self.messages.append(None)

    def full(self) -> None:
        return  # it is closing

    def emptied(self) -> None:
        raise AssertionError

    def lost(self, code: int) -> None:
        raise AssertionError


async def on_a_wire(*pieces: bytes) -> tuple[list[str | None], bytes, bool]:
    """What is heard, what is written, and whether it is over."""
    line, ear = Written(), Heard()
    wire = Wire(line, lambda _: None, None, longest=65_536, pause=20)
    wire.connect(ear)
    for piece in pieces:
        if not line.closed:
            wire.data_received(piece)
    return ear.messages, line.written, line.closed


PING_NO_UTF8_AND_CLOSE = bytes.fromhex("898000000000818137fa213db7888000000000")


@given(sent=SENT, cuts=CUTS)
@example(sent=PING_NO_UTF8_AND_CLOSE, cuts=[])
@settings(max_examples=settings().max_examples * 20)
def test_however_it_is_cut_the_same_is_heard_and_answered(sent: bytes, cuts: list[int]) -> None:
    """Byte by byte the parser of ``websockets`` hears it all; whole, as little as can be.

    What came before a mistake may be heard or not, and nothing after it is.
    """
    heard, written, over = asyncio.run(on_a_wire(*(bytes((byte,)) for byte in sent)))
    for pieces in ([sent], in_pieces(sent, cuts)):
        again, said, ended = asyncio.run(on_a_wire(*pieces))
        assert ended == over
        if over:
            assert again == heard[: len(again)]
        else:
            assert (again, said) == (heard, written)

"""What RFC 6455 asks of a server, by hand: the same answers from a wire and from a task."""

import socket
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from msgspec import json

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.web.sockets import JSON
from tests.web.house import PLAN
from tests.web.serving import WAYS, Door, at_a_free_port, served

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x37\xfa\x21\x3d"
LIMIT = 64 * 1024  # bytes of a message
ANSWERED = "answered"  # as a message that is read and is no command
DIFFICULT = "é水😀"  # of two, three and four bytes


@pytest.fixture(scope="module", params=WAYS)
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    path = tmp_path_factory.mktemp(request.param) / "served.db"
    with served(at_a_free_port(str(path)), WAYS[request.param]) as there:
        with there.line("sam") as line:
            line.send(encode(OpenBreakout("b1", 60)).decode())
            while "done" not in str(line.recv(timeout=10)):
                continue
        yield there


# --- frames, and a line by hand ---------------------------------------------------------------


def frame(
    opcode: int,
    body: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    mask: bytes = MASK,
    length: int | None = None,
) -> bytes:
    """As a client sends it; ``length`` is the number of bytes in which the length is written."""
    first = bytes((fin << 7 | reserved << 4 | opcode,))
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(body)) if mask else body
    return first + sized(len(body), length, masked=bool(mask)) + mask + masked


def sized(size: int, length: int | None = None, *, masked: bool = True) -> bytes:
    length = length or (1 if size < 126 else 2 if size < 1 << 16 else 8)
    if length == 1:
        return bytes((masked << 7 | size,))
    return bytes((masked << 7 | (126 if length == 2 else 127),)) + size.to_bytes(length)


def fragments(opcode: int, *bodies: bytes) -> bytes:
    """One message in as many frames."""
    last = len(bodies) - 1
    return b"".join(
        frame(opcode if n == 0 else CONT, body, fin=n == last) for n, body in enumerate(bodies)
    )


def code(number: int) -> bytes:
    return number.to_bytes(2)


@dataclass
class Line:
    socket: socket.socket

    def send(self, *segments: bytes) -> None:
        for segment in segments:
            self.socket.sendall(segment)

    def taken(self, size: int) -> bytes:
        come = b""
        while len(come) < size and (more := self.socket.recv(size - len(come))):
            come += more
        return come

    def message(self) -> tuple[int, bytes]:
        """The first byte of a frame, and what is in it; nothing when the line has ended."""
        head = self.taken(2)
        if not head:
            return 0, b""
        size = head[1]
        if size >= 126:
            size = int.from_bytes(self.taken(2 if size == 126 else 8))
        return head[0], self.taken(size)

    def answer(self) -> str:
        """What the server says next, in a word."""
        first, body = self.message()
        match first:
            case 0:
                return "end"
            case 0x81:
                refused = json.decode(body, type=dict[str, object]).get("refused")
                return ANSWERED if refused == "malformed" else body.decode()
            case 0x88:
                return f"close {int.from_bytes(body[:2])}" if body else "close"
            case 0x8A:
                return f"pong {body.decode(errors='replace')}".strip()
            case _:
                return f"frame {first:x}"


def head(door: Door, by: str, *headers: str, path: str = "live?after=9999") -> bytes:
    fields = {
        "Host": f"{door.settings.host}:{door.settings.port}",
        "Origin": door.address,
        "Cookie": door.known(by)["cookie"],
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": JSON,
    }
    fields |= dict(header.split(": ", 1) for header in headers)
    lines = (f"{name}: {value}" for name, value in fields.items() if value)
    return "\r\n".join((f"GET /forums/{PLAN.id}/{path} HTTP/1.1", *lines, "", "")).encode()


@contextmanager
def connected(door: Door) -> Iterator[Line]:
    with socket.create_connection((door.settings.host, door.settings.port), timeout=20) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Line(line)


@contextmanager
def open_line(door: Door, by: str = "anna") -> Iterator[Line]:
    with connected(door) as line:
        line.send(head(door, by))
        assert shaken(line).startswith("HTTP/1.1 101")
        yield line


def shaken(line: Line) -> str:
    """The head of the server's answer."""
    come = b""
    while not come.endswith(b"\r\n\r\n") and (more := line.taken(1)):
        come += more
    return come.decode()


def takes_leave(line: Line) -> None:
    """And no answer to anything was still to come."""
    line.send(frame(CLOSE, code(1000)))
    assert (line.answer(), line.answer()) == LEFT


# --- the cases: what is sent, in which segments, and what is said ------------------------------

Case = tuple[Sequence[bytes], Sequence[str]]
LEFT: Sequence[str] = ("close 1000", "end")
BROKEN: Sequence[str] = ("close 1002", "end")
NO_TEXT: Sequence[str] = ("close 1007", "end")
TOO_BIG: Sequence[str] = ("close 1009", "end")
ONE = frame(TEXT, b"one")

MASKING: dict[str, Case] = {
    "text without a mask": ([frame(TEXT, b"one", mask=b"")], BROKEN),
    "longer text without a mask": ([frame(TEXT, b"x" * 40, mask=b"")], BROKEN),
    "long text without a mask": ([frame(TEXT, b"x" * 400, mask=b"")], BROKEN),
    "a ping without a mask": ([frame(PING, mask=b"")], BROKEN),
    "a close without a mask": ([frame(CLOSE, code(1000), mask=b"")], BROKEN),
    "a mask of zeros": ([frame(TEXT, b"one", mask=bytes(4))], (ANSWERED,)),
    "a mask of ones": ([frame(TEXT, b"one", mask=b"\xff" * 4)], (ANSWERED,)),
    "another mask for each": (
        [frame(TEXT, b"one", mask=bytes((n, 2, n, 4))) for n in range(3)],
        (
            ANSWERED,
            ANSWERED,
            ANSWERED,
        ),
    ),
}
LENGTHS: dict[str, Case] = {
    **{
        f"text of {size} bytes": ([frame(TEXT, b"x" * size)], (ANSWERED,))
        for size in (0, 1, 125, 126, 127, 128, 65535, LIMIT)
    },
    "a short length in two bytes": ([frame(TEXT, b"one", length=2)], (ANSWERED,)),
    "a short length in eight bytes": ([frame(TEXT, b"one", length=8)], (ANSWERED,)),
    "text over the limit": ([b"\x81" + sized(LIMIT + 1) + MASK], TOO_BIG),
    "bytes over the limit": ([b"\x82" + sized(LIMIT + 1) + MASK], TOO_BIG),
    "a length nobody has": ([b"\x81" + sized(1 << 40, 8) + MASK], TOO_BIG),
    "a length with its first bit": ([b"\x81" + sized(1 << 63, 8) + MASK], TOO_BIG),
    "over the limit in fragments": (
        [frame(TEXT, b"x" * 40_000, fin=False), b"\x80" + sized(25_537) + MASK],
        TOO_BIG,
    ),
    "at the limit in fragments": ([fragments(TEXT, b"x" * 40_000, b"x" * 25_536)], (ANSWERED,)),
}
FRAGMENTS: dict[str, Case] = {
    "two": ([fragments(TEXT, b"o", b"ne")], (ANSWERED,)),
    "many": ([fragments(TEXT, *(b"x" for _ in range(100)))], (ANSWERED,)),
    "an empty first": ([fragments(TEXT, b"", b"one")], (ANSWERED,)),
    "an empty last": ([fragments(TEXT, b"one", b"")], (ANSWERED,)),
    "nothing but empty ones": ([fragments(TEXT, b"", b"", b"")], (ANSWERED,)),
    "of bytes": ([fragments(BINARY, b"o", b"ne")], (ANSWERED,)),
    "then a whole message": (
        [fragments(TEXT, b"o", b"ne"), ONE],
        (
            ANSWERED,
            ANSWERED,
        ),
    ),
    "a continuation of nothing": ([frame(CONT, b"one")], BROKEN),
    "a new text within": ([frame(TEXT, b"o", fin=False), ONE], BROKEN),
    "new bytes within": ([frame(TEXT, b"o", fin=False), frame(BINARY, b"x")], BROKEN),
    "a ping within": (
        [frame(TEXT, b"o", fin=False), frame(PING, b"there?"), frame(CONT, b"ne")],
        (
            "pong there?",
            ANSWERED,
        ),
    ),
    "a pong within": (
        [frame(TEXT, b"o", fin=False), frame(PONG, b"here"), frame(CONT, b"ne")],
        (ANSWERED,),
    ),
    "a close within": ([frame(TEXT, b"o", fin=False), frame(CLOSE, code(1000))], BROKEN),
}
CONTROL: dict[str, Case] = {
    "an empty ping": ([frame(PING)], ("pong",)),
    "a ping of 125 bytes": ([frame(PING, b"x" * 125)], ("pong " + "x" * 125,)),
    "a ping of 126 bytes": ([frame(PING, b"x" * 126)], BROKEN),
    "a ping in fragments": ([frame(PING, b"x", fin=False)], BROKEN),
    "three pings": (
        [b"".join(frame(PING, name) for name in (b"a", b"b", b"c"))],
        (
            "pong a",
            "pong b",
            "pong c",
        ),
    ),
    "pongs nobody asked for": ([frame(PONG), frame(PONG, b"x" * 125), ONE], (ANSWERED,)),
    "a pong of 126 bytes": ([frame(PONG, b"x" * 126)], BROKEN),
    "a pong in fragments": ([frame(PONG, b"x", fin=False)], BROKEN),
}
RESERVED: dict[str, Case] = {
    **{
        f"reserved bits {bits:03b}": ([frame(TEXT, b"one", reserved=bits)], BROKEN)
        for bits in (1, 2, 4, 7)
    },
    "a reserved bit on a ping": ([frame(PING, reserved=4)], BROKEN),
    **{
        f"opcode {opcode}": ([frame(opcode, b"one")], BROKEN)
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    },
    "a request in plain HTTP": ([b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"], BROKEN),
}
UTF_8: dict[str, Case] = {
    "characters of every length": ([frame(TEXT, DIFFICULT.encode())], (ANSWERED,)),
    "split anywhere": (
        [
            fragments(TEXT, DIFFICULT.encode()[:at], DIFFICULT.encode()[at:])
            for at in range(1, len(DIFFICULT.encode()))
        ],
        (*(len(DIFFICULT.encode()) - 1) * (ANSWERED,),),
    ),
    "a byte that is none": ([frame(TEXT, b"one\xff")], NO_TEXT),
    "a slash written too long": ([frame(TEXT, b"\xc0\xaf")], NO_TEXT),
    "half a pair": ([frame(TEXT, b"\xed\xa0\x80")], NO_TEXT),
    "beyond the last": ([frame(TEXT, b"\xf4\x90\x80\x80")], NO_TEXT),
    "cut short": ([frame(TEXT, "水".encode()[:2])], NO_TEXT),
    "cut short in fragments": ([fragments(TEXT, b"one", "水".encode()[:2])], NO_TEXT),
    "wrong in the second fragment": ([fragments(TEXT, b"one", b"\xff")], NO_TEXT),
    "bytes may be anything": ([frame(BINARY, b"\xff\xfe")], (ANSWERED,)),
}
CLOSING: dict[str, Case] = {
    **{
        f"with {number}": ([frame(CLOSE, code(number))], (f"close {number}", "end"))
        for number in (1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999)
    },
    **{
        f"with {number}, which is none": ([frame(CLOSE, code(number))], BROKEN)
        for number in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000)
    },
    "without a code": ([frame(CLOSE)], ("close", "end")),
    "with half a code": ([frame(CLOSE, b"\x03")], BROKEN),
    "with a reason": ([frame(CLOSE, code(1000) + b"x" * 123)], LEFT),
    "with too long a reason": ([frame(CLOSE, code(1000) + b"x" * 124)], BROKEN),
    "with a reason that is no text": ([frame(CLOSE, code(1000) + b"\xff")], NO_TEXT),
    "in fragments": ([frame(CLOSE, code(1000), fin=False)], BROKEN),
    "twice": ([frame(CLOSE, code(1000)) * 2], LEFT),
    "then a message": ([frame(CLOSE, code(1000)) + ONE], LEFT),
    "then a ping": ([frame(CLOSE, code(1000)) + frame(PING)], LEFT),
}
SEGMENTS: dict[str, Case] = {
    "byte by byte": (
        [bytes((byte,)) for byte in ONE + fragments(TEXT, b"t", b"wo")],
        (
            ANSWERED,
            ANSWERED,
        ),
    ),
    "two messages at once": (
        [ONE + ONE],
        (
            ANSWERED,
            ANSWERED,
        ),
    ),
    "fifty messages at once": ([ONE * 50], (*50 * (ANSWERED,),)),
    "a message and half of another": (
        [ONE + ONE[:5], ONE[5:]],
        (
            ANSWERED,
            ANSWERED,
        ),
    ),
    "a head and its body": ([ONE[:2], ONE[2:6], ONE[6:]], (ANSWERED,)),
    "a long message in small pieces": (
        [frame(TEXT, b"x" * 5000)[at : at + 7] for at in range(0, 5008, 7)],
        (ANSWERED,),
    ),
}
CASES: dict[str, Case] = {
    f"{group}: {name}": case
    for group, cases in {
        "masking": MASKING,
        "lengths": LENGTHS,
        "fragments": FRAGMENTS,
        "control": CONTROL,
        "reserved": RESERVED,
        "UTF-8": UTF_8,
        "closing": CLOSING,
        "segments": SEGMENTS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("sent", "told"), CASES.values(), ids=CASES)
def test_what_is_sent_is_answered_as_the_rules_say(
    door: Door, sent: Sequence[bytes], told: Sequence[str]
) -> None:
    with open_line(door) as line:
        line.send(*sent)
        assert [line.answer() for _ in told] == list(told)
        if "end" not in told:
            takes_leave(line)


AFTERWARDS: dict[str, Case] = {
    "a ping": ([frame(PING, b"p")], ("pong p",)),
    "a continuation": ([frame(CONT, b"two")], BROKEN),
    "an empty continuation": ([frame(CONT)], BROKEN),
    "no mask": ([frame(TEXT, b"two", mask=b"")], BROKEN),
    "no text": ([frame(TEXT, b"\xff")], NO_TEXT),
    "a long one": ([frame(TEXT, b"x" * 70_000)[:20]], TOO_BIG),
}


@pytest.mark.parametrize("first", [ONE, fragments(TEXT, b"o", b"ne")], ids=["whole", "in parts"])
@pytest.mark.parametrize(("sent", "told"), AFTERWARDS.values(), ids=AFTERWARDS)
def test_after_a_message_that_was_answered_the_rules_are_the_same(
    door: Door, first: bytes, sent: Sequence[bytes], told: Sequence[str]
) -> None:
    with open_line(door) as line:
        line.send(first)
        assert line.answer() == ANSWERED
        line.send(*sent)
        assert [line.answer() for _ in told] == list(told)
        if "end" not in told:
            line.send(first)
            assert line.answer() == ANSWERED
            takes_leave(line)


def test_words_that_came_in_pieces_are_told_as_they_were_said(door: Door) -> None:
    """Split in the middle of a character, with a question between."""
    for number, at in enumerate(range(1, len(DIFFICULT.encode()))):
        id = f"pieces{number}"
        said = encode(Contribute("b1", id, Kind.GAP, DIFFICULT, "en"))
        cut = said.index(DIFFICULT.encode()) + at
        with open_line(door, "hugo") as line, door.line("rita") as other:
            line.send(frame(TEXT, said[:cut], fin=False), frame(PING), frame(CONT, said[cut:]))
            assert line.answer() == "pong"
            while f'"id":"{id}"' not in (told := str(other.recv(timeout=10))):
                continue
            assert DIFFICULT in told


# --- the handshake ----------------------------------------------------------------------------

SHAKEN: dict[str, tuple[Sequence[str], str]] = {
    "as it should be": ((), "101"),
    "names in other cases": (("Upgrade: WebSocket", "Connection: keep-alive, upgrade"), "101"),
    "another version": (("Sec-WebSocket-Version: 8",), "400"),
    "no version": (("Sec-WebSocket-Version: ",), "400"),
    "no key": (("Sec-WebSocket-Key: ",), "400"),
    "a key that is too short": (("Sec-WebSocket-Key: c2hvcnQ=",), "400"),
    "a key that is none": (("Sec-WebSocket-Key: %%%%",), "400"),
    "from elsewhere": (("Origin: https://elsewhere.example",), "403"),
    "from nowhere": (("Origin: null",), "403"),
    "no upgrade": (("Connection: keep-alive",), "404"),
}


@pytest.mark.parametrize(("headers", "status"), SHAKEN.values(), ids=SHAKEN)
def test_a_handshake_is_accepted_or_refused(
    door: Door, headers: Sequence[str], status: str
) -> None:
    with connected(door) as line:
        line.send(head(door, "anna", *headers))
        assert shaken(line).split()[1] == status


def test_the_key_is_answered(door: Door) -> None:
    """By the example of RFC 6455, 1.3."""
    with connected(door) as line:
        line.send(head(door, "anna"))
        assert "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in shaken(line)


def test_a_handshake_may_come_slowly(door: Door) -> None:
    with connected(door) as line:
        line.send(*(bytes((byte,)) for byte in head(door, "anna")))
        assert shaken(line).startswith("HTTP/1.1 101")
        line.send(ONE)
        assert line.answer() == ANSWERED
        takes_leave(line)


@pytest.mark.parametrize("door", ["wire"], indirect=True)
@pytest.mark.parametrize("at_once", [True, False], ids=["in one segment", "in two"])
def test_who_speaks_before_the_handshake_is_over_is_heard_after_it(
    door: Door, at_once: bool
) -> None:
    """RFC 6455, 4.1, has clients wait; whoever does not is not cut in two (by a task: is)."""
    with connected(door) as line:
        spoken = head(door, "anna"), ONE + ONE[:4]
        line.send(*((b"".join(spoken),) if at_once else spoken))
        assert shaken(line).startswith("HTTP/1.1 101")
        assert line.answer() == ANSWERED
        line.send(ONE[4:])
        assert line.answer() == ANSWERED
        takes_leave(line)


def test_a_handshake_that_is_never_finished_keeps_nobody_waiting(door: Door) -> None:
    with connected(door) as half:
        half.send(head(door, "anna")[:-2])
        with open_line(door) as line:
            line.send(ONE)
            assert line.answer() == ANSWERED


# --- compression (RFC 7692), which a wire alone agrees to ---------------------------------------

OFFER = "Sec-WebSocket-Extensions: permessage-deflate"
OFFERED = {
    "by Chromium": ("; client_max_window_bits", "; server_max_window_bits=12"),
    "by Firefox": ("", "; server_max_window_bits=12"),
    "with a smaller window": ("; server_max_window_bits=10", "; server_max_window_bits=10"),
}


@contextmanager
def packed(
    door: Door, offer: str = "", by: str = "anna", query: str = "?after=9999"
) -> Iterator[Line]:
    with connected(door) as line:
        line.send(head(door, by, OFFER + offer, path=f"live{query}"))
        assert "permessage-deflate" in shaken(line)
        yield line


def deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def inflated(body: bytes, window: int) -> bytes:
    return zlib.decompress(body + b"\x00\x00\xff\xff\x01\x00\x00\xff\xff", wbits=-window)


@pytest.mark.parametrize("door", ["wire"], indirect=True)
@pytest.mark.parametrize(("offer", "window"), OFFERED.values(), ids=OFFERED)
def test_nothing_is_kept_between_compressed_messages(door: Door, offer: str, window: str) -> None:
    with connected(door) as line:
        line.send(head(door, "anna", OFFER + offer))
        agreed = (
            f"permessage-deflate; server_no_context_takeover; client_no_context_takeover{window}"
        )
        assert f"Sec-WebSocket-Extensions: {agreed}\r\n" in shaken(line)


@pytest.mark.parametrize("door", ["wire"], indirect=True)
@pytest.mark.parametrize("offer", ["; server_max_window_bits=8", "; something_else"])
def test_an_offer_that_cannot_be_met_is_passed_over(door: Door, offer: str) -> None:
    with connected(door) as line:
        line.send(head(door, "anna", OFFER + offer))
        assert "permessage-deflate" not in shaken(line)
        line.send(ONE)
        assert line.answer() == ANSWERED


@pytest.mark.parametrize("door", ["wire"], indirect=True)
def test_what_is_told_is_compressed_for_who_can_unpack_it(door: Door) -> None:
    with door.line("hugo", "?after=0") as other:
        told = str(other.recv(timeout=10)).encode()
    with packed(door, "; server_max_window_bits=10", "hugo", "?after=0") as line:
        assert line.message() == (0x81, told)  # agreed to, and left as it is
    for offer in ("", "; client_max_window_bits"):
        with packed(door, offer, "hugo", "?after=0") as line:
            first, body = line.message()
            assert first == 0xC1
            assert len(body) < len(told) / 2
            assert inflated(body, 12) == told


PACKED: dict[str, Case] = {
    "a message": ([frame(TEXT, deflated(b"one"), reserved=4)], (ANSWERED,)),
    "two messages": ([frame(TEXT, deflated(b"one"), reserved=4) * 2], 2 * (ANSWERED,)),
    "a plain one": ([ONE], (ANSWERED,)),
    "a long one": ([frame(TEXT, deflated(b"x" * LIMIT), reserved=4)], (ANSWERED,)),
    "too long a one": ([frame(TEXT, deflated(b"x" * (LIMIT + 1)), reserved=4)], TOO_BIG),
    "a bomb": ([frame(TEXT, deflated(b"x" * (64 << 20)), reserved=4)], TOO_BIG),
    "nothing that could be unpacked": ([frame(TEXT, b"\xff\xff\xff", reserved=4)], BROKEN),
    "no text": ([frame(TEXT, deflated(b"\xff"), reserved=4)], NO_TEXT),
    "the bit on a continuation": (
        [frame(TEXT, deflated(b"o"), fin=False, reserved=4), frame(CONT, b"ne", reserved=4)],
        BROKEN,
    ),
    "the bit on a ping": ([frame(PING, reserved=4)], BROKEN),
    "in fragments": (
        [
            frame(TEXT, deflated(b"one")[:2], fin=False, reserved=4),
            frame(PING),
            frame(CONT, deflated(b"one")[2:]),
        ],
        ("pong", ANSWERED),
    ),
}


@pytest.mark.parametrize("door", ["wire"], indirect=True)
@pytest.mark.parametrize(("sent", "told"), PACKED.values(), ids=PACKED)
def test_what_comes_compressed_is_answered_as_the_rules_say(
    door: Door, sent: Sequence[bytes], told: Sequence[str]
) -> None:
    with packed(door) as line:
        line.send(*sent)
        assert [line.answer() for _ in told] == list(told)
        if "end" not in told:
            takes_leave(line)


# --- the line ---------------------------------------------------------------------------------


def test_a_line_that_is_shut_on_one_side_is_over(door: Door) -> None:
    with open_line(door) as line:
        line.socket.shutdown(socket.SHUT_WR)
        assert line.answer() == "end"


def test_a_line_that_is_cut_takes_no_other_with_it(door: Door) -> None:
    with open_line(door, "hugo") as other:
        for sent in (b"", ONE[:3], frame(TEXT, b"o", fin=False), ONE * 20):
            with open_line(door) as line:
                line.send(sent)
                line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes((1, *bytes(7))))
        other.send(ONE)
        assert other.answer() == ANSWERED
        takes_leave(other)

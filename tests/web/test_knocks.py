"""Who knocks as everybody does is answered at once, and in the same words as by the long way."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from logging import ERROR

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from facilitate.web.doorsteps import AT_ONCE, Doorstep, Queue, agreed_on
from facilitate.web.handshakes import PageLine, SocketLine
from facilitate.web.knocks import LONGEST, MOST_FIELDS, read

PATH = "/forums/rivers/live?page=breakout&place=b1&after=41"
FIELDS = (
    "Host: forum.example",
    "Origin: https://forum.example",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: facilitate.html.v1, facilitate.json.v1",
    "Cookie: __Host-facilitate=abc; language=fr",
)
BY_CHROMIUM = (
    "Host: forum.example",
    "Connection: Upgrade",
    "Pragma: no-cache",
    "Cache-Control: no-cache",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
    "Upgrade: websocket",
    "Origin: https://forum.example",
    "Sec-WebSocket-Version: 13",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: fr-FR,fr;q=0.9,en;q=0.8",
    "Cookie: __Host-facilitate=abc; language=fr",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Protocol: facilitate.html.v1",
)
BY_FIREFOX = (
    "Host: forum.example",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept: */*",
    "Accept-Language: en-US,en;q=0.5",
    "Sec-WebSocket-Version: 13",
    "Origin: https://forum.example",
    "Sec-WebSocket-Protocol: facilitate.html.v1",
    "Sec-WebSocket-Extensions: permessage-deflate",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Connection: keep-alive, Upgrade",
    "Cookie: __Host-facilitate=abc",
    "Sec-Fetch-Dest: empty",
    "Upgrade: websocket",
)
BY_A_PROXY = (
    "Host: forum.example",
    "X-Forwarded-For: 203.0.113.7",
    "X-Forwarded-Proto: https",
    "Upgrade: websocket",
    "Connection: upgrade",
    *FIELDS[4:],
)
USUAL = {
    "as we ask": FIELDS,
    "by Chromium": BY_CHROMIUM,
    "by Firefox": BY_FIREFOX,
    "through a proxy": BY_A_PROXY,
}


def request(fields: Sequence[str], first: str = f"GET {PATH} HTTP/1.1") -> bytes:
    return "\r\n".join((first, *fields, "", "")).encode("latin-1")


@pytest.mark.parametrize("fields", USUAL.values(), ids=USUAL)
def test_what_browsers_and_proxies_send_is_a_knock(fields: Sequence[str]) -> None:
    knock = read(request(fields))
    assert knock is not None
    assert (knock.path, knock.query) == ("/forums/rivers/live", PATH.partition("?")[2].encode())
    assert len(knock.fields) == len(fields)
    assert knock.protocols[0] == "facilitate.html.v1"


def test_nothing_is_read_that_another_would_find_too_long() -> None:
    for cookie, read_here in (("x" * (LONGEST - 600), True), ("x" * LONGEST, False)):
        assert bool(read(request((*FIELDS[:-1], f"Cookie: {cookie}")))) == read_here
    many = tuple(f"X-{n}: x" for n in range(MOST_FIELDS))
    assert read(request((*FIELDS, *many))) is None


# --- both ways beside one another -------------------------------------------------------------


@dataclass
class Heard:
    """What the application was asked, and what came back on the line."""

    asked: Mapping[str, object] | None
    answered: Sequence[bytes]


async def lets_in(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        offered = scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": next(iter(offered), None)})
        await asyncio.Event().wait()
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def heard(
    way: type[Doorstep] | type[PageLine],
    *segments: bytes,
    by: ASGIApp = lets_in,
    stops: bool = False,
    goes: bool = False,
) -> Heard:
    """On a line of its own; then the server stops, or whoever sent it goes."""
    asked: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope)
        await by(scope, receive, send)

    set = Config(application, ws=SocketLine, access_log=False, log_config=None)
    set.load()
    server = ServerState()
    server.default_headers = [(b"date", b"now")]
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        transport, _ = await loop.connect_accepted_socket(lambda: way(set, server, {}), ours)
        for segment in segments:
            with suppress(BrokenPipeError):  # it was turned away already
                theirs.send(segment)
            await a_moment()
        for line in server.connections.copy() if stops else ():
            line.shutdown()
        come = b"" if goes else _come(theirs)
    for _ in range(3):
        await a_moment()
    for task in server.tasks.copy():
        task.cancel()
    transport.close()
    await a_moment()
    assert not server.connections | server.tasks
    return Heard(_compared(asked[0]) if asked else None, _compared_answer(come))


def _come(line: socket.socket) -> bytes:
    try:
        return line.recv(1 << 16)
    except BlockingIOError:
        return b"nothing"
    except ConnectionResetError:
        return b"cut"


async def a_moment() -> None:
    """All there is to do is done: nothing here waits for anything outside."""
    for _ in range(12):
        await asyncio.sleep(0)


def _compared(scope: Scope) -> Mapping[str, object]:
    """Without what an application cannot tell a difference by."""
    told = {name: value for name, value in scope.items() if name not in ("extensions", "state")}
    lists = {name: list(told[name]) for name in ("headers", "subprotocols") if name in told}
    return told | lists


def _compared_answer(come: bytes) -> Sequence[bytes]:
    """The fields in any order; the time of day is not ours."""
    lines = come.split(b"\r\n")
    return [lines[0], *sorted(line for line in lines[1:] if not line.lower().startswith(b"date"))]


def both(*segments: bytes) -> tuple[Heard, Heard]:
    async def ask() -> tuple[Heard, Heard]:
        return await heard(Doorstep, *segments), await heard(PageLine, *segments)

    return asyncio.run(ask())


@pytest.mark.parametrize("fields", USUAL.values(), ids=USUAL)
def test_a_knock_is_understood_and_answered_as_by_the_long_way(fields: Sequence[str]) -> None:
    short, long = both(request(fields))
    assert short == long
    assert short.asked is not None
    assert short.answered[0] == b"HTTP/1.1 101 Switching Protocols"


NAMES = tuple(field.partition(":")[0] for field in FIELDS)
VALUES = (
    *("", " ", "websocket", "WebSocket", "upgrade", "keep-alive", "Upgrade, keep-alive", "close"),
    *("13", "8", "13, 13", "013", "dGhlIHNhbXBsZSBub25jZQ", "c2hvcnQ=", "%%%%"),
    *("dGhlIHNhbXBsZSBub25jZR==", "facilitate.html.v1", "a,b", "a, ,b", "a b", 'a"b', "a;b", ","),
    *("permessage-deflate", "permessage-deflate; client_max_window_bits", "x-webkit-deflate-frame"),
    *(
        "permessage-deflate; server_max_window_bits=9",
        "permessage-deflate; client_max_window_bits=x",
    ),
    *("permessage-deflate; =", "permessage-deflate, permessage-deflate", ";", "chunked", "0", "5"),
    *("100-continue", "203.0.113.7", "https", "wss", "é", "a\tb", "a\x00b", "\x7f", "x" * 9000),
)
MORE = (
    *("Content-Length", "Transfer-Encoding", "Expect", "Sec-WebSocket-Extensions", "Sec WebSocket"),
    *("X-Forwarded-For", "X-Forwarded-Proto", "", "X_Under", "X-É", "Range"),
)
FIRST_LINES = (
    *(f"{method} {PATH} HTTP/1.1" for method in ("POST", "HEAD", "get", "G@T")),
    *(f"GET {PATH} HTTP/{version}" for version in ("1.0", "2.0", "1.2", "1")),
    *(
        f"GET {path} HTTP/1.1"
        for path in ("/", "*", "/drafts/d1", "/forums//live", "/forums/a/b/live")
    ),
    *(f"GET /forums/{name}/live HTTP/1.1" for name in ("a%2Fb", "%C3%A9", "é", "..", "a;b", "a b")),
    *(
        f"GET /forums/rivers/live{end} HTTP/1.1"
        for end in ("?", "??", "?a=%zz", "#x", "/", "?é", "?a b")
    ),
    *("GET http://forum.example/forums/rivers/live HTTP/1.1", f"GET  {PATH}  HTTP/1.1", ""),
)
FIELD = st.builds(
    lambda name, between, value: f"{name}{between}{value}",
    st.sampled_from(NAMES + MORE),
    st.sampled_from((": ", ":", ":  ", ":\t", " : ", "")),
    st.sampled_from(VALUES),
)


@st.composite
def changed(draw: st.DrawFn) -> list[bytes]:
    """A handshake with a few things about it that are not as usual, in one segment or in two."""
    fields = list(draw(st.sampled_from(tuple(USUAL.values()))))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(fields) - 1))
        match draw(st.sampled_from(("left out", "twice", "other", "more", "case", "end", "fold"))):
            case "left out" if len(fields) > 1:
                del fields[at]
            case "twice":
                fields.append(fields[at])
            case "other":
                name, _, _ = fields[at].partition(":")
                fields[at] = f"{name}: {draw(st.sampled_from(VALUES))}"
            case "more":
                fields.insert(at, draw(FIELD))
            case "case":
                fields[at] = draw(st.sampled_from((fields[at].lower(), fields[at].upper())))
            case "end":
                fields[at] += draw(st.sampled_from((" ", "\t", "\n", "\r", "\nX: y")))
            case _:
                fields.insert(at, " folded")
    first = draw(st.just(f"GET {PATH} HTTP/1.1") | st.sampled_from(FIRST_LINES))
    whole = request(fields, first) + draw(st.sampled_from((b"", b"", b"", b"\x81\x80abcd", b"x")))
    cut = draw(st.just(0) | st.integers(1, len(whole) - 1))
    return [whole[:cut], whole[cut:]] if cut else [whole]


@settings(deadline=None, max_examples=max(300, settings().max_examples))
@given(changed())
@example([request((*FIELDS, "Content-Length: 0"))])
@example([request((*FIELDS, FIELDS[5]))])
@example([request((*FIELDS[:3], "Connection: close", *FIELDS[4:]))])
@example([request((*FIELDS[:5], "Sec-WebSocket-Key: %%%%", *FIELDS[6:]))])
@example([request((*FIELDS[:6], "Sec-WebSocket-Protocol: a b"))])
@example([request(FIELDS, f"GET {PATH} HTTP/1.0")])
@example([request((*FIELDS, "X-Odd: a\x01b"))])
@example([request((*FIELDS, "X-Odd: \xe9"))])
@example([request(FIELDS[1:])])
@example([request((*FIELDS, "Sec-WebSocket-Extensions: ;"))])
@example([request((*FIELDS, "Transfer-Encoding: chunked"))])
def test_however_somebody_knocks_both_ways_say_the_same(segments: list[bytes]) -> None:
    short, long = both(*segments)
    assert short == long


def test_what_is_offered_is_agreed_to_in_the_words_of_websockets() -> None:
    said, deflate = agreed_on("permessage-deflate; client_max_window_bits") or (None, None)
    assert said == (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
        " server_max_window_bits=12"
    )
    assert deflate is not None
    assert agreed_on("") == agreed_on("x-webkit-deflate-frame") == (None, None)
    assert agreed_on(";") is None


# --- between the knock and the answer -----------------------------------------------------------


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError


async def says_nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()


async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1008})


async def closes(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4401})


APPLICATIONS: Mapping[ASGIApp, bytes] = {
    breaks: b"HTTP/1.1 500 Internal Server Error",
    says_nothing: b"HTTP/1.1 500 Internal Server Error",
    refuses: b"HTTP/1.1 403 Forbidden",
    closes: b"HTTP/1.1 101 Switching Protocols",
}


@pytest.mark.parametrize(("application", "first"), APPLICATIONS.items())
def test_whatever_becomes_of_a_knock_is_said_as_by_the_long_way(
    application: ASGIApp, first: bytes
) -> None:
    short, long = (
        asyncio.run(heard(way, request(FIELDS), by=application)) for way in (Doorstep, PageLine)
    )
    assert short == long
    assert short.answered[0] == first


def test_a_server_that_stops_says_so_to_who_is_not_let_in_yet() -> None:
    for way in (Doorstep, PageLine):
        told = asyncio.run(heard(way, request(FIELDS), by=says_nothing_yet, stops=True))
        assert told.answered[0] == b"HTTP/1.1 500 Internal Server Error"


async def says_nothing_yet(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await asyncio.Event().wait()


def test_who_goes_before_the_answer_is_no_fault_and_leaves_nothing_behind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Told to nobody that is not there: neither line nor task is kept."""
    left: list[BaseException] = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for _ in range(3):
            await a_moment()
        try:
            await send({"type": "websocket.accept"})
        except OSError as gone:
            left.append(gone)

    asyncio.run(heard(Doorstep, request(FIELDS), by=slow, goes=True))
    assert len(left) == 1
    assert [line for line in caplog.records if line.levelno >= ERROR] == []


def test_of_a_crowd_a_few_are_seen_to_then_all_others_have_their_turn() -> None:
    async def crowd() -> tuple[list[int], list[int]]:
        queue, seen = Queue(), list[int]()
        for number in range(3 * AT_ONCE):
            queue.join(partial(seen.append, number))
        each: list[int] = []
        while len(seen) < 3 * AT_ONCE:
            before = len(seen)
            await asyncio.sleep(0)
            each.append(len(seen) - before)
        queue.join(lambda: seen.append(-1))  # whoever comes when all have gone
        await a_moment()
        return seen, each

    seen, each = asyncio.run(crowd())
    assert seen == [*range(3 * AT_ONCE), -1]
    assert max(each) == AT_ONCE


def test_who_cannot_be_seen_to_keeps_nobody_else_at_the_door() -> None:
    seen: list[str] = []

    def fails() -> None:
        raise ValueError

    async def crowd() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: seen.append("logged"))
        queue = Queue()
        queue.join(fails)
        queue.join(lambda: seen.append("next"))
        await a_moment()

    asyncio.run(crowd())
    assert seen == ["logged", "next"]

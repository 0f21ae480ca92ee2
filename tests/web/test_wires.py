"""A wire asks whether the other side is there, and lets go of it when it is not."""

import asyncio
from contextlib import ExitStack
from socket import socket
from ssl import create_default_context

from facilitate.web import wires
from facilitate.web.endings import DROPPED, NOT_HEARD, TRY_LATER
from facilitate.web.limits import Buckets
from facilitate.web.lines import Line
from facilitate.web.pens import OUTBOX, Direct, Pace, Plain
from facilitate.web.wires import PING, Wire, number_of
from tests.web.test_fuzzed_lines import Written
from tests.web.test_rfc6455 import ONE, PONG, code, frame

SOON = 0.005  # s between two pings


class Asked(Written):
    """A line on which ``unsent`` bytes are always under way."""

    def __init__(self, *unsent: int) -> None:
        super().__init__()
        self.unsent = list(unsent)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        return

    def resume_reading(self) -> None:
        return

    def get_write_buffer_size(self) -> int:
        return self.unsent.pop(0) if self.unsent else 0

    def get_extra_info(self, name: str, default: object = None) -> object:
        return default


class Ear:
    def __init__(self) -> None:
        self.codes: list[int] = []

    def heard(self, text: str) -> None:
        return

    def heard_bytes(self, body: bytes) -> None:
        return

    def full(self) -> None:
        return

    def emptied(self) -> None:
        return

    def lost(self, code: int) -> None:
        self.codes.append(code)


def wired(line: Asked, ear: wires.Ear) -> Wire:
    wire = Wire(line, lambda _: None, None, longest=65_536, pause=SOON)
    wire.connect(ear)
    return wire


async def until_it_is_cut(line: Asked) -> None:
    while not line.closed:  # noqa: ASYNC110 - a line tells nobody
        await asyncio.sleep(SOON)


def test_who_answers_nothing_is_let_go_at_the_second_question() -> None:
    async def silence() -> tuple[Asked, Ear]:
        line, ear = Asked(), Ear()
        wire = wired(line, ear)
        await until_it_is_cut(line)
        wire.connection_lost(None)
        return line, ear

    line, ear = asyncio.run(silence())
    assert line.written == PING + b"\x88\x02" + code(NOT_HEARD)
    assert ear.codes == [NOT_HEARD]


def test_nobody_writes_past_a_transport_that_puts_into_cipher() -> None:
    class Known(Asked):
        def __init__(self, **known: object) -> None:
            super().__init__()
            self.known = known

        def get_extra_info(self, name: str, default: object = None) -> object:
            return self.known.get(name, default)

    with socket() as line:
        assert number_of(Known(socket=line)) == line.fileno()
        assert number_of(Known(socket=line, sslcontext=create_default_context())) == -1
    assert number_of(Known()) == -1


def test_whatever_comes_shows_that_somebody_is_there() -> None:
    async def talks() -> tuple[Asked, Ear]:
        line, ear = Asked(), Ear()
        wire = wired(line, ear)
        for sent in (frame(PONG), ONE, frame(PONG), ONE[:2], ONE[2:], frame(PONG)):
            asked = line.written.count(PING)
            while line.written.count(PING) == asked:  # noqa: ASYNC110
                await asyncio.sleep(0)  # so that the answer always comes before the next
            wire.data_received(sent)
        wire.connection_lost(None)
        return line, ear

    line, ear = asyncio.run(talks())
    assert (line.written, line.closed) == (PING * 6, False)
    assert ear.codes == [DROPPED]


def test_who_is_still_taking_what_was_told_before_is_waited_for() -> None:
    """The question stands behind it on a poor line; where nothing moves it is over."""

    async def slowly() -> Asked:
        line = Asked(9000, 6000, 3000, 3000)
        wire = wired(line, Ear())
        await until_it_is_cut(line)
        wire.connection_lost(None)
        return line

    assert asyncio.run(slowly()).written.count(PING) == 3


def test_what_waits_on_the_wire_of_a_draft_is_bounded() -> None:
    async def told() -> tuple[int | None, int]:
        line = Asked(0, OUTBOX, OUTBOX + 1, OUTBOX + 1)
        direct = Direct(Pace(Buckets(burst=1, rate=1), "anna"), Line(), ExitStack())
        direct.connect(lambda ear: wired(line, ear))
        for _ in range(4):
            Plain("anna", direct).tell(b"x" * 1000)
        return direct.code, line.written.count(b"x" * 1000)

    assert asyncio.run(told()) == (TRY_LATER, 2)

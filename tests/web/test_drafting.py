"""The line of a live draft, on raw sockets: whatever comes on it, the draft stays sound."""

import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SO_LINGER, SO_RCVBUF, SOL_SOCKET
from threading import Barrier
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest
from pycrdt import Text
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from facilitate.live.drafts.frames import (
    Kind,
    Reader,
    Sync,
    Word,
    awareness,
    awareness_of,
    counted,
    sync,
)
from facilitate.live.drafts.gate import LARGEST
from facilitate.live.drafts.papers import Layout
from facilitate.meeting import Role
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    DraftRecommendationRevised,
    DraftSubmitted,
    SubmitDraft,
    TakeBackDraft,
    Written,
)
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.people import AssignRoles, RemovePerson
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.web.drafting import WORDS
from facilitate.web.limits import Buckets
from facilitate.web.pens import OUTBOX, Outbox
from tests.live.drafts.writers import OfPycrdt
from tests.web.house import PLAN
from tests.web.serving import WAYS, Door, at_a_free_port, planned, running, served
from tests.web.test_desk_writes import ask

NAME = f"{PLAN.id}.b1.e1"
FIRST = "Parties should pay."
SOON = 10.0  # s, of a machine that others use too


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A breakout sits; its draft has a paragraph, and rapporteurs Rita and Ramon."""
    with served(at_a_free_port(str(tmp_path / "drafts.db"))) as door:
        begin(door)
        yield door


def begin(door: Door) -> None:
    ask(door, "sam", OpenBreakout("b1", 60), part("ramon", Role.RAPPORTEUR))
    ask(door, "rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, FIRST))


def part(person: str, role: Role) -> AssignRoles:
    return AssignRoles(person, (role,), ("b1",))


class Pen:
    """Somebody with a copy of the draft, on a socket."""

    def __init__(self, socket: ClientConnection, client: int | None = None) -> None:
        self.socket = socket
        self.copy = OfPycrdt(client)
        self.words: list[Word] = []
        self.heard: list[bytes] = []
        self.sent = 0

    def say(self, message: bytes) -> None:
        self.socket.send(message)

    def hello(self) -> "Pen":
        """Ask for the draft, and wait for it."""
        self.say(sync(Sync.WHAT_I_HAVE, self.copy.state()))
        self.until(lambda: bool(self.text))
        return self

    @property
    def text(self) -> str:
        return self.copy.text("d1")

    def update(self, body: bytes) -> None:
        self.sent += 1
        self.say(sync(Sync.UPDATE, body))

    def type(self, start: int, words: str, end: int | None = None) -> None:
        self.copy.replace("d1", start, start if end is None else end, words)
        for body in self.copy.made():
            self.update(body)

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + SOON
        while not true():
            self.hear(end - time.monotonic())

    def hear(self, patience: float = SOON) -> None:
        message = self.socket.recv(timeout=max(0.0, patience))
        assert isinstance(message, bytes)
        self.heard.append(message)
        reader = Reader(message)
        kind = reader.number()
        if kind == Kind.SYNC:
            self._synced(reader.number(), reader.counted())
        elif kind == Kind.WORD:
            self.words.append(msgspec.json.decode(reader.counted(), type=Word))

    def _synced(self, step: int, body: bytes) -> None:
        if step == Sync.WHAT_I_HAVE:
            self.sent += 1
            self.say(sync(Sync.WHAT_YOU_LACK, self.copy.lacks(body)))
        else:
            self.copy.apply(body)

    def until_saved(self) -> None:
        self.until(lambda: any(word.saved == self.sent for word in self.words))

    def until_settled(self, text: str) -> None:
        """The record holds these words."""
        self.say(bytes((Kind.WORD,)) + counted(b'{"settle":true}'))
        self.until(lambda: self.text == text and any(w.settled for w in self.words))

    @property
    def refused(self) -> list[str]:
        return [word.refused for word in self.words if word.refused is not None]

    def ended(self) -> int:
        """With which code."""
        try:
            while True:
                self.hear()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0


@contextmanager
def line(door: Door, by: str, name: str = NAME, *, ours: bool = True) -> Iterator[ClientConnection]:
    with connect(
        f"{door.address.replace('http', 'ws', 1)}/drafts/{name}",
        origin=Origin(door.address),
        additional_headers=door.known(by),
        subprotocols=[Subprotocol(WORDS)] if ours else None,
        max_size=None,
        close_timeout=1,
    ) as socket:
        yield socket


@contextmanager
def pen(door: Door, by: str = "rita", client: int | None = None) -> Iterator[Pen]:
    with line(door, by) as socket:
        yield Pen(socket, client).hello()


def standing(door: Door) -> str:
    """The words as somebody finds them who comes now."""
    with pen(door, "anna") as reader:
        return reader.text


# --- writing ------------------------------------------------------------------------


def test_what_is_typed_is_saved_and_told_to_the_others(door: Door) -> None:
    with pen(door) as rita, pen(door, "ramon") as ramon, pen(door, "anna") as anna:
        rita.type(0, "All 📊 ")
        rita.until_saved()
        for other in (ramon, anna):
            other.until(lambda other=other: other.text == f"All 📊 {FIRST}")  # type: ignore[misc]
        before = len(ramon.heard)
        ramon.say(sync(Sync.WHAT_I_HAVE, ramon.copy.state()))
        ramon.until(lambda: any(map(_answers, ramon.heard[before:])))
        assert {word.saved for word in ramon.words} <= {None, ramon.sent}


def _answers(message: bytes) -> bool:
    return message[:2] == bytes((Kind.SYNC, Sync.WHAT_YOU_LACK))


def test_at_a_pause_it_is_in_the_record_and_all_are_told(door: Door) -> None:
    with pen(door) as rita, pen(door, "ramon") as ramon:
        rita.type(0, "All ")
        ramon.until(lambda: any(word.settled for word in ramon.words))
        (settled,) = [word.settled for word in ramon.words if word.settled]
        assert settled.texts == {"d1": 2}
        assert revised(door) == f"All {FIRST}"


def revised(door: Door) -> str:
    """The text that was saved last."""
    engine = open_database(door.settings.database)
    record = Log(engine).read(PLAN.id)
    engine.dispose()
    return [event.text for event in record if isinstance(event, DraftRecommendationRevised)][-1]


def test_what_is_typed_is_not_packed(door: Door) -> None:
    with line(door, "rita") as socket:
        assert socket.protocol.extensions == []


def test_twenty_who_join_in_the_same_second_have_one_draft(tmp_path: Path) -> None:
    door = planned(at_a_free_port(str(tmp_path / "twenty.db")))
    at_once, all_there = Barrier(20, timeout=SOON), Barrier(20, timeout=SOON)

    def joined(number: int) -> str:
        at_once.wait()
        with pen(door, "rita" if number % 2 else "anna") as one:
            before = one.text
            all_there.wait()
            if number == 1:
                one.type(0, "All ")
            one.until(lambda: one.text == f"All {FIRST}")
            return before

    with running(door.settings):
        begin(door)
    with running(door.settings), ThreadPoolExecutor(20) as pool:  # where nobody was yet
        assert list(pool.map(joined, range(20))) == [FIRST] * 20


def test_a_line_that_is_cut_in_the_middle_of_a_word_harms_nobody(door: Door) -> None:
    with pen(door, "ramon") as ramon:
        with line(door, "rita") as socket:
            rita = Pen(socket).hello()
            rita.type(0, "Half")
            rita.until_saved()
            socket.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            whole = sync(Sync.UPDATE, b"x" * 5_000)
            socket.socket.sendall(b"\x82\xfe" + len(whole).to_bytes(2) + bytes(4) + whole[:50])
            socket.socket.close()
        ramon.type(len(ramon.text), " Now.")
        ramon.until_saved()
        ramon.until(lambda: ramon.text == f"Half{FIRST} Now.")
        assert standing(door) == f"Half{FIRST} Now."


def test_who_does_not_read_stops_nobody(door: Door) -> None:
    """More than the lines between hold, so that the server has to keep it."""
    with line(door, "anna") as anna, pen(door) as rita, pen(door, "ramon") as ramon:
        anna.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        for _ in range(300):
            rita.type(0, "Words. " * 1_000)
            rita.type(0, "", 7_000)
        rita.until_saved()
        assert rita.text == FIRST
        rita.type(0, "After all. ")
        ramon.until(lambda: ramon.text == f"After all. {FIRST}")


def test_what_waits_for_who_does_not_read_is_bounded() -> None:
    outbox = Outbox()
    for _ in range(OUTBOX // 1000 + 1):
        outbox.put(b"x" * 1000)
    assert outbox.code == 1013
    assert outbox.all() == b""


# --- how fast -----------------------------------------------------------------------


@pytest.fixture(params=[*WAYS.values()], ids=[*WAYS])
def slow_door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    """The same, where hardly anything at once is too much."""
    settings = at_a_free_port(str(tmp_path / "slow.db"))
    with served(settings, request.param, typing=Buckets(burst=BURST, rate=50)) as door:
        begin(door)
        yield door


BURST = 20


def test_who_types_too_fast_is_slowed_told_and_sent_away(slow_door: Door) -> None:
    with pen(slow_door) as rita, pen(slow_door, "ramon") as ramon:
        before = rita.sent
        code = flood(rita)
        told = [word.slowed for word in rita.words]
        assert True in told
        assert code == 1008
        ramon.type(0, "Unhurried. ")
        ramon.until_saved()
        there = standing(slow_door)
        assert "Unhurried. " in there
        assert BURST <= there.count("x") < rita.sent - before


def test_what_comes_a_little_too_fast_is_only_later(slow_door: Door) -> None:
    with pen(slow_door) as rita:
        for _ in range(100):
            rita.type(0, "x")
        rita.until_saved()
        assert [word.slowed for word in rita.words].count(True) == 1
        assert standing(slow_door) == "x" * 100 + FIRST


def test_by_post_too_much_at_once_is_to_come_later(tmp_path: Path) -> None:
    asking = sync(Sync.WHAT_I_HAVE, b"\0")
    settings = at_a_free_port(str(tmp_path / "slow.db"))
    with served(settings, typing=Buckets(burst=BURST, rate=0.1)) as door:
        begin(door)
        assert posted(door, "rita", *[asking] * BURST)
        with pytest.raises(HTTPError) as too_fast:
            posted(door, "rita", asking)
        assert too_fast.value.code == 429
        assert int(too_fast.value.headers["retry-after"]) > 0
        too_fast.value.close()
        assert posted(door, "ramon", asking)


def flood(rita: Pen) -> int:
    """Letter by letter as fast as the line takes them, until it is closed; gives the code."""
    with suppress(ConnectionClosed):
        while True:
            rita.type(0, "x")
            with suppress(TimeoutError):
                rita.hear(0)
    return rita.ended()


# --- what is not let in -----------------------------------------------------------------


def test_a_reader_changes_nothing_and_may_read_on(door: Door) -> None:
    with pen(door, "anna") as anna, pen(door) as rita:
        anna.type(0, "NO ")
        anna.until(lambda: anna.refused == ["not-entitled"])
        rita.type(0, "Yes. ")
        anna.until(lambda: anna.text.startswith(("NO Yes. ", "Yes. NO ")))
        assert standing(door) == f"Yes. {FIRST}"


def test_a_gap_is_asked_for_and_filled(door: Door) -> None:
    with pen(door) as rita:
        rita.copy.replace("d1", 0, 0, "First ")
        rita.copy.made()  # is lost
        rita.type(6, "second ")
        rita.until(lambda: rita.refused == ["gap"])
        rita.until_saved()
        assert standing(door) == f"First second {FIRST}"


def test_nobody_writes_in_the_hand_of_somebody_else(door: Door) -> None:
    with pen(door) as rita, pen(door, "ramon", rita.copy.doc.client_id) as forger:
        rita.type(0, "Mine ")
        rita.until_saved()
        forger.until(lambda: forger.text.startswith("Mine"))
        forger.type(0, "FORGED ")
        assert forger.ended() == 4422
        assert forger.refused == ["foreign"]
        assert standing(door) == f"Mine {FIRST}"


def a_root(sheet: Layout) -> None:
    mine = Text()
    sheet.doc["mine"] = mine
    mine += "words"


def the_order(sheet: Layout) -> None:
    sheet.order.append("x")


def what_is_about(sheet: Layout) -> None:
    sheet.about["d1"] = {"version": 9}


def a_paragraph(sheet: Layout) -> None:
    sheet.make_room("d9")


def another_paragraph(sheet: Layout) -> None:
    sheet.texts["d1"] = Text("Mine.")


def a_picture(sheet: Layout) -> None:
    sheet.texts["d1"].insert_embed(0, {"picture": "x"})


def bold(sheet: Layout) -> None:
    sheet.texts["d1"].format(0, 3, {"bold": True})


def a_paragraph_taken_away(sheet: Layout) -> None:
    del sheet.texts["d1"]


FORGERIES = (
    a_root,
    the_order,
    what_is_about,
    a_paragraph,
    another_paragraph,
    a_picture,
    bold,
    a_paragraph_taken_away,
)


@pytest.mark.parametrize("forge", FORGERIES)
def test_nobody_changes_what_is_not_words(door: Door, forge: Callable[[Layout], None]) -> None:
    with pen(door) as rita:
        with rita.copy.doc.transaction():
            forge(rita.copy)
        rita.update(rita.copy.made()[0])
        assert rita.ended() == 4422
        assert rita.refused == ["not-words"]
    assert standing(door) == FIRST


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff" * 20,
        sync(Sync.UPDATE, b"\x05\x01\x02\x03"),
        b"\x00\x02\x09abc",
        b"\x00\x09\x00",
        b"\x01\x05abc",
        sync(Sync.WHAT_I_HAVE, b"\x07"),
        b"\x64\x03abc",
    ],
)
def test_garbage_ends_its_line_and_no_other(door: Door, message: bytes) -> None:
    with pen(door) as rita, pen(door, "ramon") as ramon:
        rita.say(message)
        assert rita.ended() in (4400, 4422)
        ramon.type(0, "Still. ")
        ramon.until_saved()
    assert standing(door) == f"Still. {FIRST}"


def test_a_text_is_none_of_ours(door: Door) -> None:
    with pen(door) as rita:
        rita.socket.send("text")
        assert rita.ended() == 4400


def test_too_large_an_update_is_refused_with_the_limit(door: Door) -> None:
    with pen(door) as rita:
        rita.type(0, "x" * LARGEST)
        assert rita.ended() == 4422
        assert [(w.refused, w.limit) for w in rita.words if w.refused] == [("too-large", LARGEST)]


def test_too_long_a_paragraph_is_refused_with_the_limit(door: Door) -> None:
    with pen(door) as rita:
        rita.type(0, "x" * 7_900)
        rita.type(0, "y" * 79, 79)  # in the place of others it is no longer
        rita.until_saved()
        rita.type(0, "z" * 100)
        assert rita.ended() == 4422
        assert [(w.refused, w.limit) for w in rita.words if w.refused] == [("too-long", 8_000)]
    assert len(standing(door)) == 7_900 + len(FIRST)


def test_nobody_stands_anywhere_under_another_name(door: Door) -> None:
    with pen(door) as rita, pen(door, "ramon") as ramon:
        state = '{"at":"d1","user":{"id":"clara","name":"The chair"}}'
        rita.say(awareness({rita.copy.doc.client_id: (1, state)}))
        ramon.until(lambda: any(b"d1" in m for m in ramon.heard if m[0] == Kind.AWARENESS))
        told = b"".join(m for m in ramon.heard if m[0] == Kind.AWARENESS)
        assert b'"name":"Rita"' in told
        assert b"chair" not in told


def test_where_somebody_was_is_forgotten_when_their_line_is_cut(door: Door) -> None:
    with pen(door, "ramon") as ramon:
        with pen(door) as rita:
            client = rita.copy.doc.client_id
            rita.say(awareness({client: (1, '{"at":"d1"}')}))
            ramon.until(lambda: '"at":"d1"' in places(ramon).get(client, (0, ""))[1])
            rita.socket.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            rita.socket.socket.close()
        ramon.until(lambda: places(ramon)[client] == (2, "null"))


def places(pen: Pen) -> dict[int, tuple[int, str]]:
    """What was told last of each client."""
    told: dict[int, tuple[int, str]] = {}
    for message in pen.heard:
        if message[0] == Kind.AWARENESS:
            told |= awareness_of(Reader(message[1:]).counted())
    return told


# --- who may come in, and until when -------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "name", "code"),
    [
        ("rita", "nonsense", 4404),
        ("rita", f"{PLAN.id}.b9.e1", 4404),
        ("rita", f"{PLAN.id}.b1.e7", 4409),
        ("nobody", NAME, 4401),
    ],
)
def test_the_code_says_why_nobody_is_let_in(door: Door, by: str, name: str, code: int) -> None:
    door.cookies["nobody"] = "guessed"
    with line(door, by, name) as socket:
        assert Pen(socket).ended() == code


def test_pages_of_others_are_not_let_in(door: Door) -> None:
    with pytest.raises(Exception, match="403"):
        connect(
            f"{door.address.replace('http', 'ws', 1)}/drafts/{NAME}",
            origin=Origin("https://elsewhere.example"),
            additional_headers=door.known("rita"),
        )


def pens(writer: Pen) -> list[bool]:
    return [word.pen for word in writer.words if word.pen is not None]


def test_a_part_that_is_taken_away_closes_the_pen_at_once(door: Door) -> None:
    with pen(door, "ramon") as ramon:
        ask(door, "sam", part("ramon", Role.PARTICIPANT))
        ramon.until(lambda: pens(ramon) == [True, False])
        ramon.type(0, "Late. ")
        ramon.until(lambda: ramon.refused == ["not-entitled"])
    assert standing(door) == FIRST


def test_a_submitted_draft_is_closed_and_open_again_when_it_is_taken_back(door: Door) -> None:
    with pen(door) as rita, pen(door, "ramon") as ramon:
        rita.type(len(FIRST), " Now.")
        ramon.until(lambda: ramon.text.endswith(" Now."))
        ask(door, "sam", CloseContributions("b1"))
        ask(door, "rita", SubmitDraft("b1", 0))
        ramon.until(lambda: pens(ramon) == [True, False])
        ramon.type(0, "Late. ")
        ramon.until(lambda: ramon.refused == ["not-entitled"])
        assert standing(door) == f"{FIRST} Now."
        ask(door, "rita", TakeBackDraft("b1"))
        ramon.until(lambda: pens(ramon) == [True, False, True])
        ramon.until_saved()
        assert standing(door) == f"Late. {FIRST} Now."
    submitted = events(door, DraftSubmitted)
    assert submitted.texts == (f"{FIRST} Now.",)
    assert submitted.runs == ((Written(f"{FIRST} Now.", "rita"),),)
    assert len(submitted.digest) == 64


def events(door: Door, kind: type[DraftSubmitted]) -> DraftSubmitted:
    """The last of its kind."""
    engine = open_database(door.settings.database)
    found = [event for event in Log(engine).read(PLAN.id) if isinstance(event, kind)]
    engine.dispose()
    return found[-1]


def test_who_is_removed_hears_no_more(door: Door) -> None:
    with pen(door, "ramon") as ramon:
        ask(door, "sam", RemovePerson("ramon"))
        assert ramon.ended() == 4403


def test_who_signs_out_hears_no_more(door: Door) -> None:
    with pen(door, "ramon") as ramon:
        urlopen(
            Request(
                f"{door.address}/sign-out",
                b"",
                {**door.known("ramon"), "origin": door.address},
            )
        ).close()
        assert ramon.ended() == 4401


def test_who_is_erased_is_named_nowhere_and_the_words_stay(door: Door) -> None:
    with pen(door, "ramon") as ramon, pen(door) as rita:
        ramon.type(0, "Mine. ")
        ramon.until_saved()
        rita.until(lambda: rita.text.startswith("Mine"))
        ask(door, "ramon", ErasePerson("ramon"))
        assert ramon.ended() in (1012, 4401, 4403)
        assert rita.ended() == 1012
    assert standing(door) == f"Mine. {FIRST}"
    engine = open_database(door.settings.database)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT person FROM draft_updates").scalars()
        writers = set(rows)
    engine.dispose()
    assert "ramon" not in writers
    assert any(writer.startswith("erased-") for writer in writers)


# --- by POST ----------------------------------------------------------------------------


def posted(door: Door, by: str, *messages: bytes, name: str = NAME) -> list[bytes]:
    body = b"".join(map(counted, messages))
    headers = {**door.known(by), "origin": door.address}
    with urlopen(Request(f"{door.address}/drafts/{name}", body, headers)) as answer:
        reader = Reader(answer.read())
    told = []
    while not reader.done:
        told.append(reader.counted())
    return told


def test_the_same_frames_go_by_post(door: Door) -> None:
    copy = OfPycrdt()
    for message in posted(door, "rita", sync(Sync.WHAT_I_HAVE, copy.state())):
        if message[:2] == bytes((Kind.SYNC, Sync.WHAT_YOU_LACK)):
            copy.apply(Reader(message[2:]).counted())
    assert copy.text("d1") == FIRST
    copy.replace("d1", 0, 0, "By post. ")
    told = posted(door, "rita", sync(Sync.UPDATE, copy.made()[0]))
    assert Word(saved=1) in words_of(told)
    assert standing(door) == f"By post. {FIRST}"


def words_of(told: list[bytes]) -> list[Word]:
    bodies = [Reader(m[1:]).counted() for m in told if m[0] == Kind.WORD]
    return [msgspec.json.decode(body, type=Word) for body in bodies]


@pytest.mark.parametrize(
    ("by", "name", "status"),
    [("nobody", NAME, 401), ("rita", f"{PLAN.id}.b9.e1", 404), ("rita", f"{PLAN.id}.b1.e7", 410)],
)
def test_by_post_the_status_says_why(door: Door, by: str, name: str, status: int) -> None:
    door.cookies["nobody"] = "guessed"
    with pytest.raises(HTTPError) as refused:
        posted(door, by, name=name)
    assert refused.value.code == status
    refused.value.close()


def test_a_refusal_by_post_is_told_with_its_status(door: Door) -> None:
    with pytest.raises(HTTPError) as refused:
        posted(door, "rita", sync(Sync.UPDATE, b"\x05\x01"))
    assert refused.value.code == 409
    assert b"garbled" in refused.value.read()
    refused.value.close()

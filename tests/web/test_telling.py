"""Everybody who shares a view hears the same frame, from their own place, and holds up nobody."""

import asyncio
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from facilitate.beginning import begin
from facilitate.live.forum import LiveForum, now
from facilitate.meeting import Command, Event, Person, Role
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import (
    Contribute,
    ContributionMade,
    Endorse,
    Kind,
    WithdrawEndorsement,
)
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.people import AssignRoles, RemovePerson
from facilitate.record.directory import Directory
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.web.circles import AT_ONCE, Circle, Line, Place
from facilitate.web.frames import STILL, HtmlView
from facilitate.web.packing import Packed
from facilitate.web.pages import PAGES
from facilitate.web.parts import Page, Part
from facilitate.web.reporting import REPORTED
from facilitate.web.telling import COUNT, Views
from tests.web.house import PLAN, framed

MANY = 40  # voices
BREAKOUT = next(page for page in PAGES.values() if page.name == "breakout")


class Someone:
    """A listener that keeps what it hears; ``diary`` is shared, and keeps who heard first."""

    def __init__(self, person: Person, at: Place, diary: list[str] | None = None) -> None:
        self.person = person
        self.at = at
        self.ready = True
        self.line: Line | None = None
        self.frames: list[Packed] = []
        self.codes: list[int] = []
        self.diary = [] if diary is None else diary
        self.circle: Circle | None = None

    def hear(self, frame: Packed) -> None:
        self.frames.append(frame)
        self.diary.append(self.person.id)

    def end(self, code: int) -> None:
        self.ready = False
        self.codes.append(code)
        if self.circle is not None:
            self.circle.remove(self)


class OnALine(Someone):
    """Is written to directly, by the number of a real line; what does not fit waits in ``left``."""

    packed = False

    def __init__(self, person: Person, at: Place, diary: list[str] | None = None) -> None:
        super().__init__(person, at, diary)
        ours, self.theirs = socket.socketpair()
        ours.setblocking(False)
        self.ours, self.number, self.left = ours, ours.fileno(), b""
        self.line = self

    def hear(self, frame: Packed) -> None:
        super().hear(frame)
        self.rest(frame.plain)

    def rest(self, data: bytes) -> None:
        """As a transport: what the kernel does not take waits, and nothing more is to come."""
        with suppress(BlockingIOError):
            data = data[self.ours.send(data) :]
        if data:
            self.left, self.ready = self.left + data, False
            assert self.circle is not None
            self.circle.fall_back(self)

    def read(self) -> list[int]:
        """The numbers of all frames that came, those that waited included."""
        came = b""
        self.theirs.setblocking(False)
        while True:
            try:
                came += self.theirs.recv(1 << 20)
            except BlockingIOError:
                if not self.left:
                    break
                self.left = self.left[self.ours.send(self.left) :]
        self.ready = True
        return [int(seq) for seq in re.findall(rb'\{"seq":(\d+)', came)]

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()


class Slow(Someone):
    """Takes its time, as a thousand writes do."""

    def hear(self, frame: Packed) -> None:
        time.sleep(0.001)
        super().hear(frame)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveForum]:
    engine = open_database(str(tmp_path / "told.db"))
    begin(engine, PLAN, now())
    forum = LiveForum(PLAN.id, Log(engine), Directory(engine))
    asyncio.run(forum.handle(OpenBreakout("b1", 60), "sam"))
    yield forum
    engine.dispose()


@pytest.fixture
def on_a_line(live: LiveForum) -> Iterator[Callable[[str], OnALine]]:
    """Gives a listener by the name of the person."""
    made: list[OnALine] = []

    def listens(id: str) -> OnALine:
        made.append(OnALine(person(live, id), (0, 0)))
        return made[-1]

    yield listens
    for each in made:
        each.close()


def words(n: int) -> Contribute:
    return Contribute("b1", f"c{n}", Kind.GAP, "Dams harm fish.", "en")


def circle_of(views: Views, *roles: Role, page: Page = BREAKOUT, place: str = "b1") -> Circle:
    return views.circle(views.html(page, place, "en", frozenset(roles)), "html")


def sit(live: LiveForum, circle: Circle, *listeners: Someone) -> None:
    """As those who have heard everything up to now."""
    for listener in listeners:
        listener.at = (live.seq, live.presence_told)
        listener.circle = circle
        circle.add(listener)


def person(live: LiveForum, id: str) -> Person:
    return live.state.people[id]


async def said(live: LiveForum, *asked: tuple[str, Command]) -> None:
    """Each in a turn of its own, told to the last."""
    for by, command in asked:
        await live.handle(command, by)
        await told()


async def told() -> None:
    """Until nothing is under way but this."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


async def all_told(live: LiveForum, listener: Someone) -> None:
    """However long it may take."""
    while listener.at != (live.seq, live.presence_told):  # noqa: ASYNC110 - nobody says so
        await asyncio.sleep(COUNT / 10)


def test_all_who_share_a_view_hear_one_frame_that_was_drawn_once(live: LiveForum) -> None:
    async def day() -> list[Someone]:
        views = Views(live)
        here = [Someone(person(live, id), (0, 0)) for id in ("anna", "hugo", "anna")]
        sit(live, circle_of(views, Role.PARTICIPANT), *here)
        await said(live, ("anna", words(1)), ("hugo", words(2)))
        return here

    first, *others = asyncio.run(day())
    assert [frame.seq for frame in first.frames] == [live.seq - 1, live.seq]
    for other in others:
        assert all(a is b for a, b in zip(first.frames, other.frames, strict=True))


def test_the_chair_and_the_rapporteurs_are_told_first(live: LiveForum) -> None:
    async def day() -> list[str]:
        views, diary = Views(live), list[str]()
        here = [
            Someone(person(live, id), (0, 0), diary) for id in ("anna", "hugo", "rita", "clara")
        ]
        for each in here:
            sit(live, circle_of(views, *each.person.roles), each)
        await said(live, ("anna", words(1)))
        return diary

    diary = asyncio.run(day())
    assert set(diary[:2]) == {"rita", "clara"}
    assert set(diary[2:]) == {"anna", "hugo"}


def test_whoever_asked_is_answered_before_anybody_is_told(live: LiveForum) -> None:
    async def day() -> list[str]:
        views, diary = Views(live), list[str]()
        anna = Someone(person(live, "anna"), (0, 0), diary)
        sit(live, circle_of(views, Role.PARTICIPANT), anna)

        async def asks(n: int) -> None:
            await live.handle(words(n), "hugo")
            diary.append("answered")

        await asyncio.gather(*(asks(n) for n in range(20)))
        await told()
        return diary

    diary = asyncio.run(day())
    assert diary.count("answered") == 20
    assert diary.index("anna") >= diary.count("answered") - 1  # the first may have a turn alone
    assert diary[0] == "answered"


def test_others_go_on_while_many_are_told(live: LiveForum) -> None:
    """Nothing waits for more than a batch, however many listen."""
    batches = 5

    async def day() -> int:
        views = Views(live)
        here = [Slow(person(live, "anna"), (0, 0)) for _ in range(batches * AT_ONCE)]
        sit(live, circle_of(views, Role.PARTICIPANT), *here)
        await live.handle(words(1), "hugo")
        turns = 0
        while not here[-1].frames:
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(day()) >= batches


def test_who_is_not_ready_goes_on_from_its_own_place(live: LiveForum) -> None:
    async def day() -> tuple[Someone, Someone]:
        views = Views(live)
        circle = circle_of(views, Role.PARTICIPANT)
        quick, slow = Someone(person(live, "anna"), (0, 0)), Someone(person(live, "hugo"), (0, 0))
        sit(live, circle, quick, slow)
        slow.ready = False
        await said(live, ("anna", words(1)), ("anna", words(2)), ("anna", words(3)))
        slow.ready = True
        circle.tell((slow,))
        await said(live, ("anna", words(4)))
        return quick, slow

    quick, slow = asyncio.run(day())
    assert [frame.seq for frame in quick.frames] == [live.seq - n for n in (3, 2, 1, 0)]
    assert [frame.seq for frame in slow.frames] == [live.seq - 1, live.seq]
    assert all(f"contribution-c{n}" in slow.frames[0].text for n in (1, 2, 3))
    assert slow.frames[1] is quick.frames[3]


def test_those_abreast_are_written_to_by_their_lines(
    live: LiveForum, on_a_line: Callable[[str], OnALine]
) -> None:
    async def day() -> list[list[int]]:
        views = Views(live)
        here = [on_a_line(id) for id in ("anna", "hugo", "rita")]
        sit(live, circle_of(views, Role.PARTICIPANT), *here)
        await said(live, ("anna", words(1)), ("hugo", words(2)))
        assert not any(each.frames for each in here)  # nobody was told one by one
        return [each.read() for each in here]

    assert asyncio.run(day()) == [[live.seq - 1, live.seq]] * 3


def test_who_takes_no_more_falls_back_and_goes_on_from_its_own_place(
    live: LiveForum, on_a_line: Callable[[str], OnALine]
) -> None:
    """Whatever a line did not take of a frame goes out first; then all that came meanwhile."""

    async def day() -> tuple[list[int], list[int]]:
        views = Views(live)
        circle = circle_of(views, Role.PARTICIPANT)
        quick, slow = on_a_line("anna"), on_a_line("hugo")
        sit(live, circle, quick, slow)
        heard: list[int] = []
        for n in range(2000):
            await said(live, ("anna", words(n)))
            heard += quick.read()
            if slow.left:
                break
        await said(live, ("anna", words(2001)), ("anna", words(2002)))
        before = slow.read()
        circle.tell((slow,))
        await said(live, ("anna", words(2003)))
        return heard + quick.read(), before + slow.read()

    quick, slow = asyncio.run(day())
    assert quick == list(range(quick[0], live.seq + 1))
    assert slow == [*quick[:-3], live.seq - 1, live.seq]


@pytest.mark.parametrize("told_already", [True, False])
def test_who_falls_back_while_all_are_told_misses_nothing(
    live: LiveForum, on_a_line: Callable[[str], OnALine], told_already: bool
) -> None:
    async def day() -> list[int]:
        views = Views(live)
        circle = circle_of(views, Role.PARTICIPANT)
        here = [on_a_line("anna") for _ in range(2 * AT_ONCE)]
        sit(live, circle, *here)
        await live.handle(words(1), "hugo")
        rounds = circle.rounds()
        next(rounds)  # the first of them have been told
        slow = here[0 if told_already else -1]
        slow.ready = False
        circle.fall_back(slow)
        list(rounds)
        heard = slow.read()
        circle.tell((slow,))
        await said(live, ("hugo", words(2)))
        for each in here:
            assert each is slow or each.read() == [live.seq - 1, live.seq]
        return heard + slow.read()

    assert asyncio.run(day()) == [live.seq - 1, live.seq]


def test_what_happens_while_all_are_told_is_told_too(live: LiveForum) -> None:
    async def day() -> list[Slow]:
        views = Views(live)
        here = [Slow(person(live, "anna"), (0, 0)) for _ in range(3 * AT_ONCE)]
        sit(live, circle_of(views, Role.PARTICIPANT), *here)
        asking = [asyncio.create_task(live.handle(words(n), "hugo")) for n in range(3)]
        for each in asking:
            await each
            await live.handle(words(10 + int(each.result())), "anna")
        await told()
        return here

    for listener in asyncio.run(day()):
        shown = "".join(frame.text for frame in listener.frames)
        assert listener.at == (live.seq, live.presence_told)
        assert all(f"contribution-{id}" in shown for id in live.state.contributions.by_id)


@pytest.mark.parametrize(
    "changed", [RemovePerson("anna"), AssignRoles("anna", (Role.CHAIR,), ())], ids=["gone", "other"]
)
def test_whose_part_changed_hears_nothing_of_it(
    live: LiveForum, on_a_line: Callable[[str], OnALine], changed: Command
) -> None:
    async def day() -> None:
        views = Views(live)
        anna, hugo = Someone(person(live, "anna"), (0, 0)), Someone(person(live, "hugo"), (0, 0))
        near, far = on_a_line("anna"), on_a_line("hugo")
        sit(live, circle_of(views, Role.PARTICIPANT), anna, hugo, near, far)
        await said(live, ("sam", changed))
        assert (anna.frames, anna.codes) == ([], [4403])
        assert (len(hugo.frames), hugo.codes) == (1, [])
        assert (near.read(), near.codes) == ([], [4403])
        assert (far.read(), far.codes) == ([live.seq], [])

    asyncio.run(day())


def test_a_view_that_cannot_be_drawn_ends_its_own_lines_alone(live: LiveForum) -> None:
    class Broken(HtmlView):
        def frame(self, after: int, presence: bool) -> Packed | None:
            raise ZeroDivisionError

    async def day() -> tuple[Someone, Someone]:
        views = Views(live)
        anna, hugo = Someone(person(live, "anna"), (0, 0)), Someone(person(live, "hugo"), (0, 0))
        broken = Broken(live, BREAKOUT, "b1", "en", frozenset({Role.CHAIR}))
        sit(live, views.circle(broken, "html"), anna)
        sit(live, circle_of(views, Role.PARTICIPANT), hugo)
        await said(live, ("hugo", words(1)))
        return anna, hugo

    anna, hugo = asyncio.run(day())
    assert anna.codes == [1011]
    assert (len(hugo.frames), hugo.codes) == (1, [])


def test_endorsements_are_told_as_tallies_at_a_human_rate(live: LiveForum) -> None:
    """Each is written down and answered at once, in a turn of its own."""

    async def day() -> tuple[Someone, int, float]:
        views = Views(live)
        wall = Someone(person(live, "anna"), (0, 0))
        sit(live, circle_of(views, Role.PARTICIPANT), wall)
        await said(live, ("anna", words(1)))
        loop = asyncio.get_running_loop()
        before, began = live.seq, loop.time()
        for n in range(30):
            for by in ("hugo", "rita", "ramon"):
                await live.handle((WithdrawEndorsement if n % 2 else Endorse)("c1"), by)
        await live.handle(Endorse("c1"), "hugo")
        turns, seconds = live.seq - before, loop.time() - began
        await all_told(live, wall)
        return wall, turns, seconds

    wall, turns, seconds = asyncio.run(day())
    assert turns == 91
    assert len(wall.frames) <= 2 + seconds / COUNT + 1
    assert "1 endorses it" in wall.frames[-1].text


def test_what_is_said_waits_for_no_tally_and_takes_it_along(live: LiveForum) -> None:
    async def day() -> Someone:
        views = Views(live)
        wall = Someone(person(live, "anna"), (0, 0))
        sit(live, circle_of(views, Role.PARTICIPANT), wall)
        await said(live, ("anna", words(1)))
        await live.handle(Endorse("c1"), "hugo")
        await said(live, ("rita", words(2)))
        return wall

    wall = asyncio.run(day())
    assert [frame.seq for frame in wall.frames] == [live.seq - 2, live.seq]
    assert "1 endorses it" in wall.frames[-1].text
    assert "contribution-c2" in wall.frames[-1].text


def test_what_does_not_show_on_a_page_is_told_there_only_now_and_then(live: LiveForum) -> None:
    """Elsewhere everybody speaks; in the end all have heard how far the record goes."""

    async def day() -> tuple[Someone, Someone, float]:
        views, loop = Views(live), asyncio.get_running_loop()
        here, there = Someone(person(live, "anna"), (0, 0)), Someone(person(live, "hugo"), (0, 0))
        sit(live, circle_of(views, Role.PARTICIPANT, place="b2"), here)
        sit(live, circle_of(views, Role.PARTICIPANT), there)
        began = loop.time()
        await said(live, *(("anna", words(n)) for n in range(MANY)))
        seconds = loop.time() - began
        while not here.frames or here.frames[-1].seq != live.seq:  # noqa: ASYNC110
            await asyncio.sleep(STILL / 10)
        return here, there, seconds

    here, there, seconds = asyncio.run(day())
    assert len(there.frames) == MANY
    assert len(here.frames) <= 1 + seconds / STILL + 1
    assert {frame.text for frame in here.frames} == {f'{{"seq":{f.seq}}}' for f in here.frames}


def test_what_is_drawn_from_the_report_is_told_every_so_often(live: LiveForum) -> None:
    report = next(page for page in PAGES.values() if page.name == "report")

    async def day() -> tuple[Someone, float]:
        views, loop = Views(live), asyncio.get_running_loop()
        anna = Someone(person(live, "anna"), (0, 0))
        sit(live, circle_of(views, Role.PARTICIPANT, page=report, place=""), anna)
        began = loop.time()
        await said(live, *(("anna", words(n)) for n in range(10)))
        seconds = loop.time() - began
        await all_told(live, anna)
        return anna, seconds

    anna, seconds = asyncio.run(day())
    assert 1 <= len(anna.frames) <= 1 + seconds / REPORTED + 1
    assert anna.frames[-1].seq == live.seq


def test_what_shows_is_told_at_once_though_nothing_did_before_it(live: LiveForum) -> None:
    view = Views(live).html(BREAKOUT, "b2", "en", frozenset({Role.PARTICIPANT}))
    before = view.seq
    asyncio.run(live.handle(words(1), "anna"))
    assert before <= view.seq <= live.seq
    asyncio.run(live.handle(OpenBreakout("b2", 60), "sam"))
    assert view.seq == live.seq


def test_what_does_not_show_is_looked_at_once_however_long_it_goes_on(live: LiveForum) -> None:
    looked_at: list[Event] = []

    def concerns(event: Event, place: str) -> bool:
        looked_at.append(event)
        return False

    part = Part("voices", "parts/none.html", frozenset({ContributionMade}), concerns)
    view = HtmlView(live, replace(BREAKOUT, parts=(part,)), "b1", "en", frozenset())
    before = view.seq
    for n in range(MANY):
        asyncio.run(live.handle(words(n), "anna"))
        assert before <= view.seq <= live.seq
        assert framed(view.frame(before, presence=False)) == f'{{"seq":{live.seq}}}'
    assert looked_at == live.events[before:]


def test_after_an_erasure_nobody_is_kept_where_the_record_was_another(live: LiveForum) -> None:
    view = Views(live).html(BREAKOUT, "b2", "en", frozenset({Role.PARTICIPANT}))
    asyncio.run(live.handle(words(1), "anna"))
    asyncio.run(live.handle(ErasePerson("anna"), "anna"))
    assert view.seq == live.seq == live.rewritten

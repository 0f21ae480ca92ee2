"""A rehearsal: simulated people play a part of a day against a running server."""

import asyncio
import gc
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from random import Random
from time import perf_counter, process_time

from immutables import Map

from facilitate.meeting import Attendance
from facilitate.meeting.codec import decode
from facilitate.meeting.contributions import Contribute, Endorse, Standing
from facilitate.meeting.floor import PLENARY, LowerHand, RaiseHand
from facilitate.rehearsal.casts import Part, Reading, cast
from facilitate.rehearsal.clients import (
    DROPPED,
    Device,
    NotLetIn,
    Numbered,
    Told,
    joined,
    opened,
)
from facilitate.rehearsal.histories import Asked, Heard, History, Saved, act_asked, act_of, faults
from facilitate.rehearsal.pictures import Picture
from facilitate.rehearsal.places import NotRehearsed
from facilitate.rehearsal.processes import Use, files_allowed, memory_left, use
from facilitate.rehearsal.sheet import Measured, Server
from facilitate.rehearsal.voices import Said, voices

THOUGHT = 45.0  # s between two things that one person does, on average
SPEAKING, HANDS = 0.35, 0.1  # how often it is a contribution, or a hand; else an endorsement
LATELY = 30  # contributions of a room, which people read before they endorse one
POOR = 50_000 / 8  # bytes a second: a phone at the edge of its network
AT_LEAST = 0.5  # s on the line before it drops
TRY_AGAIN = 1.0  # s before somebody tries again whom the server did not let in, or dropped
SETTLING = 20.0  # s within which all have to hear the end
LOOK = 0.05  # s between two looks at how late our own loop is
MEASURE = 1.0  # s between two looks at the server

Progress = Callable[[int, int], None]  # tenths of a second done, and of all


@dataclass(frozen=True, slots=True)
class Asking:
    """What is rehearsed: ``pace`` 1 is how busy people are, ``pid`` the server's process."""

    address: str
    code: str
    people: int
    seconds: float
    seed: int
    pace: float = 1.0
    pid: int | None = None


@dataclass
class Diary:
    """What one person went through: all news with the time it came, and since when it could."""

    person: str
    after: int
    part: Part
    until: int = 0
    drops: float | None = None
    opened: float = 0
    news: list[tuple[float, float, Told]] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    hands: set[str] = field(default_factory=set)
    endorsed: set[str] = field(default_factory=set)
    doubtful: Asked | None = None

    def hear(self, told: Told) -> None:
        self.news.append((perf_counter(), self.opened, told))
        self.until = max(self.until, told.seq)


class Rehearsal:
    """One run; everything in it happens in one loop, in one process."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.random = Random(asking.seed)  # noqa: S311 - who speaks next is no secret
        self.phrases: Sequence[Said] = tuple(chain(*voices().contributions.values()))
        self.parts = cast(asking.people, asking.seconds, asking.seed)
        self.over = asyncio.Event()  # nobody begins anything any more
        self.closing = asyncio.Event()  # all go home
        self.diaries: list[Diary] = []
        self.devices: list[Device] = []
        self.sent: dict[int, float] = {}  # when each event was asked for, by its number
        self.arrivals = array("d")
        self.acknowledged = array("d")
        self.refused: Counter[str] = Counter()
        self.delays = array("d")
        self.uses: list[tuple[float, Use]] = []
        self.broken: Counter[Reading] = Counter()
        self.quiet = False  # nobody sends again what was in doubt any more
        self.turned_away = self.came_back = self.unanswered = self.said = 0

    async def run(self, progress: Progress) -> Measured:
        """Raises :class:`NotRehearsed`, :class:`NotLetIn` and ``OSError``."""
        begun, used = perf_counter(), process_time()
        scout, self.picture = await self._scout()
        watching = [
            asyncio.create_task(each)
            for each in (self._follow(scout), self._watch_us(), self._watch_server())
        ]
        await self._refuse_closed_doors()
        self.begun = perf_counter()
        async with asyncio.TaskGroup() as everyone:
            for part in self.parts:
                everyone.create_task(self._take_part(part))
            await self._pass_the_time(progress)
            self.over.set()
            record = await self._settle(scout)
            self.closing.set()
        for task in watching:
            task.cancel()
        if record is None:
            raise NotRehearsed("The server was there at the beginning, and is not any more.")
        return self._measured(record, perf_counter() - begun, process_time() - used)

    # --- the scout, who hears all of it -----------------------------------------

    async def _scout(self) -> tuple[Device, Picture]:
        person = {"name": "Rehearsal", "attendance": "remote", "language": "en"}
        forum, cookie = await joined(self.asking.address, self.asking.code, person)
        picture = Picture(forum)
        return Device(self.asking.address, forum, cookie, picture.hear, 0), picture

    async def _follow(self, scout: Device) -> None:
        while True:
            with suppress(*DROPPED):
                async with scout.line():
                    await scout.listen()
            await asyncio.sleep(TRY_AGAIN)

    async def _refuse_closed_doors(self) -> None:
        await until(lambda: self.picture.seq > 0)
        if not self.picture.places():
            raise NotRehearsed(
                "No breakout is open, and the plenary does not sit: nobody could say anything. "
                "Open a breakout on the secretariat's page, then rehearse."
            )

    async def _pass_the_time(self, progress: Progress) -> None:
        all = self.asking.seconds
        while (passed := perf_counter() - self.begun) < all:
            progress(int(passed * 10), int(all * 10))
            await asyncio.sleep(min(0.25, all - passed))

    async def _settle(self, scout: Device) -> History | None:
        """When nothing is under way any more somebody asks for all of the record, and gets it."""
        for device in self.devices:
            device.bandwidth = 0
        await until(lambda: not self.unanswered and not any(d.doubtful for d in self.diaries))
        self.quiet = True
        newest = max([scout.after or 0, *(s.seq for d in self.diaries for s in d.saved)])
        record = await self._read_all(scout, newest)
        if record is not None:
            reading = [diary for diary in self.diaries if _reads(diary.part)]
            await until(lambda: all(diary.until >= record.until for diary in reading))
        return record

    async def _read_all(self, scout: Device, newest: int) -> History | None:
        """On a line of its own, from the beginning; None if there is no server any more."""
        diary = Diary("the record", 0, Part(0, Attendance.REMOTE, 0))
        reader = Device(scout.address, scout.forum, scout.cookie, diary.hear, 0)
        with suppress(*DROPPED):
            async with reader.line():
                listening = asyncio.create_task(reader.listen())
                await until(lambda: diary.until >= newest)
                listening.cancel()
        return _history(diary, {}) if diary.news else None

    # --- everybody else --------------------------------------------------------

    async def _take_part(self, part: Part) -> None:
        await self._wait(part.comes)
        came = await self._come_in(part)
        if came is None:
            return
        device, diary = came
        while not self.closing.is_set():
            try:
                await self._sit(device, diary)
            except* InALift:
                await asyncio.sleep(part.away)
                self.came_back += 1
            except* DROPPED:
                self.broken[part.reading] += 1
                await asyncio.sleep(TRY_AGAIN)
            except* GoneHome:
                pass

    async def _come_in(self, part: Part) -> tuple[Device, Diary] | None:
        """As often as it takes, as long as there is time."""
        who = {"name": part.name, "attendance": str(part.attendance), "language": "en"}
        address = self.asking.address
        while not self.over.is_set():
            begun = perf_counter()
            try:
                forum, cookie = await joined(address, self.asking.code, who)
                room = self._room_of(part)
                page = await opened(address, forum, path_of(room), cookie)
            except (OSError, NotLetIn):
                self.turned_away += 1
                await self._wait(TRY_AGAIN)
                continue
            self.arrivals.append(perf_counter() - begun)
            diary = Diary(page.person, page.after, part, page.after, part.drops)
            bandwidth = POOR if part.reading is Reading.SLOW else 0
            narrow = part.reading is not Reading.QUICK
            view = page_of(room) if part.page else {}
            device = Device(address, forum, cookie, diary.hear, page.after, view, narrow, bandwidth)
            self.diaries.append(diary)
            self.devices.append(device)
            return device, diary
        return None

    def _room_of(self, part: Part) -> str:
        places = self.picture.places() or [PLENARY]
        return places[part.number % len(places)]

    async def _sit(self, device: Device, diary: Diary) -> None:
        async with device.line():
            diary.opened = perf_counter()
            if diary.part.reading is Reading.NEVER:
                await self.closing.wait()
                device.drop()
                return
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(device.listen())
                    both.create_task(self._speak(device, diary))
                    both.create_task(self._go_home())
                    both.create_task(self._into_a_lift(diary))
            except* InALift:
                device.drop()
                raise

    async def _go_home(self) -> None:
        await self.closing.wait()
        raise GoneHome

    async def _into_a_lift(self, diary: Diary) -> None:
        if diary.drops is None:
            return
        await asyncio.sleep(max(AT_LEAST, self.begun + diary.drops - perf_counter()))
        diary.drops = None
        raise InALift

    async def _speak(self, device: Device, diary: Diary) -> None:
        again = diary.doubtful is not None and not self.quiet
        while again or await self._wait(self.random.expovariate(self.asking.pace / THOUGHT)):
            command = diary.doubtful or self._next(diary)
            if command is not None:
                await self._put(device, diary, command, again=again)
            again = False

    async def _put(self, device: Device, diary: Diary, command: Asked, *, again: bool) -> None:
        """What is in doubt when the line drops is sent again, where that is the same again."""
        diary.doubtful = command if isinstance(command, Contribute) else None
        self.said += 1
        self.unanswered += 1
        try:
            sent, told = await device.ask(command)
        finally:
            self.unanswered -= 1
        diary.doubtful = None
        if told.done is None:
            self.refused[told.refused] += 1
            return
        if diary.part.reading is Reading.QUICK:
            self.acknowledged.append(perf_counter() - sent)
        diary.saved.append(Saved(told.done, act_asked(command, diary.person), again))
        if not again:
            self.sent[told.done] = sent

    async def _wait(self, seconds: float) -> bool:
        """False when it was over before."""
        try:
            async with asyncio.timeout(seconds):
                await self.over.wait()
        except TimeoutError:
            return True
        return False

    def _next(self, diary: Diary) -> Asked | None:
        """What somebody does next as things stand: perhaps nothing."""
        places, rooms = self.picture.places(), self.picture.open_rooms()
        chance = self.random.random()
        if not places:
            return None
        if not rooms or chance < HANDS:
            return self._about_a_hand(diary, self.random.choice(places))
        room = self.random.choice(rooms)
        if chance < HANDS + SPEAKING:
            return self._contribution(diary, room)
        return self._endorsement(diary, room) or self._contribution(diary, room)

    def _about_a_hand(self, diary: Diary, place: str) -> Asked | None:
        up = diary.person in self.picture.floor(place).hands
        if place in diary.hands:
            diary.hands.discard(place)
            return LowerHand(place) if up else None
        diary.hands.add(place)
        return None if up else RaiseHand(place)

    def _contribution(self, diary: Diary, room: str) -> Asked:
        phrase = self.random.choice(self.phrases)
        id = f"r-{diary.person}-{len(diary.saved)}-{self.said}"
        return Contribute(room, id, phrase.kind, phrase.text, phrase.language)

    def _endorsement(self, diary: Diary, room: str) -> Asked | None:
        made = self.picture.forum.contributions
        numbered = made.numbered.get(room, Map())
        lately = range(max(1, len(numbered) - LATELY + 1), len(numbered) + 1)
        choice = [
            each.id
            for each in (made.by_id[numbered[n]] for n in lately)
            if each.standing is Standing.STANDS
            and each.by != diary.person
            and each.id not in diary.endorsed
        ]
        if not choice:
            return None
        chosen = self.random.choice(choice)
        diary.endorsed.add(chosen)
        return Endorse(chosen)

    # --- what it came to -----------------------------------------------------------

    async def _watch_us(self) -> None:
        while True:
            due = perf_counter() + LOOK
            await asyncio.sleep(LOOK)
            self.delays.append(perf_counter() - due)

    async def _watch_server(self) -> None:
        while self.asking.pid is not None:
            if (now := use(self.asking.pid)) is not None:
                self.uses.append((perf_counter(), now))
            await asyncio.sleep(MEASURE)

    def _measured(self, record: History, took: float, used: float) -> Measured:
        read: dict[int, tuple[Heard, ...]] = {}
        heard = array("d")
        for diary in self.diaries:
            if diary.part.reading is Reading.QUICK:
                heard.extend(self._times(diary))
        histories = (_history(diary, read) for diary in self.diaries)
        return Measured(
            address=self.asking.address,
            forum=self.picture.forum.id,
            people=self.asking.people,
            seconds=self.asking.seconds,
            seed=self.asking.seed,
            pace=self.asking.pace,
            came=len(self.diaries),
            at_once=sum(part.comes == self.parts[-1].comes for part in self.parts),
            turned_away=self.turned_away,
            came_back=self.came_back,
            slow=sum(part.reading is Reading.SLOW for part in self.parts),
            never=sum(part.reading is Reading.NEVER for part in self.parts),
            broken=self.broken[Reading.QUICK],
            cut_off=self.broken[Reading.SLOW],
            said=self.said,
            saved=sum(len(diary.saved) for diary in self.diaries),
            refused=dict(self.refused),
            pages=sum(part.page for part in self.parts),
            deliveries=sum(diary.until - diary.after for diary in self.diaries),
            arriving=tuple(sorted(self.arrivals)),
            acknowledging=tuple(sorted(self.acknowledged)),
            hearing=tuple(sorted(heard)),
            delays=tuple(sorted(self.delays)),
            own_processor=used / took,
            server=self._server(),
            faults=tuple(faults(record, histories)),
        )

    def _times(self, diary: Diary) -> "array[float]":
        """From the sending of each command to the hearing, for what came over an open line."""
        times, heard = array("d"), diary.after
        for at, opened_at, told in diary.news:
            for seq in range(heard + 1, told.seq + 1):
                sent = self.sent.get(seq)
                if sent is not None and sent >= opened_at:
                    times.append(at - sent)
            heard = max(heard, told.seq)
        return times

    def _server(self) -> Server | None:
        if self.asking.pid is None or len(self.uses) < 2:
            return None
        shares = [
            (then.processor - before.processor) / (at - was)
            for (was, before), (at, then) in zip(self.uses, self.uses[1:], strict=False)
        ]
        (began, first), (ended, last) = self.uses[0], self.uses[-1]
        return Server(
            processor=(last.processor - first.processor) / (ended - began),
            busiest=max(shares),
            memory_before=first.memory,
            memory=max(each.memory for _, each in self.uses),
            memory_left=memory_left(),
            files=files_allowed(self.asking.pid),
        )


def path_of(place: str) -> str:
    return "/plenary" if place == PLENARY else f"/breakouts/{place}"


def page_of(place: str) -> Mapping[str, str]:
    return {"page": "plenary"} if place == PLENARY else {"page": "breakout", "place": place}


async def until(so: Callable[[], bool]) -> None:
    """Until it is so, but no longer than people would wait."""
    for _ in range(int(SETTLING / LOOK)):
        if so():
            return
        await asyncio.sleep(LOOK)


class InALift(Exception):
    """The line of this person drops."""


class GoneHome(Exception):
    """The rehearsal is over for this person."""


def _reads(part: Part) -> bool:
    return part.reading is not Reading.NEVER


def _history(diary: Diary, read: dict[int, tuple[Heard, ...]]) -> History:
    """``read`` keeps what was made of each message, of which all have the same one."""
    heard: list[Heard] = []
    for _, _, told in diary.news:
        if id(told) not in read:
            read[id(told)] = tuple(map(_heard, told.events))
        heard += read[id(told)]
    return History(
        diary.person,
        diary.after,
        heard,
        diary.saved,
        diary.until,
        _reads(diary.part),
        diary.part.page,
    )


def _heard(each: Numbered) -> Heard:
    body = bytes(each.event)
    return Heard(each.seq, act_of(decode(body)), body)


def rehearse(asking: Asking, progress: Progress) -> Measured:
    """Raises :class:`NotRehearsed`.

    Everything heard is kept until the end: to look through it for garbage would hold up all.
    """
    gc.disable()
    try:
        return asyncio.run(_run(asking, progress))
    except NotLetIn as wrong:
        raise NotRehearsed(str(wrong)) from wrong
    except OSError as wrong:
        raise NotRehearsed(f"Nobody answers at {asking.address}.") from wrong
    finally:
        gc.enable()


async def _run(asking: Asking, progress: Progress) -> Measured:
    return await Rehearsal(asking).run(progress)

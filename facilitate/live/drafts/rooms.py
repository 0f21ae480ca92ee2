"""The room in which a draft is written: whoever writes or reads on a line, and all in one order.

What is typed is judged, waits for the next flush, is written down, and only then is told and goes
onto the paper, while the disk takes the next. A room flushes once at a time, and nobody hears what
is not on the disk.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import partial, reduce
from itertools import chain, groupby
from logging import getLogger
from math import inf
from typing import NamedTuple, Protocol

from pycrdt import merge_updates
from starlette.concurrency import run_in_threadpool

from facilitate.live.clerks import Clerk
from facilitate.live.drafts.awareness import Places
from facilitate.live.drafts.catching_up import attributed, brought_up, of_draft
from facilitate.live.drafts.frames import (
    Garbled,
    Kind,
    Reader,
    Sync,
    Word,
    state_vector,
    sync,
    wish,
)
from facilitate.live.drafts.gate import Admitted, Gap, Gate, NotLetIn
from facilitate.live.drafts.papers import EPOCH, Paper, Stroke, new_client
from facilitate.live.drafts.runs import Hand
from facilitate.live.drafts.settling import Settling
from facilitate.live.drafts.shortening import shortened
from facilitate.live.drafts.updates import in_utf16, parsed
from facilitate.live.forum import LiveForum
from facilitate.meeting.drafts import (
    IN_ORDER,
    Draft,
    ReviseDraftRecommendation,
    Written,
    evolve,
)
from facilitate.meeting.forms import RECOMMENDATION_LENGTH, plain
from facilitate.meeting.procedure import MAY
from facilitate.record.draft_updates import DraftLog, DraftUpdate

WORTH_SHORTENING = 256  # rows that a log would lose
POLLING = 15.0  # s after which somebody who only asks now and then is not there any more

log = getLogger("facilitate")


class Ending(Enum):
    """Why a line ends."""

    GARBLED = auto()
    REFUSED = auto()
    OLD = auto()  # it holds a later draft than we do, from before a restoring
    NO_PART = auto()  # whoever is on it has no part in the forum any more
    AGAIN = auto()  # come again, and hear all anew
    FAILED = auto()


class Line(Protocol):
    """One line to somebody in the room. ``sent`` counts the updates that came on it."""

    person: str
    sent: int
    may_write: bool

    def tell(self, frame: bytes) -> None: ...

    def say(self, word: Word) -> None: ...

    def end(self, why: Ending) -> None: ...


class NoPen(NotLetIn):
    """Whoever sent it reads, and does not write."""

    code = "not-entitled"


class TooLong(NotLetIn):
    code = "too-long"
    limit = RECOMMENDATION_LENGTH


@dataclass(frozen=True, slots=True)
class Typed:
    """Updates that came together and wait to be written down; the first was the ``number``-th of
    its line."""

    line: Line
    number: int
    updates: Sequence[bytes]
    at: datetime
    admitted: Admitted


class Flushed(NamedTuple):
    """What one flush brought to the disk."""

    typed: Sequence[Typed]
    strokes: Sequence[Stroke]
    rows: Sequence[DraftUpdate]


class Room:
    """``holder`` has the lease of the draft, which last counted on with what was typed at
    ``counted_at``, a time of the loop."""

    def __init__(self, live: LiveForum, breakout: str, holder: str) -> None:
        self.live = live
        self.breakout = breakout
        self.ended = False
        self.lines: dict[Line, None] = {}
        self.places = Places(live)
        self.log = DraftLog(live.log.engine, live.id, breakout, EPOCH, holder)
        self._clerk = Clerk("pen")
        self.draft = Draft()
        self._seq = 0
        self._number = 0
        self._typed: list[Typed] = []
        self._under_way: list[Typed] = []
        self._written: Flushed | None = None
        self._working: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._polled: dict[str, float] = {}
        self._last_here = asyncio.get_running_loop().time()
        self.counted_at = -inf
        self._longest: dict[str, int] = {}
        self.settling = Settling(self)

    async def open(self) -> None:
        """Read all that was ever typed."""
        rows = await run_in_threadpool(self._read)
        structure = parsed(rows[0].body).items[0].at.client if rows else new_client()
        self.paper = Paper(structure)
        self.gate = Gate(structure)
        self._seq = max((row.seq for row in rows if row.seq is not None), default=0)
        await self.live.heard_up_to(self._seq)  # another server may have written of more
        self.draft = reduce(evolve, of_draft(self.live.events[: self._seq], self.breakout), Draft())
        held = max((row.number for row in rows if row.seq is not None), default=0)
        for row in rows:
            self._learn(row)
            self._number = row.number
            changed: Iterable[str] = self._put_down(row)
            if row.number == held:
                changed = self.paper.paragraphs()
            for paragraph in changed if row.number >= held else ():
                self.settling.may_be_saved(paragraph)
            await asyncio.sleep(0)
        await self.idle()
        self._watching = asyncio.create_task(self.settling.watch())

    def _read(self) -> list[DraftUpdate]:
        """All rows, which become fewer first where that is worth it."""
        rows = self.log.read()
        if len(rows) < WORTH_SHORTENING:
            return rows
        fewer = shortened(rows)
        if len(rows) - len(fewer) < WORTH_SHORTENING or not fewer:
            return rows
        self.log.shorten(fewer)
        return [*fewer, *(row for row in rows if row.number > fewer[-1].number)]

    # --- lines ---

    def join(self, line: Line) -> None:
        if self.ended:
            line.end(Ending.AGAIN)
            return
        line.may_write = self.may_write(line.person)
        self.lines[line] = None
        line.say(Word(pen=line.may_write))
        self._ask(line)
        line.tell(self.places.frame())

    def leave(self, line: Line) -> None:
        self.lines.pop(line, None)
        self._tell_all(self.places.left(line))

    def end(self, why: Ending) -> None:
        """Nothing that waits is written any more; whoever comes again gets a new room."""
        self.close()
        self._typed = []
        for line in tuple(self.lines):
            line.end(why)
        self.lines.clear()

    def close(self) -> None:
        self.ended = True
        self._clerk.go_home()
        if self._watching is not None:
            self._watching.cancel()

    def polled(self, person: str) -> None:
        """Somebody asks now and then, where a line cannot stay open."""
        self._polled[person] = asyncio.get_running_loop().time()

    def writes(self, person: str) -> bool:
        """Whether somebody writes here on a line of their own, and so sees what stands."""
        return self._polls(person) or any(
            line.person == person and line.may_write for line in self.lines
        )

    def empty_since(self, at: float) -> float:
        """From when on nobody was here, and nothing under way; ``at``, which is now, if it is not
        empty."""
        if self.lines or self.busy or any(map(self._polls, self._polled)):
            self._last_here = at
        return self._last_here

    def _polls(self, person: str) -> bool:
        return asyncio.get_running_loop().time() - self._polled.get(person, -inf) < POLLING

    def runs(self) -> tuple[tuple[Written, ...], ...]:
        """For each paragraph of the draft who wrote which words. Where more is written than is
        saved they say so: it cannot be submitted."""
        draft = self.live.state.drafts.get(self.breakout, Draft())
        return tuple(
            attributed(
                self.paper.runs(each.id),
                plain(self.paper.text(each.id)),
                Hand(each.written_by[-1]),
            )
            for each in draft.in_order()
        )

    def may_write(self, id: str) -> bool:
        """While its breakout sits, whoever may revise its paragraphs."""
        person = self.live.state.people.get(id)
        stage = self.live.state.breakouts[self.breakout].stage
        return (
            person is not None
            and bool(person.roles & MAY[ReviseDraftRecommendation])
            and self.breakout in person.breakouts
            and ReviseDraftRecommendation in IN_ORDER[stage]
        )

    # --- what comes on a line ---

    def hear(self, line: Line, *messages: bytes) -> None:
        """What came together; whoever sends what cannot be taken is told, or sent away."""
        try:
            for are_updates, together in groupby(messages, _is_update):
                if are_updates:
                    self._take(line, [Reader(message[2:]).counted() for message in together])
                    continue
                for message in together:
                    self._hear(line, Reader(message))
        except Garbled:
            line.end(Ending.GARBLED)

    def _hear(self, line: Line, reader: Reader) -> None:
        match reader.number():
            case Kind.SYNC | Kind.SYNC_REPLY:
                self._synced(line, reader.number(), reader.counted())
            case Kind.AWARENESS:
                self._tell_all(self.places.told(line, reader.counted(), self.gate))
            case Kind.ASK_AWARENESS:
                line.tell(self.places.frame())
            case Kind.WORD:
                if wish(reader.counted()).settle and line.may_write:
                    self.settling.settle_soon(line)
            case _:
                return  # of a later version

    def _synced(self, line: Line, step: int, body: bytes) -> None:
        match step:
            case Sync.WHAT_I_HAVE:
                self._answer(line, body)
            case Sync.WHAT_YOU_LACK | Sync.UPDATE:
                self._take(line, [body])
            case _:
                raise Garbled("an unknown step")

    def _answer(self, line: Line, theirs: bytes) -> None:
        if self.gate.is_behind(state_vector(theirs)):
            line.end(Ending.OLD)
            return
        line.tell(sync(Sync.WHAT_YOU_LACK, self.paper.doc.get_update(theirs)))

    def _ask(self, line: Line) -> None:
        line.tell(sync(Sync.WHAT_I_HAVE, self.paper.doc.get_state()))

    def _take(self, line: Line, updates: Sequence[bytes]) -> None:
        """What is refused together is looked at one by one, so that all is taken that can be."""
        try:
            self._let_in(line, updates)
        except NotLetIn as refused:
            if len(updates) == 1:
                line.sent += 1
                self._refuse(line, refused)
                return
            for update in updates:
                self._take(line, [update])

    def _let_in(self, line: Line, updates: Sequence[bytes]) -> None:
        try:
            admitted = self.gate.judge(line.person, *updates)
        except Gap as gap:
            raise gap if line.may_write else NoPen() from None
        if not admitted.nothing:
            if not line.may_write:
                raise NoPen()
            self._refuse_too_long(admitted.inserted, updates)
        line.sent += len(updates)
        if admitted.nothing:
            self._say_saved((line,))
            return
        self.gate.wait(admitted, Hand(line.person))
        first = line.sent - len(updates) + 1
        self._typed.append(Typed(line, first, updates, self.live.clock(), admitted))
        self._work()

    def _refuse(self, line: Line, refused: NotLetIn) -> None:
        line.say(Word(refused=refused.code, limit=refused.limit))
        match refused:
            case Gap():
                self._ask(line)
            case NoPen():
                return
            case _:
                line.end(Ending.REFUSED)

    def _refuse_too_long(self, inserted: Mapping[str, int], updates: Sequence[bytes]) -> None:
        """Tried out only where a paragraph comes near the limit."""
        longer = {id: self._longest.get(id, 0) + size for id, size in inserted.items()}
        if any(size > RECOMMENDATION_LENGTH for size in longer.values()):
            waiting = chain.from_iterable(
                typed.updates for typed in (*self._under_way, *self._typed)
            )
            trial = self.paper.tried(*waiting, *updates)
            longer = {id: in_utf16(trial.text(id)) for id in inserted}
            if any(len(plain(trial.text(id))) > RECOMMENDATION_LENGTH for id in inserted):
                raise TooLong()
        self._longest |= longer

    # --- writing down, then telling ---

    def grown(self) -> None:
        """The record has grown: there may be more to hold, and other pens."""
        for line in tuple(self.lines):
            if line.person not in self.live.state.people:
                line.end(Ending.NO_PART)
            elif (may := self.may_write(line.person)) != line.may_write:
                line.may_write = may
                line.say(Word(pen=may))
                self._ask(line)
        self._work()

    async def idle(self) -> None:
        """All that was typed is on the disk, and the paper holds all of the record, but for what
        came while a save of ours is on its way."""
        while self.busy:
            self._work()
            await self.finished()

    @property
    def busy(self) -> bool:
        """Something waits to be written down, or is under way."""
        return self._waits or (self._working is not None and not self._working.done())

    @property
    def _waits(self) -> bool:
        return not self.ended and bool(self._typed or self._is_behind)

    @property
    def _is_behind(self) -> bool:
        """The record tells more than the paper holds. While a save of ours is on its way nobody
        looks: after a restart it is known by words that stood there since the paper last held all
        of the record."""
        return self._seq < self.live.seq and not self.settling.on_its_way

    def _work(self) -> None:
        if self._waits and (self._working is None or self._working.done()):
            self._working = asyncio.create_task(self._flush())

    async def finished(self) -> None:
        """Nothing is under way to the disk any more."""
        if self._working is not None:
            await asyncio.shield(self._working)

    async def _flush(self) -> None:
        """Until nothing waits. If it fails, the room ends: the next one reads its log anew."""
        try:
            while self._waits:
                if self._typed:
                    await self._write_typed()
                else:
                    self._tell_written()
                    await self._catch_up()
            self._tell_written()
        except Exception as failure:  # told by the end of all lines; nothing is hidden
            log.error("A live draft could not be written down.", exc_info=failure)
            self.end(Ending.FAILED)

    async def _write_typed(self) -> None:
        """What one person has sent since the last time is one update: nobody else has heard of it
        yet, so that nothing of anybody leans on a part of it."""
        typed, self._typed = self._typed, []
        self._under_way = typed
        by_person: dict[str, list[Typed]] = {}
        for each in typed:
            by_person.setdefault(each.line.person, []).append(each)
        strokes = [
            Stroke(Hand(person), _together([body for each in theirs for body in each.updates]))
            for person, theirs in by_person.items()
        ]
        moments = [theirs[-1].at for theirs in by_person.values()]
        rows = self._rows(strokes, moments)
        writing = self._clerk.do(partial(self.log.write_down_typed, rows))
        self._tell_written()  # of the flush before; the disk is at work already
        await writing
        self.counted_at = asyncio.get_running_loop().time()
        self._under_way = []
        self._written = Flushed(typed, strokes, rows)

    def _tell_written(self) -> None:
        """What is on the disk is told, and goes onto the paper."""
        if self._written is None:
            return
        typed, strokes, rows = self._written
        self._written = None
        for each in typed:
            self.gate.told(each.admitted)
        lines = {each.line for each in typed}
        self._tell(strokes, but=next(iter(lines)) if len(lines) == 1 else None)
        self._say_saved(lines)
        for row in rows:
            self._put_down(row)

    async def _catch_up(self) -> None:
        seq, at = self.live.seq, self.live.clock()
        events = of_draft(self.live.events[self._seq : seq], self.breakout)
        if events:
            voices = {id: made.by for id, made in self.live.state.contributions.by_id.items()}
            draft, strokes = brought_up(
                self.paper, self.draft, events, own=self.settling.own, voices=voices
            )
            if strokes:
                rows = self._rows(strokes, [at] * len(strokes), seq)
                await self._clerk.do(partial(self.log.write_down, rows))
                self._tell(strokes)
                for row in rows:  # what is typed was noted when it was let in; this was not
                    self._learn(row)
                    self._put_down(row)
            self.draft = draft
            self.settling.forget(draft)
        self._seq = seq

    def _rows(
        self, strokes: Sequence[Stroke], moments: Sequence[datetime], seq: int | None = None
    ) -> Sequence[DraftUpdate]:
        rows = [
            DraftUpdate(
                self._number + place,
                stroke.hand.person,
                at,
                stroke.body,
                stroke.hand.contribution,
                seq if place == len(strokes) else None,
            )
            for place, (stroke, at) in enumerate(zip(strokes, moments, strict=True), 1)
        ]
        self._number += len(rows)
        return rows

    def _learn(self, row: DraftUpdate) -> None:
        self.gate.learn(row.body, Hand(row.person, row.contribution))

    def _put_down(self, row: DraftUpdate) -> frozenset[str]:
        """Onto the paper, as it is on the disk; gives the paragraphs that have other words now."""
        stroke = Stroke(Hand(row.person, row.contribution), row.body)
        changed = self.paper.apply(stroke)
        if row.contribution is None:  # else the record has it, and nobody typed
            for paragraph in changed:
                self.settling.typed(paragraph, row.person)
        return changed

    def _tell(self, strokes: Sequence[Stroke], but: Line | None = None) -> None:
        """All at once, to everybody; who has it already loses nothing."""
        self._tell_all(sync(Sync.UPDATE, _together([stroke.body for stroke in strokes])), but)

    def _tell_all(self, frame: bytes, but: Line | None = None) -> None:
        for line in tuple(self.lines):
            if frame and line is not but:
                line.tell(frame)

    def say_all(self, word: Word) -> None:
        for line in tuple(self.lines):
            line.say(word)

    def _say_saved(self, lines: Iterable[Line]) -> None:
        waiting: dict[Line, int] = {}
        for typed in (*self._under_way, *self._typed):
            waiting.setdefault(typed.line, typed.number - 1)
        for line in lines:
            line.say(Word(saved=waiting.get(line, line.sent)))


def _together(bodies: Sequence[bytes]) -> bytes:
    return merge_updates(*bodies) if len(bodies) > 1 else bodies[0]


BRINGS = frozenset(
    bytes((kind, step))
    for kind in (Kind.SYNC, Kind.SYNC_REPLY)
    for step in (Sync.WHAT_YOU_LACK, Sync.UPDATE)
)  # the beginnings of messages that bring an update


def _is_update(message: bytes) -> bool:
    return message[:2] in BRINGS

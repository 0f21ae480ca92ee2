"""A forum while it sits: commands are decided in turns, written down, then told."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from logging import getLogger
from time import perf_counter
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from facilitate.live.clerks import Clerk, settle
from facilitate.live.measures import COMMIT_SECONDS, TURN_COMMANDS, TURN_SECONDS
from facilitate.live.presence import Presence
from facilitate.meeting import Command, Event, Forum, decide, replay
from facilitate.meeting.erasures import PersonErased
from facilitate.meeting.people import PersonJoined
from facilitate.record.directory import Directory, Entry, entered, entries_of
from facilitate.record.engines import NotWrittenDown, Unreachable, sweep
from facilitate.record.log import Head, Log
from facilitate.record.log import Turn as OpenTurn
from facilitate.record.sessions import Session, opened

PRESENCE_PAUSE = 3.0  # s between two tellings of who is here
log = getLogger("facilitate")

T = TypeVar("T")
Answered = Callable[[int | Exception], None]  # the number of the last event, or why there is none


def now() -> datetime:
    return datetime.now(UTC)


class Asked(Struct, frozen=True):
    """A command that waits for its turn, and who is to be answered.

    ``entry`` and ``session`` are written down with its events, in the same transaction.
    """

    command: Command
    by: str
    at: datetime
    answered: Answered
    entry: Entry | None = None
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Anew:
    """The whole record and the directory, as they are after somebody was erased."""

    events: list[Event]
    names: dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to: all new events, and for each command its number, or why there is none.

    That is a refusal, or a fault of ours which must not take those with it who wait beside.
    ``entries`` are those that stand in the directory now.
    """

    head: Head
    state: Forum
    events: Sequence[Event]
    outcomes: Sequence[int | Exception]
    entries: Sequence[Entry]
    anew: Anew | None = None


class LiveForum:
    """One forum of the record, in memory. ``head`` is the end of what it has heard of it.

    ``events`` are all events told, event n at index n-1; ``state`` is what they come to. Who has
    heard only what came before number ``rewritten`` has to begin anew: words in it were erased.
    All ``hearers`` are called when there is more to tell, after those who asked were answered.
    """

    def __init__(
        self, id: str, log: Log, directory: Directory, clock: Callable[[], datetime] = now
    ) -> None:
        self.id = id
        self.log = log
        self.directory = directory
        self.clock = clock
        self.head = log.head(id)
        self.events: list[Event] = log.read(id)[: self.head.seq]
        self.state = replay(Forum(id), self.events)
        self.rewritten = last_erasure(self.events)
        self.join_code = log.join_code(id)
        self.names: dict[str, Entry] = directory.entries(id)
        self.presence = Presence()
        self.presence_told = 0
        self.hearers: list[Callable[[], None]] = []
        self._waiting: list[Asked] = []
        self._turning: asyncio.Task[None] | None = None
        self._took = 0.0  # s, the turn before
        self._heard_of = 0  # the number of an event that another node has written
        self._clerk = Clerk("writer")  # whoever reads, a turn waits for no thread

    @property
    def seq(self) -> int:
        """The number of the last event."""
        return self.head.seq

    async def handle(
        self, command: Command, by: str, entry: Entry | None = None, session: Session | None = None
    ) -> int:
        """Decide, write down, then tell; gives the number of the last event it came to.

        Where it is not refused, ``entry`` stands in the directory too and ``session`` is open:
        nobody is in the record without a name, or comes in by halves. Raises :class:`Refused`,
        and :class:`NotWrittenDown` when the record cannot be written.
        """
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ask(command, by, partial(settle, answer), entry, session)
        return await answer

    def ask(
        self,
        command: Command,
        by: str,
        answered: Answered,
        entry: Entry | None = None,
        session: Session | None = None,
    ) -> None:
        """The same without waiting: ``answered`` is called with what :meth:`handle` came to."""
        self._waiting.append(Asked(command, by, self.clock(), answered, entry, session))
        self._go_on()

    def hear_of(self, seq: int) -> None:
        """Another node has written an event of this number: what is new is read, and told."""
        if seq > self.seq:
            self._heard_of = max(seq, self._heard_of)
            self._go_on()

    async def heard_up_to(self, seq: int) -> None:
        """Until all up to this number, which is in the record, is told here too."""
        grown = asyncio.Event()
        self.hearers.append(grown.set)
        self.hear_of(seq)
        try:
            while self.seq < seq:
                await grown.wait()
                grown.clear()
        finally:
            self.hearers.remove(grown.set)

    async def tell_presence(self) -> None:
        """For as long as the server runs: who is here is told at a human pace."""
        while True:
            await asyncio.sleep(PRESENCE_PAUSE)
            if self.presence_told != self.presence.version:
                self.presence_told = self.presence.version
                self.grown()

    def grown(self) -> None:
        """There is more to tell."""
        for hearer in self.hearers:
            hearer()

    def named(self, entry: Entry) -> None:
        """A name has been entered in, or changed in, the directory."""
        self.names[entry.id] = entry

    def name_of(self, person: str) -> str:
        """As the directory has it; nothing for who is not in it."""
        entry = self.names.get(person)
        return entry.name if entry else ""

    def _go_on(self) -> None:
        if self._turning is None or self._turning.done():
            self._turning = asyncio.create_task(self._take_turns())

    async def _take_turns(self) -> None:
        """As long as somebody waits: one turn for all who wait when it begins.

        Every turn begins with what other nodes have written; with nobody waiting that is all.
        """
        loop = asyncio.get_running_loop()
        while self._waiting or self._heard_of > self.seq:
            await self._all_heard()
            asked, self._waiting = self._waiting, []
            before = self.head
            if asked:
                for each, outcome in zip(asked, await self._outcomes(asked), strict=True):
                    loop.call_soon(each.answered, outcome)
            else:
                await self._read_on()
            if self.head is not before:
                loop.call_soon(self.grown)

    async def _read_on(self) -> None:
        """Where the database cannot be read, whoever heard of it will hear of it again."""
        self._heard_of = 0
        with suppress(Unreachable):
            self._go_on_to(await self._clerk.do(self._look))

    async def _all_heard(self) -> None:
        """Whoever speaks at this moment comes into the same turn.

        Nobody waits where nobody else speaks, nor longer than the turn before took: the dearer a
        turn is, the more go into one.
        """
        loop, heard = asyncio.get_running_loop(), 0
        end = loop.time() + self._took
        while heard < len(self._waiting) and loop.time() < end:
            heard = len(self._waiting)
            await asyncio.sleep(0)

    async def _outcomes(self, asked: Sequence[Asked]) -> Sequence[int | Exception]:
        TURN_COMMANDS.observe(len(asked))
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            turn = await self._clerk.do(partial(self._turn, asked))
        except Exception as failure:  # handed to those who asked; nothing is hidden
            return [failure] * len(asked)
        else:
            self._go_on_to(turn)
            return turn.outcomes
        finally:
            self._took = loop.time() - began
            TURN_SECONDS.observe(self._took)

    def _go_on_to(self, turn: Turn) -> None:
        """What was written down is the present now."""
        for entry in turn.entries:
            self.named(entry)
        if turn.anew is not None:
            self.state, self.events, self.head = turn.state, turn.anew.events, turn.head
            self.names = turn.anew.names
            self.rewritten = last_erasure(self.events)
        elif turn.events:
            self.state, self.head = turn.state, turn.head
            self.events += turn.events

    def _turn(self, asked: Sequence[Asked]) -> Turn:
        """In the writer's thread: on the state as it then is, all in one transaction."""
        with self.log.turn(self.id) as turn:
            state, events = self._caught_up(turn)
            elsewhere = self._let_in_elsewhere(turn.connection, events)
            outcomes: list[int | Exception] = []
            done: list[Asked] = []
            for each in asked:
                try:
                    decided = decide(state, each.command, each.by, each.at)
                    state = replay(state, decided)
                except Exception as failure:  # handed to the one who asked; nothing is hidden
                    outcomes.append(failure)
                    continue
                turn.append(decided)
                events += decided
                outcomes.append(turn.seq)
                done.append(each)
            entries = (*elsewhere, *self._let_in(turn.connection, done))
            decided_at = perf_counter()
        COMMIT_SECONDS.observe(perf_counter() - decided_at)
        told = Turn(turn.head, state, events, outcomes, entries)
        return self._begun_anew(told) if last_erasure(events) else told

    def _look(self) -> Turn:
        """In the writer's thread: the state as others have left it."""
        with self.log.look(self.id) as turn:
            state, events = self._caught_up(turn)
            entries = self._let_in_elsewhere(turn.connection, events)
        told = Turn(turn.head, state, events, [], entries)
        return self._anew(told) if last_erasure(events) else told

    def _caught_up(self, turn: OpenTurn) -> tuple[Forum, list[Event]]:
        """The state before this turn, with the events that others have written meanwhile."""
        events = turn.behind(self.seq)
        if last_erasure(events):
            return replay(Forum(self.id), turn.behind(0)), events
        return replay(self.state, events), events

    def _begun_anew(self, turn: Turn) -> Turn:
        """After an erasure nothing that was rewritten is left, on the disk or in memory."""
        try:
            sweep(self.log.engine)
        except NotWrittenDown:
            log.warning("Somebody was erased; traces are still on the disk.", exc_info=True)
        return self._anew(turn)

    def _anew(self, turn: Turn) -> Turn:
        events = self.log.read(self.id)[: turn.head.seq]
        anew = Anew(events, self.directory.entries(self.id))
        return replace(turn, state=replay(Forum(self.id), events), anew=anew)

    def _let_in_elsewhere(self, connection: Connection, events: Sequence[Event]) -> Sequence[Entry]:
        """Those who came in on another node; hardly ever anybody."""
        ids = [event.person for event in events if isinstance(event, PersonJoined)]
        return entries_of(connection, self.id, ids) if ids else ()

    def _let_in(self, connection: Connection, done: Sequence[Asked]) -> Sequence[Entry]:
        opened(connection, [each.session for each in done if each.session])
        return entered(connection, self.id, [each.entry for each in done if each.entry])


def last_erasure(events: Sequence[Event]) -> int:
    """The place of the last erasure among the events, from 1; 0 if there is none."""
    places = (place for place, event in enumerate(events, 1) if isinstance(event, PersonErased))
    return max(places, default=0)

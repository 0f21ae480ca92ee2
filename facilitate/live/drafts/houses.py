"""All the rooms of one forum in which drafts are written, and what they do before a command."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from logging import getLogger
from secrets import token_hex

from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from facilitate.live.drafts.rooms import Ending, Room
from facilitate.live.forum import LiveForum
from facilitate.meeting import Command, Refused
from facilitate.meeting.drafts import (
    Draft,
    DraftAct,
    JoinDraftRecommendations,
    RemoveDraftRecommendation,
    ReviseDraftRecommendation,
    SplitDraftRecommendation,
    SubmitDraft,
)
from facilitate.meeting.refusals import N_
from facilitate.record.draft_leases import NOBODY, DraftLeases, Lease
from facilitate.record.engines import NotWrittenDown

BEAT = 1.0  # s between two counts of who holds a draft; twice as long where it is written
STILL = 4.0  # s in which a holder has not counted, after which it is gone
EMPTY = 10.0  # s for which nobody is in a room, after which it is let go

log = getLogger("facilitate")


class WrittenElsewhere(Refused):
    code = "written-elsewhere"
    sentence = N_(
        "This draft is being written together on another server at the moment. Nothing was"
        " changed; please send again in a moment."
    )


class Drafts:
    """A draft is written on one server at a time, which holds its lease for as long as anybody is
    there. Another takes it over once it is let go, or its holder does not count on any more."""

    def __init__(self, live: LiveForum) -> None:
        self.live = live
        self.leases = DraftLeases(live.log.engine, live.id, token_hex(8))
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._changing = asyncio.Lock()
        self._elsewhere: dict[str, tuple[Lease, float]] = {}
        self._counting: asyncio.Task[None] | None = None
        self._rewritten = live.rewritten
        live.hearers.append(self._grown)

    async def room(self, breakout: str) -> Room:
        """The room of a breakout that there is; opened by the first who asks for it.

        Raises :class:`WrittenElsewhere`.
        """
        opening = self._opening.get(breakout)
        if opening is None or _over(opening):
            opening = asyncio.create_task(self._opened(breakout, opening))
            self._opening[breakout] = opening
        return await asyncio.shield(opening)

    async def prepared(self, asked: Command, by: str) -> Command:
        """Before a draft changes otherwise, all that was typed is saved.

        Whoever writes on a line sees what stands, so that theirs is never a stale version. What is
        submitted is submitted with its runs. Where it is written on another server the versions
        of the record decide, and it cannot be submitted from here.
        """
        if not isinstance(asked, DraftAct) or asked.breakout not in self.live.state.breakouts:
            return asked
        try:
            room = await self.room(asked.breakout)
        except WrittenElsewhere:
            if isinstance(asked, SubmitDraft):
                raise
            return asked
        await room.settling.settle(by)
        if room.writes(by):
            asked = _up_to_date(asked, self.live.state.drafts.get(asked.breakout, Draft()))
        return replace(asked, runs=room.runs()) if isinstance(asked, SubmitDraft) else asked

    def close(self) -> None:
        """The server stops; nobody need wait for it."""
        if self._counting is not None:
            self._counting.cancel()
        for opening in self._opening.values():
            opening.cancel()
        for room in self._rooms():
            room.close()
        if self._opening:
            with suppress(NotWrittenDown):
                self.leases.let_go(*self._opening)

    async def _opened(self, breakout: str, before: "asyncio.Task[Room] | None") -> Room:
        if before is not None and _open(before):
            await before.result().finished()
        await self._take(breakout)
        room = await self._read(breakout)
        if self._counting is None:
            self._counting = asyncio.create_task(self._count_on())
        return room

    async def _read(self, breakout: str) -> Room:
        """Once more if somebody was erased meanwhile, who is named in what was read before."""
        while True:
            rewritten = self.live.rewritten
            room = Room(self.live, breakout, self.leases.holder)
            await room.open()
            if self.live.rewritten == rewritten:
                return room
            room.end(Ending.AGAIN)
            await room.finished()

    async def _take(self, breakout: str) -> None:
        """Ours from now on. Raises :class:`WrittenElsewhere`."""
        loop = asyncio.get_running_loop()
        while True:
            async with self._changing:
                seen = await run_in_threadpool(self.leases.seen, breakout)
                if seen is not None and seen.holder == self.leases.holder:
                    return
                last, since = self._elsewhere.get(breakout, (seen, loop.time()))
                still = loop.time() - since
                if seen is None or seen.holder == NOBODY or (seen == last and still >= STILL):
                    self._elsewhere.pop(breakout, None)
                    if await run_in_threadpool(self.leases.take, breakout, seen):
                        return
                    raise WrittenElsewhere()  # another was faster
                self._elsewhere[breakout] = (seen, since if seen == last else loop.time())
            if seen != last:
                raise WrittenElsewhere()
            await asyncio.sleep(STILL - still)

    async def _count_on(self) -> None:
        """For as long as the server runs."""
        while True:
            await asyncio.sleep(BEAT)
            async with self._changing:
                with suppress(NotWrittenDown):
                    await self._let_go_of_empty()
                    await self._count_on_where_nobody_types()

    async def _count_on_where_nobody_types(self) -> None:
        """With all that is written down a room has counted already."""
        before = asyncio.get_running_loop().time() - BEAT
        quiet = [room for room in self._rooms() if room.counted_at < before]
        if quiet:
            ours = await run_in_threadpool(self.leases.count_on)
            for room in quiet:
                if room.breakout not in ours:
                    room.end(Ending.AGAIN)

    async def _let_go_of_empty(self) -> None:
        at = asyncio.get_running_loop().time()
        empty = [room for room in self._rooms() if room.empty_since(at) < at - EMPTY]
        for room in empty:
            room.end(Ending.AGAIN)
        if empty:
            await run_in_threadpool(self.leases.let_go, *(room.breakout for room in empty))

    def _rooms(self) -> Iterator[Room]:
        for opening in self._opening.values():
            if _open(opening) and not opening.result().ended:
                yield opening.result()

    def _grown(self) -> None:
        rooms = tuple(self._rooms())
        if self.live.rewritten != self._rewritten:
            self._rewritten = self.live.rewritten
            for room in rooms:
                room.end(Ending.AGAIN)
        for room in rooms:
            room.grown()


def _open(opening: "asyncio.Task[Room]") -> bool:
    return opening.done() and not opening.cancelled() and opening.exception() is None


def _over(opening: "asyncio.Task[Room]") -> bool:
    return opening.done() and (not _open(opening) or opening.result().ended)


def _up_to_date(asked: Command, draft: Draft) -> Command:
    there = draft.recommendations
    match asked:
        case SubmitDraft():
            return replace(asked, version=draft.version)
        case ReviseDraftRecommendation(id=id, addressee=to) if (
            id in there and to != there[id].addressee
        ):  # the form may be behind: whom it asks is new, and the words are those that stand
            return replace(asked, version=there[id].version, text=there[id].text)
        case ReviseDraftRecommendation(id=id) | RemoveDraftRecommendation(id=id) if id in there:
            return replace(asked, version=there[id].version)
        case SplitDraftRecommendation(id=id) if id in there:
            return replace(asked, version=there[id].version, text=there[id].text)
        case JoinDraftRecommendations(id=id, next=next) if id in there and next in there:
            return replace(asked, version=there[id].version, next_version=there[next].version)
        case _:
            return asked

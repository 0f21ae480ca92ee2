"""All the rooms of one forum in which drafts are written, and what they do before a command."""

import asyncio

from msgspec.structs import replace

from facilitate.live.drafts.rooms import Ending, Room
from facilitate.live.forum import LiveForum
from facilitate.meeting import Command
from facilitate.meeting.drafts import (
    Draft,
    DraftAct,
    JoinDraftRecommendations,
    RemoveDraftRecommendation,
    ReviseDraftRecommendation,
    SplitDraftRecommendation,
    SubmitDraft,
)


class Drafts:
    def __init__(self, live: LiveForum) -> None:
        self.live = live
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._rewritten = live.rewritten
        live.hearers.append(self._grown)

    async def room(self, breakout: str) -> Room:
        """The room of a breakout that there is; opened by the first who asks for it."""
        opening = self._opening.get(breakout)
        if opening is None or _over(opening):
            opening = asyncio.create_task(self._opened(breakout, opening))
            self._opening[breakout] = opening
        return await asyncio.shield(opening)

    async def prepared(self, asked: Command, by: str) -> Command:
        """Before a draft changes otherwise, all that was typed is saved.

        Whoever writes on a line sees what stands, so that theirs is never a stale version. What is
        submitted is submitted with its runs.
        """
        if not isinstance(asked, DraftAct) or asked.breakout not in self.live.state.breakouts:
            return asked
        room = await self.room(asked.breakout)
        await room.settling.settle(by)
        if room.writes(by):
            asked = _up_to_date(asked, self.live.state.drafts.get(asked.breakout, Draft()))
        return replace(asked, runs=room.runs()) if isinstance(asked, SubmitDraft) else asked

    def close(self) -> None:
        for opening in self._opening.values():
            opening.cancel()
            if _open(opening):
                opening.result().close()

    async def _opened(self, breakout: str, before: "asyncio.Task[Room] | None") -> Room:
        if before is not None and _open(before):
            await before.result().finished()
        room = Room(self.live, breakout)
        await room.open()
        return room

    def _grown(self) -> None:
        rooms = [opening.result() for opening in self._opening.values() if _open(opening)]
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

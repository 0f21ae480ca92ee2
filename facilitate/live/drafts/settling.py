"""When what is typed is saved in the record: at a pause, and now and then while there is none."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facilitate.live.drafts.frames import Settled, Word
from facilitate.meeting import Refused
from facilitate.meeting.drafts import Draft, DraftRecommendation, ReviseDraftRecommendation
from facilitate.meeting.forms import plain
from facilitate.record.engines import NotWrittenDown

if TYPE_CHECKING:
    from facilitate.live.drafts.rooms import Line, Room

PAUSE = 1.0  # s in which nobody has typed in a paragraph
LONGEST = 5.0  # s for which somebody may type before it is saved all the same
LOOK = 0.25  # s between two looks


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Words that the record does not hold yet, by their last writer."""

    by: str
    since: float
    last: float

    def due(self, at: float) -> bool:
        return at - self.last >= PAUSE or at - self.since >= LONGEST


class Settling:
    """``own`` are the texts that were, or may have been, saved from here, each over a version of a
    paragraph; one is ``on_its_way`` to the record."""

    def __init__(self, room: "Room") -> None:
        self.own: dict[tuple[str, int], set[str]] = {}
        self.on_its_way = False
        self._room = room
        self._unsaved: dict[str, Unsaved] = {}
        self._one = asyncio.Lock()
        self._asked: set[asyncio.Task[None]] = set()

    def typed(self, paragraph: str, by: str) -> None:
        at = asyncio.get_running_loop().time()
        before = self._unsaved.get(paragraph)
        self._unsaved[paragraph] = Unsaved(by, before.since if before else at, at)

    def may_be_saved(self, paragraph: str) -> None:
        """The words as they now stand may have been saved from here before a restart."""
        there = self._room.draft.recommendations.get(paragraph)
        if there is not None:
            self._note(there, plain(self._room.paper.text(paragraph)))

    def forget(self, draft: Draft) -> None:
        """What could only have been saved over an earlier version."""
        there = draft.recommendations
        self.own = {
            (id, version): texts
            for (id, version), texts in self.own.items()
            if id in there and there[id].version == version
        }

    async def watch(self) -> None:
        """For as long as there is a room."""
        loop = asyncio.get_running_loop()
        while not self._room.ended:
            await asyncio.sleep(LOOK)
            due = [id for id in self._standing() if self._unsaved[id].due(loop.time())]
            if due:
                await self._save_all(due)

    async def settle(self, by: str) -> None:
        """All that was typed is saved, by whoever wrote it, or else by who asks for it here."""
        await self._save_all(None, by)

    def settle_soon(self, line: "Line") -> None:
        """Somebody on a line asks for it; all are told when it is done."""
        asked = asyncio.create_task(self.settle(line.person))
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)

    async def answered(self) -> None:
        """All who asked for it have been told."""
        await asyncio.gather(*self._asked)

    def _settled(self) -> Word:
        draft = self._draft()
        texts = {id: there.version for id, there in draft.recommendations.items()}
        return Word(settled=Settled(draft.version, texts))

    async def _save_all(self, paragraphs: list[str] | None, instead: str | None = None) -> None:
        async with self._one:
            await self._room.idle()
            for paragraph in self._standing() if paragraphs is None else paragraphs:
                await self._room.idle()  # what came with the save before is no part of this one
                if paragraph in self._unsaved and not self._room.ended:
                    await self._save(paragraph, instead)
            await self._room.idle()
            if not self._standing():
                self._room.say_all(self._settled())

    def _standing(self) -> list[str]:
        """What has to be saved; what was typed where a paragraph was removed waits with it."""
        there = self._draft().recommendations
        return [paragraph for paragraph in self._unsaved if paragraph in there]

    async def _save(self, paragraph: str, instead: str | None) -> None:
        unsaved, text = self._unsaved.pop(paragraph), plain(self._room.paper.text(paragraph))
        there = self._draft().recommendations.get(paragraph)
        if there is not None and there.text == text:
            return
        by = unsaved.by if self._room.may_write(unsaved.by) else instead
        if there is None or by is None or not await self._saved(there, text, by):
            self._unsaved.setdefault(paragraph, self._later(unsaved))

    async def _saved(self, there: DraftRecommendation, text: str, by: str) -> bool:
        asked = ReviseDraftRecommendation(
            self._room.breakout, there.id, there.version, there.addressee, text
        )
        self._note(there, text)
        self.on_its_way = True
        try:
            await self._room.live.handle(asked, by)
        except Refused:  # somebody else was faster, or the pen was taken: then once more
            return False
        except NotWrittenDown:  # it may be in the record all the same
            return False
        finally:
            self.on_its_way = False
        return True

    def _note(self, there: DraftRecommendation, text: str) -> None:
        self.own.setdefault((there.id, there.version), set()).add(text)

    def _later(self, unsaved: Unsaved) -> Unsaved:
        at = asyncio.get_running_loop().time()
        return Unsaved(unsaved.by, at, at)

    def _draft(self) -> Draft:
        return self._room.live.state.drafts.get(self._room.breakout, Draft())

"""Whole pages as they are shown: each drawn once for all who share it, and kept while it holds.

A drawing holds until something touches a live part of the page, as it would be told to those who
listen; until who is here has been told anew; and no longer than the minute on the clock.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from facilitate.live.forum import LiveForum
from facilitate.meeting import Attendance, Event, Person, Role
from facilitate.web.blanks import Blanks, FreshIds, blank
from facilitate.web.drawing import draw_item, drawn_in_slices, frame_of
from facilitate.web.parts import Items, Page, Part
from facilitate.web.scenes import Scene

KEPT = 128  # pages of a forum that are kept, those asked for last


@dataclass(frozen=True, slots=True)
class View:
    """What a page is drawn for: all who share it get the same drawing.

    ``query`` and ``origin`` are those of the address that was asked for.
    """

    place: str
    language: str
    roles: frozenset[Role]
    breakouts: frozenset[str] = frozenset()
    path: str = "/"
    query: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page; where many share it, with a blank for each thing that tells them apart."""

    person: Person
    id: str = blank("me")
    name: str = blank("name")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a drawing shows besides the events: it holds no longer than this does."""

    rewritten: int
    present: int
    minute: datetime


class Sheet:
    """One page in one view: the last drawing of it, and the items on it that are as they were."""

    def __init__(
        self, live: LiveForum, page: Page, view: View, reader: Reader | None = None
    ) -> None:
        self.live = live
        self.page = page
        self.view = view
        anybody = Person("", Attendance.REMOTE, view.roles, view.breakouts)
        self.reader = reader or Reader(anybody)
        self._items: dict[str, Markup] = {}
        self._drawn: Blanks | None = None
        self._until = live.seq  # the last event looked at
        self._moment: Moment | None = None
        self._drawing: asyncio.Task[tuple[Blanks, int]] | None = None

    async def now(self) -> tuple[Blanks, int]:
        """A drawing that shows whatever happened before it was asked for, and until which event.

        All who wait for the same one share it; one that began too early is waited for, and then
        another is begun, once for all of them.
        """
        wanted = self.live.seq
        while True:
            if self._drawing is None or self._drawing.done():
                self._forget_what_was_touched()
                if self._drawn is not None:
                    return self._drawn, self._until
                self._drawing = asyncio.create_task(self._draw())
            drawn, until = await asyncio.shield(self._drawing)
            if until >= wanted:
                return drawn, until

    async def _draw(self) -> tuple[Blanks, int]:
        view, fresh_ids = self.view, FreshIds()
        scene = Scene(self.live, view.place, view.language, view.roles)
        await self.page.ready(scene)
        context = {
            **frame_of(scene, self.reader, blank("nonce"), view.path),
            "page": self.page.name,
            "after": blank("after"),
            "mine": blank("mine"),
            "origin": view.origin,
            "query": QueryParams(view.query),
            "new_id": fresh_ids,
            "item": self._remembering(scene),
            **self.page.context(scene),
        }
        html = await drawn_in_slices(self.page.template, view.language, context)
        self._drawn = await run_in_threadpool(Blanks, html)
        return self._drawn, scene.seq

    def _remembering(self, scene: Scene) -> Callable[[str, str, object], Markup]:
        """For templates: an item by the prefix of its list and its key, drawn before or now."""
        lists = {items.prefix: items for items in self.page.parts if isinstance(items, Items)}

        def item(prefix: str, key: str, thing: object) -> Markup:
            id = f"{prefix}-{key}"
            if id not in self._items:
                html = draw_item(self.page, lists[prefix], thing, scene)
                self._items[id] = Markup(html)  # noqa: S704 - a template has escaped it
            return self._items[id]

        return item

    # --- what holds ---------------------------------------------------------------

    def _forget_what_was_touched(self) -> None:
        """Never while it is drawn: what came meanwhile is looked at when the drawing is done."""
        live, before = self.live, self._moment
        self._moment = self._moment_now()
        if before is None or before.rewritten != live.rewritten:
            self._items.clear()
        if self._moment != before:
            self._drawn = None
        for event in live.events[self._until : live.seq]:
            self._forget(event)
        self._until = live.seq

    def _forget(self, event: Event) -> None:
        for part in self.page.parts:
            match part:
                case Part():
                    if type(event) in part.touched_by and part.concerns(event, self.view.place):
                        self._drawn = None
                case Items():
                    for key in part.touches(event, self.live.state, self.view.place):
                        self._items.pop(f"{part.prefix}-{key}", None)
                        self._drawn = None

    def _moment_now(self) -> Moment:
        minute = self.live.clock().replace(second=0, microsecond=0)
        shows_presence = any(part.presence for part in self.page.parts)
        present = self.live.presence_told if shows_presence else 0
        return Moment(self.live.rewritten, present, minute)


class Sheets:
    """The pages of a forum that somebody has asked for lately."""

    def __init__(self, live: LiveForum) -> None:
        self.live = live
        self._kept: OrderedDict[tuple[str, View], Sheet] = OrderedDict()

    def of(self, page: Page, view: View, reader: Reader) -> Sheet:
        if page.own:
            return Sheet(self.live, page, view, reader)
        key = page.name, view
        if key not in self._kept:
            self._kept[key] = Sheet(self.live, page, view)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

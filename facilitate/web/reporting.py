"""The report of a forum as it now stands: made once for all who read it in one language."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from facilitate.exports import as_html, as_json, as_markdown
from facilitate.exports.reports import DraftLine, Report, ReportedBreakout, Text, Voice, report
from facilitate.exports.sentences import Sentences
from facilitate.live.forum import LiveForum
from facilitate.record.directory import Entry
from facilitate.web.languages import translations
from facilitate.web.scenes import Scene

Translate = Callable[[str], str]
Key: TypeAlias = tuple[str, int]  # the language, and the last event
REPORTED = 2.0  # s between two tellings of a page that is drawn from it
KEPT = 8  # copies of a forum: two languages, at the last few turns
FORMATS: Mapping[str, Callable[[Report, Translate], bytes]] = MappingProxyType(
    {
        "html": lambda made, translate: as_html.render(made, translate).encode(),
        "md": lambda made, translate: as_markdown.render(made, translate).encode(),
        "json": lambda made, translate: as_json.render(made),
    }
)


class Copy:
    """The report in the language of a scene, with its index; may be made in any thread."""

    def __init__(self, scene: Scene, names: Mapping[str, Entry]) -> None:
        self.report = report(scene.forum, names, scene.language, scene.head)
        self.say = Sentences(translations(scene.language).gettext, scene.language)
        self._written: dict[str, bytes] = {}

    @cached_property
    def texts(self) -> Mapping[str, Text]:
        return {text.id: text for text in _all_texts(self.report)}

    @cached_property
    def texts_by_label(self) -> Mapping[str, Text]:
        return {text.label: text for text in _all_texts(self.report)}

    @cached_property
    def drafts_by_label(self) -> Mapping[str, DraftLine]:
        behind = [draft for text in _all_texts(self.report) for draft in text.drafts]
        left = [*self.report.set_aside, *self.report.left_in_drafts]
        return {draft.label: draft for draft in (*behind, *left)}

    @cached_property
    def voices(self) -> Mapping[str, Voice]:
        return {voice.id: voice for voice in self.report.contributions}

    @cached_property
    def rooms(self) -> Mapping[str, ReportedBreakout]:
        return {room.id: room for room in self.report.breakouts}

    def written(self, ending: str) -> bytes:
        """As a file of one of the ``FORMATS``; may be called from any thread."""
        if ending not in self._written:
            self._written[ending] = FORMATS[ending](self.report, self.say.translate)
        return self._written[ending]


def _all_texts(made: Report) -> Iterable[Text]:
    return (*made.adopted, *made.deferred, *made.not_adopted, *made.undecided)


class Copies:
    """The copies of one forum that were made last, and those that are being made."""

    def __init__(self) -> None:
        self.made: OrderedDict[Key, Copy] = OrderedDict()
        self.making: dict[Key, asyncio.Task[None]] = {}

    def keep(self, key: Key, copy: Copy) -> Copy:
        self.made[key] = copy
        if len(self.made) > KEPT:
            self.made.popitem(last=False)
        return copy

    async def make(self, key: Key, scene: Scene) -> None:
        names = dict(scene.live.names)
        try:
            self.keep(key, await run_in_threadpool(Copy, scene, names))
        finally:
            del self.making[key]


_copies: "WeakKeyDictionary[LiveForum, Copies]" = WeakKeyDictionary()


async def prepared(scene: Scene) -> None:
    """Make the report of what the scene shows, in a thread, once for all who wait for it."""
    copies, key = _copies.setdefault(scene.live, Copies()), _key(scene)
    if key in copies.made:
        return
    if key not in copies.making:
        copies.making[key] = asyncio.create_task(copies.make(key, scene))
    await asyncio.shield(copies.making[key])


def copy_of(scene: Scene) -> Copy:
    """The report of what the scene shows: the one made before, if it was."""
    copies, key = _copies.setdefault(scene.live, Copies()), _key(scene)
    return copies.made.get(key) or copies.keep(key, Copy(scene, scene.live.names))


def _key(scene: Scene) -> Key:
    """Names change with events alone: people join, are admitted, named by others, and erased."""
    return scene.language, scene.seq

"""The report of a forum as it now stands: made once for all who read it in one language."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from weakref import WeakKeyDictionary

from facilitate.exports import as_html, as_json, as_markdown
from facilitate.exports.reports import DraftLine, Report, ReportedBreakout, Text, Voice, report
from facilitate.exports.sentences import Sentences
from facilitate.live.forum import LiveForum
from facilitate.record.directory import Entry
from facilitate.web.languages import translations

Translate = Callable[[str], str]
FORMATS: Mapping[str, Callable[[Report, Translate], bytes]] = MappingProxyType(
    {
        "html": lambda made, translate: as_html.render(made, translate).encode(),
        "md": lambda made, translate: as_markdown.render(made, translate).encode(),
        "json": lambda made, translate: as_json.render(made),
    }
)


class Copy:
    """The report in one language, with its index; ``names`` are those it was made with."""

    def __init__(self, live: LiveForum, language: str) -> None:
        self.names: Mapping[str, Entry] = dict(live.names)
        self.report = report(live.state, self.names, language, live.head)
        self.say = Sentences(translations(language).gettext, language)
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


_copies: "WeakKeyDictionary[LiveForum, dict[str, Copy]]" = WeakKeyDictionary()


def copy_of(live: LiveForum, language: str) -> Copy:
    """Made anew only when the record has grown or the directory has changed."""
    copies = _copies.setdefault(live, {})
    copy = copies.get(language)
    if copy is None or copy.report.seq != live.seq or copy.names != live.names:
        copy = copies[language] = Copy(live, language)
    return copy

"""The live draft itself: a document of Yjs, laid out by the server, with words by many hands.

``texts`` holds a text for each paragraph that was ever there, ``order`` the ids of those that
stand, and ``about`` what else the record says of each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from secrets import randbits

from pycrdt import Array, Doc, Map, Text, TextEvent, TransactionEvent
from pycrdt._base import BaseEvent, BaseType

from facilitate.live.drafts.gate import TEXTS
from facilitate.live.drafts.runs import Hand, Runs
from facilitate.meeting.drafts import Draft, Written

EPOCH = 1  # of this layout; a version of facilitate that lays a draft out anew counts on
NOBODY = Hand("")  # who writes what is no words

NOTHING = b"\0\0"  # an update that changes nothing
TOLD = attrgetter("path", "delta")  # of the change of one text

Write = Callable[["Layout"], None]


def new_client() -> int:
    return randbits(52) + 1


class Layout:
    """The parts of a document."""

    def __init__(self, client: int) -> None:
        self.doc: Doc[BaseType] = Doc(client_id=client)
        self.doc[TEXTS] = self.texts = Map[Text]()
        self.doc["order"] = self.order = Array[str]()
        self.doc["about"] = self.about = Map[object]()

    def text(self, paragraph: str) -> str:
        return str(self.texts[paragraph]) if paragraph in self.texts else ""

    def paragraphs(self) -> tuple[str, ...]:
        return tuple(self.texts.keys())

    def lay_out(self, draft: Draft) -> None:
        """As the record has it, all but the words."""
        order = list(draft.order)
        for id in order:
            self.make_room(id)
            about = {
                "addressee": draft.recommendations[id].addressee.value,
                "cites": list(draft.recommendations[id].cites),
                "version": draft.recommendations[id].version,
            }
            if self.about.get(id) != about:
                self.about[id] = about
        if list(self.order) != order:
            self.order.clear()
            self.order.extend(order)

    def make_room(self, paragraph: str) -> None:
        if paragraph not in self.texts:
            self.texts[paragraph] = Text()

    def replace(self, paragraph: str, start: int, end: int, words: str) -> None:
        """Characters start to end; the document itself counts bytes."""
        there = self.texts[paragraph]
        before = str(there)
        first, last = len(before[:start].encode()), len(before[:end].encode())
        if last > first:
            del there[first:last]
        if words:
            there.insert(first, words)


@dataclass(frozen=True, slots=True)
class Stroke:
    """What one hand has changed at once, as an update."""

    hand: Hand
    body: bytes


class Paper(Layout):
    """The document as it is on the disk, and the runs of its paragraphs."""

    def __init__(self, client: int) -> None:
        super().__init__(client)
        self.client = client
        self._runs: dict[str, Runs] = {}
        self._hand = NOBODY
        self._changed: set[str] = set()
        self.put_back = False
        self._watch = self.texts.observe_deep(self._follow)

    def apply(self, stroke: Stroke) -> frozenset[str]:
        """Gives the paragraphs whose words are others now; ``put_back`` says whether some of these
        had stood there before."""
        self._hand, self._changed, self.put_back = stroke.hand, set(), False
        self.doc.apply_update(stroke.body)
        return frozenset(self._changed)

    def runs(self, paragraph: str) -> tuple[Written, ...]:
        return self._runs[paragraph].written() if paragraph in self._runs else ()

    def tried(self, *bodies: bytes) -> Layout:
        """A copy, as it would be with these updates."""
        trial = Layout(new_client())
        for body in (self.doc.get_update(), *bodies):
            trial.doc.apply_update(body)
        return trial

    def copied(self) -> "Paper":
        copy = Paper(new_client())
        copy.apply(Stroke(NOBODY, self.doc.get_update()))
        copy._runs = {paragraph: runs.copied() for paragraph, runs in self._runs.items()}
        return copy

    def _follow(self, events: list[BaseEvent]) -> None:
        for event in events:
            if isinstance(event, TextEvent):
                told: tuple[Sequence[str], Sequence[Mapping[str, object]]] = TOLD(event)
                (paragraph,), delta = told
                runs = self._runs.setdefault(paragraph, Runs())
                self.put_back |= runs.change(delta, self._hand)
                self._changed.add(paragraph)


class Draughtsman:
    """Writes on a copy of a paper; what it has written is not on the paper before it is applied."""

    def __init__(self, paper: Paper) -> None:
        self._structure = paper.client
        self.copy = paper.copied()
        self.strokes: list[Stroke] = []

    def lay_out(self, write: Write) -> None:
        self._write(NOBODY, self._structure, write)

    def words(self, hand: Hand, write: Write) -> None:
        """Each time with a client id of its own, which is never used again."""
        self._write(hand, new_client(), write)

    def _write(self, hand: Hand, client: int, write: Write) -> None:
        sheet = Layout(client)
        sheet.doc.apply_update(self.copy.doc.get_update())
        bodies: list[bytes] = []

        def noted(event: TransactionEvent) -> None:
            bodies.append(event.update)

        watch = sheet.doc.observe(noted)
        with sheet.doc.transaction():
            write(sheet)
        sheet.doc.unobserve(watch)
        for body in filter(NOTHING.__ne__, bodies):
            stroke = Stroke(hand, body)
            self.copy.apply(stroke)
            self.strokes.append(stroke)

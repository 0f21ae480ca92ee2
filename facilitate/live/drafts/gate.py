"""The gate of a live draft: who may write what, judged by the header of an update alone.

The server writes all structure by one client id of its own, so what a person writes can only be
words in a paragraph. Nothing is tried out on the document, which is never ahead of the disk.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping

import msgspec

from facilitate.live.drafts.frames import Garbled
from facilitate.live.drafts.runs import Hand
from facilitate.live.drafts.spans import Spans
from facilitate.live.drafts.updates import At, Content, Item, Span, parsed, typed_on

TEXTS = "texts"  # the root under which the paragraphs stand
LAST_CLOCK = 1 << 31
LARGEST = 60 * 1024  # bytes of one update; with its frame it fits into a message
MOST_HANDS = 16  # client ids that may write in one update: those of one person's tabs
WORDS = frozenset({Content.WORDS, Content.DELETED})


class NotLetIn(Exception):
    """An update was refused, and nothing of it was taken; the ``code`` says why."""

    code = "garbled"
    limit: int | None = None


class Gap(NotLetIn):
    """Something before it is missing: it can come again once that has come."""

    code = "gap"


class Foreign(NotLetIn):
    """It is written in somebody else's hand."""

    code = "foreign"


class NotWords(NotLetIn):
    """It changes something else than the words of a paragraph."""

    code = "not-words"


class TooLarge(NotLetIn):
    code = "too-large"
    limit = LARGEST


class Placed(msgspec.Struct, frozen=True):
    """New clocks ``start`` to ``end`` of a client, in a paragraph; structure is in none."""

    client: int
    start: int
    end: int
    paragraph: str | None


class Admitted(msgspec.Struct, frozen=True):
    """What of an update is new; all else of it was there already."""

    placed: tuple[Placed, ...]
    deleted: tuple[Span, ...]

    @property
    def nothing(self) -> bool:
        return not self.placed and not self.deleted

    @property
    def inserted(self) -> Mapping[str, int]:
        """At most how much longer each paragraph becomes, in characters of UTF-16."""
        longer: dict[str, int] = {}
        for each in self.placed:
            if each.paragraph is not None:
                longer[each.paragraph] = longer.get(each.paragraph, 0) + each.end - each.start
        return longer


class Standing:
    """In which paragraph the words of each client stand."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[list[int], list[str]]] = {}

    def put(self, client: int, start: int, paragraph: str) -> None:
        starts, paragraphs = self._of.setdefault(client, ([], []))
        if not paragraphs or paragraphs[-1] != paragraph:
            starts.append(start)
            paragraphs.append(paragraph)

    def at(self, place: At) -> str | None:
        starts, paragraphs = self._of.get(place.client, ([], []))
        before = bisect_right(starts, place.clock)
        return paragraphs[before - 1] if before else None


class Gate:
    """What is known of a document: how far each client is, whose it is, and what stands where.

    ``structure`` is the client id by which the server writes what is no words. ``hands`` says whose
    each client id is.
    """

    def __init__(self, structure: int) -> None:
        self.structure = structure
        self._ends: dict[int, int] = {}
        self._untold: dict[int, int] = {}
        self.hands: dict[int, Hand] = {}
        self._gone = Spans()
        self._standing = Standing()
        self._pages: dict[At, str] = {}

    def judge(self, person: str, *bodies: bytes) -> Admitted:
        """What updates come to that the person sent one after the other.

        Raises :class:`NotLetIn`: then none of them is let in.
        """
        if any(len(body) > LARGEST for body in bodies):
            raise TooLarge()
        try:
            update = parsed(*bodies)
        except Garbled as wrong:
            raise NotLetIn() from wrong
        new = self._new(typed_on(update.items))
        hand = Hand(person)
        if any(self.hands.get(item.at.client, hand) != hand for item in new):
            raise Foreign()
        if not all(item.content in WORDS and item.key is None for item in new):
            raise NotWords()
        admitted = self._admitted(new, update.deleted, hand)
        if any(span.client == self.structure for span in admitted.deleted):
            raise NotWords()
        return admitted

    def note(self, admitted: Admitted, hand: Hand) -> None:
        """From now on this is known to be there, and whose it is."""
        for each in admitted.placed:
            self.hands.setdefault(each.client, hand)
            self._ends[each.client] = each.end
            if each.paragraph is not None:
                self._standing.put(each.client, each.start, each.paragraph)
        for span in admitted.deleted:
            self._gone.add(span)

    def wait(self, admitted: Admitted, hand: Hand) -> None:
        """Take note of it, but nobody else can know of it before it is :meth:`told`."""
        self.note(admitted, hand)
        for each in admitted.placed:
            self._untold.setdefault(each.client, each.start)

    def told(self, admitted: Admitted) -> None:
        for each in admitted.placed:
            if self._ends[each.client] == each.end:
                self._untold.pop(each.client, None)
            else:
                self._untold[each.client] = each.end

    def learn(self, body: bytes, hand: Hand) -> None:
        """Take note of an update of our log, which was judged when it was written there."""
        update = parsed(body)
        for item in update.items:
            if item.parent == TEXTS and item.key is not None:
                self._pages[item.at] = item.key
        self.note(self._admitted(self._new(update.items), update.deleted, hand), hand)

    def is_behind(self, theirs: Mapping[int, int]) -> bool:
        """Whether somebody has more of the structure than we have written."""
        return theirs.get(self.structure, 0) > self._ends.get(self.structure, 0)

    def _new(self, items: Iterable[Item]) -> list[Item]:
        """In the order in which each client wrote them. Raises :class:`Gap`."""
        ends: dict[int, int] = {}
        new: list[Item] = []
        for item in items:
            client = item.at.client
            known = ends.get(client, self._ends.get(client, 0))
            if item.content is Content.SKIP or item.at.clock > known:
                raise Gap()
            if item.end > LAST_CLOCK or len(ends) > MOST_HANDS:
                raise TooLarge()
            if item.end > known:
                ends[client] = item.end
                new.append(item)
        return new

    def _admitted(self, new: Iterable[Item], deleted: Iterable[Span], hand: Hand) -> Admitted:
        trial = Trial(self._ends, self._untold, self.hands, hand)
        here = Standing()
        placed: list[Placed] = []
        waiting = _by_client(new)
        while waiting:
            before = len(placed)
            for client, items in list(waiting.items()):
                while items and trial.holds_what_it_leans_on(items[0]):
                    item = items.popleft()
                    paragraph = self._paragraph(item, here)
                    start = trial.end(client)
                    trial.put(client, item.end)
                    placed.append(Placed(client, start, item.end, paragraph))
                    if paragraph is not None:
                        here.put(client, start, paragraph)
                if not items:
                    del waiting[client]
            if len(placed) == before:
                raise Gap()
        deleted = tuple(deleted)
        if any(span.end > trial.end(span.client) for span in deleted):
            raise Gap()
        return Admitted(tuple(placed), tuple(self._gone.missing(deleted)))

    def _paragraph(self, item: Item, here: Standing) -> str | None:
        """Where an item stands; refused are words in two places, or in none."""
        if item.at.client == self.structure:
            return None
        if item.parent is not None:
            standing = {self._pages.get(item.parent) if isinstance(item.parent, At) else None}
        else:
            sides = [side for side in (item.left, item.right) if side is not None]
            standing = {here.at(side) or self._standing.at(side) for side in sides}
        if len(standing) > 1 or None in standing:
            raise NotWords()
        return standing.pop()


class Trial:
    """How far each client is for one hand: what others wrote and nobody was told is not there."""

    def __init__(
        self,
        known: Mapping[int, int],
        untold: Mapping[int, int],
        hands: Mapping[int, Hand],
        hand: Hand,
    ) -> None:
        self._ends: dict[int, int] = {}
        self._known = known
        self._untold = untold
        self._hands = hands
        self._hand = hand

    def end(self, client: int) -> int:
        if client in self._ends:
            return self._ends[client]
        if client in self._untold and self._hands[client] != self._hand:
            return self._untold[client]
        return self._known.get(client, 0)

    def put(self, client: int, end: int) -> None:
        self._ends[client] = end

    def holds_what_it_leans_on(self, item: Item) -> bool:
        for at in (item.left, item.right, item.parent):
            if isinstance(at, At) and at.clock >= self.end(at.client):
                return False
        return True


def _by_client(items: Iterable[Item]) -> dict[int, deque[Item]]:
    waiting: dict[int, deque[Item]] = {}
    for item in items:
        waiting.setdefault(item.at.client, deque()).append(item)
    return waiting

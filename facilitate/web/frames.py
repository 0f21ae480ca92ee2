"""What goes over the wire: a turn's news for one view, drawn once however many listen."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

import msgspec

from facilitate.live.forum import LiveForum
from facilitate.meeting import Event, Role
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import ContributionMade, Standing
from facilitate.meeting.erasures import PersonErased
from facilitate.meeting.people import PersonRemoved, RolesAssigned
from facilitate.meeting.procedure import hears
from facilitate.web.drawing import draw_item, draw_part
from facilitate.web.packing import Packed
from facilitate.web.parts import Items, Page, Part
from facilitate.web.scenes import Scene

STILL = 0.25  # s between two tellings of what does not show on a page
MOVING = (PersonErased, PersonRemoved, RolesAssigned)  # somebody out of the view chosen for them
KEPT = 64  # frames a view remembers, for those who are a few turns behind


class Fragment(msgspec.Struct, frozen=True, omit_defaults=True):
    """An element to be put in the place of the one with its id, or else into ``into``: before
    the element ``before``, or at the end. Without ``html`` the element is to go.
    """

    id: str
    html: str = ""
    into: str = ""
    before: str = ""


class Order(msgspec.Struct, frozen=True):
    """The ids of the children of a list, in their order."""

    of: str
    ids: tuple[str, ...]


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """``seq`` is how far the reader has heard once this has been shown."""

    seq: int
    parts: tuple[Fragment, ...] = ()
    order: tuple[Order, ...] = ()


class Numbered(msgspec.Struct, frozen=True):
    seq: int
    event: msgspec.Raw


class Events(msgspec.Struct, frozen=True):
    seq: int
    events: tuple[Numbered, ...]


class Done(msgspec.Struct, frozen=True):
    """The answer to a command: it is in the record, up to this number."""

    done: int


class Not(msgspec.Struct, frozen=True):
    """The answer to a command that was refused: a stable code, and why in the asker's language."""

    refused: str
    why: str


_json = msgspec.json.Encoder()


def answer(value: Done | Not) -> str:
    return _json.encode(value).decode()


class HtmlView:
    """One page in one language for one audience: all who share it get the same bytes."""

    def __init__(
        self, live: LiveForum, page: Page, place: str, language: str, roles: frozenset[Role]
    ) -> None:
        self.live = live
        self.page = page
        self.place = place
        self.language = language
        self.roles = roles
        self._frames: OrderedDict[tuple[int, int, int | None], Packed | None] = OrderedDict()
        self._seq = live.seq
        self._moved_at = monotonic()
        self._shown = self._looked_at = live.seq  # what is between shows nothing

    @property
    def seq(self) -> int:
        """How far its readers are to hear: at once if it shows here, else every ``STILL``.

        In a forum of many rooms most of what happens shows on no one page. Where drawing takes
        long, what shows is told every so often too.
        """
        live, calm = self.live, self.page.calm
        if self._seq != live.seq:
            new, self._looked_at = live.events[self._looked_at :], live.seq
            if self._shows(new):
                self._shown = live.seq
            at_once = _moves(new) or (self._shown == live.seq and not calm)
            if at_once or monotonic() - self._moved_at >= max(STILL, calm):
                self._seq, self._moved_at = live.seq, monotonic()
        return self._seq

    def frame(self, after: int, presence: bool) -> Packed | None:
        """What has changed on the page since ``after``, or None if nothing there has."""
        key = (after, self.live.seq, self.live.presence_told if presence else None)
        if key not in self._frames:
            self._frames[key] = self._draw(after, presence)
            if len(self._frames) > KEPT:
                self._frames.popitem(last=False)
        return self._frames[key]

    def _draw(self, after: int, presence: bool) -> Packed | None:
        looked_at = self._looked_at if self._shown <= after else 0
        events = self.live.events[max(after, looked_at) :]
        scene = Scene(self.live, self.place, self.language, self.roles)
        fragments: list[Fragment] = []
        orders: list[Order] = []
        for part in self.page.parts:
            match part:
                case Part():
                    if self._touched(part, events, presence):
                        fragments.append(Fragment(part.id, draw_part(self.page, part, scene)))
                case Items():
                    drawn = tuple(self._items(part, events, scene, presence))
                    fragments += drawn
                    orders += self._order(part, scene) if drawn else ()
        if after == scene.seq and not fragments:
            return None
        frame = Frame(scene.seq, tuple(fragments), tuple(orders))
        return Packed(scene.seq, _json.encode(frame).decode())

    def _shows(self, events: Sequence[Event]) -> bool:
        return any(
            self._touched(part, events, presence=False)
            if isinstance(part, Part)
            else any(True for _ in self._keys(part, events))
            for part in self.page.parts
        )

    def _touched(self, part: Part, events: Sequence[Event], presence: bool) -> bool:
        return (presence and part.presence) or any(
            type(event) in part.touched_by and part.concerns(event, self.place) for event in events
        )

    def _items(
        self, items: Items, events: Sequence[Event], scene: Scene, presence: bool
    ) -> Iterator[Fragment]:
        keys = dict.fromkeys(self._keys(items, events))
        if presence and items.presence is not None:
            keys |= dict.fromkeys(items.presence(scene.forum, self.place))
        for key, behind in self._placed(items, keys):
            item = items.find(scene.forum, self.place, key)
            html = "" if item is None else draw_item(self.page, items, item, scene)
            before = f"{items.prefix}-{behind}" if behind else ""
            yield Fragment(f"{items.prefix}-{key}", html, items.into, before)

    def _placed(self, items: Items, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Each with what it stands before; the last first, so that it finds that there."""
        if items.sequence is None or not keys:
            return ((key, "") for key in keys)
        sequence = items.sequence(self.live.state, self.place)
        place = {key: number for number, key in enumerate(sequence)}
        behind = dict(zip(sequence, (*sequence[1:], ""), strict=False))
        last_first = sorted(keys, key=lambda key: place.get(key, -1), reverse=True)
        return ((key, behind.get(key, "")) for key in last_first)

    def _keys(self, items: Items, events: Sequence[Event]) -> Iterator[str]:
        for event in events:
            yield from items.touches(event, self.live.state, self.place)

    def _order(self, items: Items, scene: Scene) -> Iterator[Order]:
        if items.order is not None:
            keys = items.order(scene.forum, self.place)
            yield Order(items.into, tuple(f"{items.prefix}-{key}" for key in keys))


def _moves(events: Iterable[Event]) -> bool:
    """It may be the end of the view for somebody."""
    return any(isinstance(event, MOVING) for event in events)


class JsonView:
    """The events themselves, as one audience may hear them."""

    def __init__(self, live: LiveForum, roles: frozenset[Role]) -> None:
        self.live = live
        self.roles = roles
        self._frames: OrderedDict[tuple[int, int], Packed] = OrderedDict()

    @property
    def seq(self) -> int:
        return self.live.seq

    def frame(self, after: int, presence: bool) -> Packed | None:
        key = (after, self.live.seq)
        if after == self.live.seq:
            return None
        if key not in self._frames:
            self._frames[key] = self._encode(after)
            if len(self._frames) > KEPT:
                self._frames.popitem(last=False)
        return self._frames[key]

    def _encode(self, after: int) -> Packed:
        numbered = (
            Numbered(seq, msgspec.Raw(encode(self._audible(event))))
            for seq, event in enumerate(self.live.events[after:], start=after + 1)
            if any(hears(role, event) for role in self.roles)
        )
        frame = Events(self.live.seq, tuple(numbered))
        return Packed(self.live.seq, _json.encode(frame).decode())

    def _audible(self, event: Event) -> Event:
        """Words that were withdrawn since are told to nobody, hidden ones to the secretariat."""
        if not isinstance(event, ContributionMade):
            return event
        match self.live.state.contributions.by_id[event.id].standing:
            case Standing.STANDS:
                return event
            case Standing.HIDDEN if Role.SECRETARIAT in self.roles:
                return event
            case _:
                return msgspec.structs.replace(event, text="")

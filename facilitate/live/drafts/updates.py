"""What stands in an update of Yjs (format 1): the header of each item, and what is deleted.

Read without applying it, so that it can be judged first. The words themselves are only measured.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from facilitate.live.drafts.frames import Garbled, Reader

DEEPEST = 32  # values within values


class Content(IntEnum):
    """The low five bits of an item's first byte."""

    COLLECTED = 0
    DELETED = 1
    JSON = 2
    BINARY = 3
    WORDS = 4
    EMBED = 5
    FORMAT = 6
    TYPE = 7
    ANY = 8
    DOCUMENT = 9
    SKIP = 10


class At(msgspec.Struct, frozen=True):
    """One place in the history of a document: the clock of a client."""

    client: int
    clock: int


class Item(msgspec.Struct, frozen=True):
    """``length`` clocks from ``at`` on. ``left`` and ``right`` are the neighbours it was put
    between; where it has none, ``parent`` is the place of what it stands in, or the name."""

    at: At
    length: int
    content: Content
    left: At | None = None
    right: At | None = None
    parent: At | str | None = None
    key: str | None = None

    @property
    def end(self) -> int:
        return self.at.clock + self.length


class Span(msgspec.Struct, frozen=True):
    """Clocks ``start`` to ``end`` of a client."""

    client: int
    start: int
    end: int


class Update(msgspec.Struct, frozen=True):
    items: tuple[Item, ...]
    deleted: tuple[Span, ...]


def parsed(*bodies: bytes) -> Update:
    """Of one update, or of several one after the other. Raises :class:`Garbled`."""
    items: list[Item] = []
    deleted: list[Span] = []
    for body in bodies:
        reader = Reader(body)
        items += _items(reader)
        deleted += _deleted(reader)
        if not reader.done:
            raise Garbled("something behind the end")
    return Update(tuple(items), tuple(deleted))


def typed_on(items: Iterable[Item]) -> Iterator[Item]:
    """Letters that were typed one behind the other are one item, as they are in a document."""
    last: Item | None = None
    for item in items:
        if last is not None and _goes_on(last, item):
            last = replace(last, length=last.length + item.length)
            continue
        if last is not None:
            yield last
        last = item
    if last is not None:
        yield last


def _goes_on(last: Item, item: Item) -> bool:
    return (
        item.content is Content.WORDS is last.content
        and item.at == At(last.at.client, last.end)
        and item.left == At(last.at.client, last.end - 1)
        and item.right == last.right
    )


def _items(reader: Reader) -> Iterator[Item]:
    for _ in range(reader.number()):
        count, client, clock = reader.number(), reader.number(), reader.number()
        for _ in range(count):
            item = _item(reader, At(client, clock))
            yield item
            clock = item.end


def _deleted(reader: Reader) -> Iterator[Span]:
    for _ in range(reader.number()):
        client = reader.number()
        for _ in range(reader.number()):
            start = reader.number()
            yield Span(client, start, start + reader.number())


def _item(reader: Reader, at: At) -> Item:
    info = reader.byte()
    content = _content(info & 31)
    if content in (Content.COLLECTED, Content.SKIP):
        return _long_enough(Item(at, _length(reader, content), content))
    left = At(reader.number(), reader.number()) if info & 128 else None
    right = At(reader.number(), reader.number()) if info & 64 else None
    parent: At | str | None = None
    key = None
    if left is None and right is None:
        named = reader.number() == 1
        parent = reader.text() if named else At(reader.number(), reader.number())
        key = reader.text() if info & 32 else None
    length = _length(reader, content)
    return _long_enough(Item(at, length, content, left, right, parent, key))


def _content(reference: int) -> Content:
    try:
        return Content(reference)
    except ValueError as wrong:
        raise Garbled("an unknown content") from wrong


def _long_enough(item: Item) -> Item:
    if item.length < 1:
        raise Garbled("an item without length")
    return item


def _length(reader: Reader, content: Content) -> int:
    match content:
        case Content.WORDS:
            return in_utf16(reader.text())
        case Content.DELETED:
            return reader.number()
        case Content.JSON:
            count = reader.number()
            for _ in range(count):
                reader.counted()
            return count
        case Content.ANY:
            count = reader.number()
            for _ in range(count):
                _skip(reader)
            return count
        case Content.BINARY | Content.EMBED:
            reader.counted()
        case Content.FORMAT:
            reader.counted()
            reader.counted()
        case Content.TYPE:
            if reader.number() in NAMED_TYPES:
                reader.counted()
        case Content.DOCUMENT:
            reader.counted()
            _skip(reader)
        case Content.COLLECTED | Content.SKIP:
            return reader.number()
    return 1


NAMED_TYPES = (3, 5)  # an element and a hook of XML


def in_utf16(words: str) -> int:
    """The length as JavaScript counts it."""
    return len(words) if words.isascii() else len(words.encode("utf-16-le")) // 2


def _skip(reader: Reader, depth: int = 0) -> None:
    """One value of lib0's ``any``."""
    if depth > DEEPEST:
        raise Garbled("too deep")
    match reader.byte():
        case 127 | 126 | 121 | 120:  # undefined, null, true, false
            return
        case 125:  # a whole number
            while reader.byte() > 127:
                continue
        case 124:
            reader.take(4)
        case 123 | 122:
            reader.take(8)
        case 119 | 116:  # text, bytes
            reader.counted()
        case 118:
            for _ in range(reader.number()):
                reader.counted()
                _skip(reader, depth + 1)
        case 117:
            for _ in range(reader.number()):
                _skip(reader, depth + 1)
        case _:
            raise Garbled("an unknown value")

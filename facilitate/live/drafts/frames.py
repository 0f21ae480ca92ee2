"""What is said on the line of a live draft: the messages of y-websocket, and Hocuspocus' form.

The encoding is that of lib0 (numbers of seven bits to a byte, the lowest first), the messages are
those of y-protocols: sync, awareness and authorisation. Ours beside them is ``WORD``.
"""

from collections.abc import Mapping
from enum import IntEnum

import msgspec

LONGEST_NUMBER = 53  # bits, as in JavaScript


class Garbled(ValueError):
    """These bytes are not what they should be."""


class Kind(IntEnum):
    """The first number of a message; 4 to 10 are Hocuspocus'."""

    SYNC = 0
    AWARENESS = 1
    AUTH = 2
    ASK_AWARENESS = 3
    SYNC_REPLY = 4
    STATELESS = 5
    CLOSE = 7
    SYNC_STATUS = 8
    PING = 9
    PONG = 10
    WORD = 100


class Sync(IntEnum):
    WHAT_I_HAVE = 0
    WHAT_YOU_LACK = 1
    UPDATE = 2


class Settled(msgspec.Struct, frozen=True):
    """The versions in the record, of the draft and of each paragraph, that hold all words."""

    draft: int
    texts: dict[str, int]


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the server says to one writer, as JSON.

    ``saved`` counts the updates that came on this line and are on the disk, or were refused;
    ``settled`` says that the record holds all words; ``pen`` whether one may write; ``slowed`` that
    too much came at once, and is heard little by little; ``refused`` is the code of a refusal,
    ``limit`` the limit it names, in characters or bytes.
    """

    saved: int | None = None
    settled: Settled | None = None
    pen: bool | None = None
    slowed: bool = False
    refused: str | None = None
    limit: int | None = None


class Wish(msgspec.Struct, frozen=True):
    """What a writer asks for, as JSON: that all words be saved in the record now."""

    settle: bool = False


class Reader:
    """Reads from the beginning on; what is missing or too much is :class:`Garbled`."""

    __slots__ = ("_at", "_body")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._body)

    def byte(self) -> int:
        at = self._at
        if at == len(self._body):
            raise Garbled("cut off")
        self._at = at + 1
        return self._body[at]

    def number(self) -> int:
        body, at = self._body, self._at
        value = bits = 0
        try:
            while (byte := body[at]) > 127:
                value |= (byte & 127) << bits
                bits += 7
                at += 1
                if bits > LONGEST_NUMBER:
                    raise Garbled("a number without end")
        except IndexError as wrong:
            raise Garbled("cut off") from wrong
        self._at = at + 1
        value |= byte << bits
        if value >> LONGEST_NUMBER:
            raise Garbled("a number too large")
        return value

    def counted(self) -> bytes:
        return self.take(self.number())

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._body):
            raise Garbled("cut off")
        taken = self._body[self._at : end]
        self._at = end
        return taken

    def rest(self) -> bytes:
        return self.take(len(self._body) - self._at)

    def text(self) -> str:
        try:
            return self.counted().decode()
        except UnicodeDecodeError as wrong:
            raise Garbled("not UTF-8") from wrong


def number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(128 | (value & 127))
        value >>= 7
    out.append(value)
    return bytes(out)


def counted(body: bytes) -> bytes:
    return number(len(body)) + body


def text(words: str) -> bytes:
    return counted(words.encode())


# --- messages -------------------------------------------------------------------------------


def sync(step: Sync, body: bytes) -> bytes:
    return bytes((Kind.SYNC, step)) + counted(body)


def awareness(states: Mapping[int, tuple[int, str]]) -> bytes:
    """For each client id its clock and its state as JSON; "null" is one that is gone."""
    entries = (number(id) + number(clock) + text(state) for id, (clock, state) in states.items())
    return bytes((Kind.AWARENESS,)) + counted(number(len(states)) + b"".join(entries))


def awareness_of(body: bytes) -> dict[int, tuple[int, str]]:
    reader = Reader(body)
    return {reader.number(): (reader.number(), reader.text()) for _ in range(reader.number())}


def state_vector(body: bytes) -> dict[int, int]:
    """For each client id the clock that comes next."""
    reader = Reader(body)
    return {reader.number(): reader.number() for _ in range(reader.number())}


def denied(reason: str) -> bytes:
    return bytes((Kind.AUTH, 0)) + text(reason)


def word(said: Word) -> bytes:
    return bytes((Kind.WORD,)) + counted(msgspec.json.encode(said))


def wish(body: bytes) -> Wish:
    try:
        return msgspec.json.decode(body, type=Wish)
    except msgspec.DecodeError as wrong:
        raise Garbled("not a wish") from wrong

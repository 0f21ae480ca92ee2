"""The header of an update is read as Yjs itself reads it, and nothing else is taken for one.

``updates.json`` is made by ``node make_updates.mjs YJS updates.json``, by the Yjs of the test kit.
"""

from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from random import Random

import msgspec
import pytest

from facilitate.live.drafts.frames import Garbled
from facilitate.live.drafts.updates import At, Content, Span, parsed

HERE = Path(__file__).parent


class Read(msgspec.Struct):
    """What Yjs says of one update."""

    update: str
    items: list[tuple[int, int, int, tuple[int, int] | None, tuple[int, int] | None]]
    deleted: list[tuple[int, int, int]]

    @property
    def body(self) -> bytes:
        return b64decode(self.update)


READ = msgspec.json.decode((HERE / "updates.json").read_bytes(), type=list[Read])


def at(place: At | None) -> tuple[int, int] | None:
    return (place.client, place.clock) if place else None


def test_thousands_of_updates_are_read_as_yjs_reads_them() -> None:
    assert len(READ) > 2000
    for read in READ:
        update = parsed(read.body)
        assert [
            (*(at(i.at) or ()), i.length, at(i.left), at(i.right)) for i in update.items
        ] == read.items
        assert list(update.deleted) == [Span(*span) for span in read.deleted]


def test_every_content_of_yjs_is_among_them() -> None:
    seen = {item.content for read in READ for item in parsed(read.body).items}
    assert seen >= set(Content) - {Content.SKIP, Content.JSON, Content.COLLECTED}


@pytest.mark.parametrize("read", READ[::200])
def test_an_update_that_is_cut_off_is_garbled(read: Read) -> None:
    for end in range(len(read.body)):
        with pytest.raises(Garbled):
            parsed(read.body[:end])
    with pytest.raises(Garbled):
        parsed(read.body + b"\0")


def test_whatever_is_changed_in_an_update_it_is_read_or_garbled() -> None:
    chance = Random(1)
    for _ in range(20_000):
        body = bytearray(chance.choice(READ).body)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        with suppress(Garbled):
            parsed(bytes(body))

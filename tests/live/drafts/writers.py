"""Writers of a live draft, as they are in a room: with pycrdt or with Yjs, on lines of their own.

What the room tells waits on the line, so that a test may bring it late, twice, or not at all.
"""

import asyncio
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from msgspec import json
from pycrdt import TransactionEvent

from facilitate.live.drafts.frames import Kind, Reader, Sync, Word, sync
from facilitate.live.drafts.papers import Layout, new_client
from facilitate.live.drafts.rooms import Ending, Room
from tests.kit.parts import NODE, Kit


class Copy(Protocol):
    """The document of one writer."""

    def apply(self, body: bytes) -> None: ...

    def replace(self, paragraph: str, start: int, end: int, words: str) -> None:
        """Characters start to end; nothing where there is no such paragraph yet."""

    def made(self) -> list[bytes]:
        """The updates that were made here since it was last asked."""

    def text(self, paragraph: str) -> str: ...

    def state(self) -> bytes: ...

    def lacks(self, state: bytes) -> bytes: ...


class OfPycrdt(Layout):
    def __init__(self, client: int | None = None) -> None:
        super().__init__(client or new_client())
        self._made: list[bytes] = []
        self._elsewhere = False
        self._watch = self.doc.observe(self._note)

    def _note(self, event: TransactionEvent) -> None:
        if not self._elsewhere:
            self._made.append(event.update)

    def apply(self, body: bytes) -> None:
        self._elsewhere = True
        self.doc.apply_update(body)
        self._elsewhere = False

    def replace(self, paragraph: str, start: int, end: int, words: str) -> None:
        if paragraph in self.texts:
            with self.doc.transaction():
                super().replace(paragraph, start, end, words)

    def made(self) -> list[bytes]:
        made, self._made = self._made, []
        return made

    def state(self) -> bytes:
        return self.doc.get_state()

    def lacks(self, state: bytes) -> bytes:
        return self.doc.get_update(state)


class Node:
    """One process of Node with a script that answers each line by a line."""

    def __init__(self, script: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [str(NODE), str(script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._documents = 0

    def ask(self, *words: object) -> object:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.encode(words) + b"\n")
        self._process.stdin.flush()
        return json.decode(self._process.stdout.readline(), type=object)

    def document(self) -> int:
        self._documents += 1
        return self._documents

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def node(kit: Kit) -> Iterator[Node]:
    """In which documents of Yjs are."""
    script = Path(__file__).with_name("yjs.mjs")
    there = Node(script, str(kit.clients / "yjs" / "dist" / "yjs.mjs"))
    try:
        yield there
    finally:
        there.close()


class OfYjs:
    def __init__(self, node: Node, client: int | None = None) -> None:
        self._node = node
        self._id = node.document()
        self._ask("begin", client)

    def apply(self, body: bytes) -> None:
        self._ask("apply", b64encode(body).decode())

    def replace(self, paragraph: str, start: int, end: int, words: str) -> None:
        before = self.text(paragraph)
        first, last = in_utf16(before[:start]), in_utf16(before[:end])
        self._ask("replace", paragraph, first, last, words)

    def undo(self, paragraph: str) -> None:
        self._ask("undo", paragraph)

    def made(self) -> list[bytes]:
        made = self._ask("made")
        assert isinstance(made, list)
        return [b64decode(each) for each in made]

    def text(self, paragraph: str) -> str:
        return str(self._ask("text", paragraph))

    def state(self) -> bytes:
        return b64decode(str(self._ask("state")))

    def lacks(self, state: bytes) -> bytes:
        return b64decode(str(self._ask("lacks", b64encode(state).decode())))

    def _ask(self, does: str, *given: object) -> object:
        return self._node.ask(does, self._id, *given)


def in_utf16(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


class Writer:
    """Somebody with a copy, on a line to a room."""

    def __init__(self, person: str, copy: Copy) -> None:
        self.person = person
        self.copy = copy
        self.room: Room | None = None
        self._begin_line()

    def _begin_line(self) -> None:
        self.sent = 0
        self.may_write = False
        self.waiting: list[bytes] = []
        self.words: list[Word] = []
        self.ended: Ending | None = None

    # --- the line, as the room sees it ---

    def tell(self, frame: bytes) -> None:
        self.waiting.append(frame)

    def say(self, word: Word) -> None:
        self.words.append(word)

    def end(self, why: Ending) -> None:
        self.ended = why

    # --- the writer ---

    def join(self, room: Room) -> None:
        """On a new line: each asks the other for what it lacks."""
        self._begin_line()
        self.copy.made()  # what was made while there was no line goes with the answer
        self.room = room
        room.join(self)
        self.send(sync(Sync.WHAT_I_HAVE, self.copy.state()))

    def leave(self) -> None:
        if self.room is not None:
            self.room.leave(self)
        self.room = None

    def send(self, message: bytes) -> None:
        if self.room is not None and not self.ended:
            self.room.hear(self, message)

    def send_made(self) -> None:
        for body in self.copy.made():
            self.send(sync(Sync.UPDATE, body))

    def write(self, paragraph: str, start: int, end: int, words: str) -> None:
        self.copy.replace(paragraph, start, end, words)
        if self.room is not None:
            self.send_made()

    def hear(self, place: int = 0) -> None:
        """Take in what waits there."""
        reader = Reader(self.waiting.pop(place))
        if reader.number() != Kind.SYNC:
            return
        step, body = reader.number(), reader.counted()
        if step == Sync.WHAT_I_HAVE:
            self.send(sync(Sync.WHAT_YOU_LACK, self.copy.lacks(body)))
        else:
            self.copy.apply(body)

    def hear_all(self) -> None:
        while self.waiting:
            self.hear()

    @property
    def saved(self) -> int:
        return max((word.saved for word in self.words if word.saved is not None), default=0)


async def all_heard(room: Room, *writers: Writer) -> None:
    """Until nothing is under way any more."""
    while any(writer.waiting for writer in writers) or room.busy:
        for writer in writers:
            writer.hear_all()
        await room.idle()
        await asyncio.sleep(0)

"""Whatever happens to what is said, all who write one draft come to the same words."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from sqlite3 import Connection

import pytest
from sqlalchemy import Engine, event

from facilitate.live.drafts.frames import Sync, sync
from facilitate.live.drafts.papers import EPOCH, Paper, Stroke, new_client
from facilitate.live.drafts.rooms import Ending
from facilitate.live.drafts.runs import Hand
from facilitate.live.drafts.shortening import shortened
from facilitate.live.forum import LiveForum
from facilitate.meeting.drafts import ReviseDraftRecommendation
from facilitate.meeting.forms import plain
from facilitate.record.draft_updates import DraftLog
from facilitate.record.engines import open_database
from tests.kit.parts import fetch, place
from tests.live.drafts.houses import HOLDER, ROOM, asked, draft, live_forum, opened, paragraph
from tests.live.drafts.writers import Node, OfPycrdt, OfYjs, Writer, all_heard, node

SEEDS = 200
STEPS = 30
MEANWHILE = 20  # steps at most, while what was typed is saved
WORDS = ("a", "b ", "é", "中", "📊", "[x] ", "\n", "👩‍🌾 ", "shall ")
IDS = ("d1", "d2")
MARKS = range(0x20000, 0x21000)  # characters of which each is put in once


@pytest.fixture(scope="module")
def yjs() -> Iterator[Node]:
    with node(fetch(place(), print)) as there:
        yield there


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(str(tmp_path / "worlds.db"))
    engine.dispose()
    event.listen(engine, "connect", hurry)
    yield engine
    engine.dispose()


def hurry(connection: Connection, entry: object) -> None:
    """No test cuts the power."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.mark.parametrize("first", range(0, SEEDS, 20))
def test_all_come_to_the_same_words_and_so_does_the_log(
    engine: Engine, yjs: Node, first: int
) -> None:
    shorter = [
        asyncio.run(World(Random(seed), yjs).run(engine, f"w{seed}"))
        for seed in range(first, first + 20)
    ]
    assert any(shorter)


class World:
    """Four who write, two of them with Yjs, on lines that lose, drop, delay and repeat.

    Whatever is put in has a mark, by which it is seen that nothing is lost and nothing doubled.
    """

    def __init__(self, chance: Random, yjs: Node) -> None:
        self.chance = chance
        self.marks = map(chr, MARKS)
        self.typed: set[str] = set()
        self.taken_out: set[str] = set()
        self.behind: set[Writer] = set()  # who learn what they miss when they come again
        self.writers = [
            Writer("rita", OfPycrdt()),
            Writer("rita", OfYjs(yjs)),
            Writer("ramon", OfPycrdt()),
            Writer("ramon", OfYjs(yjs)),
        ]

    async def run(self, engine: Engine, id: str) -> int:
        """Gives by how many rows the log was shortened."""
        self.shorter = 0
        self.live = await live_forum(engine, id)
        await asked(self.live, "rita", paragraph("d1", "Keep rivers."), paragraph("d2"))
        self.room = await opened(self.live)
        for writer in self.writers:
            self.join(writer)
        for _ in range(STEPS):
            await self.step(self.chance.choice(self.writers))
        await self.end()
        return self.shorter

    async def step(self, writer: Writer) -> None:
        self.type(writer)
        match self.chance.random():
            case luck if luck < 0.5 and writer.waiting:
                writer.hear(self.chance.randrange(len(writer.waiting)))
            case luck if luck < 0.6 and writer.waiting:
                writer.waiting.append(self.chance.choice(writer.waiting))
            case luck if luck < 0.7 and writer.waiting:
                writer.waiting.pop(self.chance.randrange(len(writer.waiting)))
                self.behind.add(writer)
            case luck if luck < 0.75:
                writer.leave()
            case luck if luck < 0.85:
                self.join(writer)
            case luck if luck < 0.9:
                await self.form()
            case luck if luck < 0.93:
                await self.save(writer)
            case luck if luck < 0.97:
                await self.restart()
            case _:
                await asyncio.sleep(0)

    def join(self, writer: Writer) -> None:
        writer.join(self.room)
        self.behind.discard(writer)

    def type(self, writer: Writer) -> None:
        id = self.chance.choice(IDS)
        there = writer.copy.text(id)
        start = self.chance.randint(0, len(there))
        if self.chance.random() < 0.3:
            end = min(len(there), start + self.chance.randint(1, 6))
            writer.copy.replace(id, start, end, "")
            self.taken_out |= marks(there[start:end])
            writer.send_made()
        else:
            words = self.chance.choices(WORDS, k=self.chance.randint(1, 4))
            self.put_in(writer, id, start, "".join(words))
            self.send(writer)

    def put_in(self, writer: Writer, id: str, start: int, words: str) -> None:
        marked = words + next(self.marks)
        writer.copy.replace(id, start, start, marked)
        self.typed |= marks(marked) & marks(writer.copy.text(id))

    def send(self, writer: Writer) -> None:
        """Now and then twice, or it is lost: what is put in behind it shows that."""
        match self.chance.random():
            case luck if luck < 0.05:
                writer.copy.made()
            case luck if luck < 0.1:
                for body in writer.copy.made() * 2:
                    writer.send(sync(Sync.UPDATE, body))
            case _:
                writer.send_made()

    async def form(self) -> None:
        """Somebody without script saves over what the record has."""
        there = draft(self.live).recommendations["d1"]
        before, behind = next(self.marks), next(self.marks)
        text = f"{before} {there.text} By form {behind}."
        revise = ReviseDraftRecommendation(ROOM, "d1", there.version, there.addressee, text)
        await asked(self.live, "rita", revise)
        self.typed |= {before, behind}

    async def save(self, writer: Writer) -> None:
        """While all write on."""
        saving = asyncio.create_task(self.room.settling.settle(writer.person))
        for _ in range(MEANWHILE):
            self.type(self.chance.choice(self.writers))
            await asyncio.sleep(0.001)
            if saving.done():
                break
        await saving

    async def restart(self) -> None:
        """What was not on the disk is gone from the server, and everybody comes again."""
        here = [writer for writer in self.writers if writer.room is not None]
        self.room.end(Ending.AGAIN)
        await self.room.finished()
        if self.chance.random() < 0.5:
            self.shorten()
        self.room = await opened(self.live)
        for writer in here:
            self.join(writer)

    def shorten(self) -> None:
        """However short the log is."""
        rows = self.room.log.read()
        if fewer := shortened(rows):
            self.room.log.shorten(fewer)
            self.shorter += len(rows) - len(self.room.log.read())

    async def end(self) -> None:
        for writer in self.writers:
            if writer.room is None or writer in self.behind:
                writer.leave()
                self.join(writer)
            self.put_in(writer, "d1", 0, "")
            writer.send_made()
        await all_heard(self.room, *self.writers)
        await self.room.settling.settle("rita")
        await all_heard(self.room, *self.writers)
        self.compare()
        self.room.close()

    def compare(self) -> None:
        paper, log = self.room.paper, replayed(self.live)
        for id in IDS:
            words = paper.text(id)
            assert [writer.copy.text(id) for writer in self.writers] == [words] * 4
            assert log.text(id) == words
            assert draft(self.live).recommendations[id].text == plain(words)
            assert "".join(run.text for run in paper.runs(id)) == words
            assert log.runs(id) == paper.runs(id)
            assert {run.by for run in paper.runs(id)} <= {"rita", "ramon"}
        standing = Counter("".join(map(paper.text, IDS)))
        assert {mark: standing[mark] for mark in marks(standing)} == dict.fromkeys(
            self.typed - self.taken_out, 1
        )


def marks(words: Iterable[str]) -> set[str]:
    return {character for character in words if ord(character) in MARKS}


def replayed(live: LiveForum) -> Paper:
    paper = Paper(new_client())
    for row in DraftLog(live.log.engine, live.id, ROOM, EPOCH, HOLDER).read():
        paper.apply(Stroke(Hand(row.person, row.contribution), row.body))
    return paper

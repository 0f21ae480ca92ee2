"""Whatever happens to what is said, all who write one draft come to the same words."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random
from sqlite3 import Connection

import pytest
from sqlalchemy import Engine, event

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
WORDS = ("a", "b ", "é", "中", "📊", "[x] ", "\n", "👩‍🌾 ", "shall ")
IDS = ("d1", "d2")


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
    """Four who write, two of them with Yjs, on lines that drop, delay and repeat."""

    def __init__(self, chance: Random, yjs: Node) -> None:
        self.chance = chance
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
            writer.join(self.room)
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
            case luck if luck < 0.75:
                writer.leave()
            case luck if luck < 0.85:
                writer.join(self.room)
            case luck if luck < 0.9:
                await self.form()
            case luck if luck < 0.95:
                await self.restart()
            case _:
                await asyncio.sleep(0)

    def type(self, writer: Writer) -> None:
        id = self.chance.choice(IDS)
        there = writer.copy.text(id)
        start = self.chance.randint(0, len(there))
        if self.chance.random() < 0.3:
            writer.write(id, start, min(len(there), start + self.chance.randint(1, 6)), "")
        else:
            words = "".join(self.chance.choices(WORDS, k=self.chance.randint(1, 4)))
            writer.write(id, start, start, words)

    async def form(self) -> None:
        """Somebody without script saves over what the record has."""
        there = draft(self.live).recommendations["d1"]
        text = f"{there.text} By form {self.chance.randint(0, 9)}."
        revise = ReviseDraftRecommendation(ROOM, "d1", there.version, there.addressee, text)
        await asked(self.live, "rita", revise)

    async def restart(self) -> None:
        """What was not on the disk is gone from the server, and everybody comes again."""
        here = [writer for writer in self.writers if writer.room is not None]
        self.room.end(Ending.AGAIN)
        await self.room.finished()
        if self.chance.random() < 0.5:
            self.shorten()
        self.room = await opened(self.live)
        for writer in here:
            writer.join(self.room)

    def shorten(self) -> None:
        """However short the log is."""
        rows = self.room.log.read()
        if fewer := shortened(rows):
            self.room.log.shorten(fewer)
            self.shorter += len(rows) - len(self.room.log.read())

    async def end(self) -> None:
        for writer in self.writers:
            writer.leave()
            writer.join(self.room)
        await all_heard(self.room, *self.writers)
        await self.room.settling.settle("rita")
        await all_heard(self.room, *self.writers)
        for id in IDS:
            words = self.room.paper.text(id)
            assert [writer.copy.text(id) for writer in self.writers] == [words] * 4
            assert replayed(self.live).text(id) == words
            assert draft(self.live).recommendations[id].text == plain(words)
            assert "".join(run.text for run in self.room.paper.runs(id)) == words
            assert {run.by for run in self.room.paper.runs(id)} <= {"rita", "ramon"}
        self.room.close()


def replayed(live: LiveForum) -> Paper:
    paper = Paper(new_client())
    for row in DraftLog(live.log.engine, live.id, ROOM, EPOCH, HOLDER).read():
        paper.apply(Stroke(Hand(row.person, row.contribution), row.body))
    return paper

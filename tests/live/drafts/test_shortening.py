"""The log of a draft becomes shorter, and tells the same."""

from random import Random

import pytest
from sqlalchemy import Engine

from facilitate.live.drafts.frames import state_vector
from facilitate.live.drafts.gate import MOST_HANDS, Gate
from facilitate.live.drafts.papers import Draughtsman, Paper, Stroke, new_client
from facilitate.live.drafts.rooms import WORTH_SHORTENING, Ending
from facilitate.live.drafts.runs import Hand
from facilitate.live.drafts.shortening import shortened
from facilitate.meeting.drafts import Written
from facilitate.record.draft_updates import DraftUpdate
from tests.live.drafts.houses import MORNING, asked, live_forum, opened, paragraph
from tests.live.drafts.writers import OfPycrdt, Writer, all_heard

RITA, RAMON, CITED = Hand("rita"), Hand("ramon"), Hand("anna", "c1")


class Typing:
    """A log as it grows: hands type, with documents of their own, and the server saves."""

    def __init__(self) -> None:
        self.paper = Paper(new_client())
        self.rows: list[DraftUpdate] = []
        self.copies: dict[Hand, OfPycrdt] = {}
        pen = Draughtsman(self.paper)
        pen.lay_out(lambda sheet: sheet.make_room("d1"))
        for stroke in pen.strokes:
            self.write_down(stroke, seq=1)

    def write_down(self, stroke: Stroke, seq: int | None = None) -> None:
        number, hand = len(self.rows) + 1, stroke.hand
        row = DraftUpdate(number, hand.person, MORNING, stroke.body, hand.contribution, seq)
        self.rows.append(row)
        self.paper.apply(stroke)

    def replace(self, hand: Hand, start: int, end: int, words: str) -> None:
        copy = self.copies.setdefault(hand, OfPycrdt())
        copy.apply(self.paper.doc.get_update())
        copy.replace("d1", start, end, words)
        for body in copy.made():
            self.write_down(Stroke(hand, body))

    def type(self, hand: Hand, words: str) -> None:
        for letter in words:
            end = len(self.text)
            self.replace(hand, end, end, letter)

    def save(self) -> None:
        pen = Draughtsman(self.paper)
        version = len(self.rows)
        pen.lay_out(lambda sheet: sheet.about.update({"d1": {"version": version}}))
        for stroke in pen.strokes:
            self.write_down(stroke, seq=version)

    @property
    def text(self) -> str:
        return self.paper.text("d1")


def told(rows: list[DraftUpdate], structure: int) -> tuple[object, ...]:
    """All that anybody can know of a draft from its log."""
    paper, gate = Paper(structure), Gate(structure)
    for row in rows:
        hand = Hand(row.person, row.contribution)
        gate.learn(row.body, hand)
        paper.apply(Stroke(hand, row.body))
    reached = state_vector(paper.doc.get_state())
    return paper.text("d1"), paper.runs("d1"), reached, gate.hands


def shorter(typing: Typing) -> list[DraftUpdate]:
    fewer = list(shortened(typing.rows))
    return [*fewer, *typing.rows[fewer[-1].number :]] if fewer else typing.rows


def test_what_one_hand_typed_is_one_row_however_often_it_was_saved() -> None:
    typing = Typing()
    for words in ("Keep ", "all ", "rivers"):
        typing.type(RITA, words)
        typing.save()
    fewer = shorter(typing)
    assert [(row.person, row.seq) for row in fewer] == [("", None), ("rita", typing.rows[-1].seq)]
    assert [row.number for row in fewer] == [len(typing.rows) - 1, len(typing.rows)]
    assert told(fewer, typing.paper.client) == told(typing.rows, typing.paper.client)


def test_however_many_hands_there_were_the_words_become_fewer_rows() -> None:
    typing = Typing()
    for hand in [Hand(f"rapporteur {n}") for n in range(30)] * 2:
        typing.type(hand, "words ")
        typing.save()
    assert len(shorter(typing)) == 61


def test_what_is_not_on_the_record_yet_stays_letter_by_letter() -> None:
    typing = Typing()
    typing.type(RITA, "Saved.")
    typing.save()
    typing.type(RITA, " Not yet")
    assert shorter(typing)[-8:] == typing.rows[-8:]
    assert len(shorter(typing)) == 2 + 8


def test_words_that_were_put_back_are_whose_they_were() -> None:
    typing = Typing()
    typing.type(CITED, "Nobody pays us.")
    typing.replace(RITA, 7, 12, "")
    typing.replace(RITA, 7, 7, "pays ")
    typing.type(RITA, " So pay")
    typing.save()
    runs = (Written("Nobody pays us.", "anna", "c1"), Written(" So pay", "rita"))
    assert typing.paper.runs("d1") == runs
    fewer = shorter(typing)
    assert len(fewer) < len(typing.rows)
    assert told(fewer, typing.paper.client)[1] == runs


def test_no_row_has_more_hands_than_the_gate_lets_through() -> None:
    typing = Typing()
    for _ in range(MOST_HANDS * 2):
        typing.copies.clear()  # a new page each time
        typing.type(RITA, "abc")
    typing.save()
    fewer = shorter(typing)
    assert len(fewer) == 3
    assert told(fewer, typing.paper.client) == told(typing.rows, typing.paper.client)


@pytest.mark.parametrize("seed", range(100))
def test_whatever_was_written_the_shorter_log_tells_the_same(seed: int) -> None:
    chance, typing = Random(seed), Typing()
    gone = ""
    for _ in range(60):
        hand = chance.choice((RITA, RITA, RAMON, CITED))
        start = chance.randint(0, len(typing.text))
        end = min(len(typing.text), start + chance.randint(1, 6))
        match chance.random():
            case luck if luck < 0.3:
                gone = typing.text[start:end]
                typing.replace(hand, start, end, "")
            case luck if luck < 0.45:
                typing.replace(hand, start, start, gone)
            case luck if luck < 0.6:
                typing.save()
            case _:
                typing.replace(hand, start, start, chance.choice(("a", "é ", "📊", "shall ", "x")))
    typing.save()
    fewer = shorter(typing)
    assert told(fewer, typing.paper.client) == told(typing.rows, typing.paper.client)
    assert len(fewer) < len(typing.rows)


@pytest.mark.anyio
async def test_a_room_opens_with_a_shorter_log_and_writes_on(engine: Engine) -> None:
    live = await live_forum(engine)
    await asked(live, "rita", paragraph("d1", "Keep "))
    room = await opened(live)
    rita, ramon = Writer("rita", OfPycrdt()), Writer("ramon", OfPycrdt())
    for writer in (rita, ramon):
        writer.join(room)
    await all_heard(room, rita, ramon)
    for n in range(WORTH_SHORTENING + 20):
        rita.write("d1", 5 + n, 5 + n, "x")
        await room.idle()
    await room.settling.settle("rita")
    await all_heard(room, rita, ramon)
    before, runs = len(room.log.read()), room.paper.runs("d1")
    room.end(Ending.AGAIN)
    room = await opened(live)
    assert len(room.log.read()) <= before - WORTH_SHORTENING
    assert room.paper.runs("d1") == runs
    for writer in (rita, ramon):
        writer.join(room)
    ramon.write("d1", 0, 0, "All: ")
    await all_heard(room, rita, ramon)
    assert rita.copy.text("d1") == ramon.copy.text("d1") == room.paper.text("d1")
    assert room.paper.runs("d1")[0] == Written("All: ", "ramon")
    again = await opened(live)
    assert again.paper.runs("d1") == room.paper.runs("d1")
    for each in (room, again):
        each.close()

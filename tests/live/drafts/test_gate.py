"""The gate knows what is new in an update, whose it is, and where it stands."""

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import given
from pycrdt import merge_updates

from facilitate.live.drafts.gate import (
    MOST_HANDS,
    Admitted,
    Foreign,
    Gap,
    Gate,
    NotLetIn,
    TooLarge,
)
from facilitate.live.drafts.papers import NOBODY, Draughtsman, Paper, new_client
from facilitate.live.drafts.runs import Hand
from facilitate.live.drafts.spans import Spans
from facilitate.live.drafts.updates import Span
from tests.live.drafts.writers import OfPycrdt

RITA, RAMON = Hand("rita"), Hand("ramon")


class Door:
    """A gate before a paper with two empty paragraphs."""

    def __init__(self) -> None:
        self.paper = Paper(new_client())
        self.gate = Gate(self.paper.client)
        pen = Draughtsman(self.paper)
        for id in ("d1", "d2"):
            pen.lay_out(lambda sheet, id=id: sheet.make_room(id))  # type: ignore[misc]
        for stroke in pen.strokes:
            self.gate.learn(stroke.body, NOBODY)
            self.paper.apply(stroke)

    def copy(self) -> OfPycrdt:
        copy = OfPycrdt()
        copy.apply(self.paper.doc.get_update())
        return copy

    def let_in(self, body: bytes, hand: Hand = RITA) -> Admitted:
        admitted = self.gate.judge(hand.person, body)
        self.gate.note(admitted, hand)
        return admitted


def typed(copy: OfPycrdt, id: str, start: int, words: str, end: int | None = None) -> bytes:
    copy.replace(id, start, start if end is None else end, words)
    return merge_updates(*copy.made())


def test_an_update_that_comes_again_is_nothing_new() -> None:
    door = Door()
    body = typed(door.copy(), "d1", 0, "Words 📊")
    first, again = door.let_in(body), door.let_in(body)
    assert first.inserted == {"d1": len("Words ") + 2}
    assert again.nothing


def test_a_deletion_that_comes_again_is_nothing_new() -> None:
    door = Door()
    copy = door.copy()
    door.let_in(typed(copy, "d1", 0, "Words"))
    body = typed(copy, "d1", 1, "", 3)
    assert not door.let_in(body).nothing
    assert door.let_in(body).nothing
    assert door.let_in(copy.doc.get_update()).nothing  # with all that was ever deleted


def test_nothing_of_what_is_refused_is_noted() -> None:
    door = Door()
    copy = door.copy()
    body = typed(copy, "d1", 0, "Words")
    door.let_in(body)
    forged = OfPycrdt(copy.doc.client_id)
    forged.apply(copy.doc.get_update())
    more = typed(forged, "d1", 0, "More ")
    with pytest.raises(Foreign):
        door.gate.judge("ramon", more)
    assert door.let_in(more).inserted == {"d1": 5}


def test_nobody_leans_on_what_nobody_was_told() -> None:
    door = Door()
    rita, ramon = door.copy(), door.copy()
    body = typed(rita, "d1", 0, "Words")
    admitted = door.gate.judge("rita", body)
    door.gate.wait(admitted, RITA)
    ramon.apply(rita.doc.get_update())  # by another way than ours
    replies = [typed(ramon, "d1", 5, " more"), typed(ramon, "d1", 0, "", 2)]
    for reply in replies:
        with pytest.raises(Gap):
            door.gate.judge("ramon", reply)
    assert door.let_in(typed(rita, "d1", 5, " of mine")).inserted == {"d1": 8}
    door.gate.told(admitted)
    assert door.let_in(replies[0], RAMON).inserted == {"d1": 5}


@given(words=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4), st.text(max_size=5))))
def test_what_comes_together_comes_to_the_same(words: list[tuple[int, int, str]]) -> None:
    door, other = Door(), Door()
    other.paper, other.gate = door.paper, Gate(door.paper.client)
    other.gate.learn(door.paper.doc.get_update(), NOBODY)
    copy = door.copy()
    for start, size, text in words:
        length = len(copy.text("d1"))
        start = min(start, length)
        copy.replace("d1", start, min(start + size, length), text)
    bodies = copy.made()
    one_by_one = [door.let_in(body) for body in bodies]
    together = other.gate.judge("rita", *bodies)
    other.gate.note(together, RITA)
    assert together.inserted == sum((Counter(each.inserted) for each in one_by_one), Counter())
    for gate in (door.gate, other.gate):
        assert gate.judge("rita", copy.doc.get_update()).nothing
    assert len(together.placed) <= sum(len(each.placed) for each in one_by_one)


def test_what_points_to_what_is_not_there_is_a_gap() -> None:
    door = Door()
    copy = door.copy()
    typed(copy, "d1", 0, "lost")
    with pytest.raises(Gap):
        door.let_in(typed(copy, "d1", 4, "Words"))
    with pytest.raises(Gap):  # it leans on nothing, but was not written first
        door.let_in(typed(copy, "d2", 0, "Words"))
    other = door.copy()
    other.apply(copy.doc.get_update())
    with pytest.raises(Gap):
        door.let_in(typed(other, "d1", 0, "Words"), RAMON)
    with pytest.raises(Gap):
        door.let_in(typed(other, "d1", 0, "", 2), RAMON)


def test_words_know_their_paragraph_by_their_neighbours() -> None:
    door = Door()
    rita, ramon = door.copy(), door.copy()
    door.let_in(typed(rita, "d1", 0, "One"))
    door.let_in(typed(rita, "d2", 0, "Two"))
    ramon.apply(rita.doc.get_update())
    assert door.let_in(typed(ramon, "d2", 1, "x"), RAMON).inserted == {"d2": 1}
    assert door.let_in(typed(ramon, "d1", 3, "yy"), RAMON).inserted == {"d1": 2}


def test_two_hands_of_one_person_may_lean_on_each_other() -> None:
    door = Door()
    one, two = door.copy(), door.copy()
    typed(one, "d1", 0, "One ")
    two.apply(one.doc.get_update())
    typed(two, "d1", 4, "two ")
    one.apply(two.doc.get_update())
    typed(one, "d1", 8, "three")
    body = one.lacks(door.paper.doc.get_state())
    assert door.let_in(body).inserted == {"d1": len("One two three")}
    assert door.gate.hands[one.doc.client_id] == door.gate.hands[two.doc.client_id] == RITA


def test_one_update_has_not_more_hands_than_somebody_has_tabs() -> None:
    door = Door()
    copies = [door.copy() for _ in range(MOST_HANDS + 2)]
    bodies = [typed(copy, "d1", 0, "x") for copy in copies]
    with pytest.raises(TooLarge):
        door.let_in(merge_updates(*bodies))


def test_the_servers_own_hands_are_nobody_elses() -> None:
    door = Door()
    forged = OfPycrdt(door.paper.client)
    forged.apply(door.paper.doc.get_update())
    with pytest.raises(Foreign):
        door.let_in(typed(forged, "d1", 0, "Mine"))


@given(st.binary(max_size=80))
def test_whatever_comes_it_is_let_in_or_refused(body: bytes) -> None:
    door = Door()
    try:
        admitted = door.gate.judge("rita", body)
    except NotLetIn:
        return
    assert set(admitted.inserted) <= {"d1", "d2"}


# --- the set of what is gone ---------------------------------------------------------------


SPANS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 12), st.integers(0, 5)).map(
        lambda t: Span(t[0], t[1], t[1] + t[2])
    ),
    max_size=12,
)


def clocks(spans: list[Span]) -> set[tuple[int, int]]:
    return {(span.client, clock) for span in spans for clock in range(span.start, span.end)}


@given(SPANS, SPANS)
def test_what_is_missing_is_what_was_not_added(added: list[Span], asked: list[Span]) -> None:
    there = Spans()
    for span in added:
        there.add(span)
    missing = list(there.missing(asked))
    assert clocks(missing) == clocks(asked) - clocks(added)

"""Whose words they are is known through whatever is done to them."""

import hypothesis.strategies as st
from hypothesis import given

from facilitate.live.drafts.papers import Paper, Stroke, new_client
from facilitate.live.drafts.runs import Hand, between, merged
from facilitate.meeting.drafts import Written
from tests.live.drafts.writers import OfPycrdt

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("rita", "ramon")),
        st.integers(0, 40),
        st.integers(0, 6),
        st.text(st.sampled_from("ab é中📊"), max_size=4),
    ),
    max_size=20,
)


def paper(changes: list[tuple[str, int, int, str]]) -> Paper:
    """A paper on which these hands have written in turn."""
    there = Paper(new_client())
    sheet = OfPycrdt()
    sheet.make_room("d1")
    there.apply(Stroke(Hand(""), sheet.made()[0]))
    for person, start, size, words in changes:
        length = len(sheet.text("d1"))
        first = min(start, length)
        sheet.replace("d1", first, min(length, first + size), words)
        for body in sheet.made():
            there.apply(Stroke(Hand(person), body))
    return there


@given(CHANGES)
def test_the_runs_together_are_the_words(changes: list[tuple[str, int, int, str]]) -> None:
    there = paper(changes)
    runs = there.runs("d1")
    assert "".join(run.text for run in runs) == there.text("d1")
    assert merged(runs) == runs
    assert {run.by for run in runs} <= {"rita", "ramon"}


def test_words_put_back_where_they_stood_are_whose_they_were() -> None:
    there = paper(
        [("rita", 0, 0, "a b c"), ("ramon", 2, 1, ""), ("ramon", 2, 0, "b"), ("ramon", 0, 0, "b")]
    )
    assert there.runs("d1") == (Written("b", "ramon"), Written("a b c", "rita"))


@given(CHANGES, st.integers(0, 40), st.integers(0, 40))
def test_a_part_of_runs_says_what_the_words_say(
    changes: list[tuple[str, int, int, str]], start: int, end: int
) -> None:
    there = paper(changes)
    part = between(there.runs("d1"), start, end)
    assert "".join(run.text for run in part) == there.text("d1")[start:end]

"""What was changed in a saved text is done to the words that were typed on meanwhile."""

import hypothesis.strategies as st
from hypothesis import given

from facilitate.live.drafts.rebasing import rebased

WORDS = st.lists(
    st.sampled_from(("keep", "the", "rivers", "shall", "not", "中", "📊,", "\n")), max_size=12
).map(" ".join)


def done(base: str, typed: str, target: str) -> str:
    for change in reversed(rebased(base, typed, target)):
        words = target[change.first : change.last]
        typed = typed[: change.start] + words + typed[change.end :]
    return typed


@given(WORDS, WORDS)
def test_where_nothing_was_typed_meanwhile_the_target_comes_out(base: str, target: str) -> None:
    assert done(base, base, target) == target


@given(WORDS, WORDS)
def test_where_nothing_was_changed_what_was_typed_stays(base: str, typed: str) -> None:
    assert done(base, typed, base) == typed


@given(WORDS, WORDS, WORDS, st.integers(0, 12))
def test_no_word_that_was_typed_meanwhile_is_lost(
    base: str, target: str, typed: str, place: int
) -> None:
    words = base.split(" ")
    mine = [f"MINE{number:02}" for number, _ in enumerate(typed.split(" "))]
    now = " ".join([*words[:place], *mine, *words[place:]])
    came = done(base, now, target)
    assert [came.count(word) for word in mine] == [1] * len(mine)


def test_both_changes_stand_side_by_side() -> None:
    typed = "Always keep the rivers clean. And the wells."
    came = done("Keep the rivers clean.", typed, "Keep all rivers clean.")
    assert came == "Always keep all rivers clean. And the wells."

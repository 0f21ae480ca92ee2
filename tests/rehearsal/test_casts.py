"""A seed is a day: who comes when, whose line drops, who reads slowly, who never does."""

from collections import Counter

import pytest

from facilitate.rehearsal.casts import Reading, cast


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    assert cast(100, 60, 5) == cast(100, 60, 5)
    assert cast(100, 60, 5) != cast(100, 60, 6)


def test_a_third_comes_at_once_in_the_middle_and_the_others_before() -> None:
    parts = cast(300, 60, 5)
    at_once = [part for part in parts if part.comes == 24]
    assert len(at_once) == 100
    assert all(0 <= part.comes <= 12 for part in parts if part not in at_once)


def test_some_drop_after_they_came_some_are_slow_and_one_never_reads() -> None:
    parts = cast(300, 60, 5)
    assert Counter(part.reading for part in parts) == {
        Reading.QUICK: 290,
        Reading.SLOW: 9,
        Reading.NEVER: 1,
    }
    drops = [part.drops for part in parts if part.drops is not None]
    assert len(drops) == 15
    assert all(18 <= at <= 48 for at in drops)
    assert all(part.reading is Reading.QUICK for part in parts if part.drops is not None)


@pytest.mark.parametrize("people", range(1, 12))
def test_a_few_people_are_a_cast_as_well(people: int) -> None:
    parts = cast(people, 5, 5)
    assert [part.number for part in parts] == list(range(1, people + 1))
    assert any(part.reading is Reading.QUICK for part in parts)

"""Which words stand for one another: the heaviest chain, in as few runs as can be."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from facilitate.text.languages import weight
from facilitate.text.matching import GAP, LONG, MATCHED, Match, between, matches, runs

few = st.lists(st.sampled_from(["the", "of", "rivers", "artists", ",", "not"]), max_size=7)
many = st.lists(st.integers(0, 199).map("w{}".format), min_size=2 * LONG, max_size=90, unique=True)


def worth(old: Sequence[str], matched: Sequence[Match]) -> int:
    """What is looked for: much weight, few runs. What both begin or end with is a run for free."""
    return sum(weight(old[i]) + MATCHED for i, _ in matched) - GAP * len(runs(matched))


def best(old: Sequence[str], new: Sequence[str]) -> int:
    """The same by trying every chain there is."""

    @cache
    def from_here(i: int, j: int, following: bool) -> int:
        if i == len(old) or j == len(new):
            return 0
        skipped = max(from_here(i + 1, j, False), from_here(i, j + 1, False))
        if old[i] != new[j]:
            return skipped
        taken = weight(old[i]) + MATCHED - (0 if following else GAP)
        return max(skipped, taken + from_here(i + 1, j + 1, True))

    return from_here(0, 0, False)


@given(few, few)
def test_equal_words_are_matched_in_the_order_of_both_texts(old: list[str], new: list[str]) -> None:
    matched = matches(old, new)
    assert all(old[i] == new[j] for i, j in matched)
    for (i, j), (next_i, next_j) in pairwise(matched):
        assert i < next_i
        assert j < next_j


@given(few, few)
def test_no_other_chain_has_more_weight_in_fewer_runs(old: list[str], new: list[str]) -> None:
    if old[:1] != new[:1] and old[-1:] != new[-1:]:
        assert worth(old, matches(old, new)) == best(tuple(old), tuple(new))


@given(few, few)
def test_what_both_begin_and_end_with_is_matched(old: list[str], new: list[str]) -> None:
    both = matches(["x", *old, "y"], ["x", *new, "y"])
    assert both[0] == (0, 0)
    assert (len(old) + 1, len(new) + 1) == both[-1]
    assert both[1:-1] == [(i + 1, j + 1) for i, j in matches(old, new)]


@given(many, st.data())
def test_in_a_long_text_every_word_that_stays_is_found(
    words: list[str], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(words), max_size=8))
    places = st.integers(0, len(words))
    put_in = data.draw(st.dictionaries(places, st.lists(st.just("new"), min_size=1, max_size=3)))
    new: list[str] = []
    stayed: list[Match] = []
    for place, word in enumerate([*words, ""]):
        new += put_in.get(place, [])
        if word and word not in gone:
            stayed.append((place, len(new)))
            new.append(word)
    assert matches(words, new) == stayed


def test_a_passage_that_changed_its_place_in_a_long_text_is_matched_there_or_not_at_all() -> None:
    words = [f"w{n}" for n in range(60)]
    moved = [*words[:10], *words[20:50], *words[10:20], *words[50:]]
    stayed = [*words[:10], *words[20:]]
    assert matches(words, moved) == [(words.index(word), moved.index(word)) for word in stayed]


def test_words_that_a_long_text_repeats_are_matched_by_what_stands_about_them() -> None:
    each = [
        "the",
        "Parties",
        "of",
        "the",
        "region",
        "should",
        "pay",
        "the",
        "artists",
        "of",
        "the",
        "region",
    ]
    old = [word if word != "region" else f"region {n}" for n in range(6) for word in each]
    new = [*old[:26], "all", *old[26:41], *old[45:]]
    assert matches(old, new) == [
        *((i, i) for i in range(26)),
        *((i, i + 1) for i in range(26, 41)),
        *((i, i - 3) for i in range(45, len(old))),
    ]


def test_what_lies_between_matches_is_told_on_both_sides() -> None:
    assert between([(1, 0), (2, 1), (4, 2)], 5, 4) == [(0, 1, 0, 0), (3, 4, 2, 2), (5, 5, 3, 4)]
    assert between([], 0, 0) == []
    assert between([], 2, 1) == [(0, 2, 0, 1)]


def test_one_word_more_on_one_side_alone_lies_between() -> None:
    assert between([(0, 0), (2, 1)], 3, 2) == [(1, 2, 1, 1)]
    assert between([(0, 0), (1, 2)], 2, 3) == [(1, 1, 1, 2)]

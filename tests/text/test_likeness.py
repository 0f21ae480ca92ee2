"""Which texts may say the same: proposed to people, never decided."""

from collections.abc import Mapping, Sequence
from math import sqrt
from random import Random

import hypothesis.strategies as st
from hypothesis import given

from facilitate.text.likeness import (
    SAME,
    SAME_MEANING,
    Meanings,
    likeness,
    near_duplicates,
    propose_groups,
    shared_passages,
    unheard,
)
from facilitate.text.tokens import tokenize
from tests.text.texts import ROOMS, any_texts, drafts, texts

many = st.dictionaries(st.sampled_from("ABCDEFGH"), texts | any_texts) | drafts()
thresholds = st.floats(0.05, 1)


@given(texts | any_texts, texts | any_texts)
def test_likeness_lies_between_nothing_and_the_same_and_is_mutual(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) == likeness(b, a) <= 1
    assert likeness(a, a) == 1


@given(many, thresholds, st.randoms())
def test_the_order_of_the_texts_does_not_matter_to_the_groups(
    texts: dict[str, str], threshold: float, chance: Random
) -> None:
    names = list(texts)
    chance.shuffle(names)
    shuffled = {name: texts[name] for name in names}
    assert propose_groups(shuffled, threshold) == propose_groups(texts, threshold)


@given(many, thresholds)
def test_in_a_group_every_text_is_like_every_other(texts: dict[str, str], threshold: float) -> None:
    groups = propose_groups(texts, threshold)
    for group in groups:
        assert len(group) >= 2
        assert all(likeness(texts[a], texts[b]) >= threshold for a in group for b in group)
    named = [name for group in groups for name in group]
    assert len(named) == len(set(named))


@given(many, thresholds)
def test_no_two_groups_could_be_joined(texts: dict[str, str], threshold: float) -> None:
    groups = propose_groups(texts, threshold)
    grouped = {name for group in groups for name in group}
    sets = [*groups, *((name,) for name in texts if name not in grouped)]
    for at, one in enumerate(sets):
        for other in sets[:at]:
            assert any(likeness(texts[a], texts[b]) < threshold for a in one for b in other)


@given(many, st.randoms())
def test_near_duplicates_are_groups_whose_words_do_not_contradict(
    texts: dict[str, str], chance: Random
) -> None:
    names = list(texts)
    chance.shuffle(names)
    groups = near_duplicates(texts)
    assert near_duplicates({name: texts[name] for name in names}) == groups
    for group in groups:
        assert len(group) >= 2
        assert all(likeness(texts[a], texts[b]) >= 0.8 for a in group for b in group)
        assert len({"not" in {t.word for t in tokenize(texts[name])} for name in group}) == 1


@given(many, many)
def test_what_stands_in_a_draft_is_heard_and_each_draft_hears_more(
    contributions: dict[str, str], drafts: dict[str, str]
) -> None:
    left = unheard(contributions, drafts)
    assert unheard(contributions, drafts | contributions) == ()
    assert set(left) <= set(unheard(contributions, {})) <= set(contributions)
    assert left == tuple(
        name for name in contributions if unheard({name: contributions[name]}, drafts)
    )


@given(texts | any_texts, texts | any_texts)
def test_a_shared_passage_stands_in_the_first_text_as_written(a: str, b: str) -> None:
    assert all(passage and passage in a for passage in shared_passages(a, b))


def test_six_rooms_are_one_group_and_other_subjects_stand_apart() -> None:
    other = {
        "Gale": "The Secretariat is invited to report on travel grants to the next session.",
        "Haven": "Schools should teach young people to recognise synthetic images.",
    }
    assert propose_groups(ROOMS | other) == (tuple(ROOMS),)


def test_opposites_are_alike_and_therefore_only_proposed() -> None:
    one = "Parties should tax streaming platforms to finance local music."
    assert likeness(one, one.replace("should", "should not")) > SAME


def test_texts_without_spaces_between_words_are_compared_by_characters() -> None:
    one = "各缔约方应促进数字环境中的文化多样性。"
    assert likeness(one, "各缔约方应在数字环境中促进文化表现形式多样性。") > SAME
    assert likeness(one, "秘书处应向下届会议提交关于资金情况的报告。") < 0.1


def test_what_two_texts_share_is_shown_from_word_to_word() -> None:
    assert shared_passages(
        "Parties should pay the performers fairly, every 2 years.",
        "All Parties should pay the performers fairly; each year.",
    ) == ("Parties should pay the performers fairly",)


def test_contributions_said_twice_are_near_duplicates_unless_they_contradict() -> None:
    said = {
        "1": "Our library closed in March, and the children have nowhere to read.",
        "2": "The library closed in March and our children have nowhere to read!",
        "3": "Our library never closed in March, and the children have nowhere to read.",
        "4": "Our library closed in March 2 years ago, and the children have nowhere to read.",
        "5": "Translators are paid by the word, if at all.",
    }
    assert near_duplicates(said) == (("1", "2"),)


def test_a_contribution_is_heard_where_a_long_draft_takes_up_its_words() -> None:
    said = {
        "fiddle": "I cross four borders a year with one fiddle and many papers.",
        "rural": "Teachers in rural schools need libraries of recorded music.",
        "中文": "应促进数字环境中的文化多样性。",
    }
    assert unheard(said, ROOMS) == ("fiddle", "中文")
    assert unheard(said, ROOMS | {"zh": "各缔约方应在数字环境中促进文化多样性。"}) == ("fiddle",)


def test_what_is_said_without_a_word_is_not_unheard() -> None:
    assert unheard({"empty": "", "blank": " \n"}, {}) == ()


SAID = {
    "en": "Parties should pay performers fairly.",
    "fr": "Les Parties devraient rémunérer équitablement les artistes interprètes.",
    "zh": "各缔约方应公平支付表演者报酬。",
    "other": "Schools teach children to sing.",
}


def same_but_the_last(texts: Sequence[str]) -> list[list[float]]:
    """As if a model knew that all of SAID but the other mean the same."""
    return [
        [1.0 if SAID["other"] not in {one, other} or one == other else 0.1 for other in texts]
        for one in texts
    ]


def test_texts_in_other_languages_are_alike_only_by_what_they_mean() -> None:
    assert propose_groups(SAID) == ()
    assert propose_groups(SAID, meanings=same_but_the_last) == (("en", "fr", "zh"),)


@given(many, thresholds)
def test_meanings_that_know_nothing_change_no_group(
    texts: dict[str, str], threshold: float
) -> None:
    def nothing(texts: Sequence[str]) -> list[list[float]]:
        return [[0.0] * len(texts)] * len(texts)

    assert propose_groups(texts, threshold, nothing) == propose_groups(texts, threshold)
    assert unheard(texts, {}, meanings=nothing) == unheard(texts, {})


def test_what_a_draft_takes_up_in_another_language_is_heard() -> None:
    said = {"zh": SAID["zh"], "other": SAID["other"]}
    drafts = {"b1/r1": f"{SAID['fr']} Les villes prêtent des salles."}
    assert unheard(said, drafts) == ("zh", "other")
    assert unheard(said, drafts, meanings=same_but_the_last) == ("other",)


def test_likeness_is_the_share_of_groups_of_three_to_five_letters() -> None:
    assert likeness("river", "rivers") == 9 / sqrt(12 * 15)  # " river ", " rivers "
    assert likeness("文化", "文化多样") == 1 / sqrt(1 * 5)  # 文化 化多 多样 文化多 化多样
    assert likeness("文", "文化") == 0


def test_small_words_make_no_texts_alike() -> None:
    assert likeness("the river", "river of it") == 1
    assert likeness("They may", "All may") == likeness("They", "All") == 0


def test_three_words_in_a_row_are_shared_and_two_or_small_ones_are_not() -> None:
    assert shared_passages("They pay old rural schools now.", "We ask old rural schools too.") == (
        "old rural schools",
    )
    assert shared_passages("They pay rural schools now.", "We ask rural schools too.") == ()
    assert shared_passages("Tax it is of the and go.", "Know it is of the and stay.") == ()
    assert shared_passages(
        "They should, in all schools, pay.", "We may, in all schools, sing."
    ) == ("in all schools",)


PAIRS = {
    "a": "Parties pay artists.",
    "b": "Parties pay artists more money.",
    "c": "Les villes aident.",
}


def meaning_as(near: Mapping[tuple[str, str], float]) -> Meanings:
    """As if a model found two of PAIRS, by name, so near to each other."""
    names = {text: name for name, text in PAIRS.items()}

    def table(texts: Sequence[str]) -> list[list[float]]:
        pairs = [[tuple(sorted((names[one], names[other]))) for other in texts] for one in texts]
        return [[near.get((pair[0], pair[1]), 0.0) for pair in row] for row in pairs]

    return table


def test_those_that_are_nearest_are_joined_first() -> None:
    unlike = {"a": "A", "b": "B", "c": "C"}

    def table(texts: Sequence[str]) -> list[list[float]]:
        return [
            [{"AB": 0.6, "BC": 0.9}.get("".join(sorted(a + b)), 0.0) for b in texts] for a in texts
        ]

    assert propose_groups(unlike, meanings=table) == (("b", "c"),)


def test_likeness_and_meaning_are_each_measured_by_their_own_line() -> None:
    alike = likeness(PAIRS["a"], PAIRS["b"])
    assert 1.5 < alike / SAME < 1 / SAME_MEANING
    assert propose_groups(PAIRS, meanings=meaning_as({("b", "c"): 0.8})) == (("a", "b"),)
    assert propose_groups(PAIRS, meanings=meaning_as({("b", "c"): 1.0})) == (("b", "c"),)
    just_alike = {("a", "b"): 0.0, ("b", "c"): SAME_MEANING}
    assert propose_groups(PAIRS, threshold=1, meanings=meaning_as(just_alike)) == (("b", "c"),)


def test_what_lies_on_the_line_is_alike() -> None:
    line = likeness(PAIRS["a"], PAIRS["b"])
    assert propose_groups(PAIRS, threshold=line) == (("a", "b"),)
    assert propose_groups(PAIRS, threshold=line + 1e-6) == ()

"""Which texts may say the same: proposed to people, never decided."""

from random import Random

import hypothesis.strategies as st
from hypothesis import given

from facilitate.text.likeness import SAME, likeness, propose_groups, shared_passages
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

"""What words say in each language: how many, how strongly, to whom, and with which weight."""

import pytest

from facilitate.text.languages import addressed, counts, meaning, obliges, weight


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("三十五", "35"),
        ("十五", "15"),
        ("二十", "20"),
        ("一百零五", None),
        ("二百", "200"),
        ("三百五十", "350"),
        ("一千二百", "1200"),
        ("三", "3"),
        ("three", "3"),
        ("trois", "3"),
    ],
)
def test_a_number_in_words_means_its_figure(written: str, figure: str | None) -> None:
    assert meaning(written) == (figure or written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organise", "organize"),
        ("organisations", "organizations"),
        ("colours", "colors"),
        ("theatres", "theaters"),
        ("programmes", "programs"),
        ("dialogue", "dialog"),
    ],
)
def test_one_word_in_two_spellings_means_the_same(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


def test_what_only_ends_alike_means_something_else() -> None:
    assert [meaning(word) for word in ("our", "four", "hours", "mètre", "titre")] == [
        "our",
        meaning("4"),
        "hours",
        "mètre",
        "titre",
    ]


@pytest.mark.parametrize("word", ["shall", "should", "shouldn't", "mustn't", "cannot", "doivent"])
def test_how_strongly_something_is_asked_is_known(word: str) -> None:
    assert obliges(word)


@pytest.mark.parametrize("word", ["isn't", "pay", "n'twould", "can not"])
def test_other_words_oblige_nobody(word: str) -> None:
    assert not obliges(word)


def test_who_is_asked_is_found_among_words_and_characters() -> None:
    assert addressed(["the", "parties", "and", "the", "secretariat"]) == {"parties", "secretariat"}
    assert addressed([*"秘书处和缔约方"]) == {"parties", "secretariat"}
    assert addressed(["unesco", *"和大会"]) == {"unesco", "conference"}
    assert addressed([*"艺术家"]) == frozenset()


def test_a_figure_counts_and_a_name_with_a_digit_too_but_no_other_character() -> None:
    assert all(map(counts, ["3", "5%", "third", "2nd", "三", "三十五"]))
    assert not any(map(counts, ["rivers", "文", "a"]))


def test_words_of_content_weigh_more_than_small_ones_and_signs_least() -> None:
    assert weight("rivers") > 2 * weight("of")
    assert weight("of") == weight("shall") == weight("文") > weight(",")
    assert weight("l'") == weight("of")

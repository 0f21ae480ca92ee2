import pytest

from facilitate.meeting import refusals
from facilitate.meeting.forms import Words, within, worded
from facilitate.meeting.refusals import Empty, Refused, TooLong, Unknown

KINDS = [kind for kind in Refused.__subclasses__() if kind.__module__ == refusals.__name__]


def test_each_refusal_has_a_code_and_a_sentence_of_its_own() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert len({kind.sentence for kind in KINDS}) == len(KINDS)
    assert all(kind.sentence.endswith(".") for kind in KINDS)


def test_the_module_names_every_refusal_and_says_when_it_is_given() -> None:
    assert refusals.__doc__ is not None
    for kind in KINDS:
        assert kind.__name__ in refusals.__doc__


def test_a_refusal_says_its_values_and_keeps_them_for_other_languages() -> None:
    refused = TooLong(length=9, limit=8)
    assert str(refused) == "This has 9 characters; 8 is the most. Please shorten it."
    assert refused.values == {"length": 9, "limit": 8}
    other = Unknown("There is no breakout %(breakout)s.", breakout="b9")
    assert (str(other), other.sentence) == (
        "There is no breakout b9.",
        "There is no breakout %(breakout)s.",
    )


def test_words_are_counted_without_the_white_space_around_them() -> None:
    assert worded("  Dams \n", 4) == within(" Dams ", 4) == "Dams"
    assert within(" ", 4) == ""
    with pytest.raises(TooLong):
        worded("Rivers", 4)


def test_words_fall_back_to_the_language_that_stands_first() -> None:
    words = Words({"fr": "Fleuves", "en": "Rivers"})
    assert (words.in_("en"), words.in_("ar"), str(words)) == ("Rivers", "Fleuves", "Fleuves")


def test_control_characters_are_not_kept_but_lines_are() -> None:
    assert worded("one\x00\x1b[0m\r\ntwo\tthree\x7f ", 50) == "one[0m\ntwo\tthree"
    with pytest.raises(Empty):
        worded("\x00\x08 \r", 4)

"""The words of a text: cut, compared, and joined again."""

import unicodedata
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from facilitate.text.tokens import Token, normal, tokenize
from tests.text.texts import any_texts, texts


def words(text: str) -> list[str]:
    return [token.word for token in tokenize(text)]


@given(texts | any_texts)
def test_the_words_of_a_text_joined_are_the_text_to_the_character(text: str) -> None:
    assert "".join(token.space + token.word for token in tokenize(text)) == text


MARKS = "\u0301\u0323\u064b\u0651\u093f\u094d\u0e49\ufe0f\u20e3\U0001f3fd\u200d"
clusters = st.text(st.sampled_from(f"eй中لकनนำа👩👍x1 {MARKS}"), max_size=30)


@given(texts | any_texts | clusters)
def test_nothing_is_cut_within_what_people_see_as_one_character(text: str) -> None:
    """No word begins with what binds to the word before it: accents, vowel signs, joiners."""
    for before, token in pairwise(tokenize(text)):
        if not token.space and before.word:
            assert not binds(token.word[:1])


def binds(character: str) -> bool:
    return bool(character) and (character in MARKS or unicodedata.category(character)[0] == "M")


def test_white_space_stays_with_the_word_behind_it() -> None:
    assert tokenize(" The  Parties\n") == (
        Token(" ", "The"),
        Token("  ", "Parties"),
        Token("\n", ""),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Parties' capacity-building, the 9th.", "Parties|'|capacity-building|,|the|9th|."),
        ("by 2005-2010, -5 % or 1,000.5.", "by|2005-2010|,|-5|%|or|1,000.5|."),
        ("L’État n'agit qu’ici, aujourd'hui", "L’|État|n'|agit|qu’|ici|,|aujourd'hui"),
        ("do not / don’t", "do|not|/|don’t"),
        ("推动2005年多样性。", "推|动|2005|年|多|样|性|。"),
        ("不同意可持续，三十", "不|同|意|可持续|，|三十"),
        ("不同的非洲，进一步", "不同|的|非洲|，|进一步"),
        ("have:\n(a) films;\n- 2 books", "have|:|films|;|2|books"),
        ("น้ำ ๒๕๔๘", "น้ำ|๒๕๔๘"),
        ("يجب على العالَم ٢٠٠٥، لا", "يجب|على|العالَم|٢٠٠٥|،|لا"),
        ("می\u200cخواهم संस्कृति", "می\u200cخواهم|संस्कृति"),
        ("👨‍👩‍👧👍🏽🇫🇷🇸🇳1️⃣", "👨‍👩‍👧|👍🏽|🇫🇷|🇸🇳|1️⃣"),
        ("1️⃣st and 2\u0301nd", "1️⃣st|and|2\u0301nd"),
        ("cafe\u0301 x\u0301\u0323", "cafe\u0301|x\u0301\u0323"),
    ],
)
def test_words_numbers_and_signs_are_cut_in_every_script(text: str, expected: str) -> None:
    assert words(text) == expected.split("|")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("don’t", "Don't"),
        ("co\u2011operation", "co-operation"),
        ("cafe\u0301", "CAFÉ"),
        ("—", "–"),
        ("«", "“"),
        ("می\u200cخواهم", "میخواهم"),
    ],
)
def test_typographic_variants_are_equal_for_comparison(one: str, other: str) -> None:
    assert one != other
    assert normal(one) == normal(other)


def test_an_accent_or_a_vowel_sign_is_no_typographic_variant() -> None:
    assert normal("a") != normal("à")
    assert normal("العالَم") != normal("العالِم")

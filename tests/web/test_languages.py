"""Which language a page speaks, and how times, days and refusals are said in it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitate.meeting import Refused
from facilitate.meeting.forms import Words
from facilitate.meeting.refusals import TooLong
from facilitate.web.languages import (
    LANGUAGES,
    day_of,
    direction,
    preferred,
    say,
    time_of,
    translations,
)

NOON = datetime(2023, 6, 5, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("FR", "fr"),
        ("de, fr;q=0.5, en;q=0.4", "fr"),
        ("en;q=0.4, fr;q=0.5", "fr"),
        ("fr;q=0, en", "en"),
        ("fr;q=0", "en"),
        ("ar", "en"),
        ("*", "en"),
        ("fr;q=much", "en"),
        (";q=1,,,;;", "en"),
        ("fr;q=nan", "fr"),
    ],
)
def test_a_browser_gets_the_best_of_what_it_asks_for(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@given(st.text(max_size=200))
def test_whatever_a_browser_asks_for_it_gets_a_language_we_have(accepted: str) -> None:
    assert preferred(accepted) in LANGUAGES


def test_a_time_is_that_of_the_place_where_the_forum_meets() -> None:
    assert time_of(NOON, "Europe/Paris", "fr") == "14:30"
    assert time_of(NOON, "Asia/Kathmandu", "en") == "18:15"


def test_a_day_is_said_in_full() -> None:
    assert day_of("2023-06-05", "en") == "Monday, 5 June 2023"
    assert day_of("2023-06-05", "fr") == "lundi 5 juin 2023"


def test_arabic_is_written_from_right_to_left() -> None:
    assert [direction(language) for language in ("ar", "ar-EG", "fa", "en", "fr")] == [
        *("rtl", "rtl", "rtl"),
        *("ltr", "ltr"),
    ]


def test_a_refusal_is_said_with_what_stands_in_it() -> None:
    assert "2001" in say(TooLong(length=2001, limit=2000), "en")
    named = Refused("It is closed: %(what)s.", what=Words({"en": "Rivers", "fr": "Fleuves"}))
    assert say(named, "en") == "It is closed: Rivers."
    assert say(named, "fr") == "It is closed: Fleuves."


def test_a_sentence_nobody_translated_is_said_as_it_was_written() -> None:
    for language in LANGUAGES:
        assert translations(language).gettext("No such sentence.") == "No such sentence."

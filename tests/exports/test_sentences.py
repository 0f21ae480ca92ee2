"""Every sentence of the report can be translated, and Babel finds it."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from msgspec.structs import replace

from facilitate.exports import as_html, as_markdown, sentences
from facilitate.exports.reports import Who
from facilitate.exports.sentences import Sentences
from facilitate.meeting import amendments
from facilitate.meeting.contributions import Kind
from facilitate.meeting.drafts import Addressee
from facilitate.meeting.fates import Fate, How
from facilitate.meeting.people import Attendance
from facilitate.meeting.recommendations import Stage
from facilitate.web.languages import translations
from tests.exports.samples import REPORT

EXPORTS = Path(sentences.__file__).parent
MARKS = {"N_": None, "_": None, "translate": None}


def test_every_sentence_that_is_said_is_found_by_babel() -> None:
    found = {message for _, _, message, _, _ in extracted()}
    said: set[str] = set()

    def translate(sentence: str) -> str:
        said.add(sentence)
        return sentence

    as_html.render(REPORT, translate)
    as_markdown.render(REPORT, translate)
    assert len(said) > 60
    assert said <= found


def extracted() -> list[tuple[object, ...]]:
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    return list(extract_from_dir(str(EXPORTS), methods, keywords=MARKS))


def test_every_rendering_speaks_through_the_translator() -> None:
    for render in (as_html.render, as_markdown.render):
        told = render(REPORT, lambda sentence: f"«{sentence}»")
        assert "«Adopted recommendations»" in told
        assert "«a voice from the floor»" in told
        assert "«Deferred on 5 June 2023, 12:11: For the next forum»" in told


def test_a_reservation_says_to_which_version_it_was_made() -> None:
    text = REPORT.adopted[0]
    assert text.decision is not None
    (made,) = text.decision.reservations
    earlier = replace(made, version=1)
    english, french = (Sentences(translations(each).gettext, each) for each in ("en", "fr"))
    anna = "Anna Okonkwo (Music Without Borders)"
    assert english.reservation(made, text) == (
        f"Reservation of {anna} to version 2: Two years are too long."
    )
    assert english.reservation(earlier, text) == (
        f"Reservation of {anna} to version 1, before the text was changed: Two years are too long."
    )
    assert french.reservation(made, text).startswith(f"Réserve de {anna} sur la version 2\u00a0: ")
    assert "version 1, avant que le texte" in french.reservation(earlier, text)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (sentences.ATTENDANCE, Attendance),
        (sentences.KIND, Kind),
        (sentences.ADDRESSEE, Addressee),
        (sentences.OUTCOME, Stage),
        (sentences.FATE, Fate),
        (sentences.AMENDED, amendments.Stage),
        (sentences.HOW, How),
        (sentences.TAKEN_UP, How),
    ],
)
def test_every_value_has_its_words(table: Mapping[StrEnum, str], values: type[StrEnum]) -> None:
    assert set(table) == set(values)


def test_who_is_named_and_who_is_not() -> None:
    say = Sentences(str, "en")
    assert say.who(Who("name", "Anna", "Music")) == "Anna (Music)"
    assert say.who(Who("name", "Anna")) == "Anna"
    assert say.who(Who("participant")) == "a participant"
    assert say.who(Who("voice")) == "a voice from the floor"


def test_a_merged_draft_of_which_no_word_is_left_says_so() -> None:
    way = REPORT.contributions[0].ways[0]
    assert way.words > 0
    say = Sentences(str, "en")
    told = say.way(type(way)(way.draft, way.fate, way.recommendation, way.reason, 0))
    assert told.startswith("Taken up in recommendation 1, by way of draft 1-1.")
    assert told.endswith("None of its own words were chosen there.")

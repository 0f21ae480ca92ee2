"""Every case of the corpus reads as a good secretary would write it: `python -m tests.text.corpus`
shows what does not, and with `--before REVISION` what a change of the algorithm changes."""

import pytest

from facilitate.text.collation import collate, read_for
from tests.text.corpus.__main__ import changed, report
from tests.text.corpus.cases import Case, cases, page


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_drafts_become_the_text_a_good_secretary_would_write(case: Case) -> None:
    assert case.found == case.expected
    assert {room: read_for(collate(case.drafts), room) for room in case.drafts} == case.drafts


def test_the_cases_are_many_and_in_six_languages() -> None:
    languages = {case.name.partition("-")[0] for case in cases()}
    assert languages == {"ar", "en", "es", "fr", "ja", "ru", "th", "zh"}
    assert len(cases()) > 40


CASE = Case(
    "en-x", "Two.", {"A": "Pay artists.", "B": "Pay all artists."}, page("Pay them.", (), ())
)


def test_the_report_shows_where_the_algorithm_differs_from_the_secretary() -> None:
    told = list(report([CASE]))
    assert told[0] == "--- en-x: Two."
    assert told[1].startswith("Pay [-them-]{+[all / —] artists+}.")
    assert told[-1] == "0 of 1 cases are as a good secretary would write them."


def test_the_report_shows_what_a_change_of_the_algorithm_changes() -> None:
    told = list(changed([CASE], {"en-x": CASE.expected}))
    assert told[0] == "--- en-x: worse"
    assert told[-1] == "0 better, 1 worse."
    assert list(changed([CASE], {"en-x": CASE.found})) == ["0 better, 0 worse."]

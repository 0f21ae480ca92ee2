"""The report as JSON reads back as the same report."""

import json

import pytest

from facilitate.exports import as_json
from facilitate.exports.reports import Report
from tests.exports.samples import ATTACKS, REPORT, hostile


@pytest.mark.parametrize("report", [REPORT, *map(hostile, ATTACKS)])
def test_what_is_rendered_reads_back_as_the_same_report(report: Report) -> None:
    assert as_json.read(as_json.render(report)) == report


def test_any_reader_of_json_finds_the_adopted_texts() -> None:
    found = json.loads(as_json.render(REPORT))
    assert found["format"] == "facilitate.report.v1"
    assert [text["label"] for text in found["adopted"]] == ["1", "2"]
    assert found["adopted"][0]["decision"]["at"] == "2023-06-05T12:06:00+02:00"
    assert found["adopted"][0]["stage"] == "adopted-with-reservations"


def test_the_schema_describes_every_part() -> None:
    schema = json.loads(as_json.schema())
    parts = {"Report", "Text", "ReportedClause", "Voice", "DraftLine", "Change", "Gavel"}
    assert parts <= set(schema["$defs"])

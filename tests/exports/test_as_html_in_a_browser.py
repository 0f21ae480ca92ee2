"""The report as somebody opens it, from a file, on a phone and at a desk."""

from dataclasses import replace
from pathlib import Path

import pytest

from facilitate.exports import as_html
from facilitate.exports.reports import Report
from tests.browser import DESK, PHONE, Screen, Window, axe
from tests.exports.samples import ATTACKS, REPORT, hostile


@pytest.mark.parametrize("screen", [PHONE, DESK, replace(DESK, dark=True)])
def test_the_report_reads_well_everywhere(window: Window, tmp_path: Path, screen: Screen) -> None:
    page = window(screen)
    page.goto(written(tmp_path, REPORT))
    assert page.get_by_role("heading", level=1).inner_text() == "Fourth Forum"
    ink = page.locator("h1").evaluate("element => getComputedStyle(element).fontFamily")
    assert "Palatino" in ink  # its own policy lets its own style in
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []


def test_a_source_leads_to_the_contribution(window: Window, tmp_path: Path) -> None:
    page = window(DESK)
    page.goto(written(tmp_path, REPORT))
    page.get_by_role("link", name="1.1", exact=True).first.click()
    assert page.locator(":target").get_by_text("Artists are not paid for streaming.").count() == 1


def test_hostile_words_are_shown_and_do_nothing(window: Window, tmp_path: Path) -> None:
    page = window(DESK)
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for words in ATTACKS:
        page.goto(written(tmp_path, hostile(words)))
        assert page.locator("img, script, iframe").count() == 0
    assert {url.split(":")[0] for url in asked} == {"file"}
    assert len(asked) == len(ATTACKS)


def written(folder: Path, report: Report) -> str:
    file = folder / "report.html"
    file.write_text(as_html.render(report, str), "utf-8")
    return file.as_uri()

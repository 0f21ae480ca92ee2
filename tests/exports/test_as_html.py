"""The report as HTML: one document that needs nothing else, in which people's words stay words."""

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from facilitate.exports import as_html
from facilitate.exports.reports import report
from tests.exports.samples import ATTACKS, DAY, NAMES, REPORT, Head, hostile
from tests.meeting.days import planned

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Elements, attributes and words of a document; every element is closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.styles: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.styles if self.open[-1:] == ["style"] else self.words).append(data)

    def values(self, name: str) -> list[str]:
        return [value or "" for attribute, value in self.attributes if attribute == name]

    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


HTML = as_html.render(REPORT, str)
PAGE = Page(HTML)


def test_it_says_what_was_adopted_by_whom_and_with_which_reservations() -> None:
    text = PAGE.text()
    for words in (
        REPORT.adopted[0].text,
        REPORT.adopted[0].digest,
        "Adopted with reservations on 5 June 2023, 12:06.",
        "Reservation of Anna Okonkwo (Music Without Borders) to version 2: Two years are too long.",
        "Deferred on 5 June 2023, 12:11: For the next forum",
        "Not adopted on 5 June 2023, 12:13: No agreement",
        f"up to event 99, whose hash is {'ab' * 32}",
    ):
        assert words in text


def test_it_says_what_became_of_every_contribution() -> None:
    text = PAGE.text()
    assert all(voice.text in text for voice in REPORT.contributions)
    assert "Hidden by the secretariat: An insult" in text
    assert "You are all fools." not in text
    assert "Cited in draft 2-5, which the drafting group set aside: Outside the Convention" in text


def test_every_clause_links_to_its_sources_and_every_link_leads_somewhere() -> None:
    ids, links = PAGE.values("id"), PAGE.values("href")
    assert len(ids) == len(set(ids))
    assert {"#c1.1", "#d2-1", "#a1"} <= set(links)
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_it_fetches_nothing_and_runs_nothing() -> None:
    assert not PAGE.tags.keys() & {"script", "img", "link", "iframe", "object", "form", "base"}
    assert not PAGE.values("src")
    assert not [name for name, _ in PAGE.attributes if name.startswith("on") or name == "style"]
    assert "url(" not in HTML
    assert "@import" not in HTML


def test_its_policy_lets_in_its_own_style_and_nothing_else() -> None:
    (style,) = PAGE.styles
    named = b64encode(sha256(style.encode()).digest()).decode()
    assert as_html.POLICY in PAGE.values("content")
    assert f"style-src 'sha256-{named}'" in as_html.POLICY
    assert as_html.POLICY.startswith("default-src 'none';")


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_the_document_says_its_language_and_direction(language: str, direction: str) -> None:
    page = Page(as_html.render(report(DAY.forum, NAMES, language, Head()), str))
    assert page.values("lang")[0] == language
    assert page.values("dir")[0] == direction


def test_a_contribution_says_its_language() -> None:
    assert Counter(PAGE.values("lang"))["fr"] == 1
    assert re.search(r'lang="fr" dir="auto">Les quotas manquent\.<', HTML)


def test_dates_are_told_in_the_language_of_the_report() -> None:
    french = Page(as_html.render(report(DAY.forum, NAMES, "fr", Head()), str))
    assert "5 juin 2023" in french.text()


@pytest.mark.parametrize("words", ATTACKS)
def test_hostile_words_make_no_elements_and_no_attributes(words: str) -> None:
    page, harmless = Page(as_html.render(hostile(words), str)), Page(as_html.render(LAMB, str))
    known = {name for name, _ in harmless.attributes}
    assert page.tags.keys() <= harmless.tags.keys()
    assert page.tags["h2"] == harmless.tags["h2"]
    assert {name for name, _ in page.attributes} <= known
    assert all(link.startswith("#") for link in page.values("href"))
    assert page.text().count(re.sub(r"\s+", " ", words)) > 5  # nor are they mangled


LAMB = hostile("Nothing but words.")


def test_an_empty_day_has_a_report_too() -> None:
    page = Page(as_html.render(report(planned().forum, {}, "en", Head()), str))
    assert "The plenary has not adopted a recommendation." in page.text()
    assert "Nothing was contributed here." in page.text()

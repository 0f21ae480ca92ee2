"""The report as Markdown: it says everything, and people's words stay words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt  # comes with rich
from markdown_it.token import Token

from facilitate.exports import as_markdown
from facilitate.exports.reports import report
from tests.exports.samples import ATTACKS, REPORT, Head, hostile
from tests.meeting.days import planned

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKDOWN = as_markdown.render(REPORT, str)

BLOCKS = frozenset({"heading", "paragraph", "blockquote", "bullet_list", "ordered_list", "hr"})
TABLES = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
WE_WRITE = BLOCKS | TABLES | {"list_item", "inline", "text", "softbreak", "hardbreak"}


def test_it_says_what_was_adopted_by_whom_and_with_which_reservations() -> None:
    assert "# Fourth Forum\n" in MARKDOWN
    assert "5 June 2023 · Paris" in MARKDOWN
    assert "- Adopted with reservations on 5 June 2023, 12:06.\n" in MARKDOWN
    reservation = "Anna Okonkwo (Music Without Borders) to version 2: Two years are too long."
    assert f"- Reservation of {reservation}\n" in MARKDOWN
    assert REPORT.adopted[0].digest in MARKDOWN
    assert "Drafts: 1-1, 2-1 · Amendments: 1 · Contributions: 1.1, 1.2" in MARKDOWN


def test_it_says_what_became_of_every_contribution() -> None:
    for voice in REPORT.contributions:
        assert f"- {voice.label.replace('.', chr(92) + '.')} · " in MARKDOWN
    assert "Hidden by the secretariat: An insult" in MARKDOWN
    assert "You are all fools." not in MARKDOWN
    assert "Taken up in recommendation 1, by way of draft 1-1." in MARKDOWN
    assert "which the drafting group set aside: Outside the Convention" in MARKDOWN


def test_it_names_the_end_of_the_record() -> None:
    assert MARKDOWN.endswith(f"up to event 99, whose hash is {'ab' * 32}\n")


def test_an_empty_day_has_a_report_too() -> None:
    markdown = as_markdown.render(report(planned().forum, {}, "en", Head()), str)
    assert kinds(READER.parse(markdown)) <= WE_WRITE


@pytest.mark.parametrize("words", ATTACKS)
def test_hostile_words_make_no_mark_up(words: str) -> None:
    markdown = as_markdown.render(hostile(words), str)
    tokens = READER.parse(markdown)
    assert kinds(tokens) <= WE_WRITE
    assert [token.type for token in tokens].count("table_open") == 2
    assert [token.type for token in tokens].count("hr") == 1
    shown = " ".join(re.sub(r"\s+", " ", read(token)) for token in tokens)
    assert shown.count(" ".join(words.split())) > 5  # nor are they mangled


def test_a_mark_stays_with_its_word() -> None:
    assert as_markdown.escaped("Qui\u202f?\nMotif\u00a0: aucun") == "Qui\u202f? Motif\u00a0: aucun"


@given(st.text() | st.text("\\`*_[]<>|~&$#-+=1.):;!\n\t \u00a0\u202f\"'/ahtp"))
def test_any_words_read_back_as_they_were_wherever_they_stand(words: str) -> None:
    line = as_markdown.escaped(words)
    there = f"# {line}\n\n- {line}\n\n> {line}\n\n1. {line}\n\n| a |\n| --- |\n| {line} |\n"
    tokens = READER.parse(there)
    assert kinds(tokens) <= WE_WRITE
    said = " ".join(words.split())
    shown = [read(token) for token in tokens if token.type == "inline" and token.content != "a"]
    if said and said != "a":
        seen = as_markdown.UNSEEN.sub("\ufffd", said)
        assert [" ".join(each.split()) for each in shown] == [seen] * 5


def kinds(tokens: list[Token]) -> set[str]:
    every = [child for token in tokens for child in (token, *(token.children or ()))]
    return {token.type.removesuffix("_open").removesuffix("_close") for token in every}


def read(token: Token) -> str:
    return "".join(child.content or " " for child in token.children or ())

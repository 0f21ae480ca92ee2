"""No run without a source, no source without its run, whatever is chosen and amended."""

import re
import unicodedata
from itertools import islice

import hypothesis.strategies as st
import pytest
from hypothesis import given

from facilitate.text.choices import Worded
from facilitate.text.collation import ConsolidatedText, Run, Segment, Site, collate
from facilitate.text.differences import marked_up
from facilitate.text.provenance import carried, clauses, merged, settled, unsettled
from facilitate.text.tokens import normal, tokenize
from tests.text.texts import any_texts, drafts, spaced, texts

Choices = dict[int, int | str]
Letter = tuple[str, tuple[str, ...]]
sources = st.sets(st.sampled_from("abc"), min_size=1).map(lambda of: tuple(sorted(of)))
run = st.builds(Run, st.lists(spaced, max_size=4).map("".join), sources)
runs = st.lists(run, max_size=6).map(lambda made: merged(made))


@st.composite
def consolidated(draw: st.DrawFn) -> tuple[dict[str, str], ConsolidatedText, Choices]:
    """Drafts, their text, and choices at some of its sites."""
    written = draw(drafts())
    text = collate(written)
    choices: Choices = {}
    for site in text.segments:
        if isinstance(site, Site) and draw(st.booleans()):
            reading = st.integers(0, len(site.readings) - 1)
            choices[site.id] = draw(reading | st.sampled_from(["", "words of our own"]))
    return written, text, choices


def text_of(made: tuple[Run, ...]) -> str:
    return "".join(run.text for run in made)


def letters(made: tuple[Run, ...]) -> list[Letter]:
    return [(letter, run.sources) for run in made for letter in run.text]


def in_few_runs(made: tuple[Run, ...]) -> bool:
    return all(run.text for run in made) and merged(made) == made


@given(consolidated())
def test_no_run_of_a_settled_text_is_without_a_source(
    case: tuple[dict[str, str], ConsolidatedText, Choices],
) -> None:
    written, text, choices = case
    made = settled(text, choices)
    assert in_few_runs(made)
    assert all(run.sources and set(run.sources) <= set(written) for run in made)
    assert all(run.sources == tuple(sorted(set(run.sources))) for run in made)


@given(consolidated())
def test_no_source_is_without_its_run_where_its_words_stand(
    case: tuple[dict[str, str], ConsolidatedText, Choices],
) -> None:
    written, text, choices = case
    made = settled(text, choices)
    for source in written:
        its_own = "".join(run.text for run in made if source in run.sources)
        contributed = "".join(said(segment, source, choices) for segment in text.segments)
        assert in_order_in(plain(contributed), plain(its_own))


def plain(text: str) -> str:
    """Letters as they are compared: of the spellings of one reading only one is shown, and of the
    white space before it, of which marks of direction are a kind."""
    words = (normal(token.word) for token in tokenize(bare(text)))
    return unicodedata.normalize("NFD", "".join(words))


def said(segment: Segment, source: str, choices: Choices) -> str:
    """What the source says here, unless others, or words of one's own, were preferred."""
    match segment:
        case Run():
            return segment.text if source in segment.sources else ""
        case Site():
            choice = choices.get(segment.id, 0 if segment.flag == "editorial" else None)
            open_still = choice is None
            return "".join(
                reading.text
                for n, reading in enumerate(segment.readings)
                if source in reading.sources and (open_still or choice == n)
            )


def in_order_in(letters: str, text: str) -> bool:
    among = iter(text)
    return all(letter in among for letter in letters)


@given(consolidated())
def test_a_text_wholly_settled_is_what_was_chosen_and_no_word_more(
    case: tuple[dict[str, str], ConsolidatedText, Choices],
) -> None:
    _, text, choices = case
    choices = {s.id: choices.get(s.id, 0) for s in text.segments if isinstance(s, Site)}
    chosen = "".join(words_of(segment, choices) for segment in text.segments)
    assert bare(text_of(settled(text, choices))) == bare(chosen)


def bare(text: str) -> str:
    """Without white space and the marks of items in a list, which are the form of a text."""
    return "".join(re.sub(r"\n(\(a\)|-)( |$)", "", text).split())


def words_of(segment: Segment, choices: Choices) -> str:
    match segment:
        case Run():
            return segment.text
        case Site():
            choice = choices[segment.id]
            return choice if isinstance(choice, str) else segment.readings[choice].text


@given(runs, texts | any_texts)
def test_what_is_carried_is_the_new_text_and_every_kept_letter_keeps_its_sources(
    made: tuple[Run, ...], new: str
) -> None:
    after = carried(made, new, "amendment")
    assert text_of(after) == new
    assert in_few_runs(after)
    before = iter(letters(made))
    expected: list[Letter] = []
    for piece in marked_up(text_of(made), new):
        if piece.kind == "inserted":
            expected += [(letter, ("amendment",)) for letter in piece.text]
        else:
            old_letters = list(islice(before, len(piece.text)))
            expected += old_letters if piece.kind == "same" else []
    assert letters(after) == expected


@given(runs, st.lists(texts, max_size=4))
def test_through_many_amendments_no_run_is_without_a_source(
    made: tuple[Run, ...], amended: list[str]
) -> None:
    known = {source for run in made for source in run.sources}
    for n, text in enumerate(amended):
        made = carried(made, text, f"amendment {n}")
        known.add(f"amendment {n}")
        assert text_of(made) == text
        assert all(run.sources and set(run.sources) <= known for run in made)


@given(consolidated(), st.data())
def test_a_word_changed_in_a_settled_text_is_the_amendments_and_nothing_else_is(
    case: tuple[dict[str, str], ConsolidatedText, Choices], data: st.DataObject
) -> None:
    _, text, choices = case
    made = settled(text, choices)
    before = text_of(made)
    at = data.draw(st.integers(0, len(before)))
    after = carried(made, f"{before[:at]} zebra {before[at:]}", "amendment")
    kept = [letter for letter in letters(after) if letter[1] != ("amendment",)]
    assert is_part_of(kept, letters(made))
    assert "zebra" in "".join(run.text for run in after if run.sources == ("amendment",))
    assert carried(made, before, "amendment") == made


def is_part_of(some: list[Letter], letters: list[Letter]) -> bool:
    among = iter(letters)
    return all(letter in among for letter in some)


@given(runs)
def test_the_clauses_of_a_text_have_the_sources_of_all_their_letters(made: tuple[Run, ...]) -> None:
    found = clauses(made)
    assert "".join("".join(clause.text for clause in found).split()) == "".join(
        text_of(made).split()
    )
    rest = letters(made)
    for clause in found:
        own, rest = rest[: len(clause.text)], rest[len(clause.text) :]
        assert "".join(letter for letter, _ in own) == clause.text
        assert clause.sources == tuple(sorted({source for _, of in own for source in of}))


# --- examples -------------------------------------------------------------

DRAFTS = {
    "b1/r1": "Parties should pay artists within 2 years.",
    "b2/r1": "Parties shall pay artists within 3 years.",
}


def test_an_open_site_stands_in_brackets_with_the_sources_of_each_reading() -> None:
    runs = settled(collate(DRAFTS), {})

    assert text_of(runs) == "Parties [shall / should] pay artists within [3 / 2] years."
    assert {run.text: run.sources for run in runs}["should"] == ("b1/r1",)
    assert {run.text: run.sources for run in runs}["shall"] == ("b2/r1",)


def test_a_settled_site_keeps_the_sources_of_what_was_chosen() -> None:
    text = collate(DRAFTS)
    runs = settled(text, {0: 0, 1: "five"})

    assert text_of(runs) == "Parties shall pay artists within five years."
    assert {run.text: run.sources for run in runs}["shall"] == ("b2/r1",)
    assert ("b1/r1", "b2/r1") in [run.sources for run in runs if "five" in run.text]


def test_what_an_amendment_leaves_keeps_its_sources() -> None:
    runs = (Run("Parties shall", ("b2/r1",)), Run(" pay artists.", ("b1/r1",)))

    assert carried(runs, "Parties shall soon pay artists.", "amendment/a1") == (
        Run("Parties shall", ("b2/r1",)),
        Run(" soon", ("amendment/a1",)),
        Run(" pay artists.", ("b1/r1",)),
    )


def test_a_clause_has_the_sources_of_all_its_words() -> None:
    runs = (Run("Pay them. Ask", ("a",)), Run(" them; hear them.", ("b",)))

    assert clauses(runs) == (
        Run("Pay them. ", ("a",)),
        Run("Ask them; ", ("a", "b")),
        Run("hear them.", ("b",)),
    )


@pytest.mark.parametrize(
    ("text", "open_still"),
    [
        ("within [3 / 2] years", True),
        ("[once / —] a year", True),
        ("a “fair” [sic] share", False),
        ("as said in [1], and/or in [2]", False),
        ("no brackets / at all", False),
    ],
)
def test_only_alternatives_in_brackets_are_unsettled(text: str, open_still: bool) -> None:
    assert unsettled(text) is open_still


def test_words_of_ones_own_have_the_sources_of_what_they_were_made_of() -> None:
    text = collate(DRAFTS | {"b3/r1": "Parties may pay artists within 2 years."})
    (site, *_) = (s for s in text.segments if isinstance(s, Site))
    numbers = tuple(n for n, r in enumerate(site.readings) if r.text != "may")
    runs = settled(text, {site.id: Worded("will", numbers)})
    assert {run.text: run.sources for run in runs}["will"] == ("b1/r1", "b2/r1")
    assert "Parties [" in text_of(settled(text, {site.id: numbers}))
    assert " may" not in text_of(settled(text, {site.id: numbers}))


def test_leaving_words_out_takes_their_white_space_along() -> None:
    text = collate({"a": "We act now.", "b": "We act."})
    assert text_of(settled(text, {0: ""})) == "We act."
    assert text_of(settled(text, {0: Worded("", (0,))})) == "We act."
    assert text_of(settled(text, {0: ", and soon"})) == "We act, and soon."


def test_the_mark_of_an_item_stands_before_the_bracket_if_all_have_it() -> None:
    one = "Pay:\n(a) all singers of every school;\n(b) writers."
    text = collate({"a": one, "b": one.replace("all", "some")})
    assert (
        text_of(settled(text, {}))
        == "Pay:\n(a) [all / some] singers of every school;\n(b) writers."
    )


def test_what_is_settled_editorially_has_the_sources_of_its_reading() -> None:
    one, other = "Recognise artists.", "Recognize artists."
    text = collate({"a": one, "b": other, "c": other})
    rest = Run(" artists.", ("a", "b", "c"))
    assert settled(text, {}) == (Run("Recognize", ("b", "c")), rest)
    assert settled(text, {0: 1}) == (Run("Recognise", ("a",)), rest)

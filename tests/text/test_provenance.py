import pytest

from facilitate.text.collation import Run, collate
from facilitate.text.provenance import carried, clauses, settled, unsettled

DRAFTS = {
    "b1/r1": "Parties should pay artists within 2 years.",
    "b2/r1": "Parties shall pay artists within 3 years.",
}


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def test_an_open_site_stands_in_brackets_with_the_sources_of_each_reading() -> None:
    runs = settled(collate(DRAFTS), {})

    assert text_of(runs) == "Parties [shall / should] pay artists within [2 / 3] years."
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
        ("within [2 / 3] years", True),
        ("[once / —] a year", True),
        ("a “fair” [sic] share", False),
        ("as said in [1], and/or in [2]", False),
        ("no brackets / at all", False),
    ],
)
def test_only_alternatives_in_brackets_are_unsettled(text: str, open_still: bool) -> None:
    assert unsettled(text) is open_still

"""What differs as one would read it out: phrases, and words that are only written otherwise."""

import pytest

from facilitate.text.alignment import Words, phrases_and_spellings
from facilitate.text.matching import matches

Told = list[tuple[str, str]]


def told(old: str, new: str) -> Told:
    """What became of what, with a respelled word beside a phrase standing apart."""
    a, b = Words(old), Words(new)
    found = phrases_and_spellings(a, b, matches(a.normals, b.normals))
    return [
        ("".join(a.atoms[c.start : c.end]), "".join(b.atoms[c.new_start : c.new_end]))
        for c in found
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Pay les Artistes vivants.",
            "Pay Les artistes morts.",
            [("les", "Les"), ("Artistes", "artistes"), (" vivants", " morts")],
        ),
        ("Pay old Le Fonds.", "Pay le Fonds.", [(" old", ""), ("Le", "le")]),
        ("Pay Le Fonds.", "Pay old le Fonds.", [("", " old"), ("Le", "le")]),
        ("Pay Le old Fonds.", "Pay le Fonds.", [("Le", "le"), (" old", "")]),
        ("Pay Le Fonds.", "Pay le old Fonds.", [("Le", "le"), ("", " old")]),
        ("Pay it to Le Fonds.", "Pay them for le Fonds.", [("it to", "them for"), ("Le", "le")]),
        (
            "Pay Le Fonds it owes.",
            "Pay le Fonds they owe.",
            [("Le", "le"), ("it owes", "they owe")],
        ),
        ("Pay Le Fonds.", "Pay le Fonds.", [("Le", "le")]),
        ("Pay old  Le Fonds.", "Pay le Fonds.", [("old  ", ""), ("Le", "le")]),
        ("Pay Le Fonds.", "Pay old  le Fonds.", [("", "old  "), ("Le", "le")]),
        (
            "Pay it to  Le Fonds.",
            "Pay them for le Fonds.",
            [("it to  ", "them for "), ("Le", "le")],
        ),
    ],
)
def test_a_word_only_written_otherwise_stands_apart(old: str, new: str, expected: Told) -> None:
    assert told(old, new) == expected


def test_white_space_beside_a_word_only_written_otherwise_changes_with_it() -> None:
    assert told("Pay  Le Fonds.", "Pay le Fonds.") == [("  Le", " le")]
    assert told("Pay Le  Fonds.", "Pay le Fonds.") == [("Le  ", "le ")]


def test_light_words_between_changes_are_read_with_them() -> None:
    assert told("They sing of the rivers.", "They dance of the hills.") == [
        ("sing of the rivers", "dance of the hills")
    ]
    assert told("They sing of, the rivers.", "They dance of, all hills.") == [
        ("sing of, the rivers", "dance of, all hills")
    ]


def test_more_than_light_words_between_changes_part_them() -> None:
    assert told("They sing, of, the rivers.", "They dance, of, all hills.") == [
        ("sing", "dance"),
        ("the rivers", "all hills"),
    ]
    assert told("They sing with rivers now.", "They dance with rivers then.") == [
        ("sing", "dance"),
        ("now", "then"),
    ]


def test_light_words_that_both_begin_or_end_with_stay() -> None:
    assert told("The rivers flow.", "The lakes dry.") == [("rivers flow", "lakes dry")]
    assert told("We ask for it", "We beg for it") == [("ask", "beg")]
    assert told("The rivers flow.", "Old the lakes flow.") == [("The rivers", "Old the lakes")]
    assert told("Old the rivers flow.", "The lakes flow.") == [("Old the rivers", "The lakes")]
    assert told("We ask for it", "We beg for it now") == [("ask for it", "beg for it now")]
    assert told("We ask for it now", "We beg for it") == [("ask for it now", "beg for it")]


def test_the_two_halves_of_a_negation_are_read_with_what_they_deny() -> None:
    asked, denied = "Elles entravent l’accès.", "Elles n’entravent pas l’accès."
    assert told(denied, asked) == [("n’entravent pas", "entravent")]
    assert told(asked, denied) == [("entravent", "n’entravent pas")]
    assert told("N’entravent pas l’accès.", "Entravent l’accès.") == [
        ("N’entravent pas", "Entravent")
    ]
    assert told("Elles n’entravent que l’accès.", asked) == [("n’", ""), (" que", "")]
    assert told("Elles ne se sont donc pas tues.", "Elles se sont donc tues.") == [
        ("ne se sont donc pas", "se sont donc")
    ]


def test_the_halves_of_a_negation_far_apart_are_read_alone() -> None:
    denied = "Elles ne se sont donc vraiment plus tues."
    assert told(denied, "Elles se sont donc vraiment tues.") == [(" ne", ""), (" plus", "")]

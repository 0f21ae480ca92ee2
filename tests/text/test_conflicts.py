"""How amendments meet is told to those who decide: their words, their paragraph, what they say."""

import pytest
from hypothesis import given

from facilitate.text.amendments import apply_together
from facilitate.text.clauses import Contradiction, clauses, contradictions
from facilitate.text.conflicts import COMPATIBLE, Conflict, Side, conflicts
from tests.text.texts import amended

BASE = "Parties should adopt laws and fund libraries that lend recorded music to every school."

Case = tuple[str, dict[str, str]]


@given(amended())
def test_what_meets_but_in_a_paragraph_is_what_cannot_be_applied_together(case: Case) -> None:
    base, all_amended = case
    together = apply_together(base, all_amended)
    found = conflicts(base, all_amended)
    clashing = {frozenset(c.amendments) for c in found if c.kind not in COMPATIBLE}
    assert clashing == (set() if isinstance(together, str) else set(together))
    assert conflicts(base, dict(reversed(all_amended.items()))) == found


@given(amended())
def test_the_sides_of_a_conflict_are_places_of_the_base_in_the_order_of_the_text(
    case: Case,
) -> None:
    base, all_amended = case
    found = conflicts(base, all_amended)
    assert list(found) == sorted(found)
    for conflict in found:
        assert conflict.one < conflict.other
        assert 1 <= len(conflict.amendments) <= 2
        for side in (conflict.one, conflict.other):
            assert base[side.start : side.end] == side.old
            assert side.new in all_amended.get(side.amendment, base)


@given(amended(), amended())
def test_amendments_to_different_paragraphs_never_meet(one: Case, other: Case) -> None:
    first, second = one[0].replace("\n", " "), other[0].replace("\n", " ")
    ours = {f"our {name}": text.replace("\n", " ") for name, text in one[1].items()}
    theirs = {f"their {name}": text.replace("\n", " ") for name, text in other[1].items()}
    middle = "\nKeep.\n"
    all_amended = {name: text + middle + second for name, text in ours.items()}
    all_amended |= {name: first + middle + text for name, text in theirs.items()}
    found = conflicts(first + middle + second, all_amended)
    met = [c.amendments for c in found if c.kind != "contradiction elsewhere"]
    assert all(a.split()[0] == b.split()[0] for a, b in met)


def meeting(one: str, other: str, base: str = BASE) -> list[str]:
    return [conflict.kind for conflict in conflicts(base, {"one": one, "other": other})]


def test_amendments_meet_in_the_same_words_inside_one_another_or_in_a_paragraph() -> None:
    shall, may = BASE.replace("should", "shall"), BASE.replace("should", "may")
    struck = BASE.replace(" that lend recorded music", "")
    assert meeting(shall, may) == ["same words"]
    assert meeting(shall, BASE.replace("should", "should soon")) == ["same words"]
    assert meeting(struck, BASE.replace("recorded", "printed")) == ["one inside the other"]
    assert meeting(struck, BASE.replace("recorded", "recorded or printed")) == [
        "one inside the other"
    ]
    longer, shorter = BASE.replace("that lend", "with all"), BASE.replace("that", "which")
    assert meeting(longer, shorter) == meeting(shorter, longer) == ["one inside the other"]
    assert meeting(shall, struck) == ["same paragraph"]
    assert meeting(shall, shall) == []
    assert meeting(shall, BASE) == []


def test_one_deletion_inside_another_is_compatible_but_to_be_looked_at() -> None:
    struck = BASE.replace(" that lend recorded music", "")
    assert meeting(struck, BASE.replace(" recorded", "")) == ["same paragraph"]


def test_where_amendments_meet_twice_both_places_are_told_in_the_order_of_the_text() -> None:
    struck = BASE.replace(" that lend recorded music", "").replace("should", "shall")
    both = BASE.replace("recorded", "printed").replace("should", "may")
    assert meeting(struck, both) == ["same words", "one inside the other"]


def test_both_sides_are_told_with_their_words() -> None:
    amended = {"a": BASE.replace("should", "shall"), "b": BASE.replace("should adopt", "adopt")}
    assert conflicts(BASE, amended) == (
        Conflict(
            Side(7, 14, " should", "", "b"), Side(8, 14, "should", "shall", "a"), "same words"
        ),
    )


def test_amendments_to_different_paragraphs_do_not_meet() -> None:
    base = f"{BASE}\n\nThe Secretariat reports each year.\n\nIt is paid."
    shall, yearly = base.replace("should", "shall"), base.replace("each year", "yearly")
    gone = base.replace("\n\nThe Secretariat reports each year.", "")
    assert meeting(shall, yearly, base) == []
    assert meeting(shall, gone, base) == []
    assert meeting(yearly, gone, base) == ["one inside the other"]


def test_changes_of_which_neither_holds_the_other_meet_in_the_same_words() -> None:
    first = BASE.replace("adopt laws and", "write and")
    second = BASE.replace("laws and fund", "acts of")
    assert meeting(first, second) == meeting(second, first) == ["same words"]


def test_a_change_across_two_paragraphs_meets_what_is_in_either() -> None:
    base = f"{BASE}\n\nThe Secretariat reports each year on what was lent."
    across = base.replace(" to every school.\n\nThe Secretariat reports", ", and this is told")
    assert meeting(across, base.replace("should", "shall"), base) == ["same paragraph"]
    assert meeting(across, base.replace("was lent", "was given"), base) == ["same paragraph"]


def test_those_that_meet_twice_in_a_paragraph_are_told_once_at_the_first_place() -> None:
    one = BASE.replace("should", "shall").replace("every", "each")
    (found,) = conflicts(BASE, {"a": one, "b": BASE.replace("laws", "rules")})
    assert (found.kind, found.one.old, found.other.old) == ("same paragraph", "should", "laws")


# --- contradictions elsewhere ----------------------------------------------

BUDGET = "Parties should devote at least 3 % of their culture budget to community libraries."
REVIEW = "The 3 % of the culture budget devoted to community libraries is reviewed every 2 years."
TWO = f"{BUDGET} Museums lend freely. {REVIEW}"


def test_an_amendment_that_makes_one_clause_contradict_another_is_told() -> None:
    assert conflicts(TWO, {"a": TWO.replace("least 3", "least 5")}) == (
        Conflict(
            Side(0, 83, f"{BUDGET} ", f"{BUDGET} ".replace("3", "5"), "a"),
            Side(104, 191, REVIEW, REVIEW),
            "contradiction elsewhere",
            (Contradiction("number", "5 %", "3 %"),),
        ),
    )


@pytest.mark.parametrize("between", ["", "Museums lend freely. "])
def test_an_amendment_to_the_later_of_two_clauses_is_told_too(between: str) -> None:
    base = f"{BUDGET} {between}{REVIEW}"
    (found,) = conflicts(base, {"a": base.replace("The 3", "The 5")})
    assert (found.one.amendment, found.other.amendment) == ("", "a")
    assert found.contradictions == (Contradiction("number", "3 %", "5 %"),)


def test_a_clause_is_known_by_its_first_word_too() -> None:
    base = "Museums lend 3 tapes. Schools sing. All museums lend 3 tapes."
    (found,) = conflicts(base, {"a": base.replace("All museums lend 3", "All museums lend 5")})
    assert found.contradictions == (Contradiction("number", "3 tapes", "5 tapes"),)


def test_an_amendment_that_makes_one_clause_of_two_is_told_with_both() -> None:
    base = f"Museums lend freely. {BUDGET} Schools sing. {REVIEW}"
    joined = base.replace(". Parties should devote at least 3", " while all devote at least 5")
    (found,) = conflicts(base, {"a": joined})
    assert (found.one.old, found.other.old) == (f"Museums lend freely. {BUDGET} ", REVIEW)


def test_amendments_to_a_text_without_words_meet_in_the_same_words() -> None:
    assert meeting(BUDGET, REVIEW, "") == meeting(BUDGET, REVIEW, "\n") == ["same words"]


def test_a_clause_is_told_with_all_that_an_amendment_changes_in_it() -> None:
    changed = BUDGET.replace("least 3", "least 5").replace("their", "the")
    (found,) = conflicts(TWO, {"a": TWO.replace(BUDGET, changed)})
    assert (found.one.new, found.other.new) == (f"{changed} ", REVIEW)


def test_what_contradicts_already_is_not_the_doing_of_an_amendment() -> None:
    text = TWO.replace("least 3", "least 5")
    assert conflicts(text, {"a": text.replace("Museums", "Archives")}) == ()
    assert conflicts(text, {"a": text.replace("Parties should", "All Parties should")}) == ()


def test_what_two_amendments_leave_contradicting_is_not_their_doing() -> None:
    text = TWO.replace("least 3", "least 5")
    first = text.replace("community libraries", "village museums", 1)
    last = "village museums".join(text.rsplit("community libraries", 1))
    assert meeting(first, last, text) == ["same paragraph"]
    both = text.replace("community libraries", "village museums")
    assert apply_together(text, {"a": first, "b": last}) == both
    assert contradictions(*(clause.text for clause in clauses(both)[::2])) == (
        Contradiction("number", "5 %", "3 %"),
    )


def test_an_amendment_that_changes_both_clauses_contradicts_only_what_it_leaves_different() -> None:
    assert conflicts(TWO, {"a": TWO.replace("3 %", "5 %")}) == ()
    apart = TWO.replace("least 3", "least 5").replace("The 3", "The 4")
    (found,) = conflicts(TWO, {"a": apart})
    assert found.amendments == ("a",)
    assert found.contradictions == (Contradiction("number", "5 %", "4 %"),)


def test_two_amendments_that_contradict_each_other_in_two_places_are_told() -> None:
    base = "Museums lend freely.\n\nSchools sing."
    amended = {"a": f"{BUDGET} {base}", "b": f"{base} {REVIEW.replace('3', '4')}"}
    (found,) = conflicts(base, amended)
    assert (found.kind, found.amendments) == ("contradiction elsewhere", ("a", "b"))
    assert found.contradictions == (Contradiction("number", "3 %", "4 %"),)
    assert isinstance(apply_together(base, amended), str)


def test_what_one_contradicts_in_the_base_is_not_told_of_the_other_too() -> None:
    amended = {"a": TWO.replace("least 3", "least 5"), "b": TWO.replace("is reviewed", "changes")}
    assert [c.amendments for c in conflicts(TWO, amended)] == [("a",), ("a", "b")]

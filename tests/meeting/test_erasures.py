"""Whoever wishes to be erased is: the name, the words, the place in every queue."""

from typing import get_args

import pytest

from facilitate.meeting import Event, Role, procedure
from facilitate.meeting.amendments import AmendmentProposed
from facilitate.meeting.contributions import (
    Contribute,
    ContributionMade,
    Endorse,
    Kind,
    Standing,
    TakeDown,
    WithdrawContribution,
)
from facilitate.meeting.drafts import DraftSubmitted, Written
from facilitate.meeting.erasures import OF_PEOPLE, ErasePerson, PersonErased, remains
from facilitate.meeting.fates import Fate, fates
from facilitate.meeting.floor import GiveFloor, RaiseHand
from facilitate.meeting.forms import STRUCK
from facilitate.meeting.people import Attendance, PersonJoined, RemovePerson
from facilitate.meeting.recommendations import ObjectionMade
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    DAY,
    HUGO,
    NOON,
    OLGA,
    OPENING,
    ROSA,
    SAMI,
    VOICES,
    Playbook,
    given,
)

SOMEBODY = "erased-1"


def erased(person: str, by: str) -> PersonErased:
    return PersonErased(person, at=NOON, by=by)


def without(playbook: Playbook, person: str) -> Playbook:
    """The same record as it is after the person was erased from it."""
    past = (*playbook.past, erased(person, by=person))
    return Playbook(tuple(remains(event, person, SOMEBODY) for event in past))


def test_everybody_erases_themselves() -> None:
    for person in (ANNA, HUGO, ROSA, CHIDI, OLGA):
        given().when(ErasePerson(person), by=person).then(erased(person, by=person))


def test_the_secretariat_erases_whoever_asked_for_it_and_nobody_else_does() -> None:
    given().when(ErasePerson(ANNA), by=SAMI).then(erased(ANNA, by=SAMI))
    for other in (HUGO, ROSA, CHIDI, OLGA):
        given().when(ErasePerson(ANNA), by=other).refused("not-entitled")


def test_the_last_of_the_secretariat_hands_over_first() -> None:
    given().when(ErasePerson(SAMI), by=SAMI).refused("out-of-order", "the only person")
    sven = PersonJoined("sven", Attendance.HALL, (Role.SECRETARIAT,), at=NOON, by=SAMI)
    given(sven).when(ErasePerson(SAMI), by=SAMI).then(erased(SAMI, by=SAMI))


def test_whoever_is_not_known_cannot_be_erased() -> None:
    given().when(ErasePerson("nobody-at-all"), by=SAMI).then()


def test_whoever_was_removed_can_still_be_erased() -> None:
    removed = given().having((SAMI, RemovePerson(ANNA)))
    removed.when(ErasePerson(ANNA), by=SAMI).then(erased(ANNA, by=SAMI))


def test_a_voice_from_the_floor_can_be_erased_though_it_never_joined() -> None:
    taken_down = TakeDown("b1", "k9", Kind.GAP, "No stage in our town.", "en", speaker="s-1")
    said = given().having(*OPENING, (ROSA, taken_down))
    said.when(ErasePerson("s-1"), by=SAMI).then(erased("s-1", by=SAMI))
    assert without(said, "s-1").forum.contributions.by_id["k9"].text == STRUCK


def test_the_words_go_and_what_became_of_them_stays() -> None:
    said = given().having(*DAY)
    assert said.forum.contributions.by_id["k1"].text == "Streaming does not pay."

    struck = without(said, ANNA).forum.contributions.by_id["k1"]

    assert (struck.text, struck.standing, struck.by) == (STRUCK, Standing.ERASED, SOMEBODY)
    became = fates(without(said, ANNA).forum)["k1"]
    assert became.fate is Fate.ERASED
    assert became.ways == fates(said.forum)["k1"].ways
    assert without(said, ANNA).forum.recommendations == said.forum.recommendations


def test_an_endorsement_counts_on_without_a_name() -> None:
    said = given().having(*OPENING, *VOICES, (HUGO, Endorse("k1")))
    assert list(without(said, HUGO).forum.contributions.by_id["k1"].endorsements) == [SOMEBODY]


def test_what_a_rapporteur_took_down_is_somebody_elses_and_stays() -> None:
    taken_down = TakeDown("b1", "k9", Kind.GAP, "No stage in our town.", "en")
    said = given().having(*OPENING, (ROSA, taken_down))
    there = without(said, ROSA).forum.contributions.by_id["k9"]
    assert (there.text, there.taken_down_by) == ("No stage in our town.", SOMEBODY)
    assert there.standing is Standing.STANDS


def test_whoever_is_erased_stands_in_no_queue_and_speaks_no_more() -> None:
    opened = given().having(*OPENING, (ANNA, RaiseHand("b1")), (HUGO, RaiseHand("b1")))
    assert list(without(opened, ANNA).forum.floors["b1"].hands) == [HUGO]
    speaking = opened.having((ROSA, GiveFloor("b1", ANNA)))
    assert without(speaking, ANNA).forum.floors["b1"].speaking is None


def test_words_that_are_erased_can_be_neither_endorsed_nor_taken_back() -> None:
    gone = without(given().having(*OPENING, *VOICES), ANNA)
    gone.when(Endorse("k1"), by=HUGO).refused("out-of-order")
    taken_down = TakeDown("b1", "k9", Kind.GAP, "No stage.", "en", speaker="s-1")
    said = without(given().having(*OPENING, (ROSA, taken_down)), "s-1")
    said.when(WithdrawContribution("k9"), by=ROSA).then()


def test_nobody_goes_on_under_the_new_id() -> None:
    gone = without(given().having(*OPENING), ANNA)
    again = Contribute("b1", "k7", Kind.GAP, "Me again.", "en")
    for id in (ANNA, SOMEBODY):
        gone.when(again, by=id).refused("not-entitled")


def test_reasons_given_in_ones_own_name_are_struck() -> None:
    objected = ObjectionMade("r1", 1, "Too weak for us on our island.", at=NOON, by=ANNA)
    assert remains(objected, ANNA, SOMEBODY).reason == STRUCK
    assert remains(objected, HUGO, SOMEBODY) == objected
    proposed = AmendmentProposed(
        "a1", "r1", 1, "Pay.", "Pay all.", "My island.", Attendance.HALL, at=NOON, by=ANNA
    )
    assert remains(proposed, ANNA, SOMEBODY).reason == STRUCK
    assert remains(proposed, ANNA, SOMEBODY).text == "Pay all."


def test_what_is_struck_once_stays_as_it_is() -> None:
    said = [event for event in given().having(*DAY).past if isinstance(event, ContributionMade)]
    once = [remains(event, ANNA, SOMEBODY) for event in said]
    assert [remains(event, ANNA, "erased-2") for event in once] == once != said


@pytest.mark.parametrize("kind", get_args(procedure.Event), ids=lambda kind: kind.__name__)
def test_every_field_that_holds_a_person_is_known(kind: type[Event]) -> None:
    """A new field for a person belongs in OF_PEOPLE; whatever else looks like one, here."""
    elsewhere = {"roles", "people"}
    suspicious = {"person", "speaker", "by", "sponsor", "supporter", "author", "writer", "whom"}
    fields = set(kind.__struct_fields__) - elsewhere
    telling = {field for field in fields if suspicious & set(field.split("_"))}
    assert telling <= OF_PEOPLE


def test_who_wrote_which_words_of_a_draft_is_renamed_and_the_words_stay() -> None:
    runs = ((Written("Pay ", ANNA), Written("artists.", HUGO, "k1")),)
    submitted = DraftSubmitted("b1", 2, ("Pay artists.",), runs, "", at=NOON, by=ANNA)
    left = remains(submitted, ANNA, SOMEBODY)
    assert left.by == SOMEBODY
    assert left.runs == ((Written("Pay ", SOMEBODY), Written("artists.", HUGO, "k1")),)

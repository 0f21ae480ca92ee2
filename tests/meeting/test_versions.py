"""What a draft was before, and who changed what in it."""

from datetime import timedelta

from facilitate.meeting.drafts import (
    Addressee,
    DraftRecommendationAdded,
    DraftRecommendationRemoved,
    DraftRecommendationRevised,
    DraftSubmitted,
)
from facilitate.meeting.versions import versions
from tests.meeting.playbook import NOON, RAUL, ROSA

PARTIES = Addressee.PARTIES


def revised(
    seconds: float, text: str, by: str = ROSA, id: str = "d1"
) -> DraftRecommendationRevised:
    at = NOON + timedelta(seconds=seconds)
    return DraftRecommendationRevised("b1", id, PARTIES, text, at=at, by=by)


ADDED = DraftRecommendationAdded("b1", "d1", PARTIES, "Pay.", at=NOON, by=ROSA)


def test_savings_of_one_hand_that_follow_each_other_are_one_version() -> None:
    goes_on = revised(1, "Pay n"), revised(6, "Pay now.")
    told = versions((ADDED, *goes_on, revised(60, "Pay soon.")), "b1")
    assert [version.number for version in told] == [1, 3, 4]
    (changed,) = told[1].changed
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.text, changed.after.text) == ("Pay.", "Pay now.")


def test_words_that_are_restored_at_once_hide_no_version() -> None:
    told = versions((ADDED, revised(1, "Gone."), revised(2, "Pay.")), "b1")
    assert [version.number for version in told] == [1, 2, 3]


def test_each_hand_and_each_recommendation_has_its_own() -> None:
    other = DraftRecommendationAdded("b1", "d2", PARTIES, "Listen.", at=NOON, by=RAUL)
    both = revised(1, "Pay all."), revised(1, "Pay us.", RAUL)
    told = versions((ADDED, other, *both, revised(1, "Hear.", RAUL, "d2")), "b1")
    assert [(version.number, version.by) for version in told] == [
        (1, ROSA),
        (2, RAUL),
        (3, ROSA),
        (4, RAUL),
        (5, RAUL),
    ]


def test_what_is_taken_out_is_told_and_other_drafts_are_not() -> None:
    elsewhere = DraftRecommendationAdded("b2", "e1", PARTIES, "Dig.", at=NOON, by=RAUL)
    removed = DraftRecommendationRemoved("b1", "d1", at=NOON, by=RAUL)
    submitted = DraftSubmitted("b1", 2, (), at=NOON, by=ROSA)
    told = versions((elsewhere, ADDED, removed, submitted), "b1")
    assert [version.number for version in told] == [2, 3]
    assert [(each.id, each.after) for each in told[1].changed] == [("d1", None)]

import pytest

from facilitate.meeting import Attendance
from facilitate.meeting.breakouts import BreakoutOpened, ContributionsClosed
from facilitate.meeting.contributions import (
    Contribute,
    Contribution,
    ContributionEndorsed,
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
    Endorse,
    EndorsementWithdrawn,
    HideContribution,
    Kind,
    ShowContribution,
    Standing,
    TakeDown,
    WithdrawContribution,
    WithdrawEndorsement,
)
from facilitate.meeting.drafts import DraftSubmitted
from tests.meeting.playbook import ANNA, HUGO, NOON, OLGA, ONE, RAUL, ROSA, SAMI, given

OPENED = BreakoutOpened("b1", ONE, at=NOON, by=SAMI)
CLOSED = ContributionsClosed("b1", at=NOON, by=SAMI)
SUBMITTED = DraftSubmitted("b1", 0, ("Pay artists.",), at=NOON, by=ROSA)
TEXT = "Dams harm fish."
SAY = Contribute("b1", "c1", Kind.GAP, TEXT, "en")
MADE = ContributionMade(
    breakout="b1",
    id="c1",
    speaker=ANNA,
    taken_down_by=None,
    attendance=Attendance.REMOTE,
    kind=Kind.GAP,
    text=TEXT,
    language="en",
    at=NOON,
    by=ANNA,
)
NOTE = TakeDown("b1", "c2", Kind.CONCERN, "No fish left.", "en", speaker=HUGO)
NOTED = ContributionMade(
    breakout="b1",
    id="c2",
    speaker=HUGO,
    taken_down_by=ROSA,
    attendance=Attendance.HALL,
    kind=Kind.CONCERN,
    text="No fish left.",
    language="en",
    at=NOON,
    by=ROSA,
)
ENDORSED = ContributionEndorsed("c1", at=NOON, by=HUGO)
WITHDRAWN = ContributionWithdrawn("c1", at=NOON, by=ANNA)
HIDDEN = ContributionHidden("c1", "Names a private person.", at=NOON, by=SAMI)
HIDE = HideContribution("c1", "Names a private person.")


def test_a_contribution_is_made_in_an_open_breakout() -> None:
    given(OPENED).when(SAY, by=ANNA).then(MADE)


def test_contributions_are_numbered_in_their_breakout() -> None:
    made = given(OPENED, MADE, NOTED).forum.contributions.of("b1")
    assert made == (
        Contribution("c1", "b1", 1, ANNA, None, Attendance.REMOTE, Kind.GAP, TEXT, "en", NOON),
        Contribution(
            "c2", "b1", 2, HUGO, ROSA, Attendance.HALL, Kind.CONCERN, "No fish left.", "en", NOON
        ),
    )
    assert given(OPENED).forum.contributions.of("b2") == ()


def test_white_space_around_a_contribution_is_left_out() -> None:
    given(OPENED).when(Contribute("b1", "c1", Kind.GAP, f"\n {TEXT}  ", "en"), by=ANNA).then(MADE)


def test_a_contribution_sent_twice_is_made_once() -> None:
    given(OPENED, MADE).when(SAY, by=ANNA).then()
    given(OPENED, MADE, CLOSED).when(SAY, by=ANNA).then()


def test_other_words_under_the_same_id_are_refused_and_not_lost_silently() -> None:
    other = Contribute("b1", "c1", Kind.GAP, "Dams harm people.", "en")
    given(OPENED, MADE).when(other, by=ANNA).refused("already-taken")


def test_the_id_of_somebody_elses_contribution_is_taken() -> None:
    given(OPENED, MADE).when(SAY, by=HUGO).refused("already-taken")
    elsewhere = BreakoutOpened("b2", ONE, at=NOON, by=SAMI)
    there = Contribute("b2", "c1", Kind.GAP, TEXT, "en")
    given(OPENED, MADE, elsewhere).when(there, by=ANNA).refused("already-taken")


def test_who_is_named_in_a_proxy_entry_did_not_enter_it() -> None:
    own = Contribute("b1", "c2", Kind.CONCERN, "No fish left.", "en")
    given(OPENED, NOTED).when(own, by=HUGO).refused("already-taken")


@pytest.mark.parametrize("said", ["", " \n\t"])
def test_a_contribution_has_words(said: str) -> None:
    given(OPENED).when(Contribute("b1", "c1", Kind.GAP, said, "en"), by=ANNA).refused("empty")


def test_a_contribution_has_2000_characters_at_most() -> None:
    said = Contribute("b1", "c1", Kind.GAP, "x" * 2_001, "en")
    given(OPENED).when(said, by=ANNA).refused("too-long", "2001 characters; 2000 is the most")


def test_a_contribution_before_or_after_its_time_is_refused() -> None:
    given().when(SAY, by=ANNA).refused("out-of-order", "not been opened")
    given(OPENED, CLOSED).when(SAY, by=ANNA).refused("out-of-order", "closed contributions")


def test_an_observer_and_the_secretariat_do_not_contribute() -> None:
    given(OPENED).when(SAY, by=OLGA).refused("not-entitled")
    given(OPENED).when(SAY, by=SAMI).refused("not-entitled")


def test_a_contribution_to_an_unknown_breakout_is_refused() -> None:
    given().when(Contribute("b9", "c1", Kind.GAP, TEXT, "en"), by=ANNA).refused("unknown")


def test_a_rapporteur_takes_down_a_voice_from_the_floor() -> None:
    given(OPENED).when(NOTE, by=ROSA).then(NOTED)
    given(OPENED, NOTED).when(NOTE, by=ROSA).then()


def test_a_voice_taken_down_need_not_be_named() -> None:
    unnamed = TakeDown("b1", "c2", Kind.CONCERN, "No fish left.", "en")
    taken = given(OPENED).having((ROSA, unnamed)).forum.contributions.by_id["c2"]
    assert (taken.by, taken.taken_down_by) == (None, ROSA)


def test_a_rapporteur_takes_down_voices_in_the_own_breakout_only() -> None:
    given(OPENED).when(NOTE, by=RAUL).refused("not-entitled", "of this breakout")
    given(OPENED).when(NOTE, by=ANNA).refused("not-entitled")
    given(OPENED, CLOSED).when(NOTE, by=ROSA).refused("out-of-order")


def test_a_contribution_is_endorsed_once_by_each() -> None:
    given(OPENED, MADE).when(Endorse("c1"), by=HUGO).then(ENDORSED)
    given(OPENED, MADE, ENDORSED).when(Endorse("c1"), by=HUGO).then()


def test_nobody_endorses_their_own_voice_even_if_somebody_else_took_it_down() -> None:
    given(OPENED, MADE).when(Endorse("c1"), by=ANNA).refused("out-of-order", "Your own")
    given(OPENED, NOTED).when(Endorse("c2"), by=HUGO).refused("out-of-order", "Your own")
    by_rosa = ContributionEndorsed("c2", at=NOON, by=ROSA)
    given(OPENED, NOTED).when(Endorse("c2"), by=ROSA).then(by_rosa)


def test_what_no_longer_stands_is_not_endorsed() -> None:
    given(OPENED, MADE, HIDDEN).when(Endorse("c1"), by=HUGO).refused("out-of-order", "no longer")
    given(OPENED, MADE, WITHDRAWN).when(Endorse("c1"), by=HUGO).refused("out-of-order")
    given(OPENED).when(Endorse("c9"), by=HUGO).refused("unknown")


def test_an_endorsement_is_withdrawn_once() -> None:
    back = EndorsementWithdrawn("c1", at=NOON, by=HUGO)
    given(OPENED, MADE, ENDORSED).when(WithdrawEndorsement("c1"), by=HUGO).then(back)
    given(OPENED, MADE, ENDORSED, back).when(WithdrawEndorsement("c1"), by=HUGO).then()
    assert not given(OPENED, MADE, ENDORSED, back).forum.contributions.by_id["c1"].endorsements


def test_those_who_made_a_contribution_withdraw_it_once() -> None:
    given(OPENED, MADE).when(WithdrawContribution("c1"), by=ANNA).then(WITHDRAWN)
    given(OPENED, MADE, WITHDRAWN).when(WithdrawContribution("c1"), by=ANNA).then()
    gone = given(OPENED, MADE, WITHDRAWN).forum.contributions.by_id["c1"]
    assert gone.standing is Standing.WITHDRAWN


def test_a_proxy_entry_is_withdrawn_by_the_voice_or_by_the_rapporteur() -> None:
    for person in (HUGO, ROSA):
        withdrawn = ContributionWithdrawn("c2", at=NOON, by=person)
        given(OPENED, NOTED).when(WithdrawContribution("c2"), by=person).then(withdrawn)


def test_nobody_withdraws_what_another_said() -> None:
    past = given(OPENED, MADE)
    past.when(WithdrawContribution("c1"), by=HUGO).refused("not-entitled", "Only those who made")


def test_the_secretariat_hides_with_a_reason_and_shows_again() -> None:
    shown = ContributionShown("c1", at=NOON, by=SAMI)
    given(OPENED, MADE).when(HIDE, by=SAMI).then(HIDDEN)
    given(OPENED, MADE, HIDDEN).when(HIDE, by=SAMI).then()
    given(OPENED, MADE, HIDDEN).when(ShowContribution("c1"), by=SAMI).then(shown)
    given(OPENED, MADE, HIDDEN, shown).when(ShowContribution("c1"), by=SAMI).then()
    made = given(OPENED, MADE).forum.contributions
    assert given(OPENED, MADE, HIDDEN).forum.contributions != made
    assert given(OPENED, MADE, HIDDEN, shown).forum.contributions == made


def test_hiding_needs_a_reason_of_500_characters_at_most() -> None:
    given(OPENED, MADE).when(HideContribution("c1", " "), by=SAMI).refused("empty")
    given(OPENED, MADE).when(HideContribution("c1", "x" * 501), by=SAMI).refused("too-long")


def test_what_was_withdrawn_is_neither_hidden_nor_shown() -> None:
    given(OPENED, MADE, WITHDRAWN).when(HIDE, by=SAMI).then()
    given(OPENED, MADE, WITHDRAWN).when(ShowContribution("c1"), by=SAMI).then()


def test_hiding_is_for_the_secretariat() -> None:
    given(OPENED, MADE).when(HIDE, by=ROSA).refused("not-entitled")


def test_after_the_report_only_hiding_and_showing_are_left() -> None:
    past = given(OPENED, MADE, CLOSED, SUBMITTED)
    past.when(WithdrawContribution("c1"), by=ANNA).refused("out-of-order", "submitted")
    past.when(Endorse("c1"), by=HUGO).refused("out-of-order")
    past.when(WithdrawEndorsement("c1"), by=HUGO).refused("out-of-order")
    past.when(HIDE, by=SAMI).then(HIDDEN)

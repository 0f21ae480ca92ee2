from datetime import timedelta

from facilitate.meeting.breakouts import (
    Breakout,
    BreakoutExtended,
    BreakoutOpened,
    CloseContributions,
    ContributionsClosed,
    ContributionsReopened,
    ExtendBreakout,
    OpenBreakout,
    ReopenContributions,
    Stage,
)
from facilitate.meeting.drafts import DraftSubmitted
from facilitate.meeting.forms import Words
from tests.meeting.playbook import ANNA, NOON, ONE, ROSA, SAMI, given

OPENED = BreakoutOpened("b1", ONE, at=NOON, by=SAMI)
CLOSED = ContributionsClosed("b1", at=NOON, by=SAMI)
SUBMITTED = DraftSubmitted("b1", 0, ("Pay artists.",), at=NOON, by=ROSA)
TEN_MORE = timedelta(minutes=10)


def test_the_secretariat_opens_a_breakout_for_some_minutes() -> None:
    given().when(OpenBreakout("b1", 60), by=SAMI).then(OPENED)


def test_a_breakout_that_is_open_is_opened_once() -> None:
    given(OPENED).when(OpenBreakout("b1", 60), by=SAMI).then()


def test_a_breakout_is_opened_once_a_day() -> None:
    past = given(OPENED, CLOSED)
    past.when(OpenBreakout("b1", 60), by=SAMI).refused("out-of-order", "“Rivers” has closed")


def test_a_rapporteur_does_not_open_a_breakout() -> None:
    given().when(OpenBreakout("b1", 60), by=ROSA).refused("not-entitled")


def test_an_unknown_breakout_is_refused() -> None:
    given().when(OpenBreakout("b9", 60), by=SAMI).refused("unknown", "no breakout b9")


def test_an_open_breakout_is_extended_from_the_end_that_was_seen() -> None:
    extended = BreakoutExtended("b1", ONE + TEN_MORE, at=NOON, by=SAMI)
    given(OPENED).when(ExtendBreakout("b1", 10, ONE), by=SAMI).then(extended)


def test_a_breakout_over_its_time_is_extended_from_now() -> None:
    late = ONE + timedelta(minutes=5)
    extended = BreakoutExtended("b1", late + TEN_MORE, at=late, by=SAMI)
    given(OPENED).when(ExtendBreakout("b1", 10, ONE), by=SAMI, at=late).then(extended)


def test_an_extension_sent_again_extends_once() -> None:
    extended = BreakoutExtended("b1", ONE + TEN_MORE, at=NOON, by=SAMI)
    given(OPENED, extended).when(ExtendBreakout("b1", 10, ONE), by=SAMI).refused("stale")


def test_an_end_without_a_time_zone_is_not_the_end_that_stands() -> None:
    naive = ONE.replace(tzinfo=None)
    given(OPENED).when(ExtendBreakout("b1", 10, naive), by=SAMI).refused("stale")


def test_a_breakout_not_yet_open_is_not_extended() -> None:
    given().when(ExtendBreakout("b1", 10, ONE), by=SAMI).refused("out-of-order")


def test_closing_contributions_begins_the_drafting() -> None:
    past = given(OPENED)
    past.when(CloseContributions("b1"), by=SAMI, at=ONE).then(
        ContributionsClosed("b1", at=ONE, by=SAMI)
    )
    assert given(OPENED, CLOSED).forum.breakouts["b1"] == Breakout(
        "b1",
        "t1",
        Words({"en": "Rivers", "fr": "Fleuves"}),
        "en",
        "Room 1",
        stage=Stage.DRAFTING,
        opened_at=NOON,
        closes_at=NOON,
    )


def test_contributions_are_closed_once() -> None:
    given(OPENED, CLOSED).when(CloseContributions("b1"), by=SAMI).then()


def test_contributions_that_never_began_are_not_closed() -> None:
    given().when(CloseContributions("b1"), by=SAMI).refused("out-of-order", "not been opened")


def test_closed_contributions_are_reopened_while_drafting() -> None:
    reopened = ContributionsReopened("b1", NOON + TEN_MORE, at=NOON, by=SAMI)
    given(OPENED, CLOSED).when(ReopenContributions("b1", 10), by=SAMI).then(reopened)
    given(OPENED, CLOSED, reopened).when(ReopenContributions("b1", 10), by=SAMI).then()
    assert given(OPENED, CLOSED, reopened).forum.breakouts["b1"].stage is Stage.OPEN


def test_a_breakout_that_has_reported_is_not_reopened() -> None:
    past = given(OPENED, CLOSED, SUBMITTED)
    past.when(ReopenContributions("b1", 10), by=SAMI).refused("out-of-order", "submitted its draft")


def test_a_participant_has_no_hand_on_the_clock() -> None:
    given(OPENED).when(ExtendBreakout("b1", 10, ONE), by=ANNA).refused("not-entitled")

from datetime import timedelta

from facilitate.meeting.plenary import (
    ClosePlenary,
    OpenPlenary,
    Plenary,
    PlenaryClosed,
    PlenaryOpened,
    Sitting,
)
from facilitate.meeting.recommendations import LayAside
from tests.meeting.playbook import CHIDI, NOON, ROSA, SAMI, given, in_discussion

OPENED = PlenaryOpened(at=NOON, by=CHIDI)
CLOSED = PlenaryClosed(at=NOON, by=CHIDI)


def test_the_chair_or_the_secretariat_opens_the_plenary_once() -> None:
    given().when(OpenPlenary(), by=CHIDI).then(OPENED)
    given().when(OpenPlenary(), by=SAMI).then(PlenaryOpened(at=NOON, by=SAMI))
    given(OPENED).when(OpenPlenary(), by=CHIDI).then()
    given().when(OpenPlenary(), by=ROSA).refused("not-entitled")


def test_the_plenary_is_closed_once() -> None:
    given(OPENED).when(ClosePlenary(), by=CHIDI).then(CLOSED)
    given(OPENED, CLOSED).when(ClosePlenary(), by=CHIDI).then()
    given().when(ClosePlenary(), by=CHIDI).refused("out-of-order", "not been opened")
    given(OPENED).when(ClosePlenary(), by=ROSA).refused("not-entitled")


def test_the_plenary_opens_again_after_a_close_and_keeps_its_first_opening() -> None:
    later = NOON + timedelta(hours=2)
    again = PlenaryOpened(at=later, by=CHIDI)
    given(OPENED, CLOSED).when(OpenPlenary(), by=CHIDI, at=later).then(again)
    assert given(OPENED, CLOSED, again).forum.plenary == Plenary(Sitting.OPEN, NOON, NOON)


def test_the_plenary_does_not_close_over_an_open_discussion() -> None:
    in_discussion().when(ClosePlenary(), by=CHIDI).refused("out-of-order", "under discussion")
    laid_aside = in_discussion().having((CHIDI, LayAside("r1")))
    laid_aside.when(ClosePlenary(), by=CHIDI).then(CLOSED)

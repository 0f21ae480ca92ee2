from datetime import timedelta

from facilitate.meeting.consolidation import (
    FormGroup,
    GroupSetAside,
    MemberSetAside,
    PutToPlenary,
    SetGroupAside,
)
from facilitate.meeting.plenary import (
    ClosePlenary,
    OpenPlenary,
    Plenary,
    PlenaryClosed,
    PlenaryOpened,
    Sitting,
)
from facilitate.meeting.recommendations import LayAside
from tests.meeting.playbook import (
    CHIDI,
    NOON,
    OPENING,
    REPORTING,
    ROSA,
    SAMI,
    VOICES,
    WRITING,
    day,
    given,
    in_discussion,
)

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


def test_whatever_was_not_before_the_plenary_has_a_reason_when_it_closes() -> None:
    past = day(OPENING, VOICES, WRITING, REPORTING)
    past = past.having((SAMI, FormGroup("g1", ("b1/d1",))), (CHIDI, OpenPlenary()))
    past.when(ClosePlenary(), by=CHIDI).refused("out-of-order", "not before the plenary: 2.")
    close = ClosePlenary(left=("b1/d1", "b2/e1"), reason=" No time. ")
    past.when(ClosePlenary(close.left), by=CHIDI).refused("empty")
    past.when(ClosePlenary(("b1/d1",), "No."), by=CHIDI).refused("out-of-order")
    past.when(close, by=CHIDI).then(
        GroupSetAside("g1", "No time.", at=NOON, by=CHIDI),
        MemberSetAside("b2/e1", "No time.", at=NOON, by=CHIDI),
        CLOSED,
    )
    closed = past.having((CHIDI, close))
    closed.when(close, by=CHIDI).then()


def test_what_is_before_the_plenary_or_has_a_reason_is_not_asked_for_when_it_closes() -> None:
    past = day(OPENING, VOICES, WRITING, REPORTING)
    past = past.having(
        (SAMI, FormGroup("g1", ("b1/d1",))),
        (SAMI, FormGroup("g2", ("b2/e1",))),
        (SAMI, SetGroupAside("g2", 1, "Said in the other.")),
        (SAMI, PutToPlenary("g1", 1, "r1")),
        (CHIDI, OpenPlenary()),
    )
    past.when(ClosePlenary(), by=CHIDI).then(CLOSED)
    drafting = day(OPENING, VOICES, WRITING).having((CHIDI, OpenPlenary()))
    drafting.when(ClosePlenary(), by=CHIDI).then(CLOSED)


def test_the_plenary_opens_again_after_a_close_and_keeps_its_first_opening() -> None:
    later = NOON + timedelta(hours=2)
    again = PlenaryOpened(at=later, by=CHIDI)
    given(OPENED, CLOSED).when(OpenPlenary(), by=CHIDI, at=later).then(again)
    assert given(OPENED, CLOSED, again).forum.plenary == Plenary(Sitting.OPEN, NOON, NOON)


def test_the_plenary_does_not_close_over_an_open_discussion() -> None:
    in_discussion().when(ClosePlenary(), by=CHIDI).refused("out-of-order", "under discussion")
    laid_aside = in_discussion().having((CHIDI, LayAside("r1")))
    laid_aside.when(ClosePlenary(), by=CHIDI).then(CLOSED)

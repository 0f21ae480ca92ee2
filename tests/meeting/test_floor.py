from facilitate.meeting import Attendance
from facilitate.meeting.breakouts import BreakoutOpened, ContributionsClosed
from facilitate.meeting.drafts import DraftSubmitted
from facilitate.meeting.floor import (
    PLENARY,
    EndTurn,
    Floor,
    FloorGiven,
    GiveFloor,
    Hand,
    HandLowered,
    HandRaised,
    LowerHand,
    RaiseHand,
    RaiseHandFor,
    TurnEnded,
)
from facilitate.meeting.plenary import PlenaryClosed, PlenaryOpened
from tests.meeting.playbook import ANNA, CHIDI, HUGO, NOON, OLGA, ONE, RAUL, ROSA, SAMI, given

OPENED = BreakoutOpened("b1", ONE, at=NOON, by=SAMI)
CLOSED = ContributionsClosed("b1", at=NOON, by=SAMI)
SUBMITTED = DraftSubmitted("b1", 0, ("Pay artists.",), at=NOON, by=ROSA)
ANNAS = HandRaised("b1", ANNA, Attendance.REMOTE, at=NOON, by=ANNA)
HUGOS = HandRaised("b1", HUGO, Attendance.HALL, at=NOON, by=HUGO)
GIVEN = FloorGiven("b1", ANNA, at=NOON, by=ROSA)
ENDED = TurnEnded("b1", ANNA, at=NOON, by=ROSA)


def test_a_hand_is_raised_once() -> None:
    given(OPENED).when(RaiseHand("b1"), by=ANNA).then(ANNAS)
    given(OPENED, ANNAS).when(RaiseHand("b1"), by=ANNA).then()
    given(OPENED, CLOSED).when(RaiseHand("b1"), by=ANNA).then(ANNAS)


def test_who_speaks_has_no_need_of_a_hand() -> None:
    given(OPENED, ANNAS, GIVEN).when(RaiseHand("b1"), by=ANNA).then()


def test_where_nobody_sits_no_hand_is_raised() -> None:
    given().when(RaiseHand("b1"), by=ANNA).refused("out-of-order", "Nobody sits here")
    given(OPENED, CLOSED, SUBMITTED).when(RaiseHand("b1"), by=ANNA).refused("out-of-order")
    given().when(RaiseHand(PLENARY), by=ANNA).refused("out-of-order")
    given().when(RaiseHand("b9"), by=ANNA).refused("unknown")


def test_the_plenary_has_a_floor_while_it_sits() -> None:
    opened, closed = PlenaryOpened(at=NOON, by=CHIDI), PlenaryClosed(at=NOON, by=CHIDI)
    raised = HandRaised(PLENARY, ANNA, Attendance.REMOTE, at=NOON, by=ANNA)
    given(opened).when(RaiseHand(PLENARY), by=ANNA).then(raised)
    given(opened, closed).when(RaiseHand(PLENARY), by=ANNA).refused("out-of-order")


def test_observers_and_officers_do_not_queue() -> None:
    for person in (OLGA, CHIDI, SAMI):
        given(OPENED).when(RaiseHand("b1"), by=person).refused("not-entitled")


def test_a_hand_is_raised_for_somebody_without_a_device() -> None:
    raised = HandRaised("b1", "visitor", Attendance.HALL, at=NOON, by=ROSA)
    given(OPENED).when(RaiseHandFor("b1", "visitor"), by=ROSA).then(raised)
    given(OPENED, raised).when(RaiseHandFor("b1", "visitor"), by=ROSA).then()


def test_a_hand_raised_oneself_and_by_proxy_counts_once() -> None:
    given(OPENED, HUGOS).when(RaiseHandFor("b1", HUGO), by=ROSA).then()
    by_proxy = HandRaised("b1", HUGO, Attendance.HALL, at=NOON, by=ROSA)
    given(OPENED, by_proxy).when(RaiseHand("b1"), by=HUGO).then()


def test_only_those_who_run_a_place_raise_hands_for_others() -> None:
    given(OPENED).when(RaiseHandFor("b1", HUGO), by=RAUL).refused("not-entitled", "The floor is")
    given(OPENED).when(RaiseHandFor("b1", HUGO), by=ANNA).refused("not-entitled")


def test_a_hand_is_lowered_by_oneself_or_by_those_who_run_the_place() -> None:
    past = given(OPENED, ANNAS)
    past.when(LowerHand("b1"), by=ANNA).then(HandLowered("b1", ANNA, at=NOON, by=ANNA))
    past.when(LowerHand("b1", ANNA), by=ANNA).then(HandLowered("b1", ANNA, at=NOON, by=ANNA))
    for person in (ROSA, CHIDI, SAMI):
        lowered = HandLowered("b1", ANNA, at=NOON, by=person)
        past.when(LowerHand("b1", ANNA), by=person).then(lowered)
    past.when(LowerHand("b1", ANNA), by=HUGO).refused("not-entitled")
    past.when(LowerHand("b1", ANNA), by=RAUL).refused("not-entitled")


def test_a_hand_that_is_down_stays_down() -> None:
    given(OPENED).when(LowerHand("b1"), by=ANNA).then()
    given(OPENED).when(LowerHand("b1", HUGO), by=ROSA).then()


def test_the_floor_is_given_to_a_raised_hand() -> None:
    given(OPENED, ANNAS).when(GiveFloor("b1", ANNA), by=ROSA).then(GIVEN)
    given(OPENED, ANNAS, GIVEN).when(GiveFloor("b1", ANNA), by=ROSA).then()
    given(OPENED).when(GiveFloor("b1", ANNA), by=ROSA).refused("unknown", "no longer raised")
    given(OPENED, ANNAS).when(GiveFloor("b1", ANNA), by=RAUL).refused("not-entitled")
    given(OPENED, ANNAS).when(GiveFloor("b1", ANNA), by=ANNA).refused("not-entitled")


def test_giving_the_floor_ends_the_turn_before() -> None:
    to_hugo = FloorGiven("b1", HUGO, at=NOON, by=ROSA)
    past = given(OPENED, ANNAS, HUGOS, GIVEN)
    past.when(GiveFloor("b1", HUGO), by=ROSA).then(ENDED, to_hugo)


def test_a_turn_is_ended_by_the_speaker_or_by_those_who_run_the_place() -> None:
    past = given(OPENED, ANNAS, GIVEN)
    for person in (ANNA, ROSA, CHIDI, SAMI):
        past.when(EndTurn("b1"), by=person).then(TurnEnded("b1", ANNA, at=NOON, by=person))
    past.when(EndTurn("b1"), by=HUGO).refused("not-entitled")
    given(OPENED, ANNAS, GIVEN, ENDED).when(EndTurn("b1"), by=ROSA).then()


def test_those_who_have_spoken_less_come_first_wherever_they_are() -> None:
    again = HandRaised("b1", ANNA, Attendance.REMOTE, at=NOON, by=ANNA)
    floor = given(OPENED, ANNAS, GIVEN, ENDED, again, HUGOS).forum.floors["b1"]
    assert [hand.person for hand in floor.queue] == [HUGO, ANNA]


def test_a_floor_knows_hands_turns_and_speaker() -> None:
    floor = given(OPENED, ANNAS, HUGOS, GIVEN).forum.floors["b1"]
    annas = Hand(ANNA, ANNA, Attendance.REMOTE, 1, NOON)
    hugos = Hand(HUGO, HUGO, Attendance.HALL, 2, NOON)
    turns = Floor().turns.set(ANNA, 1)
    assert floor == Floor(Floor().hands.set(HUGO, hugos), turns, 2, annas, (hugos,))


def test_a_turn_that_is_over_is_not_ended_for_the_next_speaker() -> None:
    past = given(OPENED, ANNAS, GIVEN)
    past.when(EndTurn("b1", HUGO), by=ROSA).then()
    past.when(EndTurn("b1", ANNA), by=ANNA).then(TurnEnded("b1", ANNA, at=NOON, by=ANNA))

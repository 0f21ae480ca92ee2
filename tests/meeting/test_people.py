from facilitate.meeting import Attendance, Person, Role
from facilitate.meeting.floor import FloorGiven, HandLowered, HandRaised, TurnEnded
from facilitate.meeting.people import (
    Admit,
    AssignRoles,
    AttendanceChanged,
    ChangeAttendance,
    Join,
    PersonJoined,
    PersonRemoved,
    RemovePerson,
    RolesAssigned,
)
from facilitate.meeting.plenary import PlenaryOpened
from tests.meeting.playbook import ANNA, CHIDI, NOBODY, NOON, OLGA, ROSA, SAMI, given

JOINED = PersonJoined(NOBODY, Attendance.HALL, at=NOON, by=NOBODY)
REPORTS = (Role.RAPPORTEUR,)
ADMITTED = PersonJoined("vera", Attendance.REMOTE, REPORTS, ("b1", "b2"), at=NOON, by=SAMI)
ADMIT = Admit("vera", Attendance.REMOTE, REPORTS, ("b2", "b1", "b2"))


def test_whoever_has_the_code_joins_as_a_participant_once() -> None:
    given().when(Join(Attendance.HALL), by=NOBODY).then(JOINED)
    given(JOINED).when(Join(Attendance.HALL), by=NOBODY).then()
    joined = given(JOINED).forum.people[NOBODY]
    assert joined == Person(NOBODY, Attendance.HALL, frozenset({Role.PARTICIPANT}))


def test_joining_again_takes_no_role_away() -> None:
    given().when(Join(Attendance.REMOTE), by=CHIDI).then()


def test_attendance_changes_and_roles_stay() -> None:
    changed = AttendanceChanged(ROSA, Attendance.REMOTE, at=NOON, by=ROSA)
    given().when(ChangeAttendance(Attendance.REMOTE), by=ROSA).then(changed)
    given(changed).when(ChangeAttendance(Attendance.REMOTE), by=ROSA).then()
    there = given(changed).forum.people[ROSA]
    assert there == Person(ROSA, Attendance.REMOTE, frozenset(REPORTS), frozenset({"b1"}))


def test_who_only_observes_is_not_counted_and_changes_no_attendance() -> None:
    for person in (OLGA, NOBODY):
        given().when(ChangeAttendance(Attendance.HALL), by=person).refused("not-entitled")


def test_the_secretariat_admits_somebody_in_a_capacity() -> None:
    given().when(ADMIT, by=SAMI).then(ADMITTED)
    given(ADMITTED).when(ADMIT, by=SAMI).then()


def test_who_is_there_in_another_capacity_is_not_admitted_again() -> None:
    as_rapporteur = Admit(ANNA, Attendance.REMOTE, REPORTS, ("b1",))
    given().when(as_rapporteur, by=SAMI).refused("already-taken", "at the forum already")


def test_only_a_rapporteur_has_breakouts_and_who_has_no_role_observes() -> None:
    chair = PersonJoined("vera", Attendance.HALL, (Role.CHAIR,), at=NOON, by=SAMI)
    observer = PersonJoined("vera", Attendance.HALL, (Role.OBSERVER,), at=NOON, by=SAMI)
    given().when(Admit("vera", Attendance.HALL, (Role.CHAIR,), ("b1",)), by=SAMI).then(chair)
    given().when(Admit("vera", Attendance.HALL, ()), by=SAMI).then(observer)


def test_a_rapporteur_of_an_unknown_breakout_is_refused() -> None:
    admit = Admit("vera", Attendance.HALL, REPORTS, ("b1", "b9"))
    given().when(admit, by=SAMI).refused("unknown", "no breakout b9")
    given().when(AssignRoles(ANNA, REPORTS, ("b9",)), by=SAMI).refused("unknown")


def test_the_secretariat_assigns_all_roles_at_once() -> None:
    assigned = RolesAssigned(ANNA, (Role.PARTICIPANT, Role.RAPPORTEUR), ("b1",), at=NOON, by=SAMI)
    assign = AssignRoles(ANNA, (Role.RAPPORTEUR, Role.PARTICIPANT), ("b1",))
    given().when(assign, by=SAMI).then(assigned)
    given(assigned).when(assign, by=SAMI).then()
    given().when(AssignRoles(NOBODY, (Role.CHAIR,)), by=SAMI).refused("unknown", "not at the forum")
    there = given(assigned).forum.people[ANNA]
    assert there.attendance is Attendance.REMOTE
    assert (there.roles, there.breakouts) == (frozenset(assigned.roles), frozenset({"b1"}))


def test_the_secretariat_removes_somebody_once() -> None:
    removed = PersonRemoved(ANNA, at=NOON, by=SAMI)
    given().when(RemovePerson(ANNA), by=SAMI).then(removed)
    given(removed).when(RemovePerson(ANNA), by=SAMI).then()
    given(removed).when(ChangeAttendance(Attendance.HALL), by=ANNA).refused("not-entitled")


def test_who_is_removed_stands_in_no_queue_and_speaks_no_more() -> None:
    opened = PlenaryOpened(at=NOON, by=CHIDI)
    raised = HandRaised("plenary", ANNA, Attendance.REMOTE, at=NOON, by=ANNA)
    speaking = FloorGiven("plenary", ANNA, at=NOON, by=CHIDI)
    removed = PersonRemoved(ANNA, at=NOON, by=SAMI)
    lowered = HandLowered("plenary", ANNA, at=NOON, by=SAMI)
    ended = TurnEnded("plenary", ANNA, at=NOON, by=SAMI)
    given(opened, raised).when(RemovePerson(ANNA), by=SAMI).then(removed, lowered)
    given(opened, raised, speaking).when(RemovePerson(ANNA), by=SAMI).then(removed, ended)


def test_the_last_of_the_secretariat_stays() -> None:
    given().when(RemovePerson(SAMI), by=SAMI).refused("out-of-order", "only person of")
    step_down = AssignRoles(SAMI, (Role.CHAIR,))
    given().when(step_down, by=SAMI).refused("out-of-order")
    second = PersonJoined("vera", Attendance.HALL, (Role.SECRETARIAT,), at=NOON, by=SAMI)
    given(second).when(RemovePerson(SAMI), by=SAMI).then(PersonRemoved(SAMI, at=NOON, by=SAMI))


def test_people_and_roles_are_for_the_secretariat() -> None:
    for command in (ADMIT, AssignRoles(ANNA, REPORTS), RemovePerson(ANNA)):
        given().when(command, by=CHIDI).refused("not-entitled")

"""Who takes part in the forum, how, and in what capacity."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from immutables import Map

from facilitate.meeting.forms import Act, Fact, Id
from facilitate.meeting.refusals import N_, AlreadyTaken, OutOfOrder, Unknown


class Role(StrEnum):
    PARTICIPANT = "participant"
    RAPPORTEUR = "rapporteur"
    CHAIR = "chair"
    SECRETARIAT = "secretariat"
    OBSERVER = "observer"


class Attendance(StrEnum):
    """How a person takes part. Not a role: hall and home are equals."""

    HALL = "hall"
    REMOTE = "remote"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Someone at the forum; ``breakouts`` are those this person is rapporteur of.

    Names stand in the directory, outside the record, so that a person can be forgotten.
    """

    id: str
    attendance: Attendance = Attendance.REMOTE
    roles: frozenset[Role] = frozenset({Role.PARTICIPANT})
    breakouts: frozenset[str] = frozenset()


People = Map[str, Person]


def stranger(id: str) -> Person:
    """Someone who has not joined: may look and may join, like an observer."""
    return Person(id, roles=frozenset({Role.OBSERVER}))


def attendance_of(people: People, speaker: str | None) -> Attendance:
    """Of somebody in a proxy entry: one who is not at the forum by name is in the hall."""
    there = people.get(speaker or "")
    return there.attendance if there else Attendance.HALL


# --- commands ------------------------------------------------------------


class PeopleAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class Join(PeopleAct, frozen=True):
    """Take part with the join code, in the hall or remotely."""

    attendance: Attendance


class ChangeAttendance(PeopleAct, frozen=True):
    attendance: Attendance


class Admit(PeopleAct, frozen=True):
    """Let somebody in with given roles: the plan does it, and the secretariat."""

    person: Id
    attendance: Attendance
    roles: tuple[Role, ...]
    breakouts: tuple[Id, ...] = ()


class AssignRoles(PeopleAct, frozen=True):
    """Set all roles of somebody, and the breakouts they report on."""

    person: Id
    roles: tuple[Role, ...]
    breakouts: tuple[Id, ...] = ()


class RemovePerson(PeopleAct, frozen=True):
    person: Id


Command = Join | ChangeAttendance | Admit | AssignRoles | RemovePerson


# --- events --------------------------------------------------------------


class PeopleFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class PersonJoined(PeopleFact, frozen=True):
    person: str
    attendance: Attendance
    roles: tuple[Role, ...] = (Role.PARTICIPANT,)
    breakouts: tuple[str, ...] = ()


class AttendanceChanged(PeopleFact, frozen=True):
    person: str
    attendance: Attendance


class RolesAssigned(PeopleFact, frozen=True):
    person: str
    roles: tuple[Role, ...]
    breakouts: tuple[str, ...] = ()


class PersonRemoved(PeopleFact, frozen=True):
    person: str


Event = PersonJoined | AttendanceChanged | RolesAssigned | PersonRemoved


# --- decide: command -> events ---------------------------------------------


def decide(
    people: People, breakouts: frozenset[str], command: Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    match command:
        case Join(attendance):
            if by.id in people:
                return ()
            return (PersonJoined(by.id, attendance, at=at, by=by.id),)
        case ChangeAttendance(attendance):
            if by.attendance == attendance:
                return ()
            return (AttendanceChanged(by.id, attendance, at=at, by=by.id),)
        case Admit(person, attendance, roles, rooms):
            roles, rooms = _capacity(breakouts, roles, rooms)
            if person in people:
                return _admitted_again(people[person], roles, rooms)
            return (PersonJoined(person, attendance, roles, rooms, at=at, by=by.id),)
        case AssignRoles():
            return _assign(people, breakouts, command, by, at)
        case RemovePerson(person):
            if person not in people:
                return ()
            refuse_to_lose_the_secretariat(people, person, frozenset())
            return (PersonRemoved(person, at=at, by=by.id),)
        case _:
            assert_never(command)


def _admitted_again(there: Person, roles: tuple[Role, ...], rooms: tuple[str, ...]) -> tuple[()]:
    """Sent again it changes nothing; in another capacity it is no admission any more."""
    if (there.roles, there.breakouts) != (frozenset(roles), frozenset(rooms)):
        raise AlreadyTaken(N_("This person is at the forum already. Change their part instead."))
    return ()


def _assign(
    people: People, breakouts: frozenset[str], command: AssignRoles, by: Person, at: datetime
) -> tuple[Event, ...]:
    there = people.get(command.person)
    if there is None:
        raise Unknown(N_("This person is not at the forum."))
    roles, rooms = _capacity(breakouts, command.roles, command.breakouts)
    if (frozenset(roles), frozenset(rooms)) == (there.roles, there.breakouts):
        return ()
    refuse_to_lose_the_secretariat(people, there.id, frozenset(roles))
    return (RolesAssigned(there.id, roles, rooms, at=at, by=by.id),)


def _capacity(
    breakouts: frozenset[str], roles: tuple[Role, ...], rooms: tuple[str, ...]
) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """Roles and breakouts in one order, each once; only a rapporteur has breakouts."""
    if unknown := sorted(set(rooms) - breakouts):
        raise Unknown(N_("There is no breakout %(breakout)s."), breakout=unknown[0])
    kept = tuple(sorted(set(rooms))) if Role.RAPPORTEUR in roles else ()
    return tuple(sorted(set(roles))) or (Role.OBSERVER,), kept


def refuse_to_lose_the_secretariat(people: People, person: str, roles: frozenset[Role]) -> None:
    others = any(p.id != person and Role.SECRETARIAT in p.roles for p in people.values())
    if Role.SECRETARIAT in people[person].roles - roles and not others:
        raise OutOfOrder(
            N_("This is the only person of the secretariat. Give the role to somebody else first.")
        )


# --- evolve: event -> state ------------------------------------------------


def evolve(people: People, event: Event) -> People:
    match event:
        case PersonJoined(person=id, attendance=attendance, roles=roles, breakouts=rooms):
            return people.set(id, Person(id, attendance, frozenset(roles), frozenset(rooms)))
        case AttendanceChanged(person=id, attendance=attendance):
            there = people[id]
            return people.set(id, Person(id, attendance, there.roles, there.breakouts))
        case RolesAssigned(person=id, roles=roles, breakouts=rooms):
            there = people[id]
            return people.set(id, Person(id, there.attendance, frozenset(roles), frozenset(rooms)))
        case PersonRemoved(person=id):
            return people.delete(id)
        case _:
            assert_never(event)

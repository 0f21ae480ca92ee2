"""The floor of a breakout or of the plenary: who asks for it, who has it, who is next and why.

The rule of the queue is the same in the hall and remotely: those who have spoken less often in
this place come first; among them, who asked first. Attendance plays no part in it.
"""

from bisect import bisect_right
from datetime import datetime
from typing import assert_never

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace

from facilitate.meeting.forms import Act, Fact, Id
from facilitate.meeting.people import Attendance, People, Person, Role, attendance_of
from facilitate.meeting.refusals import N_, NotEntitled, OutOfOrder, Unknown

PLENARY = "plenary"  # the place of all together; every other place is a breakout's id


# --- state ---------------------------------------------------------------


class Hand(Struct, frozen=True):
    """``number`` counts all hands ever raised in this place; ``raised_by`` differs for a proxy."""

    person: str
    raised_by: str
    attendance: Attendance
    number: int
    at: datetime


class Floor(Struct, frozen=True):
    """``queue`` has the next speaker first; it is kept in order, as whole crowds raise hands."""

    hands: Map[str, Hand] = Map()
    turns: Map[str, int] = Map()  # how often each person has had the floor here
    raised: int = 0
    speaking: Hand | None = None
    queue: tuple[Hand, ...] = ()

    def place(self, hand: Hand) -> tuple[int, int]:
        """The least comes first."""
        return self.turns.get(hand.person, 0), hand.number


# --- commands ------------------------------------------------------------


class FloorAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class RaiseHand(FloorAct, frozen=True):
    place: Id


class RaiseHandFor(FloorAct, frozen=True):
    """A proxy entry: the hand of somebody in the hall without a device."""

    place: Id
    speaker: Id


class LowerHand(FloorAct, frozen=True):
    """One's own, or that of ``person`` by those who run the place."""

    place: Id
    person: Id | None = None


class GiveFloor(FloorAct, frozen=True):
    place: Id
    person: Id


class EndTurn(FloorAct, frozen=True):
    """Of ``person``, so that it never ends the next speaker's turn when it arrives late."""

    place: Id
    person: Id | None = None


Command = RaiseHand | RaiseHandFor | LowerHand | GiveFloor | EndTurn


# --- events --------------------------------------------------------------


class FloorFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class HandRaised(FloorFact, frozen=True):
    place: str
    person: str
    attendance: Attendance


class HandLowered(FloorFact, frozen=True):
    place: str
    person: str


class FloorGiven(FloorFact, frozen=True):
    place: str
    person: str


class TurnEnded(FloorFact, frozen=True):
    place: str
    person: str


Event = HandRaised | HandLowered | FloorGiven | TurnEnded


# --- decide: command -> events ---------------------------------------------


def decide(
    floor: Floor, sits: bool, people: People, command: Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    """``sits`` says whether the place is in session now."""
    place = command.place
    if not sits:
        raise OutOfOrder(N_("Nobody sits here at the moment, so there is no floor to ask for."))
    match command:
        case RaiseHand():
            return _raise(floor, place, by.id, by.attendance, by, at)
        case RaiseHandFor(speaker=speaker):
            _refuse_all_but_those_who_run_it(place, by)
            return _raise(floor, place, speaker, attendance_of(people, speaker), by, at)
        case LowerHand(person=named):
            person = named or by.id
            if person != by.id:
                _refuse_all_but_those_who_run_it(place, by)
            return (HandLowered(place, person, at=at, by=by.id),) * (person in floor.hands)
        case GiveFloor(person=person):
            _refuse_all_but_those_who_run_it(place, by)
            return _give(floor, place, person, by, at)
        case EndTurn(person=person):
            speaking = floor.speaking is not None and person in (None, floor.speaking.person)
            return _end(floor, place, by, at) if speaking else ()
        case _:
            assert_never(command)


def _refuse_all_but_those_who_run_it(place: str, by: Person) -> None:
    chairs = by.roles & {Role.CHAIR, Role.SECRETARIAT}
    if not chairs and place not in by.breakouts:
        raise NotEntitled(N_("The floor is given by the chair, or by the rapporteur of the room."))


def _raise(
    floor: Floor, place: str, person: str, attendance: Attendance, by: Person, at: datetime
) -> tuple[Event, ...]:
    if person in floor.hands or (floor.speaking and floor.speaking.person == person):
        return ()
    return (HandRaised(place, person, attendance, at=at, by=by.id),)


def _give(floor: Floor, place: str, person: str, by: Person, at: datetime) -> tuple[Event, ...]:
    if floor.speaking and floor.speaking.person == person:
        return ()
    if person not in floor.hands:
        raise Unknown(N_("This hand is no longer raised."))
    return (*_end(floor, place, by, at), FloorGiven(place, person, at=at, by=by.id))


def _end(floor: Floor, place: str, by: Person, at: datetime) -> tuple[Event, ...]:
    if floor.speaking is None:
        return ()
    if floor.speaking.person != by.id:
        _refuse_all_but_those_who_run_it(place, by)
    return (TurnEnded(place, floor.speaking.person, at=at, by=by.id),)


# --- evolve: event -> state ------------------------------------------------


def evolve(floor: Floor, event: Event) -> Floor:
    match event:
        case HandRaised(person=person, attendance=attendance, at=at, by=by):
            return _raised(floor, Hand(person, by, attendance, floor.raised + 1, at))
        case HandLowered(person=person):
            return without(floor, person)
        case FloorGiven(person=person):
            turns = floor.turns.set(person, floor.turns.get(person, 0) + 1)
            return replace(without(floor, person), turns=turns, speaking=floor.hands[person])
        case TurnEnded():
            return replace(floor, speaking=None)
        case _:
            assert_never(event)


def _raised(floor: Floor, hand: Hand) -> Floor:
    behind = bisect_right(floor.queue, floor.place(hand), key=floor.place)
    return replace(
        floor,
        hands=floor.hands.set(hand.person, hand),
        raised=hand.number,
        queue=(*floor.queue[:behind], hand, *floor.queue[behind:]),
    )


def without(floor: Floor, person: str) -> Floor:
    """Whose hand is not raised any more, if it was."""
    if person not in floor.hands:
        return floor
    queue = tuple(hand for hand in floor.queue if hand.person != person)
    return replace(floor, hands=floor.hands.delete(person), queue=queue)

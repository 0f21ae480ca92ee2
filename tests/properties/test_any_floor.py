"""Whoever asks for the floor, from wherever: what must stay true of the queue."""

from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given
from immutables import Map

from facilitate.meeting import Attendance, Person, Refused, Role
from facilitate.meeting.floor import (
    Command,
    EndTurn,
    Event,
    Floor,
    GiveFloor,
    LowerHand,
    RaiseHand,
    RaiseHandFor,
    decide,
    evolve,
)
from tests.meeting.playbook import NOON

PLACE = "plenary"
CHAIR = Person("chair", Attendance.HALL, frozenset({Role.CHAIR}))
ids = st.sampled_from(("a", "b", "c", "d"))
attendances = st.fixed_dictionaries(dict.fromkeys("abcd", st.sampled_from(Attendance)))
own_hand = st.tuples(ids, st.just(RaiseHand(PLACE)))
asked = st.lists(
    st.one_of(
        own_hand,
        own_hand,
        st.tuples(st.just("chair"), st.builds(RaiseHandFor, st.just(PLACE), ids)),
        st.tuples(st.just("chair"), st.builds(GiveFloor, st.just(PLACE), ids)),
        st.tuples(ids, st.just(LowerHand(PLACE))),
        st.tuples(st.just("chair"), st.just(EndTurn(PLACE))),
    ),
    min_size=10,
    max_size=30,
)


def played(
    asked: list[tuple[str, Command]], where: dict[str, Attendance]
) -> tuple[Floor, list[Event]]:
    floor, told = Floor(), list[Event]()
    people = Map({id: Person(id, where[id]) for id in where})
    for id, command in asked:
        person = CHAIR if id == "chair" else Person(id, where[id])
        try:
            events = decide(floor, True, people, command, person, NOON)
        except Refused:
            continue
        for event in events:
            floor = evolve(floor, event)
        told += events
    return floor, told


def turns_taken(told: list[Event]) -> dict[str, int]:
    given_to = [event.person for event in told if type(event).__name__ == "FloorGiven"]
    return {id: given_to.count(id) for id in given_to}


@given(asked, attendances)
def test_among_equals_in_turns_arrival_decides(
    asked: list[tuple[str, Command]], where: dict[str, Attendance]
) -> None:
    floor, told = played(asked, where)
    turns = turns_taken(told)
    queue = floor.queue
    for first, second in pairwise(queue):
        before, behind = turns.get(first.person, 0), turns.get(second.person, 0)
        assert before < behind or (
            before == behind and _arrival(told, first.person) < _arrival(told, second.person)
        )


def _arrival(told: list[Event], person: str) -> int:
    """Where the hand that is up now was raised: the last time this person raised one."""
    raised = [
        place
        for place, event in enumerate(told)
        if type(event).__name__ == "HandRaised" and event.person == person
    ]
    return raised[-1]


@given(asked, attendances, attendances)
def test_attendance_never_decides(
    asked: list[tuple[str, Command]],
    where: dict[str, Attendance],
    elsewhere: dict[str, Attendance],
) -> None:
    here, there = played(asked, where)[0], played(asked, elsewhere)[0]
    assert [hand.person for hand in here.queue] == [hand.person for hand in there.queue]


@given(asked, attendances)
def test_nobody_stands_in_the_queue_twice_however_the_hand_was_raised(
    asked: list[tuple[str, Command]], where: dict[str, Attendance]
) -> None:
    floor, _ = played(asked, where)
    queue = [hand.person for hand in floor.queue]
    assert len(queue) == len(set(queue))
    assert {hand.person: hand for hand in floor.queue} == dict(floor.hands)
    assert floor.speaking is None or floor.speaking.person not in queue

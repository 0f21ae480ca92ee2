"""Records of any length for the measuring: a long day of a crowd, always the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from random import Random

from facilitate.meeting import Attendance, Event
from facilitate.meeting.breakouts import BreakoutOpened
from facilitate.meeting.contributions import ContributionEndorsed, ContributionMade
from facilitate.meeting.floor import HandLowered, HandRaised
from facilitate.meeting.people import PersonJoined
from facilitate.plans import Plan, events, read_plan
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.voices import Said, voices

MORNING = datetime(2023, 6, 5, 7, tzinfo=UTC)
TURN = 5000  # events written in one transaction
JOINING, SPEAKING, HANDS = 0.1, 0.08, 0.03  # of all events; hands are lowered again
RAISED = 0.5  # how often a hand goes up, where one could come down
LATELY = 300  # contributions from which people choose what they endorse


def write(database: str, length: int) -> str:
    """Begin a forum in an empty database, of so many events; its id is returned."""
    plan = read_plan(PLAN)
    made = islice(day(plan), length)
    engine = open_database(database)
    log = Log(engine)
    log.start(plan.id, "STATE", list(islice(made, TURN)))
    while batch := list(islice(made, TURN)):
        with log.turn(plan.id) as turn:
            turn.append(batch)
    engine.dispose()
    return plan.id


def day(plan: Plan) -> Iterator[Event]:
    """Without end: people join, speak, endorse and raise their hands, all at the same time."""
    chance = Random(plan.id)
    rooms = [room.id for room in plan.breakouts]
    yield from events(plan, MORNING)
    for room in rooms:
        yield BreakoutOpened(room, MORNING + timedelta(hours=2), at=MORNING, by="secretariat")
    yield from _crowd(rooms, tuple(chain(*voices().contributions.values())), chance)


def _crowd(rooms: list[str], phrases: tuple[Said, ...], chance: Random) -> Iterator[Event]:
    """Nobody endorses the same twice: each person goes through the latest in their own order."""
    people = made = 0
    hands: dict[tuple[str, str], None] = {}
    yield _joined("p0")
    yield _said("c0", rooms[0], "p0", phrases[0])
    while True:
        what, by = chance.random(), f"p{chance.randint(0, people)}"
        if what < JOINING:
            people += 1
            yield _joined(f"p{people}")
        elif what < JOINING + SPEAKING:
            made += 1
            yield _said(f"c{made}", chance.choice(rooms), by, chance.choice(phrases))
        elif what < JOINING + SPEAKING + 2 * HANDS:
            yield _hand(hands, chance.choice(rooms), by, up=chance.random() < RAISED)
        else:
            latest = f"c{chance.randint(max(0, made - LATELY), made)}"
            yield ContributionEndorsed(latest, at=MORNING, by=by)


def _joined(id: str) -> PersonJoined:
    return PersonJoined(id, Attendance.REMOTE, at=MORNING, by=id)


def _said(id: str, room: str, by: str, phrase: Said) -> ContributionMade:
    return ContributionMade(
        room,
        id,
        by,
        None,
        Attendance.REMOTE,
        phrase.kind,
        phrase.text,
        phrase.language,
        at=MORNING,
        by=by,
    )


def _hand(hands: dict[tuple[str, str], None], room: str, by: str, *, up: bool) -> Event:
    if up or not hands:
        hands[room, by] = None
        return HandRaised(room, by, Attendance.REMOTE, at=MORNING, by=by)
    place, person = hands.popitem()[0]
    return HandLowered(place, person, at=MORNING, by=person)

"""A forum with a breakout open that has two rapporteurs, for tests of its live draft."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from facilitate.live.drafts.rooms import Room
from facilitate.live.forum import LiveForum
from facilitate.meeting import Command, Role
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, Draft
from facilitate.meeting.people import AssignRoles
from facilitate.plans import events
from facilitate.record.directory import Directory, Entry
from facilitate.record.draft_leases import DraftLeases
from facilitate.record.log import Log
from tests.web.house import PLAN

MORNING = datetime(2030, 6, 1, 9, tzinfo=UTC)
ROOM = "b1"
HOLDER = "this server"


async def live_forum(engine: Engine, id: str = PLAN.id) -> LiveForum:
    Log(engine).start(id, f"CODE-{id}", events(PLAN, MORNING))
    directory = Directory(engine)
    for person in PLAN.people:
        directory.add(id, Entry(person.id, person.name, "", "en"))
    live = LiveForum(id, Log(engine), directory, lambda: MORNING)
    await asked(live, "sam", OpenBreakout(ROOM, 60), part("ramon", Role.RAPPORTEUR))
    return live


def part(person: str, role: Role) -> AssignRoles:
    return AssignRoles(person, (role,), (ROOM,))


async def asked(live: LiveForum, by: str, *commands: Command) -> None:
    for command in commands:
        await live.handle(command, by)


def paragraph(id: str, text: str = "") -> AddDraftRecommendation:
    return AddDraftRecommendation(ROOM, id, Addressee.PARTIES, text)


def draft(live: LiveForum) -> Draft:
    return live.state.drafts[ROOM]


async def opened(live: LiveForum) -> Room:
    """As after a start of the server: all it knows is on the disk."""
    leases = DraftLeases(live.log.engine, live.id, HOLDER)
    leases.take(ROOM, leases.seen(ROOM))
    room = Room(live, ROOM, HOLDER)
    await room.open()
    live.hearers[:] = [room.grown]
    return room

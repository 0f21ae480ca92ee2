"""The demo: a forum like the real one, at any hour of its day, with people in it."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from msgspec import structs
from rich.console import Console

from facilitate.beginning import begin
from facilitate.live.forum import now
from facilitate.meeting import Attendance, Event, Forum, Role, replay
from facilitate.meeting.consolidation import GroupFormed
from facilitate.meeting.forums import Agendum
from facilitate.meeting.recommendations import RecommendationOpened
from facilitate.plans import DAY, Plan, PlannedPerson, events, read_plan
from facilitate.record.directory import Directory
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions
from facilitate.rehearsal import PARTS, PLAN
from facilitate.rehearsal.day import Act, day, play, rehearsed
from facilitate.rehearsal.voices import Voices, voices
from facilitate.serving import refuse_taken, serve
from facilitate.settings import Settings

ACTS = tuple(str(act) for act in Act)
USUAL = str(Act.CONTRIBUTIONS)
FIRST_VOICES = 90  # events of the contributions with which the demo begins
BEGINS = 9 * 60 + 30  # minute of the agenda at which the day of the rehearsal begins
STEP = 5  # minutes, by which the agenda is moved
ELSEWHERE = "Pacific/Honolulu"  # where it is morning when Paris has its evening, and no summer time
STARTING = 20.0  # s within which the server has to answer


def until(kind: type[Event], going_on: Iterator[Event]) -> Iterator[Event]:
    """Up to the first event of its kind."""
    for event in going_on:
        yield event
        if isinstance(event, kind):
            return


# Acts that have begun already when somebody looks in, and how far.
IN_THE_MIDST: Mapping[Act, Callable[[Iterator[Event]], Iterator[Event]]] = {
    Act.CONTRIBUTIONS: lambda going_on: islice(going_on, FIRST_VOICES),
    Act.CONSOLIDATION: partial(until, GroupFormed),
    Act.PLENARY: partial(until, RecommendationOpened),
    Act.REPORT: lambda going_on: going_on,
}


def run(
    settings: Settings,
    database: str | None,
    *,
    act: str,
    people: int,
    pace: float,
    preparing: AbstractContextManager[object],
) -> None:
    """Until it is stopped. In a database of its own that is gone afterwards, or a named one."""
    refuse_taken(settings)
    with TemporaryDirectory(prefix="facilitate-demo-") as folder:
        settings = replace(settings, database=database or str(Path(folder) / "demo.db"))
        with preparing:
            plan, links = staged(settings.database, Act(act), people, now())
        address = f"http://{settings.host}:{settings.port}"
        tell(plan, links, address, kept=database)
        crowd = [(id, links[id]) for id in who_comes(plan, people) if id in links]
        with coming(crowd, plan.id, address, pace):
            serve(settings, "WARNING")  # the terminal is for the links of the cast


def staged(database: str, act: Act, people: int, at: datetime) -> tuple[Plan, dict[str, str]]:
    """A forum that stands at the beginning of ``act``; gives everybody's personal link.

    One that is there already goes on from where it stands, with new links.
    """
    cast = voices()
    plan = peopled(read_plan(PLAN), cast, people)
    morning = at - (_played(plan, cast, act, at)[-1].at - at)
    plan = begun(plan, morning)
    happened = _played(plan, cast, act, morning)[1 + len(plan.people) :]
    engine = open_database(database)
    try:
        if plan.id in Log(engine).forums():
            there, sessions = Directory(engine).entries(plan.id), Sessions(engine)
            return plan, {id: sessions.issue_link(plan.id, id, at) for id in there}
        _, links = begin(engine, plan, morning, happened)
    finally:
        engine.dispose()
    return plan, links


def peopled(plan: Plan, cast: Voices, people: int) -> Plan:
    """The plan with all the invented people in it, and nameless guests when more are asked for."""
    named = [
        PlannedPerson(v.id, v.name, v.organisation, v.attendance, v.language) for v in cast.people
    ]
    guests = [
        PlannedPerson(f"guest-{n}", f"Guest {n}", attendance=list(Attendance)[n % 2])
        for n in range(1, max(0, people - len(named)) + 1)
    ]
    return structs.replace(plan, people=(*plan.people, *named, *guests))


def participants(plan: Plan) -> Iterator[str]:
    """Those of the plan who only take part, but for the parts that are played by people."""
    for person in plan.people:
        if person.roles == (Role.PARTICIPANT,) and person.id not in PARTS.values():
            yield person.id


def who_comes(plan: Plan, people: int) -> Iterator[str]:
    """So many who take part; with them one who gives the floor in each room, and in the plenary."""
    if people:
        yield from islice(participants(plan), people)
        for breakout in plan.breakouts:
            yield from islice((id for id, p in _others(plan) if breakout.id in p.breakouts), 1)
        yield from islice((id for id, p in _others(plan) if Role.SECRETARIAT in p.roles), 1)


def _others(plan: Plan) -> Iterator[tuple[str, PlannedPerson]]:
    """All but those whom a visitor plays."""
    return ((person.id, person) for person in plan.people if person.id not in PARTS.values())


def begun(plan: Plan, morning: datetime) -> Plan:
    """The plan with its agenda on the day and at the hour at which the day is begun.

    An agenda is of one date: where it would go beyond midnight the forum is elsewhere.
    """
    zones = (plan.timezone, ELSEWHERE)
    zone = next(zone for zone in zones if _within_a_date(plan.agenda, _late(morning, zone)))
    late, date = _late(morning, zone), morning.astimezone(ZoneInfo(zone)).date()
    agenda = tuple(
        structs.replace(each, start=_moved(each.start, late), end=_moved(each.end, late))
        for each in plan.agenda
    )
    return structs.replace(plan, date=date.isoformat(), timezone=zone, agenda=agenda)


def _late(morning: datetime, zone: str) -> int:
    """By how many minutes the day begins later than planned, in steps that read well."""
    there = morning.astimezone(ZoneInfo(zone))
    return round((there.hour * 60 + there.minute - BEGINS) / STEP) * STEP


def _within_a_date(agenda: Sequence[Agendum], late: int) -> bool:
    return all(
        0 <= _minute(time) + late < DAY for each in agenda for time in (each.start, each.end)
    )


def _minute(time: str) -> int:
    """Of the day, of a time as ``09:30``."""
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _moved(time: str, late: int) -> str:
    hours, minutes = divmod(_minute(time) + late, 60)
    return f"{hours:02}:{minutes:02}"


def _played(plan: Plan, cast: Voices, act: Act, morning: datetime) -> Sequence[Event]:
    """All that has happened when ``act`` begins, or has just begun: see ``IN_THE_MIDST``."""
    before = [earlier for earlier in Act if _place(earlier) < _place(act)]
    if not before:
        return events(plan, morning)
    happened = rehearsed(plan, cast, morning, until=before[-1])
    if act in IN_THE_MIDST:
        scene = next(scene for scene in day(cast) if scene.act is act)
        going_on = play(scene, replay(Forum(plan.id), happened), morning + scene.start)
        happened = (*happened, *IN_THE_MIDST[act](going_on))
    return happened


def _place(act: Act) -> int:
    return list(Act).index(act)


def tell(plan: Plan, links: Mapping[str, str], address: str, *, kept: str | None) -> None:
    """What the demo is, and one sign-in link for each part."""
    console = Console(soft_wrap=True)
    console.print(f"[b]{plan.title}[/b]: a rehearsal with invented people.")
    console.print("Open each link in a browser window of its own (a private one for each part):")
    for part, person in PARTS.items():
        console.print(f"  {part:<22}{address}/sign-in#{links[person]}", highlight=False)
    console.print(f"Or join with the code [b]{plan.join_code}[/b] at {address}/join")
    console.print(f"The record is kept in {kept}." if kept else "Nothing is kept afterwards.")
    console.print("Ctrl+C ends it.")


@contextmanager
def coming(
    people: Sequence[tuple[str, str]], forum: str, address: str, pace: float
) -> Iterator[None]:
    """While the block runs the people come, in a process of their own, once the server answers."""
    crowd: list[subprocess.Popen[str]] = []
    if people:
        waiting = threading.Thread(
            target=_let_in, args=(crowd, people, forum, address, pace), daemon=True
        )
        waiting.start()
    try:
        yield
    finally:
        for process in crowd:
            process.terminate()
            process.wait()


def _let_in(
    crowd: list[subprocess.Popen[str]],
    people: Sequence[tuple[str, str]],
    forum: str,
    address: str,
    pace: float,
) -> None:
    if not _answers(address):
        return
    module = "facilitate.rehearsal.crowd"
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module, address, forum, "--pace", str(pace)],
        stdin=subprocess.PIPE,
        text=True,
    )
    crowd.append(process)
    assert process.stdin is not None, "it is a pipe"
    with process.stdin as door:
        door.writelines(f"{id} {secret}\n" for id, secret in people)


def _answers(address: str) -> bool:
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        try:
            with urlopen(f"{address}/healthz"):  # noqa: S310 - our own address
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False

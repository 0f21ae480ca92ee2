"""The plan of a forum, as somebody writes it down in a TOML file before the day."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from msgspec import Struct

from facilitate.meeting.floor import PLENARY
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import Agendum, Document, ForumPlanned, PlannedBreakout, Topic
from facilitate.meeting.people import Attendance, PersonJoined, Role
from facilitate.meeting.procedure import Event
from facilitate.meeting.refusals import N_
from facilitate.plan_files import BadPlan, Fault, Table, line_of, load
from facilitate.web.names import NAME_LENGTH

__all__ = ["BadPlan", "Fault", "Plan", "PlannedPerson", "events", "read_plan"]

Thing = TypeVar("Thing")

BY = "plan"  # who planned events are by
DAY = 24 * 60  # minutes
TAKEN_IDS = frozenset({PLENARY, "amendment"})  # a floor, and a source of words
JOIN_CODE = range(4, 17)  # letters and digits


class PlannedPerson(Struct, frozen=True):
    """``name`` and ``organisation`` are for the directory; the record knows the id alone."""

    id: str
    name: str
    organisation: str = ""
    attendance: Attendance = Attendance.REMOTE
    language: str = "en"
    roles: tuple[Role, ...] = (Role.PARTICIPANT,)
    breakouts: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """``join_code`` is None where one is still to be made; ``date`` is ISO 8601."""

    id: str
    join_code: str | None
    title: Words
    date: str
    venue: str
    timezone: str
    languages: tuple[str, ...]
    topics: tuple[Topic, ...]
    breakouts: tuple[PlannedBreakout, ...]
    agenda: tuple[Agendum, ...]
    documents: tuple[Document, ...]
    people: tuple[PlannedPerson, ...]


def events(plan: Plan, at: datetime) -> tuple[Event, ...]:
    """The first lines of the forum's record."""
    planned = ForumPlanned(
        title=plan.title,
        date=plan.date,
        timezone=plan.timezone,
        venue=plan.venue,
        languages=plan.languages,
        topics=plan.topics,
        breakouts=plan.breakouts,
        agenda=plan.agenda,
        documents=plan.documents,
        at=at,
        by=BY,
    )
    joined = (
        PersonJoined(p.id, p.attendance, p.roles, p.breakouts, at=at, by=BY) for p in plan.people
    )
    return (planned, *joined)


def read_plan(path: Path) -> Plan:
    """Raises :class:`BadPlan` with every fault of the file."""
    text, values = load(path)
    faults: list[Fault] = []
    plan = _plan(Table(values, faults))
    if faults:
        raise BadPlan(path, (replace(f, line=line_of(text, f.where)) for f in faults))
    return plan


def _plan(file: Table) -> Plan:
    file.languages = _languages(file)
    id, join_code = file.id("id"), _join_code(file)
    title, date, venue = file.words("title"), _date(file), file.text("venue", "")
    timezone = _timezone(file)
    topics = _all(file, "topics", _topic)
    breakouts = _all(file, "breakouts", lambda table: _breakout(table, topics))
    rooms = tuple(breakout.id for breakout in breakouts)
    agenda = _all(file, "agenda", lambda table: _agendum(table, rooms))
    documents = _all(file, "documents", _document)
    people = _all(file, "people", lambda table: _person(table, rooms))
    file.refuse_what_was_not_read()
    _refuse_gaps(file, topics, breakouts, people)
    _refuse_clashes(file, agenda)
    return Plan(
        id=id,
        join_code=join_code,
        title=title,
        date=date,
        venue=venue,
        timezone=timezone,
        languages=file.languages,
        topics=topics,
        breakouts=breakouts,
        agenda=agenda,
        documents=documents,
        people=people,
    )


def _all(file: Table, key: str, read: Callable[[Table], Thing]) -> tuple[Thing, ...]:
    found = []
    for table in file.tables(key):
        found.append(read(table))
        table.refuse_what_was_not_read()
    return tuple(found)


def _languages(file: Table) -> tuple[str, ...]:
    languages = file.texts("languages")
    for n, language in enumerate(languages, start=1):
        file.refuse_no_language(f"languages[{n}]", language)
    _refuse_twice(file, ((f"languages[{n}]", code) for n, code in enumerate(languages, start=1)))
    if not languages:
        file.fault("languages", N_('Name at least one language, such as languages = ["en", "fr"].'))
    return languages or ("en",)


def _join_code(file: Table) -> str | None:
    if not file.has("join_code"):
        return None
    code = file.text("join_code").upper()
    if code and not (len(code) in JOIN_CODE and code.isascii() and code.isalnum()):
        file.fault("join_code", N_("A join code is 4 to 16 letters and digits, without spaces."))
    return code


def _date(file: Table) -> str:
    said = file.values.get("date")
    if isinstance(said, date) and not isinstance(said, datetime):
        file.has("date")
        return said.isoformat()
    text = file.text("date") if said is None or isinstance(said, str) else "?"
    file.has("date")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        file.fault("date", N_("Write the day as year-month-day, such as 2023-06-05."))
        return ""


def _timezone(file: Table) -> str:
    said = file.text("timezone")
    if said and said not in available_timezones():
        file.fault("timezone", N_("“%(said)s” is no time zone such as Europe/Paris."), said=said)
    return said


def _topic(table: Table) -> Topic:
    return Topic(table.id("id"), table.words("title"), table.all_words("questions"))


def _breakout(table: Table, topics: tuple[Topic, ...]) -> PlannedBreakout:
    """Without a title it bears that of its topic."""
    id, topic = table.id("id"), table.id("topic")
    if id in TAKEN_IDS:
        table.fault("id", N_("“%(id)s” has a meaning of its own here. Choose another id."), id=id)
    titles = {topic.id: topic.title for topic in topics}
    table.known("topic", topic, titles)
    title = table.words("title") if table.has("title") else titles.get(topic, Words({"en": ""}))
    return PlannedBreakout(
        id=id,
        topic=topic,
        title=title,
        language=table.language("language", table.languages[0]),
        place=table.text("place", ""),
        minutes=table.number("minutes", 1, DAY, otherwise=60),
    )


def _agendum(table: Table, rooms: tuple[str, ...]) -> Agendum:
    start, end = _time(table, "start"), _time(table, "end")
    if start and end and end <= start:
        sentence = N_("This ends at %(end)s, but begins at %(start)s.")
        table.fault("end", sentence, start=start, end=end)
    place = table.id("place", "")
    table.known("place", place, (PLENARY, *rooms))
    return Agendum(start, end, table.words("title"), place)


def _time(table: Table, key: str) -> str:
    said = table.values.get(key)
    if isinstance(said, time):
        table.has(key)
        return said.strftime("%H:%M")
    text = table.text(key)
    try:
        return time.fromisoformat(text).strftime("%H:%M") if text else ""
    except ValueError:
        table.fault(key, N_("Write the time of day as hours and minutes, such as “09:30”."))
        return ""


def _document(table: Table) -> Document:
    url = table.text("url")
    if url and not url.startswith(("https://", "http://")):
        table.fault("url", N_("Write a whole address that begins with https://."))
    return Document(table.words("title"), url, table.language("language", ""))


def _person(table: Table, rooms: tuple[str, ...]) -> PlannedPerson:
    """Without an id: ``p`` and the place in the file. Never the name, which could not be erased."""
    place = table.where.removeprefix("people[").removesuffix("]")
    roles = {Role(role) for role in table.choices("roles", Role, Role.PARTICIPANT)}
    breakouts = _rooms_of(table, roles, rooms)
    attendance = table.text("attendance", Attendance.REMOTE)
    known = table.known("attendance", attendance, Attendance)
    return PlannedPerson(
        id=table.id("id", f"p{place}"),
        name=table.text("name", most=NAME_LENGTH),
        organisation=table.text("organisation", "", most=NAME_LENGTH),
        attendance=Attendance(attendance) if known else Attendance.REMOTE,
        language=table.language("language", table.languages[0]),
        roles=tuple(sorted(roles)) or (Role.PARTICIPANT,),
        breakouts=breakouts,
    )


def _rooms_of(table: Table, roles: set[Role], rooms: tuple[str, ...]) -> tuple[str, ...]:
    named = table.texts("breakouts")
    for n, room in enumerate(named, start=1):
        table.known(f"breakouts[{n}]", room, rooms)
    if named and Role.RAPPORTEUR not in roles:
        table.fault("breakouts", N_("Only a rapporteur has breakouts. Add the role, or leave out."))
    if Role.RAPPORTEUR in roles and not named:
        table.fault("breakouts", N_("Say which breakouts this rapporteur reports on."))
    return tuple(sorted(set(named)))


def _refuse_gaps(
    file: Table,
    topics: tuple[Topic, ...],
    breakouts: tuple[PlannedBreakout, ...],
    people: tuple[PlannedPerson, ...],
) -> None:
    """Ids that occur twice, and what a forum cannot do without."""
    if not topics:
        file.fault("topics", N_("Write at least one topic, under [[topics]]."))
    if not breakouts:
        file.fault("breakouts", N_("Write at least one breakout, under [[breakouts]]."))
    if not any(Role.SECRETARIAT in person.roles for person in people):
        sentence = N_('Somebody has to run the day: give one person roles = ["secretariat"].')
        file.fault("people", sentence)
    _refuse_ids_twice(file, "topics", (topic.id for topic in topics))
    _refuse_ids_twice(file, "breakouts", (breakout.id for breakout in breakouts))
    _refuse_ids_twice(file, "people", (person.id for person in people))


def _refuse_ids_twice(file: Table, key: str, ids: Iterable[str]) -> None:
    _refuse_twice(file, ((f"{key}[{n}].id", id) for n, id in enumerate(ids, start=1)))


def _refuse_twice(file: Table, said: Iterable[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for where, id in said:
        if first.setdefault(id, where) != where and id:
            sentence = N_("“%(id)s” stands at %(first)s already. Each may stand only once.")
            file.fault(where, sentence, id=id, first=first[id])


def _refuse_clashes(file: Table, agenda: tuple[Agendum, ...]) -> None:
    """Two lines of the agenda at one time in one place."""
    placed = [(n, line) for n, line in enumerate(agenda, start=1) if line.place]
    for n, line in placed:
        for earlier, other in placed[: placed.index((n, line))]:
            if line.place == other.place and line.start < other.end and other.start < line.end:
                sentence = N_("At this time agenda[%(other)s] is in the same place.")
                file.fault(f"agenda[{n}].start", sentence, other=earlier)

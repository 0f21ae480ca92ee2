"""The people of the forum, for the secretariat: all of them in a table, and each on a page."""

from collections.abc import Iterable
from functools import partial

from facilitate.meeting import Event, Forum, Person
from facilitate.meeting.erasures import known
from facilitate.meeting.people import (
    AttendanceChanged,
    PersonJoined,
    PersonRemoved,
    RolesAssigned,
)
from facilitate.web.pages.secretariat import secretariat_only
from facilitate.web.parts import Context, Items, Page, Part, no_place
from facilitate.web.scenes import Scene

SHOWN = 200  # people in the table; a search looks through all

CHANGES_A_PERSON: frozenset[type[Event]] = frozenset(
    {PersonJoined, AttendanceChanged, RolesAssigned, PersonRemoved}
)


def found(scene: Scene, wanted: str, role: str) -> tuple[Person, ...]:
    """Those of the role with these words in name or organisation, by name."""
    wanted = wanted.strip().casefold()
    hits = [
        person
        for person in scene.forum.people.values()
        if (not role or role in person.roles) and wanted in _searchable(scene, person)
    ]
    return tuple(sorted(hits, key=lambda person: (scene.name(person.id).casefold(), person.id)))


def _searchable(scene: Scene, person: Person) -> str:
    entry = scene.entry(person.id)
    return f"{entry.name}\n{entry.organisation}".casefold()


def _touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
    match event:
        case (
            PersonJoined(person=id)
            | AttendanceChanged(person=id)
            | RolesAssigned(person=id)
            | PersonRemoved(person=id)
        ):
            return (id,)
        case _:
            return ()


def _find(forum: Forum, place: str, id: str) -> Person | None:
    return forum.people.get(id)


def _titles(scene: Scene) -> dict[str, str]:
    return {room.id: scene.words(room.title) for room in scene.forum.in_order()}


def _all(scene: Scene) -> Context:
    return {"found": partial(found, scene), "titles": _titles(scene), "shown": SHOWN}


PAGE = Page(
    name="people",
    template="people.html",
    may_see=secretariat_only,
    context=_all,
    parts=(Items("people", "person", "person", "parts/person.html", _touched, _find),),
    exists=no_place,
)


def _concerns(event: Event, place: str) -> bool:
    return getattr(event, "person", "") == place


def _one(scene: Scene) -> Context:
    return {"person": scene.forum.people.get(scene.place), "titles": _titles(scene)}


ONE = Page(
    name="person",
    template="person.html",
    may_see=secretariat_only,
    context=_one,
    parts=(Part("capacity", "parts/capacity.html", CHANGES_A_PERSON, _concerns),),
    exists=known,
    sits_at=lambda place: "",
)

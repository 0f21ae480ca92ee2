"""For every event there is, audience and language: page and frame come to what a fresh page shows.

The events come from the rehearsed day, and from walks through the commands that are in order; an
event that is new and never happens there fails the test, until the walks can find it.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass
from random import Random
from types import UnionType
from typing import Union, get_args, get_origin

import pytest

from facilitate.live.forum import LiveForum
from facilitate.meeting import Event, Forum, Person, Role, replay
from facilitate.meeting.erasures import PersonErased
from facilitate.meeting.forums import ForumPlanned
from facilitate.plans import read_plan
from facilitate.record.directory import Directory
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.day import rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.web.frames import Fragment, HtmlView
from facilitate.web.pages import PAGES
from facilitate.web.parts import Items, Page
from tests.meeting.playbook import DAY, NOON, ROSA, given
from tests.properties.meetings import KINDS, heard, in_order
from tests.properties.test_any_meeting import AMENDED
from tests.web.elements import Document
from tests.web.test_pages import AUDIENCES, MORNING, at, drawn, live_ids, places
from tests.web.test_pages import heard as told_since

WALKS = 120  # all that these do not come upon happens in the rehearsed day
MOMENTS = (*(DAY[:passed] for passed in range(len(DAY))), AMENDED)
LIVE_PAGES = tuple(page for page in PAGES.values() if page.parts)


@dataclass(frozen=True, eq=False)
class Happening:
    """What one command came to: the events behind the first ``start`` of these."""

    events: tuple[Event, ...]
    start: int


def kinds_in(union: object) -> set[type[Event]]:
    if get_origin(union) in (Union, UnionType):
        return set().union(*map(kinds_in, get_args(union)))
    assert isinstance(union, type)
    return {union}


# Before the one there is no page; after the other every page is fetched anew.
EVERY = kinds_in(Event) - {ForumPlanned, PersonErased}


def happenings() -> Iterator[Happening]:
    for seed in range(WALKS):
        yield from walked(seed)
    record = rehearsed(read_plan(PLAN), voices(), MORNING)
    for start in range(1, len(record)):
        if record[start].at != record[start - 1].at:
            same = (event for event in record[start:] if event.at == record[start].at)
            yield Happening((*record[:start], *same), start)


def walked(seed: int) -> Iterator[Happening]:
    """From some moment of a day on: everything twice that is in order when its turn comes."""
    dice = Random(seed)
    past = tuple(given().having(*dice.choice(MOMENTS)).past)
    forum = replay(Forum("f1"), past)
    for kind in dice.sample(KINDS * 2, 2 * len(KINDS)):
        if found := in_order(forum, kind, dice.randrange(10_000), NOON):
            by, command = found
            events = heard(forum, command, by, NOON)
            yield Happening((*past, *events), len(past))
            past, forum = (*past, *events), replay(forum, events)


@pytest.fixture(scope="module")
def met() -> Mapping[type[Event], Happening]:
    """Each event in one of its happenings."""
    found: dict[type[Event], Happening] = {}
    for happening in happenings():
        for event in happening.events[happening.start :]:
            found.setdefault(type(event), happening)
        if found.keys() >= EVERY:
            break
    return found


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveForum]:
    engine = open_database(str(tmp_path_factory.mktemp("events") / "f1.db"))
    Log(engine).start("f1", "EVERY", given().past)
    yield LiveForum("f1", Log(engine), Directory(engine))
    engine.dispose()


def test_every_event_there_is_happens_here(met: Mapping[type[Event], Happening]) -> None:
    assert EVERY - met.keys() == set()


@pytest.mark.parametrize("roles", AUDIENCES, ids=lambda roles: "-".join(sorted(roles)))
def test_a_page_and_the_frame_of_any_event_equal_a_fresh_page(
    met: Mapping[type[Event], Happening], live: LiveForum, roles: frozenset[Role]
) -> None:
    """In French only where something is told: which parts are touched no language decides."""
    told = set[type[Event]]()
    for happening in dict.fromkeys(met[kind] for kind in EVERY):
        for page in LIVE_PAGES:
            here = copy(live)  # nothing is remembered of another day
            at(here, happening.events, happening.start)
            places = kept_up(here, page, seen_by(roles, page, here.state), happening, roles, "en")
            kept_up(here, page, places, happening, roles, "fr")
        told |= {type(event) for event in happening.events[happening.start :]}
    assert told >= EVERY


def seen_by(roles: frozenset[Role], page: Page, forum: Forum) -> set[str]:
    """The places in which somebody with these roles, and every breakout, may see the page."""
    them = Person(ROSA, roles=roles, breakouts=frozenset(forum.breakouts))
    return {place for place in places(page, forum) if page.may_see(forum, them, place)}


def kept_up(
    live: LiveForum,
    page: Page,
    places: Set[str],
    happening: Happening,
    roles: frozenset[Role],
    language: str,
) -> set[str]:
    """Compares in these places; gives those in which something was told."""
    events, start = happening.events, happening.start
    at(live, events, start)
    before = {place: drawn(live, page, place, roles, language) for place in places}
    at(live, events, len(events))
    told = set()
    for place in places & seen_by(roles, page, live.state):
        fresh = drawn(live, page, place, roles, language)
        parts = told_since(HtmlView(live, page, place, language, roles), start).parts
        if parts:
            told.add(place)
        if parts or fresh != before[place]:
            compare(page, Document(before[place]), Document(fresh), parts, events[start:])
    return told


def compare(
    page: Page,
    shown: Document,
    fresh: Document,
    parts: Sequence[Fragment],
    happened: Sequence[Event],
) -> None:
    for part in parts:
        shown.put(part.id, part.html.strip(), part.into, part.before)
    for id in live_ids(page, fresh, shown):
        assert shown.element(id) == fresh.element(id), (page.name, happened)
    for items in (part for part in page.parts if isinstance(part, Items) and part.sequence):
        assert shown.children.get(items.into) == fresh.children.get(items.into), happened

"""The page of an hour ago with all that was heard since is the page of now.

Plays the whole day of the rehearsal and looks at every page on the way, with audiences and
languages in turn.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec import json

from facilitate.live.forum import LiveForum
from facilitate.meeting import Event, Forum, Role, replay
from facilitate.meeting.amendments import open_ones
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.people import stranger
from facilitate.plans import Plan, read_plan
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database
from facilitate.record.log import Head, Log
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.day import rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.web.drawings import Reader, Sheet, View
from facilitate.web.frames import Frame, HtmlView
from facilitate.web.pages import PAGES
from facilitate.web.parts import Items, Page, Part
from tests.web.elements import Document
from tests.web.house import framed

MORNING = datetime(2023, 6, 5, 7, tzinfo=UTC)
STRIDES = (1, 7, 40)  # how many events a reader is behind
AUDIENCES = (
    frozenset({Role.PARTICIPANT}),
    frozenset({Role.PARTICIPANT, Role.RAPPORTEUR}),
    frozenset({Role.CHAIR}),
    frozenset({Role.SECRETARIAT}),
    frozenset({Role.OBSERVER}),
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture(scope="module")
def record(plan: Plan) -> tuple[Event, ...]:
    return rehearsed(plan, voices(), MORNING)


@pytest.fixture(scope="module")
def live(
    plan: Plan, record: tuple[Event, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveForum]:
    engine = open_database(str(tmp_path_factory.mktemp("pages") / "day.db"))
    log, directory = Log(engine), Directory(engine)
    log.start(plan.id, "DAY", record)
    for person in plan.people:
        directory.add(plan.id, Entry(person.id, person.name, person.organisation, "en"))
    for voice in voices().people:
        directory.add(plan.id, Entry(voice.id, voice.name, voice.organisation, "en"))
    yield LiveForum(plan.id, log, directory)
    engine.dispose()


def at(live: LiveForum, record: tuple[Event, ...], seq: int) -> None:
    """Turn the clock of the forum to event ``seq``."""
    live.head = Head(seq, seq.to_bytes(32))
    live.events = list(record[:seq])
    live.state = replay(Forum(live.id), live.events)


def drawn(live: LiveForum, page: Page, place: str, roles: frozenset[Role], language: str) -> str:
    me = Reader(live.state.people.get("remote", stranger("remote")), "remote", "Anahera Example")
    view = View(place, language, roles, origin="https://forum.example")
    whole, _ = asyncio.run(Sheet(live, page, view, me if page.own else None).now())
    return whole.filled(dict.fromkeys(whole.names, "0" * 16)).decode()


def places(page: Page, forum: Forum) -> list[str]:
    contributions = list(forum.contributions.by_id)[::40]
    several = "+".join(a.id for a in open_ones(forum.amendments, forum.plenary.current or ""))
    amendments = [*list(forum.amendments)[::6], several]
    possible = ["", PLENARY, *forum.breakouts, *forum.consolidation.order, *contributions]
    possible += [*amendments, *forum.recommendations.order[::3]]
    return [place for place in possible if page.exists(forum, place)]


def heard(view: HtmlView, after: int) -> Frame:
    return json.decode(framed(view.frame(after, presence=False)), type=Frame)


def live_ids(page: Page, fresh: Document, before: Document) -> set[str]:
    """The ids of all that lives on the page: its parts, and the items of its lists.

    Where nothing is appended, an item lives if it was there before.
    """
    parts = {part.id for part in page.parts if isinstance(part, Part)}
    return parts | {
        id
        for items in page.parts
        if isinstance(items, Items)
        for id in (fresh.children.get(items.into, ()) if items.into else before.spans)
        if id.startswith(f"{items.prefix}-")
    }


@pytest.mark.parametrize("page", [p for p in PAGES.values() if p.parts], ids=lambda p: p.name)
def test_a_snapshot_with_what_was_heard_since_equals_a_fresh_page(
    page: Page, live: LiveForum, record: tuple[Event, ...]
) -> None:
    for number, seq in enumerate(range(len(record) // 9, len(record), 37)):
        stride = STRIDES[number % len(STRIDES)]
        roles = AUDIENCES[number % len(AUDIENCES)]
        language = ("en", "fr")[number % 2]
        happened = [type(event).__name__ for event in record[seq - stride : seq]]
        at(live, record, seq - stride)
        before = {
            place: Document(drawn(live, page, place, roles, language))
            for place in places(page, live.state)
        }
        at(live, record, seq)
        for place in set(before) & set(places(page, live.state)):
            fresh = Document(drawn(live, page, place, roles, language))
            shown = before[place]
            for told in heard(HtmlView(live, page, place, language, roles), seq - stride).parts:
                assert not told.html or told.id in Document(told.html).spans
                shown.put(told.id, told.html.strip(), told.into, told.before)
            for id in live_ids(page, fresh, shown):
                assert shown.element(id) == fresh.element(id), f"{page.name} {place}: {happened}"
            for items in (part for part in page.parts if isinstance(part, Items)):
                if items.sequence is not None:
                    assert shown.children.get(items.into) == fresh.children.get(items.into)
                for id in shown.children.get(items.into, ()):
                    key = id.removeprefix(f"{items.prefix}-")
                    assert id == key or items.find(live.state, place, key) is not None, happened

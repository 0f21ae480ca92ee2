"""A page is drawn once for all who share it, and never shown when it no longer holds."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from facilitate.live.forum import LiveForum
from facilitate.meeting import Attendance, Event, Forum, Role, evolve
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Endorse, Kind
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.people import Join
from facilitate.plans import read_plan
from facilitate.record.directory import Directory
from facilitate.record.log import Head, Log
from facilitate.rehearsal import PLAN as DAY
from facilitate.rehearsal.day import rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.web.blanks import Blanks
from facilitate.web.drawings import KEPT, Reader, Sheet, Sheets, View
from facilitate.web.pages import PAGES
from facilitate.web.parts import Context, Page
from facilitate.web.scenes import Scene
from tests.web.house import PLAN, House, house

MORNING = datetime(2023, 6, 5, 7, tzinfo=UTC)
SHARED = [page for page in PAGES.values() if not page.own]
AUDIENCES = (
    frozenset({Role.PARTICIPANT}),
    frozenset({Role.PARTICIPANT, Role.RAPPORTEUR}),
    frozenset({Role.CHAIR}),
    frozenset({Role.SECRETARIAT}),
)
BREAKOUT = next(page for page in SHARED if page.name == "breakout")
EVERYBODY = frozenset({Role.PARTICIPANT})


def filled(page: Blanks) -> str:
    return page.filled(dict.fromkeys(page.names, "x" * 16)).decode()


# --- it holds as long as it is shown -----------------------------------------------------


@pytest.fixture
def record() -> tuple[Event, ...]:
    return rehearsed(read_plan(DAY), voices(), MORNING)


@pytest.fixture
def day(record: tuple[Event, ...], tmp_path: Path) -> Iterator[LiveForum]:
    with house(tmp_path) as here:
        log = Log(here.engine)
        log.start("day", "DAY", record)
        yield LiveForum("day", log, Directory(here.engine), lambda: MORNING)


@pytest.mark.parametrize("page", SHARED, ids=lambda page: page.name)
def test_what_is_kept_equals_what_would_be_drawn(
    page: Page, day: LiveForum, record: tuple[Event, ...]
) -> None:
    """All of the page, not its live parts alone, at every turn of the day that is looked at."""
    sheets: dict[View, Sheet] = {}
    kept = 0
    day.state, day.events, day.head = Forum("day"), [], Head(0, b"")
    for seq, event in enumerate(record, 1):
        day.state, day.head = evolve(day.state, event), Head(seq, seq.to_bytes(32))
        day.events.append(event)
        if seq < 40 or seq % 13 not in (0, 1):
            continue
        for place in places(page, day.state):
            view = View(place, ("en", "fr")[seq // 13 % 2], AUDIENCES[seq // 26 % 4])
            sheet = sheets.setdefault(view, Sheet(day, page, view))
            shown, until = asyncio.run(sheet.now())
            fresh, _ = asyncio.run(Sheet(day, page, view).now())
            assert until == seq
            assert filled(shown) == filled(fresh), f"{page.name} {place} at {type(event).__name__}"
            kept += 1
    assert kept


def places(page: Page, forum: Forum) -> list[str]:
    contributions = list(forum.contributions.by_id)[:1]
    breakouts = list(forum.breakouts)[:1]
    groups, proposed = forum.consolidation.order[:1], list(forum.amendments)[:1]
    possible = ["", PLENARY, *breakouts, *groups, *contributions, *proposed, "chair"]
    return [place for place in possible if page.exists(forum, place)]


# --- it is drawn once --------------------------------------------------------------------


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveForum]:
    """With an open breakout, in which twenty voices were heard."""
    with house(tmp_path) as there:
        live = LiveForum(PLAN.id, Log(there.engine), Directory(there.engine))
        asyncio.run(live.handle(OpenBreakout("b1", 60), "sam"))
        for n in range(20):
            asyncio.run(live.handle(said(f"c{n}"), "anna"))
        yield live


def said(id: str) -> Contribute:
    return Contribute("b1", id, Kind.GAP, f"Words of {id}.", "en")


def counted(drawn: list[int]) -> Page:
    """The page of a breakout; ``drawn`` grows by one for it, and for each item on it."""

    def context(scene: Scene) -> Context:
        drawn.append(scene.seq)
        return BREAKOUT.context(scene)

    return replace(BREAKOUT, context=context)


async def opened(sheet: Sheet, crowd: int) -> list[Blanks]:
    return [drawn for drawn, _ in await asyncio.gather(*(sheet.now() for _ in range(crowd)))]


def test_a_crowd_of_any_size_is_given_one_drawing(live: LiveForum) -> None:
    drawn: list[int] = []
    sheet = Sheet(live, counted(drawn), View("b1", "en", EVERYBODY))
    work = []
    for crowd in (10, 100, 1000):
        live.presence_told += 1  # so that the page is to be drawn anew
        drawn.clear()
        pages = asyncio.run(opened(sheet, crowd))
        assert all(page is pages[0] for page in pages)
        work.append(len(drawn))
    assert work == [26, 1, 1]  # voices and their counts were drawn once, and are as they were


def test_those_who_join_meanwhile_do_not_have_it_drawn_anew(live: LiveForum) -> None:
    drawn: list[int] = []
    sheet = Sheet(live, counted(drawn), View("b1", "en", EVERYBODY))
    for n in range(20):
        asyncio.run(live.handle(Join(Attendance.REMOTE), f"guest-{n}"))
        assert asyncio.run(sheet.now())[1] == live.seq  # from there on the reader is told
    assert len(drawn) == 26


def test_one_voice_more_costs_one_voice_and_two_counts(live: LiveForum) -> None:
    drawn: list[int] = []
    sheet = Sheet(live, counted(drawn), View("b1", "en", EVERYBODY))
    asyncio.run(sheet.now())
    drawn.clear()
    asyncio.run(live.handle(said("one-more"), "hugo"))
    page, _ = asyncio.run(sheet.now())
    assert "Words of one-more." in filled(page)
    assert len(drawn) == 4  # with the page around them
    asyncio.run(live.handle(Endorse("c3"), "hugo"))
    assert "1 endorses it" in filled(asyncio.run(sheet.now())[0])
    assert len(drawn) == 6


def test_what_happens_while_it_is_drawn_is_not_missed(live: LiveForum) -> None:
    """Whoever asks after it happened is shown it, though a drawing was under way already."""
    sheet = Sheet(live, BREAKOUT, View("b1", "en", EVERYBODY))

    async def meanwhile() -> tuple[Blanks, int]:
        under_way = asyncio.create_task(sheet.now())
        await asyncio.sleep(0)
        await live.handle(said("meanwhile"), "hugo")
        later = await sheet.now()
        await under_way
        return later

    page, until = asyncio.run(meanwhile())
    assert until == live.seq
    assert "Words of meanwhile." in filled(page)


# --- and is each reader's own ------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        yield there


def found(pattern: str, page: httpx2.Response) -> list[str]:
    return re.findall(pattern, page.text)


def test_each_reader_has_their_own_name_and_ids_on_it(here: House) -> None:
    here.ask("anna", said("c1"), said("c2"))
    here.ask("hugo", Endorse("c1"))
    annas, hugos = (here.get("/breakouts/b1", by) for by in ("anna", "hugo"))
    for page, id, name in ((annas, "anna", "Anna"), (hugos, "hugo", "Hugo")):
        assert found(r'<b dir="auto">([^<]*)</b>', page) == [name]
        assert found(r'data-me="([^"]*)"', page) == [id]
        nonces = found(r'<style nonce="([^"]*)" id="mine">\[data-by="' + id, page)
        assert [f"'nonce-{nonce}'" in page.headers["content-security-policy"] for nonce in nonces]
        assert found(r'data-after="([^"]*)"', page) == [f"{here.live.seq}"]
    assert found(r",\[data-mine=([^]]*)]", hugos) == ["endorsed-c1"]
    assert found(r",\[data-mine=([^]]*)]", annas) == []
    fresh = [found(r'value="([0-9a-f]{16})" data-fresh', page) for page in (annas, hugos)]
    assert len({id for ids in fresh for id in ids}) == 2 * len(fresh[0]) > 0


def test_who_has_spoken_is_shown_it_at_once(here: House) -> None:
    """Without a script all that one sees is the page one is led back to."""
    here.get("/breakouts/b1", "anna")
    for n in range(3):
        fields: dict[str, object] = {
            "do": "Contribute",
            "breakout": "b1",
            "id": f"c{n}",
            "kind": "gap",
            "language": "en",
            "text": f"Words of c{n}.",
        }
        here.post("/breakouts/b1", "anna", fields)
        assert f"Words of c{n}." in here.get("/breakouts/b1", "anna").text


def test_it_comes_packed_or_plain(here: House) -> None:
    here.ask("anna", said("c1"))
    path, known = f"/forums/{PLAN.id}/breakouts/b1", here.known("anna")
    plain = here.http.get(path, headers={**known, "accept-encoding": "identity"})
    packed = here.http.get(path, headers={**known, "accept-encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert all("accept-encoding" in page.headers["vary"].lower() for page in (plain, packed))
    assert without_fresh(plain) == without_fresh(packed)


def without_fresh(page: httpx2.Response) -> str:
    return re.sub(r'nonce="[^"]*"|value="[0-9a-f]{16}" data-fresh', "", page.text)


def test_pages_of_different_parts_and_languages_are_kept_apart(here: House) -> None:
    desks = {by: "/desk" in here.get("", by).text for by in ("anna", "rita", "ramon", "clara")}
    assert desks == {"anna": False, "rita": True, "ramon": True, "clara": False}
    assert "breakouts/b1/desk" in here.get("", "rita").text
    assert "breakouts/b1/desk" not in here.get("", "ramon").text
    language = {**here.known("anna")}
    french = {"cookie": f"{language['cookie']}; language=fr"}
    assert 'lang="fr"' in here.http.get(f"/forums/{PLAN.id}", headers=french).text
    assert 'lang="en"' in here.get("", "anna").text


def test_what_was_searched_is_shown_and_not_kept(live: LiveForum) -> None:
    sheets, page = Sheets(live), next(page for page in SHARED if page.name == "people")
    reader = Reader(live.state.people["sam"], "sam", "Sam")
    plain = View("", "en", frozenset({Role.SECRETARIAT}))
    assert sheets.of(page, plain, reader) is sheets.of(page, plain, reader)
    searched = replace(plain, query="who=Hugo")
    assert sheets.of(page, searched, reader) is not sheets.of(page, searched, reader)
    whole, _ = asyncio.run(sheets.of(page, searched, reader).now())
    assert "person-hugo" in filled(whole)
    assert "person-anna" not in filled(whole)


def test_only_so_many_pages_are_kept(live: LiveForum) -> None:
    sheets, reader = Sheets(live), Reader(live.state.people["anna"], "anna", "Anna")
    first = View("b1", "en", EVERYBODY, origin="http://0")
    kept = sheets.of(BREAKOUT, first, reader)
    for n in range(1, KEPT + 1):
        sheets.of(BREAKOUT, replace(first, origin=f"http://{n}"), reader)
    assert sheets.of(BREAKOUT, first, reader) is not kept

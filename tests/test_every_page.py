"""Every page at every hour of the day is for everybody: on a phone, and on a desk in the dark."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Page

from facilitate.live.forum import now
from facilitate.rehearsal.day import Act
from facilitate.rehearsal.demo import staged
from facilitate.web.identity import LANGUAGE_COOKIE
from facilitate.web.languages import LANGUAGES
from tests.browser import DESK, PHONE, PROJECTOR, Screen, Window, axe
from tests.web.serving import at_a_free_port, running

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Whose pages are looked at in each act.
ROUNDS: Mapping[Act, Mapping[str, tuple[str, ...]]] = {
    Act.OPENING: {"remote": ("", "/breakouts/good", "/plenary", "/report", "/mine")},
    Act.CONTRIBUTIONS: {
        "hall": ("", "/breakouts/online", "/contributions/g01"),
        "rapporteur-good": ("/breakouts/good/desk",),
        "secretariat": ("/secretariat", "/people", "/people/remote", "/consolidation"),
    },
    Act.CONSOLIDATION: {
        "rapporteur-policies": (
            "/breakouts/policies/desk",
            "/consolidation",
            "/consolidation/goal",
        ),
        "secretariat": ("/secretariat",),
    },
    Act.PLENARY: {
        "remote": ("/plenary", "/plenary/preview/goal-1+goal-2", "/recommendations/goal", "/mine"),
        "chair": ("/chair",),
        "rapporteur-good": ("/consolidation", "/consolidation/status"),
    },
    Act.REPORT: {
        "hall": ("", "/report", "/mine", "/plenary", "/contributions/g01"),
        "chair": ("/chair",),
    },
}


@contextmanager
def day_at(act: Act, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    settings = at_a_free_port(str(folder / f"{act}.db"))
    _, links = staged(settings.database, act, 0, now())
    with running(settings) as address:
        yield address, links


TWICE_AS_LARGE = "document.documentElement.style.fontSize = '200%'"


def signed_in(page: Page, address: str, link: str, language: str = "en") -> Page:
    page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": address}])
    page.goto(f"{address}/sign-in#{link}")
    page.wait_for_url("**/forums/civil-society-forum")
    return page


def faults(page: Page) -> list[str]:
    wide = page.evaluate(SIDEWAYS)
    return axe(page) + ([f"{wide} px wider than the screen"] if wide > 0 else [])


@pytest.mark.parametrize("screen", [PHONE, replace(DESK, dark=True)], ids=["phone", "desk, dark"])
@pytest.mark.parametrize(("act", "language"), list(zip(ROUNDS, cycle(["fr", "en"]))))
def test_every_page_is_for_everybody(
    act: Act, language: str, screen: Screen, window: Window, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    with day_at(act, tmp_path) as (address, links):
        for who, paths in ROUNDS[act].items():
            page = signed_in(window(screen), address, links[who], language)
            for path in paths:
                answer = page.goto(f"{address}/forums/civil-society-forum{path}")
                assert answer is not None
                assert answer.status == 200, path
                assert page.evaluate("document.documentElement.lang") == language
                if faulty := faults(page):
                    found[path] = faulty
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_secretariat_reads_its_desk_on_a_phone_in_letters_twice_as_large(
    language: str, window: Window, tmp_path: Path
) -> None:
    with day_at(Act.CONTRIBUTIONS, tmp_path) as (address, links):
        page = signed_in(window(PHONE), address, links["secretariat"], language)
        page.goto(f"{address}/forums/civil-society-forum/secretariat")
        page.evaluate(TWICE_AS_LARGE)
        assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("act", [Act.CONTRIBUTIONS, Act.PLENARY, Act.REPORT])
def test_the_wall_never_scrolls(act: Act, window: Window, tmp_path: Path) -> None:
    with day_at(act, tmp_path) as (address, links):
        wall = signed_in(window(PROJECTOR), address, links["projector"])
        for path in ("/projector", "/projector/online", "/projector/plenary"):
            wall.goto(f"{address}/forums/civil-society-forum{path}")
            assert faults(wall) == []
            assert wall.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0, path


def test_the_entrance_is_for_everybody(window: Window, tmp_path: Path) -> None:
    with day_at(Act.OPENING, tmp_path) as (address, _):
        page = window(PHONE)
        for path in ("/join", "/sign-in", "/nowhere"):
            page.goto(f"{address}{path}")
            assert faults(page) == [], path

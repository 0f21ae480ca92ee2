"""By keyboard alone: every page from its top to its end and back, and a whole day."""

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from facilitate.rehearsal.day import Act
from tests.browser import DESK, Screen, Window
from tests.test_every_page import ROUNDS, day_at, signed_in

STOPS = Path(__file__).with_name("kit") / "stops.js"
SCREENS = (DESK, Screen(320, 640, dark=True))  # a wide window, and one enlarged four times
FOLDED = 8  # stops there are more or fewer, as boxes open and close on the way


class Asked(msgspec.Struct, frozen=True):
    """What Tab shall reach; what folds away need only be reached on the way down."""

    name: str
    folds: bool


class Stop(msgspec.Struct, frozen=True):
    """Where the focus was, and what was wrong with it there; no name is the page itself."""

    name: str | None
    faults: list[str]


@pytest.mark.parametrize("act", list(ROUNDS))
def test_every_page_is_walked_by_tab_and_back(act: Act, window: Window, tmp_path: Path) -> None:
    found: list[str] = []
    with day_at(act, tmp_path) as (address, links):
        for screen in SCREENS:
            for who, paths in ROUNDS[act].items():
                page = signed_in(window(screen), address, links[who])
                for path in paths:
                    page.goto(f"{address}/forums/civil-society-forum{path}")
                    expect(page.locator("[data-line]")).to_have_attribute("data-line", "connected")
                    found += [
                        f"{path or '/'} at {screen.width} px: {fault}" for fault in walked(page)
                    ]
    assert found == []


def walked(page: Page) -> list[str]:
    """What is wrong with the way of Tab through this page and back."""
    page.evaluate(STOPS.read_text("utf-8"))
    asked = msgspec.convert(page.evaluate("stops.prepare()"), list[Asked])
    there, back = (rounded(page, key, len(asked)) for key in ("Tab", "Shift+Tab"))
    down, up = ([stop.name for stop in way] for way in (there, back))
    return [
        *(f"{name} comes first" for name in down[:1] if name != asked[0].name),
        *(f"{each.name} is not reached" for each in asked if each.name not in down),
        *(
            f"{each.name} is not reached upwards"
            for each in asked
            if not (each.folds or each.name in up)
        ),
        *dict.fromkeys(f"{stop.name}: {fault}" for stop in there + back for fault in stop.faults),
    ]


def rounded(page: Page, key: str, stops: int) -> list[Stop]:
    """The stops of this key, from outside the page until it is left again."""
    sure = max(1, stops - FOLDED)
    for _ in range(sure):
        page.keyboard.press(key)
    for _ in range(2 * FOLDED):
        if page.evaluate("document.activeElement === document.body"):
            noted = msgspec.convert(page.evaluate("stops.noted()"), list[Stop])
            return [stop for stop in noted if stop.name]
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not come round on {page.url}")

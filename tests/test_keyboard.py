"""By keyboard alone: every page from its top to its end and back, and a whole day."""

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.rehearsal.day import Act
from tests.browser import DESK, Screen, Window
from tests.test_every_page import ROUNDS, day_at, signed_in
from tests.test_lines import ask
from tests.web.serving import Door, at_a_free_port, served

STOPS = Path(__file__).with_name("kit") / "stops.js"
SCREENS = (DESK, Screen(320, 640, dark=True))  # a wide window, and one enlarged four times
FOLDED = 8  # stops there are more or fewer, as boxes open and close on the way
FARTHEST = 150  # stops on one page
WAY = """there => document.activeElement.compareDocumentPosition(there)
    & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab\""""
HELD = 2000  # ms, longer than a decision has to be held


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


def test_the_entrance_is_walked_too(window: Window, tmp_path: Path) -> None:
    with day_at(Act.OPENING, tmp_path) as (address, _):
        page = window(SCREENS[1])
        for path in ("/join", "/sign-in", "/nowhere"):
            page.goto(f"{address}{path}")
            assert walked(page) == [], path


def test_the_skip_link_leads_past_the_head_of_the_page(window: Window, tmp_path: Path) -> None:
    with day_at(Act.OPENING, tmp_path) as (address, links):
        page = signed_in(window(DESK), address, links["remote"])
        press(page, page.get_by_role("link", name="Go to the content"))
        page.keyboard.press("Tab")
        expect(page.locator("main :focus")).to_be_visible()


def test_what_waited_behind_a_button_has_the_focus_once_it_is_shown(
    window: Window, tmp_path: Path
) -> None:
    with served(at_a_free_port(str(tmp_path / "forum.db"))) as door:
        ask(door, "sam", OpenBreakout("b1", 60))
        voices = [Contribute("b1", f"c{n}", Kind.GAP, f"Voice {n}.", "en") for n in range(13)]
        ask(door, "hugo", *voices[:12])
        anna = without_a_mouse(window, door, "anna")
        go(anna, "Breakout on rivers")
        ask(door, "hugo", voices[12])
        press(anna, button(anna, "New contributions: 1"))
        expect(anna.locator("#contribution-c12")).to_be_focused()
        press(anna, anna.locator("#contribution-c12").get_by_role("button", name="Endorse"))
        expect(anna.get_by_text("1 endorses it")).to_be_visible()


def test_a_day_by_keyboard_alone(window: Window, tmp_path: Path) -> None:
    with served(at_a_free_port(str(tmp_path / "forum.db"))) as door:
        sam, rita, ramon, clara = (
            without_a_mouse(window, door, who) for who in ("sam", "rita", "ramon", "clara")
        )
        anna = joined(window, door)
        open_breakouts(sam)
        contribute(anna, "Nobody asks those who live downstream.")
        endorse(rita, "Anna Downstream")
        raise_and_lower_a_hand(anna)
        draft(rita, "Parties should ask those who live downstream within 2 years.")
        cite(rita, "Anna Downstream")
        draft(ramon, "Parties shall ask those who live downstream within 2 years.")
        close_contributions(sam)
        for desk in (rita, ramon):
            press(desk, button(desk, "Submit the draft"))
            expect(button(desk, "Take back the draft")).to_be_visible()
        make_one_text(sam)
        adopt(clara)
        go(anna, "Forum", "Plenary")
        expect(anna.get_by_text("Recommendation 1 was adopted by consensus").first).to_be_visible()


def without_a_mouse(window: Window, door: Door, who: str = "") -> Page:
    """Somebody signed in, on a page that fails when a pointer comes down on it."""
    page = window(DESK)
    page.add_init_script("onpointerdown = () => { throw new Error('There is no mouse.') }")
    page.goto(f"{door.address}/sign-in#{door.links[who]}" if who else f"{door.address}/join")
    page.wait_for_url("**/forums/water" if who else "**/join")
    return page


def joined(window: Window, door: Door) -> Page:
    page = without_a_mouse(window, door)
    write(page, page.get_by_label("Code of the forum"), "RIVER24")
    write(page, page.get_by_label("Your name"), "Anna Downstream")
    choose(page, "attendance", "in the hall")
    press(page, button(page, "Join the forum"))
    page.wait_for_url("**/forums/water")
    return page


def open_breakouts(sam: Page) -> None:
    go(sam, "Secretariat’s desk")
    for breakout in ("b1", "b2"):
        room = sam.locator(f"#room-{breakout}")
        press(sam, button(room, "Open for contributions"))
        expect(room.get_by_text("Open for contributions", exact=True)).to_be_visible()


def contribute(anna: Page, words: str) -> None:
    go(anna, "Breakout on rivers")
    write(anna, anna.get_by_label("What do you want to say?"), words)
    choose(anna, "kind", "Gap")
    press(anna, button(anna, "Say it to the breakout"))
    expect(anna.locator(".voice", has_text=words)).to_contain_text("Gap")


def endorse(rita: Page, who: str) -> None:
    go(rita, "Breakout on rivers")
    press(rita, button(rita, f"Endorse what {who} said"))
    expect(rita.get_by_text("1 endorses it")).to_be_visible()


def raise_and_lower_a_hand(anna: Page) -> None:
    press(anna, button(anna, "Raise my hand"))
    press(anna, button(anna, "Lower my hand"))
    expect(anna.get_by_text("No hand is raised.")).to_be_visible()


def draft(desk: Page, words: str) -> None:
    go(desk, "Forum", "Rapporteur’s desk")
    press(desk, button(desk, "Add a recommendation"))
    expect(desk.get_by_label("Text of the recommendation")).to_be_focused()
    desk.keyboard.type(words)
    desk.keyboard.press("Control+s")
    expect(desk.get_by_text("; saved at")).to_be_visible()


def cite(desk: Page, who: str) -> None:
    press(desk, button(desk, "Cite in 1"), "c")
    expect(desk.locator("#draft-list").get_by_role("link", name=who)).to_be_visible()


def close_contributions(sam: Page) -> None:
    for breakout in ("b1", "b2"):
        room = sam.locator(f"#room-{breakout}")
        press(sam, room.locator("summary", has_text="Close contributions"))
        press(sam, button(room, "Close contributions now"))
        expect(button(room, "Reopen contributions")).to_be_visible()


def make_one_text(sam: Page) -> None:
    go(sam, "Forum", "Consolidation")
    press(sam, button(sam, "Form this group"))
    go(sam, "Group 1")
    press(sam, button(sam, "Take A"), "a")
    press(sam, button(sam, "Put to the plenary"))
    expect(sam.get_by_text("Before the plenary as recommendation 1")).to_be_visible()


def adopt(clara: Page) -> None:
    go(clara, "Chair’s desk")
    for each in ("Open the plenary", "Open recommendation 1", "Call for consensus"):
        press(clara, button(clara, each))
    reach(clara, button(clara, "Adopt by consensus"))
    clara.keyboard.down(" ")
    clara.wait_for_timeout(HELD)
    clara.keyboard.up(" ")
    expect(clara.get_by_text("Recommendation 1 was adopted by consensus")).to_be_visible()


def button(there: Page | Locator, name: str) -> Locator:
    return there.get_by_role("button", name=name).first


def go(page: Page, *links: str) -> None:
    """Follow these links, one after the other, and be there when the page hears what is new."""
    for link in links:
        page.evaluate("window.left = true")
        press(page, page.get_by_role("link", name=link).first)
        page.wait_for_function("!window.left")
        expect(page.locator("[data-line]")).to_have_attribute("data-line", "connected")


def press(page: Page, there: Locator, key: str = "Enter") -> None:
    reach(page, there)
    page.keyboard.press(key)


def write(page: Page, field: Locator, words: str) -> None:
    reach(page, field)
    page.keyboard.type(words)


def choose(page: Page, group: str, radio: str) -> None:
    """Tab comes to the group, the arrows to what is chosen of it."""
    reach(page, page.locator(f"input[name={group}]:checked"))
    for _ in range(page.locator(f"input[name={group}]").count()):
        if page.get_by_role("radio", name=radio).is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"The arrows do not come to {radio}.")


def reach(page: Page, there: Locator) -> None:
    """By the shorter way, as people do."""
    expect(there).to_be_visible()
    key = there.evaluate(WAY)
    for _ in range(FARTHEST):
        if there.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not come to {there}.")

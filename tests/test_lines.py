"""What people see when the line is bad, when sockets are blocked, and when there is no script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.procedure import Command
from tests.browser import DESK, PHONE, Window
from tests.web.serving import Door, at_a_free_port, planned, process, served

WORDS = "The river has no voice here."


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with served(at_a_free_port(str(tmp_path / "forum.db"))) as there:
        ask(there, "sam", OpenBreakout("b1", 60))
        yield there


def ask(door: Door, by: str, *commands: Command) -> None:
    with door.line(by) as line:
        for command in commands:
            line.send(encode(command).decode())
            while "done" not in (told := str(line.recv(10))):
                assert "refused" not in told


def at_breakout(page: Page, door: Door, who: str) -> Page:
    page.goto(f"{door.address}/sign-in#{door.links[who]}")
    page.wait_for_url("**/forums/water")
    page.goto(f"{door.address}/forums/water/breakouts/b1")
    expect(page.locator("[data-line]")).to_have_attribute("data-line", "connected")
    return page


def write(page: Page, words: str) -> None:
    page.get_by_label("What do you want to say?").fill(words)


def send(page: Page) -> None:
    page.get_by_role("button", name="Say it to the breakout").click()


def test_what_is_being_typed_outlives_a_reload(door: Door, window: Window) -> None:
    anna = at_breakout(window(PHONE), door, "anna")
    write(anna, WORDS)

    anna.reload()
    expect(anna.get_by_label("What do you want to say?")).to_have_value(WORDS)
    expect(anna.get_by_text("Kept on this device while you write.")).to_be_visible()


def test_what_is_sent_without_a_line_is_kept_and_sent_once(door: Door, window: Window) -> None:
    anna = at_breakout(window(PHONE), door, "anna")
    hugo = at_breakout(window(DESK), door, "hugo")
    anna.context.set_offline(True)
    write(anna, WORDS)
    send(anna)
    expect(anna.get_by_text("Kept here; will be sent when the line is back.")).to_be_visible()

    anna.context.set_offline(False)
    expect(hugo.locator(".voice-text", has_text=WORDS)).to_have_count(1)
    expect(anna.locator(".voice-text", has_text=WORDS)).to_have_count(1)
    expect(anna.get_by_label("What do you want to say?")).to_have_value("")
    anna.reload()
    expect(anna.locator(".voice-text", has_text=WORDS)).to_have_count(1)


def test_a_server_that_was_gone_gets_it_once(tmp_path: Path, window: Window) -> None:
    door = planned(at_a_free_port(str(tmp_path / "forum.db")))
    log = tmp_path / "log"
    with process(door, log) as running:
        ask(door, "sam", OpenBreakout("b1", 60))
        anna = at_breakout(window(PHONE), door, "anna")
        running.kill()
        running.wait()
        expect(anna.locator("[data-line]")).to_have_attribute("data-line", "trying")
        write(anna, WORDS)
        send(anna)
        expect(anna.get_by_text("Kept here; will be sent when the line is back.")).to_be_visible()
    with process(door, log):
        expect(anna.locator(".voice-text", has_text=WORDS)).to_have_count(1, timeout=40_000)
        expect(anna.locator("[data-line]")).to_have_attribute("data-line", "connected")
        anna.reload()
        expect(anna.locator(".voice-text", has_text=WORDS)).to_have_count(1)


def test_where_sockets_are_blocked_the_page_lives_on_server_sent_events(
    door: Door, window: Window
) -> None:
    anna = window(DESK)
    anna.route_web_socket("**/live*", lambda socket: socket.close())
    at_breakout(anna, door, "anna")

    ask(door, "hugo", Contribute("b1", "c1", Kind.GAP, WORDS, "en"))
    expect(anna.locator(".voice-text", has_text=WORDS)).to_have_count(1)


def test_what_comes_moves_neither_focus_nor_selection_nor_scroll(
    door: Door, window: Window
) -> None:
    many = [
        Contribute("b1", f"c{n}", Kind.CONCERN, f"Concern {n}. {WORDS}", "en") for n in range(25)
    ]
    ask(door, "hugo", *many[:15])
    anna = at_breakout(window(PHONE), door, "anna")
    write(anna, "one two three")
    box = anna.get_by_label("What do you want to say?")
    box.evaluate("box => { box.focus({preventScroll: true}); box.setSelectionRange(4, 7) }")
    anna.evaluate("scrollTo(0, 300)")
    before = anna.evaluate(STANCE)

    ask(door, "hugo", *many[15:])
    expect(anna.get_by_role("button", name="New contributions: 10")).to_be_attached()
    assert anna.evaluate(STANCE) == before


STANCE = """() => [
    document.activeElement.name, document.activeElement.value,
    document.activeElement.selectionStart, document.activeElement.selectionEnd, scrollY,
]"""


def test_without_script_one_joins_speaks_endorses_and_asks_for_the_floor(
    door: Door, chromium: Browser
) -> None:
    ask(door, "hugo", Contribute("b1", "c1", Kind.GAP, WORDS, "en"))
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.goto(f"{door.address}/join")
    page.get_by_label("Code of the forum").fill("RIVER24")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_role("radio", name="remotely").check()
    page.get_by_role("button", name="Join the forum").click()
    page.goto(f"{door.address}/forums/water/breakouts/b1")
    write(page, "Nobody measures it.")
    page.get_by_role("radio", name="Gap").check()
    send(page)
    expect(page.locator(".voice-text", has_text="Nobody measures it.")).to_have_count(1)
    page.get_by_role("button", name="Endorse what Hugo said").click()
    expect(page.get_by_text("1 endorses it")).to_be_visible()
    expect(page.get_by_role("button", name="Endorsed; take it back")).to_be_visible()
    page.get_by_role("button", name="Raise my hand").click()
    expect(page.locator("#floor").get_by_text("Nora")).to_be_visible()
    context.close()


RECORDED = """
const later = window.setTimeout
window.pauses = []
window.setTimeout = (what, pause) => {
  window.pauses.push(pause)
  return later(what, pause)
}
Math.random = () => %s
"""


@pytest.mark.parametrize(("drawn", "first"), [(0, 250), (0.5, 500)])
def test_a_line_that_is_lost_is_tried_again_at_growing_jittered_pauses(
    drawn: float, first: int, tmp_path: Path, window: Window
) -> None:
    page = window(PHONE)
    page.add_init_script(RECORDED % drawn)
    with served(at_a_free_port(str(tmp_path / "forum.db"))) as door:
        ask(door, "sam", OpenBreakout("b1", 60))
        at_breakout(page, door, "anna")
        page.evaluate("window.pauses.length = 0")
    grown = [first, 2 * first, 4 * first]
    page.wait_for_function("(grown) => grown.every((pause) => pauses.includes(pause))", arg=grown)
    assert [pause for pause in page.evaluate("window.pauses") if pause in grown][:3] == grown
    expect(page.locator("[data-line]")).to_have_attribute("data-line", "trying")

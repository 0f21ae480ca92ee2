"""The whole day in real browsers: from the plan file to the report, seen by those who are there."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import DESK, PHONE, PROJECTOR, Window, axe

PROGRAM = Path(sys.executable).with_name("facilitate")
STARTING = 30  # s
HELD = 2000  # ms, longer than a decision has to be held
LATE = 0.5  # s
PLAN = """
id = "water"
join_code = "RIVER24"
title = { en = "Forum on Water", fr = "Forum sur l’eau" }
date = 2030-06-01
venue = "Paris"
timezone = "Europe/Paris"
languages = ["en", "fr"]

[[topics]]
id = "rivers"
title = "Rivers"
questions = ["Who owns a river?"]

[[topics]]
id = "wells"
title = "Wells"
questions = ["Who digs a well?"]

[[breakouts]]
id = "b1"
topic = "rivers"
title = "Breakout on rivers"
place = "Room 1"

[[breakouts]]
id = "b2"
topic = "wells"
title = "Breakout on wells"
place = "Room 2"

[[people]]
id = "sam"
name = "Sam Secretariat"
attendance = "hall"
roles = ["secretariat"]

[[people]]
id = "rita"
name = "Rita Rapporteur"
attendance = "hall"
roles = ["rapporteur"]
breakouts = ["b1"]

[[people]]
id = "ramon"
name = "Ramon Rapporteur"
attendance = "hall"
roles = ["rapporteur"]
breakouts = ["b2"]

[[people]]
id = "clara"
name = "Clara Chair"
attendance = "hall"
roles = ["chair"]

[[people]]
id = "wall"
name = "The wall"
attendance = "hall"
roles = ["observer"]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A forum planned and served by the program itself; its links are in ``LINKS``."""
    folder = tmp_path_factory.mktemp("day")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    there = f"http://127.0.0.1:{port}"
    database = ["--database", str(folder / "forum.db")]
    planned = subprocess.run(
        [PROGRAM, "plan", str(folder / "plan.toml"), "--address", there, *database],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    LINKS.update(re.findall(r"^(.+?) \(.*\)\n +(http\S+)$", planned, re.MULTILINE))
    server = subprocess.Popen([PROGRAM, "serve", "--port", str(port), *database])
    wait_for(f"{there}/healthz")
    yield there
    server.send_signal(signal.SIGINT)
    server.wait(STARTING)


LINKS: dict[str, str] = {}


def wait_for(page: str) -> None:
    end = time.monotonic() + STARTING
    while True:
        try:
            with urlopen(page):
                return
        except URLError:
            assert time.monotonic() < end, f"{page} does not answer"
            time.sleep(0.1)


def signed_in(page: Page, who: str) -> Page:
    page.goto(LINKS[who])
    page.wait_for_url("**/forums/water")
    return page


def joined(page: Page, address: str, name: str, attendance: str) -> Page:
    page.goto(f"{address}/join#RIVER24")
    expect(page.get_by_label("Code of the forum")).to_have_value("RIVER24")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("radio", name=attendance).check()
    page.get_by_role("button", name="Join the forum").click()
    page.wait_for_url("**/forums/water")
    return page


def at(page: Page, path: str) -> Page:
    page.goto(f"{page.url.split('/forums/')[0]}/forums/water{path}")
    expect(page.locator("[data-line]")).to_have_attribute("data-line", "connected")
    return page


def say(page: Page, words: str, kind: str) -> None:
    page.get_by_label("What do you want to say?").fill(words)
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("button", name="Say it to the breakout").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def hold(page: Page, button: str) -> None:
    held = page.get_by_role("button", name=button)
    held.hover()
    page.mouse.down()
    page.wait_for_timeout(HELD)
    page.mouse.up()


def look(*pages: Page) -> None:
    """Nobody is shut out of what is on these screens."""
    assert [found for page in pages for found in axe(page)] == []


def open_breakout(sam: Page, breakout: str) -> None:
    room = sam.locator(f"#room-{breakout}")
    room.get_by_role("button", name="Open for contributions").click()
    expect(room.get_by_text("Open for contributions", exact=True)).to_be_visible()


def close_contributions(sam: Page, breakout: str) -> None:
    room = sam.locator(f"#room-{breakout}")
    room.locator("summary", has_text="Close contributions").click()
    room.get_by_role("button", name="Close contributions now").click()
    expect(room.get_by_role("button", name="Reopen contributions")).to_be_visible()


def answered_late(route: Route) -> None:
    """The news of what one does may be there before the answer to it is."""
    answer = route.fetch()
    time.sleep(LATE)
    route.fulfill(response=answer)


def draft(desk: Page, words: str) -> None:
    """A new draft recommendation with these words, saved as they are written."""
    there = desk.locator("#draft-list > li").count()
    desk.get_by_role("button", name="Add a recommendation").click()
    paragraph = desk.locator("#draft-list > li").nth(there)
    paragraph.get_by_label("Text of the recommendation").fill(words)
    expect(paragraph.locator(".write .saved")).to_have_text("Saved")
    expect(paragraph.get_by_text("; saved at")).to_be_visible()
    expect(paragraph.get_by_label("Text of the recommendation")).to_have_value(words)


def test_a_day_from_the_plan_to_the_report(address: str, window: Window) -> None:
    sam = at(signed_in(window(DESK), "Sam Secretariat"), "/secretariat")
    rita = signed_in(window(DESK), "Rita Rapporteur")
    ramon = signed_in(window(replace(DESK, dark=True)), "Ramon Rapporteur")
    clara = signed_in(window(DESK), "Clara Chair")
    wall = at(signed_in(window(PROJECTOR), "The wall"), "/projector")
    anna = joined(window(PHONE), address, "Anna", "remotely")
    hugo = joined(window(replace(PHONE, dark=True)), address, "Hugo", "in the hall")
    look(sam, rita, clara, wall, anna, hugo)

    # The secretariat opens the breakouts; all who are there see it at once.
    expect(anna.get_by_text("Nothing asks for you at this moment")).to_be_visible()
    open_breakout(sam, "b1")
    open_breakout(sam, "b2")
    anna.get_by_role("link", name="Breakout on rivers").first.click()
    expect(anna.get_by_role("heading", name="Who owns a river?")).to_be_visible()
    at(hugo, "/breakouts/b1")
    at(rita, "/breakouts/b1/desk")
    at(ramon, "/breakouts/b2/desk")
    at(wall, "/projector/b1")

    # At home and in the hall people contribute; each hears the other.
    say(anna, "Nobody asks those who live downstream.", "Gap")
    expect(hugo.get_by_text("Nobody asks those who live downstream.")).to_be_attached()
    expect(wall.get_by_text("Nobody asks those who live downstream.")).to_be_visible()
    say(hugo, "The dam took 30 fields.", "Experience")
    expect(anna.get_by_text("The dam took 30 fields.")).to_be_attached()
    hugo.reload()
    hugo.get_by_role("button", name="Endorse what Anna said").click()
    expect(rita.get_by_text("1 endorses it")).to_be_visible()
    look(anna, hugo, wall)

    # A rapporteur takes down somebody without a device: F, the words, Enter.
    rita.locator("body").press("f")
    rita.keyboard.type("My well is dry since May.")
    rita.keyboard.press("Enter")
    expect(anna.get_by_text("My well is dry since May.")).to_be_attached()
    expect(rita.get_by_text("Said in the room; written down by Rita Rapporteur")).to_be_visible()

    # A hand is raised, the floor is given and ends.
    anna.get_by_role("button", name="Raise my hand").click()
    rita.get_by_role("button", name="Give the floor Anna").click()
    anna.get_by_role("button", name="I have finished").click()
    expect(anna.get_by_text("No hand is raised.")).to_be_visible()

    # The rapporteurs draft, and cite whom they heard with one key.
    draft(rita, "Parties should ask those who live downstream within 2 years.")
    said = rita.locator("#voices > li", has_text="Nobody asks")
    said.get_by_role("button", name="Cite").first.focus()
    rita.keyboard.press("c")
    expect(rita.locator("#draft-list").get_by_role("link", name="Anna")).to_be_visible()
    expect(anna.locator("#draft").get_by_text("Parties should ask those")).to_be_attached()
    draft(ramon, "Parties shall ask those who live downstream within 2 years.")
    draft(ramon, "Civil society should map the wells.")
    look(rita, ramon)

    # Contributions are closed, the drafts submitted.
    close_contributions(sam, "b1")
    close_contributions(sam, "b2")
    expect(anna.get_by_text("Contributions are closed; the rapporteurs write")).to_be_visible()
    for desk in (rita, ramon):
        desk.get_by_role("button", name="Submit the draft").click()
        expect(desk.get_by_role("button", name="Take back the draft")).to_be_visible()

    # The drafting group makes one text of two, and leaves nothing without a place.
    at(sam, "/consolidation")
    look(sam)
    sam.get_by_role("button", name="Form this group").click()
    sam.locator("#groups").get_by_role("link").first.click()
    expect(sam.get_by_text("one obliges more than the other")).to_be_visible()
    look(sam)
    sam.get_by_role("button", name="Take A").click()
    expect(sam.get_by_text("Settled", exact=True).first).to_be_visible()
    left = sam.locator("#group-standing").get_by_text("Civil society should map the wells.")
    expect(left).to_be_visible()
    sam.get_by_label("Why they go no further").fill("A map is not for the Parties to make.")
    look(sam)
    sam.route("**/consolidation/*", answered_late)
    sam.get_by_role("button", name="and put this text to the plenary").click()
    expect(sam.get_by_text("Before the plenary as recommendation 1")).to_be_visible()
    at(sam, "/consolidation")
    look(sam)

    # The plenary: two amendments to the same text.
    at(clara, "/chair")
    clara.get_by_role("button", name="Open the plenary").click()
    clara.get_by_role("button", name="Open recommendation 1").first.click()
    at(anna, "/plenary")
    at(hugo, "/plenary")
    at(wall, "/projector")
    expect(wall.get_by_text("ask those who live downstream")).to_be_visible()
    propose(anna, "2 years", "1 year")
    propose(hugo, "downstream", "downstream and upstream")
    anna.locator(".amendment", has_text="Hugo").get_by_role("button", name="Support").click()
    look(clara, anna, hugo, wall)
    clara.get_by_role("button", name="Accept into the text amendment 1").click()
    expect(clara.locator(".stage-text")).to_contain_text("within 1 year")
    clara.get_by_role("button", name="Accept into the text amendment 2").click()
    expect(clara.locator(".stage-text")).to_contain_text("downstream and upstream within 1 year")
    clara.get_by_role("button", name="Call for consensus").click()

    # Somebody objects, and lets it pass with a reservation.
    expect(anna.get_by_text("The chair asks: can you agree to this text?")).to_be_visible()
    anna.locator("summary", has_text="I object, with a reason").click()
    anna.get_by_label("Why you cannot agree to recommendation 1").fill("One year is short.")
    anna.get_by_role("button", name="Object with this reason").click()
    expect(clara.get_by_text("One year is short.")).to_be_visible()
    look(clara, anna)
    hold(clara, "Adopt with reservations")
    adopted = "Recommendation 1 was adopted with reservations"
    for screen in (clara, anna, hugo, wall):
        expect(screen.get_by_text(adopted).first).to_be_visible()
    look(clara, anna, wall)

    # The report stands, and every line of it leads back to who asked for it.
    clara.get_by_role("button", name="Close the plenary").first.click()
    expect(anna.get_by_text("The plenary has closed.").first).to_be_visible()
    at(hugo, "/report")
    report = hugo.locator("main")
    expect(report).to_contain_text("ask those who live downstream and upstream within 1 year.")
    expect(report).to_contain_text("One year is short.")
    expect(report).to_contain_text("Anna")
    look(hugo)
    at(anna, "/mine")
    expect(anna.locator("main")).to_contain_text("Nobody asks those who live downstream.")
    look(anna)


def propose(page: Page, old: str, new: str) -> None:
    page.locator("#propose summary.button").click()
    text = page.get_by_label("Recommendation 1 as it should read")
    text.fill(text.input_value().replace(old, new))
    page.get_by_role("button", name="Propose this amendment").click()
    expect(page.locator(".amendment ins", has_text=new.split()[-1]).first).to_be_visible()

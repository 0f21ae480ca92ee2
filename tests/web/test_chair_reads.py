"""In a real browser: no chair decides on a text that came while the eyes were elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from facilitate.meeting import Command
from facilitate.meeting.amendments import AcceptAmendments, ProposeAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.consolidation import FormGroup, PutToPlenary
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.plenary import OpenPlenary
from facilitate.meeting.recommendations import CallForConsensus, OpenRecommendation, Recommendation
from facilitate.text.collation import Run
from tests.browser import DESK, Window, axe
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, served

OLD = "Parties should keep rivers clean and report every year."
NEW = "Parties should keep rivers clean and report every two years."
HELD = 1900  # ms, longer than the button asks for
SHORT = 600  # ms
SETTLED = 1300  # ms, after which "I have read it" can be pressed


def text(words: str, version: int) -> tuple[int, str]:
    """Version and digest, as the chair's screen has them."""
    there = Recommendation("r1", "g1", Addressee.PARTIES, (Run(words, ()),), (), version)
    return there.version, there.digest


def ask(door: Door, by: str, *commands: Command) -> None:
    """Past the page on which the chair sits, as another chair could."""
    for command in commands:
        urlopen(
            Request(
                f"{door.address}/forums/{PLAN.id}/commands",
                encode(command),
                {**door.known(by), "origin": door.address, "content-type": "application/json"},
            )
        ).close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A recommendation under discussion, an amendment to it, and nothing decided."""
    with served(at_a_free_port(str(tmp_path / "chair.db"))) as door:
        draft = AddDraftRecommendation("b1", "d1", Addressee.PARTIES, OLD)
        ask(door, "sam", OpenBreakout("b1", 60))
        ask(door, "rita", draft)
        ask(door, "sam", CloseContributions("b1"))
        ask(door, "rita", SubmitDraft("b1", 1))
        ask(door, "sam", FormGroup("g1", ("b1/d1",)), PutToPlenary("g1", 1, "r1"))
        ask(door, "clara", OpenPlenary(), OpenRecommendation("r1"))
        yield door


def at_the_desk(door: Door, window: Window) -> Page:
    page = window(DESK)
    page.goto(f"{door.address}/sign-in#{door.links['clara']}")
    page.wait_for_url("**/forums/**")
    page.goto(f"{door.address}/forums/{PLAN.id}/chair")
    expect(page.get_by_text("Connected")).to_be_visible()
    return page


def hold(page: Page, label: str, time: int) -> None:
    page.get_by_role("button", name=label).hover()
    page.mouse.down()
    page.wait_for_timeout(time)
    page.mouse.up()


def amended_by_somebody_else(door: Door) -> None:
    ask(door, "anna", ProposeAmendment("r1", "a1", 1, NEW, ""))
    ask(door, "clara", AcceptAmendments("r1", ("a1",), *text(OLD, 1), text(NEW, 2)[1]))


def test_a_button_that_decides_is_held_for_a_second_and_a_half(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.get_by_role("button", name="Call for consensus").click()
    hold(page, "Adopt by consensus", SHORT)
    expect(page.locator("#holding")).to_contain_text("Let go too early")
    expect(page.locator("h1")).to_contain_text("Recommendation 1")
    hold(page, "Adopt by consensus", HELD)
    expect(page.locator(".decided")).to_contain_text("was adopted by consensus")
    assert axe(page) == []


def test_a_key_holds_as_well_as_a_finger(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.get_by_role("button", name="Call for consensus").click()
    page.get_by_role("button", name="Adopt by consensus").focus()
    page.keyboard.down("Enter")
    page.wait_for_timeout(HELD)
    page.keyboard.up("Enter")
    expect(page.locator(".decided")).to_contain_text("was adopted by consensus")


def test_what_can_only_click_confirms_by_a_second_click(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.get_by_role("button", name="Call for consensus").click()
    adopt = page.get_by_role("button", name="Adopt by consensus")
    adopt.evaluate("button => button.click()")
    expect(page.locator("#holding")).to_contain_text("Press once more")
    expect(page.locator("h1")).to_contain_text("Recommendation 1")
    adopt.evaluate("button => button.click()")
    expect(page.locator(".decided")).to_contain_text("was adopted by consensus")


def test_a_text_that_changed_disarms_all_decisions_until_it_was_read(
    door: Door, window: Window
) -> None:
    page = at_the_desk(door, window)
    amended_by_somebody_else(door)
    expect(page.locator(".stage-text")).to_have_text(NEW)
    call = page.get_by_role("button", name="Call for consensus")
    expect(call).to_be_disabled()
    expect(page.locator(".unread ins")).to_contain_text("two years")
    assert axe(page) == []
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="I have read the new text").click()
    expect(call).to_be_enabled()
    expect(page.locator(".unread")).to_be_hidden()


def test_a_page_loaded_anew_does_not_make_its_text_read(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    amended_by_somebody_else(door)
    page.reload()
    expect(page.locator(".stage-text")).to_have_text(NEW)
    expect(page.get_by_role("button", name="Call for consensus")).to_be_disabled()
    expect(page.locator(".unread ins")).to_contain_text("two years")


def test_a_text_that_changes_under_the_finger_is_not_adopted(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.get_by_role("button", name="Call for consensus").click()
    page.get_by_role("button", name="Adopt by consensus").hover()
    page.mouse.down()
    amended_by_somebody_else(door)
    ask(door, "clara", CallForConsensus("r1", *text(NEW, 2)))
    expect(page.locator(".stage-text")).to_have_text(NEW)
    page.wait_for_timeout(HELD)
    page.mouse.up()
    expect(page.locator("h1")).to_contain_text("Recommendation 1, version 2")
    expect(page.get_by_role("button", name="Adopt by consensus")).to_be_disabled()


def test_what_the_chair_accepts_need_not_be_confirmed(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    ask(door, "anna", ProposeAmendment("r1", "a1", 1, NEW, ""))
    page.get_by_role("button", name="Accept into the text").click()
    expect(page.locator(".stage-text")).to_have_text(NEW)
    expect(page.get_by_role("button", name="Call for consensus")).to_be_enabled()


def test_a_reason_half_written_decides_on_nothing_but_what_was_read(
    door: Door, window: Window
) -> None:
    page = at_the_desk(door, window)
    page.get_by_text("Defer", exact=True).click()
    page.get_by_label("Until when").fill("Until the next forum")
    amended_by_somebody_else(door)
    defer = page.get_by_role("button", name="Defer it with this reason")
    expect(defer).to_be_disabled()
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="I have read the new text").click()
    expect(page.get_by_label("Until when")).to_have_value("Until the next forum")
    hold(page, "Defer it with this reason", HELD)
    expect(page.locator(".decided")).to_contain_text("Until the next forum")

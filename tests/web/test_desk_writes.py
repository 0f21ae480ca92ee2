"""In a real browser: the desk where the live draft cannot be reached, and its forms save versions.

How rapporteurs write together where it can be reached is in ``tests/test_co_writing.py``.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, Page, expect

from facilitate.meeting import Command
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    RemoveDraftRecommendation,
    ReviseDraftRecommendation,
)
from tests.browser import DESK, PHONE, Screen, Window, axe
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, served

FIRST, SECOND = "Parties should pay.", "Parties should listen."
THEIRS = "Parties shall pay."


def ask(door: Door, by: str, *commands: Command) -> None:
    """Past the page, as another rapporteur could."""
    for command in commands:
        urlopen(
            Request(
                f"{door.address}/forums/{PLAN.id}/commands",
                encode(command),
                {**door.known(by), "origin": door.address, "content-type": "application/json"},
            )
        ).close()


def a_draft(door: Door) -> None:
    """Two voices and two draft recommendations in an open breakout."""
    ask(door, "sam", OpenBreakout("b1", 60))
    ask(
        door,
        "anna",
        Contribute("b1", "c1", Kind.GAP, "Nobody pays us.", "en"),
        Contribute("b1", "c2", Kind.CONCERN, "Dams harm fish.", "en"),
    )
    ask(
        door,
        "rita",
        AddDraftRecommendation("b1", "d1", Addressee.PARTIES, FIRST),
        AddDraftRecommendation("b1", "d2", Addressee.PARTIES, SECOND),
    )


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with served(at_a_free_port(str(tmp_path / "desk.db"))) as door:
        a_draft(door)
        yield door


def at(door: Door, window: Window, who: str, path: str, screen: Screen = DESK) -> Page:
    page = window(screen)
    page.route_web_socket("**/drafts/*", lambda line: line.close())
    page.route("**/drafts/*", lambda letter: letter.abort())
    page.goto(f"{door.address}/sign-in#{door.links[who]}")
    page.wait_for_url("**/forums/**")
    page.goto(f"{door.address}/forums/{PLAN.id}{path}")
    expect(page.get_by_text("Connected")).to_be_visible()
    return page


def at_the_desk(door: Door, window: Window) -> Page:
    return at(door, window, "rita", "/breakouts/b1/desk")


def field(page: Page, id: str = "d1") -> Locator:
    return page.locator(f"#text-{id}")


def saved_by_somebody_else(door: Door, version: int = 1) -> None:
    ask(door, "rita", ReviseDraftRecommendation("b1", "d1", version, Addressee.PARTIES, THEIRS))


def write(page: Page, words: str, id: str = "d1") -> None:
    field(page, id).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_a_voice_from_the_floor_takes_two_keys_and_its_words(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.keyboard.press("f")
    page.keyboard.type("I have no phone.")
    page.keyboard.press("Enter")
    voice = page.locator(".voice", has_text="I have no phone.")
    expect(voice).to_contain_text("Said in the room; written down by Rita")
    expect(page.locator("#floor-text")).to_have_value("")
    assert axe(page) == []


def test_a_voice_is_cited_with_one_key_where_one_wrote_last(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    field(page, "d2").focus()
    cite = page.locator("#contribution-c1").get_by_role("button", name="Cite in 2")
    cite.focus()
    page.keyboard.press("c")
    expect(page.locator("#paragraph-d2 .cite")).to_have_text(["Anna"])
    expect(page.locator("#contribution-c2 [form=cite]")).to_be_focused()
    expect(page.locator("#contribution-c1")).to_be_hidden()  # it is no longer uncited


def test_keys_can_be_switched_off(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.get_by_role("button", name="F and C are on").click()
    page.keyboard.press("f")
    expect(page.locator("#floor-text")).not_to_be_focused()


def test_ones_own_save_is_never_taken_for_somebody_elses(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    for words in (" Soon.", " Each year.", " In full."):
        write(page, words)
        page.keyboard.press("Control+s")
        page.keyboard.type(" And")  # while the answer is on its way
        expect(page.locator("#paragraph-d1 [name=version]").first).not_to_have_value("1")
    page.keyboard.press("Control+s")
    page.keyboard.type(" so on")
    page.keyboard.press("Control+s")  # while the one before is still under way
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.locator(".stale")).to_have_count(0)
    page.reload()
    expect(field(page)).to_have_value(f"{FIRST} Soon. And Each year. And In full. And so on")


def test_a_paragraph_is_split_where_one_is(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    write(page, " Unsaved words.")
    for _ in " Unsaved words.":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Enter")
    texts = page.locator("#draft-list textarea")
    expect(texts).to_have_count(3)
    expect(texts.nth(0)).to_have_value(FIRST)
    expect(texts.nth(1)).to_have_value("Unsaved words.")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def test_both_texts_are_shown_when_somebody_saved_first(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    write(page, " Mine.")
    saved_by_somebody_else(door)
    stale = page.locator(".stale")
    expect(stale.locator(".yours")).to_have_text(f"{FIRST} Mine.")
    expect(stale.locator(".theirs")).to_have_text(THEIRS)
    expect(field(page)).to_have_value(f"{FIRST} Mine.")
    assert axe(page) == []
    stale.get_by_role("button", name="Save mine over it").click()
    expect(stale).to_have_count(0)
    page.reload()
    expect(field(page)).to_have_value(f"{FIRST} Mine.")


def test_a_save_made_without_a_line_comes_back_with_both_texts(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    page.context.set_offline(True)
    write(page, " Offline.")
    page.keyboard.press("Control+s")
    expect(page.locator("#paragraph-d1 .saved")).to_contain_text("Kept here")
    saved_by_somebody_else(door)
    page.context.set_offline(False)
    expect(page.locator(".stale .theirs")).to_have_text(THEIRS, timeout=15_000)
    page.get_by_role("button", name="Take theirs").click()
    expect(field(page)).to_have_value(THEIRS)


def test_words_outlive_a_reload_and_are_not_saved_over_others_unseen(
    door: Door, window: Window
) -> None:
    page = at_the_desk(door, window)
    write(page, " Mine.")
    expect(page.locator("#paragraph-d1 .saved")).to_contain_text("Not saved yet")
    page.goto("about:blank")
    saved_by_somebody_else(door)
    page.go_back()
    expect(field(page)).to_have_value(f"{FIRST} Mine.")
    expect(page.locator(".stale .theirs")).to_have_text(THEIRS)


def test_words_in_a_paragraph_that_was_taken_out_become_a_new_one(
    door: Door, window: Window
) -> None:
    page = at_the_desk(door, window)
    write(page, " Mine.")
    ask(door, "rita", RemoveDraftRecommendation("b1", "d1", 1))
    page.get_by_role("button", name="Make a new recommendation of my words").click()
    texts = page.locator("#draft-list textarea")
    expect(texts).to_have_count(2)
    expect(texts.nth(1)).to_have_value(f"{FIRST} Mine.")


def test_a_draft_is_not_submitted_past_unsaved_words(door: Door, window: Window) -> None:
    page = at_the_desk(door, window)
    write(page, " Mine.")
    ask(door, "sam", CloseContributions("b1"))
    page.get_by_role("button", name="Submit the draft").click()
    expect(page.locator("#announcements")).to_contain_text("Save or undo")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Control+s")
    expect(page.locator("#paragraph-d1 [name=version]").first).to_have_value("2")
    page.get_by_role("button", name="Submit the draft").click()
    expect(page.locator("#draft-state")).to_contain_text("Submitted at")


def test_what_one_says_oneself_never_waits_behind_a_button(door: Door, window: Window) -> None:
    for n in range(12):
        ask(door, "hugo", Contribute("b1", f"h{n}", Kind.GAP, f"Voice {n}.", "en"))
    page = at(door, window, "anna", "/breakouts/b1", PHONE)
    page.locator("#text").fill("My own words.")
    page.get_by_role("button", name="Say it to the breakout").click()
    expect(page.locator(".voice", has_text="My own words.")).to_be_visible()
    ask(door, "hugo", Contribute("b1", "last", Kind.GAP, "The last voice.", "en"))
    expect(page.get_by_role("button", name="New contributions: 1")).to_be_visible()
    page.get_by_role("button", name="New contributions: 1").click()
    expect(page.locator("#contribution-last")).to_be_in_viewport()


def test_the_button_to_raise_a_hand_goes_while_the_hand_is_up(door: Door, window: Window) -> None:
    page = at(door, window, "anna", "/breakouts/b1")
    page.get_by_role("button", name="Raise my hand").click()
    expect(page.locator("#raise")).to_be_hidden()
    page.get_by_role("button", name="Lower my hand").click()
    expect(page.get_by_role("button", name="Raise my hand")).to_be_visible()

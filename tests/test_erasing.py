"""Somebody leaves for good, and the others see it: in real browsers, on a phone and in the hall."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.procedure import Command
from tests.browser import DESK, PHONE, Window, axe
from tests.web.serving import Door, at_a_free_port, served

WORDS = "On our island the river is dry."


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with served(at_a_free_port(str(tmp_path / "forum.db"))) as there:
        ask(there, "sam", OpenBreakout("b1", 60))
        ask(there, "anna", Contribute("b1", "c1", Kind.GAP, WORDS, "en"))
        yield there


def ask(door: Door, by: str, command: Command) -> None:
    with door.line(by) as line:
        line.send(encode(command).decode())
        while "done" not in (told := str(line.recv(10))):
            assert "refused" not in told


def signed_in(page: Page, door: Door, who: str, path: str) -> Page:
    page.goto(f"{door.address}/sign-in#{door.links[who]}")
    page.wait_for_url("**/forums/water")
    page.goto(f"{door.address}/forums/water{path}")
    return page


def test_whoever_erases_herself_is_gone_from_every_screen(door: Door, window: Window) -> None:
    hall = signed_in(window(DESK), door, "hugo", "/breakouts/b1")
    expect(hall.get_by_text(WORDS)).to_be_visible()
    phone = signed_in(window(PHONE), door, "anna", "/mine")
    expect(phone.get_by_text(WORDS)).to_be_visible()
    phone.evaluate("localStorage.setItem('kept', 'words')")

    phone.get_by_text("Erase me from this forum").click()
    assert axe(phone) == []
    phone.get_by_role("button", name="Erase me for good").click()
    expect(phone.get_by_role("heading", name="What became of what I said")).to_be_visible()
    phone.get_by_label("I know that nobody can undo this.").check()
    phone.get_by_role("button", name="Erase me for good").click()

    expect(phone.get_by_role("heading", name="You are erased from this forum")).to_be_visible()
    assert axe(phone) == []
    assert phone.evaluate("localStorage.length") == 0
    expect(hall.get_by_text(WORDS)).to_have_count(0)
    expect(hall.get_by_text("The words of contribution 1 were erased")).to_be_visible()
    phone.goto(f"{door.address}/forums/water")
    expect(phone).to_have_url(f"{door.address}/join")

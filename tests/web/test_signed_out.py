"""Words typed while a session ended are there when the person is back, in a real browser."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.record.engines import open_database
from facilitate.record.sessions import Sessions
from tests.browser import PHONE, Window
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, served

WORDS = "The fish were here before the dam."


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    path = tmp_path_factory.mktemp("signed-out") / "served.db"
    settings = replace(at_a_free_port(str(path)), plain_http=True)
    with served(settings) as there:
        with there.line("sam") as line:
            line.send(encode(OpenBreakout("b1", 60)).decode())
            while "done" not in str(line.recv(timeout=10)):
                continue
        yield there


def come_in(page: Page, door: Door) -> None:
    page.goto(f"{door.address}/sign-in#{door.links['anna']}")
    page.wait_for_url(f"**/forums/{PLAN.id}")
    page.goto(f"{door.address}/forums/{PLAN.id}/breakouts/b1")


def end_session(page: Page, door: Door) -> None:
    token = next(c["value"] for c in page.context.cookies() if c.get("name") == "facilitate")
    engine = open_database(door.settings.database)
    Sessions(engine).close(token)
    engine.dispose()


def test_what_was_sent_after_the_session_ended_is_there_when_one_is_back(
    window: Window, door: Door
) -> None:
    page = window(PHONE)
    come_in(page, door)
    page.locator("#say textarea").fill(WORDS)
    end_session(page, door)
    page.locator("#say .button.main").click()
    page.wait_for_url("**/join")

    come_in(page, door)

    page.wait_for_function(
        "words => document.querySelector('#voices').innerText.includes(words)"
        " || document.querySelector('#say textarea').value === words",
        arg=WORDS,
    )


def test_words_are_sent_on_a_network_without_tls(window: Window, door: Door) -> None:
    """There a browser has no ``crypto.randomUUID``."""
    page = window(PHONE)
    page.add_init_script("delete Crypto.prototype.randomUUID")
    come_in(page, door)
    page.locator("#say textarea").fill("Said without TLS.")
    page.locator("#say .button.main").click()
    page.locator("#voices").get_by_text("Said without TLS.").wait_for()

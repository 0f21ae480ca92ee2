"""In a real browser: our own page and stock clients of Yjs write one draft, through everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, Window
from tests.live.drafts.writers import Node
from tests.test_co_writing import at_the_desk, put_caret, sign_in
from tests.web.serving import Door, at_a_free_port, planned, process
from tests.web.test_desk_writes import FIRST, a_draft, field
from tests.web.test_stock_clients import KINDS, joined, stock_node, until


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return planned(at_a_free_port(str(tmp_path / "one.db")))


@pytest.fixture
def node(door: Door) -> Iterator[Node]:
    with stock_node(door) as there:
        yield there


def test_our_page_and_stock_clients_agree_after_all_that_happens(
    door: Door, node: Node, window: Window, tmp_path: Path
) -> None:
    with process(door, tmp_path / "log") as server:
        a_draft(door)
        page = at_the_desk(sign_in(window(DESK), door, "rita"), door)
        stock, hocuspocus = (joined(door, node, kind) for kind in KINDS)
        put_caret(page, 0, 0)
        page.keyboard.type("Page ")
        stock.write(0, "Stock 📊 ")
        hocuspocus.write(0, "Hocus ")
        together = len(f"Page Stock 📊 Hocus {FIRST}")
        until(lambda: len(stock.text) == len(hocuspocus.text) == together)
        assert stock.text == hocuspocus.text
        expect(field(page)).to_have_value(stock.text)
        for client in (stock, hocuspocus):
            client.ask("leave")
        stock.write(0, "offline ")
        hocuspocus.write(0, "away ")
        put_caret(page, 0, 0)
        page.keyboard.type("meanwhile ")
        for client in (stock, hocuspocus):
            client.ask("come")
        until(lambda: stock.synced() and hocuspocus.synced() and "meanwhile" in stock.text)
        until(lambda: stock.text == hocuspocus.text and "away " in stock.text)
        expect(field(page)).to_have_value(stock.text)
        server.kill()
        server.wait()
        stock.write(0, "down ")
        put_caret(page, 0, 0)
        page.keyboard.type("kept ")
    with process(door, tmp_path / "log"):
        page.evaluate("dispatchEvent(new Event('online'))")
        until(lambda: "kept " in hocuspocus.text and "down " in hocuspocus.text)
        until(lambda: stock.text == hocuspocus.text)
        expect(field(page)).to_have_value(stock.text, timeout=20_000)

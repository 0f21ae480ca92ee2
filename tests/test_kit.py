"""The kit itself: that it comes, that it says why when it cannot, that its browser sees."""

import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from threading import Event, Thread

import pytest
from playwright.sync_api import Page

from tests.browser import DESK, PHONE, PROJECTOR, Window, axe
from tests.kit import browsers, parts
from tests.kit.parts import Kit, Unreachable

CHECKOUT = Path(__file__).parents[1]
GOOD = """<!doctype html><html lang="en"><head><title>Rivers</title></head>
<body><main><h1>Rivers</h1><p>Dams, dams, dams.</p></main></body></html>"""
BAD = """<!doctype html><html><head><title>Rivers</title></head><body><main><h1>Rivers</h1>
<p style="color: #ccc; background: #fff">Dams</p><img src="data:,"></main></body></html>"""
SCRIPTED = '<!doctype html><html lang="en"><title>x</title><script>alert(1)</script>'
STRICT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
COOKIE = "__Host-seat=7; Secure; HttpOnly; SameSite=Lax; Path=/"


class Pages(BaseHTTPRequestHandler):
    """Serves one text under a strict CSP, and writes down the cookies it is sent."""

    server: "Site"

    def do_GET(self) -> None:
        self.server.cookies.append(self.headers.get("Cookie"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", STRICT)
        self.send_header("Set-Cookie", COOKIE)
        self.end_headers()
        self.wfile.write(self.server.text.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    def __init__(self, text: str) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.text = text
        self.cookies: list[str | None] = []

    def address(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}/"


@contextmanager
def serving(text: str) -> Iterator[Site]:
    with Site(text) as site:
        thread = Thread(target=site.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def families(page: Page, selector: str) -> set[str]:
    """The fonts that really drew an element's text."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"] for font in fonts}


def test_a_page_in_order_has_nothing_axe_objects_to(window: Window) -> None:
    page = window(PHONE)
    with serving(GOOD) as site:
        page.goto(site.address())
        assert axe(page) == []


def test_a_page_out_of_order_is_told_element_by_element(window: Window) -> None:
    page = window(DESK)
    with serving(BAD) as site:
        page.goto(site.address())
        found = axe(page)
    assert sorted(line.split()[0] for line in found) == [
        "color-contrast",
        "html-has-lang",
        "image-alt",
    ]
    assert "insufficient color contrast of 1.6" in "".join(found)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_host_cookie_is_kept_without_tls_on_this_machine(window: Window, host: str) -> None:
    page = window(DESK)
    with serving(GOOD) as site:
        page.goto(site.address(host))
        page.goto(site.address(host))
        assert site.cookies == [None, "__Host-seat=7"]


def test_each_page_is_somebody_else(window: Window) -> None:
    with serving(GOOD) as site:
        window(DESK).goto(site.address())
        window(PHONE).goto(site.address())
        assert site.cookies == [None, None]


def test_the_screens_are_what_people_hold(window: Window) -> None:
    screens = [PHONE, DESK, PROJECTOR, replace(DESK, dark=True, language="fr")]
    assert [seen(window(screen)) for screen in screens] == [
        [320, 640, True, "en", False],
        [1440, 900, False, "en", False],
        [1920, 1080, False, "en", False],
        [1440, 900, False, "fr", True],
    ]


def seen(page: Page) -> object:
    """How a page that fits itself to its screen sees it: size, touch, language, darkness."""
    page.set_content('<!doctype html><meta name="viewport" content="width=device-width">')
    return page.evaluate(
        """() => [innerWidth, innerHeight, navigator.maxTouchPoints > 0, navigator.language,
            matchMedia("(prefers-color-scheme: dark)").matches]"""
    )


def test_every_script_of_the_forum_has_letters(window: Window) -> None:
    page = window(DESK)
    page.set_content(
        "<p id=record style='font-family: Georgia, serif'>Parties</p><p id=sans style="
        "'font-family: sans-serif'>Стороны</p><p id=ar>الأطراف</p><p id=zh>缔约方</p>"
        "<p id=code style='font-family: monospace'>sha256</p><p id=sign>⚑</p>"
    )
    assert [
        families(page, f"#{name}") for name in ("record", "sans", "ar", "zh", "code", "sign")
    ] == [
        {"Noto Serif"},
        {"Noto Sans"},
        {"Noto Sans Arabic"},
        {"Noto Sans SC Thin"},  # its variable font by its first name; drawn in the weight asked for
        {"Noto Sans Mono"},
        {"Noto Sans Symbols"},
    ]


def run(folder: Path, body: str, **environment: str) -> str:
    """What pytest prints of tests in a run of their own: they shall fail, or keep an order."""
    file = folder / "test_inner.py"
    file.write_text(dedent(body), "utf-8")
    settings = ["-p", "tests.browser", "-p", "no:cacheprovider", "-c", "pyproject.toml", "-v"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, str(file)],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_script_against_the_csp_fails_the_test_that_saw_it(kit: Kit, tmp_path: Path) -> None:
    printed = run(
        tmp_path,
        """
        from tests.browser import DESK, Window
        from tests.test_kit import SCRIPTED, serving

        def test_scripted(window: Window) -> None:
            with serving(SCRIPTED) as site:
                window(DESK).goto(site.address())
        """,
    )
    assert "1 passed, 1 error" in printed
    assert "Content Security Policy" in printed


def test_asyncio_runs_after_between_and_before_browser_tests(kit: Kit, tmp_path: Path) -> None:
    printed = run(
        tmp_path,
        """
        import asyncio
        import anyio
        from tests.browser import DESK, Window

        async def nothing() -> None:
            await asyncio.sleep(0)

        def test_first() -> None:
            asyncio.run(nothing())

        def test_browser(window: Window) -> None:
            page = window(DESK)
            with page.expect_event("domcontentloaded"):
                page.set_content("<p>one")

        def test_between() -> None:
            asyncio.run(nothing())
            anyio.run(nothing)

        def test_browser_again(window: Window) -> None:
            page = window(DESK)
            with page.expect_event("domcontentloaded"):
                page.set_content("<p>two")

        def test_last() -> None:
            asyncio.run(nothing())
        """,
    )
    assert "5 passed" in printed, printed
    assert "Browser: Chromium" in printed


def test_without_a_network_the_reason_takes_four_lines(tmp_path: Path) -> None:
    printed = run(
        tmp_path,
        """
        from tests.browser import Window

        def test_plain() -> None:
            pass

        def test_page(window: Window) -> None:
            raise AssertionError("never reached")
        """,
        **unreachable(tmp_path),
    )
    assert "1 passed, 1 error" in printed
    section = printed.partition("the browser tests could not run")[2].splitlines()[1:5]
    assert [line.split(":")[0] for line in section] == [
        "The test kit (Chromium, fonts, axe-core, Yjs) could not be fetched from npm.",
        "Why",
        "What is safe",
        "What to do",
    ]
    assert "ECONNREFUSED" in section[1]


def unreachable(folder: Path) -> dict[str, str]:
    """Settings with which npm finds neither a registry nor anything it fetched before."""
    return {
        "FACILITATE_KIT": str(folder / "kit"),
        "npm_config_registry": f"http://127.0.0.1:{closed_port()}/",
        "npm_config_noproxy": "127.0.0.1",
        "npm_config_cache": str(folder / "npm"),
        "npm_config_fetch_retries": "0",
    }


def test_a_cache_that_cannot_be_written_is_a_reason_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unreachable, match=r"Why: .*file"):
        parts.fetch(tmp_path / "file" / "kit", print)


def test_a_kit_that_is_there_is_not_fetched_again(kit: Kit) -> None:
    told: list[str] = []
    assert parts.fetch(parts.place(), told.append) == kit
    assert told == []


def test_the_second_process_waits_until_the_first_has_fetched(tmp_path: Path) -> None:
    told: list[str] = []
    waits = Event()
    ready = parts.kit_in(tmp_path)

    def tell(line: str) -> None:
        told.append(line)
        waits.set()

    with ThreadPoolExecutor() as threads, (tmp_path / "lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second = threads.submit(parts.fetch, tmp_path, tell)
        assert waits.wait(60)
        with pytest.raises(TimeoutError):
            second.result(0.5)
        ready.folder.mkdir()
        fcntl.flock(first, fcntl.LOCK_UN)
        assert second.result(60) == ready
    assert told == ["Test kit: another process is fetching it; waiting …"]


def test_the_lock_file_names_every_part_by_its_digest_and_no_host() -> None:
    lock = json.loads((parts.HERE / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_elsewhere_a_chromium_of_the_machine_is_taken(tmp_path: Path) -> None:
    with pytest.raises(browsers.NoBrowser, match="install one of chromium-headless-shell"):
        browsers.on_path(str(tmp_path))
    program = tmp_path / "chromium"
    program.touch(0o755)
    assert browsers.on_path(str(tmp_path)) == browsers.Installed(program, str(program), {})

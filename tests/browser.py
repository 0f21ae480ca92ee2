"""Fixtures for tests that look at pages: a Chromium, the screens people have, and axe.

A test asks for `window` and opens pages on a screen:

    def test_the_forum_is_shown(window: Window) -> None:
        page = window(PHONE)
        page.goto(address)
        assert axe(page) == []

Each page of `window` is somebody else, with cookies of its own; a second tab of the same person is
`page.context.new_page()`. A server must run in a thread or a process of its own: inside a browser
test this thread is Playwright's. In every other test it is free for `asyncio.run`, even while the
browser stays open.
"""

import asyncio
from collections.abc import Callable, Generator, Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.kit import browsers, parts
from tests.kit.parts import Kit, Unreachable
from tests.kit.screens import DESK, PHONE, PROJECTOR, Screen, somebody

__all__ = ["DESK", "PHONE", "PROJECTOR", "Screen", "Window", "axe"]

KIT = pytest.StashKey[Kit | Unreachable]()
LOOP = pytest.StashKey[asyncio.AbstractEventLoop]()


Window = Callable[[Screen], Page]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch the kit before the first test, while no test's time limit runs."""
    needed = any("kit" in getattr(item, "fixturenames", ()) for item in session.items)
    if needed and not session.config.option.collectonly:
        _fetch(session.config)


def _fetch(config: pytest.Config) -> None:
    try:
        config.stash[KIT] = parts.fetch(parts.place(), _teller(config))
    except Unreachable as reason:
        config.stash[KIT] = reason


def _teller(config: pytest.Config) -> parts.Tell:
    """Speaks on the terminal, past whatever is captured."""
    terminal = config.get_terminal_writer()
    capture = config.pluginmanager.getplugin("capturemanager")

    def tell(line: str) -> None:
        with capture.global_and_fixture_disabled():
            terminal.line(line)
            terminal.flush()

    return tell


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Give the thread to Playwright for a browser test, and take it back for the next.

    Synchronous Playwright leaves its loop marked as running between two calls, and needs that;
    while it is so marked, no other test could call `asyncio.run`.
    """
    if "chromium" in getattr(item, "fixturenames", ()):
        asyncio._set_running_loop(item.config.stash.get(LOOP, None))
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reason = terminalreporter.config.stash.get(KIT, None)
    if isinstance(reason, Unreachable):
        terminalreporter.section("the browser tests could not run", red=True)
        terminalreporter.write_line(str(reason))


@pytest.fixture(scope="session")
def kit(pytestconfig: pytest.Config) -> Kit:
    if KIT not in pytestconfig.stash:  # asked for by name while tests run
        _fetch(pytestconfig)
    found = pytestconfig.stash[KIT]
    if isinstance(found, Unreachable):
        pytest.fail("No test kit: the reason stands at the end.", pytrace=False)
    return found


@pytest.fixture(scope="session")
def chromium(
    kit: Kit, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    installed = browsers.find(kit, tmp_path_factory.mktemp("fonts"))
    with browsers.running(installed) as browser:
        loop = pytestconfig.stash[LOOP] = asyncio.get_running_loop()
        _teller(pytestconfig)(f"\nBrowser: Chromium {browser.version}, from {installed.origin}")
        yield browser
        del pytestconfig.stash[LOOP]
        asyncio._set_running_loop(loop)  # the last test may have been anyone's


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """Opens pages. At the end none may have had an error in a script or against its CSP."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            errors.append(message.text)

    def opened(screen: Screen) -> Page:
        context = somebody(chromium, screen)
        contexts.append(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", console)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


AXE_RULES = (
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
)
AXE_RUN = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    const why = (node) => [...node.any, ...node.all, ...node.none][0]?.message ?? "";
    const line = (rule, node) =>
        `${rule.id} (${rule.impact}): ${rule.help}. ${node.target.join(" ")}: ${why(node)}`;
    return found.violations.flatMap((rule) => rule.nodes.map((node) => line(rule, node)));
}"""


def axe(page: Page) -> list[str]:
    """What WCAG 2.2 AA and good practice object to on the page as it stands, a line an element."""
    source = parts.kit_in(parts.place()).axe.read_text("utf-8")
    page.evaluate(source)
    return msgspec.convert(page.evaluate(AXE_RUN, list(AXE_RULES)), list[str])

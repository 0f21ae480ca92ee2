"""What people look at a forum on."""

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext


@dataclass(frozen=True, slots=True)
class Screen:
    """What somebody looks at: `replace(DESK, dark=True, language="fr")` is French, at night."""

    width: int
    height: int
    touch: bool = False
    dark: bool = False
    language: str = "en"


PHONE = Screen(320, 640, touch=True)
DESK = Screen(1440, 900)
PROJECTOR = Screen(1920, 1080)


def somebody(browser: Browser, screen: Screen, script: bool = True) -> BrowserContext:
    """One person's browser, with cookies of its own."""
    return browser.new_context(
        java_script_enabled=script,
        viewport={"width": screen.width, "height": screen.height},
        has_touch=screen.touch,
        is_mobile=screen.touch,
        color_scheme="dark" if screen.dark else "light",
        locale=screen.language,
    )

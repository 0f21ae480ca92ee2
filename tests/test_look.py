"""The pages' parts, as they stand in the specimen: legible, mirrored, and safe under the CSP."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Page

from tests.browser import DESK, PHONE, PROJECTOR, Screen, Window, axe

ROOT = Path(__file__).parent.parent
SHEETS = sorted((ROOT / "static").glob("*.css"))
PAGES = [*sorted((ROOT / "templates").rglob("*.html")), ROOT / "scripts" / "specimen.html"]
READ = ("forum", "breakout", "desk", "consolidation", "plenary", "chair", "report", "parts")
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(e => !e.parentElement.closest(".scroll"))
    .filter(e => e.getBoundingClientRect().right > 320 || e.getBoundingClientRect().left < 0)
    .map(e => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`)"""
ON_WALLS = ("wall", "join")
COLOUR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)")
ON_GROUNDS = [
    (ink, ground)
    for ink in ("ink", "quiet", "accent", "amber", "red", "green")
    for ground in ("paper", "sheet", "shade")
]
ON_TINTS = [
    *((tone, f"{tone}-tint") for tone in ("accent", "amber", "red", "green")),
    *(
        (ink, f"{tint}-tint")
        for ink in ("ink", "quiet")
        for tint in ("accent", "amber", "red", "green")
    ),
    *((f"reading-{letter}", f"reading-{letter}-tint") for letter in "abcd"),
    *(("ink", f"reading-{letter}-tint") for letter in "abcd"),
    ("accent-strong", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
ON_THE_WALL = [
    *((ink, "paper") for ink in ("ink", "quiet", "accent", "amber", "red")),
    ("accent", "accent-tint"),
    *((f"reading-{letter}", f"reading-{letter}-tint") for letter in "abcd"),
]


@pytest.mark.parametrize(("ink", "ground"), ON_GROUNDS + ON_TINTS)
def test_every_ink_is_legible_on_its_ground_by_day_and_by_night(ink: str, ground: str) -> None:
    colours = _colours("tokens.css")
    for inks, grounds in zip(colours[ink], colours[ground], strict=True):
        assert _contrast(inks, grounds) >= 4.5


@pytest.mark.parametrize(("ink", "ground"), ON_THE_WALL)
def test_the_projector_is_legible_from_the_last_row(ink: str, ground: str) -> None:
    colours = _colours("tokens.css") | _colours("projector.css")
    for inks, grounds in zip(colours[ink], colours[ground], strict=True):
        assert _contrast(inks, grounds) >= 7


def _colours(sheet: str) -> dict[str, tuple[str, str]]:
    text = (ROOT / "static" / sheet).read_text("utf-8")
    return {name: (light, dark) for name, light, dark in COLOUR.findall(text)}


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_can_be_mirrored_and_asks_nobody_else_for_anything(sheet: Path) -> None:
    text = sheet.read_text("utf-8")
    assert re.findall(r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b", text) == []
    assert re.findall(r"[;{]\s*(?:left|right|top|bottom|width|height|float)\s*:", text) == []
    assert re.findall(r"url\(|@import|https?:", text) == []
    assert re.findall(r"@layer \w+", text) != []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_template_has_no_style_or_handler_in_line(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"\sstyle=|\son\w+=|javascript:|\|\s*safe\b", text) == []


def test_words_from_people_are_escaped_in_every_macro() -> None:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    page = environment.from_string(
        """{% from "macros/forms.html" import act, field, area, choice %}
        {% from "macros/notices.html" import notice, empty, state %}
        {% from "macros/texts.html" import reading %}
        {{ act(x, x, {x: x}, about=x) }}{{ field("a", x, x, hint=x, error=x) }}{{ area("b", x, x) }}
        {{ choice("c", x, [(x, x)]) }}{{ notice(x, x, id=x) }}{{ empty(x, x) }}{{ state(x, x) }}
        {{ reading(x, x, x) }}"""
    )

    html = page.render(x="\"'><script>alert(1)</script>")

    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "\"'>" not in html


@pytest.fixture(scope="module")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("specimen")
    subprocess.run([sys.executable, ROOT / "scripts" / "specimen", folder], check=True)
    return folder


def _opened(window: Window, specimens: Path, screen: Screen, page: str, language: str) -> Page:
    opened = window(screen)
    opened.goto((specimens / f"{page}.{language}.html").as_uri())
    return opened


@pytest.mark.parametrize("page", READ + ON_WALLS)
def test_axe_finds_nothing_in_the_specimen(window: Window, specimens: Path, page: str) -> None:
    screen = PROJECTOR if page in ON_WALLS else DESK
    shown = _opened(window, specimens, screen, page, "en")
    assert axe(shown) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_runs_out_of_a_phone_even_with_letters_twice_as_large(
    window: Window, specimens: Path, language: str
) -> None:
    wide = []
    for page in READ:
        shown = _opened(window, specimens, PHONE, page, language)
        for size in ("100%", "200%"):
            shown.evaluate("size => document.documentElement.style.fontSize = size", size)
            if shown.evaluate("document.documentElement.scrollWidth") > PHONE.width:
                wide.append((page, size, shown.evaluate(STICKING_OUT)))
        shown.context.close()
    assert wide == []


@pytest.mark.parametrize("page", ON_WALLS)
def test_the_wall_is_never_scrolled_and_never_small(
    window: Window, specimens: Path, page: str
) -> None:
    shown = _opened(window, specimens, PROJECTOR, page, "en")
    assert shown.evaluate("document.documentElement.scrollHeight") <= PROJECTOR.height
    assert (
        shown.evaluate(
            """[...document.querySelectorAll('.projector *')]
            .filter(e => !e.closest('.said') && e.getClientRects().length && e.innerText?.trim())
            .map(e => [e.className, parseFloat(getComputedStyle(e).fontSize)])
            .filter(([_, size]) => size < 40)"""
        )
        == []
    )

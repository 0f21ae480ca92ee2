"""How what browsers are sent is bundled, with the npm packages that some of it needs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facilitate.places import CHECKOUT
from hatch_build import PARTS, STAMP, bundle, digest, is_fresh

KINDS = {"css": r'set sheet = "([\w-]+)"', "js": r'set script = "([\w-]+)"'}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the bundle is made of, and no bundle yet."""
    (tmp_path / "scripts").mkdir()
    for name in (*PARTS, "hatch_build.py"):
        shutil.copy(CHECKOUT / name, tmp_path / name)
    without = shutil.ignore_patterns("dist", ".bundling-*")
    shutil.copytree(CHECKOUT / "static", tmp_path / "static", ignore=without)
    return tmp_path


def test_what_pages_ask_for_is_made_of_the_present_sources(checkout: Path) -> None:
    assert is_fresh(CHECKOUT)
    assert not is_fresh(checkout)
    assert digest(checkout) == digest(CHECKOUT)


@pytest.mark.parametrize("source", ["src/co-writing.js", "base.css", "pages/desk.js"])
def test_a_changed_source_makes_the_bundle_stale(checkout: Path, source: str) -> None:
    shutil.copytree(CHECKOUT / "static" / "dist", checkout / "static" / "dist")
    assert is_fresh(checkout)
    with (checkout / "static" / source).open("a") as file:
        file.write("/* more */\n")
    assert not is_fresh(checkout)


def test_what_is_fresh_is_not_made_again(checkout: Path) -> None:
    dist = checkout / "static" / "dist"
    dist.mkdir()
    (dist / STAMP).write_text(digest(checkout))
    bundle(checkout)
    assert [file.name for file in dist.iterdir()] == [STAMP]


def test_an_unreachable_registry_is_told_in_four_lines(checkout: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    ran = subprocess.run(
        [sys.executable, "hatch_build.py"],
        cwd=checkout,
        env={
            "PATH": str(Path(sys.executable).parent),
            "HOME": str(checkout),
            "npm_config_registry": nowhere,
            "npm_config_fetch_retries": "0",
        },
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    said = ran.stderr.strip().splitlines()
    assert len(said) == 4
    assert nowhere in said[1]
    folders = {file.name for file in (checkout / "static").iterdir() if file.is_dir()}
    assert folders == {"pages", "src"}


def test_every_page_finds_its_sheet_and_its_script() -> None:
    """And every sheet and script of the checkout is in some bundle."""
    pages = "".join(page.read_text() for page in (CHECKOUT / "templates").rglob("*.html"))
    asked = {f"{name}.{kind}" for kind in KINDS for name in re.findall(KINDS[kind], pages)}
    asked |= set(re.findall(r'asset\("dist/([\w-]+\.\w+)"\)', pages))
    static = CHECKOUT / "static"
    assert {page.name for page in (static / "pages").iterdir()} == asked
    bundled = "".join(page.read_text() for page in (static / "pages").iterdir())
    modules = "".join(module.read_text() for module in static.rglob("*.js"))
    for file in [*static.glob("*.css"), *static.glob("*.js")]:
        assert f'/{file.name}"' in bundled or f'"./{file.name}"' in modules

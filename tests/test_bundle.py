"""How the browser code for writing together comes out of its npm packages."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facilitate.places import CHECKOUT
from hatch_build import PARTS, STAMP, bundle, digest, is_fresh


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the bundle is made of, and no bundle yet."""
    for name in (*PARTS, "hatch_build.py"):
        shutil.copy(CHECKOUT / name, tmp_path)
    shutil.copytree(CHECKOUT / "static" / "src", tmp_path / "static" / "src")
    return tmp_path


def test_what_pages_ask_for_is_made_of_the_present_sources(checkout: Path) -> None:
    assert is_fresh(CHECKOUT)
    assert not is_fresh(checkout)
    assert digest(checkout) == digest(CHECKOUT)


def test_a_changed_source_makes_the_bundle_stale(checkout: Path) -> None:
    shutil.copytree(CHECKOUT / "static" / "dist", checkout / "static" / "dist")
    assert is_fresh(checkout)
    with (checkout / "static" / "src" / "co-writing.js").open("a") as source:
        source.write("// more\n")
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
    assert not (checkout / "static" / "dist").exists()
    assert {file.name for file in (checkout / "static").iterdir()} == {"src"}

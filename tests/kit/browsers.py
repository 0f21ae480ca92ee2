"""Which Chromium runs and what it needs: the kit's on x86-64 Linux, else one of the machine."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from playwright.sync_api import Browser, sync_playwright

from tests.kit.parts import NODE, Kit

ON_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
LAUNCH_TIMEOUT = 60_000  # ms
FLAGS = (
    "--no-sandbox",  # as root, and where user namespaces are closed
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans</family></prefer></alias>
  <match target="scan"><test name="family" compare="contains"><string>Noto Sans SC</string></test>
    <edit name="weight" mode="assign"><const>regular</const></edit></match>
  <alias><family>monospace</family><prefer><family>Noto Sans Mono</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Serif</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """A Chromium that can be started, where it came from, and what it needs around it."""

    program: Path
    origin: str
    surroundings: dict[str, str]


class NoBrowser(Exception):
    """This machine has no Chromium, and the kit has none for it."""


def find(kit: Kit, scratch: Path) -> Installed:
    """The Chromium for this machine; `scratch` takes the font settings and their cache."""
    if sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64"):
        return _of_kit(kit, scratch)
    return on_path(os.environ.get("PATH", os.defpath))


def _of_kit(kit: Kit, scratch: Path) -> Installed:
    settings = scratch / "fonts.conf"  # with no fonts at all pages hang
    settings.write_text(FONTS.format(fonts=escape(str(kit.fonts)), cache=escape(str(scratch))))
    libraries = kit.chromium.parent / "lib"
    around = {"FONTCONFIG_FILE": str(settings), "LD_LIBRARY_PATH": str(libraries)}
    return Installed(kit.chromium, "the test kit", around)


def on_path(path: str) -> Installed:
    for name in ON_PATH:
        if found := shutil.which(name, path=path):
            return Installed(Path(found), found, {})
    raise NoBrowser(
        f"The test kit's Chromium is for x86-64 Linux, this machine is {sys.platform} on"
        f" {platform.machine()}: install one of {', '.join(ON_PATH)}."
    )


@contextmanager
def running(installed: Installed) -> Iterator[Browser]:
    """A started Chromium. In a script: `running(find(fetch(place(), print), scratch))`."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))  # its own wants libraries not here
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed.program,
            args=list(FLAGS),
            chromium_sandbox=False,
            env={**os.environ, **installed.surroundings},
            timeout=LAUNCH_TIMEOUT,
        )
        yield browser
        browser.close()

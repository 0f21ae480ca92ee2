"""The peers that run on Node, fetched from npm the first time somebody needs them."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from tests.kit.parts import NODE, NPM, PATIENCE, QUIET

HERE = Path(__file__).parent
PROGRAMS = (
    "ws.mjs",
    "socketio.mjs",
    "postgresql.mjs",
    "hocuspocus.mjs",
    "y_websocket.mjs",
    "writers.mjs",
)
INPUTS = ("package.json", "package-lock.json", ".npmrc", *PROGRAMS)


class NotFetched(Exception):
    """npm did not give them; ``str()`` is for people."""


def peers(cache: Path) -> Path:
    """A folder with the programs and what they import. Raises :class:`NotFetched`."""
    digest = sha256(b"".join((HERE / name).read_bytes() for name in INPUTS)).hexdigest()[:16]
    folder = cache / f"peers-{digest}"
    if not folder.is_dir():
        work = folder.with_suffix(".part")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for name in INPUTS:
            shutil.copy(HERE / name, work)
        _fetch(work)
        work.rename(folder)
    return folder


def _fetch(work: Path) -> None:
    command: list[str | Path] = [NODE, NPM, "ci", "--ignore-scripts", "--no-progress"]
    environment = {**PATIENCE, **QUIET, **os.environ}
    environment["PATH"] = f"{NODE.parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    done = subprocess.run(
        command, cwd=work, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise NotFetched(f"npm could not fetch the peers for Node:\n{done.stderr.strip()}")

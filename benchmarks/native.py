"""The load driver and the floor, in C: compiled when they are first asked for."""

import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent / "native"
SOURCES = ("floor.c", "load.c")


class NotCompiled(Exception):
    """There are no tools to measure with; ``str()`` is for people."""


@dataclass(frozen=True, slots=True)
class Tools:
    floor: Path
    load: Path


def tools(cache: Path) -> Tools:
    """Raises :class:`NotCompiled`."""
    digest = sha256(b"".join((HERE / name).read_bytes() for name in SOURCES)).hexdigest()[:16]
    folder = cache / f"native-{digest}"
    made = Tools(folder / "floor", folder / "load")
    for name, program in zip(SOURCES, (made.floor, made.load), strict=True):
        if not program.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _compile(HERE / name, program)
    return made


def _compile(source: Path, program: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotCompiled("There is no C compiler (cc) here, and the load driver is written in C.")
    part = program.with_suffix(".part")
    command: list[str | Path] = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o"]
    command += [part, source, "-lz"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotCompiled(f"{source.name} cannot be compiled (zlib.h is needed):\n{done.stderr}")
    part.rename(program)

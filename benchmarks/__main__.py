"""The command line: `python -m benchmarks SUITE [--quick] [--json] [--write PAGE.md]`."""

import os
import platform
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks import drafts, live, state, text
from benchmarks.figures import Figure, Progress, as_json, as_table, written
from benchmarks.native import NotCompiled
from benchmarks.servers import NotMeasured

Measure = Callable[[bool, Progress], list[Figure]]

SUITES: Mapping[str, Measure] = {
    "live": live.measure,
    **{part: live.only(part) for part in live.PARTS},
    "drafts": drafts.measure,
    "state": state.measure,
    "text": text.measure,
}


def main() -> int:
    asked = parser().parse_args()
    began = perf_counter()
    try:
        figures = SUITES[asked.suite](asked.quick, progress)
    except (NotCompiled, NotMeasured) as missing:
        progress(str(missing))
        return 1
    progress(f"{len(figures)} figures in {perf_counter() - began:.0f} s.")
    print(as_json(figures) if asked.json else as_table(figures))
    if asked.write is not None:
        told = f"{_where(asked)}\n\n{as_table(figures)}\n"
        page = written(asked.write.read_text("utf-8"), asked.suite, told)
        asked.write.write_text(page, "utf-8")
    return 0


def parser() -> ArgumentParser:
    top = ArgumentParser("benchmarks", description="What the house can carry, beside others.")
    top.add_argument("suite", choices=SUITES)
    top.add_argument("--quick", action="store_true", help="within a minute, and rougher")
    top.add_argument("--json", action="store_true", help="one object instead of a table")
    top.add_argument("--write", type=Path, metavar="PAGE.md", help="put the table there as well")
    return top


def progress(doing: str) -> None:
    print(doing, file=sys.stderr, flush=True)


def _where(asked: Namespace) -> str:
    day = datetime.now(UTC).date()
    quick = " --quick" if asked.quick else ""
    return f"Measured on {day} on {machine()} by `python -m benchmarks {asked.suite}{quick}`:"


def machine() -> str:
    return (
        f"{platform.system()} {platform.release().partition('-')[0]}, {_processor()}, Python"
        f" {platform.python_version()}"
    )


def _processor() -> str:
    """Its name and how many cores of it; the kernel's word where there is one."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}"


if __name__ == "__main__":
    sys.exit(main())

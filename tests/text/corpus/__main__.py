"""What the algorithm makes of every case: `python -m tests.text.corpus [--before REVISION]`."""

import json
import subprocess
import sys
import tarfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from facilitate.text.differences import marked_up
from tests.text.corpus.cases import Case, cases

ROOT = Path(__file__).parents[3]
SIGNS = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}


def main() -> None:
    options = ArgumentParser("tests.text.corpus", description=__doc__)
    options.add_argument("--before", metavar="REVISION", help="show what changes since then")
    options.add_argument("--json", action="store_true", help="what is found, case by case")
    asked = options.parse_args()
    if asked.json:
        json.dump({case.name: case.found for case in cases()}, sys.stdout, ensure_ascii=False)
    elif asked.before:
        print("\n".join(changed(cases(), found_at(asked.before))))
    else:
        print("\n".join(report(cases())))


def report(cases: Sequence[Case]) -> Iterator[str]:
    """Where the algorithm differs from the secretary: [-expected-] {+found+}."""
    wrong = [case for case in cases if case.found != case.expected]
    for case in wrong:
        yield from (f"--- {case.name}: {case.about}", shown(case.expected, case.found), "")
    right = len(cases) - len(wrong)
    yield f"{right} of {len(cases)} cases are as a good secretary would write them."


def changed(cases: Iterable[Case], before: Mapping[str, str]) -> Iterator[str]:
    """Where the algorithm does otherwise than before: [-before-] {+now+}, for better or worse."""
    better = worse = 0
    for case in cases:
        old, new = before[case.name], case.found
        if old == new:
            continue
        gained = distance(case.expected, old) - distance(case.expected, new)
        better, worse = better + (gained > 0), worse + (gained < 0)
        verdict = "better" if gained > 0 else "worse" if gained < 0 else "neither better nor worse"
        yield from (f"--- {case.name}: {verdict}", shown(old, new), "")
    yield f"{better} better, {worse} worse."


def shown(old: str, new: str) -> str:
    return "".join(SIGNS[piece.kind].format(piece.text) for piece in marked_up(old, new))


def distance(expected: str, found: str) -> int:
    """Characters that one would have to change."""
    return sum(len(piece.text) for piece in marked_up(expected, found) if piece.kind != "same")


def found_at(revision: str) -> Mapping[str, str]:
    """What the package of that revision finds in the cases of today."""
    packed = subprocess.run(
        ["git", "archive", revision, "facilitate/__init__.py", "facilitate/text"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    with TemporaryDirectory() as folder, tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
        for above in ("tests", "tests/text"):
            Path(folder, above).mkdir()
        Path(folder, "tests/text/corpus").symlink_to(Path(__file__).parent)
        told = subprocess.run(
            [sys.executable, "-m", "tests.text.corpus", "--json"],
            cwd=folder,
            capture_output=True,
            check=True,
        ).stdout
    found: dict[str, str] = json.loads(told)
    return found


if __name__ == "__main__":
    main()

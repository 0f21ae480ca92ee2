"""What happens to a record on a disk that is full for a while, told step by step.

python -m tests.record.full_disk FILE
"""

import resource
import signal
import sys
from pathlib import Path

from facilitate.record.chain import faults
from facilitate.record.engines import open_database
from facilitate.record.log import Log, NotWrittenDown
from tests.record.samples import numbered, said

LONG = "What the river carries, the river keeps. " * 500


def speak_until_full(log: Log) -> None:
    while True:
        with log.turn("forum") as turn:
            turn.append(said(LONG))


def tell(path: Path) -> None:
    log = Log(open_database(f"{path}"))
    log.start("forum", "RIVER-7", numbered(1, 10))
    fill_the_disk(path)
    try:
        speak_until_full(log)
    except NotWrittenDown as error:
        print("refused:", error)
    kept = log.read("forum")
    print("kept:", kept[:10] == numbered(1, 10), len(kept) == log.head("forum").seq)
    try:
        speak_until_full(log)
    except NotWrittenDown:
        print("refused again")
    print("nothing more:", len(log.read("forum")) - len(kept))
    make_room()
    with log.turn("forum") as turn:
        turn.append(said("goes on"))
    print("goes on:", log.read("forum", after=log.head("forum").seq - 1) == said("goes on"))
    print("faults:", faults(log.engine, "forum"))
    with log.engine.connect() as connection:
        print("integrity:", connection.exec_driver_sql("PRAGMA integrity_check").scalar())


def fill_the_disk(path: Path) -> None:
    """No file may grow beyond a little more than what is there now."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(file.stat().st_size for file in path.parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 100_000, resource.RLIM_INFINITY))


def make_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    tell(Path(sys.argv[1]))

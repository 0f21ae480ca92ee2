"""Somebody who goes on speaking until killed, and tells what was written down.

python -m tests.record.speaker DATABASE
"""

import sys

from facilitate.record.engines import open_database
from facilitate.record.log import Log
from tests.record.samples import numbered


def speak(url: str) -> None:
    log = Log(open_database(url))
    while True:
        with log.turn("forum") as turn:
            last = turn.append(numbered(turn.seq + 1, turn.seq + 3))
        print(last, flush=True)


if __name__ == "__main__":
    speak(sys.argv[1])

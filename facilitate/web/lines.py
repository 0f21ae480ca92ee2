"""The lines on which people listen: each is counted and logged when it opens and when it closes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging import getLogger
from secrets import token_hex
from time import monotonic

from facilitate.live.measures import CONNECTIONS
from facilitate.web.endings import DROPPED
from facilitate.web.identity import Asker

HTML, JSON, EVENTS, DRAFT = "html", "json", "events", "draft"
log = getLogger("facilitate")


@dataclass(slots=True)
class Line:
    """``code`` is the one it ended with, by whichever side; streams use the same codes."""

    code: int = DROPPED


@contextmanager
def open_line(by: Asker, representation: str) -> Iterator[Line]:
    """While the block runs somebody listens."""
    line, began = Line(), monotonic()
    known = {
        "forum": by.live.id,
        "person": by.id,
        "connection": token_hex(6),
        "representation": representation,
    }
    log.info("A connection opened.", extra=known)
    CONNECTIONS.labels(representation).inc()
    try:
        yield line
    finally:
        CONNECTIONS.labels(representation).dec()
        ended = {"code": line.code, "seconds": round(monotonic() - began, 3)}
        log.info("A connection closed.", extra={**known, **ended})

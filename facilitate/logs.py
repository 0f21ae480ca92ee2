"""What the server logs: one JSON object a line, with where something failed but nobody's words.

The message of an exception may quote what somebody wrote, or a secret; its type and place do not.
"""

import traceback
from datetime import UTC, datetime
from logging import Filter, Formatter, LogRecord
from pathlib import Path

from msgspec import json

from facilitate.web.mishaps import TOLD

DEEPEST = 8  # frames of a traceback, the innermost last
BESIDE = (
    *("id", "method", "path", "address", "origin"),
    *("forum", "person", "whom", "roles", "breakouts"),
    *("connection", "representation", "code", "seconds"),
)


class Line(Formatter):
    def format(self, record: LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage().strip(),
        }
        line |= {name: vars(record)[name] for name in BESIDE if name in vars(record)}
        if record.exc_info and record.exc_info[1] is not None:
            line |= failure(record.exc_info[1])
        return json.encode(line).decode()


def failure(error: BaseException) -> dict[str, object]:
    """Its kind and the way to it, and so of what it came from."""
    came_from = error.__cause__ or error.__context__
    return {
        "error": type(error).__name__,
        "where": [
            f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-DEEPEST:]
        ],
        **({"came from": failure(came_from)} if came_from is not None else {}),
    }


class Once(Filter):
    """What was logged with its id is not logged again by the server that it is raised to."""

    def filter(self, record: LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return TOLD not in getattr(error, "__notes__", ()) or record.name == "facilitate"


def logging(level: str) -> dict[str, object]:
    """The configuration: our own lines from ``level`` on, those of the libraries from warnings."""
    levels = {"facilitate": level, "uvicorn": "WARNING", "asyncio": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Line}},
        "filters": {"once": {"()": Once}},
        "handlers": {
            "lines": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["once"],
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            name: {"handlers": ["lines"], "level": least, "propagate": False}
            for name, least in levels.items()
        },
    }

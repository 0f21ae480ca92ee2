"""Whether the process lives, and whether it can do its work at this moment."""

import asyncio
from http import HTTPStatus
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from facilitate.live.pulse import Pulse
from facilitate.record.log import Log, NotWrittenDown

FRESH = 1.0  # s for which an answer stands
PATIENCE = 2.0  # s within which the database has to answer
SLOW = 1.0  # s of delay of the event loop above which nobody should be sent here
UNWRITTEN = 10.0  # s for which a turn that could not be written counts, if none is after it

NO_ANSWER = "The database does not answer."
NOT_WRITABLE = "The database cannot be reached, or not be written."
NO_ROOM = "A turn could not be written to the database a moment ago."


class Readiness:
    """Asked by many, looked at once a second: ``wrong`` gives what is wrong, or nothing."""

    def __init__(self, log: Log, pulse: Pulse) -> None:
        self._log = log
        self._pulse = pulse
        self._unwritten_until = 0.0
        self._stands_until = 0.0
        self._wrong = ""
        self._looking: asyncio.Task[str] | None = None

    def unwritten(self) -> None:
        """A turn could not be written. A full disk shows only then, not when we try."""
        self._unwritten_until = monotonic() + UNWRITTEN
        self._stands_until = 0.0

    def written(self) -> None:
        self._unwritten_until = 0.0

    async def wrong(self) -> str:
        if monotonic() >= self._stands_until:
            self._wrong = await self._look()
            self._stands_until = monotonic() + FRESH
        return self._wrong

    async def _look(self) -> str:
        if self._pulse.delay > SLOW:
            return f"The event loop was {self._pulse.delay:.1f} s late."
        if monotonic() < self._unwritten_until:
            return NO_ROOM
        return await self._of_the_database()

    async def _of_the_database(self) -> str:
        """One try at a time, however long it takes and however many ask meanwhile."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(run_in_threadpool(self._tried))
        done, _ = await asyncio.wait({self._looking}, timeout=PATIENCE)
        return self._looking.result() if done else NO_ANSWER

    def _tried(self) -> str:
        try:
            self._log.try_out()
        except NotWrittenDown:
            return NOT_WRITABLE
        return ""


async def alive(request: Request) -> Response:
    """``GET /healthz``: whoever reads this lives."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """``GET /readyz``: 200, or 503 and one line of what is wrong."""
    readiness: Readiness = request.app.state.rooms.readiness
    wrong = await readiness.wrong()
    status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
    return PlainTextResponse(wrong or "ready", status)

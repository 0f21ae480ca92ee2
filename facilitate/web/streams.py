"""Server-Sent Events: the same frames as on a socket, over plain HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager

from facilitate.web.circles import Circle
from facilitate.web.endings import NOT_SIGNED_IN
from facilitate.web.identity import Asker
from facilitate.web.lines import EVENTS, open_line
from facilitate.web.telling import Ended, Pulled

HEARTBEAT = 20  # s between two comments that keep proxies from closing a quiet line
CHANGED = "event: changed\ndata: \n\n"  # the page itself has to be fetched anew


async def told(
    by: Asker,
    circle: Circle,
    after: int,
    place: str,
    *,
    over: "AbstractContextManager[asyncio.Future[None]]",
) -> AsyncIterator[str]:
    """Each frame with its number as the event's id, so that a browser resumes by itself."""
    with (
        by.live.presence.here(place, by.id),
        open_line(by, EVENTS) as line,
        over as session_over,
        Pulled(by.person, circle, after) as listener,
    ):
        session_over.add_done_callback(lambda _: listener.end(NOT_SIGNED_IN))
        try:
            while True:
                frame = await listener.next(HEARTBEAT)
                if frame is None:
                    yield ": here\n\n"
                else:
                    yield f"id: {frame.seq}\ndata: {frame.text}\n\n"
        except Ended as ended:
            line.code = ended.code
            yield CHANGED

"""Server-Sent Events: the same frames as on a socket, over plain HTTP."""

import asyncio
from collections.abc import AsyncIterator

from facilitate.web.frames import HtmlView, JsonView
from facilitate.web.identity import Asker
from facilitate.web.lines import EVENTS, open_line
from facilitate.web.listeners import Listeners
from facilitate.web.sockets import CAPACITY_CHANGED, NOT_SIGNED_IN, CapacityChanged, news

HEARTBEAT = 20  # s between two comments that keep proxies from closing a quiet line
CHANGED = "event: changed\ndata: \n\n"  # the page itself has to be fetched anew


async def told(
    by: Asker, view: HtmlView | JsonView, place: str, after: int, *, session: str, all: Listeners
) -> AsyncIterator[str]:
    """Each frame with its number as the event's id, so that a browser resumes by itself."""
    frames = news(by, view, after)
    with (
        by.live.presence.here(place, by.id),
        all.by(session) as session_over,
        open_line(by, EVENTS) as line,
    ):
        coming = asyncio.ensure_future(anext(frames))
        try:
            while not session_over.done():
                ends: set[asyncio.Future[tuple[int, str]] | asyncio.Future[None]]
                ends = {coming, session_over}
                await asyncio.wait(ends, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    yield ": here\n\n"
                    continue
                seq, frame = coming.result()
                yield f"id: {seq}\ndata: {line.told(frame)}\n\n"
                coming = asyncio.ensure_future(anext(frames))
            line.code = NOT_SIGNED_IN
            yield CHANGED
        except CapacityChanged:
            line.code = CAPACITY_CHANGED
            yield CHANGED
        finally:
            coming.cancel()

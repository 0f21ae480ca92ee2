"""Server-Sent Events: the same frames as on a socket, over plain HTTP."""

import asyncio
from collections.abc import AsyncIterator

from facilitate.web.frames import HtmlView, JsonView
from facilitate.web.identity import Asker
from facilitate.web.sockets import CapacityChanged, news

HEARTBEAT = 20  # s between two comments that keep proxies from closing a quiet line


async def told(by: Asker, view: HtmlView | JsonView, place: str, after: int) -> AsyncIterator[str]:
    """Each frame with its number as the event's id, so that a browser resumes by itself."""
    frames = news(by.live, view, by.id, after)
    with by.live.presence.here(place, by.id):
        coming = asyncio.ensure_future(anext(frames))
        try:
            while True:
                done, _ = await asyncio.wait({coming}, timeout=HEARTBEAT)
                if not done:
                    yield ": here\n\n"
                    continue
                seq, frame = coming.result()
                yield f"id: {seq}\ndata: {frame}\n\n"
                coming = asyncio.ensure_future(anext(frames))
        except CapacityChanged:
            yield "event: changed\ndata: \n\n"
        finally:
            coming.cancel()

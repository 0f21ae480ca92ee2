"""How late the event loop is: what every page, answer and frame waits at least."""

import asyncio
from collections import deque

from facilitate.live.measures import LOOP_DELAY

BEAT = 0.25  # s between two looks
KEPT = 20  # looks, so that a delay counts for five seconds


class Pulse:
    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=KEPT)

    @property
    def delay(self) -> float:
        """The longest of the last seconds, in seconds."""
        return max(self._late, default=0.0)

    async def beat(self) -> None:
        """For as long as the server runs."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + BEAT
            await asyncio.sleep(BEAT)
            late = max(0.0, loop.time() - due)
            self._late.append(late)
            LOOP_DELAY.observe(late)

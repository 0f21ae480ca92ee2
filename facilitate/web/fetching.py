"""What many ask for at the same moment is fetched once, for all of them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Generic, TypeVar

Fetched = TypeVar("Fetched")


class Once(Generic[Fetched]):
    """Whoever asks while it is being fetched waits for that; whoever asks later has it anew."""

    def __init__(self, fetch: Callable[[str], Coroutine[None, None, Fetched]]) -> None:
        self._fetch = fetch
        self._under_way: dict[str, asyncio.Task[Fetched]] = {}

    async def __call__(self, key: str) -> Fetched:
        """One of those who wait may go away; the others have it all the same."""
        if key not in self._under_way:
            fetching = asyncio.create_task(self._fetch(key))
            fetching.add_done_callback(lambda _: self._under_way.pop(key))
            self._under_way[key] = fetching
        return await asyncio.shield(self._under_way[key])

"""What many ask for at the same moment is fetched once, for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Set
from itertools import chain, islice
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


class Together(Generic[Fetched]):
    """What each asks for by itself is fetched for many at once: who comes meanwhile is the next.

    ``most`` are fetched at a time. Nobody is given what was fetched before they asked.
    """

    def __init__(
        self, fetch: Callable[[Set[str]], Awaitable[Mapping[str, Fetched]]], *, most: int
    ) -> None:
        self._fetch = fetch
        self._most = most
        self._waiting: dict[str, list[asyncio.Future[Fetched | None]]] = {}
        self._fetching: asyncio.Task[None] | None = None

    async def __call__(self, key: str) -> Fetched | None:
        """None where there is nothing to be had; raises what fetching raised."""
        mine: asyncio.Future[Fetched | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(mine)
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_all())
        return await mine

    async def _fetch_all(self) -> None:
        while self._waiting:
            keys = tuple(islice(self._waiting, self._most))
            asking = {key: self._waiting.pop(key) for key in keys}
            try:
                found = await self._fetch(asking.keys())
            except Exception as fault:
                for each in chain.from_iterable(asking.values()):
                    if not each.done():
                        each.set_exception(fault)
                continue
            for key, those in asking.items():
                for each in those:
                    if not each.done():
                        each.set_result(found.get(key))
        self._fetching = None

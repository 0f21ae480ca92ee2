"""By which session somebody listens, so that a connection ends when its session does."""

import asyncio
from collections.abc import Iterator, Set
from contextlib import contextmanager

MOST = 50  # lines of one session at a time: the tabs of a device, and their drafts


class Listeners:
    """Each connection waits for a future that is done when the session of its token has ended."""

    def __init__(self) -> None:
        self._ends: dict[str, set[asyncio.Future[None]]] = {}

    @contextmanager
    def by(self, token: str) -> Iterator["asyncio.Future[None]"]:
        """While the block runs somebody listens by the session of this token."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ends.setdefault(token, set()).add(end)
        try:
            yield end
        finally:
            self._forget(token, end)

    def full(self, token: str) -> bool:
        """Whether as many listen by this session as may; another one is to come later."""
        return len(self._ends.get(token, ())) >= MOST

    def tokens(self) -> Set[str]:
        return frozenset(self._ends)

    def end(self, token: str) -> None:
        """The session is over: whoever listens by it is told."""
        for end in self._ends.get(token, ()):
            if not end.done():
                end.set_result(None)

    def _forget(self, token: str, end: "asyncio.Future[None]") -> None:
        self._ends[token].discard(end)
        if not self._ends[token]:
            del self._ends[token]

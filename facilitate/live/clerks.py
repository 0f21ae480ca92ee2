"""A clerk: one thread that does what it is handed, one thing after the other.

A letter or a command waits for its way there and back. asyncio's own goes over two futures and an
executor, and takes twice as long.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar
from weakref import finalize

T = TypeVar("T")
Errands = SimpleQueue[Callable[[], None] | None]


class Clerk:
    """Goes home with whoever had it, at the latest."""

    def __init__(self, name: str) -> None:
        self._errands: Errands = SimpleQueue()
        Thread(target=_attend, args=(self._errands,), name=name, daemon=True).start()
        self._go_home = finalize(self, self._errands.put, None)

    def do(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Begun when all before it is done; it may be waited for. Not by who has gone home."""
        if not self._go_home.alive:
            raise RuntimeError("The clerk has gone home.")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._errands.put(partial(_do, work, done, loop))
        return done

    def go_home(self) -> None:
        """What was handed over is done before."""
        self._go_home()


def _attend(errands: Errands) -> None:
    while (errand := errands.get()) is not None:
        errand()
        del errand  # whoever handed it over can go while the next is waited for


def _do(work: Callable[[], T], done: "asyncio.Future[T]", loop: asyncio.AbstractEventLoop) -> None:
    try:
        outcome: T | Exception = work()
    except Exception as failure:  # handed to the one who waits; nothing is hidden
        outcome = failure
    with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
        loop.call_soon_threadsafe(settle, done, outcome)


def settle(answer: "asyncio.Future[T]", outcome: T | Exception) -> None:
    """For who waits for an answer; whoever went away meanwhile is not told."""
    if answer.cancelled():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)

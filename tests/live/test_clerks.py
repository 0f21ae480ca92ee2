"""A clerk does one thing after the other, and hands back what came of each."""

import asyncio
import gc
from functools import partial
from threading import Event
from threading import enumerate as threads

import pytest

from facilitate.live.clerks import Clerk

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_what_was_handed_over_first_is_done_first() -> None:
    clerk, done = Clerk("first"), list[int]()
    await asyncio.gather(*(clerk.do(partial(done.append, n)) for n in range(100)))
    assert done == list(range(100))


async def test_what_goes_wrong_is_told_to_who_waits_and_the_next_is_done() -> None:
    clerk = Clerk("wrong")
    wrong, right = clerk.do(partial(int, "many")), clerk.do(partial(int, "2"))
    with pytest.raises(ValueError, match="many"):
        await wrong
    assert await right == 2


async def test_who_does_not_wait_any_more_is_not_told() -> None:
    clerk, begun, go_on = Clerk("late"), Event(), Event()
    waiting = clerk.do(go_on.wait)
    waiting.cancel()
    go_on.set()
    assert await clerk.do(begun.is_set) is False


async def test_what_was_handed_over_is_done_before_a_clerk_goes_home() -> None:
    clerk = Clerk("home")
    last = clerk.do(partial(int, "1"))
    clerk.go_home()
    assert await last == 1
    with pytest.raises(RuntimeError, match="gone home"):
        clerk.do(partial(int, "2"))
    await gone("home")


async def test_a_clerk_that_nobody_has_any_more_goes_home() -> None:
    clerk = Clerk("nobody's")
    await clerk.do(partial(int, "1"))
    assert "nobody's" in here()
    del clerk
    gc.collect()
    await gone("nobody's")


def here() -> set[str]:
    return {thread.name for thread in threads()}


async def gone(name: str) -> None:
    while name in here():  # noqa: ASYNC110 - nobody tells of the end of a thread
        await asyncio.sleep(0.001)

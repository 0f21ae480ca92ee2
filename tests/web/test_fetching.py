"""What is fetched for many at once, and for whom."""

import asyncio

import pytest

from facilitate.web.fetching import Once


class Well:
    """Each bucket takes a moment, and is another one."""

    def __init__(self) -> None:
        self.drawn = 0

    async def draw(self, name: str) -> str:
        self.drawn += 1
        number = self.drawn
        await asyncio.sleep(0)
        if name == "dry":
            raise LookupError(name)
        return f"{name} {number}"


def test_all_who_ask_at_once_have_the_same_and_who_asks_later_has_it_anew() -> None:
    async def ask() -> list[str]:
        once = Once(Well().draw)
        at_once = await asyncio.gather(*(once("water") for _ in range(3)), once("rain"))
        return [*at_once, await once("water")]

    assert asyncio.run(ask()) == ["water 1", "water 1", "water 1", "rain 2", "water 3"]


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    well = Well()

    async def ask() -> list[str | BaseException]:
        once = Once(well.draw)
        failed = await asyncio.gather(*(once("dry") for _ in range(2)), return_exceptions=True)
        with pytest.raises(LookupError):
            await once("dry")
        return failed

    assert [type(failure) for failure in asyncio.run(ask())] == [LookupError, LookupError]
    assert well.drawn == 2


def test_who_goes_away_takes_nothing_from_those_who_wait() -> None:
    async def ask() -> str:
        once = Once(Well().draw)
        leaving, staying = (asyncio.create_task(once("water")) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(ask()) == "water 1"

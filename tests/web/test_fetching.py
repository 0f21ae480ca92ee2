"""What is fetched for many at once, and for whom."""

import asyncio
from collections.abc import Mapping, Set

import pytest

from facilitate.web.fetching import Once, Together


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


# --- together ------------------------------------------------------------------------------


class Source:
    """Gives how often it was gone to, for each who asked; there is none for the thirsty."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.dry = False

    async def fetch(self, names: Set[str]) -> Mapping[str, int]:
        self.asked.append(len(names))
        number = len(self.asked)
        await asyncio.sleep(0)
        if self.dry:
            raise LookupError
        return {name: number for name in names if name != "thirsty"}


def test_many_who_ask_at_once_are_fetched_for_at_once_and_no_more_than_may_be() -> None:
    source = Source()

    async def ask() -> list[int | None]:
        together = Together(source.fetch, most=3)
        names = ("a", "b", "a", "thirsty", "c", "d")
        return await asyncio.gather(*map(together, names))

    assert asyncio.run(ask()) == [1, 1, 1, None, 2, 2]
    assert source.asked == [3, 2]


def test_who_asks_meanwhile_is_given_nothing_that_was_fetched_before() -> None:
    source = Source()

    async def ask() -> tuple[int | None, int | None]:
        together = Together(source.fetch, most=10)
        first = asyncio.create_task(together("a"))
        for _ in range(2):
            await asyncio.sleep(0)
        assert source.asked == [1]
        return await together("a"), await first

    assert asyncio.run(ask()) == (2, 1)


def test_who_cannot_be_fetched_for_is_told_and_who_comes_later_is_not() -> None:
    source = Source()
    source.dry = True

    async def ask() -> int | None:
        together = Together(source.fetch, most=10)
        failed = await asyncio.gather(together("a"), together("b"), return_exceptions=True)
        assert [type(each) for each in failed] == [LookupError, LookupError]
        source.dry = False
        return await together("a")

    assert asyncio.run(ask()) == 2


def test_who_goes_away_while_many_are_fetched_for_leaves_the_others_theirs() -> None:
    async def ask() -> int | None:
        together = Together(Source().fetch, most=10)
        leaving, staying = (asyncio.create_task(together("a")) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(ask()) == 1

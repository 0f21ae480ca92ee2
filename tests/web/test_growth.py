"""What one voice or hand more costs to tell is the same in a crowd as among a few."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facilitate.beginning import begin
from facilitate.live.forum import LiveForum, now
from facilitate.meeting import Command, Role
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.floor import GiveFloor, LowerHand, RaiseHandFor
from facilitate.record.directory import Directory
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.web.frames import HtmlView
from facilitate.web.pages import PAGES
from tests.web.house import PLAN

FEW, MANY = 40, 400  # more than any page shows of the latest
PLACES = {"breakout": "b1", "desk": "b1", "projector": "b1", "secretariat": "", "forum": ""}
ROLES = frozenset(Role) - {Role.OBSERVER}


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveForum]:
    engine = open_database(str(tmp_path / "growth.db"))
    begin(engine, PLAN, now())
    forum = LiveForum(PLAN.id, Log(engine), Directory(engine))
    asyncio.run(forum.handle(OpenBreakout("b1", 60), "sam"))
    yield forum
    engine.dispose()


def voice(n: int) -> Contribute:
    return Contribute("b1", f"c{n:04}", Kind.GAP, "Dams harm fish.", "en")


def hand(n: int) -> RaiseHandFor:
    return RaiseHandFor("b1", f"h{n:04}")


def told(live: LiveForum, page: str, act: Command, by: str) -> int:
    """How many bytes all who look at a page are told of it."""
    name = next(each for each in PAGES.values() if each.name == page)
    view = HtmlView(live, name, PLACES[page], "en", ROLES)
    before = live.seq
    asyncio.run(live.handle(act, by))
    frame = view.frame(before, presence=False)
    return frame.size if frame else 0


def grown(live: LiveForum, many: int) -> None:
    async def all_at_once() -> None:
        voices = (live.handle(voice(n), "anna") for n in range(many))
        await asyncio.gather(*voices, *(live.handle(hand(n), "rita") for n in range(many)))

    asyncio.run(all_at_once())


@pytest.mark.parametrize("page", PLACES)
def test_in_a_crowd_one_more_is_told_in_as_few_bytes_as_among_a_few(
    live: LiveForum, page: str
) -> None:
    acts: tuple[tuple[Callable[[int], Command], str], ...] = (
        (lambda n: GiveFloor("b1", f"h{n - FEW:04}"), "rita"),
        (voice, "anna"),
        (hand, "rita"),
        (lambda n: LowerHand("b1", f"h{n - FEW // 2:04}"), "rita"),
    )
    grown(live, FEW)
    among_few = [told(live, page, act(FEW), by) for act, by in acts]
    grown(live, MANY)
    in_a_crowd = [told(live, page, act(MANY), by) for act, by in acts]
    for few, many in zip(among_few, in_a_crowd, strict=True):
        assert many <= few + 40, (among_few, in_a_crowd)  # numbers have more digits

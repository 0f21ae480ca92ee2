"""Who listens to a forum, and when all hear what is new: view by view, each drawn once."""

import asyncio
from weakref import WeakValueDictionary

from facilitate.live.forum import LiveForum
from facilitate.live.measures import TOLD_BYTES
from facilitate.meeting import Event, Role
from facilitate.meeting.amendments import AmendmentSupported, SupportWithdrawn
from facilitate.meeting.contributions import ContributionEndorsed, EndorsementWithdrawn
from facilitate.meeting.people import Person
from facilitate.web.circles import Circle, Place, View
from facilitate.web.frames import STILL, HtmlView, JsonView
from facilitate.web.packing import Packed
from facilitate.web.parts import Page

HOLD = 0.002  # s for which telling keeps everything else waiting, then it lets others go on
TALLIED: frozenset[type[Event]] = frozenset(
    {ContributionEndorsed, EndorsementWithdrawn, AmendmentSupported, SupportWithdrawn}
)  # how many have said so, not that one more has, is what others want to see
COUNT = 0.25  # s between two tellings of nothing but these
FIRST = frozenset({Role.CHAIR, Role.RAPPORTEUR})  # told before everybody else


class Views:
    """Every view of one forum that somebody has open, and all who listen to it."""

    def __init__(self, live: LiveForum) -> None:
        self.live = live
        self._html: WeakValueDictionary[tuple[str, str, str, frozenset[Role]], HtmlView]
        self._html = WeakValueDictionary()
        self._json: WeakValueDictionary[frozenset[Role], JsonView] = WeakValueDictionary()
        self._circles: WeakValueDictionary[tuple[View, str], Circle] = WeakValueDictionary()
        self._telling: asyncio.Task[None] | None = None
        self._told = self._now()
        self._told_at = 0.0
        self._later: asyncio.TimerHandle | None = None
        live.hearers.append(self.tell)

    def html(self, page: Page, place: str, language: str, roles: frozenset[Role]) -> HtmlView:
        key = (page.name, place, language, roles)
        view = self._html.get(key) or HtmlView(self.live, page, place, language, roles)
        return self._html.setdefault(key, view)

    def json(self, roles: frozenset[Role]) -> JsonView:
        return self._json.setdefault(roles, self._json.get(roles) or JsonView(self.live, roles))

    def circle(self, view: View, representation: str) -> Circle:
        key = (view, representation)
        circle = self._circles.get(key) or Circle(view, TOLD_BYTES.labels(representation))
        return self._circles.setdefault(key, circle)

    def tell(self) -> None:
        """There is more to tell; those who asked for it have been answered already."""
        if self._told == self._now() or self._telling is not None:
            return
        if not self._only_tallies():
            self._begin()
        elif self._later is None:
            loop = asyncio.get_running_loop()
            self._later = loop.call_at(self._told_at + COUNT, self._begin)

    def _now(self) -> Place:
        return self.live.seq, self.live.presence_told

    def _only_tallies(self) -> bool:
        heard, present = self._told
        new = self.live.events[heard:]
        return self.live.presence_told == present and all(type(each) in TALLIED for each in new)

    def _begin(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._telling = asyncio.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        """Once round; others go on after every ``HOLD``."""
        self._told, loop = self._now(), asyncio.get_running_loop()
        self._told_at = began = loop.time()
        for circle in sorted(self._circles.values(), key=_last):
            for _ in circle.rounds():
                if loop.time() - began > HOLD:
                    await asyncio.sleep(0)
                    began = loop.time()
        self._telling = None
        self.tell()
        if self._telling is None and self._later is None and self._still_to_tell():
            self._later = loop.call_later(STILL, self._begin)

    def _still_to_tell(self) -> bool:
        return any(circle.view.seq != self.live.seq for circle in self._circles.values())


def _last(circle: Circle) -> bool:
    return not circle.view.roles & FIRST


class Ended(Exception):
    """Listening is over; the code says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Pulled:
    """Listens where a task has to take what is told; until it asks again it is not ready."""

    line = None

    def __init__(self, person: Person, circle: Circle, after: int) -> None:
        self.person = person
        self.at = (after, -1)
        self.ready = False
        self._circle = circle
        self._code: int | None = None
        self._come: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._frame: Packed | None = None

    def hear(self, frame: Packed) -> None:
        self.ready, self._frame = False, frame
        self._come.set_result(None)

    def end(self, code: int) -> None:
        self._circle.remove(self)
        self._code = code
        if not self._come.done():
            self._come.set_result(None)

    async def next(self, patience: float | None = None) -> Packed | None:
        """The next frame, or None when none has come for so long. Raises :class:`Ended`."""
        if not self.ready:
            self._come = asyncio.get_running_loop().create_future()
            self.ready, self._frame = True, None
            self._circle.tell((self,))
        if self._code is None:
            await asyncio.wait({self._come}, timeout=patience)
        if self._code is not None:
            raise Ended(self._code)
        return self._frame

    def __enter__(self) -> "Pulled":
        self._circle.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._circle.remove(self)

"""All that the pages and sockets share: the live forums, the database, and who may ask how fast."""

import asyncio
from collections.abc import Coroutine, Mapping, Set
from contextlib import suppress
from datetime import datetime
from time import monotonic

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from facilitate.live.drafts.houses import Drafts
from facilitate.live.forum import Answered, LiveForum, now
from facilitate.live.nodes import hear_of_others
from facilitate.live.pulse import Pulse
from facilitate.record.directory import Directory
from facilitate.record.engines import NotWrittenDown, Unreachable
from facilitate.record.log import Log
from facilitate.record.sessions import Session, Sessions, Visitor, new_session
from facilitate.settings import Settings
from facilitate.web.drawings import Sheets
from facilitate.web.fetching import Once, Together
from facilitate.web.limits import Buckets
from facilitate.web.listeners import Listeners
from facilitate.web.readiness import Readiness
from facilitate.web.telling import Views
from facilitate.web.visitors import Visitors

WATCH = 2.0  # s between two looks at whether the sessions of all who listen still stand
AT_ONCE = 500  # sessions looked up in one query
FORGET = 60 * 60.0  # s between two times at which sessions that are over are forgotten


class Rooms:
    """``asking`` bounds each person, ``typing`` what they write into drafts, ``guessing`` each
    address that tries codes in vain."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.log = Log(engine)
        self.directory = Directory(engine)
        self.sessions = Sessions(engine)
        self.asking = Buckets(burst=30, rate=100 / 60)
        self.typing = Buckets(burst=300, rate=100)
        self.guessing = Buckets(burst=20, rate=20 / 60)
        self.forums: dict[str, LiveForum] = {}
        self.views: dict[str, Views] = {}
        self.drafts: dict[str, Drafts] = {}
        self.sheets: dict[str, Sheets] = {}
        self.listeners = Listeners()
        self.visitors = Visitors()
        self.pulse = Pulse()
        self.readiness = Readiness(self.log, self.pulse)
        self._reading = Once(self._read)
        self._finding = Once(self._find)
        self._looking = Together(self._look, most=AT_ONCE)
        self._running: list[asyncio.Task[None]] = []
        self._seen_to: set[asyncio.Task[None]] = set()

    async def forum(self, id: str) -> LiveForum | None:
        """The forum, read from the record when it is first asked for."""
        if id not in self.forums:
            await self._reading(id)
        return self.forums.get(id)

    async def _read(self, id: str) -> None:
        if id not in await run_in_threadpool(self.log.forums):
            return
        live = await run_in_threadpool(LiveForum, id, self.log, self.directory)
        self.views[id] = Views(live)
        self.sheets[id] = Sheets(live)
        self.drafts[id] = Drafts(live)
        self.forums[id] = live
        self._running.append(asyncio.create_task(live.tell_presence()))

    async def forum_of(self, join_code: str) -> LiveForum | None:
        """By its code, which does not change as long as the forum lasts."""
        for live in self.forums.values():
            if live.join_code == join_code:
                return live
        id = await self._finding(join_code)
        return None if id is None else await self.forum(id)

    async def _find(self, join_code: str) -> str | None:
        return await run_in_threadpool(self.log.forum_of, join_code)

    def open(self) -> None:
        self._running.append(asyncio.create_task(self._watch_sessions()))
        self._running.append(asyncio.create_task(self._forget_sessions()))
        self._running.append(asyncio.create_task(self.pulse.beat()))
        self._running.append(asyncio.create_task(hear_of_others(self.log, self.forums)))

    def close(self) -> None:
        for task in self._running:
            task.cancel()
        for drafts in self.drafts.values():
            drafts.close()

    async def _watch_sessions(self) -> None:
        """Whoever listens by a session that is over is told, on whatever node it was ended."""
        while True:
            await asyncio.sleep(WATCH)
            here, looked = self.listeners.tokens() | self.visitors.tokens(), monotonic()
            with suppress(Unreachable):  # nobody is sent away because the database is
                standing = await self._standing(here)
                self.visitors.looked_at(standing, here - standing, looked)
                for over in here - standing:
                    self.listeners.end(over)

    async def _forget_sessions(self) -> None:
        """Those that are over are nobody's business any more."""
        while True:
            with suppress(NotWrittenDown):
                await run_in_threadpool(self.sessions.forget_those_over, self.now())
            await asyncio.sleep(FORGET)

    def see_to(self, doing: Coroutine[object, None, int], answered: Answered) -> None:
        """It is done to its end, though whoever asked may go; they are answered then."""
        task = asyncio.create_task(_answering(doing, answered))
        self._seen_to.add(task)  # asyncio would let go of it
        task.add_done_callback(self._seen_to.discard)

    def may_ask(self, person: str) -> bool:
        return self.asking.take(person, monotonic())

    def may_guess(self, address: str) -> bool:
        return self.guessing.take(address, monotonic())

    def new_session(self, visitor: Visitor) -> Session:
        return new_session(visitor, self.now(), self.settings.session_lifetime)

    # --- what blocks goes to a thread --------------------------------------

    async def who(self, token: str) -> Visitor | None:
        return await self._looking(token)

    async def who_lately(self, token: str) -> Visitor | None:
        """For those who only look on: what was so a moment ago will do."""
        return self.visitors.known(token, monotonic()) or await self.who(token)

    async def _look(self, tokens: Set[str]) -> Mapping[str, Visitor]:
        looked = monotonic()
        found = await run_in_threadpool(self.sessions.all_who, tokens, self.now())
        for token, visitor in found.items():
            self.visitors.seen(token, visitor, looked)
        return found

    async def exchange(self, link: str) -> tuple[str, Visitor] | None:
        lifetime = self.settings.session_lifetime
        return await run_in_threadpool(self.sessions.exchange, link, self.now(), lifetime)

    async def issue_link(self, forum: str, person: str) -> str:
        return await run_in_threadpool(self.sessions.issue_link, forum, person, self.now())

    async def _standing(self, tokens: Set[str]) -> Set[str]:
        if not tokens:
            return tokens
        return await run_in_threadpool(self.sessions.standing, tokens, self.now())

    async def close_session(self, token: str) -> None:
        await run_in_threadpool(self.sessions.close, token)
        self.visitors.forget(token)
        self.listeners.end(token)

    async def shut_out(self, forum: str, person: str) -> None:
        await run_in_threadpool(self.sessions.shut_out, forum, person)
        self.visitors.forget_person(forum, person)

    def now(self) -> datetime:
        return now()


async def _answering(doing: Coroutine[object, None, int], answered: Answered) -> None:
    try:
        outcome: int | Exception = await doing
    except Exception as failure:  # handed to the one who asked; nothing is hidden
        outcome = failure
    answered(outcome)

"""All that the pages and sockets share: the live forums, the database, and who may ask how fast."""

import asyncio
from collections.abc import Set
from contextlib import suppress
from datetime import datetime
from time import monotonic

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from facilitate.live.drafts.houses import Drafts
from facilitate.live.forum import LiveForum, now
from facilitate.live.pulse import Pulse
from facilitate.record.directory import Directory
from facilitate.record.engines import NotWrittenDown, Unreachable
from facilitate.record.log import Log
from facilitate.record.sessions import Session, Sessions, Visitor, new_session
from facilitate.settings import Settings
from facilitate.web.limits import Buckets
from facilitate.web.listeners import Listeners
from facilitate.web.readiness import Readiness
from facilitate.web.telling import Views

WATCH = 2.0  # s between two looks at whether the sessions of all who listen still stand
FORGET = 60 * 60.0  # s between two times at which sessions that are over are forgotten


class Rooms:
    """``asking`` bounds each person, ``guessing`` each address that tries codes in vain."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.log = Log(engine)
        self.directory = Directory(engine)
        self.sessions = Sessions(engine)
        self.asking = Buckets(burst=30, rate=100 / 60)
        self.guessing = Buckets(burst=20, rate=20 / 60)
        self.forums: dict[str, LiveForum] = {}
        self.views: dict[str, Views] = {}
        self.drafts: dict[str, Drafts] = {}
        self.listeners = Listeners()
        self.pulse = Pulse()
        self.readiness = Readiness(self.log, self.pulse)
        self._running: list[asyncio.Task[None]] = []

    async def forum(self, id: str) -> LiveForum | None:
        """The forum, read from the record when it is first asked for."""
        if id not in self.forums and id in await run_in_threadpool(self.log.forums):
            live = await run_in_threadpool(LiveForum, id, self.log, self.directory)
            if id not in self.forums:  # somebody else may have been faster
                self.forums[id] = live
                self.views[id] = Views(live)
                self.drafts[id] = Drafts(live)
                self._running.append(asyncio.create_task(live.tell_presence()))
        return self.forums.get(id)

    async def forum_of(self, join_code: str) -> LiveForum | None:
        id = await run_in_threadpool(self.log.forum_of, join_code)
        return None if id is None else await self.forum(id)

    def open(self) -> None:
        self._running.append(asyncio.create_task(self._watch_sessions()))
        self._running.append(asyncio.create_task(self._forget_sessions()))
        self._running.append(asyncio.create_task(self.pulse.beat()))

    def close(self) -> None:
        for task in self._running:
            task.cancel()
        for drafts in self.drafts.values():
            drafts.close()

    async def _watch_sessions(self) -> None:
        """Whoever listens by a session that is over is told, on whatever node it was ended."""
        while True:
            await asyncio.sleep(WATCH)
            listening = self.listeners.tokens()
            with suppress(Unreachable):  # nobody is sent away because the database is
                for over in listening - await self._standing(listening):
                    self.listeners.end(over)

    async def _forget_sessions(self) -> None:
        """Those that are over are nobody's business any more."""
        while True:
            with suppress(NotWrittenDown):
                await run_in_threadpool(self.sessions.forget_those_over, self.now())
            await asyncio.sleep(FORGET)

    def may_ask(self, person: str) -> bool:
        return self.asking.take(person, monotonic())

    def may_guess(self, address: str) -> bool:
        return self.guessing.take(address, monotonic())

    def new_session(self, visitor: Visitor) -> Session:
        return new_session(visitor, self.now(), self.settings.session_lifetime)

    # --- what blocks goes to a thread --------------------------------------

    async def who(self, token: str) -> Visitor | None:
        return await run_in_threadpool(self.sessions.who, token, self.now())

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
        self.listeners.end(token)

    async def close_sessions(self, forum: str, person: str) -> None:
        await run_in_threadpool(self.sessions.close_all, forum, person)

    async def shut_out(self, forum: str, person: str) -> None:
        await run_in_threadpool(self.sessions.shut_out, forum, person)

    def now(self) -> datetime:
        return now()

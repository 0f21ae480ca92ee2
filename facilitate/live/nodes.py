"""Other nodes on the same database: what they have written is heard of at once, where PostgreSQL
tells it, and looked for now and then everywhere."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import URL
from starlette.concurrency import run_in_threadpool

from facilitate.live.forum import LiveForum
from facilitate.record.engines import Unreachable
from facilitate.record.log import CHANNEL, Log

LOOK = 2.0  # s between two looks at how far the records go
PAUSE = 1.0  # s before PostgreSQL is listened to again

Forums = Mapping[str, LiveForum]


async def hear_of_others(log: Log, forums: Forums, every: float = LOOK) -> None:
    """For as long as the server runs; news are looked for every so many seconds."""
    async with asyncio.TaskGroup() as both:
        both.create_task(_look_now_and_then(log, forums, every))
        if log.engine.dialect.name == "postgresql":
            both.create_task(_listen_again_and_again(log.engine.url, forums))


async def _look_now_and_then(log: Log, forums: Forums, every: float) -> None:
    """Whatever was not heard of is found here."""
    while True:
        await asyncio.sleep(every)
        with suppress(Unreachable):
            for id, seq in (await run_in_threadpool(log.ends)).items():
                _tell(forums, id, seq)


async def _listen_again_and_again(address: URL, forums: Forums) -> None:
    from psycopg import Error  # noqa: PLC0415  it is there only with its extra

    while True:
        with suppress(Error):
            await _listen(address, forums)
        await asyncio.sleep(PAUSE)


async def _listen(address: URL, forums: Forums) -> None:
    from psycopg import AsyncConnection  # noqa: PLC0415

    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await AsyncConnection.connect(plain, autocommit=True)
    try:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for told in connection.notifies():
            seq, _, id = told.payload.partition(" ")
            _tell(forums, id, int(seq))
    finally:
        await connection.close()


def _tell(forums: Forums, id: str, seq: int) -> None:
    if forum := forums.get(id):
        forum.hear_of(seq)

"""Starlette with SQLAlchemy async on SQLite: a session, and so a transaction, a command."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from msgspec import Struct, json
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


class Table(DeclarativeBase):
    pass


class Said(Table):
    __tablename__ = "said"
    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]


class Command(Struct):
    do: str
    breakout: str
    id: str
    kind: str
    text: str
    language: str


def as_durable_as_ours(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 60000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def main(port: str, database: str) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}", pool_timeout=120)
    event.listen(engine.sync_engine, "connect", as_durable_as_ours)
    session_of = async_sessionmaker(engine, expire_on_commit=False)
    read = json.Decoder(Command).decode
    seq = 0

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)
        yield

    async def listened(socket: WebSocket) -> None:
        nonlocal seq
        await socket.accept()
        try:
            while True:
                body = await socket.receive_text()
                command = read(body)
                seq += 1
                number = seq
                async with session_of() as session:
                    session.add(Said(seq=number, id=command.id, body=body))
                    await session.commit()
                await socket.send_text(f'{{"done":{number}}}')
        except WebSocketDisconnect:
            pass

    app = Starlette(routes=[WebSocketRoute("/", listened)], lifespan=lifespan)
    uvicorn.run(app, port=int(port), log_level="warning", backlog=4096)


if __name__ == "__main__":
    main(*sys.argv[1:])

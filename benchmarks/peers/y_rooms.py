"""pycrdt-websocket, as its documentation shows: nothing is written down."""

import asyncio
import sys

import uvicorn
from pycrdt.websocket import ASGIServer, WebsocketServer


async def main(port: str) -> None:
    rooms = WebsocketServer()
    config = uvicorn.Config(ASGIServer(rooms), port=int(port), log_level="warning", lifespan="off")
    async with rooms:
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""The broadcast of the websockets library, without compression."""

import asyncio
import sys
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed


async def main(port: str, event: str, manner: str) -> None:
    sockets: set[ServerConnection] = set()

    async def listened(socket: ServerConnection) -> None:
        sockets.add(socket)
        try:
            if manner == "greet":
                await socket.send(event)
            async for message in socket:
                for _ in range(int(message)):
                    broadcast(sockets, event)
        except ConnectionClosed:
            pass
        finally:
            sockets.discard(socket)

    async with serve(listened, "127.0.0.1", int(port), compression=None, backlog=4096) as server:
        await server.serve_forever()


if __name__ == "__main__":
    port, file, manner = sys.argv[1:]
    asyncio.run(main(port, Path(file).read_text("utf-8"), manner))

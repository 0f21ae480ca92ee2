"""Starlette, and a loop over all sockets: the way of most tutorials."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


def main(port: str, file: str, manner: str) -> None:
    event = Path(file).read_text("utf-8")
    sockets: set[WebSocket] = set()

    async def listened(socket: WebSocket) -> None:
        await socket.accept()
        sockets.add(socket)
        try:
            if manner == "greet":
                await socket.send_text(event)
            while True:
                for _ in range(int(await socket.receive_text())):
                    for each in list(sockets):
                        await each.send_text(event)
        except WebSocketDisconnect:
            pass
        finally:
            sockets.discard(socket)

    app = Starlette(routes=[WebSocketRoute("/", listened)])
    uvicorn.run(app, port=int(port), log_level="warning", lifespan="off", backlog=4096)


if __name__ == "__main__":
    main(*sys.argv[1:])

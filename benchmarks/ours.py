"""Our server as `facilitate serve` starts it, but that nobody is told to ask more slowly."""

import sys
from dataclasses import replace

import uvicorn

from facilitate.record.engines import open_database
from facilitate.serving import collect_rarely, config
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.limits import Buckets

AS_FAST_AS_THEY_LIKE = 1_000_000  # commands, or updates of drafts, at once and a second


def main(database: str, port: str) -> None:
    settings = replace(Settings(), database=database, port=int(port))
    app = create_app(open_database(database), settings)
    app.state.rooms.asking, app.state.rooms.typing = unlimited(), unlimited()
    collect_rarely()
    uvicorn.Server(config(app, settings)).run()


def unlimited() -> Buckets:
    return Buckets(burst=AS_FAST_AS_THEY_LIKE, rate=AS_FAST_AS_THEY_LIKE)


if __name__ == "__main__":
    main(*sys.argv[1:])

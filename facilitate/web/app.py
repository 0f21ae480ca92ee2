"""Everything wired once, here and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route, WebSocketRoute

from facilitate.places import STATIC
from facilitate.record.engines import NotWrittenDown, Unreachable
from facilitate.settings import Settings
from facilitate.web import drafting, entrance, hands, mishaps, people
from facilitate.web.bodies import SmallBodies
from facilitate.web.downloads import downloaded
from facilitate.web.files import Files
from facilitate.web.listening import LiveFirst, listened, streamed
from facilitate.web.metrics import measured
from facilitate.web.origins import GuardedAnswers, SameOriginOnly
from facilitate.web.pages import PAGES, preview
from facilitate.web.posts import commanded
from facilitate.web.readiness import alive, ready
from facilitate.web.rooms import Rooms
from facilitate.web.showing import shown

WORTH_PACKING = 1024  # bytes of an answer above which it is compressed


def create_app(engine: Engine, settings: Settings) -> Starlette:
    rooms = Rooms(engine, settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        rooms.open()
        yield
        rooms.close()

    live = WebSocketRoute("/forums/{forum}/live", listened)
    app = Starlette(
        routes=[
            Route("/", entrance.home),
            Route("/join", entrance.join_page),
            Route("/join", entrance.joined, methods=["POST"]),
            Route("/sign-in", entrance.sign_in_page),
            Route("/sign-in", entrance.signed_in, methods=["POST"]),
            Route("/sign-out", entrance.signed_out, methods=["POST"]),
            Route("/language", entrance.language_chosen, methods=["POST"]),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", measured),
            Route("/forums/{forum}/people", people.admitted, methods=["POST"]),
            Route("/forums/{forum}/people/{person}/link", people.link_issued, methods=["POST"]),
            Route("/forums/{forum}/people/{person}/link", people.to_the_person),
            *(Route(f"/forums/{{forum}}{path}", shown(page)) for path, page in PAGES.items()),
            *(Route(f"/forums/{{forum}}{path}", commanded, methods=["POST"]) for path in PAGES),
            Route("/forums/{forum}/plenary/preview", preview.ticked),
            Route("/forums/{forum}/commands", commanded, methods=["POST"]),
            Route("/forums/{forum}/events", streamed),
            Route("/forums/{forum}/report.{ending}", downloaded),
            live,
            WebSocketRoute("/drafts", drafting.multiplexed),
            WebSocketRoute("/drafts/{name}", drafting.written),
            Route("/drafts/{name}", drafting.exchanged, methods=["POST"]),
            Route("/drafts/{name}/written/{paragraph}", hands.told),
            Mount("/static", Files(directory=STATIC)),
        ],
        middleware=[
            Middleware(LiveFirst, live),
            Middleware(GuardedAnswers),
            Middleware(SameOriginOnly, origins=settings.origins),
            Middleware(SmallBodies),
            Middleware(GZipMiddleware, minimum_size=WORTH_PACKING),
        ],
        exception_handlers={
            HTTPException: mishaps.refused,
            NotWrittenDown: mishaps.not_saved,
            Unreachable: mishaps.not_saved,
            Exception: mishaps.failed,
        },
        lifespan=lifespan,
    )
    app.state.rooms = rooms
    return app

"""Everything wired once, here and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from facilitate.places import STATIC
from facilitate.settings import Settings
from facilitate.web import entrance, people
from facilitate.web.listening import listened, streamed
from facilitate.web.origins import GuardedAnswers, SameOriginOnly
from facilitate.web.pages import PAGES
from facilitate.web.posts import commanded
from facilitate.web.rooms import Rooms
from facilitate.web.showing import not_found, shown


def create_app(engine: Engine, settings: Settings) -> Starlette:
    rooms = Rooms(engine, settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        rooms.close()

    app = Starlette(
        routes=[
            Route("/", entrance.home),
            Route("/join", entrance.join_page),
            Route("/join", entrance.joined, methods=["POST"]),
            Route("/sign-in", entrance.sign_in_page),
            Route("/sign-in", entrance.signed_in, methods=["POST"]),
            Route("/sign-out", entrance.signed_out, methods=["POST"]),
            Route("/language", entrance.language_chosen, methods=["POST"]),
            Route("/healthz", healthy),
            Route("/forums/{forum}/people", people.admitted, methods=["POST"]),
            Route("/forums/{forum}/people/{person}/link", people.link_issued, methods=["POST"]),
            Route("/forums/{forum}/people/{person}/link", people.to_the_person),
            *(Route(f"/forums/{{forum}}{path}", shown(page)) for path, page in PAGES.items()),
            *(Route(f"/forums/{{forum}}{path}", commanded, methods=["POST"]) for path in PAGES),
            Route("/forums/{forum}/commands", commanded, methods=["POST"]),
            Route("/forums/{forum}/events", streamed),
            WebSocketRoute("/forums/{forum}/live", listened),
            Mount("/static", Kept(directory=STATIC)),
        ],
        middleware=[
            Middleware(GuardedAnswers),
            Middleware(SameOriginOnly, origins=settings.origins),
        ],
        exception_handlers={HTTPStatus.NOT_FOUND: not_found},
        lifespan=lifespan,
    )
    app.state.rooms = rooms
    return app


class Kept(StaticFiles):
    """Static files bear their digest in their address, so browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


async def healthy(request: Request) -> Response:
    return PlainTextResponse("ok")

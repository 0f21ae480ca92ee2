"""The figures of the process, in the text format of Prometheus, for whoever watches over it."""

from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from facilitate.live.measures import FIGURES
from facilitate.web.rooms import Rooms

HANDED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")  # headers that proxies add


async def measured(request: Request) -> Response:
    """``GET /metrics``, from this machine itself or with ``Authorization: Bearer`` and the token.

    What a proxy on this machine hands on comes from anywhere, and so needs the token.
    """
    rooms: Rooms = request.app.state.rooms
    if not (_from_here(request) or _has_token(request, rooms.settings.metrics_token)):
        why = "The figures are for this machine itself, or for whoever has their token."
        return PlainTextResponse(why, HTTPStatus.FORBIDDEN)
    return Response(generate_latest(FIGURES), headers={"content-type": CONTENT_TYPE_LATEST})


def _from_here(request: Request) -> bool:
    if request.client is None or any(header in request.headers for header in HANDED_ON):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False  # a name, or a Unix socket


def _has_token(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").encode("latin-1")
    return bool(token) and compare_digest(given, f"Bearer {token}".encode())

"""Whose pages may ask: the origin of a request, and the headers that every answer carries."""

from collections.abc import Iterable
from secrets import token_urlsafe

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from facilitate.web import doors
from facilitate.web.identity import SAFE


def ours(headers: Headers, scheme: str, origins: Iterable[str]) -> bool:
    """Whether the page that sent this request is one of ours, by its ``Origin``.

    Compared whole: no prefix, suffix or ``null`` can pass. Without a list it is the host the
    request names itself.
    """
    origin = headers.get("origin")
    allowed = frozenset(origins) or {f"{scheme}://{headers.get('host', '')}"}
    return origin in allowed


def origin_of(headers: Headers, scheme: str, origins: Iterable[str]) -> str:
    """The address under which people reach us: the one just used, if it is one of ours."""
    used = f"{scheme}://{headers.get('host', '')}"
    allowed = sorted(origins)
    return used if used in allowed or not allowed else allowed[0]


class SameOriginOnly:
    """Unsafe requests need a same-origin proof: ``Sec-Fetch-Site``, or an ``Origin`` of ours.

    Where origins are named, an ``Origin`` that is sent must be one of them in any case.
    """

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._proven(scope):
            doors.from_elsewhere(HTTPConnection(scope))
            refused = PlainTextResponse("This request did not come from our pages.", 403)
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _proven(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        if site is None or (self.origins and "origin" in headers):
            return ours(headers, scope["scheme"], self.origins)
        return True


class GuardedAnswers:
    """A strict content security policy with a fresh nonce, and its fellows, on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in guards(nonce).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)


def guards(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }

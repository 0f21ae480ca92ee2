"""A knock: the request for a live line, where it comes whole and as every browser sends it.

It is read here once, in one piece. Whatever is unusual in it is no knock, but is left to h11 and
``websockets``: what they would refuse, or understand in another way than at first sight.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 8000  # bytes of a whole knock; the others turn away a single line above 8,192
MOST_FIELDS = 64
HEAD = re.compile(
    rb"GET (/forums/[A-Za-z0-9._~-]+/live)(?:\?([!-~]*))? HTTP/1\.1\r\n"
    rb"((?:[A-Za-z0-9-]+: [!-~](?:[ -~]*[!-~])?\r\n)+)\r\n"
)
KEY = re.compile(r"[A-Za-z0-9+/]{22}==")  # 16 bytes: RFC 6455, 4.1
PROTOCOLS = re.compile(r"[A-Za-z0-9._-]+(?:, ?[A-Za-z0-9._-]+)*")
CONNECTION = frozenset({"upgrade", "keep-alive, upgrade"})  # as browsers and proxies say it
WITH_A_BODY = frozenset({b"content-length", b"transfer-encoding"})

Fields = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Knock:
    """``fields`` in the order in which they came, each named once and in small letters."""

    path: str
    query: bytes
    fields: Fields
    key: str
    protocols: Sequence[str] = ()
    extensions: str = ""


def read(data: bytes) -> Knock | None:
    """None for anything else that may come first on a line, or that has not come to its end."""
    head = HEAD.fullmatch(data) if len(data) <= LONGEST else None
    if head is None:
        return None
    fields: list[tuple[bytes, bytes]] = []
    for line in head[3].split(b"\r\n")[:-1]:
        name, _, value = line.partition(b": ")
        fields.append((name.lower(), value))
    named = dict(fields)
    if len(named) < len(fields) or len(fields) > MOST_FIELDS or not WITH_A_BODY.isdisjoint(named):
        return None

    def said(name: bytes) -> str:
        return named.get(name, b"").decode()

    protocols, key = said(b"sec-websocket-protocol"), said(b"sec-websocket-key")
    if (
        b"host" not in named
        or said(b"upgrade").lower() != "websocket"
        or said(b"connection").lower() not in CONNECTION
        or said(b"sec-websocket-version") != "13"
        or not KEY.fullmatch(key)
        or (protocols and not PROTOCOLS.fullmatch(protocols))
    ):
        return None
    return Knock(
        head[1].decode(),
        head[2] or b"",
        fields,
        key,
        tuple(each.strip() for each in protocols.split(",")) if protocols else (),
        said(b"sec-websocket-extensions"),
    )

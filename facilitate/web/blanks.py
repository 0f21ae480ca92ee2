"""A page that all share, with blanks for what differs from reader to reader.

It is compressed once: each stretch between two blanks is packed, and what is filled in stands
between them as it is (a stored block of RFC 1951), so that all of it is one gzip stream. A stretch
may refer back over blanks of which the width is known, never to what stands in them.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from secrets import token_hex

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

MARK = f"blank-{token_hex(16)}-"  # which nobody can write who does not know it
BLANK = re.compile(rf"{MARK}([a-z0-9-]+);")
FRESH = "fresh-"
WIDTH = 16  # characters of a fresh id
FILLER = b"\xff" * WIDTH  # for one while a page is packed: no UTF-8, so nothing is like it
HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952: deflate, no name, no time
LAST = b"\x01\0\0\xff\xff"  # an empty stored block that says it is the last
BLOCK = 0xFFFF  # bytes that a stored block may hold


def blank(name: str) -> str:
    """To be drawn where something is to be filled in; escaping leaves it as it is."""
    return f"{MARK}{name};"


class FreshIds:
    """Blanks for the ids of things that forms will make: each reader gets ids of their own."""

    def __init__(self) -> None:
        self._numbers = count()

    def __call__(self) -> str:
        return blank(f"{FRESH}{next(self._numbers)}")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands between two blanks, and the same packed."""

    plain: bytes
    packed: bytes


class Blanks:
    """A drawn page. ``filled`` and ``packed`` are given what goes into each blank, as text."""

    def __init__(self, html: str) -> None:
        stretches = BLANK.split(html)
        self.names = tuple(stretches[1::2])
        texts = (text.encode() for text in stretches[::2])
        self._stretches = tuple(_stretches(texts, self.names))

    def filled(self, values: Mapping[str, str]) -> bytes:
        return b"".join(plain for plain, _ in self._in_order(values))

    def packed(self, values: Mapping[str, str]) -> bytes:
        """As gzip."""
        blocks, crc, size = [HEAD], 0, 0
        for plain, packed in self._in_order(values):
            blocks.append(packed)
            crc, size = zlib.crc32(plain, crc), size + len(plain)
        tail = crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
        return b"".join((*blocks, LAST, tail))

    def _in_order(self, values: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        first, *others = self._stretches
        there = [(first.plain, first.packed)]
        for name, stretch in zip(self.names, others, strict=True):
            value = str(escape(values[name])).encode()
            if name.startswith(FRESH) and len(value) != WIDTH:
                raise ValueError("a fresh id of another width")
            there.append((value, stored(value)))
            there.append((stretch.plain, stretch.packed))
        return there


def _stretches(texts: Iterable[bytes], names: Iterable[str]) -> Iterator[Stretch]:
    packing = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    for plain, name in zip(texts, (*names, ""), strict=True):
        packed = packing.compress(plain)
        if name.startswith(FRESH):
            yield Stretch(plain, packed + packing.flush(zlib.Z_SYNC_FLUSH))
            packing.compress(FILLER)
            packing.flush(zlib.Z_SYNC_FLUSH)  # not sent: the id itself will stand there
        else:
            yield Stretch(plain, packed + packing.flush(zlib.Z_FULL_FLUSH))


def stored(plain: bytes) -> bytes:
    """As blocks that are not compressed: RFC 1951, 3.2.4."""
    blocks = (plain[start : start + BLOCK] for start in range(0, len(plain), BLOCK))
    return b"".join(b"\0" + _length(block) + block for block in blocks)


def _length(block: bytes) -> bytes:
    size = len(block)
    return size.to_bytes(2, "little") + (size ^ BLOCK).to_bytes(2, "little")


def answered(request: Request, page: Blanks, values: Mapping[str, str]) -> Response:
    """Packed, if the browser takes that."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(page.filled(values), headers={"vary": "Accept-Encoding"})
    headers = {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    return HTMLResponse(page.packed(values), headers=headers)

"""A frame as it goes over a WebSocket: put into bytes once, and compressed once, for all."""

import zlib
from functools import cached_property

WINDOW = 12  # bits, 4 KiB: packs our fragments as well as more would (30 % of their size)
WORTH_PACKING = 256  # bytes of a frame above which it is compressed
SMALL, MIDDLE = 126, 127  # RFC 6455, 5.2: the length follows in two bytes, in eight
TEXT, COMPRESSED_TEXT, BINARY = 0x81, 0xC1, 0x82  # the first byte of a whole message


class Packed:
    """What is told at once, and how far its reader has heard with it."""

    def __init__(self, seq: int, text: str) -> None:
        self.seq = seq
        self.text = text
        self.size = len(text.encode())

    @cached_property
    def plain(self) -> bytes:
        return message(TEXT, self.text.encode())

    @cached_property
    def compressed(self) -> bytes:
        """As it is where that is shorter; RFC 7692 leaves the choice to each message."""
        if self.size < WORTH_PACKING:
            return self.plain
        return message(COMPRESSED_TEXT, deflated(self.text.encode()))


def message(first: int, body: bytes) -> bytes:
    """A whole message in one frame, as a server sends it (RFC 6455, 5.2)."""
    size = len(body)
    if size < SMALL:
        return bytes((first, size)) + body
    if size < 1 << 16:
        return bytes((first, SMALL)) + size.to_bytes(2) + body
    return bytes((first, MIDDLE)) + size.to_bytes(8) + body


def deflated(body: bytes) -> bytes:
    """Without anything kept from the message before (RFC 7692, 7.2.1)."""
    packer = zlib.compressobj(wbits=-WINDOW)
    return (packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]

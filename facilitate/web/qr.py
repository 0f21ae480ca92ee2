"""QR codes: links that a phone reads off a wall or a screen."""

from functools import lru_cache

import segno
from markupsafe import Markup

QUIET_ZONE = 4  # modules of white around it, ISO/IEC 18004


@lru_cache(maxsize=64)
def qr(link: str) -> Markup:
    """The link as inline SVG, dark on white by day and by night; a quarter of it may be hidden."""
    code = segno.make(link, error="q", micro=False)
    drawn = code.svg_inline(omitsize=True, border=QUIET_ZONE, light="#fff", lineclass=None)
    return Markup(drawn)  # noqa: S704  # made of figures alone: the link itself is not in it

"""Every page: its path below the forum's, and what it is made of."""

from collections.abc import Mapping

from facilitate.web.pages import breakout, forum
from facilitate.web.parts import Page

PAGES: Mapping[str, Page] = {
    "": forum.PAGE,
    "/breakouts/{place}": breakout.PAGE,
}

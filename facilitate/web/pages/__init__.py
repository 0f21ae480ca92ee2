"""Every page: its path below the forum's, and what it is made of."""

from collections.abc import Mapping

from facilitate.web.pages import (
    breakout,
    consolidation,
    desk,
    forum,
    group,
    people,
    projector,
    secretariat,
)
from facilitate.web.parts import Page

PAGES: Mapping[str, Page] = {
    "": forum.PAGE,
    "/breakouts/{place}": breakout.PAGE,
    "/breakouts/{place}/desk": desk.PAGE,
    "/consolidation": consolidation.PAGE,
    "/consolidation/{place}": group.PAGE,
    "/secretariat": secretariat.PAGE,
    "/people": people.PAGE,
    "/people/{place}": people.ONE,
    "/projector": projector.PAGE,
    "/projector/{place}": projector.PAGE,
}

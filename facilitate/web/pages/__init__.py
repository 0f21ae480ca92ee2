"""Every page: its path below the forum's, and what it is made of."""

from collections.abc import Mapping

from facilitate.web.pages import breakout, consolidation, forum, group, people, secretariat
from facilitate.web.parts import Page

PAGES: Mapping[str, Page] = {
    "": forum.PAGE,
    "/breakouts/{place}": breakout.PAGE,
    "/consolidation": consolidation.PAGE,
    "/consolidation/{place}": group.PAGE,
    "/secretariat": secretariat.PAGE,
    "/people": people.PAGE,
    "/people/{place}": people.ONE,
}

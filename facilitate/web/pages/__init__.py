"""Every page: its path below the forum's, and what it is made of."""

from collections.abc import Mapping

from facilitate.web.pages import (
    breakout,
    chair,
    consolidation,
    contribution,
    desk,
    forum,
    group,
    mine,
    people,
    plenary,
    preview,
    projector,
    recommendation,
    report,
    secretariat,
    versions,
)
from facilitate.web.parts import Page

PAGES: Mapping[str, Page] = {
    "": forum.PAGE,
    "/breakouts/{place}": breakout.PAGE,
    "/breakouts/{place}/desk": desk.PAGE,
    "/breakouts/{place}/versions": versions.PAGE,
    "/consolidation": consolidation.PAGE,
    "/consolidation/{place}": group.PAGE,
    "/plenary": plenary.PAGE,
    "/plenary/preview/{place}": preview.PAGE,
    "/chair": chair.PAGE,
    "/secretariat": secretariat.PAGE,
    "/contributions/{place}": contribution.PAGE,
    "/recommendations/{place}": recommendation.PAGE,
    "/report": report.PAGE,
    "/mine": mine.PAGE,
    "/people": people.PAGE,
    "/people/{place}": people.ONE,
    "/projector": projector.PAGE,
    "/projector/{place}": projector.PAGE,
}

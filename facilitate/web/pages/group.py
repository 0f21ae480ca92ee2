"""One group of the consolidation: its text with lettered readings, and what is open in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from string import ascii_uppercase

from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import AmendmentProposed
from facilitate.meeting.consolidation import (
    Group,
    GroupDissolved,
    GroupFormed,
    GroupRecast,
    submitted,
)
from facilitate.meeting.recommendations import (
    Recommendation,
    RecommendationDecided,
    RecommendationLaidAside,
    RecommendationMoved,
    RecommendationOpened,
    Stage,
)
from facilitate.text.collation import ConsolidatedText, Run, Segment, Site
from facilitate.text.likeness import RELATED, likeness
from facilitate.text.provenance import settled
from facilitate.text.sites import Flag
from facilitate.web.pages.consolidation import (
    CHANGES_A_GROUP,
    GIVES_PLACES,
    breakout_of,
    contradicts,
    number_of,
    open_sites,
    rapporteurs,
    without_place,
)
from facilitate.web.pages.shared import MESSAGES
from facilitate.web.parts import Context, Items, Page, Part, all_who_joined
from facilitate.web.scenes import Scene

BEFORE_PLENARY: frozenset[type[Event]] = frozenset(
    {
        AmendmentProposed,
        RecommendationDecided,
        RecommendationLaidAside,
        RecommendationMoved,
        RecommendationOpened,
    }
)
WORDS_BEFORE = 5  # that show where in the text a site is


@dataclass(frozen=True, slots=True)
class ReadingShown:
    number: int
    letter: str
    text: str
    sources: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SiteShown:
    """``now`` is what the text says here if it is settled; ``own`` are words chosen by hand."""

    id: int
    flag: Flag
    readings: tuple[ReadingShown, ...]
    contradicts: bool
    open: bool
    editorial: bool
    chosen: bool
    now: str
    own: str
    before: str
    space: str


def context(scene: Scene) -> Context:
    """A group can be dissolved while people look at it; the parts say so then."""
    edits = scene.is_("rapporteur") or scene.is_("secretariat")
    group = scene.forum.consolidation.groups.get(scene.place)
    if group is None:
        return {"group": None, "edits": edits, "open_count": 0}
    put = scene.forum.recommendations.by_id.get(group.recommendation or "")
    return {
        "group": group,
        "edits": edits,
        "open_count": len(open_sites(group)),
        "put_number": _number(scene.forum, put),
        "may_take_back": put is not None and _untouched(scene.forum, put),
        "segments": partial(segments, scene, group),
        "sites": partial(sites, scene, group),
        "site_of": partial(site_of, scene, group),
        "joinable": partial(joinable, scene, group),
        "all_members": submitted(scene.forum.drafts),
        "breakout_of": partial(breakout_of, scene),
        "number_of": partial(number_of, scene),
        "rapporteurs": partial(rapporteurs, scene),
    }


def _number(forum: Forum, put: Recommendation | None) -> int:
    order = forum.recommendations.order
    return order.index(put.id) + 1 if put is not None and put.id in order else 0


def _untouched(forum: Forum, put: Recommendation) -> bool:
    amended = any(a.recommendation == put.id for a in forum.amendments.values())
    return put.stage is Stage.WAITING and not amended


def segments(scene: Scene, group: Group) -> Iterator[str | SiteShown]:
    """The text in order: what all say, and the sites."""
    for place, segment in enumerate(group.text.segments):
        yield segment.text if isinstance(segment, Run) else _shown(scene, group, segment, place)


def sites(scene: Scene, group: Group) -> list[SiteShown]:
    """Contradictions first, then other differences, then editorial ones: nothing jumps when one
    is settled."""
    shown = (each for each in segments(scene, group) if isinstance(each, SiteShown))
    return sorted(shown, key=_rank)


def site_of(scene: Scene, group: Group, id: int) -> SiteShown:
    return next(
        _shown(scene, group, segment, place)
        for place, segment in enumerate(group.text.segments)
        if isinstance(segment, Site) and segment.id == id
    )


def _rank(site: SiteShown) -> tuple[bool, bool]:
    return (not site.contradicts, site.editorial)


def _shown(scene: Scene, group: Group, site: Site, place: int) -> SiteShown:
    choice = group.choices.get(site.id)
    is_open = choice is None and site.flag != "editorial"
    now = _text((site,), group)
    first = next((r.text for r in site.readings if r.text.strip()), "")
    return SiteShown(
        id=site.id,
        flag=site.flag,
        readings=tuple(_readings(scene, site, choice)),
        contradicts=contradicts(site),
        open=is_open,
        editorial=site.flag == "editorial",
        chosen=choice is not None,
        now="…" if is_open else now.strip(),
        own=choice if isinstance(choice, str) else "",
        before=" ".join(_text(group.text.segments[:place], group).split()[-WORDS_BEFORE:]),
        space=first[: len(first) - len(first.lstrip())] if is_open or now.strip() else "",
    )


def _text(segments: tuple[Segment, ...], group: Group) -> str:
    return "".join(run.text for run in settled(ConsolidatedText(segments), group.choices))


def _readings(scene: Scene, site: Site, choice: int | str | None) -> Iterator[ReadingShown]:
    for number, reading in enumerate(site.readings):
        breakouts = dict.fromkeys(breakout_of(scene, source) for source in reading.sources)
        yield ReadingShown(
            number,
            ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1),
            reading.text.strip(),
            ", ".join(breakouts),
            choice == number,
        )


def joinable(scene: Scene, group: Group) -> list[tuple[str, bool]]:
    """What has no place yet, the most alike first; and whether it is akin to this group."""
    drafts = submitted(scene.forum.drafts)
    alike = {
        name: max(_likeness(drafts[name].text, drafts[member].text) for member in group.members)
        for name in without_place(scene.forum)
    }
    return [(name, alike[name] >= RELATED) for name in sorted(alike, key=lambda n: -alike[n])]


_likeness = lru_cache(maxsize=4096)(likeness)


def here(event: Event, place: str) -> bool:
    return getattr(event, "group", place) == place


def _touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
    """Each change of the group gives every site the new version to choose from."""
    group = forum.consolidation.groups.get(place)
    if group is None or type(event) not in CHANGES_A_GROUP or not here(event, place):
        return ()
    return (str(s.id) for s in group.text.segments if isinstance(s, Site))


def _find(forum: Forum, place: str, key: str) -> int | None:
    group = forum.consolidation.groups.get(place)
    ids = (s.id for s in group.text.segments if isinstance(s, Site)) if group else ()
    return next((id for id in ids if str(id) == key), None)


def a_group(forum: Forum, place: str) -> bool:
    return place in forum.consolidation.groups


PAGE = Page(
    name="group",
    template="group.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        Part("group-standing", "parts/group-standing.html", CHANGES_A_GROUP | BEFORE_PLENARY),
        Part("group-text", "parts/group-text.html", CHANGES_A_GROUP, here),
        Part("open-count", "parts/open-count.html", CHANGES_A_GROUP, here),
        Part(
            "sites",
            "parts/sites.html",
            frozenset({GroupFormed, GroupRecast, GroupDissolved}),
            here,
        ),
        Items("site-list", "site", "site_id", "parts/site.html", _touched, _find),
        Part("sources", "parts/sources.html", CHANGES_A_GROUP | GIVES_PLACES),
    ),
    exists=a_group,
)

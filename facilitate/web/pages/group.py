"""One group of the consolidation: its text with lettered readings, and what is open in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import combinations
from string import ascii_uppercase

from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import AmendmentProposed
from facilitate.meeting.consolidation import (
    GroupDissolved,
    GroupFormed,
    GroupPut,
    GroupRecast,
    GroupSetAside,
    GroupTakenBack,
    GroupTakenUpAgain,
    holding_up,
    submitted,
)
from facilitate.meeting.groups import (
    Group,
    LeavingOutExplained,
    Settling,
    SiteReopened,
    SiteSettled,
)
from facilitate.meeting.procedure import material
from facilitate.meeting.recommendations import (
    Recommendation,
    RecommendationDecided,
    RecommendationLaidAside,
    RecommendationMoved,
    RecommendationOpened,
    Stage,
)
from facilitate.text import choices
from facilitate.text.choices import Choice, Worded
from facilitate.text.collation import ConsolidatedText, Run, Site, read_for
from facilitate.text.languages import language_of
from facilitate.text.likeness import RELATED, likeness
from facilitate.text.provenance import settled
from facilitate.text.sites import Flag
from facilitate.text.tokens import normal, tokenize
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
from facilitate.web.pages.shared import GIVES_ROOMS, MESSAGES, gives_rooms
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
FEW = 3  # draft recommendations that hold a text up are read out; more are unfolded
WORDS_BEFORE = 5  # that show where in the text a site is


ALTERNATIVE = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies")
COMBINED = 3  # readings at most that are offered joined in pairs; more are put together by hand
AND: Mapping[str, str] = {"en": "and", "fr": "et", "es": "y", "ar": "و", "ru": "и", "zh": "和"}


@dataclass(frozen=True, slots=True)
class Place:
    """Another site of the text, by the words before it."""

    id: int
    before: str


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """``chosen``: it stands in the text, alone or in brackets. ``moved``: where other drafts say
    the same."""

    number: int
    letter: str
    text: str
    sources: str
    chosen: bool
    moved: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Combined:
    """Two readings in one."""

    readings: tuple[ReadingShown, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Undo:
    """What stood here before, and the fields of the command that brings it back."""

    do: str
    fields: Mapping[str, int | str | tuple[int, ...]]
    letters: str


@dataclass(frozen=True, slots=True)
class SiteShown:
    """``now`` is what the text says here if it is settled; ``own`` are words chosen by hand.

    ``version`` is that of the site: a choice is refused only if somebody settled this very site.
    ``label`` tells a whole alternative: "3 bis". ``missing``: some draft's words stand nowhere.
    """

    id: int
    version: int
    flag: Flag
    readings: tuple[ReadingShown, ...]
    contradicts: bool
    open: bool
    kept: bool
    editorial: bool
    settling: Settling | None
    now: str
    own: str
    before: str
    space: str
    label: str
    missing: bool
    combined: tuple[Combined, ...]
    undo: Undo | None

    @property
    def chosen(self) -> tuple[ReadingShown, ...]:
        return tuple(reading for reading in self.readings if reading.chosen)


def context(scene: Scene) -> Context:
    """A group can be dissolved while people look at it; the parts say so then."""
    edits = scene.is_("rapporteur") or scene.is_("secretariat")
    group = scene.forum.consolidation.groups.get(scene.place)
    if group is None:
        nothing = {"open_count": 0, "against_count": 0, "kept_count": 0}
        return {"group": None, "edits": edits, **nothing}
    put = scene.forum.recommendations.by_id.get(group.recommendation or "")
    return {
        "group": group,
        "edits": edits,
        "open_count": len(open_sites(group)),
        "against_count": sum(map(contradicts, open_sites(group))),
        "kept_count": sum(isinstance(choice, tuple) for choice in group.choices.values()),
        "unexplained": partial(unexplained, scene, group),
        "FEW": FEW,
        "held_up_by": holding_up(scene.forum.consolidation, group, material(scene.forum)),
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
    for segment in group.text.segments:
        yield segment.text if isinstance(segment, Run) else _shown(scene, group, segment)


def sites(scene: Scene, group: Group) -> list[SiteShown]:
    """Contradictions first, then other differences, then editorial ones: nothing jumps when one
    is settled."""
    shown = (_shown(scene, group, site) for site in choices.sites(group.text))
    return sorted(shown, key=_rank)


def site_of(scene: Scene, group: Group, id: int) -> SiteShown:
    return next(_shown(scene, group, site) for site in choices.sites(group.text) if site.id == id)


def unexplained(scene: Scene, group: Group) -> list[SiteShown]:
    """Where words of a draft stand nowhere, and nobody has said why."""
    return [_shown(scene, group, site) for site in group.unexplained()]


def _rank(site: SiteShown) -> tuple[bool, bool]:
    return (not site.contradicts, site.editorial)


def _shown(scene: Scene, group: Group, site: Site) -> SiteShown:
    choice = group.choices.get(site.id)
    is_open = choice is None and site.flag != "editorial"
    kept = isinstance(choice, tuple)
    now = "".join(run.text for run in settled(ConsolidatedText((site,)), group.choices))
    readings = tuple(_readings(scene, group, site, choice))
    return SiteShown(
        id=site.id,
        version=group.version_of(site.id),
        flag=site.flag,
        readings=readings,
        contradicts=contradicts(site),
        open=is_open,
        kept=kept,
        editorial=site.flag == "editorial",
        settling=group.settling(site.id),
        now="…" if is_open else now.strip(),
        own=_own(choice),
        before=_before(group.text, site.id),
        space=_space(site) if is_open or now.strip() else "",
        label=_label(scene.forum, group, site),
        missing=site in group.left_out(),
        combined=() if contradicts(site) or site.whole else tuple(_combined(group.text, readings)),
        undo=_undo(group, site, readings),
    )


def _own(choice: Choice | None) -> str:
    match choice:
        case str():
            return choice
        case Worded(text=text):
            return text
        case _:
            return ""


def _space(site: Site) -> str:
    first = next((r.text for r in site.readings if r.text.strip()), "")
    return first[: len(first) - len(first.lstrip())]


def _before(text: ConsolidatedText, id: int) -> str:
    """The last words before a site, as the draft has them with which the others are compared."""
    place = next(n for n, s in enumerate(text.segments) if isinstance(s, Site) and s.id == id)
    said = read_for(ConsolidatedText(text.segments[:place]), next(iter(text.base), ""))
    return " ".join(said.split()[-WORDS_BEFORE:])


def _label(forum: Forum, group: Group, site: Site) -> str:
    """The number of a whole alternative: that of its group, and bis, ter, ..."""
    if not site.whole:
        return ""
    whole = [each.id for each in choices.sites(group.text) if each.whole]
    place = min(whole.index(site.id), len(ALTERNATIVE) - 1)
    return f"{forum.consolidation.order.index(group.id) + 1} {ALTERNATIVE[place]}"


def _readings(
    scene: Scene, group: Group, site: Site, choice: Choice | None
) -> Iterator[ReadingShown]:
    stands = _numbers(choice)
    for number, reading in enumerate(site.readings):
        breakouts = dict.fromkeys(breakout_of(scene, source) for source in reading.sources)
        yield ReadingShown(
            number,
            ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1),
            reading.text.strip(),
            ", ".join(breakouts),
            number in stands,
            tuple(Place(other, _before(group.text, other)) for other in reading.moved),
        )


def _numbers(choice: Choice | None) -> tuple[int, ...]:
    """The readings that were chosen, or that words were made of."""
    match choice:
        case int():
            return (choice,)
        case tuple():
            return choice
        case Worded(readings=readings):
            return readings
        case _:
            return ()


def _combined(text: ConsolidatedText, readings: Iterable[ReadingShown]) -> Iterator[Combined]:
    said = [reading for reading in readings if reading.text]
    if len(said) <= COMBINED:
        language = language_of(normal(token.word) for token in tokenize(_said(text)))
        for pair in combinations(said, 2):
            yield Combined(pair, f" {AND[language]} ".join(reading.text for reading in pair))


def _said(text: ConsolidatedText) -> str:
    return read_for(text, next(iter(text.base), ""))


def _undo(group: Group, site: Site, readings: Sequence[ReadingShown]) -> Undo | None:
    settlings = group.settlings.get(site.id, ())
    if not settlings:
        return None
    before = settlings[-2].choice if len(settlings) > 1 else None
    letters = ", ".join(readings[number].letter for number in _numbers(before))
    match before:
        case None:
            return Undo("ReopenSite", {}, "") if settlings[-1].choice is not None else None
        case int():
            return Undo("ChooseReading", {"reading": before}, letters)
        case tuple():
            return Undo("KeepBrackets", {"readings": before}, letters)
        case str():
            return Undo("WordSite", {"text": before}, letters)
        case Worded(text=text, readings=made_of):
            return Undo("WordSite", {"text": text, "readings": made_of}, letters)


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
    """When another group is dissolved those after it have another number."""
    return isinstance(event, GroupDissolved) or getattr(event, "group", place) == place


def _moved(group: Group, id: int) -> set[int]:
    """Where the words of a site also stand: whether they are left out there may have changed."""
    site = next(site for site in choices.sites(group.text) if site.id == id)
    return {other for reading in site.readings for other in reading.moved}


def _touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
    """A place is settled by itself; whether any can be settled changes for all."""
    group = forum.consolidation.groups.get(place)
    if group is None or not here(event, place):
        return ()
    match event:
        case SiteSettled(site=id) | SiteReopened(site=id) | LeavingOutExplained(site=id):
            return map(str, (id, *_moved(group, id)))
        case (
            GroupPut() | GroupTakenBack() | GroupSetAside() | GroupTakenUpAgain() | GroupDissolved()
        ):
            return (str(site.id) for site in choices.sites(group.text))
        case _:
            return ()


def _find(forum: Forum, place: str, key: str) -> int | None:
    group = forum.consolidation.groups.get(place)
    ids = (site.id for site in choices.sites(group.text)) if group else ()
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
        Part(
            "group-standing",
            "parts/group-standing.html",
            CHANGES_A_GROUP | BEFORE_PLENARY | GIVES_PLACES,
        ),
        Part("group-text", "parts/group-text.html", CHANGES_A_GROUP, here),
        Part("open-count", "parts/open-count.html", CHANGES_A_GROUP, here),
        Part(
            "sites",
            "parts/sites.html",
            frozenset({GroupFormed, GroupRecast, GroupDissolved}),
            here,
        ),
        Items("site-list", "site", "site_id", "parts/site.html", _touched, _find),
        Part(
            "sources",
            "parts/sources.html",
            CHANGES_A_GROUP | GIVES_PLACES | GIVES_ROOMS,
            concerns=gives_rooms,
        ),
    ),
    exists=a_group,
)

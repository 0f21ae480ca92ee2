"""The consolidation: each submitted draft recommendation gets its place, or a reason why not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from itertools import pairwise

from facilitate.meanings import meanings
from facilitate.meeting import Event, Forum
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.consolidation import (
    GroupAddressed,
    GroupDissolved,
    GroupFormed,
    GroupPut,
    GroupRecast,
    GroupSetAside,
    GroupTakenBack,
    GroupTakenUpAgain,
    MemberSetAside,
    MemberTakenUpAgain,
    member_of,
    submitted,
)
from facilitate.meeting.contributions import (
    Contribution,
    ContributionHidden,
    ContributionShown,
    ContributionWithdrawn,
    Standing,
)
from facilitate.meeting.drafts import DraftRecommendation, DraftSubmitted, DraftTakenBack
from facilitate.meeting.erasures import PersonErased
from facilitate.meeting.groups import (
    Group,
    LeavingOutExplained,
    SetAside,
    SiteReopened,
    SiteSettled,
)
from facilitate.meeting.people import PersonJoined, PersonRemoved, RolesAssigned
from facilitate.text.choices import sites
from facilitate.text.collation import Site, collate
from facilitate.text.likeness import near_duplicates, propose_groups, shared_passages, unheard
from facilitate.text.sites import Flag
from facilitate.web.pages.shared import GIVES_ROOMS, MESSAGES, MOVES_A_BREAKOUT, gives_rooms
from facilitate.web.parts import Context, Items, Page, Part, all_who_joined, no_place
from facilitate.web.scenes import Scene

GIVES_PLACES: frozenset[type[Event]] = frozenset(
    {
        DraftSubmitted,
        DraftTakenBack,
        GroupFormed,
        GroupRecast,
        GroupDissolved,
        MemberSetAside,
        MemberTakenUpAgain,
    }
)
REPORTS: frozenset[type[Event]] = frozenset({DraftSubmitted, DraftTakenBack})
STANDS: frozenset[type[Event]] = frozenset(
    {ContributionHidden, ContributionShown, ContributionWithdrawn, PersonErased}
)
CHANGES_A_GROUP: frozenset[type[Event]] = frozenset(
    {
        GroupFormed,
        GroupRecast,
        GroupDissolved,
        SiteSettled,
        SiteReopened,
        LeavingOutExplained,
        GroupAddressed,
        GroupPut,
        GroupTakenBack,
        GroupSetAside,
        GroupTakenUpAgain,
    }
)

LEAVES_BEHIND: frozenset[type[Event]] = frozenset(
    {*GIVES_PLACES, GroupPut, GroupTakenBack, GroupSetAside, GroupTakenUpAgain}
)


@dataclass(frozen=True, slots=True)
class Member:
    """A submitted draft recommendation, and why it was set aside if it was."""

    name: str
    breakout: str
    draft: DraftRecommendation
    aside: SetAside | None


@dataclass(frozen=True, slots=True)
class Shared:
    """A stretch of a text; ``shared`` if it stands in the other texts too."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Members that may say the same. ``flags`` tell what they contradict each other in."""

    id: str
    members: tuple[str, ...]
    texts: tuple[tuple[Shared, ...], ...]
    flags: tuple[Flag, ...]


def members(forum: Forum) -> dict[str, Member]:
    aside = forum.consolidation.set_aside
    return {
        name: Member(name, name.partition("/")[0], draft, aside.get(name))
        for name, draft in submitted(forum.drafts).items()
    }


def without_place(forum: Forum) -> tuple[str, ...]:
    return forum.consolidation.without_place(submitted(forum.drafts))


def proposals(forum: Forum) -> tuple[Proposal, ...]:
    """Groups that could be formed of what has no place yet."""
    drafts = submitted(forum.drafts)
    return _proposed(tuple((name, drafts[name].text) for name in without_place(forum)))


@lru_cache(maxsize=32)
def _proposed(texts: tuple[tuple[str, str], ...]) -> tuple[Proposal, ...]:
    by_name = dict(texts)
    places = {name: place for place, (name, _) in enumerate(texts)}
    proposed = propose_groups(by_name, meanings=meanings())
    found = (tuple(sorted(group, key=places.__getitem__)) for group in proposed)
    return tuple(
        Proposal(
            group_id(group),
            group,
            tuple(with_shared({name: by_name[name] for name in group}).values()),
            _contradictions({name: by_name[name] for name in group}),
        )
        for group in sorted(found, key=lambda group: places[group[0]])
    )


def group_id(group: Iterable[str]) -> str:
    """The same for the same members, so that two who form it at once form it once."""
    return sha256("\n".join(group).encode()).hexdigest()[:16]


def with_shared(texts: Mapping[str, str]) -> dict[str, tuple[Shared, ...]]:
    """Each text with the stretches marked that another of them has too."""
    return {
        name: _marked(text, [other for n, other in texts.items() if n != name])
        for name, text in texts.items()
    }


def _marked(text: str, others: Iterable[str]) -> tuple[Shared, ...]:
    held = [False] * len(text)
    for other in others:
        start = 0
        for passage in shared_passages(text, other):
            start = text.index(passage, start)
            held[start : start + len(passage)] = [True] * len(passage)
            start += len(passage)
    turns = [0, *(at for at in range(1, len(text)) if held[at] != held[at - 1]), len(text)]
    return tuple(Shared(text[a:b], held[a]) for a, b in pairwise(turns) if a < b)


def _contradictions(texts: Mapping[str, str]) -> tuple[Flag, ...]:
    against = (site.flag for site in sites(collate(texts)) if contradicts(site))
    return tuple(dict.fromkeys(against))


def contradicts(site: Site) -> bool:
    return site.flag not in ("", "editorial")


def open_sites(group: Group) -> tuple[Site, ...]:
    """Where nobody has chosen yet; put to the plenary, they stand in brackets."""
    settled = group.choices
    here = (site for site in sites(group.text) if site.flag != "editorial")
    return tuple(site for site in here if site.id not in settled)


# --- what was said and stands in no draft ----------------------------------------


def unlike_any_draft(forum: Forum) -> tuple[Contribution, ...]:
    """What no submitted draft cites and none says anything like, of breakouts that have reported.

    It asks people to look: what was taken up in other words is listed too.
    """
    drafts = submitted(forum.drafts)
    cited = {id for draft in drafts.values() for id in draft.cites}
    said = tuple((made.id, made.text) for made in _reported(forum) if made.id not in cited)
    texts = tuple((name, draft.text) for name, draft in drafts.items())
    return tuple(forum.contributions.by_id[id] for id in _unheard(said, texts))


def said_alike(forum: Forum) -> tuple[tuple[Contribution, ...], ...]:
    """Contributions in nearly the same words, which need not be read twice."""
    said = tuple((made.id, made.text) for made in _reported(forum))
    found = forum.contributions.by_id
    return tuple(tuple(found[id] for id in group) for group in _near_duplicates(said))


def _reported(forum: Forum) -> Iterator[Contribution]:
    for breakout in forum.in_order():
        if breakout.stage is Stage.REPORTED:
            made = forum.contributions.of(breakout.id)
            yield from (each for each in made if each.standing is Standing.STANDS)


Texts = tuple[tuple[str, str], ...]


@lru_cache(maxsize=8)
def _unheard(said: Texts, drafts: Texts) -> tuple[str, ...]:
    return unheard(dict(said), dict(drafts), meanings=meanings())


@lru_cache(maxsize=8)
def _near_duplicates(said: Texts) -> tuple[tuple[str, ...], ...]:
    return near_duplicates(dict(said))


# --- in words -------------------------------------------------------------------


def rapporteurs(scene: Scene, member: str) -> str:
    """The names of those who run the breakout a draft recommendation comes from."""
    breakout = member.partition("/")[0]
    people = scene.forum.people.values()
    return scene.names(sorted(person.id for person in people if breakout in person.breakouts))


def breakout_of(scene: Scene, member: str) -> str:
    return scene.words(scene.forum.breakouts[member.partition("/")[0]].title)


def number_of(scene: Scene, member: str) -> int:
    """Its place in the draft of its breakout."""
    breakout, _, id = member.partition("/")
    return scene.forum.drafts[breakout].order.index(id) + 1


def context(scene: Scene) -> Context:
    consolidation = scene.forum.consolidation
    return {
        "all_members": members(scene.forum),
        "groups": consolidation.in_order(),
        "proposals": partial(proposals, scene.forum),
        "open_sites": open_sites,
        "contradicts": contradicts,
        "group_id": group_id,
        "breakout_of": partial(breakout_of, scene),
        "number_of": partial(number_of, scene),
        "rapporteurs": partial(rapporteurs, scene),
        "unplaced": without_place(scene.forum),
        "not_put": len(consolidation.not_put()),
        "unlike_any_draft": partial(unlike_any_draft, scene.forum),
        "said_alike": partial(said_alike, scene.forum),
        "still_drafting": [b for b in scene.forum.in_order() if b.stage is not Stage.REPORTED],
        "edits": scene.is_("rapporteur") or scene.is_("secretariat"),
    }


def _touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
    match event:
        case GroupFormed(members=members):
            return members
        case MemberSetAside(member=member) | MemberTakenUpAgain(member=member):
            return (member,)
        case GroupRecast(members=members):
            return (*members, *without_place(forum))
        case GroupDissolved() | RolesAssigned() | PersonRemoved():
            return without_place(forum)
        case PersonJoined() if event.breakouts:
            return without_place(forum)
        case DraftSubmitted(breakout=breakout) | DraftTakenBack(breakout=breakout):
            draft = forum.drafts[breakout]
            return tuple(member_of(breakout, id) for id in (*draft.order, *draft.removed))
        case _:
            return ()


def _find(forum: Forum, place: str, name: str) -> Member | None:
    return members(forum).get(name) if name in without_place(forum) else None


def _order(forum: Forum, place: str) -> Sequence[str]:
    return without_place(forum)


PAGE = Page(
    name="consolidation",
    template="consolidation.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        Part("without-place", "parts/without-place.html", LEAVES_BEHIND | MOVES_A_BREAKOUT),
        Part("proposals", "parts/proposals.html", GIVES_PLACES | GIVES_ROOMS, gives_rooms),
        Items("members", "member", "member", "parts/member.html", _touched, _find, _order),
        Part("groups", "parts/groups.html", CHANGES_A_GROUP),
        Part("set-aside", "parts/set-aside.html", GIVES_PLACES | GIVES_ROOMS, gives_rooms),
        Part("unlike", "parts/unlike.html", REPORTS | STANDS),
    ),
    exists=no_place,
)

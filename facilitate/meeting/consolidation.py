"""Making recommendations out of the drafts of many breakouts, keeping every source.

A member is one draft recommendation of a submitted draft, named ``breakout/id``. Members that say
the same are put in one group; a group is collated into one consolidated text, whose open sites
the drafting group settles or leaves in brackets for the plenary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, assert_never

from immutables import Map
from msgspec import Meta

from facilitate.meeting.drafts import Addressee, Draft, DraftRecommendation
from facilitate.meeting.forms import (
    END,
    REASON_LENGTH,
    RECOMMENDATION_LENGTH,
    Act,
    Fact,
    Id,
    Version,
    plain,
    within,
    worded,
)
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, AlreadyTaken, OutOfOrder, Stale, Unknown
from facilitate.text.collation import ConsolidatedText, Run, Site, collate
from facilitate.text.provenance import settled

Member = Annotated[str, Meta(max_length=129, pattern=rf"^[A-Za-z0-9_-]+/[A-Za-z0-9_-]+{END}")]


def member_of(breakout: str, id: str) -> str:
    return f"{breakout}/{id}"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """``choices`` settles sites: the number of a reading, or words of the drafting group's own.

    ``recommendation`` is what the group became before the plenary, once it was put there.
    """

    id: str
    members: tuple[str, ...]
    addressee: Addressee
    text: ConsolidatedText
    version: int = 1
    choices: Map[int, int | str] = Map()
    recommendation: str | None = None

    def runs(self) -> tuple[Run, ...]:
        """The text as settled so far, each run with the members it comes from."""
        return settled(self.text, self.choices)


@dataclass(frozen=True, slots=True)
class SetAside:
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consolidation:
    order: tuple[str, ...] = ()
    groups: Map[str, Group] = Map()
    set_aside: Map[str, SetAside] = Map()

    def in_order(self) -> tuple[Group, ...]:
        return tuple(self.groups[id] for id in self.order)

    def group_of(self, member: str) -> Group | None:
        return next((g for g in self.groups.values() if member in g.members), None)


def submitted(drafts: Mapping[str, Draft]) -> dict[str, DraftRecommendation]:
    """The members there are: every recommendation of every submitted draft, in their order."""
    return {
        member_of(breakout, recommendation.id): recommendation
        for breakout, draft in sorted(drafts.items())
        if draft.submitted_at is not None
        for recommendation in draft.in_order()
    }


# --- commands ------------------------------------------------------------


class ConsolidationAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class FormGroup(ConsolidationAct, frozen=True):
    """Members that say the same; a single one may stand for itself."""

    group: Id
    members: tuple[Member, ...]


class JoinToGroup(ConsolidationAct, frozen=True):
    group: Id
    version: Version
    member: Member


class PartFromGroup(ConsolidationAct, frozen=True):
    group: Id
    version: Version
    member: Member


class ChooseReading(ConsolidationAct, frozen=True):
    group: Id
    version: Version
    site: int
    reading: int


class WordSite(ConsolidationAct, frozen=True):
    """Words of the drafting group's own at a site."""

    group: Id
    version: Version
    site: int
    text: str


class ReopenSite(ConsolidationAct, frozen=True):
    """Leave the brackets for the plenary; undo of settling."""

    group: Id
    version: Version
    site: int


class Address(ConsolidationAct, frozen=True):
    group: Id
    version: Version
    addressee: Addressee


class SetMemberAside(ConsolidationAct, frozen=True):
    member: Member
    reason: str


class TakeMemberUpAgain(ConsolidationAct, frozen=True):
    member: Member


class PutToPlenary(ConsolidationAct, frozen=True):
    group: Id
    version: Version
    recommendation: Id


class TakeBackFromPlenary(ConsolidationAct, frozen=True):
    """While the recommendation waits and nobody has proposed an amendment to it."""

    group: Id


Command = (
    FormGroup
    | JoinToGroup
    | PartFromGroup
    | ChooseReading
    | WordSite
    | ReopenSite
    | Address
    | SetMemberAside
    | TakeMemberUpAgain
    | PutToPlenary
    | TakeBackFromPlenary
)


# --- events --------------------------------------------------------------


class ConsolidationFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class GroupFormed(ConsolidationFact, frozen=True):
    """Carries the collated text, so that reading the record never depends on an algorithm."""

    group: str
    members: tuple[str, ...]
    addressee: Addressee
    text: ConsolidatedText


class GroupRecast(ConsolidationFact, frozen=True):
    """A member was joined or parted: a new text, whose sites are open again."""

    group: str
    members: tuple[str, ...]
    text: ConsolidatedText


class GroupDissolved(ConsolidationFact, frozen=True):
    group: str


class SiteSettled(ConsolidationFact, frozen=True):
    group: str
    site: int
    choice: int | str


class SiteReopened(ConsolidationFact, frozen=True):
    group: str
    site: int


class GroupAddressed(ConsolidationFact, frozen=True):
    group: str
    addressee: Addressee


class MemberSetAside(ConsolidationFact, frozen=True):
    member: str
    reason: str


class MemberTakenUpAgain(ConsolidationFact, frozen=True):
    member: str


class GroupPut(ConsolidationFact, frozen=True):
    """From here on the text is a recommendation before the plenary."""

    group: str
    recommendation: str
    addressee: Addressee
    runs: tuple[Run, ...]
    members: tuple[str, ...]


class GroupTakenBack(ConsolidationFact, frozen=True):
    group: str
    recommendation: str


Event = (
    GroupFormed
    | GroupRecast
    | GroupDissolved
    | SiteSettled
    | SiteReopened
    | GroupAddressed
    | MemberSetAside
    | MemberTakenUpAgain
    | GroupPut
    | GroupTakenBack
)

OnGroup = JoinToGroup | PartFromGroup | ChooseReading | WordSite | ReopenSite | Address


# --- decide: command -> events ---------------------------------------------


def decide(
    consolidation: Consolidation,
    members: Mapping[str, DraftRecommendation],
    recommendations: frozenset[str],
    command: Command,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """``members`` are those of submitted drafts, ``recommendations`` the ids already in use."""
    match command:
        case FormGroup():
            return _form(consolidation, members, command, by, at)
        case SetMemberAside(member=member, reason=reason):
            _free(consolidation, members, member)
            said = worded(reason, REASON_LENGTH)
            already = consolidation.set_aside.get(member)
            if already is not None and already.reason == said:
                return ()
            return (MemberSetAside(member, said, at=at, by=by.id),)
        case TakeMemberUpAgain(member=member):
            aside = member in consolidation.set_aside
            return (MemberTakenUpAgain(member, at=at, by=by.id),) * aside
        case PutToPlenary():
            return _put(_there(consolidation, command.group), recommendations, command, by, at)
        case TakeBackFromPlenary(group=id):
            put = _there(consolidation, id).recommendation
            return () if put is None else (GroupTakenBack(id, put, at=at, by=by.id),)
        case (
            JoinToGroup()
            | PartFromGroup()
            | ChooseReading()
            | WordSite()
            | ReopenSite()
            | Address()
        ):
            group = _there(consolidation, command.group)
            if _already_so(group, command):
                return ()
            if group.recommendation is not None:
                raise OutOfOrder(N_("This text is before the plenary. Take it back first."))
            if group.version != command.version:
                raise Stale()
            return _change(consolidation, group, members, command, by, at)
        case _:
            assert_never(command)


def _form(
    consolidation: Consolidation,
    members: Mapping[str, DraftRecommendation],
    command: FormGroup,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    chosen = tuple(dict.fromkeys(command.members))
    there = consolidation.groups.get(command.group)
    if there is not None:
        if there.members != chosen:
            raise AlreadyTaken()
        return ()
    if not chosen:
        raise Unknown(N_("Choose at least one draft recommendation for the group."))
    for member in chosen:
        _to_be_taken_up(consolidation, members, member)
    addressee = members[chosen[0]].addressee
    text = _collated(members, chosen)
    return (GroupFormed(command.group, chosen, addressee, text, at=at, by=by.id),)


def _to_be_taken_up(
    consolidation: Consolidation, members: Mapping[str, DraftRecommendation], member: str
) -> None:
    _free(consolidation, members, member)
    if member in consolidation.set_aside:
        raise OutOfOrder(N_("This draft recommendation was set aside. Take it up again first."))


def _free(
    consolidation: Consolidation, members: Mapping[str, DraftRecommendation], member: str
) -> None:
    if member not in members:
        raise Unknown(N_("This draft recommendation has not been submitted (any more)."))
    if consolidation.group_of(member) is not None:
        raise OutOfOrder(N_("This draft recommendation is in a group already."))


def _collated(
    members: Mapping[str, DraftRecommendation], chosen: tuple[str, ...], base: tuple[str, ...] = ()
) -> ConsolidatedText:
    """A group keeps its base when a member is joined or parted, so that it changes only there."""
    return collate({member: members[member].text for member in chosen}, base=base)


def _there(consolidation: Consolidation, id: str) -> Group:
    group = consolidation.groups.get(id)
    if group is None:
        raise Unknown(N_("This group is no longer there."))
    return group


def _put(
    group: Group,
    recommendations: frozenset[str],
    command: PutToPlenary,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    if group.recommendation is not None:
        return ()
    if group.version != command.version:
        raise Stale()
    if command.recommendation in recommendations:
        raise AlreadyTaken()
    runs = group.runs()
    worded("".join(run.text for run in runs), RECOMMENDATION_LENGTH)
    return (
        GroupPut(
            group.id,
            command.recommendation,
            group.addressee,
            runs,
            group.members,
            at=at,
            by=by.id,
        ),
    )


def _already_so(group: Group, command: OnGroup) -> bool:
    match command:
        case JoinToGroup(member=member):
            return member in group.members
        case PartFromGroup(member=member):
            return member not in group.members
        case ChooseReading(site=site, reading=reading):
            return group.choices.get(site) == reading
        case WordSite(site=site, text=text):
            return group.choices.get(site) == plain(text)
        case ReopenSite(site=site):
            return site not in group.choices
        case Address(addressee=addressee):
            return group.addressee == addressee
        case _:
            assert_never(command)


def _change(
    consolidation: Consolidation,
    group: Group,
    members: Mapping[str, DraftRecommendation],
    command: OnGroup,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    match command:
        case JoinToGroup(member=member):
            _to_be_taken_up(consolidation, members, member)
            chosen = (*group.members, member)
            text = _collated(members, chosen, group.text.base)
            return (GroupRecast(group.id, chosen, text, at=at, by=by.id),)
        case PartFromGroup(member=member):
            chosen = tuple(m for m in group.members if m != member)
            if not chosen:
                return (GroupDissolved(group.id, at=at, by=by.id),)
            text = _collated(members, chosen, group.text.base)
            return (GroupRecast(group.id, chosen, text, at=at, by=by.id),)
        case ChooseReading(site=number, reading=reading):
            if not 0 <= reading < len(_site(group, number).readings):
                raise Unknown(N_("There is no such reading here."))
            return (SiteSettled(group.id, number, reading, at=at, by=by.id),)
        case WordSite(site=number, text=text):
            _site(group, number)
            said = within(text, RECOMMENDATION_LENGTH)
            return (SiteSettled(group.id, number, said, at=at, by=by.id),)
        case ReopenSite(site=number):
            return (SiteReopened(group.id, number, at=at, by=by.id),)
        case Address(addressee=addressee):
            return (GroupAddressed(group.id, addressee, at=at, by=by.id),)
        case _:
            assert_never(command)


def _site(group: Group, number: int) -> Site:
    for segment in group.text.segments:
        if isinstance(segment, Site) and segment.id == number:
            return segment
    raise Unknown(N_("There is no such reading here."))


# --- evolve: event -> state ------------------------------------------------


def evolve(consolidation: Consolidation, event: Event) -> Consolidation:
    groups = consolidation.groups
    match event:
        case GroupFormed(group=id, members=members, addressee=addressee, text=text):
            group = Group(id, members, addressee, text)
            return replace(
                consolidation, order=(*consolidation.order, id), groups=groups.set(id, group)
            )
        case GroupRecast(group=id, members=members, text=text):
            recast = replace(groups[id], members=members, text=text, choices=Map())
            return _with(consolidation, recast)
        case GroupDissolved(group=id):
            order = tuple(other for other in consolidation.order if other != id)
            return replace(consolidation, order=order, groups=groups.delete(id))
        case SiteSettled(group=id, site=site, choice=choice):
            settled_so = groups[id].choices.set(site, choice)
            return _with(consolidation, replace(groups[id], choices=settled_so))
        case SiteReopened(group=id, site=site):
            open_again = groups[id].choices.delete(site)
            return _with(consolidation, replace(groups[id], choices=open_again))
        case GroupAddressed(group=id, addressee=addressee):
            return _with(consolidation, replace(groups[id], addressee=addressee))
        case MemberSetAside(member=member, reason=reason, by=by, at=at):
            aside = consolidation.set_aside.set(member, SetAside(reason, by, at))
            return replace(consolidation, set_aside=aside)
        case MemberTakenUpAgain(member=member):
            return replace(consolidation, set_aside=consolidation.set_aside.delete(member))
        case GroupPut(group=id, recommendation=recommendation):
            return _with(consolidation, replace(groups[id], recommendation=recommendation))
        case GroupTakenBack(group=id):
            return _with(consolidation, replace(groups[id], recommendation=None))
        case _:
            assert_never(event)


def _with(consolidation: Consolidation, group: Group) -> Consolidation:
    group = replace(group, version=group.version + 1)
    return replace(consolidation, groups=consolidation.groups.set(group.id, group))

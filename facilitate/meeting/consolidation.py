"""Making recommendations out of the drafts of many breakouts, keeping every source.

A member is one draft recommendation of a submitted draft, named ``breakout/id``. Members that say
the same are put in one group; a group is collated into one consolidated text, whose open sites
the drafting group settles or leaves in brackets for the plenary.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, assert_never

from immutables import Map
from msgspec import Meta, Struct

from facilitate.meeting import groups
from facilitate.meeting.drafts import Addressee, Draft, DraftRecommendation
from facilitate.meeting.forms import (
    END,
    REASON_LENGTH,
    RECOMMENDATION_LENGTH,
    Id,
    Version,
    worded,
)
from facilitate.meeting.groups import (
    ChooseReading,
    ConsolidationAct,
    ConsolidationFact,
    ExplainLeavingOut,
    Group,
    KeepBrackets,
    LeavingOutExplained,
    ReopenSite,
    SetAside,
    SiteReopened,
    SiteSettled,
    WordSite,
    refuse_once_aside,
    refuse_once_put,
    refuse_unless_here,
)
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, AlreadyTaken, OutOfOrder, Stale, Unknown
from facilitate.text.choices import Choice, kept
from facilitate.text.collation import ConsolidatedText, Run, collate

Member = Annotated[str, Meta(max_length=129, pattern=rf"^[A-Za-z0-9_-]+/[A-Za-z0-9_-]+{END}")]


def member_of(breakout: str, id: str) -> str:
    return f"{breakout}/{id}"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consolidation:
    order: tuple[str, ...] = ()
    groups: Map[str, Group] = Map()
    set_aside: Map[str, SetAside] = Map()

    def in_order(self) -> tuple[Group, ...]:
        return tuple(self.groups[id] for id in self.order)

    def group_of(self, member: str) -> Group | None:
        return next((g for g in self.groups.values() if member in g.members), None)

    def without_place(self, members: Iterable[str]) -> tuple[str, ...]:
        """Those of the members that are in no group and not set aside, in their order."""
        grouped = {member for group in self.groups.values() for member in group.members}
        return tuple(m for m in members if m not in grouped and m not in self.set_aside)

    def not_put(self) -> tuple[Group, ...]:
        """The groups that are neither before the plenary nor set aside."""
        left = (group for group in self.in_order() if group.recommendation is None)
        return tuple(group for group in left if group.aside is None)

    def aside_of(self, member: str) -> SetAside | None:
        """Why it goes no further, by itself or with its group; None if nobody has said so."""
        group = self.group_of(member)
        return self.set_aside.get(member) if group is None else group.aside


def submitted(drafts: Mapping[str, Draft]) -> dict[str, DraftRecommendation]:
    """The members there are: every recommendation of every submitted draft, in their order."""
    return {
        member_of(breakout, recommendation.id): recommendation
        for breakout, draft in sorted(drafts.items())
        if draft.submitted_at is not None
        for recommendation in draft.in_order()
    }


@dataclass(frozen=True, slots=True)
class Material:
    """What the drafting group works with: the members, the topic of each breakout, and the ids
    that recommendations have already."""

    members: Mapping[str, DraftRecommendation]
    topics: Mapping[str, str]
    taken: frozenset[str] = frozenset()


def holding_up(consolidation: Consolidation, group: Group, there: Material) -> tuple[str, ...]:
    """What was submitted on the topics of this group and stands nowhere: the text goes to the
    plenary when each has a place, or a reason. A breakout that has not reported holds up nothing.
    """
    about = {_topic(member, there) for member in group.members}
    nowhere = consolidation.without_place(there.members)
    return tuple(member for member in nowhere if _topic(member, there) in about)


def left_behind(
    consolidation: Consolidation, members: Mapping[str, DraftRecommendation]
) -> tuple[str, ...]:
    """What was submitted and is not before the plenary, and nobody has said why."""
    nowhere = set(consolidation.without_place(members))
    nowhere.update(member for group in consolidation.not_put() for member in group.members)
    return tuple(member for member in members if member in nowhere)


def _topic(member: str, there: Material) -> str:
    return there.topics[member.partition("/")[0]]


# --- commands ------------------------------------------------------------


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


class Address(ConsolidationAct, frozen=True):
    group: Id
    version: Version
    addressee: Addressee


class SetMemberAside(ConsolidationAct, frozen=True):
    member: Member
    reason: str


class TakeMemberUpAgain(ConsolidationAct, frozen=True):
    member: Member


class SetGroupAside(ConsolidationAct, frozen=True):
    """The text does not go to the plenary; it and what is settled in it are kept."""

    group: Id
    version: Version
    reason: str


class TakeGroupUpAgain(ConsolidationAct, frozen=True):
    group: Id


class PutToPlenary(ConsolidationAct, frozen=True):
    """``left`` are what else was submitted on its topics and has no place: they are set aside with
    this ``reason``, from which any of them can be taken up again."""

    group: Id
    version: Version
    recommendation: Id
    left: tuple[Member, ...] = ()
    reason: str = ""


class TakeBackFromPlenary(ConsolidationAct, frozen=True):
    """While the recommendation waits and nobody has proposed an amendment to it."""

    group: Id


Command = (
    FormGroup
    | JoinToGroup
    | PartFromGroup
    | groups.Command
    | Address
    | SetMemberAside
    | TakeMemberUpAgain
    | SetGroupAside
    | TakeGroupUpAgain
    | PutToPlenary
    | TakeBackFromPlenary
)


# --- events --------------------------------------------------------------


class GroupFormed(ConsolidationFact, frozen=True):
    """Carries the collated text, so that reading the record never depends on an algorithm."""

    group: str
    members: tuple[str, ...]
    addressee: Addressee
    text: ConsolidatedText


class Kept(Struct, frozen=True):
    """A choice that outlived a change of the members: at which site it stood, and stands now."""

    was: int
    site: int
    choice: Choice


class GroupRecast(ConsolidationFact, frozen=True):
    """A member was joined or parted: a new text. Sites at which nothing is new stay settled."""

    group: str
    members: tuple[str, ...]
    text: ConsolidatedText
    kept: tuple[Kept, ...] = ()


class GroupDissolved(ConsolidationFact, frozen=True):
    group: str


class GroupAddressed(ConsolidationFact, frozen=True):
    group: str
    addressee: Addressee


class MemberSetAside(ConsolidationFact, frozen=True):
    member: str
    reason: str


class MemberTakenUpAgain(ConsolidationFact, frozen=True):
    member: str


class GroupSetAside(ConsolidationFact, frozen=True):
    group: str
    reason: str


class GroupTakenUpAgain(ConsolidationFact, frozen=True):
    group: str


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
    | groups.Event
    | GroupAddressed
    | MemberSetAside
    | MemberTakenUpAgain
    | GroupSetAside
    | GroupTakenUpAgain
    | GroupPut
    | GroupTakenBack
)

OnGroup = JoinToGroup | PartFromGroup | Address


# --- decide: command -> events ---------------------------------------------


def decide(
    consolidation: Consolidation, there: Material, command: Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    members = there.members
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
        case SetGroupAside(group=id, version=version, reason=reason):
            group, said = _there(consolidation, id), worded(reason, REASON_LENGTH)
            if group.aside is not None and group.aside.reason == said:
                return ()
            refuse_once_put(group)
            if version != group.version:
                raise Stale()
            return (GroupSetAside(id, said, at=at, by=by.id),)
        case TakeGroupUpAgain(group=id):
            aside = _there(consolidation, id).aside is not None
            return (GroupTakenUpAgain(id, at=at, by=by.id),) * aside
        case PutToPlenary():
            return _put(consolidation, there, command, by, at)
        case TakeBackFromPlenary(group=id):
            put = _there(consolidation, id).recommendation
            return () if put is None else (GroupTakenBack(id, put, at=at, by=by.id),)
        case JoinToGroup() | PartFromGroup() | Address():
            group = _there(consolidation, command.group)
            if _already_so(group, command):
                return ()
            refuse_unless_here(group, command.version == group.version)
            return _change(consolidation, group, members, command, by, at)
        case ChooseReading() | WordSite() | KeepBrackets() | ReopenSite() | ExplainLeavingOut():
            return groups.decide(_there(consolidation, command.group), command, by, at)
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
    consolidation: Consolidation, there: Material, command: PutToPlenary, by: Person, at: datetime
) -> tuple[Event, ...]:
    group = _there(consolidation, command.group)
    if group.recommendation is not None:
        return ()
    refuse_once_aside(group)
    if group.version != command.version:
        raise Stale()
    if command.recommendation in there.taken:
        raise AlreadyTaken()
    runs = group.runs()
    worded("".join(run.text for run in runs), RECOMMENDATION_LENGTH)
    if unexplained := group.unexplained():
        raise OutOfOrder(
            N_("Words of a draft stand nowhere in this text: %(count)s. Say why first."),
            count=len(unexplained),
        )
    put = GroupPut(
        group.id, command.recommendation, group.addressee, runs, group.members, at=at, by=by.id
    )
    return (*_left_with_a_reason(holding_up(consolidation, group, there), command, by, at), put)


def _left_with_a_reason(
    nowhere: tuple[str, ...], command: PutToPlenary, by: Person, at: datetime
) -> tuple[Event, ...]:
    """A reason is given for what was on the screen, not for what has come in since."""
    if not set(nowhere) <= set(command.left):
        raise OutOfOrder(
            N_(
                "Other draft recommendations on this topic have no place yet: %(count)s. "
                "Give each a place, or say why they go no further."
            ),
            count=len(nowhere),
        )
    if not nowhere:
        return ()
    reason = worded(command.reason, REASON_LENGTH)
    return tuple(MemberSetAside(member, reason, at=at, by=by.id) for member in nowhere)


def left_at_the_close(
    consolidation: Consolidation,
    members: Mapping[str, DraftRecommendation],
    left: tuple[str, ...],
    reason: str,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """Whatever is not before the plenary when that closes has a reason; as in PutToPlenary."""
    nowhere = left_behind(consolidation, members)
    if not set(nowhere) <= set(left):
        raise OutOfOrder(
            N_(
                "Draft recommendations are not before the plenary: %(count)s. "
                "Say why they go no further."
            ),
            count=len(nowhere),
        )
    if not nowhere:
        return ()
    said = worded(reason, REASON_LENGTH)
    alone = consolidation.without_place(members)
    return (
        *(GroupSetAside(group.id, said, at=at, by=by.id) for group in consolidation.not_put()),
        *(MemberSetAside(member, said, at=at, by=by.id) for member in alone),
    )


def _already_so(group: Group, command: OnGroup) -> bool:
    match command:
        case JoinToGroup(member=member):
            return member in group.members
        case PartFromGroup(member=member):
            return member not in group.members
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
            return (_recast(group, members, (*group.members, member), by, at),)
        case PartFromGroup(member=member):
            chosen = tuple(m for m in group.members if m != member)
            if not chosen:
                return (GroupDissolved(group.id, at=at, by=by.id),)
            return (_recast(group, members, chosen, by, at),)
        case Address(addressee=addressee):
            return (GroupAddressed(group.id, addressee, at=at, by=by.id),)
        case _:
            assert_never(command)


def _recast(
    group: Group,
    members: Mapping[str, DraftRecommendation],
    chosen: tuple[str, ...],
    by: Person,
    at: datetime,
) -> GroupRecast:
    text = _collated(members, chosen, group.text.base)
    outlived = kept(group.text, text, group.choices)
    settled_still = tuple(Kept(was, site, choice) for site, (was, choice) in outlived.items())
    return GroupRecast(group.id, chosen, text, settled_still, at=at, by=by.id)


# --- evolve: event -> state ------------------------------------------------


def evolve(consolidation: Consolidation, event: Event) -> Consolidation:
    there = consolidation.groups
    match event:
        case GroupFormed(group=id, members=members, addressee=addressee, text=text):
            group = Group(id, members, addressee, text)
            return replace(
                consolidation, order=(*consolidation.order, id), groups=there.set(id, group)
            )
        case GroupRecast():
            return _with(consolidation, _as_recast(there[event.group], event))
        case GroupDissolved(group=id):
            order = tuple(other for other in consolidation.order if other != id)
            return replace(consolidation, order=order, groups=there.delete(id))
        case SiteSettled() | SiteReopened() | LeavingOutExplained():
            return _with(consolidation, groups.evolve(there[event.group], event))
        case GroupAddressed(group=id, addressee=addressee):
            return _with(consolidation, replace(there[id], addressee=addressee))
        case MemberSetAside(member=member, reason=reason, by=by, at=at):
            aside = consolidation.set_aside.set(member, SetAside(reason, by, at))
            return replace(consolidation, set_aside=aside)
        case MemberTakenUpAgain(member=member):
            return replace(consolidation, set_aside=consolidation.set_aside.delete(member))
        case GroupSetAside(group=id, reason=reason, by=by, at=at):
            return _with(consolidation, replace(there[id], aside=SetAside(reason, by, at)))
        case GroupTakenUpAgain(group=id):
            return _with(consolidation, replace(there[id], aside=None))
        case GroupPut(group=id, recommendation=recommendation):
            return _with(consolidation, replace(there[id], recommendation=recommendation))
        case GroupTakenBack(group=id):
            return _with(consolidation, replace(there[id], recommendation=None))
        case _:
            assert_never(event)


def _as_recast(group: Group, event: GroupRecast) -> Group:
    """What is still settled was settled by the same people; its site is one of the new text."""
    since = group.version + 1
    settled_still = {
        each.site: (replace(group.settlings[each.was][-1], choice=each.choice, version=since),)
        for each in event.kept
    }
    return replace(
        group,
        members=event.members,
        text=event.text,
        since=since,
        settlings=Map(settled_still),
    )


def _with(consolidation: Consolidation, group: Group) -> Consolidation:
    group = replace(group, version=group.version + 1)
    return replace(consolidation, groups=consolidation.groups.set(group.id, group))

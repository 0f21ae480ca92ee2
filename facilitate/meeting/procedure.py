"""The rules of procedure: one forum, every command, every event."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from facilitate.meeting import (
    acceptances,
    amendments,
    breakouts,
    comments,
    consolidation,
    contributions,
    drafts,
    erasures,
    floor,
    groups,
    messages,
    people,
    plenary,
    recommendations,
)
from facilitate.meeting.breakouts import Breakout
from facilitate.meeting.drafts import Draft
from facilitate.meeting.floor import PLENARY, Floor
from facilitate.meeting.forums import Forum, ForumPlanned, waiting
from facilitate.meeting.people import Attendance, Person, Role, stranger
from facilitate.meeting.plenary import Sitting, refuse_unless_sitting
from facilitate.meeting.recommendations import Circumstances, Recommendation
from facilitate.meeting.refusals import N_, NotEntitled, OutOfOrder, Unknown

Command = (
    people.Command
    | erasures.Command
    | breakouts.Command
    | contributions.Command
    | floor.Command
    | drafts.Command
    | comments.Command
    | consolidation.Command
    | recommendations.Command
    | amendments.Command
    | plenary.Command
    | messages.Command
)
Event = (
    ForumPlanned
    | people.Event
    | erasures.Event
    | breakouts.Event
    | contributions.Event
    | floor.Event
    | drafts.Event
    | comments.Event
    | consolidation.Event
    | recommendations.Event
    | amendments.Event
    | plenary.Event
    | messages.Event
)

# --- who may, and who hears --------------------------------------------------

ANYONE = frozenset(Role)
SPEAKERS = frozenset({Role.PARTICIPANT, Role.RAPPORTEUR})
OFFICERS = frozenset({Role.CHAIR, Role.SECRETARIAT})
ATTENDING = SPEAKERS | OFFICERS
RAPPORTEURS = frozenset({Role.RAPPORTEUR})
DRAFTING_GROUP = frozenset({Role.RAPPORTEUR, Role.SECRETARIAT})
SECRETARIAT = frozenset({Role.SECRETARIAT})
CHAIR = frozenset({Role.CHAIR})

MAY: Mapping[type[Command], frozenset[Role]] = {
    people.Join: ANYONE,
    people.ChangeAttendance: ATTENDING,
    people.Admit: SECRETARIAT,
    people.AssignRoles: SECRETARIAT,
    people.RemovePerson: SECRETARIAT,
    erasures.ErasePerson: ANYONE,
    breakouts.OpenBreakout: SECRETARIAT,
    breakouts.ExtendBreakout: SECRETARIAT,
    breakouts.CloseContributions: SECRETARIAT,
    breakouts.ReopenContributions: SECRETARIAT,
    contributions.Contribute: SPEAKERS,
    contributions.TakeDown: RAPPORTEURS,
    contributions.Endorse: SPEAKERS,
    contributions.WithdrawEndorsement: SPEAKERS,
    contributions.WithdrawContribution: SPEAKERS,
    contributions.HideContribution: SECRETARIAT,
    contributions.ShowContribution: SECRETARIAT,
    floor.RaiseHand: SPEAKERS,
    floor.RaiseHandFor: RAPPORTEURS | OFFICERS,
    floor.LowerHand: ATTENDING,
    floor.GiveFloor: RAPPORTEURS | OFFICERS,
    floor.EndTurn: ATTENDING,
    drafts.AddDraftRecommendation: RAPPORTEURS,
    drafts.ReviseDraftRecommendation: RAPPORTEURS,
    drafts.MoveDraftRecommendation: RAPPORTEURS,
    drafts.SplitDraftRecommendation: RAPPORTEURS,
    drafts.JoinDraftRecommendations: RAPPORTEURS,
    drafts.RemoveDraftRecommendation: RAPPORTEURS,
    drafts.RestoreDraftRecommendation: RAPPORTEURS,
    drafts.CiteContribution: RAPPORTEURS,
    drafts.DropCitation: RAPPORTEURS,
    drafts.SubmitDraft: RAPPORTEURS,
    drafts.TakeBackDraft: RAPPORTEURS,
    comments.CommentOnDraft: SPEAKERS,
    comments.WithdrawComment: SPEAKERS,
    comments.AnswerComment: RAPPORTEURS,
    comments.RequireAnswers: SECRETARIAT,
    consolidation.FormGroup: DRAFTING_GROUP,
    consolidation.JoinToGroup: DRAFTING_GROUP,
    consolidation.PartFromGroup: DRAFTING_GROUP,
    groups.ChooseReading: DRAFTING_GROUP,
    groups.WordSite: DRAFTING_GROUP,
    groups.KeepBrackets: DRAFTING_GROUP,
    groups.ReopenSite: DRAFTING_GROUP,
    groups.ExplainLeavingOut: DRAFTING_GROUP,
    consolidation.Address: DRAFTING_GROUP,
    consolidation.SetMemberAside: DRAFTING_GROUP,
    consolidation.TakeMemberUpAgain: DRAFTING_GROUP,
    consolidation.SetGroupAside: DRAFTING_GROUP,
    consolidation.TakeGroupUpAgain: DRAFTING_GROUP,
    consolidation.PutToPlenary: DRAFTING_GROUP,
    consolidation.TakeBackFromPlenary: DRAFTING_GROUP,
    recommendations.MoveRecommendation: OFFICERS,
    recommendations.OpenRecommendation: CHAIR,
    recommendations.LayAside: CHAIR,
    recommendations.CallForConsensus: CHAIR,
    recommendations.Object: SPEAKERS,
    recommendations.WithdrawObjection: SPEAKERS,
    recommendations.Adopt: CHAIR,
    recommendations.AdoptWithReservations: CHAIR,
    recommendations.Defer: CHAIR,
    recommendations.DoNotAdopt: CHAIR,
    amendments.ProposeAmendment: SPEAKERS,
    amendments.ProposeDeletion: SPEAKERS,
    amendments.ProposeRecommendation: SPEAKERS,
    amendments.ReviseAmendment: SPEAKERS,
    amendments.SupportAmendment: SPEAKERS,
    amendments.WithdrawSupport: SPEAKERS,
    amendments.WithdrawAmendment: SPEAKERS,
    amendments.AcceptAmendments: CHAIR,
    amendments.AcceptDeletion: CHAIR,
    amendments.TakeUpRecommendation: CHAIR,
    amendments.RejectAmendment: CHAIR,
    plenary.OpenPlenary: OFFICERS,
    plenary.ClosePlenary: OFFICERS,
    messages.Announce: SECRETARIAT,
    messages.TakeDownMessage: SECRETARIAT,
}

# What only some hear; every other event is for all who have joined.
HEARS: Mapping[type[Event], frozenset[Role]] = {
    people.RolesAssigned: SECRETARIAT,
    people.PersonRemoved: SECRETARIAT,
}


def hears(role: Role, event: Event) -> bool:
    return role in HEARS.get(type(event), ANYONE)


# --- decide: command -> events -----------------------------------------------


def decide(forum: Forum, command: Command, by: str, at: datetime) -> tuple[Event, ...]:
    """What happens if the person ``by`` asks for ``command`` at ``at``; raises :class:`Refused`.

    No events means that what is asked for is so already.
    """
    person = forum.people.get(by) or stranger(by)
    if not person.roles & MAY[type(command)]:
        raise NotEntitled()
    match command:
        case people.PeopleAct():
            rooms = frozenset(forum.breakouts)
            made = people.decide(forum.people, rooms, command, person, at)
            return (*made, *_off_the_floor(forum, made))
        case erasures.ErasureAct():
            return erasures.decide(forum, command, person, at)
        case breakouts.BreakoutAct():
            return breakouts.decide(_breakout(forum, command.breakout), command, person, at)
        case contributions.ContributionAct():
            return _on_contributions(forum, command, person, at)
        case floor.FloorAct():
            here, sits = _floor(forum, command.place)
            return floor.decide(here, sits, forum.people, command, person, at)
        case drafts.DraftAct():
            return _on_drafts(forum, command, person, at)
        case comments.CommentAct():
            return _on_comments(forum, command, person, at)
        case groups.ConsolidationAct():
            return _on_consolidation(forum, command, person, at)
        case recommendations.RecommendationAct():
            return _on_recommendations(forum, command, person, at)
        case amendments.AmendmentAct():
            return _on_amendments(forum, command, person, at)
        case plenary.PlenaryAct():
            return _on_the_plenary(forum, command, person, at)
        case messages.MessageAct():
            return messages.decide(forum.messages, command, person, at)
        case _:
            assert_never(command)


def _off_the_floor(forum: Forum, made: tuple[people.Event, ...]) -> Iterable[Event]:
    """Who is removed stands in no queue and speaks no more."""
    for event in made:
        if isinstance(event, people.PersonRemoved):
            for place, here in sorted(forum.floors.items()):
                if event.person in here.hands:
                    yield floor.HandLowered(place, event.person, at=event.at, by=event.by)
                if here.speaking and here.speaking.person == event.person:
                    yield floor.TurnEnded(place, event.person, at=event.at, by=event.by)


def _breakout(forum: Forum, id: str) -> Breakout:
    breakout = forum.breakouts.get(id)
    if breakout is None:
        raise Unknown(N_("There is no breakout %(breakout)s."), breakout=id)
    return breakout


def _on_contributions(
    forum: Forum, command: contributions.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    match command:
        case contributions.Contribute(id=id) | contributions.TakeDown(id=id):
            made = forum.contributions.by_id.get(id)
            breakout = _breakout(forum, command.breakout)
        case _:
            made = _contribution(forum, command.contribution)
            breakout = forum.breakouts[made.breakout]
    return contributions.decide(breakout, made, forum.people, command, by, at)


def _contribution(forum: Forum, id: str) -> contributions.Contribution:
    made = forum.contributions.by_id.get(id)
    if made is None:
        raise Unknown(N_("This contribution is not there."))
    return made


def _floor(forum: Forum, place: str) -> tuple[Floor, bool]:
    """The floor of a place, and whether that place is in session."""
    here = forum.floors.get(place, Floor())
    if place == PLENARY:
        return here, forum.plenary.sitting is Sitting.OPEN
    stage = _breakout(forum, place).stage
    return here, stage in (breakouts.Stage.OPEN, breakouts.Stage.DRAFTING)


def _on_drafts(
    forum: Forum, command: drafts.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    breakout = _breakout(forum, command.breakout)
    draft = forum.drafts.get(breakout.id, Draft())
    said = ""
    match command:
        case drafts.CiteContribution(contribution=id):
            _refuse_foreign_citations(forum, (id,))
            said = forum.contributions.by_id[id].text
        case drafts.AddDraftRecommendation(cites=cites):
            _refuse_foreign_citations(forum, cites)
        case drafts.SubmitDraft() if breakout.stage is breakouts.Stage.DRAFTING:
            comments.refuse_while_comments_wait(forum.comments, breakout.id)
        case drafts.TakeBackDraft():
            _refuse_once_consolidated(forum, draft, breakout.id)
        case _:
            pass
    return drafts.decide(breakout, draft, command, by, at, said)


def _refuse_foreign_citations(forum: Forum, cites: Iterable[str]) -> None:
    """A draft may cite what stands in any breakout: topics speak to each other."""
    for id in cites:
        if _contribution(forum, id).standing is not contributions.Standing.STANDS:
            raise OutOfOrder(N_("This contribution no longer stands."))


def _refuse_once_consolidated(forum: Forum, draft: Draft, breakout: str) -> None:
    """What was set aside was judged by its words, so these may not change behind the reason."""
    members = {consolidation.member_of(breakout, id) for id in draft.order}
    if any(forum.consolidation.group_of(m) or m in forum.consolidation.set_aside for m in members):
        raise OutOfOrder(
            N_("The drafting group works on this draft already. Ask them to release it first.")
        )


def _on_comments(
    forum: Forum, command: comments.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    match command:
        case comments.CommentOnDraft(breakout=id):
            breakout = _breakout(forum, id)
        case comments.WithdrawComment(comment=id) | comments.AnswerComment(comment=id):
            if id not in forum.comments.by_id:
                raise Unknown(N_("This comment is not there."))
            breakout = forum.breakouts[forum.comments.by_id[id].breakout]
        case comments.RequireAnswers():
            return comments.decide(forum.comments, None, Draft(), command, by, at)
        case _:
            assert_never(command)
    draft = forum.drafts.get(breakout.id, Draft())
    return comments.decide(forum.comments, breakout, draft, command, by, at)


def _on_consolidation(
    forum: Forum, command: consolidation.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    if isinstance(command, consolidation.TakeBackFromPlenary):
        _refuse_once_discussed(forum, command.group)
    return consolidation.decide(forum.consolidation, material(forum), command, by, at)


def material(forum: Forum) -> consolidation.Material:
    proposed = {amendment.recommendation for amendment in forum.amendments.values()}
    return consolidation.Material(
        members=consolidation.submitted(forum.drafts),
        topics={breakout.id: breakout.topic for breakout in forum.breakouts.values()},
        taken=frozenset(proposed.union(forum.recommendations.by_id)),  # a new one has its id early
    )


def _refuse_once_discussed(forum: Forum, group: str) -> None:
    there = forum.consolidation.groups.get(group)
    if there is None or there.recommendation is None:
        return
    put = forum.recommendations.by_id[there.recommendation]
    waiting_still = put.stage is recommendations.Stage.WAITING
    recommendations.refuse_out_of_order(put, waiting_still)
    if any(a.recommendation == put.id for a in forum.amendments.values()):
        raise OutOfOrder(
            N_("Amendments have been proposed to this text, so the plenary deals with it.")
        )


def _on_recommendations(
    forum: Forum, command: recommendations.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    there = _recommendation(forum, command.recommendation)
    if not isinstance(command, recommendations.MoveRecommendation):
        refuse_unless_sitting(forum.plenary)
    return _with_its_amendments(forum, there, command, by, at)


def _with_its_amendments(
    forum: Forum,
    there: Recommendation,
    command: recommendations.Command,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """What is open when its text is deferred or not adopted has an end with it."""
    now = _circumstances(forum, there)
    made = recommendations.decide(forum.recommendations, there, command, by, at, now)
    if any(isinstance(event, recommendations.RecommendationDecided) for event in made):
        return (*made, *acceptances.lapse(forum.amendments, there.id, by, at))
    return made


def _recommendation(forum: Forum, id: str) -> Recommendation:
    there = forum.recommendations.by_id.get(id)
    if there is None:
        raise Unknown(N_("This recommendation is not before the plenary."))
    return there


def _circumstances(forum: Forum, there: Recommendation) -> Circumstances:
    everyone = [p for p in forum.people.values() if p.roles != {Role.OBSERVER}]
    hall = sum(person.attendance is Attendance.HALL for person in everyone)
    return Circumstances(
        under_discussion=forum.plenary.current,
        open_amendments=len(amendments.open_ones(forum.amendments, there.id)),
        hall=hall,
        remote=len(everyone) - hall,
    )


def _on_amendments(
    forum: Forum, command: amendments.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    there = forum.amendments
    match command:
        case amendments.ProposeAmendment() | amendments.ProposeDeletion():
            recommendation = _recommendation(forum, command.recommendation)
            _refuse_after_the_plenary(forum)
            return amendments.propose(there, recommendation, command, by, at)
        case amendments.ProposeRecommendation(id=id):
            _refuse_after_the_plenary(forum)
            taken = id in forum.recommendations.by_id
            return amendments.propose_new(there, taken, command, by, at)
        case amendments.AcceptAmendments(recommendation=id):
            return acceptances.accept(there, _recommendation(forum, id), command, by, at)
        case (
            amendments.ReviseAmendment()
            | amendments.SupportAmendment()
            | amendments.WithdrawSupport()
            | amendments.WithdrawAmendment()
            | amendments.AcceptDeletion()
            | amendments.TakeUpRecommendation()
            | amendments.RejectAmendment()
        ):
            return _on_an_amendment(forum, command, by, at)
        case _:
            assert_never(command)


def _refuse_after_the_plenary(forum: Forum) -> None:
    if forum.plenary.sitting is Sitting.CLOSED:
        refuse_unless_sitting(forum.plenary)


def _on_an_amendment(
    forum: Forum, command: amendments.OnAmendment, by: Person, at: datetime
) -> tuple[Event, ...]:
    amendment = forum.amendments.get(command.amendment)
    if amendment is None:
        raise Unknown(N_("This amendment is not there."))
    there = forum.recommendations.by_id.get(amendment.recommendation)
    if amendment.adds and isinstance(command, TO_A_NEW_ONE):
        refuse_unless_sitting(forum.plenary)
    made = amendments.decide(amendment, there, command, by, at)
    if there is None or not any(isinstance(e, amendments.DeletionAccepted) for e in made):
        return made
    gone = recommendations.DoNotAdopt(there.id, there.version, there.digest, amendment.reason)
    accepted = reduce(evolve, made, forum)
    return (*made, *_with_its_amendments(accepted, there, gone, by, at))


TO_A_NEW_ONE = (amendments.TakeUpRecommendation, amendments.RejectAmendment)


def _on_the_plenary(
    forum: Forum, command: plenary.Command, by: Person, at: datetime
) -> tuple[Event, ...]:
    """When it closes, whatever a room wrote was before it, or has a reason why not."""
    made = plenary.decide(forum.plenary, command, by, at)
    if not made or not isinstance(command, plenary.ClosePlenary):
        return made
    members = consolidation.submitted(forum.drafts)
    left = consolidation.left_at_the_close(
        forum.consolidation, members, command.left, command.reason, by, at
    )
    return (*left, *made)


# --- evolve: event -> state --------------------------------------------------


def evolve(forum: Forum, event: Event) -> Forum:
    """Computes nothing that an algorithm could one day compute otherwise."""
    match event:
        case ForumPlanned():
            rooms = Map({planned.id: waiting(planned) for planned in event.breakouts})
            return replace(forum, plan=event, breakouts=rooms)
        case people.PersonRemoved(person=id):
            removed = forum.removed.set(id, forum.people[id])
            return replace(forum, people=people.evolve(forum.people, event), removed=removed)
        case people.PeopleFact():
            return replace(forum, people=people.evolve(forum.people, event))
        case erasures.ErasureFact():
            return erasures.evolve(forum, event)
        case breakouts.BreakoutFact():
            return _in_breakout(forum, event.breakout, lambda b: breakouts.evolve(b, event))
        case contributions.ContributionFact():
            return replace(forum, contributions=contributions.evolve(forum.contributions, event))
        case floor.FloorFact():
            here = floor.evolve(forum.floors.get(event.place, Floor()), event)
            return replace(forum, floors=forum.floors.set(event.place, here))
        case drafts.DraftFact():
            return _on_draft(forum, event)
        case comments.CommentFact():
            return replace(forum, comments=comments.evolve(forum.comments, event))
        case groups.ConsolidationFact():
            made = consolidation.evolve(forum.consolidation, event)
            return _before_plenary(replace(forum, consolidation=made), event)
        case recommendations.RecommendationFact():
            table = recommendations.evolve(forum.recommendations, event)
            return _under_discussion(replace(forum, recommendations=table), event)
        case amendments.AmendmentFact():
            return _amended(
                replace(forum, amendments=amendments.evolve(forum.amendments, event)), event
            )
        case plenary.PlenaryFact():
            return replace(forum, plenary=plenary.evolve(forum.plenary, event))
        case messages.MessageFact():
            return replace(forum, messages=messages.evolve(forum.messages, event))
        case _:
            assert_never(event)


def _in_breakout(forum: Forum, id: str, change: Callable[[Breakout], Breakout]) -> Forum:
    return replace(forum, breakouts=forum.breakouts.set(id, change(forum.breakouts[id])))


def _on_draft(forum: Forum, event: drafts.Event) -> Forum:
    draft = drafts.evolve(forum.drafts.get(event.breakout, Draft()), event)
    forum = replace(forum, drafts=forum.drafts.set(event.breakout, draft))
    match event:
        case drafts.DraftSubmitted():
            return _at_stage(forum, event.breakout, breakouts.Stage.REPORTED)
        case drafts.DraftTakenBack():
            return _at_stage(forum, event.breakout, breakouts.Stage.DRAFTING)
        case _:
            return forum


def _at_stage(forum: Forum, breakout: str, stage: breakouts.Stage) -> Forum:
    return _in_breakout(forum, breakout, lambda there: replace(there, stage=stage))


def _before_plenary(forum: Forum, event: consolidation.Event) -> Forum:
    table = forum.recommendations
    match event:
        case consolidation.GroupPut(recommendation=id, group=group):
            fresh = Recommendation(id, group, event.addressee, event.runs, event.members)
            return replace(forum, recommendations=recommendations.put(table, fresh))
        case consolidation.GroupTakenBack(recommendation=id):
            return replace(forum, recommendations=recommendations.taken_back(table, id))
        case _:
            return forum


def _under_discussion(forum: Forum, event: recommendations.Event) -> Forum:
    match event:
        case recommendations.RecommendationOpened(recommendation=id):
            return replace(forum, plenary=replace(forum.plenary, current=id))
        case recommendations.RecommendationLaidAside() | recommendations.RecommendationDecided():
            return replace(forum, plenary=replace(forum.plenary, current=None))
        case _:
            return forum


def _amended(forum: Forum, event: amendments.Event) -> Forum:
    match event:
        case amendments.AmendmentAccepted(recommendation=id, runs=runs):
            table = recommendations.reworded(forum.recommendations, id, runs)
            return replace(forum, recommendations=table)
        case amendments.RecommendationTakenUp(amendment=id, addressee=addressee, runs=runs):
            fresh = Recommendation(id, "", addressee, runs, ())
            table = recommendations.put(forum.recommendations, fresh)
            return replace(forum, recommendations=table)
        case _:
            return forum


def replay(forum: Forum, events: Iterable[Event]) -> Forum:
    return reduce(evolve, events, forum)

"""Every command, asked by every role, at every stage of what it is about."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import get_args

import pytest

from facilitate.meeting import (
    Attendance,
    Command,
    Event,
    Refused,
    Role,
    acceptances,
    amendments,
    breakouts,
    comments,
    consolidation,
    contributions,
    decide,
    drafts,
    erasures,
    floor,
    groups,
    messages,
    people,
    plenary,
    procedure,
    recommendations,
)
from facilitate.meeting.amendments import AMENDABLE
from facilitate.meeting.breakouts import Stage as BreakoutStage
from facilitate.meeting.people import AssignRoles, stranger
from facilitate.meeting.plenary import Sitting
from facilitate.meeting.procedure import HEARS, MAY, hears
from facilitate.meeting.recommendations import Stage as RecommendationStage
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    DAY,
    FAIR,
    HUGO,
    NOBODY,
    NOON,
    ONE,
    OPENING,
    PARTIES,
    RAUL,
    REPORTING,
    ROSA,
    SAMI,
    SITTING,
    Asked,
    Playbook,
    accepting,
    adopting,
    calling,
    digest,
    given,
    proposing,
    recommendation,
)

COMMANDS = set(get_args(Command))


def commands_of(kind: object) -> set[type[Command]]:
    return set(get_args(kind))


# --- the tables -----------------------------------------------------------------


def test_every_command_says_who_may() -> None:
    assert set(MAY) == COMMANDS
    assert all(MAY.values())


def test_nobody_looks_for_circles_in_what_cannot_have_them() -> None:
    """A day has hundreds of thousands of these, and all stay."""
    looked_through = {kind for kind in COMMANDS | commands_of(Event) if kind.__struct_config__.gc}
    assert looked_through == set()


@pytest.mark.parametrize(
    ("table", "commands"),
    [
        (breakouts.IN_ORDER, commands_of(breakouts.Command)),
        (contributions.IN_ORDER, commands_of(contributions.Command)),
        (drafts.IN_ORDER, commands_of(drafts.Command)),
        (recommendations.IN_ORDER, commands_of(recommendations.Command)),
        # those that make an amendment are about a recommendation: AMENDABLE
        (amendments.IN_ORDER, commands_of(amendments.Command) - commands_of(amendments.Proposal)),
    ],
)
def test_every_command_about_a_noun_with_stages_says_when(
    table: Mapping[StrEnum, frozenset[type[Command]]], commands: set[type[Command]]
) -> None:
    assert {command for row in table.values() for command in row} == commands
    stages = {type(stage) for stage in table}
    assert [set(stage) for stage in stages] == [set(table)]


@pytest.mark.parametrize(
    "sentences",
    [
        breakouts.WHERE_IT_STANDS,
        plenary.WHERE_IT_STANDS,
        recommendations.WHERE_IT_STANDS,
        amendments.WHERE_IT_STANDS,
    ],
)
def test_every_stage_has_a_sentence_of_its_own(sentences: Mapping[StrEnum, str]) -> None:
    assert [set(kind) for kind in {type(stage) for stage in sentences}] == [set(sentences)]
    assert len(set(sentences.values())) == len(sentences)


def test_who_hears_is_said_of_events_only() -> None:
    assert set(HEARS) <= set(get_args(Event))


def test_what_is_kept_from_some_is_told_to_the_secretariat_alone() -> None:
    removed = people.PersonRemoved(ANNA, at=NOON, by=SAMI)
    assert [role for role in Role if hears(role, removed)] == [Role.SECRETARIAT]
    closed = plenary.PlenaryClosed(at=NOON, by=CHIDI)
    assert all(hears(role, closed) for role in Role)


def test_one_who_has_not_joined_may_what_an_observer_may() -> None:
    assert stranger(NOBODY).roles == {Role.OBSERVER}
    observing = {command for command in MAY if Role.OBSERVER in MAY[command]}
    assert observing == {people.Join, erasures.ErasePerson}


# --- the matrix: every command x every role x every stage ---------------------------

MIRA = "mira"  # asks for everything; rapporteur of b1 until she takes on another part
HERS: tuple[Asked, ...] = (
    (SAMI, people.Admit(MIRA, Attendance.HALL, (Role.RAPPORTEUR,), ("b1",))),
)
SAYING: tuple[Asked, ...] = (
    (MIRA, contributions.Contribute("b1", "k8", contributions.Kind.GAP, "Mine.", "en")),
    (HUGO, contributions.Contribute("b1", "k9", contributions.Kind.GAP, "Yours.", "en")),
    (HUGO, contributions.Contribute("b1", "k7", contributions.Kind.GAP, "Hidden.", "en")),
    (MIRA, contributions.Endorse("k7")),
    (SAMI, contributions.HideContribution("k7", "Private.")),
    (MIRA, floor.RaiseHand("b1")),
    (HUGO, floor.RaiseHand("b1")),
    (SAMI, floor.GiveFloor("b1", MIRA)),
)
PARAGRAPHS: tuple[Asked, ...] = (
    (ROSA, drafts.AddDraftRecommendation("b1", "d1", PARTIES, FAIR, cites=("k8",))),
    (ROSA, drafts.AddDraftRecommendation("b1", "d2", PARTIES, "Count streams.")),
    (ROSA, drafts.AddDraftRecommendation("b1", "d3", PARTIES, "Report.")),
    (ROSA, drafts.RemoveDraftRecommendation("b1", "d3", 1)),
)


COMMENTING: tuple[Asked, ...] = (
    (MIRA, comments.CommentOnDraft("b1", "m1", "d1", "Clearer.")),
    (MIRA, comments.CommentOnDraft("b1", "m2", "d1", "Shorter.")),
)


def breakout_at(stage: BreakoutStage) -> Playbook:
    steps: dict[BreakoutStage, tuple[Asked, ...]] = {
        BreakoutStage.PLANNED: (),
        BreakoutStage.OPEN: (*OPENING, *SAYING, *PARAGRAPHS, *COMMENTING),
        BreakoutStage.DRAFTING: (
            (SAMI, breakouts.CloseContributions("b1")),
            (SAMI, comments.RequireAnswers(False)),
        ),
        BreakoutStage.REPORTED: ((ROSA, drafts.SubmitDraft("b1", 4)),),
    }
    reached = list(BreakoutStage)[: list(BreakoutStage).index(stage) + 1]
    built = given().having(*HERS, *(asked for each in reached for asked in steps[each]))
    assert built.forum.breakouts["b1"].stage is stage
    return built


def in_breakout(playbook: Playbook) -> list[Command]:
    """One of every command that is about a breakout; each would change something in its time."""
    ends = playbook.forum.breakouts["b1"].closes_at or ONE
    return [
        breakouts.OpenBreakout("b1", 60),
        breakouts.ExtendBreakout("b1", 10, ends),
        breakouts.CloseContributions("b1"),
        breakouts.ReopenContributions("b1", 10),
        contributions.Contribute("b1", "k5", contributions.Kind.GAP, "New.", "en"),
        contributions.TakeDown("b1", "k6", contributions.Kind.GAP, "New.", "en"),
        contributions.Endorse("k9"),
        contributions.WithdrawEndorsement("k7"),
        contributions.WithdrawContribution("k8"),
        contributions.HideContribution("k9", "Private."),
        contributions.ShowContribution("k7"),
        floor.RaiseHandFor("b1", ANNA),
        floor.GiveFloor("b1", HUGO),
        floor.EndTurn("b1"),
        drafts.AddDraftRecommendation("b1", "d4", PARTIES, "New."),
        drafts.ReviseDraftRecommendation("b1", "d1", 1, PARTIES, "New."),
        drafts.MoveDraftRecommendation("b1", "d2"),
        drafts.SplitDraftRecommendation("b1", "d1", 1, "Pay.\n\nReport.", "d4"),
        drafts.JoinDraftRecommendations("b1", "d1", 1, "d2", 1),
        drafts.RemoveDraftRecommendation("b1", "d1", 1),
        drafts.RestoreDraftRecommendation("b1", "d3"),
        drafts.CiteContribution("b1", "d1", "k9"),
        drafts.DropCitation("b1", "d1", "k8"),
        drafts.SubmitDraft("b1", 4),
        drafts.TakeBackDraft("b1"),
        comments.CommentOnDraft("b1", "m3", "d1", "New."),
        comments.WithdrawComment("m1"),
        comments.AnswerComment("m2", comments.Outcome.TAKEN_UP, "So it says now."),
    ]


BREAKOUT_TABLES = (
    breakouts.IN_ORDER,
    contributions.IN_ORDER,
    drafts.IN_ORDER,
    comments.IN_ORDER,
)
SITS = (BreakoutStage.OPEN, BreakoutStage.DRAFTING)


def answer_in_breakout(kind: type[Command], stage: BreakoutStage) -> str:
    if stage is BreakoutStage.PLANNED and kind in ABOUT_WHAT_WAS_SAID:
        return "unknown"  # nobody has said anything yet
    if (stage, kind) in SO_ALREADY:
        return "so already"
    if kind in commands_of(floor.Command):
        return "done" if stage in SITS else "out-of-order"
    return "done" if any(kind in table[stage] for table in BREAKOUT_TABLES) else "out-of-order"


ABOUT_WHAT_WAS_SAID = commands_of(contributions.Command) - {
    contributions.Contribute,
    contributions.TakeDown,
} | {drafts.CiteContribution, comments.WithdrawComment, comments.AnswerComment}
SO_ALREADY: set[tuple[StrEnum, type[Command]]] = {
    (BreakoutStage.OPEN, breakouts.OpenBreakout),
    (BreakoutStage.OPEN, breakouts.ReopenContributions),
    (BreakoutStage.DRAFTING, breakouts.CloseContributions),
    (BreakoutStage.DRAFTING, drafts.TakeBackDraft),
    (BreakoutStage.REPORTED, drafts.SubmitDraft),
    (RecommendationStage.WAITING, recommendations.LayAside),
    (RecommendationStage.UNDER_DISCUSSION, recommendations.OpenRecommendation),
    (RecommendationStage.ADOPTED, recommendations.Adopt),
    (RecommendationStage.ADOPTED_WITH_RESERVATIONS, recommendations.AdoptWithReservations),
    (RecommendationStage.DEFERRED, recommendations.Defer),
    (RecommendationStage.NOT_ADOPTED, recommendations.DoNotAdopt),
    (amendments.Stage.ACCEPTED, amendments.AcceptAmendments),
    (amendments.Stage.REJECTED, amendments.RejectAmendment),
    (amendments.Stage.WITHDRAWN, amendments.WithdrawAmendment),
}


def answered(playbook: Playbook, command: Command, role: Role) -> str:
    """What Mira is told when this is the only part she has."""
    part = (role,)
    now = playbook
    if Role.RAPPORTEUR is not role:
        now = playbook.having((SAMI, AssignRoles(MIRA, part)))
    try:
        return "done" if decide(now.forum, command, MIRA, NOON) else "so already"
    except Refused as refused:
        return refused.code


def expected(kind: type[Command], role: Role, otherwise: str) -> str:
    return otherwise if role in MAY[kind] else "not-entitled"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", BreakoutStage)
def test_in_a_breakout(stage: BreakoutStage, role: Role) -> None:
    playbook = breakout_at(stage)
    for command in in_breakout(playbook):
        kind = type(command)
        said = expected(kind, role, answer_in_breakout(kind, stage))
        assert (kind, answered(playbook, command, role)) == (kind, said)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", BreakoutStage)
def test_with_a_hand_raised_in_a_breakout(stage: BreakoutStage, role: Role) -> None:
    playbook = breakout_at(stage)
    if stage in SITS:
        playbook = playbook.having((MIRA, floor.EndTurn("b1")), (MIRA, floor.RaiseHand("b1")))
    answer = "done" if stage in SITS else "out-of-order"
    lower = floor.LowerHand("b1")
    assert answered(playbook, lower, role) == expected(floor.LowerHand, role, answer)


AMENDING: tuple[Asked, ...] = (
    (MIRA, amendments.ProposeAmendment("r1", "a1", 1, f"{FAIR} All.", "")),
    (HUGO, amendments.ProposeAmendment("r1", "a2", 1, FAIR.replace("artists", "us"), "")),
    (MIRA, amendments.SupportAmendment("a2")),
)
OBJECTING: Asked = (MIRA, recommendations.Object("r1", "Too weak."))


def recommendation_at(stage: RecommendationStage) -> Playbook:
    discussed = given().having(*HERS, *DAY)
    with_objection = discussed.having(calling(discussed), OBJECTING)
    text = digest(discussed)
    ways: Mapping[RecommendationStage, Callable[[], Playbook]] = {
        RecommendationStage.WAITING: lambda: with_objection.having(
            (CHIDI, recommendations.LayAside("r1"))
        ),
        RecommendationStage.UNDER_DISCUSSION: lambda: with_objection,
        RecommendationStage.ADOPTED: lambda: discussed.having(
            calling(discussed), adopting(discussed)
        ),
        RecommendationStage.ADOPTED_WITH_RESERVATIONS: lambda: with_objection.having(
            (CHIDI, recommendations.AdoptWithReservations("r1", 1, text))
        ),
        RecommendationStage.DEFERRED: lambda: with_objection.having(
            (CHIDI, recommendations.Defer("r1", 1, text, "Late."))
        ),
        RecommendationStage.NOT_ADOPTED: lambda: with_objection.having(
            (CHIDI, recommendations.DoNotAdopt("r1", 1, text, "Late."))
        ),
        RecommendationStage.TAKEN_BACK: lambda: discussed.having(
            (CHIDI, recommendations.LayAside("r1")),
            (SAMI, consolidation.TakeBackFromPlenary("g1")),
        ),
    }
    built = ways[stage]()
    assert recommendation(built).stage is stage
    return built


def about_a_recommendation(playbook: Playbook, stage: RecommendationStage) -> list[Command]:
    there = recommendation(playbook)
    seen = (there.id, there.version, there.digest)
    nobody_objects = not there.objections
    return [
        recommendations.MoveRecommendation("r1", "r2"),
        recommendations.OpenRecommendation("r1"),
        recommendations.LayAside("r1"),
        recommendations.CallForConsensus(*seen),
        recommendations.Object("r1", "Too strong."),
        *([] if nobody_objects else [recommendations.WithdrawObjection("r1")]),
        *([recommendations.Adopt(*seen)] if stage is not ADOPTABLE else []),
        recommendations.AdoptWithReservations(*seen),
        recommendations.Defer(*seen, "Late."),
        recommendations.DoNotAdopt(*seen, "Late."),
        amendments.ProposeAmendment("r1", "a9", 1, "Pay.", ""),
        amendments.ProposeDeletion("r1", "a8", 1, "Said in another."),
    ]


ADOPTABLE = RecommendationStage.UNDER_DISCUSSION  # by consensus only if nobody objects


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", RecommendationStage)
def test_on_a_recommendation(stage: RecommendationStage, role: Role) -> None:
    playbook = recommendation_at(stage)
    for command in about_a_recommendation(playbook, stage):
        kind = type(command)
        in_order = kind in recommendations.IN_ORDER[stage]
        if isinstance(command, amendments.Proposal):
            in_order = stage in AMENDABLE
        answer = "done" if in_order else "out-of-order"
        if (stage, kind) in SO_ALREADY or (stage is ADOPTABLE and _called_already(command)):
            answer = "so already"
        assert (kind, answered(playbook, command, role)) == (kind, expected(kind, role, answer))


def _called_already(command: Command) -> bool:
    return isinstance(command, recommendations.CallForConsensus)


@pytest.mark.parametrize("role", Role)
def test_by_consensus_where_nobody_objects(role: Role) -> None:
    playbook = given().having(*HERS, *DAY)
    adopt = recommendations.Adopt("r1", 1, digest(playbook))
    called = playbook.having(calling(playbook))
    assert answered(called, adopt, role) == expected(recommendations.Adopt, role, "done")


def amendment_at(stage: amendments.Stage) -> Playbook:
    """``a1`` is Mira's; at this stage nothing else has happened to it."""
    past = given().having(*HERS, *DAY, *AMENDING)
    there = recommendation(past)
    rival = amendments.ProposeAmendment("r1", "a3", 1, f"{FAIR} Now.", "")
    ways: Mapping[amendments.Stage, tuple[Asked, ...]] = {
        amendments.Stage.OPEN: (),
        amendments.Stage.ACCEPTED: (accepting(past),),
        amendments.Stage.REJECTED: ((CHIDI, amendments.RejectAmendment("a1")),),
        amendments.Stage.WITHDRAWN: ((MIRA, amendments.WithdrawAmendment("a1")),),
        amendments.Stage.HANDED_BACK: (
            (HUGO, rival),
            accepting(past.having((HUGO, rival)), "a3"),
        ),
        amendments.Stage.LAPSED: (
            (CHIDI, recommendations.Defer("r1", 1, there.digest, "Late.")),
            (CHIDI, recommendations.OpenRecommendation("r1")),
        ),
    }
    built = past.having(*ways[stage])
    assert built.forum.amendments["a1"].stage is stage
    return built


ASK_FOR_MORE = {amendments.AcceptDeletion, amendments.TakeUpRecommendation}


def about_an_amendment(playbook: Playbook, id: str) -> list[Command]:
    there = recommendation(playbook)
    return [
        acceptances.acceptance(there, (playbook.forum.amendments[id],)),
        amendments.RejectAmendment(id),
        amendments.AcceptDeletion(id, there.version, there.digest),
        amendments.TakeUpRecommendation(id, there.digest),
        amendments.ReviseAmendment(id, there.version, "Pay.", "Shorter."),
        *([amendments.WithdrawAmendment(id)] if id == "a1" else []),
        *([amendments.WithdrawSupport(id)] if id == "a2" else []),
    ]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", amendments.Stage)
def test_on_an_amendment(stage: amendments.Stage, role: Role) -> None:
    playbook = amendment_at(stage)
    for command in about_an_amendment(playbook, "a1"):
        kind = type(command)
        answer = "done" if kind in amendments.IN_ORDER[stage] else "out-of-order"
        if answer == "done" and kind in ASK_FOR_MORE:
            answer = "unknown"  # this one asks for other words
        if (stage, kind) in SO_ALREADY:
            answer = "so already"
        assert (kind, answered(playbook, command, role)) == (kind, expected(kind, role, answer))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", amendments.Stage)
def test_on_somebody_elses_amendment(stage: amendments.Stage, role: Role) -> None:
    """``a1`` is now Hugo's and ``a2``, which Mira supported, is there beside it."""
    support = amendments.SupportAmendment("a1")
    hugos = amendment_at(stage)
    theirs = Playbook(tuple(_proposed_by_hugo(event) for event in hugos.past))
    in_order = support.__class__ in amendments.IN_ORDER[stage]
    answer = "done" if in_order else "out-of-order"
    assert answered(theirs, support, role) == expected(type(support), role, answer)


def _proposed_by_hugo(event: Event) -> Event:
    if isinstance(event, amendments.AmendmentProposed):
        return amendments.AmendmentProposed(
            event.id,
            event.recommendation,
            event.version,
            event.base,
            event.text,
            event.reason,
            event.attendance,
            at=event.at,
            by=HUGO,
        )
    return event


@pytest.mark.parametrize("role", Role)
def test_support_once_given_is_withdrawn(role: Role) -> None:
    playbook = amendment_at(amendments.Stage.OPEN)
    command = amendments.WithdrawSupport("a2")
    assert answered(playbook, command, role) == expected(type(command), role, "done")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("sitting", Sitting)
def test_a_new_recommendation_is_proposed_until_the_plenary_closes(
    sitting: Sitting, role: Role
) -> None:
    command = amendments.ProposeRecommendation("n1", PARTIES, "Pay.", "Nobody said it.")
    answer = "out-of-order" if sitting is Sitting.CLOSED else "done"
    there = sitting_at(sitting)
    assert answered(there, command, role) == expected(type(command), role, answer)


def sitting_at(sitting: Sitting) -> Playbook:
    past = given().having(*HERS)
    opened = past.having((CHIDI, plenary.OpenPlenary()))
    closed = opened.having((CHIDI, plenary.ClosePlenary()))
    return {Sitting.PLANNED: past, Sitting.OPEN: opened, Sitting.CLOSED: closed}[sitting]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("sitting", Sitting)
def test_in_the_plenary(sitting: Sitting, role: Role) -> None:
    playbook = sitting_at(sitting)
    answers: Mapping[Sitting, tuple[str, str, str]] = {
        Sitting.PLANNED: ("done", "out-of-order", "out-of-order"),
        Sitting.OPEN: ("so already", "done", "done"),
        Sitting.CLOSED: ("done", "so already", "out-of-order"),
    }
    asked: tuple[Command, ...] = (
        plenary.OpenPlenary(),
        plenary.ClosePlenary(),
        floor.RaiseHand(floor.PLENARY),
    )
    for command, answer in zip(asked, answers[sitting], strict=True):
        kind = type(command)
        assert (kind, answered(playbook, command, role)) == (kind, expected(kind, role, answer))


class Standing(StrEnum):
    """Where a group of drafts stands."""

    WITH_THE_DRAFTING_GROUP = "with the drafting group"
    PUT = "put"
    AMENDED = "amended"  # it waits still, and somebody has proposed an amendment
    UNDER_DISCUSSION = "under discussion"
    DECIDED = "decided"
    TAKEN_BACK = "taken back"
    ASIDE = "set aside"


SITE, SILENT, SAID = 0, 0, 1  # where the one says nothing and the other MORE
MORE = "They should report on what they pay every two years."
GROUPED: tuple[Asked, ...] = (
    *DAY[: DAY.index(REPORTING[0])],
    (RAUL, drafts.AddDraftRecommendation("b2", "e2", PARTIES, f"{FAIR} {MORE}")),
    (RAUL, drafts.AddDraftRecommendation("b2", "e3", PARTIES, "Report.")),
    (ROSA, drafts.SubmitDraft("b1", 1)),
    (RAUL, drafts.SubmitDraft("b2", 3)),
    (SAMI, consolidation.FormGroup("g1", ("b1/d1", "b2/e2"))),
    (SAMI, consolidation.SetMemberAside("b2/e3", "Said already.")),
    (SAMI, groups.ChooseReading("g1", 1, SITE, SILENT)),
    (SAMI, groups.ExplainLeavingOut("g1", 2, SITE, "Too broad.")),
)


def group_at(standing: Standing) -> Playbook:
    """``g1`` is of ``b1/d1`` and ``b2/e2``; ``b2/e1`` is free, ``b2/e3`` was set aside."""
    drafting = given().having(*HERS, *GROUPED)
    put = drafting.having(
        (SAMI, consolidation.PutToPlenary("g1", 3, "r1", left=("b2/e1",), reason="Later.")),
        (SAMI, consolidation.TakeMemberUpAgain("b2/e1")),
    )
    ways: Mapping[Standing, Callable[[], Playbook]] = {
        Standing.WITH_THE_DRAFTING_GROUP: lambda: drafting,
        Standing.PUT: lambda: put,
        Standing.AMENDED: lambda: put.having(proposing("Pay.")),
        Standing.UNDER_DISCUSSION: lambda: put.having(*SITTING),
        Standing.DECIDED: lambda: put.having(
            *SITTING, (CHIDI, recommendations.Defer("r1", 1, digest(put), "Late."))
        ),
        Standing.TAKEN_BACK: lambda: put.having((SAMI, consolidation.TakeBackFromPlenary("g1"))),
        Standing.ASIDE: lambda: drafting.having(
            (SAMI, consolidation.SetGroupAside("g1", 3, "No time."))
        ),
    }
    return ways[standing]()


def in_consolidation(playbook: Playbook) -> list[Command]:
    """One of every command of the drafting group; each would change something in its time."""
    version = playbook.forum.consolidation.groups["g1"].version
    on_site = ("g1", version, SITE)
    return [
        consolidation.FormGroup("g2", ("b2/e1",)),
        consolidation.SetMemberAside("b2/e1", "Said already."),
        consolidation.TakeMemberUpAgain("b2/e3"),
        consolidation.JoinToGroup("g1", version, "b2/e1"),
        consolidation.PartFromGroup("g1", version, "b2/e2"),
        groups.ChooseReading(*on_site, SAID),
        groups.WordSite(*on_site, " alone"),
        groups.KeepBrackets(*on_site),
        groups.ReopenSite(*on_site),
        groups.ExplainLeavingOut(*on_site, "Said elsewhere."),
        consolidation.Address("g1", version, drafts.Addressee.OTHERS),
        consolidation.PutToPlenary("g1", version, "r5", left=("b2/e1",), reason="Later."),
        consolidation.TakeBackFromPlenary("g1"),
        consolidation.SetGroupAside("g1", version, "Later."),
        consolidation.TakeGroupUpAgain("g1"),
    ]


WHATEVER_BECAME_OF_A_GROUP = {
    consolidation.FormGroup,
    consolidation.SetMemberAside,
    consolidation.TakeMemberUpAgain,
}
# To put it, to take it back, to change it.
ON_A_GROUP: Mapping[Standing, tuple[str, str, str]] = {
    Standing.WITH_THE_DRAFTING_GROUP: ("done", "so already", "done"),
    Standing.PUT: ("so already", "done", "out-of-order"),
    Standing.AMENDED: ("so already", "out-of-order", "out-of-order"),
    Standing.UNDER_DISCUSSION: ("so already", "out-of-order", "out-of-order"),
    Standing.DECIDED: ("so already", "out-of-order", "out-of-order"),
    Standing.TAKEN_BACK: ("done", "so already", "done"),
    Standing.ASIDE: ("out-of-order", "so already", "out-of-order"),
}


def answer_in_consolidation(kind: type[Command], standing: Standing) -> str:
    put, taken_back, changed = ON_A_GROUP[standing]
    if kind in WHATEVER_BECAME_OF_A_GROUP:
        return "done"
    if kind is consolidation.PutToPlenary:
        return put
    if kind is consolidation.TakeGroupUpAgain:
        return "done" if standing is Standing.ASIDE else "so already"
    if kind is consolidation.SetGroupAside and standing is Standing.ASIDE:
        return "done"  # with another reason
    return taken_back if kind is consolidation.TakeBackFromPlenary else changed


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("standing", Standing)
def test_on_a_group(standing: Standing, role: Role) -> None:
    playbook = group_at(standing)
    for command in in_consolidation(playbook):
        kind = type(command)
        said = expected(kind, role, answer_in_consolidation(kind, standing))
        assert (kind, answered(playbook, command, role)) == (kind, said)


AT_ANY_TIME: tuple[Command, ...] = (
    people.ChangeAttendance(Attendance.REMOTE),
    people.Admit("vera", Attendance.HALL, (Role.CHAIR,)),
    people.AssignRoles(HUGO, (Role.CHAIR,)),
    people.RemovePerson(HUGO),
    erasures.ErasePerson(MIRA),
    comments.RequireAnswers(False),
    messages.Announce("m2", "Lunch."),
    messages.TakeDownMessage("m1"),
)


@pytest.mark.parametrize("role", Role)
def test_what_has_no_stage(role: Role) -> None:
    message: Asked = (SAMI, messages.Announce("m1", "Welcome."))
    playbook = given().having(*HERS, message)
    for command in AT_ANY_TIME:
        kind = type(command)
        assert (kind, answered(playbook, command, role)) == (kind, expected(kind, role, "done"))
    assert answered(playbook, people.Join(Attendance.HALL), role) == "so already"


def test_the_matrix_leaves_no_command_out() -> None:
    asked = {type(command) for command in in_breakout(breakout_at(BreakoutStage.OPEN))}
    amending = amendment_at(amendments.Stage.OPEN)
    for stage in RecommendationStage:
        asked |= {type(c) for c in about_a_recommendation(recommendation_at(stage), stage)}
    asked |= {type(command) for command in about_an_amendment(amending, "a1")}
    grouped = group_at(Standing.WITH_THE_DRAFTING_GROUP)
    asked |= {type(command) for command in (*AT_ANY_TIME, *in_consolidation(grouped))}
    elsewhere = {
        people.Join,
        floor.RaiseHand,
        floor.LowerHand,
        plenary.OpenPlenary,
        plenary.ClosePlenary,
        amendments.SupportAmendment,
        amendments.WithdrawSupport,
        amendments.ProposeRecommendation,
    }
    assert asked | elsewhere == COMMANDS == set(get_args(procedure.Command))

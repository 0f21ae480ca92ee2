from hashlib import sha256

import pytest

from facilitate.meeting import Command
from facilitate.meeting.consolidation import FormGroup, PutToPlenary, TakeBackFromPlenary
from facilitate.meeting.people import Attendance, Join
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.recommendations import (
    Adopt,
    AdoptWithReservations,
    CallForConsensus,
    ConsensusCalled,
    Decision,
    Defer,
    DoNotAdopt,
    LayAside,
    MoveRecommendation,
    Object,
    Objection,
    ObjectionMade,
    ObjectionWithdrawn,
    OpenRecommendation,
    RecommendationDecided,
    RecommendationLaidAside,
    RecommendationMoved,
    RecommendationOpened,
    Stage,
    WithdrawObjection,
)
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    FAIR,
    HUGO,
    NOBODY,
    NOON,
    OLGA,
    ONE,
    OPENING,
    PARTIES,
    REPORTING,
    ROSA,
    SAMI,
    VOICES,
    WRITING,
    Asked,
    Playbook,
    accepting,
    adopting,
    before_the_plenary,
    calling,
    day,
    digest,
    in_discussion,
    proposing,
    recommendation,
)

DIGEST = sha256(f"{PARTIES}\n{FAIR}".encode()).hexdigest()
OTHER_DIGEST = "0" * 64
CALLING: Asked = (CHIDI, CallForConsensus("r1", 1, DIGEST))
OBJECTING: Asked = (ANNA, Object("r1", "Too weak."))
OBJECTED = ObjectionMade("r1", 1, "Too weak.", at=NOON, by=ANNA)


def decided(outcome: Stage, reason: str = "") -> RecommendationDecided:
    """Hall: Hugo, Rosa, Chidi, Sami. Remote: Anna and Raul; Olga observes."""
    return RecommendationDecided("r1", outcome, 1, DIGEST, FAIR, 4, 2, reason, at=NOON, by=CHIDI)


def called() -> Playbook:
    return in_discussion().having(CALLING)


def test_the_digest_is_of_addressee_and_text() -> None:
    assert digest(in_discussion()) == DIGEST


def test_the_chair_opens_a_recommendation_once() -> None:
    opened = RecommendationOpened("r1", at=NOON, by=CHIDI)
    past = before_the_plenary().having((CHIDI, OpenPlenary()))
    past.when(OpenRecommendation("r1"), by=CHIDI).then(opened)
    in_discussion().when(OpenRecommendation("r1"), by=CHIDI).then()
    past.when(OpenRecommendation("r1"), by=SAMI).refused("not-entitled")
    past.when(OpenRecommendation("r9"), by=CHIDI).refused("unknown", "not before the plenary")


def test_one_recommendation_is_under_discussion_at_a_time() -> None:
    in_discussion().when(OpenRecommendation("r2"), by=CHIDI).refused("out-of-order", "Another")


def test_nothing_is_discussed_unless_the_plenary_sits() -> None:
    past = before_the_plenary()
    past.when(OpenRecommendation("r1"), by=CHIDI).refused("out-of-order", "not been opened")
    closed = past.having((CHIDI, OpenPlenary()), (CHIDI, ClosePlenary()))
    closed.when(OpenRecommendation("r1"), by=CHIDI).refused("out-of-order", "has closed")


def test_a_recommendation_is_laid_aside_and_keeps_its_objections() -> None:
    aside = RecommendationLaidAside("r1", at=NOON, by=CHIDI)
    past = called().having(OBJECTING)
    past.when(LayAside("r1"), by=CHIDI).then(aside)
    after = past.having((CHIDI, LayAside("r1")))
    after.when(LayAside("r1"), by=CHIDI).then()
    there = recommendation(after)
    assert (there.stage, there.consensus_called_at) == (Stage.WAITING, None)
    assert list(there.objections) == [ANNA]
    assert after.forum.plenary.current is None


def test_the_order_of_the_recommendations_can_be_changed() -> None:
    past = before_the_plenary()
    to_front = RecommendationMoved("r2", at=NOON, by=SAMI)
    past.when(MoveRecommendation("r2"), by=SAMI).then(to_front)
    behind = RecommendationMoved("r1", "r2", at=NOON, by=CHIDI)
    past.when(MoveRecommendation("r1", "r2"), by=CHIDI).then(behind)
    past.when(MoveRecommendation("r1"), by=CHIDI).then()
    past.when(MoveRecommendation("r2", "r1"), by=CHIDI).then()
    past.when(MoveRecommendation("r2", "r2"), by=CHIDI).then()
    past.when(MoveRecommendation("r2", "r9"), by=CHIDI).refused("unknown")
    past.when(MoveRecommendation("r2"), by=ROSA).refused("not-entitled")
    moved = past.having((SAMI, MoveRecommendation("r2")))
    assert [there.id for there in moved.forum.recommendations.in_order()] == ["r2", "r1"]


def test_what_was_taken_back_has_no_place_in_the_order() -> None:
    past = before_the_plenary().having((SAMI, TakeBackFromPlenary("g1")))
    past.when(MoveRecommendation("r1"), by=SAMI).refused("out-of-order", "taken back")
    past.when(MoveRecommendation("r2", "r1"), by=SAMI).refused("unknown")


def test_consensus_is_called_on_the_text_of_the_chairs_screen_once() -> None:
    called_so = ConsensusCalled("r1", 1, at=NOON, by=CHIDI)
    in_discussion().when(CALLING[1], by=CHIDI).then(called_so)
    called().when(CALLING[1], by=CHIDI).then()
    in_discussion().when(CALLING[1], by=SAMI).refused("not-entitled")


@pytest.mark.parametrize("kind", [CallForConsensus, Adopt, AdoptWithReservations])
@pytest.mark.parametrize(("version", "seen"), [(2, DIGEST), (1, OTHER_DIGEST)])
def test_no_text_is_agreed_but_the_one_on_the_chairs_screen(
    kind: type[CallForConsensus | Adopt | AdoptWithReservations], version: int, seen: str
) -> None:
    stale = kind("r1", version, seen)
    in_discussion().when(stale, by=CHIDI).refused("stale", "Nothing was decided")


@pytest.mark.parametrize("kind", [Defer, DoNotAdopt])
def test_no_text_is_put_off_but_the_one_on_the_chairs_screen(
    kind: type[Defer | DoNotAdopt],
) -> None:
    in_discussion().when(kind("r1", 1, OTHER_DIGEST, "Late."), by=CHIDI).refused("stale")


def test_no_consensus_is_called_while_amendments_are_open() -> None:
    past = in_discussion().having(proposing("Parties shall pay."))
    past.when(CALLING[1], by=CHIDI).refused("out-of-order", "Amendments are still open: 1")


def test_no_consensus_is_called_on_alternatives_in_brackets() -> None:
    past = day(OPENING, VOICES, WRITING, REPORTING).having(
        (SAMI, FormGroup("g1", ("b1/d1", "b2/e1"))),
        (SAMI, PutToPlenary("g1", 1, "r1")),
        (CHIDI, OpenPlenary()),
        (CHIDI, OpenRecommendation("r1")),
    )
    past.when_asked(*calling(past)).refused("out-of-order", "square brackets")


def test_an_objection_is_made_with_a_reason_once() -> None:
    in_discussion().when(OBJECTING[1], by=ANNA).then(OBJECTED)
    past = in_discussion().having(OBJECTING)
    past.when(OBJECTING[1], by=ANNA).then()
    other = ObjectionMade("r1", 1, "Too strong.", at=NOON, by=ANNA)
    past.when(Object("r1", "Too strong."), by=ANNA).then(other)
    in_discussion().when(Object("r1", " "), by=ANNA).refused("empty")
    in_discussion().when(Object("r1", "x" * 501), by=ANNA).refused("too-long")
    for person in (OLGA, CHIDI, SAMI, NOBODY):
        in_discussion().when(OBJECTING[1], by=person).refused("not-entitled")


def test_an_objection_to_what_is_not_under_discussion_is_refused() -> None:
    in_discussion().when(Object("r2", "No."), by=ANNA).refused("out-of-order", "not under")


def test_an_objection_is_withdrawn_once() -> None:
    withdrawn = ObjectionWithdrawn("r1", at=NOON, by=ANNA)
    past = in_discussion().having(OBJECTING)
    past.when(WithdrawObjection("r1"), by=ANNA).then(withdrawn)
    past.when(WithdrawObjection("r1"), by=HUGO).then()
    past.having((ANNA, WithdrawObjection("r1"))).when(WithdrawObjection("r1"), by=ANNA).then()


def test_the_gavel_adopts_by_consensus_once() -> None:
    adopt = Adopt("r1", 1, DIGEST)
    called().when(adopt, by=CHIDI).then(decided(Stage.ADOPTED))
    past = called().having((CHIDI, adopt))
    past.when(adopt, by=CHIDI).then()
    assert recommendation(past).decision == Decision(CHIDI, NOON, 1, DIGEST, 4, 2)
    assert past.forum.plenary.current is None
    called().when(adopt, by=SAMI).refused("not-entitled")


def test_a_decision_says_how_many_had_joined_without_observers() -> None:
    past = called().having((NOBODY, Join(Attendance.REMOTE)))
    after = recommendation(past.having(adopting(past)))
    assert after.decision == Decision(CHIDI, NOON, 1, DIGEST, 4, 3)


def test_adoption_needs_a_call_so_that_people_can_object() -> None:
    for kind in (Adopt, AdoptWithReservations):
        past = in_discussion()
        past.when(kind("r1", 1, DIGEST), by=CHIDI).refused("out-of-order", "Call for consensus")


def test_an_amendment_proposed_after_the_call_is_dealt_with_first() -> None:
    past = called().having(proposing("Parties shall pay."))
    past.when(Adopt("r1", 1, DIGEST), by=CHIDI).refused("out-of-order", "Amendments")


def test_a_changed_text_needs_a_new_call() -> None:
    past = called().having(proposing("Parties shall pay."))
    changed = past.having(accepting(past))
    changed.when_asked(*adopting(changed)).refused("out-of-order", "Call for consensus")
    changed.when(Adopt("r1", 1, DIGEST), by=CHIDI).refused("stale")


def test_an_objection_stands_against_consensus_but_lets_pass_with_reservations() -> None:
    past = called().having(OBJECTING)
    past.when(Adopt("r1", 1, DIGEST), by=CHIDI).refused("out-of-order", "Somebody objects")
    reserve = AdoptWithReservations("r1", 1, DIGEST)
    past.when(reserve, by=CHIDI).then(decided(Stage.ADOPTED_WITH_RESERVATIONS))
    after = past.having((CHIDI, reserve))
    after.when(reserve, by=CHIDI).then()
    reservations = (Objection(ANNA, "Too weak.", 1, NOON),)
    assert recommendation(after).decision == Decision(
        CHIDI, NOON, 1, DIGEST, 4, 2, reservations=reservations
    )


def test_reservations_need_somebody_who_objects() -> None:
    reserve = AdoptWithReservations("r1", 1, DIGEST)
    called().when(reserve, by=CHIDI).refused("out-of-order", "Nobody objects")


@pytest.mark.parametrize(
    ("kind", "outcome"), [(Defer, Stage.DEFERRED), (DoNotAdopt, Stage.NOT_ADOPTED)]
)
def test_a_recommendation_is_deferred_or_not_adopted_with_a_reason(
    kind: type[Defer | DoNotAdopt], outcome: Stage
) -> None:
    command = kind("r1", 1, DIGEST, " No time. ")
    in_discussion().when(command, by=CHIDI).then(decided(outcome, "No time."))
    after = in_discussion().having((CHIDI, command))
    after.when(command, by=CHIDI).then()
    assert recommendation(after).decision == Decision(CHIDI, NOON, 1, DIGEST, 4, 2, "No time.")
    in_discussion().when(kind("r1", 1, DIGEST, ""), by=CHIDI).refused("empty")
    in_discussion().when(kind("r1", 1, DIGEST, "x" * 501), by=CHIDI).refused("too-long")


def test_what_was_deferred_can_be_opened_again() -> None:
    past = in_discussion().having((CHIDI, Defer("r1", 1, DIGEST, "No time.")))
    opened = RecommendationOpened("r1", at=ONE, by=CHIDI)
    past.when(OpenRecommendation("r1"), by=CHIDI, at=ONE).then(opened)
    again = recommendation(past.having((CHIDI, OpenRecommendation("r1"))))
    assert (again.stage, again.decision) == (Stage.UNDER_DISCUSSION, None)


@pytest.mark.parametrize(
    "command",
    [
        OpenRecommendation("r1"),
        LayAside("r1"),
        CallForConsensus("r1", 1, DIGEST),
        Object("r1", "No."),
        AdoptWithReservations("r1", 1, DIGEST),
        Defer("r1", 1, DIGEST, "Late."),
        DoNotAdopt("r1", 1, DIGEST, "Late."),
    ],
)
def test_what_is_adopted_stays_adopted(command: Command) -> None:
    past = called().having((CHIDI, Adopt("r1", 1, DIGEST)))
    by = ANNA if isinstance(command, Object) else CHIDI
    past.when(command, by=by).refused("out-of-order", "adopted by consensus")

from facilitate.meeting import Attendance
from facilitate.meeting.amendments import (
    AcceptAmendment,
    Amendment,
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentProposed,
    AmendmentRejected,
    AmendmentSupported,
    AmendmentWithdrawn,
    ProposeAmendment,
    RejectAmendment,
    Stage,
    SupportAmendment,
    SupportWithdrawn,
    WithdrawAmendment,
    WithdrawSupport,
    open_ones,
)
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.recommendations import Defer, LayAside
from facilitate.text.collation import Run
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    FAIR,
    HUGO,
    NOON,
    OLGA,
    ROSA,
    SAMI,
    Playbook,
    accepting,
    adopting,
    before_the_plenary,
    calling,
    digest,
    in_discussion,
    proposing,
    recommendation,
)

ALL = FAIR.replace("artists", "all artists")
EVERYWHERE = FAIR.replace("digital", "digital and analogue")
SOME = FAIR.replace("artists", "some artists")
PROPOSE = ProposeAmendment("r1", "a1", 1, f" {ALL} ", "Clearer.")
PROPOSED = AmendmentProposed(
    "a1", "r1", 1, FAIR, ALL, "Clearer.", Attendance.REMOTE, at=NOON, by=ANNA
)
SUPPORTED = (HUGO, SupportAmendment("a1"))
REJECTED = AmendmentRejected("a1", "Said already.", at=NOON, by=CHIDI)
REJECT = RejectAmendment("a1", " Said already. ")


def proposed() -> Playbook:
    return in_discussion().having(proposing(ALL))


def accepted() -> Playbook:
    past = proposed()
    return past.having(accepting(past))


def test_an_amendment_is_the_whole_text_as_it_should_read() -> None:
    in_discussion().when(PROPOSE, by=ANNA).then(PROPOSED)
    proposed().when(PROPOSE, by=ANNA).then()
    there = proposed().forum.amendments["a1"]
    assert there == Amendment(
        "a1", 1, "r1", 1, FAIR, ALL, "Clearer.", ANNA, Attendance.REMOTE, NOON, ALL
    )


def test_amendments_are_proposed_before_the_plenary_sits_as_well() -> None:
    before_the_plenary().when(PROPOSE, by=ANNA).then(PROPOSED)


def test_observers_and_officers_propose_nothing() -> None:
    for person in (OLGA, CHIDI, SAMI):
        in_discussion().when(PROPOSE, by=person).refused("not-entitled")


def test_other_words_under_an_id_in_use_are_refused_and_not_lost_silently() -> None:
    proposed().when(ProposeAmendment("r1", "a1", 1, SOME, ""), by=ANNA).refused("already-taken")
    proposed().when(PROPOSE, by=HUGO).refused("already-taken")
    proposed().when(ProposeAmendment("r2", "a1", 1, ALL, ""), by=ANNA).refused("already-taken")


def test_an_amendment_changes_the_version_that_stands() -> None:
    in_discussion().when(ProposeAmendment("r1", "a1", 2, ALL, ""), by=ANNA).refused("stale")
    in_discussion().when(ProposeAmendment("r9", "a1", 1, ALL, ""), by=ANNA).refused("unknown")


def test_an_amendment_says_something_else_and_is_not_too_long() -> None:
    past = in_discussion()
    same = ProposeAmendment("r1", "a1", 1, f"{FAIR} ", "")
    past.when(same, by=ANNA).refused("out-of-order", "Change a word first")
    past.when(ProposeAmendment("r1", "a1", 1, "", ""), by=ANNA).refused("empty")
    past.when(ProposeAmendment("r1", "a1", 1, "x" * 8_001, ""), by=ANNA).refused("too-long")
    past.when(ProposeAmendment("r1", "a1", 1, ALL, "x" * 501), by=ANNA).refused("too-long")


def test_what_is_decided_is_not_amended() -> None:
    past = in_discussion().having(calling(in_discussion()))
    adopted = past.having(adopting(past))
    adopted.when(PROPOSE, by=ANNA).refused("out-of-order", "adopted")


def test_after_the_plenary_nothing_is_amended() -> None:
    closed = before_the_plenary().having((CHIDI, OpenPlenary()), (CHIDI, ClosePlenary()))
    closed.when(PROPOSE, by=ANNA).refused("out-of-order", "The plenary has closed")


def test_others_support_an_amendment_once_and_may_withdraw_it() -> None:
    supported = AmendmentSupported("a1", at=NOON, by=HUGO)
    withdrawn = SupportWithdrawn("a1", at=NOON, by=HUGO)
    proposed().when(SupportAmendment("a1"), by=HUGO).then(supported)
    past = proposed().having(SUPPORTED)
    past.when(SupportAmendment("a1"), by=HUGO).then()
    assert list(past.forum.amendments["a1"].supporters) == [HUGO]
    past.when(WithdrawSupport("a1"), by=HUGO).then(withdrawn)
    proposed().when(WithdrawSupport("a1"), by=HUGO).then()
    without = past.having((HUGO, WithdrawSupport("a1")))
    assert not without.forum.amendments["a1"].supporters


def test_support_is_for_open_amendments_of_others() -> None:
    proposed().when(SupportAmendment("a1"), by=ANNA).refused("out-of-order", "Your own")
    proposed().when(SupportAmendment("a9"), by=HUGO).refused("unknown", "not there")
    accepted().when(SupportAmendment("a1"), by=HUGO).refused("out-of-order", "been accepted")
    deferred = proposed().having((CHIDI, Defer("r1", 1, digest(proposed()), "No time.")))
    deferred.when(SupportAmendment("a1"), by=HUGO).refused("out-of-order", "been deferred")


def test_an_amendment_is_withdrawn_by_its_sponsor_once() -> None:
    withdrawn = AmendmentWithdrawn("a1", at=NOON, by=ANNA)
    proposed().when(WithdrawAmendment("a1"), by=ANNA).then(withdrawn)
    past = proposed().having((ANNA, WithdrawAmendment("a1")))
    past.when(WithdrawAmendment("a1"), by=ANNA).then()
    proposed().when(WithdrawAmendment("a1"), by=HUGO).refused("not-entitled", "Only its sponsor")
    accepted().when(WithdrawAmendment("a1"), by=ANNA).refused("out-of-order", "been accepted")


def test_an_accepted_amendment_is_the_text_and_a_source_of_it() -> None:
    past = proposed()
    by, accept = accepting(past)
    runs = (
        Run("Parties should pay", ("b1/d1",)),
        Run(" all", ("amendment/a1",)),
        Run(" artists fairly in the digital environment.", ("b1/d1",)),
    )
    past.when(accept, by=by).then(AmendmentAccepted("a1", "r1", runs, at=NOON, by=CHIDI))
    after = accepted()
    after.when(accept, by=by).then()
    assert recommendation(after).runs == runs
    assert (recommendation(after).text, recommendation(after).version) == (ALL, 2)
    assert after.forum.amendments["a1"].stage is Stage.ACCEPTED


def test_an_amendment_is_accepted_into_the_text_on_the_chairs_screen() -> None:
    past = proposed()
    past.when(AcceptAmendment("a1", 1, "0" * 64), by=CHIDI).refused("stale")
    past.when(AcceptAmendment("a1", 2, digest(past)), by=CHIDI).refused("stale")
    past.when(AcceptAmendment("a1", 1, digest(past)), by=SAMI).refused("not-entitled")
    past.when(AcceptAmendment("a9", 1, digest(past)), by=CHIDI).refused("unknown")


def test_amendments_are_dealt_with_under_discussion() -> None:
    past = proposed().having((CHIDI, LayAside("r1")))
    past.when_asked(*accepting(past)).refused("out-of-order", "not under discussion")
    past.when(REJECT, by=CHIDI).refused("out-of-order", "not under discussion")


def test_an_amendment_elsewhere_in_the_text_is_carried_over() -> None:
    past = proposed().having(proposing(EVERYWHERE, "a2", by=HUGO))
    both = ALL.replace("digital", "digital and analogue")
    by, accept = accepting(past)
    events = accept_of(past)
    assert events[1:] == (AmendmentCarriedOver("a2", 2, ALL, both, at=NOON, by=CHIDI),)
    there = past.having((by, accept)).forum.amendments["a2"]
    assert (there.text, there.proposed, there.stage) == (both, EVERYWHERE, Stage.OPEN)


def accept_of(past: Playbook, id: str = "a1") -> tuple[object, ...]:
    before = len(past.past)
    return past.having(accepting(past, id)).past[before:]


def test_carried_over_amendments_make_the_text_their_sponsors_meant() -> None:
    past = proposed().having(proposing(EVERYWHERE, "a2", by=HUGO))
    first = past.having(accepting(past))
    second = first.having(accepting(first, "a2"))
    assert recommendation(second).text == ALL.replace("digital", "digital and analogue")
    sources = {source for run in recommendation(second).runs for source in run.sources}
    assert sources == {"b1/d1", "amendment/a1", "amendment/a2"}


def test_an_amendment_to_the_same_words_goes_back_to_its_sponsor() -> None:
    past = proposed().having(proposing(SOME, "a2", by=HUGO))
    assert accept_of(past)[1:] == (AmendmentHandedBack("a2", at=NOON, by=CHIDI),)
    after = past.having(accepting(past))
    there = after.forum.amendments["a2"]
    assert (there.stage, there.contained, there.text) == (Stage.HANDED_BACK, False, SOME)
    after.when_asked(*accepting(after, "a2")).refused("out-of-order", "its sponsor")
    withdrawn = AmendmentWithdrawn("a2", at=NOON, by=HUGO)
    after.when(WithdrawAmendment("a2"), by=HUGO).then(withdrawn)


def test_an_amendment_that_asked_for_the_same_is_told_that_it_is_contained() -> None:
    past = proposed().having(proposing(ALL, "a2", by=HUGO))
    assert accept_of(past)[1:] == (AmendmentHandedBack("a2", contained=True, at=NOON, by=CHIDI),)
    assert past.having(accepting(past)).forum.amendments["a2"].contained


def test_amendments_that_leave_nothing_together_are_not_carried_over() -> None:
    first, second = FAIR[: FAIR.index(" artists")], FAIR[FAIR.index("artists") :]
    past = in_discussion().having(proposing(first, "a1"), proposing(second, "a2", by=HUGO))
    assert accept_of(past)[1:] == (AmendmentHandedBack("a2", at=NOON, by=CHIDI),)


def test_the_chair_rejects_an_amendment_once() -> None:
    proposed().when(REJECT, by=CHIDI).then(REJECTED)
    past = proposed().having((CHIDI, REJECT))
    past.when(REJECT, by=CHIDI).then()
    assert past.forum.amendments["a1"].outcome_reason == "Said already."
    assert recommendation(past).text == FAIR
    proposed().when(RejectAmendment("a1", "x" * 501), by=CHIDI).refused("too-long")
    proposed().when(REJECT, by=ROSA).refused("not-entitled")
    accepted().when(REJECT, by=CHIDI).refused("out-of-order", "been accepted")


def test_open_amendments_stand_in_the_order_they_were_proposed() -> None:
    past = proposed().having(proposing(SOME, "a0", by=HUGO), proposing(EVERYWHERE, "a3"))
    rejected = past.having((CHIDI, REJECT))
    assert [there.id for there in open_ones(rejected.forum.amendments, "r1")] == ["a0", "a3"]

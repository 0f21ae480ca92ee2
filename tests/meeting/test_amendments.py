from msgspec.structs import replace

from facilitate.meeting import Attendance
from facilitate.meeting.amendments import (
    AcceptAmendments,
    AcceptDeletion,
    Amendment,
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentLapsed,
    AmendmentProposed,
    AmendmentRejected,
    AmendmentRevised,
    AmendmentSupported,
    AmendmentWithdrawn,
    DeletionAccepted,
    ProposeAmendment,
    ProposeDeletion,
    ProposeRecommendation,
    RecommendationTakenUp,
    RejectAmendment,
    ReviseAmendment,
    Stage,
    SupportAmendment,
    SupportWithdrawn,
    TakeUpRecommendation,
    WithdrawAmendment,
    WithdrawSupport,
    Wording,
    open_ones,
)
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.recommendations import (
    Defer,
    DoNotAdopt,
    LayAside,
    Object,
    OpenRecommendation,
    RecommendationDecided,
)
from facilitate.meeting.recommendations import Stage as Outcome
from facilitate.text.collation import Run
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    FAIR,
    HUGO,
    NOON,
    OLGA,
    PARTIES,
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
        "a1", 1, "r1", 1, FAIR, ALL, "Clearer.", ANNA, Attendance.REMOTE, NOON
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
    deferred.when(SupportAmendment("a1"), by=HUGO).refused("out-of-order", "has lapsed")


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
    _, seen = accepting(past)
    assert isinstance(seen, AcceptAmendments)
    for other, code in (
        (replace(seen, digest="0" * 64), "stale"),
        (replace(seen, version=2), "stale"),
        (replace(seen, result="0" * 64), "stale"),
        (replace(seen, amendments=("a9",)), "unknown"),
        (replace(seen, amendments=()), "unknown"),
        (replace(seen, recommendation="r2"), "unknown"),
    ):
        past.when(other, by=CHIDI).refused(code)
    past.when(seen, by=SAMI).refused("not-entitled")


def test_what_its_sponsor_has_revised_since_it_was_on_the_screen_is_not_accepted() -> None:
    past = proposed()
    by, seen = accepting(past)
    revised = past.having((ANNA, ReviseAmendment("a1", 1, SOME, "")))
    revised.when_asked(by, seen).refused("stale", "An amendment has changed")


def test_several_are_accepted_at_once_and_make_the_text_that_was_seen() -> None:
    past = proposed().having(proposing(EVERYWHERE, "a2", by=HUGO))
    past = past.having(proposing(f"{FAIR} Now.", "a3", by=HUGO))
    both = ALL.replace("digital", "digital and analogue")
    by, accept = accepting(past, "a2", "a1")
    after = past.having((by, accept))
    made = after.past[len(past.past) :]
    assert [type(event) for event in made] == [
        AmendmentAccepted,
        AmendmentAccepted,
        AmendmentCarriedOver,
    ]
    assert (recommendation(after).text, recommendation(after).version) == (both, 3)
    one_by_one = past.having(accepting(past))
    one_by_one = one_by_one.having(accepting(one_by_one, "a2"))
    assert recommendation(one_by_one).runs == recommendation(after).runs
    assert after.forum.amendments["a3"].text == one_by_one.forum.amendments["a3"].text
    after.when_asked(by, accept).then()


def test_those_that_change_the_same_words_are_not_accepted_together() -> None:
    past = proposed().having(proposing(SOME, "a2", by=HUGO))
    past.when_asked(*accepting(past, "a1", "a2")).refused("out-of-order", "the same words")


def test_two_that_ask_for_the_same_are_both_accepted() -> None:
    past = proposed().having(proposing(ALL, "a2", by=HUGO))
    after = past.having(accepting(past, "a1", "a2"))
    assert [a.stage for a in after.forum.amendments.values()] == [Stage.ACCEPTED] * 2
    assert recommendation(after).text == ALL


def test_amendments_are_dealt_with_under_discussion() -> None:
    past = proposed().having((CHIDI, LayAside("r1")))
    past.when_asked(*accepting(past)).refused("out-of-order", "not under discussion")
    past.when(REJECT, by=CHIDI).refused("out-of-order", "not under discussion")


def test_an_amendment_elsewhere_in_the_text_is_carried_over() -> None:
    past = proposed().having(proposing(EVERYWHERE, "a2", by=HUGO))
    both = ALL.replace("digital", "digital and analogue")
    by, accept = accepting(past)
    events = accept_of(past)
    carried_over = AmendmentCarriedOver("a2", 2, ALL, both, ("a1",), at=NOON, by=CHIDI)
    assert events[1:] == (carried_over,)
    there = past.having((by, accept)).forum.amendments["a2"]
    assert (there.text, there.proposed, there.stage) == (both, EVERYWHERE, Stage.OPEN)
    assert there.earlier == (Wording(FAIR, EVERYWHERE, "Clearer.", NOON, accepted=("a1",)),)


def test_what_stands_in_another_paragraph_is_untouched() -> None:
    two = f"{FAIR}\n\nThey should report on it."
    past = in_discussion().having(proposing(two, "a0"))
    past = past.having(accepting(past, "a0"))
    past = past.having(proposing(two.replace("artists", "all artists"), version=2))
    past = past.having(proposing(f"{two} Soon.", "a2", by=HUGO, version=2))
    (carried_over,) = accept_of(past)[1:]
    assert isinstance(carried_over, AmendmentCarriedOver)
    assert carried_over.apart


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
    back = AmendmentHandedBack("a2", accepted=("a1",), at=NOON, by=CHIDI)
    assert accept_of(past)[1:] == (back,)
    after = past.having(accepting(past))
    there = after.forum.amendments["a2"]
    assert (there.stage, there.contained, there.text) == (Stage.HANDED_BACK, False, SOME)
    after.when_asked(*accepting(after, "a2")).refused("out-of-order", "its sponsor")
    withdrawn = AmendmentWithdrawn("a2", at=NOON, by=HUGO)
    after.when(WithdrawAmendment("a2"), by=HUGO).then(withdrawn)


def test_an_amendment_that_asked_for_the_same_is_told_that_it_is_contained() -> None:
    past = proposed().having(proposing(ALL, "a2", by=HUGO))
    back = AmendmentHandedBack("a2", contained=True, accepted=("a1",), at=NOON, by=CHIDI)
    assert accept_of(past)[1:] == (back,)
    assert past.having(accepting(past)).forum.amendments["a2"].contained


def test_amendments_that_leave_nothing_together_are_not_carried_over() -> None:
    first, second = FAIR[: FAIR.index(" artists")], FAIR[FAIR.index("artists") :]
    past = in_discussion().having(proposing(first, "a1"), proposing(second, "a2", by=HUGO))
    back = AmendmentHandedBack("a2", accepted=("a1",), at=NOON, by=CHIDI)
    assert accept_of(past)[1:] == (back,)


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


# --- revised, and other ways to amend ------------------------------------------------


def test_its_sponsor_revises_an_amendment_and_support_is_asked_anew() -> None:
    past = proposed().having(SUPPORTED)
    revise = ReviseAmendment("a1", 1, f" {SOME} ", " Not all. ")
    revised = AmendmentRevised("a1", 1, FAIR, SOME, "Not all.", at=NOON, by=ANNA)
    past.when(revise, by=ANNA).then(revised)
    there = past.having((ANNA, revise)).forum.amendments["a1"]
    assert (there.text, there.proposed, there.first) == (SOME, SOME, ALL)
    assert not there.supporters
    (earlier,) = there.earlier
    assert (earlier.text, list(earlier.supporters), earlier.revised) == (ALL, [HUGO], True)
    past.having((ANNA, revise)).when(PROPOSE, by=ANNA).then()


def test_a_revision_is_the_sponsors_and_says_something_else_about_the_text_as_it_stands() -> None:
    past = proposed()
    past.when(ReviseAmendment("a1", 1, SOME, ""), by=HUGO).refused("not-entitled", "Only its")
    past.when(ReviseAmendment("a1", 2, SOME, ""), by=ANNA).refused("stale")
    past.when(ReviseAmendment("a1", 1, FAIR, ""), by=ANNA).refused("out-of-order", "Change a word")
    past.when(ReviseAmendment("a1", 1, "", ""), by=ANNA).refused("empty")
    accepted().when(ReviseAmendment("a1", 2, SOME, ""), by=ANNA).refused("out-of-order")


def test_what_was_handed_back_is_put_again_in_other_words() -> None:
    past = proposed().having(proposing(SOME, "a2", by=HUGO))
    past = past.having(accepting(past))
    again = past.having((HUGO, ReviseAmendment("a2", 2, f"{ALL} Soon.", "")))
    there = again.forum.amendments["a2"]
    assert (there.stage, there.base, there.version) == (Stage.OPEN, ALL, 2)


def test_what_is_open_lapses_when_its_text_is_deferred_or_not_adopted() -> None:
    for outcome in (Defer, DoNotAdopt):
        past = proposed()
        after = past.having((CHIDI, outcome("r1", 1, digest(past), "No time.")))
        assert after.past[-1] == AmendmentLapsed("a1", at=NOON, by=CHIDI)
        assert after.forum.amendments["a1"].stage is Stage.LAPSED
        after.when(ReviseAmendment("a1", 1, SOME, ""), by=ANNA).refused("out-of-order")


def test_what_has_lapsed_is_put_again_when_its_text_comes_back() -> None:
    past = proposed().having((CHIDI, Defer("r1", 1, digest(proposed()), "No time.")))
    past = past.having((CHIDI, OpenRecommendation("r1")))
    again = past.having((ANNA, ReviseAmendment("a1", 1, SOME, "")))
    assert again.forum.amendments["a1"].stage is Stage.OPEN


DELETE = ProposeDeletion("r1", "a1", 1, " Said in r2. ")


def test_that_the_whole_recommendation_should_go_is_an_amendment() -> None:
    asked = AmendmentProposed(
        "a1", "r1", 1, FAIR, "", "Said in r2.", Attendance.REMOTE, at=NOON, by=ANNA
    )
    in_discussion().when(DELETE, by=ANNA).then(asked)
    in_discussion().when(ProposeDeletion("r1", "a1", 1, " "), by=ANNA).refused("empty")
    assert in_discussion().having((ANNA, DELETE)).forum.amendments["a1"].deletes


def test_a_recommendation_that_is_to_go_is_not_adopted_for_the_sponsors_reason() -> None:
    past = in_discussion().having((ANNA, DELETE), proposing(SOME, "a2", by=HUGO))
    accept = AcceptDeletion("a1", 1, digest(past))
    past.when(accept, by=CHIDI).then(
        DeletionAccepted("a1", "r1", at=NOON, by=CHIDI),
        RecommendationDecided(
            "r1",
            Outcome.NOT_ADOPTED,
            1,
            digest(past),
            FAIR,
            hall=4,
            remote=2,
            reason="Said in r2.",
            at=NOON,
            by=CHIDI,
        ),
        AmendmentLapsed("a2", at=NOON, by=CHIDI),
    )
    past.when(AcceptDeletion("a2", 1, digest(past)), by=CHIDI).refused("unknown")
    past.when(AcceptDeletion("a1", 1, "0" * 64), by=CHIDI).refused("stale")
    past.when_asked(*accepting(past, "a1")).refused("unknown")


def test_a_deletion_is_carried_over_whatever_the_text_becomes() -> None:
    past = in_discussion().having((ANNA, DELETE), proposing(SOME, "a2", by=HUGO))
    after = past.having(accepting(past, "a2"))
    there = after.forum.amendments["a1"]
    assert (there.base, there.text, there.version, there.stage) == (SOME, "", 2, Stage.OPEN)


ADD = ProposeRecommendation("n1", PARTIES, " Open archives. ", " Nobody said it. ")


def test_a_new_recommendation_is_proposed_supported_and_taken_up_by_the_chair() -> None:
    past = in_discussion().having((ANNA, ADD), (HUGO, SupportAmendment("n1")))
    there = past.forum.amendments["n1"]
    assert (there.adds, there.text, there.addressee) == (True, "Open archives.", PARTIES)
    take_up = TakeUpRecommendation("n1", there.digest)
    runs = (Run("Open archives.", ("amendment/n1",)),)
    past.when(take_up, by=CHIDI).then(RecommendationTakenUp("n1", PARTIES, runs, at=NOON, by=CHIDI))
    after = past.having((CHIDI, take_up))
    assert after.forum.recommendations.order == ("r1", "r2", "n1")
    assert recommendation(after, "n1").text == "Open archives."
    after.when(take_up, by=CHIDI).then()


def test_a_new_recommendation_is_revised_rejected_and_never_taken_up_unseen() -> None:
    past = in_discussion().having((ANNA, ADD))
    seen = TakeUpRecommendation("n1", past.forum.amendments["n1"].digest)
    revised = past.having((ANNA, ReviseAmendment("n1", 0, "Open all archives.", "")))
    revised.when(seen, by=CHIDI).refused("stale", "An amendment has changed")
    rejected = past.having((CHIDI, RejectAmendment("n1", "Said already.")))
    assert rejected.forum.amendments["n1"].stage is Stage.REJECTED
    past.when(ProposeRecommendation("r1", PARTIES, "x", ""), by=ANNA).refused("already-taken")
    waits = before_the_plenary().having((ANNA, ADD))
    waits.when(seen, by=CHIDI).refused("out-of-order", "not been opened")


def test_an_amendment_says_which_objection_it_answers() -> None:
    past = in_discussion().having((HUGO, Object("r1", "Not all artists are named.")))
    answer = ProposeAmendment("r1", "a1", 1, ALL, "", answers=HUGO)
    assert past.having((ANNA, answer)).forum.amendments["a1"].answers == HUGO
    other = ProposeAmendment("r1", "a1", 1, ALL, "", answers=ROSA)
    past.when(other, by=ANNA).refused("unknown", "no longer stands")

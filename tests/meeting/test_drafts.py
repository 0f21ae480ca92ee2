import pytest

from facilitate.meeting import Command, Event
from facilitate.meeting.breakouts import BreakoutOpened, ContributionsClosed
from facilitate.meeting.breakouts import Stage as BreakoutStage
from facilitate.meeting.consolidation import FormGroup, SetMemberAside
from facilitate.meeting.contributions import Contribute, Kind, WithdrawContribution
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    CitationDropped,
    CiteContribution,
    ContributionCited,
    Draft,
    DraftRecommendation,
    DraftRecommendationAdded,
    DraftRecommendationMoved,
    DraftRecommendationRemoved,
    DraftRecommendationRestored,
    DraftRecommendationRevised,
    DraftRecommendationsJoined,
    DraftRecommendationSplit,
    DraftSubmitted,
    DraftTakenBack,
    DropCitation,
    JoinDraftRecommendations,
    MoveDraftRecommendation,
    RemoveDraftRecommendation,
    RestoreDraftRecommendation,
    ReviseDraftRecommendation,
    SplitDraftRecommendation,
    SubmitDraft,
    TakeBackDraft,
    Written,
    digest_of,
)
from tests.meeting.playbook import ANNA, NOON, ONE, PARTIES, RAUL, ROSA, SAMI, Playbook, given

GOVERNING_BODY = Addressee.GOVERNING_BODY
OPENED = BreakoutOpened("b1", ONE, at=NOON, by=SAMI)
CLOSED = ContributionsClosed("b1", at=NOON, by=SAMI)
SAID: tuple[str, Command] = (
    ANNA,
    Contribute("b1", "k1", Kind.GAP, "Streaming pays nothing.", "en"),
)


def added(id: str, text: str, after: str | None = None) -> DraftRecommendationAdded:
    return DraftRecommendationAdded("b1", id, PARTIES, text, after, at=NOON, by=ROSA)


ONE_THERE = added("d1", "Pay artists.")
TWO_THERE = added("d2", "Count streams.")
REVISED = DraftRecommendationRevised("b1", "d1", PARTIES, "Pay all artists.", at=NOON, by=ROSA)
SUBMITTED = DraftSubmitted("b1", 2, ("Pay artists.", "Count streams."), at=NOON, by=ROSA)


def drafting(*past: Event) -> Playbook:
    return given(OPENED, ONE_THERE, TWO_THERE, *past)


def draft_of(playbook: Playbook) -> Draft:
    return playbook.forum.drafts["b1"]


def order(playbook: Playbook) -> tuple[str, ...]:
    return draft_of(playbook).order


def test_a_rapporteur_adds_a_recommendation_at_the_end_or_behind_another() -> None:
    add = AddDraftRecommendation("b1", "d3", PARTIES, " Report. ")
    drafting().when(add, by=ROSA).then(added("d3", "Report."))
    assert order(drafting(added("d3", "Report."))) == ("d1", "d2", "d3")
    behind = AddDraftRecommendation("b1", "d3", PARTIES, "Report.", after="d1")
    drafting().when(behind, by=ROSA).then(added("d3", "Report.", "d1"))
    assert order(drafting(added("d3", "Report.", "d1"))) == ("d1", "d3", "d2")


def test_an_empty_recommendation_may_be_begun() -> None:
    drafting().when(AddDraftRecommendation("b1", "d3", PARTIES, ""), by=ROSA).then(added("d3", ""))


def test_a_recommendation_sent_twice_is_added_once() -> None:
    again = AddDraftRecommendation("b1", "d1", PARTIES, "Pay artists.")
    drafting().when(again, by=ROSA).then()
    other = AddDraftRecommendation("b1", "d1", PARTIES, "Pay nobody.")
    drafting().when(other, by=ROSA).refused("already-taken")


def test_the_id_of_what_was_removed_stays_taken() -> None:
    removed = DraftRecommendationRemoved("b1", "d1", at=NOON, by=ROSA)
    again = AddDraftRecommendation("b1", "d1", PARTIES, "Pay artists.")
    drafting(removed).when(again, by=ROSA).refused("already-taken")


def test_a_recommendation_behind_one_that_is_gone_is_refused() -> None:
    add = AddDraftRecommendation("b1", "d3", PARTIES, "Report.", after="d9")
    drafting().when(add, by=ROSA).refused("unknown", "no longer there")


def test_a_new_recommendation_cites_each_contribution_once() -> None:
    add = AddDraftRecommendation("b1", "d3", PARTIES, "Report.", cites=("k1", "k1"))
    there = DraftRecommendationAdded(
        "b1", "d3", PARTIES, "Report.", cites=("k1",), at=NOON, by=ROSA
    )
    drafting().having(SAID).when(add, by=ROSA).then(there)


@pytest.mark.parametrize(
    "command",
    [
        AddDraftRecommendation("b1", "d3", PARTIES, "Report."),
        ReviseDraftRecommendation("b1", "d1", 1, PARTIES, "Report."),
        SubmitDraft("b1", 2),
        TakeBackDraft("b1"),
    ],
)
def test_a_draft_is_written_by_the_rapporteurs_of_its_breakout(command: Command) -> None:
    drafting().when(command, by=RAUL).refused("not-entitled", "Only the rapporteurs")
    drafting().when(command, by=SAMI).refused("not-entitled")


def test_a_draft_of_an_unknown_breakout_is_refused() -> None:
    given().when(SubmitDraft("b9", 0), by=ROSA).refused("unknown")


def test_a_paragraph_is_saved_over_the_version_that_was_seen() -> None:
    revise = ReviseDraftRecommendation("b1", "d1", 1, PARTIES, "Pay all artists. ")
    drafting().when(revise, by=ROSA).then(REVISED)
    drafting(REVISED).when(revise, by=ROSA).then()
    assert draft_of(drafting(REVISED)).recommendations["d1"] == DraftRecommendation(
        "d1", PARTIES, "Pay all artists.", 2, written_by=(ROSA,), revised_at=NOON
    )


def test_a_save_over_another_version_is_stale() -> None:
    revise = ReviseDraftRecommendation("b1", "d1", 1, PARTIES, "Pay some artists.")
    drafting(REVISED).when(revise, by=ROSA).refused("stale")


def test_a_changed_addressee_is_a_change() -> None:
    revise = ReviseDraftRecommendation("b1", "d1", 1, GOVERNING_BODY, "Pay artists.")
    drafting().when(revise, by=ROSA).then(
        DraftRecommendationRevised("b1", "d1", GOVERNING_BODY, "Pay artists.", at=NOON, by=ROSA)
    )


def test_a_paragraph_has_8000_characters_at_most() -> None:
    long = "x" * 8_001
    drafting().when(AddDraftRecommendation("b1", "d3", PARTIES, long), by=ROSA).refused("too-long")
    revise = ReviseDraftRecommendation("b1", "d1", 1, PARTIES, long)
    drafting().when(revise, by=ROSA).refused("too-long", "8001")
    split = SplitDraftRecommendation("b1", "d1", 1, f"Pay.\n\n{long}", "d3")
    drafting().when(split, by=ROSA).refused("too-long")


def test_what_is_gone_is_not_revised() -> None:
    revise = ReviseDraftRecommendation("b1", "d9", 1, PARTIES, "Pay.")
    drafting().when(revise, by=ROSA).refused("unknown", "no longer there")


def test_a_recommendation_is_moved_behind_another_or_to_the_front() -> None:
    to_front = DraftRecommendationMoved("b1", "d2", at=NOON, by=ROSA)
    drafting().when(MoveDraftRecommendation("b1", "d2"), by=ROSA).then(to_front)
    drafting(to_front).when(MoveDraftRecommendation("b1", "d2"), by=ROSA).then()
    behind = DraftRecommendationMoved("b1", "d1", "d2", at=NOON, by=ROSA)
    drafting().when(MoveDraftRecommendation("b1", "d1", "d2"), by=ROSA).then(behind)
    assert order(drafting(to_front)) == order(drafting(behind)) == ("d2", "d1")


def test_a_move_that_moves_nothing_or_names_what_is_gone() -> None:
    drafting().when(MoveDraftRecommendation("b1", "d2", "d1"), by=ROSA).then()
    drafting().when(MoveDraftRecommendation("b1", "d2", "d2"), by=ROSA).then()
    drafting().when(MoveDraftRecommendation("b1", "d9"), by=ROSA).refused("unknown")
    drafting().when(MoveDraftRecommendation("b1", "d1", "d9"), by=ROSA).refused("unknown")


BOTH = "Pay artists.\r\n \r\nReport on it.\r\n\r\nEvery year."
SPLIT = DraftRecommendationSplit(
    "b1", "d1", "Pay artists.", "d3", "Report on it.\n\nEvery year.", at=NOON, by=ROSA
)


def test_a_paragraph_is_split_at_its_first_empty_line() -> None:
    split = SplitDraftRecommendation("b1", "d1", 1, BOTH, "d3")
    drafting().when(split, by=ROSA).then(SPLIT)
    drafting(SPLIT).when(split, by=ROSA).then()
    assert order(drafting(SPLIT)) == ("d1", "d3", "d2")


def test_both_halves_keep_what_the_whole_cited() -> None:
    cited = ContributionCited("b1", "d1", "k1", at=NOON, by=ROSA)
    after = draft_of(drafting(cited, SPLIT)).recommendations
    assert after["d1"].cites == after["d3"].cites == ("k1",)
    assert (after["d1"].version, after["d3"].version) == (2, 1)


def test_a_split_never_drops_words_into_an_id_in_use() -> None:
    for taken in ("d1", "d2"):
        split = SplitDraftRecommendation("b1", "d1", 1, BOTH, taken)
        drafting().when(split, by=ROSA).refused("already-taken")
    removed = DraftRecommendationRemoved("b1", "d2", at=NOON, by=ROSA)
    split = SplitDraftRecommendation("b1", "d1", 1, BOTH, "d2")
    drafting(removed).when(split, by=ROSA).refused("already-taken")


def test_a_split_needs_an_empty_line_and_the_version_seen() -> None:
    whole = SplitDraftRecommendation("b1", "d1", 1, "Pay artists.", "d3")
    drafting().when(whole, by=ROSA).refused("empty", "empty line")
    stale = SplitDraftRecommendation("b1", "d1", 7, BOTH, "d3")
    drafting().when(stale, by=ROSA).refused("stale")
    gone = SplitDraftRecommendation("b1", "d9", 1, BOTH, "d3")
    drafting().when(gone, by=ROSA).refused("unknown")


JOIN = JoinDraftRecommendations("b1", "d1", 1, "d2", 1)
JOINED = DraftRecommendationsJoined(
    "b1", "d1", "Pay artists. Count streams.", "d2", at=NOON, by=ROSA
)


def test_two_recommendations_are_joined_and_cite_what_either_cited() -> None:
    first = ContributionCited("b1", "d1", "k1", at=NOON, by=ROSA)
    second = ContributionCited("b1", "d2", "k2", at=NOON, by=ROSA)
    drafting().when(JOIN, by=ROSA).then(JOINED)
    drafting(JOINED).when(JOIN, by=ROSA).then()
    after = draft_of(drafting(first, second, JOINED))
    assert after.order == ("d1",)
    assert after.recommendations["d1"].cites == ("k1", "k2")
    assert after.removed["d2"].text == "Count streams."


def test_joining_compares_both_versions() -> None:
    drafting(REVISED).when(JOIN, by=ROSA).refused("stale")
    other = JoinDraftRecommendations("b1", "d2", 1, "d1", 1)
    drafting(REVISED).when(other, by=ROSA).refused("stale")


def test_joining_with_what_another_has_removed_meanwhile_is_refused() -> None:
    removed = DraftRecommendationRemoved("b1", "d2", at=NOON, by=ROSA)
    drafting(removed).when(JOIN, by=ROSA).refused("unknown", "no longer there")
    drafting(removed, REVISED).when(JOIN, by=ROSA).refused("stale")


def test_a_recommendation_is_not_joined_with_itself() -> None:
    drafting().when(JoinDraftRecommendations("b1", "d1", 1, "d1", 1), by=ROSA).refused("unknown")


def test_a_joined_paragraph_keeps_to_its_length() -> None:
    long = added("d3", "x" * 7_995)
    join = JoinDraftRecommendations("b1", "d3", 1, "d1", 1)
    drafting(long).when(join, by=ROSA).refused("too-long")


def test_what_is_removed_can_be_restored() -> None:
    removed = DraftRecommendationRemoved("b1", "d1", at=NOON, by=ROSA)
    restored = DraftRecommendationRestored("b1", "d1", at=NOON, by=ROSA)
    remove, restore = (
        RemoveDraftRecommendation("b1", "d1", 1),
        RestoreDraftRecommendation("b1", "d1"),
    )
    drafting().when(remove, by=ROSA).then(removed)
    drafting(removed).when(remove, by=ROSA).then()
    drafting(removed).when(restore, by=ROSA).then(restored)
    drafting(removed, restored).when(restore, by=ROSA).then()
    assert order(drafting(removed, restored)) == ("d2", "d1")


def test_removing_compares_versions_and_restoring_needs_something_removed() -> None:
    drafting().when(RemoveDraftRecommendation("b1", "d1", 2), by=ROSA).refused("stale")
    drafting().when(RemoveDraftRecommendation("b1", "d9", 1), by=ROSA).refused("unknown")
    drafting().when(RestoreDraftRecommendation("b1", "d9"), by=ROSA).refused("unknown")


def test_a_contribution_is_cited_once_and_the_citation_dropped_once() -> None:
    cited = ContributionCited("b1", "d1", "k1", at=NOON, by=ROSA)
    dropped = CitationDropped("b1", "d1", "k1", at=NOON, by=ROSA)
    past = drafting().having(SAID)
    past.when(CiteContribution("b1", "d1", "k1"), by=ROSA).then(cited)
    both = past.having((ROSA, CiteContribution("b1", "d1", "k1")))
    both.when(CiteContribution("b1", "d1", "k1"), by=ROSA).then()
    both.when(DropCitation("b1", "d1", "k1"), by=ROSA).then(dropped)
    past.when(DropCitation("b1", "d1", "k1"), by=ROSA).then()


def test_a_contribution_is_cited_with_its_words_once() -> None:
    words = CiteContribution("b1", "d1", "k1", with_words=True)
    past = drafting().having(SAID)
    there, said = past.forum.drafts["b1"].recommendations["d1"], SAID[1].text  # type: ignore[union-attr]
    quoted = DraftRecommendationRevised(
        "b1", "d1", there.addressee, f"{there.text} {said}", "k1", at=NOON, by=ROSA
    )
    cited = ContributionCited("b1", "d1", "k1", at=NOON, by=ROSA)
    past.when(words, by=ROSA).then(cited, quoted)
    past.having((ROSA, CiteContribution("b1", "d1", "k1"))).when(words, by=ROSA).then(quoted)
    past.having((ROSA, words)).when(words, by=ROSA).then()


def test_only_what_stands_is_cited_and_only_where_there_is_a_recommendation() -> None:
    past = drafting().having(SAID)
    drafting().when(CiteContribution("b1", "d1", "k1"), by=ROSA).refused("unknown")
    past.when(CiteContribution("b1", "d9", "k1"), by=ROSA).refused("unknown")
    past.when(DropCitation("b1", "d9", "k1"), by=ROSA).refused("unknown")
    withdrawn = past.having((ANNA, WithdrawContribution("k1")))
    withdrawn.when(CiteContribution("b1", "d1", "k1"), by=ROSA).refused("out-of-order", "stands")
    add = AddDraftRecommendation("b1", "d3", PARTIES, "Report.", cites=("k1",))
    withdrawn.when(add, by=ROSA).refused("out-of-order")


def test_the_draft_that_was_seen_is_submitted_once() -> None:
    drafting(CLOSED).when(SubmitDraft("b1", 2), by=ROSA).then(SUBMITTED)
    drafting(CLOSED, SUBMITTED).when(SubmitDraft("b1", 2), by=ROSA).then()
    forum = drafting(CLOSED, SUBMITTED).forum
    assert forum.breakouts["b1"].stage is BreakoutStage.REPORTED
    assert forum.drafts["b1"].submitted_by == ROSA


def test_what_is_submitted_says_who_wrote_it_if_that_is_known() -> None:
    texts = SUBMITTED.texts
    runs = tuple((Written(text[:3], ROSA), Written(text[3:], ANNA, "k1")) for text in texts)
    submitted = DraftSubmitted("b1", 2, texts, runs, digest_of(texts, runs), at=NOON, by=ROSA)
    drafting(CLOSED).when(SubmitDraft("b1", 2, runs), by=ROSA).then(submitted)
    drafting(CLOSED).when(SubmitDraft("b1", 2, runs[:1]), by=ROSA).refused("stale")


def test_a_draft_that_has_changed_or_has_no_words_is_not_submitted() -> None:
    drafting(CLOSED).when(SubmitDraft("b1", 1), by=ROSA).refused("stale", "has changed")
    given(OPENED, CLOSED).when(SubmitDraft("b1", 0), by=ROSA).refused("empty", "needs words")
    blank = added("d3", "")
    drafting(blank, CLOSED).when(SubmitDraft("b1", 3), by=ROSA).refused("empty")


def test_a_draft_is_submitted_once_contributions_are_closed() -> None:
    drafting().when(SubmitDraft("b1", 2), by=ROSA).refused("out-of-order", "still hears")


def test_after_the_report_nothing_is_written() -> None:
    past = drafting(CLOSED, SUBMITTED)
    revise = ReviseDraftRecommendation("b1", "d1", 1, PARTIES, "Pay.")
    past.when(revise, by=ROSA).refused("out-of-order", "submitted its draft")


def test_a_submitted_draft_is_taken_back_once() -> None:
    back = DraftTakenBack("b1", at=NOON, by=ROSA)
    drafting(CLOSED, SUBMITTED).when(TakeBackDraft("b1"), by=ROSA).then(back)
    drafting(CLOSED, SUBMITTED, back).when(TakeBackDraft("b1"), by=ROSA).then()
    drafting().when(TakeBackDraft("b1"), by=ROSA).refused("out-of-order")
    assert drafting(CLOSED, SUBMITTED, back).forum.breakouts["b1"].stage is BreakoutStage.DRAFTING


@pytest.mark.parametrize(
    "work", [FormGroup("g1", ("b1/d1",)), SetMemberAside("b1/d2", "Said by all already.")]
)
def test_a_draft_the_drafting_group_works_on_is_not_taken_back(work: Command) -> None:
    past = drafting(CLOSED, SUBMITTED).having((SAMI, work))
    past.when(TakeBackDraft("b1"), by=ROSA).refused("out-of-order", "drafting group works on")

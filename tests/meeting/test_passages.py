"""Of every word of a draft it is known whose it is, and of a contribution where its words went."""

from facilitate.meeting.breakouts import BreakoutOpened, ContributionsClosed
from facilitate.meeting.drafts import (
    Draft,
    DraftRecommendationAdded,
    DraftSubmitted,
    DropCitation,
    SubmitDraft,
    TakeBackDraft,
    Written,
)
from facilitate.meeting.passages import Passage, passages, taken_from_contributions, written_at
from tests.meeting.playbook import ANNA, NOON, PARTIES, RAUL, ROSA, SAMI, given

THEIRS = Written("Nobody pays us.", ANNA, "k1")
ALSO = Written("Dams harm.", ANNA, "k2")
HERE = (Written("All: ", ROSA), THEIRS), (Written("Pay. ", ROSA), ALSO)
THERE = ((THEIRS, Written(" So pay.", RAUL)),)


def submitted(
    breakout: str, by: str, runs: tuple[tuple[Written, ...], ...]
) -> tuple[BreakoutOpened | DraftRecommendationAdded | ContributionsClosed | DraftSubmitted, ...]:
    texts = tuple("".join(run.text for run in each) for each in runs)
    written = [
        DraftRecommendationAdded(breakout, f"{breakout}-{n}", PARTIES, text, at=NOON, by=by)
        for n, text in enumerate(texts)
    ]
    return (
        BreakoutOpened(breakout, NOON, at=NOON, by=SAMI),
        *written,
        ContributionsClosed(breakout, at=NOON, by=SAMI),
        DraftSubmitted(breakout, len(texts), texts, runs, at=NOON, by=by),
    )


BOTH = given(*submitted("b1", ROSA, HERE), *submitted("b2", RAUL, THERE))


def test_words_from_one_contribution_in_two_drafts_are_both_known() -> None:
    index = taken_from_contributions(BOTH.forum.drafts)
    assert set(index) == {"k1", "k2"}
    assert set(index["k1"]) == {
        Passage("b1", "b1-0", 5, THEIRS),
        Passage("b2", "b2-0", 0, THEIRS),
    }
    assert index["k2"] == (Passage("b1", "b1-1", 5, ALSO),)


def test_every_word_of_every_draft_is_in_a_passage() -> None:
    drafts = BOTH.forum.drafts
    all_of_them = list(passages(drafts))
    for breakout, draft in drafts.items():
        for there in draft.in_order():
            its = [p for p in all_of_them if (p.breakout, p.recommendation) == (breakout, there.id)]
            assert "".join(p.written.text for p in its) == there.text
            assert [p.start for p in its] == [0, *(p.end for p in its[:-1])]
            assert all(there.text[p.start : p.end] == p.written.text for p in its)


def test_a_word_leads_to_its_author_and_its_contribution() -> None:
    draft = BOTH.forum.drafts["b1"]
    assert written_at(draft, "b1-0", 0) == Written("All: ", ROSA)
    assert written_at(draft, "b1-0", 5) == THEIRS
    assert written_at(draft, "b1-0", len("All: Nobody pays us.")) is None
    assert written_at(Draft(), "b1-0", 0) is None


def test_what_is_taken_back_is_known_again_when_it_is_submitted_again() -> None:
    back = BOTH.having((ROSA, TakeBackDraft("b1")))
    there = Passage("b2", "b2-0", 0, THEIRS)
    assert taken_from_contributions(back.forum.drafts)["k1"] == (there,)
    version = back.forum.drafts["b1"].version
    again = back.having((ROSA, SubmitDraft("b1", version, HERE)))
    assert again.forum.drafts == BOTH.forum.drafts


def test_a_contribution_whose_words_stand_in_a_draft_is_cited_once_it_is_submitted() -> None:
    """Also where the rapporteurs dropped the citation and kept the words: each has its source."""
    draft = BOTH.forum.drafts["b1"]
    assert [there.cites for there in draft.in_order()] == [("k1",), ("k2",)]
    back = BOTH.having((ROSA, TakeBackDraft("b1")), (ROSA, DropCitation("b1", "b1-0", "k1")))
    assert back.forum.drafts["b1"].recommendations["b1-0"].cites == ()
    again = (ROSA, SubmitDraft("b1", back.forum.drafts["b1"].version, HERE))
    assert back.having(again).forum.drafts["b1"].recommendations["b1-0"].cites == ("k1",)

"""Words that drafts took from a contribution are known as its own, in whichever draft they are."""

from pathlib import Path

from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    CiteContribution,
    SplitDraftRecommendation,
    SubmitDraft,
    TakeBackDraft,
)
from facilitate.meeting.passages import taken_from_contributions
from tests.web.house import house

SAID = "Nobody pays us.\n\nAnd nobody asks."


def test_they_are_marked_on_its_page_once_the_draft_is_submitted(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        here.ask("anna", Contribute("b1", "c1", Kind.GAP, SAID, "en"))
        here.ask(
            "rita",
            AddDraftRecommendation("b1", "d1", Addressee.PARTIES, "All say:"),
            CiteContribution("b1", "d1", "c1", with_words=True),
            SplitDraftRecommendation("b1", "d1", 2, f"All say: {SAID}", "d2"),
        )
        here.ask("sam", CloseContributions("b1"))
        marked = 'taken from here: </span> Nobody pays us.<span class="said">]</span></mark>'
        assert marked not in here.get("/contributions/c1", "anna").text
        here.ask("rita", SubmitDraft("b1", here.state.drafts["b1"].version))
        page = here.get("/contributions/c1", "anna").text
        assert marked in page
        assert "All say:<mark>" in page
        taken = taken_from_contributions(here.state.drafts)["c1"]
        assert [(each.recommendation, each.written.text) for each in taken] == [
            ("d1", " Nobody pays us."),
            ("d2", "And nobody asks."),
        ]
        here.ask("rita", TakeBackDraft("b1"))
        assert marked not in here.get("/contributions/c1", "anna").text

"""Any earlier moment of a draft can be seen, with who changed what, and restored."""

from pathlib import Path

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    RemoveDraftRecommendation,
    ReviseDraftRecommendation,
)
from tests.web.house import house

PAGE = "/breakouts/b1/versions"
FIRST, SECOND = "Parties should pay.", "Parties shall pay now."


def test_a_version_is_shown_and_its_words_are_restored_as_a_new_change(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        here.ask("rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, FIRST))
        added = here.live.seq
        here.ask("rita", ReviseDraftRecommendation("b1", "d1", 1, Addressee.PARTIES, SECOND))
        page = here.get(f"{PAGE}?at={added}", "rita")
        assert f">{FIRST}</p>" in page.text
        assert "<del>" in page.text
        assert "<ins>" in page.text
        fields = {"do": "ReviseDraftRecommendation", "breakout": "b1", "id": "d1", "version": "2"}
        restored = {**fields, "addressee": "parties", "text": FIRST}
        for name, value in restored.items():
            assert f'name="{name}" value="{value}"' in page.text
        here.post("/breakouts/b1/desk", "rita", dict(restored))
        assert here.state.drafts["b1"].recommendations["d1"].text == FIRST
        assert SECOND in here.get(f"{PAGE}?at={added + 1}", "rita").text


def test_what_was_taken_out_can_be_put_back(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        here.ask("rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, FIRST))
        added = here.live.seq
        here.ask("rita", RemoveDraftRecommendation("b1", "d1", 1))
        page = here.get(f"{PAGE}?at={added}", "rita").text
        assert 'value="RestoreDraftRecommendation"' in page
        assert "Taken out, or joined to another" in page


def test_versions_are_for_those_who_write_the_draft(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        assert here.get(PAGE, "rita").status_code == 200
        assert here.get(PAGE, "anna").status_code == 403
        assert here.get(PAGE, "ramon").status_code == 403

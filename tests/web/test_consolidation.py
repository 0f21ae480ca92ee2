"""The consolidation: nothing is lost silently, and every choice is made by a form of the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import json

from facilitate.meeting.amendments import ProposeAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup
from facilitate.meeting.contributions import Contribute, HideContribution, Kind
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.groups import ChooseReading, Group
from facilitate.text.choices import Worded
from facilitate.web.pages.consolidation import (
    proposals,
    said_alike,
    unlike_any_draft,
    with_shared,
    without_place,
)
from facilitate.web.pages.group import site_of, sites
from facilitate.web.scenes import Scene
from tests.web.forms import Form, forms
from tests.web.house import House, frame, house

SHOULD = "Parties should keep rivers clean for all and report on it every two years."
SHALL = "Parties shall keep rivers clean for all and report on it every four years."
WELLS = "Local authorities dig wells where people ask for them."


@pytest.fixture
def submitted(tmp_path: Path) -> Iterator[House]:
    """Three draft recommendations, of which two say nearly the same."""
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
        there.ask("rita", draft("b1", "d1", SHOULD), draft("b1", "d2", WELLS))
        there.ask("ramon", draft("b2", "e1", SHALL))
        there.ask("sam", CloseContributions("b1"), CloseContributions("b2"))
        there.ask("rita", SubmitDraft("b1", there.state.drafts["b1"].version))
        there.ask("ramon", SubmitDraft("b2", there.state.drafts["b2"].version))
        yield there


@pytest.fixture
def grouped(submitted: House) -> House:
    """The two in a group."""
    submitted.ask("sam", FormGroup("g1", ("b1/d1", "b2/e1")))
    return submitted


def draft(breakout: str, id: str, text: str, *cites: str) -> AddDraftRecommendation:
    return AddDraftRecommendation(breakout, id, Addressee.PARTIES, text, cites=cites)


def group(there: House) -> Group:
    return there.state.consolidation.groups["g1"]


def scene(there: House) -> Scene:
    return Scene(there.live, "g1", "en", there.state.people["sam"].roles)


def on(there: House, path: str, by: str) -> list[Form]:
    return forms(there.get(path, by=by).text)


def as_proposed(there: House) -> dict[str, object]:
    """The form of the first proposed group as it stands."""
    form = next(
        f for f in on(there, "/consolidation", "rita") if len(f.every.get("members", ())) == 2
    )
    return {**form.fields, "members": form.every["members"]}


def press(there: House, path: str, by: str, do: str, **typed: str) -> str:
    form = next(
        f
        for f in on(there, path, by)
        if f.do == do and f.fields.get("site", "0") in typed.get("site", "0")
    )
    answer = there.post(path, by, {**form.fields, **form.every, **typed})
    return answer.text if answer.status_code != 303 else ""


# --- who may see it --------------------------------------------------------------


@pytest.mark.parametrize("path", ["/consolidation", "/consolidation/g1"])
@pytest.mark.parametrize("who", ["anna", "rita", "clara", "sam", "wall"])
def test_everybody_watches_and_only_the_drafting_group_acts(
    grouped: House, who: str, path: str
) -> None:
    page = grouped.get(path, by=who)
    assert page.status_code == 200
    acts = {form.do for form in forms(page.text)} - {""}
    assert bool(acts) == (who in ("rita", "sam"))


def test_a_group_that_is_not_there_is_not_shown(grouped: House) -> None:
    assert grouped.get("/consolidation/other", by="sam").status_code == 404


# --- each gets its place -----------------------------------------------------------


def test_what_is_alike_is_proposed_with_what_it_shares_and_contradicts(submitted: House) -> None:
    (proposal,) = proposals(submitted.state)
    assert proposal.members == ("b1/d1", "b2/e1")
    assert set(proposal.flags) == {"modal", "number"}
    assert ["".join(piece.text for piece in text) for text in proposal.texts] == [SHOULD, SHALL]


def test_shared_passages_are_marked_where_they_stand() -> None:
    marked = with_shared({"a": SHOULD, "b": SHALL})
    apart = [p.text for p in marked["a"] if not p.shared]
    assert "".join(p.text for p in marked["a"]) == SHOULD
    assert any("should" in text for text in apart)
    assert any("two" in text for text in apart)
    assert not any("rivers" in text for text in apart)


def test_a_proposed_group_is_formed_by_one_button(submitted: House) -> None:
    proposed = as_proposed(submitted)
    assert submitted.post("/consolidation", "rita", proposed).status_code == 303
    assert submitted.post("/consolidation", "rita", proposed).status_code == 303
    (formed,) = submitted.state.consolidation.in_order()
    assert formed.members == ("b1/d1", "b2/e1")


def test_a_group_is_formed_by_hand(submitted: House) -> None:
    form = next(f for f in on(submitted, "/consolidation", "sam") if "members" not in f.fields)
    ticked: dict[str, object] = {**form.fields, "members": ["b1/d1", "b1/d2"]}
    assert submitted.post("/consolidation", "sam", ticked).status_code == 303
    assert submitted.state.consolidation.in_order()[0].members == ("b1/d1", "b1/d2")


def test_a_group_of_none_is_refused_in_words(submitted: House) -> None:
    form = next(f for f in on(submitted, "/consolidation", "sam") if "members" not in f.fields)
    answer = submitted.post("/consolidation", "sam", {**form.fields})
    assert "Choose at least one draft recommendation" in answer.text


def test_what_has_no_place_falls_to_zero(submitted: House) -> None:
    submitted.post("/consolidation", "rita", as_proposed(submitted))
    assert without_place(submitted.state) == ("b1/d2",)
    press(submitted, "/consolidation", "rita", "SetMemberAside", reason="For another body")
    assert without_place(submitted.state) == ()
    page = submitted.get("/consolidation", by="anna").text
    assert "Every draft recommendation has its place" in page
    assert "For another body" in page
    press(submitted, "/consolidation", "sam", "TakeMemberUpAgain")
    assert without_place(submitted.state) == ("b1/d2",)


def test_a_single_one_stands_for_itself_and_joins_later(grouped: House) -> None:
    press(grouped, "/consolidation/g1", "sam", "JoinToGroup")
    assert group(grouped).members == ("b1/d1", "b2/e1", "b1/d2")
    press(grouped, "/consolidation/g1", "sam", "PartFromGroup")
    assert group(grouped).members == ("b2/e1", "b1/d2")


# --- one text ------------------------------------------------------------------------


def test_contradictions_come_first_and_nothing_jumps(grouped: House) -> None:
    before = [site.id for site in sites(scene(grouped), group(grouped))]
    assert [site.flag for site in sites(scene(grouped), group(grouped))][:2] == ["modal", "number"]
    press(grouped, "/consolidation/g1", "sam", "ChooseReading")
    assert [site.id for site in sites(scene(grouped), group(grouped))] == before


def test_readings_are_lettered_and_say_whose_they_are(grouped: House) -> None:
    first = sites(scene(grouped), group(grouped))[0]
    assert {(r.text, r.sources) for r in first.readings} == {
        ("should", "Breakout on rivers"),
        ("shall", "Breakout on wells"),
    }
    page = grouped.get("/consolidation/g1", by="anna").text
    assert "A contradiction: one obliges more than the other" in page
    assert 'data-reading="B"' in page


def test_a_place_is_settled_worded_and_opened_again(grouped: House) -> None:
    press(grouped, "/consolidation/g1", "sam", "ChooseReading", site="0", reading="1")
    assert group(grouped).choices[0] == 1
    press(grouped, "/consolidation/g1", "rita", "ReopenSite", site="0")
    assert 0 not in group(grouped).choices
    press(grouped, "/consolidation/g1", "rita", "WordSite", site="1", text="every three")
    assert site_of(scene(grouped), group(grouped), 1).own == "every three"
    assert "every three" in grouped.get("/consolidation/g1", by="anna").text


def test_a_stale_choice_is_refused(grouped: House) -> None:
    stale = next(f for f in on(grouped, "/consolidation/g1", "rita") if f.do == "ChooseReading")
    press(grouped, "/consolidation/g1", "sam", "ChooseReading", site="0")
    answer = grouped.post("/consolidation/g1", "rita", {**stale.fields, "reading": "1"})
    assert answer.status_code == 409
    assert "What stands now" in answer.text
    assert group(grouped).choices == {0: 0}


def test_who_settles_another_place_meanwhile_is_in_nobodys_way(grouped: House) -> None:
    mine = next(f for f in on(grouped, "/consolidation/g1", "rita") if f.do == "ChooseReading")
    press(grouped, "/consolidation/g1", "sam", "ChooseReading", site="1")
    assert grouped.post("/consolidation/g1", "rita", {**mine.fields}).status_code == 303
    assert set(group(grouped).choices) == {0, 1}


def test_who_settled_a_place_stands_beside_it_and_it_is_undone(grouped: House) -> None:
    press(grouped, "/consolidation/g1", "sam", "ChooseReading", site="0", reading="1")
    press(grouped, "/consolidation/g1", "rita", "ChooseReading", site="0", reading="0")
    there = site_of(scene(grouped), group(grouped), 0)
    assert there.settling is not None
    assert there.settling.by == "rita"
    name = grouped.live.names["rita"].name
    assert f"{name}, at" in grouped.get("/consolidation/g1", by="anna").text
    undo = grouped.get("/consolidation/g1", by="sam").text
    assert "Undo: back to B" in undo
    press_undo(grouped, "sam")
    assert group(grouped).choices == {0: 1}


def press_undo(there: House, by: str) -> None:
    """The form whose key is the minus sign."""
    page = there.get("/consolidation/g1", by=by).text
    start = page.rindex("<form", 0, page.index('data-key="-"'))
    (form,) = forms(page[start : page.index("</form>", start) + len("</form>")])
    assert there.post("/consolidation/g1", by, {**form.fields, **form.every}).status_code == 303


def test_brackets_are_kept_and_counted_apart_from_what_is_open(grouped: House) -> None:
    page = grouped.get("/consolidation/g1", by="anna").text
    assert "2 of them contradictions" in page
    press(grouped, "/consolidation/g1", "rita", "KeepBrackets", site="1")
    assert group(grouped).choices[1] == (0, 1)
    page = grouped.get("/consolidation/g1", by="anna").text
    assert "1 of them a contradiction, 1 kept in brackets" in page
    assert "In brackets, for the plenary" in page


TEACH = (
    "Parties should teach the arts in schools and pay the artists who come there, and report on"
    " it every year."
)
MOVED = (
    "Parties should, and report on it every year, teach the arts in schools and pay the authors"
    " who come there."
)
LEND = "Libraries in every village lend instruments to all who ask for them."


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[House]:
    """Two drafts with a clause at two places, and a third that has nothing in common with them."""
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
        there.ask("rita", draft("b1", "d1", TEACH), draft("b1", "d2", LEND))
        there.ask("ramon", draft("b2", "e1", MOVED))
        there.ask("sam", CloseContributions("b1"), CloseContributions("b2"))
        there.ask("rita", SubmitDraft("b1", there.state.drafts["b1"].version))
        there.ask("ramon", SubmitDraft("b2", there.state.drafts["b2"].version))
        there.ask("sam", FormGroup("g1", ("b1/d1", "b2/e1", "b1/d2")))
        yield there


def test_what_differs_too_much_stands_whole_behind_the_text_with_a_number(schools: House) -> None:
    (whole,) = [site for site in sites(scene(schools), group(schools)) if site.label]
    assert whole.label == "1 bis"
    assert [reading.text for reading in whole.readings] == ["", LEND]
    assert "1 bis, a whole alternative" in schools.get("/consolidation/g1", by="anna").text


def test_words_at_another_place_say_where_and_are_not_left_out_while_they_stand_there(
    schools: House,
) -> None:
    first = site_of(scene(schools), group(schools), 0)
    (said,) = [reading for reading in first.readings if reading.text]
    assert [place.id for place in said.moved] == [2]
    assert "Other drafts say this elsewhere" in schools.get("/consolidation/g1", by="anna").text
    leave_out(schools, 0)
    assert not site_of(scene(schools), group(schools), 0).missing
    leave_out(schools, 2)
    assert site_of(scene(schools), group(schools), 0).missing


def leave_out(there: House, id: int) -> None:
    """Take the reading of those who say nothing at this place."""
    (silent,) = [r for r in site_of(scene(there), group(there), id).readings if not r.text]
    version = group(there).version
    there.ask("sam", ChooseReading("g1", version, id, silent.number))


def test_two_readings_are_combined_with_their_sources_by_one_button(schools: House) -> None:
    site = site_of(scene(schools), group(schools), 1)
    (both,) = site.combined
    assert both.text == "artists and authors"
    form = next(
        f
        for f in on(schools, "/consolidation/g1", "rita")
        if f.do == "WordSite" and f.fields["text"] == "artists and authors"
    )
    answer = schools.post("/consolidation/g1", "rita", {**form.fields, **form.every})
    assert answer.status_code == 303
    assert group(schools).choices[1] == Worded("artists and authors", (0, 1))
    assert site_of(scene(schools), group(schools), 1).own == "artists and authors"


def test_contradictions_are_not_offered_combined(grouped: House) -> None:
    assert [site.combined for site in sites(scene(grouped), group(grouped))] == [(), ()]


def test_what_stands_nowhere_is_listed_and_keeps_the_text_from_the_plenary(schools: House) -> None:
    leave_out(schools, 3)
    page = schools.get("/consolidation/g1", by="sam").text
    assert "What a draft said stands nowhere in this text" in page
    answer = press(schools, "/consolidation/g1", "sam", "PutToPlenary")
    assert "Words of a draft stand nowhere in this text: 1." in answer
    press(
        schools,
        "/consolidation/g1",
        "rita",
        "ExplainLeavingOut",
        site="3",
        reason="Asked elsewhere",
    )
    assert "Asked elsewhere" in schools.get("/consolidation/g1", by="anna").text
    answer = press(schools, "/consolidation/g1", "sam", "PutToPlenary")
    assert answer == ""
    assert len(schools.state.recommendations.in_order()) == 1


def test_whoever_watches_hears_of_one_place_alone_when_it_is_settled(schools: House) -> None:
    with schools.listening("anna", "group", "g1") as socket:
        press(schools, "/consolidation/g1", "sam", "ChooseReading", site="1", reading="1")
        told = json.encode(frame(socket)).decode()
    assert [n for n in range(4) if f'"id":"site-{n}"' in told] == [1]


def test_open_places_are_put_to_the_plenary_in_brackets(grouped: House) -> None:
    assert "2 places are open" in grouped.get("/consolidation/g1", by="sam").text
    press(grouped, "/consolidation/g1", "sam", "Address", addressee="civil-society")
    press(grouped, "/consolidation/g1", "sam", "PutToPlenary", reason="Said elsewhere")
    (put,) = grouped.state.recommendations.in_order()
    assert put.addressee == "civil-society"
    assert put.text.count("[") == 2
    press(grouped, "/consolidation/g1", "sam", "TakeBackFromPlenary")
    press(grouped, "/consolidation/g1", "sam", "PutToPlenary")
    assert len(grouped.state.recommendations.in_order()) == 1


def test_what_else_its_rooms_wrote_is_shown_and_set_aside_in_one_step(grouped: House) -> None:
    page = grouped.get("/consolidation/g1", by="sam").text
    assert "What else was written on this topic stands nowhere yet" in page
    assert WELLS in page
    assert press(grouped, "/consolidation/g1", "sam", "PutToPlenary", reason=" ") != ""
    assert grouped.state.recommendations.in_order() == ()
    assert press(grouped, "/consolidation/g1", "sam", "PutToPlenary", reason="Not ours") == ""
    aside = grouped.state.consolidation.set_aside
    assert {member: each.reason for member, each in aside.items()} == {"b1/d2": "Not ours"}
    assert len(grouped.state.recommendations.in_order()) == 1


def test_a_text_that_goes_no_further_says_why_and_is_taken_up_again(grouped: House) -> None:
    page = grouped.get("/consolidation", by="anna").text
    assert "1 group is not before the plenary" in page
    press(grouped, "/consolidation/g1", "sam", "SetGroupAside", reason="For the ministers")
    for path in ("/consolidation", "/consolidation/g1"):
        page = grouped.get(path, by="anna").text
        assert "by Sam:" in page
        assert "For the ministers" in page
        assert "not before the plenary" not in page
    offered = {form.do for form in on(grouped, "/consolidation/g1", "sam")}
    assert {"ChooseReading", "PutToPlenary", "Address"}.isdisjoint(offered)
    press(grouped, "/consolidation/g1", "rita", "TakeGroupUpAgain")
    assert group(grouped).aside is None
    assert "ChooseReading" in {form.do for form in on(grouped, "/consolidation/g1", "sam")}


def test_those_who_work_on_a_text_hear_that_it_was_set_aside(grouped: House) -> None:
    with grouped.listening("rita", "group", "g1") as socket:
        press(grouped, "/consolidation/g1", "sam", "SetGroupAside", reason="For the ministers")
        told = json.encode(frame(socket)).decode()
    assert "For the ministers" in told
    assert '"id":"site-0"' in told
    assert "ChooseReading" not in told


def test_what_the_plenary_works_on_is_not_taken_back(grouped: House) -> None:
    press(grouped, "/consolidation/g1", "sam", "PutToPlenary", reason="Said elsewhere")
    (put,) = grouped.state.recommendations.in_order()
    assert "TakeBackFromPlenary" in {f.do for f in on(grouped, "/consolidation/g1", "sam")}
    grouped.ask("anna", ProposeAmendment(put.id, "a1", put.version, WELLS, ""))
    assert "TakeBackFromPlenary" not in {f.do for f in on(grouped, "/consolidation/g1", "sam")}


def test_those_who_watch_a_group_hear_that_it_was_dissolved(grouped: House) -> None:
    with grouped.listening("anna", "group", "g1") as socket:
        press(grouped, "/consolidation/g1", "sam", "PartFromGroup")
        frame(socket)
        press(grouped, "/consolidation/g1", "sam", "PartFromGroup")
        told = json.encode(frame(socket)).decode()
    assert "This group was dissolved" in told


# --- what was said and stands nowhere -----------------------------------------------


def test_what_is_like_nothing_in_any_draft_is_shown_once_its_breakout_has_reported(
    tmp_path: Path,
) -> None:
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        there.ask("anna", said("c1", "The room is cold."), said("c2", "Keep our rivers clean."))
        there.ask("hugo", said("c3", "Keep our rivers clean!"), said("c4", "Fish die of dams."))
        there.ask("rita", draft("b1", "d1", SHOULD, "c4"))
        there.ask("sam", CloseContributions("b1"))
        assert unlike_any_draft(there.state) == ()
        there.ask("rita", SubmitDraft("b1", there.state.drafts["b1"].version))
        assert [made.id for made in unlike_any_draft(there.state)] == ["c1"]
        assert [[c.id for c in group] for group in said_alike(there.state)] == [["c2", "c3"]]
        page = there.get("/consolidation", by="anna").text
        assert "1 contribution is cited in no draft" in page
        assert "1 time the same was said" in page
        there.ask("sam", HideContribution("c1", "Off the subject"))
        assert unlike_any_draft(there.state) == ()


def said(id: str, text: str) -> Contribute:
    return Contribute("b1", id, Kind.CONCERN, text, "en")

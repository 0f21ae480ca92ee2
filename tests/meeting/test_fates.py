"""Every voice has one fate, and every adopted clause leads back to the voices behind it."""

from hypothesis import given

from facilitate.meeting import Attendance
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import (
    JoinToGroup,
    PartFromGroup,
    PutToPlenary,
    SetGroupAside,
    SetMemberAside,
    TakeBackFromPlenary,
)
from facilitate.meeting.contributions import WithdrawContribution
from facilitate.meeting.drafts import SubmitDraft
from facilitate.meeting.fates import Became, Clause, Fate, How, Way, fates, way_back, ways_back
from facilitate.meeting.forums import Forum
from facilitate.meeting.people import Join
from tests.meeting.any_days import any_days
from tests.meeting.days import (
    LOCAL,
    STREAMING,
    Day,
    drafted,
    form,
    in_drafting,
    planned,
    put,
    said,
    whole_day,
)

DAY = whole_day()


def test_every_contribution_has_the_fate_the_day_gave_it() -> None:
    became = {id: each.fate for id, each in fates(DAY.forum).items()}
    met = set(Fate) - {Fate.ERASED}
    expected = {fate.value: fate for fate in met} | {"taken-up-proxy": Fate.TAKEN_UP}
    assert became == expected


def test_every_contribution_appears_exactly_once_in_the_order_it_was_made() -> None:
    made = [c.id for room in ("b1", "b2") for c in DAY.forum.contributions.of(room)]
    assert list(fates(DAY.forum)) == made
    assert len(made) == len(DAY.forum.contributions.by_id)


def test_a_fate_says_why_and_by_which_way() -> None:
    became = fates(DAY.forum)
    assert became["hidden"].reason == "An insult"
    assert became["set-aside"].ways == (
        Way("b2/e5", Fate.SET_ASIDE, reason="Outside the Convention"),
    )
    assert became["deferred"].ways == (
        Way("b2/e2", Fate.DEFERRED, "quotas", "For the next forum", 4, How.IN_OTHER_WORDS),
    )
    assert became["not-adopted"].reason == "No agreement"
    assert became["not-addressed"].ways == ()


def test_what_was_taken_up_stands_word_for_word_or_merged_or_in_other_words() -> None:
    day = planned()
    day.do("anna", Join(Attendance.REMOTE))
    day.do("sec", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
    day.do("anna", said("b1", "phrase", "We want fair remuneration of artists in all cities."))
    day.do("anna", said("b1", "other", "Nobody pays us."))
    day.do("rita", drafted("b1", "d1", STREAMING, "phrase", "other"))
    day.do("rob", drafted("b2", "e1", f"{STREAMING} Now.", "other"))
    for room, rapporteur in (("b1", "rita"), ("b2", "rob")):
        day.do("sec", CloseContributions(room))
        day.do(rapporteur, SubmitDraft(room, day.forum.drafts[room].version))
    form(day, "alone", "b1/d1")
    form(day, "later", "b2/e1")
    put(day, "alone")
    alone = fates(day.forum)
    assert [way.how for way in alone["phrase"].ways] == [How.WORD_FOR_WORD]
    assert [way.how for way in alone["other"].ways] == [How.IN_OTHER_WORDS, None]
    day.do("sec", TakeBackFromPlenary("g-alone"), PartFromGroup("g-later", 1, "b2/e1"))
    version = day.forum.consolidation.groups["g-alone"].version
    day.do("sec", JoinToGroup("g-alone", version, "b2/e1"))
    day.do("sec", PutToPlenary("g-alone", version + 1, "both"))
    assert {way.how for way in fates(day.forum)["other"].ways} == {How.MERGED}


def test_a_contribution_cited_in_two_drafts_goes_two_ways() -> None:
    ways = fates(DAY.forum)["taken-up"].ways
    assert [(way.member, way.recommendation) for way in ways] == [
        ("b1/d1", "streaming"),
        ("b2/e1", "streaming"),
    ]
    assert all(way.words > 10 for way in ways)


def test_the_best_of_several_ways_is_the_fate() -> None:
    day = in_drafting()
    day.do("rita", drafted("b1", "d1", "The floor should be warm.", "not-addressed"))
    day.do("rita", drafted("b1", "d2", "The room should be warm.", "not-addressed"))
    day.do("sec", CloseContributions("b1"))
    day.do("rita", SubmitDraft("b1", day.forum.drafts["b1"].version))
    day.do("sec", SetMemberAside("b1/d1", "Said twice"))
    assert fates(day.forum)["not-addressed"] == Became(
        "not-addressed",
        Fate.IN_DRAFT,
        ways=(Way("b1/d2", Fate.IN_DRAFT), Way("b1/d1", Fate.SET_ASIDE, reason="Said twice")),
    )


def test_a_text_taken_back_from_the_plenary_is_in_a_draft_again() -> None:
    assert fates(DAY.forum)["before-plenary"].fate is Fate.BEFORE_PLENARY
    day = Day(DAY.record)
    day.do("sec", TakeBackFromPlenary("g-archives"))
    assert fates(day.forum)["before-plenary"].ways == (Way("b2/e6", Fate.IN_DRAFT),)
    assert "archives" not in ways_back(day.forum)
    assert way_back(day.forum, "archives").contributions == ("before-plenary",)


def test_what_stands_in_a_text_that_was_set_aside_has_its_reason() -> None:
    assert fates(DAY.forum)["in-draft"].ways == (Way("b2/e4", Fate.IN_DRAFT),)
    day = Day(DAY.record)
    day.do("sec", SetGroupAside("g-schools", 1, "For the ministers"))
    became = fates(day.forum)["in-draft"]
    assert (became.fate, became.reason) == (Fate.SET_ASIDE, "For the ministers")


def test_a_contribution_withdrawn_after_it_was_cited_is_withdrawn_and_keeps_its_ways() -> None:
    day = in_drafting()
    assert fates(day.forum)["not-addressed"].fate is Fate.NOT_ADDRESSED
    day.do("rita", drafted("b1", "d9", "Rooms should be warm.", "not-addressed"))
    assert fates(day.forum)["not-addressed"].fate is Fate.IN_DRAFT
    day.do("omar", WithdrawContribution("not-addressed"))
    became = fates(day.forum)["not-addressed"]
    assert became.fate is Fate.WITHDRAWN
    assert [way.member for way in became.ways] == ["b1/d9"]


def test_what_is_not_submitted_is_in_a_draft() -> None:
    day = in_drafting()
    day.do("rita", drafted("b1", "d1", "Artists should be paid.", "taken-up"))
    assert fates(day.forum)["taken-up"].fate is Fate.IN_DRAFT


def test_each_clause_leads_back_to_drafts_amendments_and_contributions() -> None:
    back = ways_back(DAY.forum)["streaming"]
    first, second = back.clauses
    assert first.text.strip().endswith("environment;")
    assert (first.members, first.amendments) == (("b1/d1", "b2/e1"), ())
    assert second.text.strip().endswith("every two years.")
    assert (second.members, second.amendments) == (("b1/d1", "b2/e1"), ("a1",))
    assert second.contributions == ("taken-up", "taken-up-proxy")


def test_the_way_back_names_who_wrote_and_which_amendments_were_accepted() -> None:
    back = way_back(DAY.forum, "streaming")
    assert [(origin.breakout, origin.draft.written_by) for origin in back.origins] == [
        ("b1", ("rita",)),
        ("b2", ("rob",)),
    ]
    assert [(a.id, a.by, set(a.supporters)) for a in back.amendments] == [("a1", "anna", {"omar"})]
    assert back == ways_back(DAY.forum)["streaming"]


def test_a_text_without_citations_says_so() -> None:
    assert ways_back(DAY.forum)["local"].clauses == (Clause(LOCAL, ("b1/d2",), (), ()),)


def test_every_source_of_every_clause_resolves_and_the_clauses_are_the_text() -> None:
    for id, back in ways_back(DAY.forum).items():
        there = DAY.forum.recommendations.by_id[id]
        assert "".join(clause.text for clause in back.clauses) == there.text
        for clause in back.clauses:
            assert clause.members or clause.amendments
            assert set(clause.members) <= {origin.member for origin in back.origins}
            assert set(clause.amendments) <= {amendment.id for amendment in back.amendments}
            assert set(clause.contributions) <= set(DAY.forum.contributions.by_id)


def test_a_forum_that_has_only_been_planned_has_no_fates() -> None:
    assert fates(planned().forum) == {}
    assert ways_back(Forum("f")) == {}


@given(any_days)
def test_on_any_day_every_contribution_has_one_fate_and_every_source_resolves(day: Day) -> None:
    made = [c.id for room in ("b1", "b2") for c in day.forum.contributions.of(room)]
    became = fates(day.forum)
    assert list(became) == made
    for id, back in ways_back(day.forum).items():
        there = day.forum.recommendations.by_id[id]
        assert "".join(clause.text for clause in back.clauses) == there.text
        assert {origin.member for origin in back.origins} == set(there.members)
        for clause in back.clauses:
            assert clause.members or clause.amendments
            assert set(clause.members) <= set(there.members)
            assert set(clause.amendments) <= {amendment.id for amendment in back.amendments}
            assert set(clause.contributions) <= set(back.contributions) <= set(made)
        for cited in back.contributions:
            assert id in {way.recommendation for way in became[cited].ways}

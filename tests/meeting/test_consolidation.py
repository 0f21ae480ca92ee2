from dataclasses import replace

import pytest

from facilitate.meeting import Command
from facilitate.meeting.amendments import ProposeAmendment, ProposeRecommendation
from facilitate.meeting.breakouts import BreakoutOpened, ContributionsClosed
from facilitate.meeting.consolidation import (
    Address,
    Consolidation,
    FormGroup,
    GroupAddressed,
    GroupDissolved,
    GroupFormed,
    GroupPut,
    GroupRecast,
    GroupSetAside,
    GroupTakenBack,
    GroupTakenUpAgain,
    JoinToGroup,
    MemberSetAside,
    MemberTakenUpAgain,
    PartFromGroup,
    PutToPlenary,
    SetGroupAside,
    SetMemberAside,
    TakeBackFromPlenary,
    TakeGroupUpAgain,
    TakeMemberUpAgain,
    holding_up,
    left_behind,
    submitted,
)
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    DraftRecommendationAdded,
    DraftSubmitted,
    SubmitDraft,
)
from facilitate.meeting.groups import (
    ChooseReading,
    ExplainLeavingOut,
    Group,
    KeepBrackets,
    LeavingOutExplained,
    ReopenSite,
    SetAside,
    Settling,
    SiteReopened,
    SiteSettled,
    WordSite,
)
from facilitate.meeting.plenary import OpenPlenary
from facilitate.meeting.procedure import material
from facilitate.meeting.recommendations import LayAside, OpenRecommendation, Recommendation, Stage
from facilitate.text.choices import Worded, sites
from facilitate.text.collation import ConsolidatedText, Reading, Run, Site, collate
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    FAIR,
    FAIRER,
    NOON,
    ONE,
    OPENING,
    PARTIES,
    RAUL,
    REPORTING,
    ROSA,
    SAMI,
    VOICES,
    WRITING,
    Playbook,
    day,
    given,
)

CIVIL_SOCIETY = Addressee.CIVIL_SOCIETY
BOTH = collate({"b1/d1": FAIR, "b2/e1": FAIRER})
FORM = FormGroup("g1", ("b1/d1", "b2/e1"))
FORMED = GroupFormed("g1", ("b1/d1", "b2/e1"), PARTIES, BOTH, at=NOON, by=SAMI)
WHY = "Said in r1 already."
ASIDE = SetMemberAside("b2/e1", WHY)
PUT = PutToPlenary("g1", 1, "r1", left=("b2/e1",), reason=WHY)


def reported() -> Playbook:
    return day(OPENING, VOICES, WRITING, REPORTING)


def grouped(*commands: Command) -> Playbook:
    return reported().having((SAMI, FORM), *((SAMI, command) for command in commands))


def alone(*commands: Command) -> Playbook:
    form = FormGroup("g1", ("b1/d1",))
    return reported().having((SAMI, form), *((SAMI, command) for command in commands))


def group(playbook: Playbook) -> Group:
    return playbook.forum.consolidation.groups["g1"]


def test_the_members_are_what_has_been_submitted() -> None:
    assert submitted(day(OPENING, VOICES, WRITING).forum.drafts) == {}
    assert list(submitted(reported().forum.drafts)) == ["b1/d1", "b2/e1"]


def test_the_drafting_group_forms_a_group_once() -> None:
    reported().when(FORM, by=SAMI).then(FORMED)
    grouped().when(FORM, by=SAMI).then()
    assert group(grouped()) == Group("g1", ("b1/d1", "b2/e1"), PARTIES, BOTH)


def test_every_rapporteur_is_in_the_drafting_group_and_nobody_else() -> None:
    alone = GroupFormed("g1", ("b1/d1",), PARTIES, collate({"b1/d1": FAIR}), at=NOON, by=RAUL)
    reported().when(FormGroup("g1", ("b1/d1", "b1/d1")), by=RAUL).then(alone)
    for person in (ANNA, CHIDI):
        reported().when(FORM, by=person).refused("not-entitled")


def test_a_group_needs_members_that_are_submitted_and_free() -> None:
    reported().when(FormGroup("g1", ()), by=SAMI).refused("unknown", "at least one")
    reported().when(FormGroup("g1", ("b1/d9",)), by=SAMI).refused("unknown", "not been submitted")
    grouped().when(FormGroup("g2", ("b1/d1",)), by=SAMI).refused("out-of-order", "in a group")
    grouped().when(FormGroup("g1", ("b1/d1",)), by=SAMI).refused("already-taken")


def test_what_was_set_aside_is_grouped_only_when_taken_up_again() -> None:
    aside = alone(ASIDE)
    aside.when(FormGroup("g2", ("b2/e1",)), by=SAMI).refused("out-of-order", "set aside")
    aside.when(JoinToGroup("g1", 1, "b2/e1"), by=SAMI).refused("out-of-order", "set aside")


def test_a_member_is_joined_and_the_text_made_anew_on_the_same_base() -> None:
    kept = collate({"b1/d1": FAIR, "b2/e1": FAIRER}, base=("b1/d1",))
    recast = GroupRecast("g1", ("b1/d1", "b2/e1"), kept, at=NOON, by=SAMI)
    join = JoinToGroup("g1", 1, "b2/e1")
    alone().when(join, by=SAMI).then(recast)
    alone(join).when(join, by=SAMI).then()
    assert group(alone(join)).version == 2
    alone().when(JoinToGroup("g1", 9, "b2/e1"), by=SAMI).refused("stale")
    alone().when(JoinToGroup("g1", 1, "b2/e9"), by=SAMI).refused("unknown")
    alone().when(JoinToGroup("g9", 1, "b2/e1"), by=SAMI).refused("unknown", "no longer there")


def test_a_member_of_another_group_is_not_joined() -> None:
    other = FormGroup("g2", ("b2/e1",))
    alone(other).when(JoinToGroup("g1", 1, "b2/e1"), by=SAMI).refused("out-of-order", "in a group")


def test_a_member_is_parted_and_the_settled_sites_are_open_again() -> None:
    part = PartFromGroup("g1", 2, "b2/e1")
    recast = GroupRecast("g1", ("b1/d1",), collate({"b1/d1": FAIR}), at=NOON, by=SAMI)
    past = grouped(ChooseReading("g1", 1, 0, 1))
    past.when(part, by=SAMI).then(recast)
    after = past.having((SAMI, part))
    assert not group(after).choices
    after.when(part, by=SAMI).then()
    past.when(PartFromGroup("g1", 1, "b2/e1"), by=SAMI).refused("stale")


LONG = "Parties should pay artists fairly in the digital environment and report on it every year."


def three(*commands: Command) -> Playbook:
    """A group of two, and a third draft recommendation that may join it."""
    third = AddDraftRecommendation("b1", "d2", PARTIES, LONG)
    past = day(OPENING, VOICES, ((ROSA, third),), WRITING)
    past = past.having((ROSA, SubmitDraft("b1", 2)), (RAUL, SubmitDraft("b2", 1)))
    return past.having((SAMI, FORM), *((SAMI, command) for command in commands))


def test_a_choice_outlives_a_member_who_joins_where_nothing_new_is_said() -> None:
    past = three(WordSite("g1", 1, 1, ""))
    (authors,) = (s for s in sites(group(past).text) if s.id == 1)
    recast = past.having((ROSA, JoinToGroup("g1", 2, "b1/d2"))).past[-1]
    assert isinstance(recast, GroupRecast)
    (kept,) = recast.kept
    now = next(site for site in sites(recast.text) if site.id == kept.site)
    assert {r.text for r in now.readings} == {r.text for r in authors.readings}
    after = past.having((ROSA, JoinToGroup("g1", 2, "b1/d2")))
    assert group(after).settling(kept.site) == Settling("", SAMI, NOON, 3)
    assert set(group(after).choices) < {site.id for site in sites(group(after).text)}


def test_two_people_settle_two_sites_at_once_and_not_the_same_one() -> None:
    past = grouped(ChooseReading("g1", 1, 0, 1))
    elsewhere = SiteSettled("g1", 1, 0, at=NOON, by=ROSA)
    past.when(ChooseReading("g1", 1, 1, 0), by=ROSA).then(elsewhere)
    past.when(ChooseReading("g1", 1, 0, 0), by=ROSA).refused("stale")
    past.when(ChooseReading("g1", 3, 1, 0), by=ROSA).refused("stale")
    past.when(ChooseReading("g1", 2, 0, 0), by=ROSA).then(SiteSettled("g1", 0, 0, at=NOON, by=ROSA))


def test_the_group_says_who_settled_a_site_and_what_stood_there_before() -> None:
    past = grouped(ChooseReading("g1", 1, 0, 1)).having((RAUL, ReopenSite("g1", 2, 0)))
    assert group(past).settlings[0] == (
        Settling(1, SAMI, NOON, 2),
        Settling(None, RAUL, NOON, 3),
    )
    assert group(past).choices == {}


def test_brackets_are_kept_for_the_plenary_with_all_readings_or_with_some() -> None:
    keep = KeepBrackets("g1", 1, 0)
    grouped().when(keep, by=SAMI).then(SiteSettled("g1", 0, (0, 1), at=NOON, by=SAMI))
    grouped(keep).when(KeepBrackets("g1", 2, 0, (1, 0, 1)), by=SAMI).then()
    text = "".join(run.text for run in group(grouped(keep)).runs())
    assert "[shall / should]" in text or "[should / shall]" in text
    grouped().when(KeepBrackets("g1", 1, 0, (1,)), by=SAMI).refused("unknown", "two readings")
    grouped().when(KeepBrackets("g1", 1, 0, (0, 2)), by=SAMI).refused("unknown", "no such reading")


def test_combined_words_have_the_sources_of_their_readings_alone() -> None:
    past = three(JoinToGroup("g1", 1, "b1/d2"))
    site = next(site for site in sites(group(past).text) if len(site.readings) == 2)
    combine = WordSite("g1", 2, site.id, "both", readings=(1, 0))
    made = SiteSettled("g1", site.id, Worded("both", (0, 1)), at=NOON, by=SAMI)
    past.when(combine, by=SAMI).then(made)
    assert behind(past.having((SAMI, combine)), "both") == ("b1/d1", "b1/d2", "b2/e1")
    alone = WordSite("g1", 2, site.id, "one", readings=(1,))
    assert behind(past.having((SAMI, alone)), "one") == site.readings[1].sources


def behind(playbook: Playbook, words: str) -> tuple[str, ...]:
    return next(run.sources for run in group(playbook).runs() if words in run.text.split())


def test_what_a_draft_said_and_stands_nowhere_needs_a_reason_before_the_plenary() -> None:
    past = three(PartFromGroup("g1", 1, "b2/e1"), JoinToGroup("g1", 2, "b1/d2"))
    (site,) = sites(group(past).text)
    silent = next(n for n, reading in enumerate(site.readings) if not reading.text)
    past = past.having((SAMI, ChooseReading("g1", 3, site.id, silent)))
    put = PutToPlenary("g1", 4, "r1")
    past.when(put, by=SAMI).refused("out-of-order", "stand nowhere in this text: 1.")
    explain = ExplainLeavingOut("g1", 4, site.id, " Said in the first. ")
    explained = LeavingOutExplained("g1", site.id, "Said in the first.", at=NOON, by=ROSA)
    past.when(explain, by=ROSA).then(explained)
    past.when(ExplainLeavingOut("g1", 4, site.id, " "), by=ROSA).refused("empty")
    after = past.having((ROSA, explain))
    after.having((SAMI, PutToPlenary("g1", 5, "r1", left=("b2/e1",), reason=WHY)))
    grouped().when(ExplainLeavingOut("g1", 1, 0, "No."), by=ROSA).refused("out-of-order")


def test_parting_the_last_member_dissolves_the_group() -> None:
    part = PartFromGroup("g1", 1, "b1/d1")
    alone().when(part, by=SAMI).then(GroupDissolved("g1", at=NOON, by=SAMI))
    gone = alone(part)
    assert gone.forum.consolidation == Consolidation()
    gone.when(part, by=SAMI).refused("unknown")


def site_of(text: ConsolidatedText) -> Site:
    return next(segment for segment in text.segments if isinstance(segment, Site))


def test_a_site_is_settled_by_a_reading_and_reopened() -> None:
    choose = ChooseReading("g1", 1, 0, 1)
    grouped().when(choose, by=SAMI).then(SiteSettled("g1", 0, 1, at=NOON, by=SAMI))
    grouped(choose).when(choose, by=SAMI).then()
    reopen = ReopenSite("g1", 2, 0)
    grouped(choose).when(reopen, by=SAMI).then(SiteReopened("g1", 0, at=NOON, by=SAMI))
    grouped(choose, reopen).when(reopen, by=SAMI).then()
    assert group(grouped(choose, reopen)).runs() == group(grouped()).runs()


def test_a_chosen_reading_has_its_own_sources_only() -> None:
    reading = site_of(BOTH).readings[1]
    runs = group(grouped(ChooseReading("g1", 1, 0, 1))).runs()
    assert Run(reading.text, reading.sources) in runs


def test_a_site_is_settled_by_the_drafting_groups_own_words_or_by_none() -> None:
    word = WordSite("g1", 1, 0, " ought to ")
    grouped().when(word, by=SAMI).then(SiteSettled("g1", 0, "ought to", at=NOON, by=SAMI))
    grouped(word).when(word, by=SAMI).then()
    leave_out = WordSite("g1", 1, 0, "")
    grouped().when(leave_out, by=SAMI).then(SiteSettled("g1", 0, "", at=NOON, by=SAMI))
    grouped().when(WordSite("g1", 1, 0, "x" * 8_001), by=SAMI).refused("too-long")


def test_a_site_or_reading_that_is_not_there_is_refused() -> None:
    for command in (
        ChooseReading("g1", 1, 9, 0),
        ChooseReading("g1", 1, 0, 2),
        ChooseReading("g1", 1, 0, -1),
        WordSite("g1", 1, -1, "ought"),
    ):
        grouped().when(command, by=SAMI).refused("unknown", "no such reading")


@pytest.mark.parametrize(
    "command",
    [
        JoinToGroup("g1", 1, "b2/e1"),
        PartFromGroup("g1", 1, "b1/d1"),
        Address("g1", 1, CIVIL_SOCIETY),
        WordSite("g1", 1, 0, "all"),
        ChooseReading("g1", 1, 0, 0),
    ],
)
def test_what_is_before_the_plenary_is_not_changed_by_the_drafting_group(command: Command) -> None:
    alone(PUT).when(command, by=SAMI).refused("out-of-order", "before the plenary")


def test_another_addressee_is_named() -> None:
    address = Address("g1", 1, CIVIL_SOCIETY)
    grouped().when(address, by=SAMI).then(GroupAddressed("g1", CIVIL_SOCIETY, at=NOON, by=SAMI))
    grouped(address).when(address, by=SAMI).then()
    grouped().when(Address("g1", 2, CIVIL_SOCIETY), by=SAMI).refused("stale")


def test_a_member_is_set_aside_with_a_reason_and_taken_up_again() -> None:
    set_aside = MemberSetAside("b2/e1", "Said in r1 already.", at=NOON, by=SAMI)
    taken_up = MemberTakenUpAgain("b2/e1", at=NOON, by=SAMI)
    reported().when(ASIDE, by=SAMI).then(set_aside)
    past = reported().having((SAMI, ASIDE))
    past.when(ASIDE, by=SAMI).then()
    other = MemberSetAside("b2/e1", "Not for us.", at=NOON, by=SAMI)
    past.when(SetMemberAside("b2/e1", "Not for us."), by=SAMI).then(other)
    past.when(TakeMemberUpAgain("b2/e1"), by=SAMI).then(taken_up)
    reported().when(TakeMemberUpAgain("b2/e1"), by=SAMI).then()


def test_setting_aside_needs_a_reason_and_a_free_member() -> None:
    reported().when(SetMemberAside("b2/e1", " "), by=SAMI).refused("empty")
    reported().when(SetMemberAside("b2/e9", "No."), by=SAMI).refused("unknown")
    grouped().when(ASIDE, by=SAMI).refused("out-of-order", "in a group")


def test_a_text_is_set_aside_with_a_reason_as_it_stands_and_taken_up_again() -> None:
    past = grouped(ChooseReading("g1", 1, 0, 1))
    aside = SetGroupAside("g1", 2, f" {WHY} ")
    past.when(aside, by=RAUL).then(GroupSetAside("g1", WHY, at=NOON, by=RAUL))
    after = past.having((RAUL, aside))
    assert group(after).aside == SetAside(WHY, RAUL, NOON)
    assert group(after).choices == {0: 1}
    after.when(SetGroupAside("g1", 2, WHY), by=SAMI).then()
    other = GroupSetAside("g1", "No time.", at=NOON, by=SAMI)
    after.when(SetGroupAside("g1", 3, "No time."), by=SAMI).then(other)
    after.when(TakeGroupUpAgain("g1"), by=SAMI).then(GroupTakenUpAgain("g1", at=NOON, by=SAMI))
    past.when(TakeGroupUpAgain("g1"), by=SAMI).then()
    again = after.having((SAMI, TakeGroupUpAgain("g1")))
    assert group(again) == replace(group(past), version=4)


def test_setting_a_text_aside_needs_a_reason_and_the_text_as_it_stands() -> None:
    grouped().when(SetGroupAside("g1", 1, " "), by=SAMI).refused("empty")
    grouped().when(SetGroupAside("g1", 2, WHY), by=SAMI).refused("stale")
    grouped().when(SetGroupAside("g9", 1, WHY), by=SAMI).refused("unknown")
    grouped().when(SetGroupAside("g1", 1, WHY), by=ANNA).refused("not-entitled")
    put = alone(PUT)
    put.when(SetGroupAside("g1", 2, WHY), by=SAMI).refused("out-of-order", "before the plenary")


def test_what_was_set_aside_is_not_changed_behind_its_reason() -> None:
    aside = alone(SetGroupAside("g1", 1, WHY))
    for command in (
        JoinToGroup("g1", 2, "b2/e1"),
        PartFromGroup("g1", 2, "b1/d1"),
        Address("g1", 2, CIVIL_SOCIETY),
        PutToPlenary("g1", 2, "r1", left=("b2/e1",), reason=WHY),
    ):
        aside.when(command, by=SAMI).refused("out-of-order", "was set aside")


def test_no_text_is_held_up_by_one_that_was_set_aside() -> None:
    past = alone(FormGroup("g2", ("b2/e1",)), SetGroupAside("g2", 1, WHY))
    assert holding_up(past.forum.consolidation, group(past), material(past.forum)) == ()
    assert left_behind(past.forum.consolidation, submitted(past.forum.drafts)) == ("b1/d1",)


def test_a_group_is_put_before_the_plenary_once_with_all_its_sources() -> None:
    runs = (Run(FAIR, ("b1/d1",)),)
    put = GroupPut("g1", "r1", PARTIES, runs, ("b1/d1",), at=NOON, by=SAMI)
    alone(ASIDE).when(PUT, by=SAMI).then(put)
    alone(PUT).when(PUT, by=SAMI).then()
    there = alone(PUT).forum.recommendations.by_id["r1"]
    assert there == Recommendation("r1", "g1", PARTIES, runs, ("b1/d1",))


def test_what_else_was_written_on_the_topic_needs_a_place_or_a_reason_first() -> None:
    aside = MemberSetAside("b2/e1", WHY, at=NOON, by=SAMI)
    runs = (Run(FAIR, ("b1/d1",)),)
    put = GroupPut("g1", "r1", PARTIES, runs, ("b1/d1",), at=NOON, by=SAMI)
    unasked = PutToPlenary("g1", 1, "r1")
    alone().when(unasked, by=SAMI).refused("out-of-order", "have no place yet: 1.")
    alone().when(PutToPlenary("g1", 1, "r1", left=("b2/e1",)), by=SAMI).refused("empty")
    alone().when(PUT, by=SAMI).then(aside, put)
    alone(FormGroup("g2", ("b2/e1",))).when(unasked, by=SAMI).then(put)


def test_a_reason_is_given_for_what_was_on_the_screen_and_nothing_else() -> None:
    other = AddDraftRecommendation("b2", "e2", PARTIES, "Pay them soon.")
    late = day(OPENING, VOICES, WRITING).having(
        (RAUL, other),
        *((by, command) for by, command in REPORTING if by == ROSA),
        (RAUL, SubmitDraft("b2", 2)),
        (SAMI, FormGroup("g1", ("b1/d1",))),
    )
    late.when(PUT, by=SAMI).refused("out-of-order", "have no place yet: 2.")


def test_no_breakout_waits_for_one_that_still_drafts_or_speaks_of_something_else() -> None:
    drafting = day(OPENING, VOICES, WRITING, REPORTING[:1])
    alone = drafting.having((SAMI, FormGroup("g1", ("b1/d1",))))
    put = PutToPlenary("g1", 1, "r1")
    assert alone.having((SAMI, put)).forum.recommendations.order == ("r1",)
    there = material(grouped().forum)
    apart = replace(there, topics={"b1": "t1", "b2": "t2"})
    past = reported().having((SAMI, FormGroup("g1", ("b1/d1",))))
    assert holding_up(past.forum.consolidation, group(past), there) == ("b2/e1",)
    assert holding_up(past.forum.consolidation, group(past), apart) == ()


def test_unsettled_sites_go_before_the_plenary_in_square_brackets() -> None:
    text = grouped(PUT).forum.recommendations.by_id["r1"].text
    assert "[should / shall]" in text or "[shall / should]" in text


def test_a_stale_or_taken_put_is_refused() -> None:
    alone().when(PutToPlenary("g1", 2, "r1"), by=SAMI).refused("stale")
    alone().when(PutToPlenary("g9", 1, "r1"), by=SAMI).refused("unknown")
    other = alone(PUT, TakeMemberUpAgain("b2/e1"), FormGroup("g2", ("b2/e1",)))
    other.when(PutToPlenary("g2", 1, "r1"), by=SAMI).refused("already-taken")


def test_nothing_is_put_under_the_id_of_a_new_recommendation_that_is_proposed() -> None:
    proposed = alone().having((ANNA, ProposeRecommendation("r1", PARTIES, "Pay.", "")))
    proposed.when(PUT, by=SAMI).refused("already-taken")


def test_what_is_too_long_or_has_no_words_is_not_put() -> None:
    too_long = given(
        BreakoutOpened("b1", ONE, at=NOON, by=SAMI),
        DraftRecommendationAdded("b1", "d1", PARTIES, "art " * 1_999, at=NOON, by=ROSA),
        DraftRecommendationAdded("b1", "d2", PARTIES, "pay " * 1_999, at=NOON, by=ROSA),
        ContributionsClosed("b1", at=NOON, by=SAMI),
        DraftSubmitted("b1", 2, (), at=NOON, by=ROSA),
        GroupFormed(
            "g1",
            ("b1/d1", "b1/d2"),
            PARTIES,
            ConsolidatedText(
                (
                    Site(
                        0,
                        (Reading("art " * 1_999, ("b1/d1",)), Reading("pay " * 1_999, ("b1/d2",))),
                        "",
                    ),
                )
            ),
            at=NOON,
            by=SAMI,
        ),
    )
    too_long.when(PUT, by=SAMI).refused("too-long")
    left_out = too_long.having((SAMI, WordSite("g1", 1, 0, "")))
    left_out.when(PutToPlenary("g1", 2, "r1"), by=SAMI).refused("empty")


def test_a_waiting_recommendation_is_taken_back_once() -> None:
    back = TakeBackFromPlenary("g1")
    alone(PUT).when(back, by=SAMI).then(GroupTakenBack("g1", "r1", at=NOON, by=SAMI))
    past = alone(PUT, back)
    past.when(back, by=SAMI).then()
    assert group(past).recommendation is None
    assert past.forum.recommendations.by_id["r1"].stage is Stage.TAKEN_BACK
    assert past.forum.recommendations.order == ()
    past.when(PutToPlenary("g1", 3, "r1"), by=SAMI).refused("already-taken")
    alone().when(TakeBackFromPlenary("g9"), by=SAMI).refused("unknown")


def test_what_the_plenary_deals_with_is_not_taken_back() -> None:
    back = TakeBackFromPlenary("g1")
    propose = ProposeAmendment("r1", "a1", 1, "Pay.", "")
    alone(PUT).having((ANNA, propose)).when(back, by=SAMI).refused("out-of-order", "Amendments")
    opened = alone(PUT).having((CHIDI, OpenPlenary()), (CHIDI, OpenRecommendation("r1")))
    opened.when(back, by=SAMI).refused("out-of-order", "under discussion")
    aside = opened.having((CHIDI, LayAside("r1")))
    aside.when(back, by=SAMI).then(GroupTakenBack("g1", "r1", at=NOON, by=SAMI))

"""What stays true of the texts of a meeting, whatever people ask for."""

from collections.abc import Callable

from facilitate.meeting import Forum
from facilitate.meeting.amendments import open_ones
from facilitate.meeting.consolidation import submitted
from facilitate.meeting.fates import AMENDMENT
from facilitate.meeting.passages import passages
from facilitate.text.collation import read_for


def consolidated_text_read_for_a_member_is_the_member(forum: Forum) -> None:
    for group in forum.consolidation.in_order():
        for member in group.members:
            breakout, _, id = member.partition("/")
            said = forum.drafts[breakout].recommendations[id].text
            assert read_for(group.text, member) == said


def a_member_has_one_place(forum: Forum) -> None:
    grouped = [member for group in forum.consolidation.in_order() for member in group.members]
    assert len(grouped) == len(set(grouped))
    assert not set(grouped) & set(forum.consolidation.set_aside)


def every_run_of_a_recommendation_has_a_source(forum: Forum) -> None:
    for there in forum.recommendations.by_id.values():
        known = {*there.members, *(AMENDMENT + id for id in forum.amendments)}
        assert there.text.strip()
        assert all(run.text and run.sources for run in there.runs)
        assert {source for run in there.runs for source in run.sources} <= known


def an_open_amendment_is_about_the_text_as_it_stands(forum: Forum) -> None:
    for there in forum.recommendations.by_id.values():
        for amendment in open_ones(forum.amendments, there.id):
            assert (amendment.version, amendment.base) == (there.version, there.text)
            assert amendment.text != there.text


def every_word_of_a_draft_written_live_is_in_a_passage(forum: Forum) -> None:
    its: dict[str, list[str]] = {}
    for passage in passages(forum.drafts):
        words = its.setdefault(f"{passage.breakout}/{passage.recommendation}", [])
        assert passage.start == sum(map(len, words))
        words.append(passage.written.text)
    texts = {name: draft.text for name, draft in submitted(forum.drafts).items()}
    assert {name: "".join(words) for name, words in its.items()}.items() <= texts.items()


LAWS_OF_TEXTS: tuple[Callable[[Forum], None], ...] = (
    consolidated_text_read_for_a_member_is_the_member,
    a_member_has_one_place,
    every_run_of_a_recommendation_has_a_source,
    an_open_amendment_is_about_the_text_as_it_stands,
    every_word_of_a_draft_written_live_is_in_a_passage,
)

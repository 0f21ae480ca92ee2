"""Whatever an event does to a fate or to a text of the report, it is told."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from facilitate.exports.reports import Report, Text, report
from facilitate.meeting import Event, Forum, evolve
from facilitate.meeting.contributions import ContributionEndorsed
from facilitate.plans import read_plan
from facilitate.record.chain import Head
from facilitate.record.directory import Entry
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.day import rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.web.pages.traces import (
    contributions_told,
    is_unheard,
    recommendations_told,
    unheard,
)

MORNING = datetime(2023, 6, 5, 7, tzinfo=UTC)
NOBODY: Mapping[str, Entry] = {}


@pytest.fixture(scope="module")
def steps() -> list[tuple[Event, Forum, Report, Report]]:
    """Each event of the day that can matter, the forum after it, the report before and after."""
    return list(_steps())


def _steps() -> Iterator[tuple[Event, Forum, Report, Report]]:
    plan = read_plan(PLAN)
    forum, before = Forum(plan.id), None
    for seq, event in enumerate(rehearsed(plan, voices(), MORNING), start=1):
        forum = evolve(forum, event)
        if isinstance(event, ContributionEndorsed):
            continue
        after = report(forum, NOBODY, "en", Head(seq, b""))
        if before is not None:
            yield event, forum, before, after
        before = after


def fates(made: Report) -> dict[str, object]:
    return {v.id: (v.text, v.who, v.fate, v.reason, v.ways) for v in made.contributions}


def outcomes(made: Report) -> dict[str, object]:
    texts = (*made.adopted, *made.deferred, *made.not_adopted, *made.undecided)
    return {text.id: _shown(text) for text in texts}


def _shown(text: Text) -> tuple[object, ...]:
    return (text.label, text.stage, text.text, text.version, text.decision, text.clauses)


def test_every_fate_that_changes_is_told(
    steps: list[tuple[Event, Forum, Report, Report]],
) -> None:
    turned = 0
    for event, forum, before, after in steps:
        earlier = fates(before)
        changed = {id for id, fate in fates(after).items() if earlier.get(id) != fate}
        assert changed <= set(contributions_told(event, forum)), event
        turned += len(changed)
    assert turned > 200


def test_every_text_of_the_report_that_changes_is_told(
    steps: list[tuple[Event, Forum, Report, Report]],
) -> None:
    turned = 0
    for event, forum, before, after in steps:
        earlier = outcomes(before)
        changed = {id for id, text in outcomes(after).items() if earlier.get(id) != text}
        assert changed <= set(recommendations_told(event, forum)), event
        turned += len(changed)
    assert turned > 20


def test_who_is_unheard_is_who_is_not_addressed(
    steps: list[tuple[Event, Forum, Report, Report]],
) -> None:
    for _, forum, _, after in steps[::10]:
        not_addressed = [v.id for v in after.contributions if v.fate == "not-addressed"]
        assert list(unheard(forum)) == not_addressed
        one_by_one = [v.id for v in after.contributions if is_unheard(forum, v.id)]
        assert one_by_one == not_addressed

"""The whole day of the rehearsal, played by the rules of procedure."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from facilitate.meeting import Event, Forum, codec, decide, evolve, replay
from facilitate.meeting.amendments import Stage as Fate
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.contributions import Standing
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.plenary import Sitting
from facilitate.meeting.recommendations import Stage as Outcome
from facilitate.plans import events, read_plan
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.day import STARTS, Act, day, play, rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.text.provenance import clauses

MORNING = datetime(2023, 6, 5, 7, 30, tzinfo=UTC)
THE_PLAN = read_plan(PLAN)
VOICES = voices()


@pytest.fixture(scope="module")
def acts() -> dict[Act, Forum]:
    """The forum at the end of each act."""
    forum = replay(Forum(THE_PLAN.id), events(THE_PLAN, MORNING))
    ends = {}
    for scene in day(VOICES):
        forum = replay(forum, play(scene, forum, MORNING + scene.start))
        ends[scene.act] = forum
    return ends


@pytest.fixture(scope="module")
def record() -> tuple[Event, ...]:
    return rehearsed(THE_PLAN, VOICES, MORNING)


def test_after_the_opening_all_have_joined_and_the_breakouts_are_open(
    acts: dict[Act, Forum],
) -> None:
    forum = acts[Act.OPENING]
    assert len(forum.people) == len(THE_PLAN.people) + len(VOICES.people)
    assert {breakout.stage for breakout in forum.in_order()} == {Stage.OPEN}


def test_after_the_contributions_all_rooms_are_full_of_voices(acts: dict[Act, Forum]) -> None:
    forum = acts[Act.CONTRIBUTIONS]
    made = forum.contributions.by_id.values()
    assert Counter(c.breakout for c in made) == {"good": 30, "online": 30, "policies": 30}
    assert Counter(c.standing for c in made) == {Standing.STANDS: 89, Standing.WITHDRAWN: 1}
    assert sum(len(c.endorsements) for c in made) > 200
    assert all(len(forum.floors[b.id].queue) == 1 for b in forum.in_order())


def test_after_the_drafting_every_breakout_has_reported_what_it_heard(
    acts: dict[Act, Forum],
) -> None:
    forum = acts[Act.DRAFTING]
    assert {breakout.stage for breakout in forum.in_order()} == {Stage.REPORTED}
    for room, drafts in VOICES.drafts.items():
        there = forum.drafts[room].in_order()
        assert [(r.id, r.text, r.cites) for r in there] == [(d.id, d.text, d.cites) for d in drafts]
        assert len({by for r in there for by in r.written_by}) == 2


def test_after_the_consolidation_the_texts_wait_two_of_them_with_brackets(
    acts: dict[Act, Forum],
) -> None:
    forum = acts[Act.CONSOLIDATION]
    waiting = forum.recommendations.in_order()
    assert {r.stage for r in waiting} == {Outcome.WAITING}
    assert [r.id for r in waiting if "[" in r.text] == ["goal", "participation"]
    assert [r.id for r in waiting if len(r.members) > 1] == [
        "goal", "participation", "status", "data",
    ]  # fmt: skip
    assert set(forum.consolidation.set_aside) == {"good/education"}


def test_after_the_plenary_each_recommendation_is_decided_in_one_of_four_ways(
    acts: dict[Act, Forum],
) -> None:
    forum = acts[Act.PLENARY]
    assert (forum.plenary.sitting, forum.plenary.current) == (Sitting.CLOSED, None)
    outcomes = {r.id: r.stage for r in forum.recommendations.in_order()}
    assert outcomes == {treated.id: treated.outcome for treated in VOICES.recommendations}
    assert Counter(outcomes.values()) == {
        Outcome.ADOPTED: 7,
        Outcome.ADOPTED_WITH_RESERVATIONS: 1,
        Outcome.DEFERRED: 1,
        Outcome.NOT_ADOPTED: 1,
    }
    assert {amendment.stage for amendment in forum.amendments.values()} == set(Fate)
    assert len(forum.floors[PLENARY].queue) == 1


def test_what_is_adopted_has_no_brackets_and_each_clause_has_its_sources(
    acts: dict[Act, Forum],
) -> None:
    forum = acts[Act.REPORT]
    for there in forum.recommendations.in_order():
        if there.stage in (Outcome.ADOPTED, Outcome.ADOPTED_WITH_RESERVATIONS):
            assert "[" not in there.text
            accepted = {a.id for a in forum.amendments.values() if a.stage is Fate.ACCEPTED}
            sources = {source for clause in clauses(there.runs) for source in clause.sources}
            assert sources <= {*there.members, *(f"amendment/{id}" for id in accepted)}


def test_the_goal_reads_as_the_plenary_made_it_of_two_drafts_and_two_amendments(
    acts: dict[Act, Forum],
) -> None:
    assert acts[Act.REPORT].recommendations.by_id["goal"].text == (
        "Parties should promote a stand-alone goal on culture in the international development"
        " agenda after 2030, recognise culture as a global public good in their national"
        " development plans, and report every 4 years, with a short account after 2 years,"
        " on the measures taken."
    )


def test_every_line_of_the_day_changes_something() -> None:
    forum = replay(Forum(THE_PLAN.id), events(THE_PLAN, MORNING))
    for scene in day(VOICES):
        script = scene.script(forum)
        line = next(script, None)
        while line is not None:
            happened = decide(forum, line.command, line.by, MORNING)
            assert happened, line
            for event in happened:
                forum = evolve(forum, event)
            try:
                line = script.send(forum)
            except StopIteration:
                line = None


def test_the_day_goes_forward_and_is_the_same_whenever_it_is_played(
    record: tuple[Event, ...],
) -> None:
    times = [event.at for event in record]
    assert times == sorted(times)
    assert rehearsed(THE_PLAN, VOICES, MORNING) == record
    assert [codec.decode(codec.encode(event)) for event in record] == list(record)


def test_the_day_can_be_played_up_to_any_act(
    acts: dict[Act, Forum], record: tuple[Event, ...]
) -> None:
    assert list(STARTS) == list(Act) == list(acts)
    for act, forum in acts.items():
        so_far = rehearsed(THE_PLAN, VOICES, MORNING, until=act)
        assert so_far == record[: len(so_far)]
        assert replay(Forum(THE_PLAN.id), so_far) == forum

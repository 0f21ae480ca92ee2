"""The plan of the rehearsal and what its people say fit together."""

from collections import Counter

from facilitate.meeting import Attendance, Role
from facilitate.meeting.contributions import Kind
from facilitate.plans import read_plan
from facilitate.rehearsal import PARTS, PLAN
from facilitate.rehearsal.voices import voices

THE_PLAN = read_plan(PLAN)
VOICES = voices()
SAID = [said for spoken in VOICES.contributions.values() for said in spoken]


def test_the_topics_are_those_of_the_real_forum_in_english_and_french() -> None:
    assert [str(topic.title) for topic in THE_PLAN.topics] == [
        "Recognising culture as a global public good:"
        " implications for sustainable development and cultural rights",
        "Diversity of cultural expressions in the digital environment:"
        " challenges and opportunities",
        "Cultural governance, public policies and commitments to the 2005 Convention",
    ]
    assert all(set(topic.title.in_languages) == {"en", "fr"} for topic in THE_PLAN.topics)


def test_there_is_somebody_of_the_plan_for_each_part() -> None:
    people = {person.id: person for person in THE_PLAN.people}
    assert people[PARTS["remote participant"]].attendance is Attendance.REMOTE
    assert people[PARTS["in-hall participant"]].attendance is Attendance.HALL
    assert Role.RAPPORTEUR in people[PARTS["rapporteur"]].roles
    assert Role.CHAIR in people[PARTS["chair"]].roles
    assert Role.SECRETARIAT in people[PARTS["secretariat"]].roles
    assert people[PARTS["projector"]].roles == (Role.OBSERVER,)


def test_every_breakout_has_two_rapporteurs_one_of_them_remote() -> None:
    for breakout in THE_PLAN.breakouts:
        theirs = [p.attendance for p in THE_PLAN.people if breakout.id in p.breakouts]
        assert sorted(theirs) == [Attendance.HALL, Attendance.REMOTE]


def test_everybody_speaks_and_nobody_is_unknown() -> None:
    crowd = [voice.id for voice in VOICES.people]
    planned = [person.id for person in THE_PLAN.people]
    assert len(set(crowd + planned)) == len(crowd + planned)
    assert set(crowd) <= {said.by for said in SAID} <= set(crowd + planned)


def test_ninety_voices_of_all_kinds_in_seven_languages() -> None:
    assert len({said.id for said in SAID}) == len(SAID) == 90
    assert min(Counter(said.kind for said in SAID)[kind] for kind in Kind) >= 15
    assert {said.language for said in SAID} == {"en", "fr", "es", "ar", "pt", "zh", "ru"}
    assert {said.attendance for said in VOICES.people} == set(Attendance)


def test_proxy_entries_are_made_by_the_rapporteurs_of_the_room() -> None:
    rooms = {person.id: person.breakouts for person in THE_PLAN.people}
    proxies = [
        (said.by, room) for room, spoken in VOICES.contributions.items() for said in spoken
        if said.proxy
    ]  # fmt: skip
    assert len(proxies) >= 6
    assert all(room in rooms[by] for by, room in proxies)


def test_every_draft_recommendation_is_taken_on_or_set_aside_with_a_reason() -> None:
    drafted = [f"{room}/{draft.id}" for room, drafts in VOICES.drafts.items() for draft in drafts]
    treated = [member for t in VOICES.recommendations for member in t.members]
    assert sorted(treated + [aside.member for aside in VOICES.set_aside]) == sorted(drafted)

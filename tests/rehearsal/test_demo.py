import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Raw, structs

from facilitate.cli import main
from facilitate.live.forum import now
from facilitate.meeting import Attendance, Event, Forum, decide, evolve, replay
from facilitate.meeting.codec import encode
from facilitate.meeting.comments import CommentMade
from facilitate.meeting.contributions import ContributionEndorsed, ContributionMade
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee
from facilitate.meeting.floor import PLENARY, FloorGiven, HandRaised
from facilitate.meeting.forums import ForumPlanned
from facilitate.meeting.plenary import PlenaryOpened, Sitting
from facilitate.plans import events, read_plan
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions
from facilitate.rehearsal import PARTS, PLAN
from facilitate.rehearsal.clients import Numbered, Told, asked, signed_in
from facilitate.rehearsal.crowd import UNANSWERED, Crowd
from facilitate.rehearsal.day import STARTS, Act, rehearsed
from facilitate.rehearsal.demo import begun, peopled, staged, who_comes
from facilitate.rehearsal.voices import voices
from facilitate.web.pages.forum import day
from tests.web.serving import at_a_free_port, running

ROOMS = ["good", "online", "policies"]
SOMEBODY_HERE = re.compile(r'id="present".*?class="figure">[1-9].*?class="figure">[1-9]', re.DOTALL)


# The messages of each hour: none whose hour is over.
STANDING = {
    Act.OPENING: [],
    Act.CONTRIBUTIONS: ["message-opening"],
    Act.DRAFTING: ["message-contributions"],
    Act.CONSOLIDATION: ["message-consolidation"],
    Act.PLENARY: [],
    Act.REPORT: ["message-report"],
}


@pytest.mark.parametrize("act", Act)
def test_at_every_hour_there_is_a_link_for_every_part(act: Act, tmp_path: Path) -> None:
    at = now()
    plan, links = staged(str(tmp_path / "demo.db"), act, 0, at)
    assert set(PARTS.values()) <= set(links)

    engine = open_database(str(tmp_path / "demo.db"))
    record = Log(engine).read(plan.id)
    engine.dispose()
    assert all(event.at <= at + timedelta(minutes=1) for event in record)
    forum = replay(Forum(plan.id), record)
    assert (forum.plenary.sitting is Sitting.OPEN) is (act is Act.PLENARY)
    assert forum.plan is not None
    assert [line.when for line in day(forum.plan, at)].count("now") == 1
    standing = [message.id for message in forum.messages if not message.taken_down]
    assert standing == STANDING[act]


def test_a_demo_that_was_kept_goes_on_from_where_it_stands(tmp_path: Path) -> None:
    database = str(tmp_path / "demo.db")
    plan, _ = staged(database, Act.PLENARY, 0, now())
    engine = open_database(database)
    before = Log(engine).head(plan.id)

    _, links = staged(database, Act.OPENING, 0, now())
    assert Log(engine).head(plan.id) == before
    exchanged = Sessions(engine).exchange(links["chair"], now(), timedelta(hours=1))
    engine.dispose()
    assert exchanged is not None
    assert exchanged[1].person == "chair"


# --- the hour ------------------------------------------------------------------


@pytest.mark.parametrize("hour", range(24))
def test_the_day_is_of_one_date_and_has_its_breakouts_now_whenever_it_is_begun(hour: int) -> None:
    morning = datetime(2026, 11, 23, hour, 33, tzinfo=UTC)
    planned = events(begun(read_plan(PLAN), morning), morning)[0]
    assert isinstance(planned, ForumPlanned)
    late = morning + timedelta(minutes=80)
    assert [line.agenda[0].place for line in day(planned, late) if line.when == "now"] == ["good"]
    assert planned.agenda[0].start < planned.agenda[-1].end


# --- the people ----------------------------------------------------------------


@pytest.fixture(scope="module")
def contributions() -> Forum:
    """Rooms that are open beyond their time, after the first voices."""
    plan = peopled(read_plan(PLAN), voices(), 0)
    morning = now() - timedelta(hours=4)
    record = rehearsed(plan, voices(), morning)
    begins = morning + STARTS[Act.CONTRIBUTIONS] + timedelta(minutes=12)
    return replay(Forum(plan.id), (event for event in record if event.at <= begins))


def crowd_of(people: int, forum: Forum) -> Crowd:
    plan = peopled(read_plan(PLAN), voices(), people)
    crowd = Crowd("", plan.id, dict.fromkeys(who_comes(plan, people), ""), pace=1, seed=5)
    crowd.picture.forum, crowd.picture.seq = forum, 1
    return crowd


def moments(crowd: Crowd, many: int, at: datetime | None = None) -> list[Event]:
    """What they do in so many moments, and that all of it is in order."""
    done: list[Event] = []
    for person in list(crowd.people) * many:
        for command in crowd.next(person, crowd.seat(person)):
            for event in decide(crowd.picture.forum, command, person, at or now()):
                crowd.picture.forum = evolve(crowd.picture.forum, event)
                done.append(event)
    return done


def heard(crowd: Crowd, event: Event) -> None:
    numbered = Numbered(crowd.picture.seq + 1, Raw(encode(event)))
    crowd.hear(Told(numbered.seq, (numbered,)))


def test_all_sit_in_the_rooms_until_the_plenary_sits(contributions: Forum) -> None:
    crowd = crowd_of(40, contributions)
    seats = Counter(map(crowd.seat, crowd.people))
    assert seats.keys() == {*ROOMS, ""}
    assert seats[""] == 1, "the secretariat"
    assert min(seats[room] for room in ROOMS) >= 5
    heard(crowd, PlenaryOpened(at=now(), by="chair"))
    assert set(map(crowd.seat, crowd.people)) == {PLENARY}


@pytest.mark.parametrize("people", [5, 40])
def test_all_voices_are_heard_that_somebody_can_say_and_then_it_goes_on(
    contributions: Forum, people: int
) -> None:
    crowd = crowd_of(people, contributions)
    before = len(crowd.picture.forum.contributions.by_id)
    prepared = {said.id for own in crowd.to_say.values() for _, said in own}
    assert len(prepared) >= 60
    moments(crowd, 600)
    there = crowd.picture.forum.contributions.by_id
    assert prepared <= set(there)
    assert len(there) - before > 30
    assert ContributionEndorsed in {type(event) for event in moments(crowd, 300)}


def test_the_voices_come_over_the_whole_time_of_the_breakout(contributions: Forum) -> None:
    closes = now() + timedelta(hours=1)
    rooms = contributions.breakouts
    for room in ROOMS:
        rooms = rooms.set(room, structs.replace(rooms[room], closes_at=closes))
    crowd = crowd_of(40, structs.replace(contributions, breakouts=rooms))
    made = sum(isinstance(event, ContributionMade) for event in moments(crowd, 120))
    assert 1 <= made <= 15  # of seventy, in two minutes of an hour


GIVERS = {
    "good": "rapporteur-good-remote",
    "online": "rapporteur-online",
    "policies": "rapporteur-policies",
}


def test_a_hand_that_waits_is_given_the_floor_where_no_visitor_gives_it(
    contributions: Forum,
) -> None:
    for left_alone in (False, True):
        crowd = crowd_of(40, contributions)
        for room in ROOMS:
            heard(
                crowd,
                HandRaised(
                    room, "mei", Attendance.REMOTE, at=now() - timedelta(minutes=1), by="mei"
                ),
            )
        if left_alone:
            heard(crowd, ContributionEndorsed("g01", at=now(), by="rapporteur-good"))
        given = [event for event in moments(crowd, 60) if isinstance(event, FloorGiven)]
        first = {event.place: event.by for event in given if event.person == "mei"}
        helped = ROOMS[1:] if left_alone else ROOMS
        assert first == {room: GIVERS[room] for room in helped}


def test_a_hand_that_was_just_raised_waits(contributions: Forum) -> None:
    crowd = crowd_of(40, contributions)
    heard(crowd, HandRaised("good", "mei", Attendance.REMOTE, at=now(), by="mei"))
    assert not any(isinstance(event, FloorGiven) for event in moments(crowd, 40))


def test_a_draft_is_commented_on_but_no_more_than_can_be_answered(contributions: Forum) -> None:
    crowd = crowd_of(40, contributions)
    moments(crowd, 200)
    add = AddDraftRecommendation(
        "good", "d1", Addressee.PARTIES, "Fund the rivers.", cites=("g01",)
    )
    for event in decide(crowd.picture.forum, add, "rapporteur-good", now()):
        heard(crowd, event)
    done = [event for event in moments(crowd, 600) if isinstance(event, CommentMade)]
    assert [event.paragraph for event in done] == ["d1"] * UNANSWERED


def test_a_room_shows_who_sits_in_it(tmp_path: Path) -> None:
    settings = at_a_free_port(str(tmp_path / "demo.db"))
    plan, links = staged(settings.database, Act.CONTRIBUTIONS, 12, now())
    with running(settings) as address:
        people = {id: links[id] for id in who_comes(plan, 12)}
        crowd = Crowd(address, plan.id, people, pace=1, seed=5)
        asyncio.run(until_all_rooms_show_somebody(crowd, links["remote"]))


async def until_all_rooms_show_somebody(crowd: Crowd, link: str) -> None:
    """In the hall and remotely; raises ``TimeoutError``."""
    cookie = await signed_in(crowd.address, link)
    coming = asyncio.create_task(crowd.come())
    async with asyncio.timeout(30):
        for room in ROOMS:
            path = f"/forums/{crowd.picture.forum.id}/breakouts/{room}"
            while True:
                _, _, body = await asked(crowd.address, "GET", path, cookie=cookie)
                if SOMEBODY_HERE.search(body.decode()):
                    break
                await asyncio.sleep(0.5)
    coming.cancel()


# --- the words of the command ---------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [("--pace", "0"), ("--pace", "-1"), ("--pace", "nan"), ("--pace", "inf"), ("--people", "-3")],
)
def test_what_nobody_could_do_is_refused(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["demo", *words])
    assert refused.value.code == 2
    assert "between" in (said := capsys.readouterr().err) or "above 0" in said

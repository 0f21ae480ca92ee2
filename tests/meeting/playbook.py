"""Tests read as minutes: given what happened, when someone asks, then this follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from facilitate.meeting import (
    Attendance,
    Command,
    Event,
    Forum,
    Refused,
    Role,
    decide,
    replay,
)
from facilitate.meeting.acceptances import acceptance
from facilitate.meeting.amendments import AcceptAmendments, ProposeAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.codec import decode, encode
from facilitate.meeting.consolidation import FormGroup, PutToPlenary
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import ForumPlanned, PlannedBreakout, Topic
from facilitate.meeting.people import PersonJoined
from facilitate.meeting.plenary import OpenPlenary
from facilitate.meeting.recommendations import (
    Adopt,
    CallForConsensus,
    OpenRecommendation,
    Recommendation,
)

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)

# The people, by id.
ANNA = "anna"  # a participant at home
HUGO = "hugo"  # a participant in the hall
ROSA = "rosa"  # rapporteur of b1
RAUL = "raul"  # rapporteur of b2
CHIDI = "chidi"  # the chair
SAMI = "sami"  # the secretariat
OLGA = "olga"  # an observer
NOBODY = "nobody"  # has not joined

PLANNED = ForumPlanned(
    title=Words({"en": "Forum on Water"}),
    date="2030-06-01",
    timezone="Europe/Paris",
    venue="Paris",
    languages=("en", "fr"),
    topics=(Topic("t1", Words({"en": "Water"}), (Words({"en": "Whose is it?"}),)),),
    breakouts=(
        PlannedBreakout("b1", "t1", Words({"en": "Rivers", "fr": "Fleuves"}), "en", "Room 1"),
        PlannedBreakout("b2", "t1", Words({"en": "Wells"}), "fr", "Room 2", minutes=45),
    ),
    at=NOON,
    by="plan",
)


def _joined(
    person: str, attendance: Attendance, role: Role, breakouts: tuple[str, ...] = ()
) -> PersonJoined:
    return PersonJoined(person, attendance, (role,), breakouts, at=NOON, by="plan")


PLAN: tuple[Event, ...] = (
    PLANNED,
    _joined(ANNA, Attendance.REMOTE, Role.PARTICIPANT),
    _joined(HUGO, Attendance.HALL, Role.PARTICIPANT),
    _joined(ROSA, Attendance.HALL, Role.RAPPORTEUR, ("b1",)),
    _joined(RAUL, Attendance.REMOTE, Role.RAPPORTEUR, ("b2",)),
    _joined(CHIDI, Attendance.HALL, Role.CHAIR),
    _joined(SAMI, Attendance.HALL, Role.SECRETARIAT),
    _joined(OLGA, Attendance.REMOTE, Role.OBSERVER),
)


@dataclass(frozen=True)
class Playbook:
    past: tuple[Event, ...] = field(default=())

    @property
    def forum(self) -> Forum:
        return replay(Forum("forum"), self.past)

    def when(self, command: Command, by: str, at: datetime = NOON) -> "Outcome":
        return Outcome(self, command, by, at)

    def when_asked(self, by: str, command: Command) -> "Outcome":
        return self.when(command, by)

    def having(self, *asked: tuple[str, Command]) -> "Playbook":
        """The same, after these commands had their way, one by one."""
        forum, events = self.forum, list(self.past)
        for by, command in asked:
            made = decide(forum, command, by, NOON)
            assert made, f"{command} changes nothing"
            forum = replay(forum, made)
            events += made
        return Playbook(tuple(events))


@dataclass(frozen=True)
class Outcome:
    playbook: Playbook
    command: Command
    by: str
    at: datetime

    def then(self, *events: Event) -> None:
        """Exactly these events; what they say survives the codec, and asking again is harmless."""
        forum = self.playbook.forum
        assert decide(forum, self.command, self.by, self.at) == events
        assert tuple(decode(encode(event)) for event in events) == events
        if events:
            _asked_again(replay(forum, events), self)

    def refused(self, code: str, says: str = "") -> None:
        with pytest.raises(Refused) as refusal:
            decide(self.playbook.forum, self.command, self.by, self.at)
        assert refusal.value.code == code
        assert says in str(refusal.value)


def _asked_again(forum: Forum, outcome: Outcome) -> None:
    try:
        assert decide(forum, outcome.command, outcome.by, outcome.at) == ()
    except Refused:
        return


def given(*past: Event) -> Playbook:
    """The plan, the people, and what happened since."""
    return Playbook(PLAN + past)


# --- the day as it usually goes -----------------------------------------------

PARTIES = Addressee.PARTIES
FAIR = "Parties should pay artists fairly in the digital environment."
FAIRER = "Parties shall pay artists and authors fairly in the digital environment."

Asked = tuple[str, Command]

OPENING: tuple[Asked, ...] = (
    (SAMI, OpenBreakout("b1", 60)),
    (SAMI, OpenBreakout("b2", 60)),
)
VOICES: tuple[Asked, ...] = (
    (ANNA, Contribute("b1", "k1", Kind.GAP, "Streaming does not pay.", "en")),
    (HUGO, Contribute("b2", "k2", Kind.CONCERN, "Rien pour les auteurs.", "fr")),
)
WRITING: tuple[Asked, ...] = (
    (ROSA, AddDraftRecommendation("b1", "d1", PARTIES, FAIR, cites=("k1",))),
    (RAUL, AddDraftRecommendation("b2", "e1", PARTIES, FAIRER, cites=("k2",))),
    (SAMI, CloseContributions("b1")),
    (SAMI, CloseContributions("b2")),
)
REPORTING: tuple[Asked, ...] = (
    (ROSA, SubmitDraft("b1", 1)),
    (RAUL, SubmitDraft("b2", 1)),
)
CONSOLIDATING: tuple[Asked, ...] = (
    (SAMI, FormGroup("g1", ("b1/d1",))),
    (SAMI, FormGroup("g2", ("b2/e1",))),
    (SAMI, PutToPlenary("g1", 1, "r1")),
    (SAMI, PutToPlenary("g2", 1, "r2")),
)
TOGETHER: tuple[Asked, ...] = ((SAMI, FormGroup("g1", ("b1/d1", "b2/e1"))),)
SITTING: tuple[Asked, ...] = (
    (CHIDI, OpenPlenary()),
    (CHIDI, OpenRecommendation("r1")),
)
DAY = OPENING + VOICES + WRITING + REPORTING + CONSOLIDATING + SITTING


def day(*parts: Sequence[Asked]) -> Playbook:
    return given().having(*(asked for part in parts for asked in part))


def before_the_plenary() -> Playbook:
    """Two recommendations wait, r1 and r2; nobody sits yet."""
    return day(OPENING, VOICES, WRITING, REPORTING, CONSOLIDATING)


def in_discussion() -> Playbook:
    """The plenary sits and discusses r1; r2 waits."""
    return day(DAY)


def recommendation(playbook: Playbook, id: str = "r1") -> Recommendation:
    return playbook.forum.recommendations.by_id[id]


def digest(playbook: Playbook, id: str = "r1") -> str:
    return recommendation(playbook, id).digest


def proposing(text: str, id: str = "a1", by: str = ANNA, version: int = 1) -> Asked:
    return by, ProposeAmendment("r1", id, version, text, "Clearer.")


def accepting(playbook: Playbook, *ids: str) -> Asked:
    return CHIDI, accept(playbook.forum, "r1", *(ids or ("a1",)))


def accept(forum: Forum, recommendation: str, *ids: str) -> AcceptAmendments:
    """These amendments together, as the chair sees them now."""
    there = forum.recommendations.by_id[recommendation]
    return acceptance(there, tuple(forum.amendments[id] for id in ids))


def calling(playbook: Playbook) -> Asked:
    there = recommendation(playbook)
    return CHIDI, CallForConsensus("r1", there.version, there.digest)


def adopting(playbook: Playbook) -> Asked:
    there = recommendation(playbook)
    return CHIDI, Adopt("r1", there.version, there.digest)

"""A day with one of everything that can become of a voice, played by real commands."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from facilitate.meeting import Attendance, Command, Event, Forum, Role, decide, evolve
from facilitate.meeting.amendments import (
    ProposeAmendment,
    RejectAmendment,
    SupportAmendment,
    WithdrawAmendment,
)
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup, PutToPlenary, SetMemberAside
from facilitate.meeting.contributions import (
    Contribute,
    Endorse,
    HideContribution,
    Kind,
    TakeDown,
    WithdrawContribution,
)
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.floor import PLENARY, EndTurn, GiveFloor, RaiseHand, RaiseHandFor
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import ForumPlanned, PlannedBreakout, Topic
from facilitate.meeting.groups import ChooseReading
from facilitate.meeting.people import Join, PersonJoined, RemovePerson
from facilitate.meeting.plenary import OpenPlenary
from facilitate.meeting.recommendations import (
    Adopt,
    AdoptWithReservations,
    CallForConsensus,
    Defer,
    DoNotAdopt,
    Object,
    OpenRecommendation,
)
from facilitate.text.collation import Site
from tests.meeting.playbook import accept

MORNING = datetime(2023, 6, 5, 9, tzinfo=UTC)
STREAMING = (
    "Parties should ensure fair remuneration of artists in the digital environment; "
    "they should report on it every year."
)
ALL_ARTISTS = STREAMING.replace("artists", "all artists")
LOCAL = "Parties should support local content online."


class Day:
    """A forum and its record, a minute between one command and the next."""

    def __init__(self, planned: Iterable[Event]) -> None:
        self.forum = Forum("f")
        self.record: list[Event] = []
        self.at = MORNING
        self._tell(planned)

    def do(self, by: str, *commands: Command) -> None:
        for command in commands:
            self.at += timedelta(minutes=1)
            self._tell(decide(self.forum, command, by, self.at))

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self.record.append(event)
            self.forum = evolve(self.forum, event)

    def text(self, recommendation: str) -> tuple[int, str]:
        """Version and digest of what is on the chair's screen."""
        there = self.forum.recommendations.by_id[recommendation]
        return there.version, there.digest


def planned(**also: str) -> Day:
    """Two breakouts and their officers; ``also`` replaces words: title, venue, room."""
    title, room = Words({"en": also.get("title", "Fourth Forum"), "fr": "Quatrième Forum"}), "Room"
    rooms = (
        PlannedBreakout("b1", "t1", Words({"en": also.get("room", "Digital")}), "en", room),
        PlannedBreakout("b2", "t1", Words({"en": "Governance"}), "fr", room),
    )
    topics = (Topic("t1", Words({"en": "The topic"}), ()),)
    plan = ForumPlanned(
        title,
        "2023-06-05",
        "Europe/Paris",
        also.get("venue", "Paris"),
        ("en", "fr"),
        topics,
        rooms,
        at=MORNING,
        by="plan",
    )
    officers = {
        "sec": ((Role.SECRETARIAT,), ()),
        "chair": ((Role.CHAIR,), ()),
        "rita": ((Role.RAPPORTEUR,), ("b1",)),
        "rob": ((Role.RAPPORTEUR,), ("b2",)),
    }
    joined = (
        PersonJoined(id, Attendance.HALL, roles, rooms, at=MORNING, by="plan")
        for id, (roles, rooms) in officers.items()
    )
    return Day((plan, *joined))


def whole_day() -> Day:
    """Everybody's day. What becomes of each contribution is in its id."""
    day = in_drafting()
    draft(day)
    consolidate(day)
    agree(day)
    return day


def in_drafting() -> Day:
    """The same day before anything is drafted."""
    day = planned()
    day.do("anna", Join(Attendance.REMOTE))
    day.do("omar", Join(Attendance.HALL))
    day.do("gone", Join(Attendance.REMOTE))
    contribute(day)
    return day


def contribute(day: Day) -> None:
    day.do("sec", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
    day.do("anna", said("b1", "taken-up", "Artists are not paid for streaming."))
    day.do("rita", TakeDown("b1", "taken-up-proxy", Kind.GAP, "Nobody reports on it.", "en"))
    day.do("omar", said("b1", "not-addressed", "The room is cold."))
    day.do("omar", said("b1", "withdrawn", "I was told a secret."))
    day.do("omar", said("b1", "hidden", "You are all fools."))
    day.do("anna", said("b2", "deferred", "Les quotas manquent.", "fr"))
    day.do("omar", said("b2", "not-adopted", "Tax them all."))
    day.do("anna", said("b2", "in-draft", "Teach it in schools."))
    day.do("omar", said("b2", "set-aside", "Better coffee."))
    day.do("gone", said("b2", "before-plenary", "Archives are closing."))
    for person in ("omar", "gone", "rita"):
        day.do(person, Endorse("taken-up"))
    day.do("anna", Endorse("taken-up-proxy"))
    day.do("omar", WithdrawContribution("withdrawn"))
    day.do("sec", HideContribution("hidden", "An insult"))
    day.do("anna", RaiseHand("b1"))
    day.do("rita", GiveFloor("b1", "anna"), EndTurn("b1"), RaiseHandFor("b1", "nameless"))
    day.do("rita", GiveFloor("b1", "nameless"), EndTurn("b1"))


def said(breakout: str, id: str, text: str, language: str = "en") -> Contribute:
    return Contribute(breakout, id, Kind.CONCERN, text, language)


def draft(day: Day) -> None:
    day.do("rita", drafted("b1", "d1", STREAMING, "taken-up"))
    day.do("rita", drafted("b1", "d2", LOCAL))
    day.do("rob", drafted("b2", "e1", ALL_ARTISTS, "taken-up-proxy", "taken-up"))
    day.do("rob", drafted("b2", "e2", "Parties should set quotas.", "deferred"))
    day.do("rob", drafted("b2", "e3", "Parties shall tax platforms.", "not-adopted"))
    day.do("rob", drafted("b2", "e4", "Schools should teach it.", "in-draft"))
    day.do("rob", drafted("b2", "e5", "The coffee should improve.", "set-aside"))
    day.do("rob", drafted("b2", "e6", "Archives should be kept.", "before-plenary"))
    for room, rapporteur in (("b1", "rita"), ("b2", "rob")):
        day.do("sec", CloseContributions(room))
        day.do(rapporteur, SubmitDraft(room, day.forum.drafts[room].version))


def drafted(breakout: str, id: str, text: str, *cites: str) -> AddDraftRecommendation:
    return AddDraftRecommendation(breakout, id, Addressee.PARTIES, text, cites=cites)


def consolidate(day: Day) -> None:
    """All have a place or a reason; one text never goes to the plenary."""
    for id, members in GROUPS.items():
        form(day, id, *members)
    day.do("sec", SetMemberAside("b2/e5", "Outside the Convention"))
    for id in GROUPS:
        if id != "schools":
            put(day, id)


GROUPS = {
    "streaming": ("b1/d1", "b2/e1"),
    "quotas": ("b2/e2",),
    "tax": ("b2/e3",),
    "local": ("b1/d2",),
    "schools": ("b2/e4",),
    "archives": ("b2/e6",),
}


def form(day: Day, id: str, *members: str) -> None:
    day.do("sec", FormGroup(f"g-{id}", members))


def put(day: Day, id: str) -> None:
    for segment in day.forum.consolidation.groups[f"g-{id}"].text.segments:
        if isinstance(segment, Site):
            day.do("sec", ChooseReading(f"g-{id}", _version(day, id), segment.id, 0))
    day.do("sec", PutToPlenary(f"g-{id}", _version(day, id), id))


def _version(day: Day, id: str) -> int:
    return day.forum.consolidation.groups[f"g-{id}"].version


def agree(day: Day) -> None:
    """With a reservation, by consensus, deferred, not adopted, and one not reached."""
    day.do("chair", OpenPlenary(), OpenRecommendation("streaming"))
    day.do("omar", RaiseHand(PLENARY))
    day.do("chair", GiveFloor(PLENARY, "omar"))
    base = day.forum.recommendations.by_id["streaming"].text
    version, _ = day.text("streaming")
    day.do(
        "anna",
        ProposeAmendment("streaming", "a1", version, base.replace("year", "two years"), "Feasible"),
    )
    day.do("omar", SupportAmendment("a1"))
    day.do("omar", ProposeAmendment("streaming", "a2", version, f"{base} Now!", "Louder"))
    day.do("omar", ProposeAmendment("streaming", "a3", version, f"{base} Later.", ""))
    day.do("omar", WithdrawAmendment("a3"))
    day.do("chair", RejectAmendment("a2", "No support"))
    day.do("chair", accept(day.forum, "streaming", "a1"))
    day.do("chair", CallForConsensus("streaming", *day.text("streaming")))
    day.do("anna", Object("streaming", "Two years are too long."))
    day.do("chair", AdoptWithReservations("streaming", *day.text("streaming")))
    day.do("chair", OpenRecommendation("local"))
    day.do(
        "chair", CallForConsensus("local", *day.text("local")), Adopt("local", *day.text("local"))
    )
    day.do("chair", OpenRecommendation("quotas"))
    day.do("chair", Defer("quotas", *day.text("quotas"), "For the next forum"))
    day.do("chair", OpenRecommendation("tax"))
    day.do("chair", DoNotAdopt("tax", *day.text("tax"), "No agreement"))
    day.do("sec", RemovePerson("gone"))

"""The report of a forum: one value with everything that every rendering of it shows.

It is made from the forum as the record gives it and from the directory's names, and from nothing
else: whoever has the record can make the same report again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct, convert, to_builtins

from facilitate.meeting.amendments import Amendment
from facilitate.meeting.amendments import Stage as AmendmentStage
from facilitate.meeting.breakouts import Breakout
from facilitate.meeting.consolidation import member_of
from facilitate.meeting.contributions import Contribution, Kind
from facilitate.meeting.drafts import Addressee, Draft, DraftRecommendation
from facilitate.meeting.fates import (
    WITHHELD,
    Became,
    Fate,
    How,
    Way,
    WayBack,
    fates,
    made_in_order,
    members,
    ways_back,
)
from facilitate.meeting.forms import STRUCK
from facilitate.meeting.forums import Forum, ForumPlanned
from facilitate.meeting.measures import Measures, Tally, endorsed, measures, tally
from facilitate.meeting.people import Attendance
from facilitate.meeting.recommendations import Decision, Recommendation, Stage

# --- what the report needs beside the forum ------------------------------------


class Named(Protocol):
    """A line of the directory."""

    @property
    def name(self) -> str: ...
    @property
    def organisation(self) -> str: ...


class End(Protocol):
    """The end of the record: the number and the link of its last event."""

    @property
    def seq(self) -> int: ...
    @property
    def link(self) -> bytes: ...


# --- the report ---------------------------------------------------------------


class Who(Struct, frozen=True):
    """Somebody; by name only if the directory still has one.

    ``participant``: somebody whose name is not (or no longer) given. ``voice``: a voice from the
    floor, taken down without a name. ``organisation`` may be empty.
    """

    known_as: Literal["name", "participant", "voice"]
    name: str = ""
    organisation: str = ""


PARTICIPANT = Who("participant")
VOICE = Who("voice")


class ReportedBreakout(Struct, frozen=True):
    """``number`` counts breakouts as planned, from 1; the labels of contributions begin with it."""

    id: str
    number: int
    title: str
    topic: str
    language: str
    topic_id: str = ""


class ReportedWay(Struct, frozen=True):
    """``draft`` and ``recommendation`` are labels; see :class:`DraftLine`, :class:`Text`."""

    draft: str
    fate: Fate
    recommendation: str
    reason: str
    words: int
    how: How | None = None


class Voice(Struct, frozen=True):
    """A contribution. ``label`` is as in "2.7": breakout 2, contribution 7.

    Of what was withdrawn, hidden or erased, the report gives neither the words nor whose they were.
    ``proxy``: taken down by a rapporteur for somebody in the hall.
    """

    id: str
    label: str
    breakout: str
    who: Who
    attendance: Attendance
    proxy: bool
    kind: Kind
    language: str
    text: str
    endorsements: Tally
    fate: Fate
    reason: str
    ways: tuple[ReportedWay, ...]


class DraftLine(Struct, frozen=True):
    """A draft recommendation. ``label`` is as in "2-3": breakout 2, third in its draft.

    ``words``: how many words of the recommendation it stands behind are also its own.
    ``cites`` are ids of contributions, ``reason`` is why it was set aside.
    """

    id: str
    label: str
    breakout: str
    addressee: Addressee
    text: str
    written_by: tuple[Who, ...]
    cites: tuple[str, ...]
    words: int = 0
    reason: str = ""


class Change(Struct, frozen=True):
    """An amendment, withdrawn ones left out; ``text`` is the whole text as its sponsor put it."""

    id: str
    number: int
    sponsor: Who
    attendance: Attendance
    supporters: Tally
    text: str
    reason: str
    stage: AmendmentStage
    outcome_reason: str


class ReportedClause(Struct, frozen=True):
    """A clause with its sources: ids of draft recommendations, amendments and contributions."""

    text: str
    drafts: tuple[str, ...]
    amendments: tuple[str, ...]
    contributions: tuple[str, ...]


class Reservation(Struct, frozen=True):
    """``version``: of the text to which it was made; the adopted one may be a later one."""

    who: Who
    reason: str
    version: int


class Gavel(Struct, frozen=True):
    """``at`` is the forum's local time; ``hall`` and ``remote`` are how many had joined."""

    at: datetime
    by: Who
    hall: int
    remote: int
    reason: str
    reservations: tuple[Reservation, ...]


class Text(Struct, frozen=True):
    """A recommendation. ``label``: 1, 2, ... if adopted; D1 ... deferred, N1 ... not adopted,
    P1 ... still before the plenary. ``digest`` is SHA-256 of addressee, line feed and text."""

    id: str
    label: str
    stage: Stage
    addressee: Addressee
    text: str
    version: int
    digest: str
    decision: Gavel | None
    clauses: tuple[ReportedClause, ...]
    drafts: tuple[DraftLine, ...]
    amendments: tuple[Change, ...]


class Report(Struct, frozen=True, kw_only=True):
    """``seq`` and ``hash`` name the end of the record that this report was made from."""

    format: Literal["facilitate.report.v1"] = "facilitate.report.v1"
    forum: str
    title: str
    date: str
    timezone: str
    venue: str
    language: str
    languages: tuple[str, ...]
    breakouts: tuple[ReportedBreakout, ...]
    figures: Measures
    adopted: tuple[Text, ...]
    deferred: tuple[Text, ...]
    not_adopted: tuple[Text, ...]
    undecided: tuple[Text, ...]
    set_aside: tuple[DraftLine, ...]
    left_in_drafts: tuple[DraftLine, ...]
    contributions: tuple[Voice, ...]
    seq: int
    hash: str


def report(forum: Forum, names: Mapping[str, Named], language: str, head: End) -> Report:
    """The report in one language; the forum must have been planned."""
    assert forum.plan is not None, "a record begins with the plan"
    return _Reporting(forum, forum.plan, names, language).report(head)


def without_names(named: Report) -> Report:
    """The same report with "a participant" for everybody who is named in it."""
    return convert(_unnamed(to_builtins(named)), Report)


def _unnamed(part: object) -> object:
    match part:
        case {"known_as": "name"}:
            return to_builtins(PARTICIPANT)
        case dict():
            return {key: _unnamed(value) for key, value in part.items()}
        case list() | tuple():
            return [_unnamed(value) for value in part]
        case _:
            return part


def without_words_struck_since(held: Report, now: Report) -> Report:
    """An older report, with words struck where they are in the one that can be made ``now``."""
    return convert(_struck(to_builtins(held), to_builtins(now)), Report)


def _struck(held: object, now: object) -> object:
    match held, now:
        case str(), str() if now == STRUCK:
            return STRUCK
        case dict(), dict() if held.keys() == now.keys():
            return {key: _struck(value, now[key]) for key, value in held.items()}
        case list() | tuple(), list() | tuple() if len(held) == len(now):
            return [_struck(*both) for both in zip(held, now, strict=True)]
        case _:
            return held


# --- how it is made ------------------------------------------------------------

LETTERS: Mapping[Stage, str] = {
    Stage.ADOPTED: "",
    Stage.ADOPTED_WITH_RESERVATIONS: "",
    Stage.DEFERRED: "D",
    Stage.NOT_ADOPTED: "N",
    Stage.WAITING: "P",
    Stage.UNDER_DISCUSSION: "P",
}


def _labels(in_order: Iterable[Recommendation]) -> dict[str, str]:
    """Each outcome is numbered for itself, in the order of the plenary."""
    counted: dict[str, int] = {}
    labels: dict[str, str] = {}
    for there in in_order:
        letter = LETTERS[there.stage]
        counted[letter] = counted.get(letter, 0) + 1
        labels[there.id] = f"{letter}{counted[letter]}"
    return labels


class _Reporting:
    """What all parts of one report look up."""

    def __init__(
        self, forum: Forum, plan: ForumPlanned, names: Mapping[str, Named], language: str
    ) -> None:
        self.forum = forum
        self.plan = plan
        self.names = names
        self.language = language
        self.zone = ZoneInfo(plan.timezone)
        self.numbers = {b.id: number for number, b in enumerate(plan.breakouts, start=1)}
        self.labels = _labels(forum.recommendations.in_order())
        self.draft_labels = self._draft_labels()
        self.places = {made.id: place for place, made in enumerate(made_in_order(forum))}
        self.amendments: dict[str, list[Amendment]] = {}
        for amendment in sorted(forum.amendments.values(), key=lambda a: a.number):
            self.amendments.setdefault(amendment.recommendation, []).append(amendment)

    def _draft_labels(self) -> dict[str, str]:
        return {
            member_of(breakout, draft.id): f"{number}-{place}"
            for breakout, number in self.numbers.items()
            for place, draft in enumerate(self.forum.drafts.get(breakout, Draft()).in_order(), 1)
        }

    def report(self, head: End) -> Report:
        texts = self.texts()
        return Report(
            forum=self.forum.id,
            title=self.plan.title.in_(self.language),
            date=self.plan.date,
            timezone=self.plan.timezone,
            venue=self.plan.venue,
            language=self.language,
            languages=self.plan.languages,
            breakouts=tuple(map(self.breakout, self.forum.in_order())),
            figures=measures(self.forum),
            adopted=tuple(text for text in texts if LETTERS[text.stage] == ""),
            deferred=tuple(text for text in texts if LETTERS[text.stage] == "D"),
            not_adopted=tuple(text for text in texts if LETTERS[text.stage] == "N"),
            undecided=tuple(text for text in texts if LETTERS[text.stage] == "P"),
            set_aside=self.lines(Fate.SET_ASIDE),
            left_in_drafts=self.lines(Fate.IN_DRAFT),
            contributions=self.voices(),
            seq=head.seq,
            hash=head.link.hex(),
        )

    def breakout(self, breakout: Breakout) -> ReportedBreakout:
        return ReportedBreakout(
            breakout.id,
            self.numbers[breakout.id],
            breakout.title.in_(self.language),
            self.forum.topic(breakout.topic).title.in_(self.language),
            breakout.language,
            breakout.topic,
        )

    def who(self, id: str) -> Who:
        entry = self.names.get(id)
        if entry is None or not entry.name.strip():
            return PARTICIPANT
        return Who("name", entry.name, entry.organisation)

    # recommendations

    def texts(self) -> tuple[Text, ...]:
        back = ways_back(self.forum)
        return tuple(
            self.text(there, back[there.id]) for there in self.forum.recommendations.in_order()
        )

    def text(self, there: Recommendation, back: WayBack) -> Text:
        return Text(
            id=there.id,
            label=self.labels[there.id],
            stage=there.stage,
            addressee=there.addressee,
            text=there.text,
            version=there.version,
            digest=there.digest,
            decision=self.gavel(there.decision) if there.decision else None,
            clauses=tuple(
                ReportedClause(
                    clause.text,
                    clause.members,
                    clause.amendments,
                    self.in_order(clause.contributions),
                )
                for clause in back.clauses
            ),
            drafts=tuple(
                self.draft(origin.member, origin.draft, words=origin.words)
                for origin in back.origins
            ),
            amendments=tuple(
                self.change(amendment)
                for amendment in self.amendments.get(there.id, ())
                if amendment.stage is not AmendmentStage.WITHDRAWN
            ),
        )

    def gavel(self, decision: Decision) -> Gavel:
        return Gavel(
            decision.at.astimezone(self.zone),
            self.who(decision.by),
            decision.hall,
            decision.remote,
            decision.reason,
            tuple(Reservation(self.who(r.by), r.reason, r.version) for r in decision.reservations),
        )

    def change(self, amendment: Amendment) -> Change:
        people = self.forum.people
        return Change(
            amendment.id,
            amendment.number,
            self.who(amendment.by),
            amendment.attendance,
            tally(people[id].attendance if id in people else None for id in amendment.supporters),
            amendment.proposed,
            amendment.reason,
            amendment.stage,
            amendment.outcome_reason,
        )

    # draft recommendations

    def lines(self, fate: Fate) -> tuple[DraftLine, ...]:
        return tuple(
            self.draft(way.member, draft, reason=way.reason)
            for way, draft in members(self.forum)
            if way.fate is fate
        )

    def draft(
        self, member: str, draft: DraftRecommendation, words: int = 0, reason: str = ""
    ) -> DraftLine:
        return DraftLine(
            member,
            self.draft_labels[member],
            member.split("/")[0],
            draft.addressee,
            draft.text,
            tuple(map(self.who, draft.written_by)),
            self.in_order(draft.cites),
            words,
            reason,
        )

    # contributions

    def in_order(self, contributions: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(contributions, key=self.places.__getitem__))

    def voices(self) -> tuple[Voice, ...]:
        became = fates(self.forum)
        return tuple(self.voice(made, became[made.id]) for made in made_in_order(self.forum))

    def voice(self, made: Contribution, became: Became) -> Voice:
        withheld = became.fate in WITHHELD
        return Voice(
            id=made.id,
            label=f"{self.numbers[made.breakout]}.{made.number}",
            breakout=made.breakout,
            who=PARTICIPANT if withheld else self.speaker(made),
            attendance=made.attendance,
            proxy=made.taken_down_by is not None,
            kind=made.kind,
            language=made.language,
            text="" if withheld else made.text,
            endorsements=endorsed(self.forum, made),
            fate=became.fate,
            reason=became.reason,
            ways=tuple(map(self.way, became.ways)),
        )

    def speaker(self, made: Contribution) -> Who:
        return VOICE if made.by is None else self.who(made.by)

    def way(self, way: Way) -> ReportedWay:
        return ReportedWay(
            self.draft_labels[way.member],
            way.fate,
            self.labels[way.recommendation] if way.recommendation else "",
            way.reason,
            way.words,
            way.how,
        )

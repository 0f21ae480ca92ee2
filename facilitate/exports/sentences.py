"""What the report says in words, the same in every rendering; each sentence can be translated.

All that is returned is plain text with people's words in it: who renders it, escapes it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from facilitate.exports.reports import (
    Change,
    DraftLine,
    Gavel,
    Report,
    ReportedClause,
    ReportedWay,
    Reservation,
    Text,
    Voice,
    Who,
)
from facilitate.meeting import amendments
from facilitate.meeting.contributions import Kind
from facilitate.meeting.drafts import Addressee
from facilitate.meeting.fates import WITHHELD, Fate, How
from facilitate.meeting.measures import AdoptedWords, Measures, Tally
from facilitate.meeting.people import Attendance
from facilitate.meeting.recommendations import Stage
from facilitate.meeting.refusals import N_

ATTENDANCE: Mapping[Attendance, str] = {
    Attendance.HALL: N_("in the hall"),
    Attendance.REMOTE: N_("remotely"),
}

KIND: Mapping[Kind, str] = {
    Kind.CONCERN: N_("Concern"),
    Kind.EXPERIENCE: N_("Experience"),
    Kind.GAP: N_("Gap"),
    Kind.POSSIBILITY: N_("Possibility"),
}

ADDRESSEE: Mapping[Addressee, str] = {
    Addressee.PARTIES: N_("Addressed to the Parties"),
    Addressee.GOVERNING_BODY: N_("Addressed to the governing body"),
    Addressee.CONVENTION_SECRETARIAT: N_("Addressed to the Secretariat of the Convention"),
    Addressee.CIVIL_SOCIETY: N_("Addressed to civil society"),
    Addressee.OTHERS: N_("Addressed to others"),
}

OUTCOME: Mapping[Stage, str] = {
    Stage.WAITING: N_("Before the plenary, not discussed yet."),
    Stage.UNDER_DISCUSSION: N_("Under discussion in the plenary."),
    Stage.ADOPTED: N_("Adopted by consensus on %(at)s."),
    Stage.ADOPTED_WITH_RESERVATIONS: N_("Adopted with reservations on %(at)s."),
    Stage.DEFERRED: N_("Deferred on %(at)s: %(reason)s"),
    Stage.NOT_ADOPTED: N_("Not adopted on %(at)s: %(reason)s"),
    Stage.TAKEN_BACK: N_("Taken back to the drafting group."),
}

FATE: Mapping[Fate, str] = {
    Fate.TAKEN_UP: N_("Taken up"),
    Fate.BEFORE_PLENARY: N_("Before the plenary"),
    Fate.DEFERRED: N_("Deferred"),
    Fate.NOT_ADOPTED: N_("Not adopted"),
    Fate.IN_DRAFT: N_("In a draft only"),
    Fate.SET_ASIDE: N_("Set aside"),
    Fate.NOT_ADDRESSED: N_("Not addressed"),
    Fate.WITHDRAWN: N_("Withdrawn"),
    Fate.HIDDEN: N_("Hidden"),
    Fate.ERASED: N_("Erased, as the person wished"),
}

# What became of the draft that cites a contribution.
WAY: Mapping[Fate, str] = {
    Fate.TAKEN_UP: N_("Taken up in recommendation %(recommendation)s, by way of draft %(draft)s."),
    Fate.BEFORE_PLENARY: N_(
        "Before the plenary in recommendation %(recommendation)s, by way of draft %(draft)s."
    ),
    Fate.DEFERRED: N_(
        "Deferred with recommendation %(recommendation)s, by way of draft %(draft)s: %(reason)s"
    ),
    Fate.NOT_ADOPTED: N_(
        "Not adopted with recommendation %(recommendation)s, by way of draft %(draft)s: %(reason)s"
    ),
    Fate.IN_DRAFT: N_("Cited in draft %(draft)s, which did not go before the plenary."),
    Fate.SET_ASIDE: N_("Cited in draft %(draft)s, which the drafting group set aside: %(reason)s"),
}
IN_OTHER_WORDS = N_("None of its own words were chosen there.")
HOW: Mapping[How, str] = {
    How.WORD_FOR_WORD: N_("A phrase of the contribution stands there word for word."),
    How.MERGED: N_("The contribution was merged there with what other drafts said."),
    How.IN_OTHER_WORDS: N_("The contribution is said there in other words."),
}
TAKEN_UP: Mapping[How, str] = {
    How.WORD_FOR_WORD: N_("of these, word for word"),
    How.MERGED: N_("of these, merged"),
    How.IN_OTHER_WORDS: N_("of these, in other words"),
}


AMENDED: Mapping[amendments.Stage, str] = {
    amendments.Stage.OPEN: N_("Not dealt with."),
    amendments.Stage.ACCEPTED: N_("Accepted."),
    amendments.Stage.REJECTED: N_("Not accepted."),
    amendments.Stage.WITHDRAWN: N_("Withdrawn."),
    amendments.Stage.HANDED_BACK: N_("Handed back to its sponsor, as the text had changed."),
    amendments.Stage.LAPSED: N_("Lapsed with the recommendation."),
}


def dated(day: date, length: str, locale: Locale) -> str:
    """A day in words. In French the first is the 1er, which Babel's data (CLDR) leave out."""
    said = format_date(day, length, locale=locale)
    first = locale.language == "fr" and day.day == 1
    return re.sub(r"\b1 ", "1er ", said, count=1) if first else said


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of figures, by attendance."""

    name: str
    hall: str
    remote: str
    unknown: str
    total: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one language; ``translate`` gives the sentence for the English one."""

    translate: Callable[[str], str]
    language: str

    @property
    def locale(self) -> Locale:
        """English is that of the United Nations: 5 June, not June 5."""
        return Locale.parse("en-GB" if self.language == "en" else self.language, sep="-")

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)

    def list(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.locale)

    def day(self, day: date) -> str:
        return dated(day, "long", self.locale)

    def time(self, at: datetime) -> str:
        return f"{at:%H:%M}"

    # people

    def who(self, somebody: Who) -> str:
        match somebody.known_as:
            case "participant":
                return self.translate(N_("a participant"))
            case "voice":
                return self.translate(N_("a voice from the floor"))
            case "name" if somebody.organisation:
                return f"{somebody.name} ({somebody.organisation})"
            case "name":
                return somebody.name

    def speaker(self, said: Voice) -> str:
        """Who speaks in a contribution, how they take part, and for whom it was taken down."""
        speaker = f"{self.who(said.who)}, {self.translate(ATTENDANCE[said.attendance])}"
        taken_down = self.translate(N_("taken down by a rapporteur"))
        return f"{speaker}, {taken_down}" if said.proxy else speaker

    def writers(self, draft: DraftLine) -> str:
        return self.list(self.who(each) for each in draft.written_by)

    def reservation(self, made: Reservation, text: Text) -> str:
        """To which version it was made, and whether the text was changed after it."""
        if made.version == text.version:
            sentence = N_("Reservation of %(who)s to version %(version)s: %(reason)s")
        else:
            sentence = N_(
                "Reservation of %(who)s to version %(version)s, before the text was changed: "
                "%(reason)s"
            )
        return self.translate(sentence) % {
            "who": self.who(made.who),
            "version": self.number(made.version),
            "reason": made.reason,
        }

    def supporters(self, supporters: Tally) -> str:
        return self.translate(N_("Supporters: %(hall)s in the hall, %(remote)s remotely.")) % {
            "hall": self.number(supporters.hall),
            "remote": self.number(supporters.remote),
        }

    def endorsements(self, endorsements: Tally) -> str:
        sentence = N_("Endorsed by %(total)s (in the hall: %(hall)s, remotely: %(remote)s).")
        return self.translate(sentence) % {
            "total": self.number(endorsements.total),
            "hall": self.number(endorsements.hall),
            "remote": self.number(endorsements.remote),
        }

    # what became of things

    def became(self, said: Voice) -> tuple[str, ...]:
        """Each way a contribution went; its fate, where that says more or there is no way."""
        ways = tuple(self.way(way) for way in said.ways)
        told_by_ways = ways and said.fate not in WITHHELD
        return ways if told_by_ways else (self.fate(said), *ways)

    def outcome(self, text: Text) -> str:
        sentence = self.translate(OUTCOME[text.stage])
        if text.decision is None:
            return sentence
        at = f"{self.day(text.decision.at)}, {self.time(text.decision.at)}"
        return sentence % {"at": at, "reason": text.decision.reason}

    def present(self, decision: Gavel) -> str:
        sentence = N_("Had joined when it was decided: %(hall)s in the hall, %(remote)s remotely.")
        return self.translate(sentence) % {
            "hall": self.number(decision.hall),
            "remote": self.number(decision.remote),
        }

    def amended(self, amendment: Change) -> str:
        outcome = self.translate(AMENDED[amendment.stage])
        return f"{outcome} {amendment.outcome_reason}".rstrip()

    def fate(self, said: Voice) -> str:
        if said.fate is Fate.HIDDEN:
            sentence = self.translate(N_("Hidden by the secretariat: %(reason)s"))
            return sentence % {"reason": said.reason}
        return self.translate(FATE[said.fate])

    def way(self, way: ReportedWay) -> str:
        told = self.translate(WAY[way.fate]) % {
            "recommendation": way.recommendation,
            "draft": way.draft,
            "reason": way.reason,
        }
        if way.recommendation and not way.words:
            return f"{told} {self.translate(IN_OTHER_WORDS)}"
        return f"{told} {self.translate(HOW[way.how])}" if way.how else told

    def sources(self, clause: ReportedClause, text: Text, labels: Mapping[str, str]) -> str:
        """Where a clause comes from, by labels; ``labels`` are those of contributions."""
        drafts = {draft.id: draft.label for draft in text.drafts}
        numbers = {change.id: str(change.number) for change in text.amendments}
        of = (
            (N_("Drafts: %(labels)s"), [drafts[id] for id in clause.drafts]),
            (N_("Amendments: %(labels)s"), [numbers[id] for id in clause.amendments]),
            (N_("Contributions: %(labels)s"), [labels[id] for id in clause.contributions]),
        )
        told = [self.translate(name) % {"labels": ", ".join(which)} for name, which in of if which]
        return " · ".join(told)

    # figures

    def equality(self, figures: Measures) -> tuple[Row, ...]:
        """Hall and home side by side."""
        return (
            self.row(N_("People taking part"), figures.people),
            self.row(N_("Contributions"), figures.heard.contributions),
            self.row(N_("Endorsements"), figures.heard.endorsements),
            self.row(N_("Turns at the floor"), figures.heard.turns),
            self.row(N_("Amendments proposed"), figures.amendments_proposed),
            self.row(N_("Amendments accepted"), figures.amendments_accepted),
        )

    def fates(self, figures: Measures) -> tuple[Row, ...]:
        rows = {fate: self.row(FATE[fate], figures.by_fate[fate]) for fate in FATE}
        taken_up = (self.row(TAKEN_UP[how], figures.by_how[how]) for how in TAKEN_UP)
        return (rows.pop(Fate.TAKEN_UP), *taken_up, *rows.values())

    def breakouts(self, report: Report) -> tuple[Row, ...]:
        heard = report.figures.by_breakout
        return tuple(
            self._counted(room.title, heard[room.id].contributions) for room in report.breakouts
        )

    def row(self, name: str, tally: Tally) -> Row:
        return self._counted(self.translate(name), tally)

    def _counted(self, name: str, tally: Tally) -> Row:
        counts = (tally.hall, tally.remote, tally.unknown, tally.total)
        return Row(name, *map(self.number, counts))

    def adopted_words(self, words: AdoptedWords) -> str:
        sentence = N_(
            "Words adopted: %(hall)s lead back to voices in the hall, %(remote)s to voices at home,"
            " %(both)s to both, %(neither)s to no contribution that was cited."
        )
        return self.translate(sentence) % {
            "hall": self.number(words.hall),
            "remote": self.number(words.remote),
            "both": self.number(words.both),
            "neither": self.number(words.neither),
        }

    def languages(self, figures: Measures) -> str:
        return self._by_language(figures.by_language, self.number)

    def _by_language(self, counted: Mapping[str, int], told: Callable[[int], str]) -> str:
        names = self.locale.languages
        return self.list(
            f"{names.get(code.split('-')[0], code)} {told(count)}"
            for code, count in counted.items()
        )

    def led_back(self, report: Report) -> tuple[str, ...]:
        """What part of the adopted words leads back to each topic, breakout and language."""
        shares, rooms = report.figures.led_back, report.breakouts
        if not shares.total:
            return ()

        def share(words: int) -> str:
            return format_percent(words / shares.total, locale=self.locale)

        topics = {room.topic: shares.by_topic[room.topic_id] for room in rooms}
        breakouts = {room.title: shares.by_breakout[room.id] for room in rooms}
        told = (
            (N_("By topic: %(shares)s"), self._shares(topics, share)),
            (N_("By breakout: %(shares)s"), self._shares(breakouts, share)),
            (N_("By language: %(shares)s"), self._by_language(shares.by_language, share)),
        )
        head = N_("What part of the adopted words leads back to whom; several may share a word.")
        parts = (self.translate(how) % {"shares": said} for how, said in told if said)
        return (self.translate(head), *parts)

    def _shares(self, counted: Mapping[str, int], share: Callable[[int], str]) -> str:
        return self.list(f"{name} {share(words)}" for name, words in counted.items())

    def without_voice(self, report: Report) -> str:
        """The recommendations behind which no contribution stands, by label."""
        texts = (*report.adopted, *report.deferred, *report.not_adopted, *report.undecided)
        labels = [text.label for text in texts if text.id in report.figures.without_voice]
        if not labels:
            return self.translate(N_("Behind every recommendation stands a contribution."))
        sentence = self.translate(N_("Recommendations without any contribution: %(labels)s."))
        return sentence % {"labels": self.list(labels)}

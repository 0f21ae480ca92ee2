"""Reports to render: of the day of tests/meeting/days.py, and of one full of hostile words."""

from collections.abc import Mapping
from dataclasses import dataclass

from facilitate.exports.reports import Report, report
from facilitate.meeting import Attendance
from facilitate.meeting.amendments import ProposeAmendment, RejectAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.contributions import HideContribution
from facilitate.meeting.drafts import SubmitDraft
from facilitate.meeting.people import Join
from facilitate.meeting.plenary import OpenPlenary
from facilitate.meeting.recommendations import (
    AdoptWithReservations,
    CallForConsensus,
    Object,
    OpenRecommendation,
)
from tests.meeting.days import Day, drafted, form, planned, put, said, whole_day
from tests.meeting.playbook import accept


@dataclass(frozen=True)
class Name:
    name: str
    organisation: str = ""


@dataclass(frozen=True)
class Head:
    seq: int = 99
    link: bytes = b"\xab" * 32


NAMES: Mapping[str, Name] = {
    "anna": Name("Anna Okonkwo", "Music Without Borders"),
    "omar": Name("Omar H."),
    "rita": Name("Rita Sousa", "Casa"),
    "chair": Name("The Chair"),
}
DAY = whole_day()
REPORT = report(DAY.forum, NAMES, "en", Head())

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "| a | b |\n|---|---|\n| c | d |",
    "=HYPERLINK(1)\n===\n# no heading\n- no list\n1. nor this\n---\n    nor code\n```\nnor this",
    "*not emphasis* _nor this_ `code` ~~gone~~ &lt;b&gt; \\* <http://evil.example>",
    "{{ 7 * 7 }} {% include 'x' %} %(seq)s %s </style></title>",
)


def attacked(words: str) -> Day:
    """A day on which everybody says the same hostile words wherever words can be said."""
    day = planned(title=words, venue=words, room=words)
    day.do("anna", Join(Attendance.REMOTE))
    day.do("sec", OpenBreakout("b1", 60))
    day.do("anna", said("b1", "c1", words), said("b1", "c2", words))
    day.do("sec", HideContribution("c2", words))
    day.do("rita", drafted("b1", "d1", words, "c1"), drafted("b1", "d2", words))
    day.do("sec", CloseContributions("b1"))
    day.do("rita", SubmitDraft("b1", 2))
    form(day, "r1", "b1/d1")
    form(day, "never-put", "b1/d2")
    put(day, "r1")
    day.do("chair", OpenPlenary(), OpenRecommendation("r1"))
    version, _ = day.text("r1")
    # Square brackets would keep it from being adopted.
    text = words.replace("[", "(").replace("]", ")") + "\n\nIt is so."
    day.do("anna", ProposeAmendment("r1", "a1", version, text, words))
    day.do("anna", ProposeAmendment("r1", "a2", version, f"{text} No.", words))
    day.do("chair", RejectAmendment("a2", words))
    day.do("chair", accept(day.forum, "r1", "a1"))
    day.do("chair", CallForConsensus("r1", *day.text("r1")))
    day.do("anna", Object("r1", words))
    day.do("chair", AdoptWithReservations("r1", *day.text("r1")))
    return day


def hostile(words: str) -> Report:
    names = {id: Name(words, words) for id in ("anna", "rita", "chair")}
    return report(attacked(words).forum, names, "en", Head())

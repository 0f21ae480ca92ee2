"""One forum: all that has happened to it, as one value."""

from immutables import Map
from msgspec import Struct

from facilitate.meeting.amendments import Amendments
from facilitate.meeting.breakouts import Breakout
from facilitate.meeting.comments import Comments
from facilitate.meeting.consolidation import Consolidation
from facilitate.meeting.contributions import Contributions
from facilitate.meeting.drafts import Draft
from facilitate.meeting.floor import Floor
from facilitate.meeting.forms import Fact, Words
from facilitate.meeting.messages import Messages
from facilitate.meeting.people import People
from facilitate.meeting.plenary import Plenary
from facilitate.meeting.recommendations import Recommendations


class Topic(Struct, frozen=True):
    """``questions`` guide the breakouts on this topic."""

    id: str
    title: Words
    questions: tuple[Words, ...]


class Agendum(Struct, frozen=True):
    """A line of the day: local times as ``HH:MM``; ``place`` is a breakout's id or the plenary."""

    start: str
    end: str
    title: Words
    place: str = ""


class Document(Struct, frozen=True):
    title: Words
    url: str
    language: str = ""


class PlannedBreakout(Struct, frozen=True):
    id: str
    topic: str
    title: Words
    language: str
    place: str
    minutes: int = 60


class ForumPlanned(Fact, frozen=True):
    """The first line of every record: ``date`` is ISO 8601, ``timezone`` an IANA name."""

    title: Words
    date: str
    timezone: str
    venue: str
    languages: tuple[str, ...]
    topics: tuple[Topic, ...]
    breakouts: tuple[PlannedBreakout, ...]
    agenda: tuple[Agendum, ...] = ()
    documents: tuple[Document, ...] = ()


class Forum(Struct, frozen=True):
    id: str
    plan: ForumPlanned | None = None
    people: People = Map()
    removed: People = Map()
    breakouts: Map[str, Breakout] = Map()
    contributions: Contributions = Contributions()
    floors: Map[str, Floor] = Map()
    drafts: Map[str, Draft] = Map()
    comments: Comments = Comments()
    consolidation: Consolidation = Consolidation()
    recommendations: Recommendations = Recommendations()
    amendments: Amendments = Map()
    plenary: Plenary = Plenary()
    messages: Messages = ()

    def topic(self, id: str) -> Topic:
        assert self.plan is not None, "a forum has a plan before it has topics"
        return next(topic for topic in self.plan.topics if topic.id == id)

    def in_order(self) -> tuple[Breakout, ...]:
        """The breakouts as planned."""
        planned = self.plan.breakouts if self.plan else ()
        return tuple(self.breakouts[breakout.id] for breakout in planned)


def waiting(planned: PlannedBreakout) -> Breakout:
    """The state of a breakout when nothing has happened yet."""
    return Breakout(
        planned.id,
        planned.topic,
        planned.title,
        planned.language,
        planned.place,
        planned.minutes,
    )

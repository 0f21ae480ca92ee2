"""What a page or a live part is drawn from: the forum as one audience sees it, in its language."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from facilitate.live.forum import LiveForum
from facilitate.meeting import Attendance, Forum, Role
from facilitate.meeting.contributions import Contribution, Standing
from facilitate.meeting.floor import Floor
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import ForumPlanned
from facilitate.record.directory import Entry
from facilitate.record.log import Head
from facilitate.web.languages import day_of, time_of, translations

NOBODY = Entry(id="", name="", organisation="", language="")


@dataclass(frozen=True, slots=True)
class Scene:
    """``place`` is what the page is about: a breakout's id, or nothing.

    It knows the audience (``roles``) but not the viewer, so that one drawing serves all who share
    it; what is the viewer's own is marked by ``data-by`` and ``data-mine`` and shown by style.
    """

    live: LiveForum
    place: str
    language: str
    roles: frozenset[Role]
    forum: Forum = field(init=False)
    head: Head = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forum", self.live.state)
        object.__setattr__(self, "head", self.live.head)

    @property
    def seq(self) -> int:
        """The number of the last event that it shows."""
        return self.head.seq

    @property
    def plan(self) -> ForumPlanned:
        assert self.forum.plan is not None, "every record begins with its plan"
        return self.forum.plan

    # --- in words ---------------------------------------------------------

    def words(self, words: Words) -> str:
        return words.in_(self.language)

    def _(self, sentence: str) -> str:
        return translations(self.language).gettext(sentence)

    def time(self, at: datetime) -> str:
        return time_of(at, self.plan.timezone, self.language)

    def day(self) -> str:
        return day_of(self.plan.date, self.language)

    # --- people -----------------------------------------------------------

    def entry(self, person: str | None) -> Entry:
        return self.live.names.get(person or "", NOBODY)

    def name(self, person: str | None) -> str:
        """The name somebody goes by; an unnamed voice is one from the floor."""
        if person is None:
            return self._("A voice from the floor")
        return self.entry(person).name or self._("A participant")

    def names(self, people: Iterable[str]) -> str:
        return ", ".join(self.name(person) for person in people)

    def attendance(self, person: str) -> Attendance:
        there = self.forum.people.get(person)
        return there.attendance if there else Attendance.HALL

    def is_(self, role: str) -> bool:
        return Role(role) in self.roles

    # --- what there is ----------------------------------------------------

    def contributions(self, breakout: str = "") -> tuple[Contribution, ...]:
        return self.forum.contributions.of(breakout or self.place)

    def readable(self, contribution: Contribution) -> bool:
        """A hidden contribution is for the secretariat alone; a withdrawn one for nobody."""
        if contribution.standing is Standing.HIDDEN:
            return Role.SECRETARIAT in self.roles
        return contribution.standing is Standing.STANDS

    def floor(self, place: str = "") -> Floor:
        return self.forum.floors.get(place or self.place, Floor())

    def present(self, place: str = "") -> dict[str, int]:
        """How many are at the place now, by attendance; with no place, in the whole forum.

        Those who only look on are not counted, nor is the projector.
        """
        there = self.live.presence.at(place) if place else self.live.presence.everywhere()
        here = [self.forum.people[id] for id in there if id in self.forum.people]
        counted = [person for person in here if person.roles != {Role.OBSERVER}]
        hall = sum(person.attendance is Attendance.HALL for person in counted)
        return {"hall": hall, "remote": len(counted) - hall}

    def names_present(self, place: str = "") -> list[str]:
        """Who is at the place now, by name; with no place, in the whole forum."""
        here = self.live.presence.at(place) if place else self.live.presence.everywhere()
        return sorted((self.name(person) for person in here), key=str.casefold)

    def link(self, *path: str) -> str:
        return "/".join((f"/forums/{self.forum.id}", *path))

"""One group of draft recommendations: its text, and what is settled at each site of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from immutables import Map

from facilitate.meeting.drafts import Addressee
from facilitate.meeting.forms import (
    REASON_LENGTH,
    RECOMMENDATION_LENGTH,
    Act,
    Fact,
    Id,
    Version,
    plain,
    within,
    worded,
)
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import N_, OutOfOrder, Stale, Unknown
from facilitate.text.choices import Choice, Worded, left_out, sites
from facilitate.text.collation import ConsolidatedText, Run, Site
from facilitate.text.provenance import settled

# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settling:
    """What somebody chose at a site, or that it was opened again (``None``).

    ``version`` is the group's from then on, ``reason`` why words that stood there stand nowhere.
    """

    choice: Choice | None
    by: str
    at: datetime
    version: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why a draft recommendation, or a whole group, goes no further."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """``settlings`` are what was chosen at each site, one after the other; the last one holds.

    ``version`` counts all changes, ``since`` is the one from which on the sites are these.
    ``recommendation`` is what the group became before the plenary, once it was put there;
    ``aside`` is why it goes no further.
    """

    id: str
    members: tuple[str, ...]
    addressee: Addressee
    text: ConsolidatedText
    version: int = 1
    since: int = 1
    settlings: Map[int, tuple[Settling, ...]] = Map()
    recommendation: str | None = None
    aside: SetAside | None = None

    @property
    def choices(self) -> dict[int, Choice]:
        last = {site: settlings[-1].choice for site, settlings in self.settlings.items()}
        return {site: choice for site, choice in last.items() if choice is not None}

    def settling(self, site: int) -> Settling | None:
        """Who left the site as it stands, and when; None if nobody touched it."""
        return self.settlings.get(site, (None,))[-1]

    def version_of(self, site: int) -> int:
        """Since which version of the group the site stands as it does."""
        settling = self.settling(site)
        return self.since if settling is None else settling.version

    def left_out(self) -> tuple[Site, ...]:
        """Where a draft said something that now stands nowhere."""
        return left_out(self.text, self.choices)

    def unexplained(self) -> tuple[Site, ...]:
        """Of these, where nobody has said why."""
        return tuple(s for s in self.left_out() if not self.settlings[s.id][-1].reason)

    def runs(self) -> tuple[Run, ...]:
        """The text as settled so far, each run with the members it comes from."""
        return settled(self.text, self.choices)


# --- commands ------------------------------------------------------------


class ConsolidationAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class ChooseReading(ConsolidationAct, frozen=True):
    """``version`` is the group's as the asker saw it; of a site, refused if that has changed since.

    So two people at the desk settle two sites at once.
    """

    group: Id
    version: Version
    site: int
    reading: int


class WordSite(ConsolidationAct, frozen=True):
    """Words of the drafting group's own at a site, made of these readings; of all if none."""

    group: Id
    version: Version
    site: int
    text: str
    readings: tuple[int, ...] = ()


class KeepBrackets(ConsolidationAct, frozen=True):
    """Put these readings to the plenary as alternatives; all of them if none is named."""

    group: Id
    version: Version
    site: int
    readings: tuple[int, ...] = ()


class ReopenSite(ConsolidationAct, frozen=True):
    """As if nobody had settled it."""

    group: Id
    version: Version
    site: int


class ExplainLeavingOut(ConsolidationAct, frozen=True):
    """Why words that a draft had at a site stand nowhere."""

    group: Id
    version: Version
    site: int
    reason: str


Command = ChooseReading | WordSite | KeepBrackets | ReopenSite | ExplainLeavingOut


# --- events --------------------------------------------------------------


class ConsolidationFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class SiteSettled(ConsolidationFact, frozen=True):
    group: str
    site: int
    choice: Choice


class SiteReopened(ConsolidationFact, frozen=True):
    group: str
    site: int


class LeavingOutExplained(ConsolidationFact, frozen=True):
    group: str
    site: int
    reason: str


Event = SiteSettled | SiteReopened | LeavingOutExplained


# --- decide: command -> events ---------------------------------------------


def decide(group: Group, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    if _settled_so(group, command):
        return ()
    seen = group.version_of(command.site) <= command.version <= group.version
    refuse_unless_here(group, seen)
    return _settle(group, command, by, at)


def refuse_unless_here(group: Group, seen: bool) -> None:
    refuse_once_put(group)
    refuse_once_aside(group)
    if not seen:
        raise Stale()


def refuse_once_put(group: Group) -> None:
    if group.recommendation is not None:
        raise OutOfOrder(N_("This text is before the plenary. Take it back first."))


def refuse_once_aside(group: Group) -> None:
    """It was judged by its words, so these may not change behind the reason."""
    if group.aside is not None:
        raise OutOfOrder(N_("This text was set aside. Take it up again first."))


def _settled_so(group: Group, command: Command) -> bool:
    there = group.settling(command.site)
    match command:
        case ReopenSite():
            return there is None or there.choice is None
        case ExplainLeavingOut(reason=reason):
            return there is not None and there.reason == plain(reason) != ""
        case _:
            if there is None or there.choice is None:
                return False
            return there.choice == _choice(group, command)


def _settle(group: Group, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    site = _site(group, command.site)
    match command:
        case ChooseReading() | WordSite() | KeepBrackets():
            choice = _choice(group, command)
            return (SiteSettled(group.id, site.id, choice, at=at, by=by.id),)
        case ReopenSite():
            return (SiteReopened(group.id, site.id, at=at, by=by.id),)
        case ExplainLeavingOut(reason=reason):
            if site not in group.left_out():
                raise OutOfOrder(N_("Nothing is left out here."))
            said = worded(reason, REASON_LENGTH)
            return (LeavingOutExplained(group.id, site.id, said, at=at, by=by.id),)
        case _:
            assert_never(command)


def _choice(group: Group, command: ChooseReading | WordSite | KeepBrackets) -> Choice:
    site = _site(group, command.site)
    match command:
        case ChooseReading(reading=reading):
            return _of(site, (reading,))[0]
        case WordSite(text=text, readings=()):
            return within(text, RECOMMENDATION_LENGTH)
        case WordSite(text=text, readings=readings):
            return Worded(within(text, RECOMMENDATION_LENGTH), _of(site, readings))
        case KeepBrackets(readings=()):
            return tuple(range(len(site.readings)))
        case KeepBrackets(readings=readings):
            chosen = _of(site, readings)
            if len(chosen) < 2:
                raise Unknown(N_("Alternatives are two readings or more."))
            return chosen
        case _:
            assert_never(command)


def _of(site: Site, readings: tuple[int, ...]) -> tuple[int, ...]:
    """These readings of the site, each once, in its order."""
    if not all(0 <= reading < len(site.readings) for reading in readings):
        raise Unknown(N_("There is no such reading here."))
    return tuple(sorted(set(readings)))


def _site(group: Group, number: int) -> Site:
    for site in sites(group.text):
        if site.id == number:
            return site
    raise Unknown(N_("There is no such reading here."))


# --- evolve: event -> state ------------------------------------------------


def evolve(group: Group, event: Event) -> Group:
    """What somebody chose is the last of what was chosen there, and has the group's new version."""
    since = group.version + 1
    match event:
        case SiteSettled(site=site, choice=choice, by=by, at=at):
            return _settled(group, site, Settling(choice, by, at, since))
        case SiteReopened(site=site, by=by, at=at):
            return _settled(group, site, Settling(None, by, at, since))
        case LeavingOutExplained(site=site, reason=reason):
            *before, last = group.settlings[site]
            explained = (*before, replace(last, reason=reason, version=since))
            return replace(group, settlings=group.settlings.set(site, explained))
        case _:
            assert_never(event)


def _settled(group: Group, site: int, settling: Settling) -> Group:
    there = (*group.settlings.get(site, ()), settling)
    return replace(group, settlings=group.settlings.set(site, there))

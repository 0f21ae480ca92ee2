"""The live parts of a page: which events touch which part, and what it is drawn with.

A part is drawn by the same template on the page and in a live frame.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from facilitate.meeting import Event, Forum, Person
from facilitate.web.scenes import Scene

Context: TypeAlias = Mapping[str, object]


def always(event: Event, place: str) -> bool:
    return True


def here(event: Event, place: str) -> bool:
    """The event is about this very place: a breakout, or a floor."""
    return place in (getattr(event, "breakout", None), getattr(event, "place", None))


@dataclass(frozen=True, slots=True)
class Part:
    """One element of the page, drawn anew when an event of ``touched_by`` concerns the place.

    ``presence`` says that who is here also touches it. The template draws one element with ``id``.
    """

    id: str
    template: str
    touched_by: frozenset[type[Event]] = frozenset()
    concerns: Callable[[Event, str], bool] = always
    presence: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list that grows: only the one item an event is about is drawn anew, or appended.

    ``touches`` gives the keys of the items an event is about; ``find`` the item of a key, or None
    if it is no longer there. The template draws one element with id ``prefix-key`` from ``name``.
    ``order`` gives the keys in order for a list that can be rearranged; it must be a short one.
    ``sequence`` gives them for a list into whose midst new ones may come, while none moves.
    ``presence`` gives the keys of the items that who is here touches. With an empty ``into``
    nothing is appended.
    """

    into: str
    prefix: str
    name: str
    template: str
    touches: Callable[[Event, Forum, str], Iterable[str]]
    find: Callable[[Forum, str, str], object | None]
    order: Callable[[Forum, str], Sequence[str]] | None = None
    presence: Callable[[Forum, str], Iterable[str]] | None = None
    sequence: Callable[[Forum, str], Sequence[str]] | None = None


async def at_once(scene: Scene) -> None:
    """Nothing has to be made ready."""


@dataclass(frozen=True, slots=True)
class Page:
    """``context`` must be cheap: it is drawn upon for every part. Long lists are methods of the
    scene that only the whole page calls; what takes long is made ``ready`` before it is drawn.
    ``calm`` are the seconds between two tellings of what takes long to draw, as the report does.
    ``sits_at`` is the place where its readers are present; ``about`` the place of a page whose
    path names none. A page that is each reader's ``own`` has more of theirs than what
    :mod:`facilitate.web.mine` lights up, and is drawn for each alone.
    """

    name: str
    template: str
    may_see: Callable[[Forum, Person, str], bool]
    context: Callable[[Scene], Context]
    parts: tuple[Part | Items, ...]
    exists: Callable[[Forum, str], bool]
    sits_at: Callable[[str], str] = lambda place: place
    about: str = ""
    own: bool = False
    ready: Callable[[Scene], Awaitable[None]] = at_once
    calm: float = 0.0


def no_place(forum: Forum, place: str) -> bool:
    return not place


def a_breakout(forum: Forum, place: str) -> bool:
    return place in forum.breakouts


def all_who_joined(forum: Forum, person: Person, place: str) -> bool:
    return person.id in forum.people

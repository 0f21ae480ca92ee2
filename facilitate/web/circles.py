"""A circle: all who listen to one view on one kind of line, and how they are told.

Everybody stands at a place of their own in the record. Most stand at the present one, and get the
same frame; who was away or is slow gets one from where they stand, by the same call.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from logging import getLogger
from typing import Protocol, TypeAlias, TypeVar

from prometheus_client import Counter

from facilitate.meeting.people import Person
from facilitate.web.endings import BEGIN_ANEW, FAULT
from facilitate.web.frames import MOVING, HtmlView, JsonView
from facilitate.web.packing import Packed

Place: TypeAlias = tuple[int, int]  # the last event heard of, and the last presence told
View: TypeAlias = HtmlView | JsonView

AT_ONCE = 128  # listeners told between two looks at the clock

log = getLogger("facilitate")


class Line(Protocol):
    """A line that may be written to by its ``number``, a descriptor, while nothing waits on it.

    ``rest`` takes what could not be written so.
    """

    number: int
    packed: bool

    def rest(self, data: bytes) -> None: ...


class Listener(Protocol):
    """Somebody who listens, on ``line`` if that is one to write to.

    ``ready`` says that it can be told something; who has to wait is told from ``at`` later.
    """

    person: Person
    at: Place
    ready: bool

    @property
    def line(self) -> Line | None: ...

    def hear(self, frame: Packed) -> None: ...

    def end(self, code: int) -> None: ...


class Circle:
    """All who listen to one view on one kind of line.

    Most walk abreast: they have heard all there is, and take what comes as fast as it comes. They
    stand at one place, ``_at``, are written to by the numbers of their lines, and cost little more
    than the kernel takes. Everybody else is told one by one, each from a place of their own.
    """

    def __init__(self, view: View, bytes_told: Counter) -> None:
        self.view = view
        self.live = view.live
        self._bytes_told = bytes_told
        self._abreast: dict[Listener, Line] = {}
        self._at = self._now()
        self._next: list[dict[Listener, Line]] = []  # those of them who are told next, ...
        self._before = self._at  # ... and where they still stand
        self._others: dict[Listener, None] = {}

    def add(self, listener: Listener) -> None:
        """Whoever comes is told at once what is new to them."""
        self._others[listener] = None
        self.tell((listener,))

    def remove(self, listener: Listener) -> None:
        self._others.pop(listener, None)
        for some in (self._abreast, *self._next):
            some.pop(listener, None)

    def fall_back(self, listener: Listener) -> None:
        """It takes no more for now."""
        if listener in self._others:
            return
        listener.at = self._at if listener in self._abreast else self._before
        self.remove(listener)
        self._others[listener] = None

    def everybody(self) -> Sequence[Listener]:
        return (*self._abreast, *chain(*self._next), *self._others)

    def tell(self, listeners: Iterable[Listener]) -> None:
        """Each who is ready and has not heard of the present; a fault of ours ends the lines."""
        with self._faults_end_it():
            self._bytes_told.inc(self._tell(listeners))

    def rounds(self) -> Iterator[None]:
        """Tell all; others may go on between two steps."""
        with self._faults_end_it():
            for told in self._tell_those_abreast():
                self._bytes_told.inc(told)
                yield
            for listeners in batched(tuple(self._others)):
                self._bytes_told.inc(self._tell(listeners))
                yield

    @contextmanager
    def _faults_end_it(self) -> Iterator[None]:
        try:
            yield
        except Exception as fault:
            log.error("A view could not be told.", exc_info=fault)
            for listener in self.everybody():
                listener.end(FAULT)

    def _now(self) -> Place:
        return self.view.seq, self.live.presence_told

    def _tell_those_abreast(self) -> Iterator[int]:
        """Gives the bytes that were told, step by step. A thousand listeners go through this."""
        now = self._now()
        if self._at == now:
            return
        for listener in self._out_of_step():
            listener.end(BEGIN_ANEW)
        frame = self._frame(self._at, now) if self._abreast else None
        self._before, self._at = self._at, now
        if frame is None:
            return
        self._next, self._abreast = [dict(each) for each in batched(self._abreast.items())], {}
        while self._next:
            batch = self._next.pop()
            self._abreast |= batch
            write(frame, (*batch.values(),))
            yield frame.size * len(batch)

    def _tell(self, listeners: Iterable[Listener]) -> int:
        now, people = self._now(), self.live.state.people
        frame, told = None, 0
        drawn_from: Place | None = None
        for listener in listeners:
            if not listener.ready or listener not in self._others:
                continue
            if listener.at != now:
                if 0 < listener.at[0] < self.live.rewritten or _moved(listener.person, people):
                    listener.end(BEGIN_ANEW)
                    continue
                if listener.at != drawn_from:
                    drawn_from = listener.at
                    frame = self._frame(drawn_from, now)
                listener.at = now
                if frame is not None:
                    told += frame.size
                    listener.hear(frame)
            self._catch_up(listener)
        return told

    def _catch_up(self, listener: Listener) -> None:
        """It walks with the others, if it still takes what comes and they are no further."""
        if not (self._abreast or self._next):
            self._at = listener.at
        if listener.ready and listener.line is not None and listener.at == self._at:
            self._others.pop(listener)
            self._abreast[listener] = listener.line

    def _frame(self, then: Place, now: Place) -> Packed | None:
        return self.view.frame(then[0], then[1] != now[1])

    def _out_of_step(self) -> Sequence[Listener]:
        """Those abreast to whom words were told that are erased, or whose part has changed."""
        if 0 < self._at[0] < self.live.rewritten:
            return tuple(self._abreast)
        news = self.live.events[self._at[0] :]
        moved = {event.person for event in news if isinstance(event, MOVING)}
        if not moved:
            return ()
        people = self.live.state.people
        return [
            each
            for each in self._abreast
            if each.person.id in moved and _moved(each.person, people)
        ]


def write(frame: Packed, lines: Iterable[Line]) -> None:
    """What costs most of all that the server does."""
    for line in lines:
        data = frame.compressed if line.packed else frame.plain
        try:
            taken = os.write(line.number, data)
        except OSError:
            taken = 0  # the kernel holds enough for it, or it is gone; its transport finds out
        if taken != len(data):
            line.rest(data[taken:])


def _moved(then: Person, people: Mapping[str, Person]) -> bool:
    """Whether the part of a person is no longer what it was when the view was chosen."""
    there = people.get(then.id)
    return there is None or (there.roles, there.breakouts) != (then.roles, then.breakouts)


T = TypeVar("T")


def batched(many: Iterable[T]) -> Iterator[Sequence[T]]:
    """``AT_ONCE`` of them at a time."""
    left = iter(many)
    while some := (*islice(left, AT_ONCE),):
        yield some

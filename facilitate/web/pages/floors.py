"""The floor on a page: who speaks and who is next, of which only the hands that move are told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from facilitate.meeting import Event, Forum
from facilitate.meeting.floor import Floor, FloorGiven, Hand, HandLowered, HandRaised, TurnEnded
from facilitate.web.pages.shared import of_this_breakout
from facilitate.web.parts import Items

SPEAKS = ".speaks"  # the key of who has the floor; no person is called so


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who has the floor or asks for it; ``turns`` is how often they had it before."""

    key: str
    hand: Hand
    turns: int

    @property
    def speaks(self) -> bool:
        return self.key == SPEAKS


def called(forum: Forum, place: str) -> Sequence[Called]:
    """All of them, the next behind who speaks."""
    there = (_find(forum, place, key) for key in _sequence(forum, place))
    return tuple(each for each in there if each is not None)


def floor(template: str, moved_by: frozenset[type[Event]] = frozenset()) -> Items:
    """The queue, each hand drawn with ``template``; ``moved_by`` touches all hands at once."""

    def touches(event: Event, forum: Forum, place: str) -> Iterable[str]:
        if type(event) in moved_by and of_this_breakout(event, place):
            return _sequence(forum, place)
        match event:
            case HandRaised(place=there, person=id) | HandLowered(place=there, person=id):
                return (id,) if there == place else ()
            case FloorGiven(place=there, person=id):
                return (id, SPEAKS) if there == place else ()
            case TurnEnded(place=there):
                return (SPEAKS,) if there == place else ()
            case _:
                return ()

    return Items("queue", "hand", "called", template, touches, _find, sequence=_sequence)


def _find(forum: Forum, place: str, key: str) -> Called | None:
    there = forum.floors.get(place, Floor())
    hand = there.speaking if key == SPEAKS else there.hands.get(key)
    return Called(key, hand, there.turns.get(hand.person, 0)) if hand else None


def _sequence(forum: Forum, place: str) -> Sequence[str]:
    there = forum.floors.get(place, Floor())
    speaks = () if there.speaking is None else (SPEAKS,)
    return (*speaks, *(hand.person for hand in there.queue))

"""The picture of the forum that all simulated people share, whoever of them hears first."""

from facilitate.meeting import Forum, evolve
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.codec import decode
from facilitate.meeting.floor import PLENARY, Floor
from facilitate.meeting.plenary import Sitting
from facilitate.rehearsal.clients import Told


class Picture:
    """``seq`` is how far it goes; it begins with the record's first event."""

    def __init__(self, forum: str) -> None:
        self.forum = Forum(forum)
        self.seq = 0

    def hear(self, told: Told) -> None:
        """By anybody who has heard all there is in the picture."""
        for each in told.events:
            if each.seq > self.seq:
                self.forum = evolve(self.forum, decode(bytes(each.event)))
                self.seq = each.seq
        self.seq = max(self.seq, told.seq)

    def open_rooms(self) -> list[str]:
        return [b.id for b in self.forum.in_order() if b.stage is Stage.OPEN]

    def plenary_sits(self) -> bool:
        return self.forum.plenary.sitting is Sitting.OPEN

    def places(self) -> list[str]:
        """Where somebody can ask for the floor."""
        return [*self.open_rooms(), *([PLENARY] if self.plenary_sits() else [])]

    def floor(self, place: str) -> Floor:
        return self.forum.floors.get(place, Floor())

"""The meeting itself, as values: no I/O, no clock, no randomness.

decide(forum, command, by, at) -> events      what may happen
evolve(forum, event) -> forum                 what then is
"""

from facilitate.meeting.forums import Forum
from facilitate.meeting.people import Attendance, Person, Role
from facilitate.meeting.procedure import Command, Event, decide, evolve, replay
from facilitate.meeting.refusals import Refused

__all__ = [
    "Attendance",
    "Command",
    "Event",
    "Forum",
    "Person",
    "Refused",
    "Role",
    "decide",
    "evolve",
    "replay",
]

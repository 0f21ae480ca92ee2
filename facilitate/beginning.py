"""The beginning of a forum: its plan goes into the record, its people into the directory."""

from collections.abc import Sequence
from datetime import datetime
from secrets import choice

from sqlalchemy import Engine

from facilitate.meeting import Event
from facilitate.plans import Plan, events
from facilitate.record.directory import Directory, Entry
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another
CODE_LENGTH = 8


def begin(
    engine: Engine, plan: Plan, at: datetime, so_far: Sequence[Event] = ()
) -> tuple[str, dict[str, str]]:
    """Gives the join code, and for each person of the plan the secret of a personal link.

    ``so_far`` is what has happened already, where a rehearsal begins in the middle of the day.
    Raises :class:`AlreadyThere`.
    """
    code = plan.join_code or "".join(choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    Log(engine).start(plan.id, code, (*events(plan, at), *so_far))
    directory, sessions = Directory(engine), Sessions(engine)
    links = {}
    for person in plan.people:
        entry = Entry(person.id, person.name, person.organisation, person.language)
        directory.add(plan.id, entry)
        links[person.id] = sessions.issue_link(plan.id, person.id, at)
    return code, links

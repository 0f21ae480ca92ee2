"""Who came in, who was turned away, and whose part changed: logged for whoever guards the forum.

By ids and addresses. Neither a name nor a code, link or token that was tried stands in a line.
"""

from collections.abc import Mapping
from logging import getLogger

from starlette.requests import HTTPConnection

from facilitate.live.measures import REFUSALS
from facilitate.meeting import Command
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.people import Admit, AssignRoles, RemovePerson
from facilitate.record.sessions import Visitor
from facilitate.web.identity import Asker

LONGEST = 100  # characters of an origin, which the other side chooses
TRIED: Mapping[str, str] = {"code": "A wrong code was tried.", "link": "A wrong link was tried."}
log = getLogger("facilitate")


def came_in(connection: HTTPConnection, known: Visitor) -> None:
    who = {"forum": known.forum, "person": known.person}
    log.info("Somebody signed in.", extra={**who, **_from_where(connection)})


def guessed(connection: HTTPConnection, field: str) -> None:
    REFUSALS.labels(f"wrong-{field}").inc()
    log.warning(TRIED[field], extra=_from_where(connection))


def from_elsewhere(connection: HTTPConnection) -> None:
    REFUSALS.labels("foreign-origin").inc()
    origin = connection.headers.get("origin", "")[:LONGEST]
    log.warning("An origin was refused.", extra={**_from_where(connection), "origin": origin})


def another_line(by: Asker) -> None:
    """A line more than a session may have was turned away."""
    REFUSALS.labels("too-many-lines").inc()
    log.warning("A line too many was refused.", extra=_among(by))


def link_issued(by: Asker, whom: str) -> None:
    log.info("A personal link was issued.", extra={**_among(by), "whom": whom})


def part_changed(by: Asker, done: Command) -> None:
    """Whose part in the forum is another now, if the command was about that."""
    match done:
        case Admit(person=whom, roles=roles, breakouts=breakouts):
            part = {"whom": whom, "roles": roles, "breakouts": breakouts}
            log.info("Somebody was admitted.", extra={**_among(by), **part})
        case AssignRoles(person=whom, roles=roles, breakouts=breakouts):
            part = {"whom": whom, "roles": roles, "breakouts": breakouts}
            log.info("Somebody's part was changed.", extra={**_among(by), **part})
        case RemovePerson(person=whom):
            log.info("Somebody was removed.", extra={**_among(by), "whom": whom})
        case ErasePerson():
            log.info("Somebody was erased.", extra={"forum": by.live.id})
        case _:
            return


def _among(by: Asker) -> Mapping[str, str]:
    return {"forum": by.live.id, "person": by.id}


def _from_where(connection: HTTPConnection) -> Mapping[str, str]:
    address = connection.client.host if connection.client else ""
    return {"address": address, "path": connection.url.path}

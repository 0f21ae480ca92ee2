"""Where a rehearsal may be held: on this machine, or on a server that is one's own."""

import socket
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

OWN = "--i-own-this-server"
BESIDE = 128  # files that are no connection


class NotRehearsed(Exception):
    """There is nothing to rehearse with; ``str()`` is for people."""


def refuse_others(address: str) -> None:
    """Many connections at once to a stranger's server are an attack. Raises ``NotRehearsed``."""
    where = urlsplit(address)
    if where.scheme not in ("http", "https") or not where.hostname:
        raise NotRehearsed(f"“{address}” is no address of a server, as http://127.0.0.1:8000 is.")
    try:
        found = socket.getaddrinfo(where.hostname, None)
    except OSError as error:
        raise NotRehearsed(f"{where.hostname} cannot be found: {error.strerror}.") from error
    if not all(ip_address(str(at[0]).partition("%")[0]).is_loopback for *_, at in found):
        raise NotRehearsed(
            f"{where.hostname} is not this machine. If the server is yours, and nobody needs it "
            f"now, say so with {OWN}."
        )


def hold_all(people: int) -> None:
    """As many connections as there are people, if the system lets us. Raises ``NotRehearsed``."""
    needed = 2 * people + BESIDE
    import resource  # noqa: PLC0415 - not there on Windows, where all else runs

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= needed or soft == resource.RLIM_INFINITY:
        return
    if hard not in (resource.RLIM_INFINITY,) and hard < needed:
        raise NotRehearsed(
            f"This system lets one process hold {hard} connections, and {people} people need "
            f"{needed}. Raise it with `ulimit -n`, or rehearse fewer people."
        )
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))

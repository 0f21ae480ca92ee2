"""Whether a report that somebody holds in hand is what the record says."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Engine, select

from facilitate.exports.reports import Report, report, without_names, without_words_struck_since
from facilitate.meeting import Forum, replay
from facilitate.record.chain import Head, faults
from facilitate.record.directory import Entry
from facilitate.record.engines import reading
from facilitate.record.log import Log
from facilitate.record.tables import events


class Verdict(StrEnum):
    TRUE = "true"
    RECORD_CHANGED = "record changed"  # the record is not as it was written
    ANOTHER_RECORD = "another record"  # no event of that number with that hash
    ANOTHER_REPORT = "another report"  # the record is whole, and says something else


NOBODY: Mapping[str, Entry] = {}


def verdict(engine: Engine, held: Report) -> Verdict:
    """Made again from the record up to the event the report names, however long it is by now.

    Names are left out of the comparison: they stand in the directory, where they may have been
    changed or erased since. So are words that were erased with the person who said them.
    Raises :class:`~facilitate.record.chain.NoSuchForum`.
    """
    if faults(engine, held.forum):
        return Verdict.RECORD_CHANGED
    link = _link(engine, held.forum, held.seq)
    if link is None or link.hex() != held.hash:
        return Verdict.ANOTHER_RECORD
    forum = replay(Forum(held.forum), Log(engine).read(held.forum)[: held.seq])
    again = report(forum, NOBODY, held.language, Head(held.seq, link))
    if without_words_struck_since(without_names(held), again) == again:
        return Verdict.TRUE
    return Verdict.ANOTHER_REPORT


def printed_at(engine: Engine, forum: str, hash: str) -> int | None:
    """After which event the record had this hash, as it stands on paper; None if it never had."""
    try:
        link = bytes.fromhex(hash.strip())
    except ValueError:
        return None
    query = select(events.c.seq).where(events.c.forum == forum, events.c.link == link)
    with reading(engine) as connection:
        return connection.scalar(query)


def _link(engine: Engine, forum: str, seq: int) -> bytes | None:
    query = select(events.c.link).where(events.c.forum == forum, events.c.seq == seq)
    with reading(engine) as connection:
        return connection.scalar(query)

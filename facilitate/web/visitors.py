"""Who was here a moment ago: a crowd that arrives does not ask the database at every step."""

from collections import OrderedDict
from collections.abc import Set

from facilitate.record.sessions import Visitor

BELIEVED = 4.0  # s since a session was last seen in the database; below what is promised: 5 s


class Visitors:
    """The visitors of the ``kept`` tokens seen last. Times are seconds, monotonic.

    A session that is ended here is forgotten at once; one that is ended on another node is
    believed in until somebody looks, and no longer than ``BELIEVED``.
    """

    def __init__(self, *, kept: int = 20_000) -> None:
        self.kept = kept
        self._seen: OrderedDict[str, tuple[Visitor, float]] = OrderedDict()

    def seen(self, token: str, visitor: Visitor, time: float) -> None:
        """In the database, at this time."""
        self._seen[token] = visitor, time
        self._seen.move_to_end(token)
        if len(self._seen) > self.kept:
            self._seen.popitem(last=False)

    def known(self, token: str, time: float) -> Visitor | None:
        visitor, at = self._seen.get(token, (None, time))
        return visitor if time - at < BELIEVED else None

    def tokens(self) -> Set[str]:
        return frozenset(self._seen)

    def looked_at(self, standing: Set[str], over: Set[str], time: float) -> None:
        """All of them were looked for: those that stand are believed in again."""
        for token in over:
            self.forget(token)
        for token in standing & self._seen.keys():
            self._seen[token] = self._seen[token][0], time

    def forget(self, token: str) -> None:
        self._seen.pop(token, None)

    def forget_person(self, forum: str, person: str) -> None:
        theirs = Visitor(forum, person)
        for token in [token for token, (visitor, _) in self._seen.items() if visitor == theirs]:
            self.forget(token)

"""Where everybody is in a live draft: never recorded, and under nobody else's name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from facilitate.live.drafts.frames import awareness, awareness_of
from facilitate.live.drafts.gate import Gate
from facilitate.live.drafts.runs import Hand
from facilitate.live.forum import LiveForum

if TYPE_CHECKING:
    from facilitate.live.drafts.rooms import Line

GONE = "null"
LONGEST = 4 * 1024  # bytes of a state
MOST = 16  # states of one line

_states = msgspec.json.Decoder(dict[str, msgspec.Raw])


class State(msgspec.Struct, frozen=True):
    line: "Line"
    clock: int
    state: str


class Places:
    """The state of each client, as y-protocols has it."""

    def __init__(self, live: LiveForum) -> None:
        self._live = live
        self._states: dict[int, State] = {}

    def frame(self) -> bytes:
        return awareness({id: (state.clock, state.state) for id, state in self._states.items()})

    def told(self, line: "Line", body: bytes, gate: Gate) -> bytes:
        """A frame of what is new, for everybody, its sender too: a client takes the silence of
        half a minute for the end of its line."""
        new: dict[int, tuple[int, str]] = {}
        mine = Hand(line.person)
        for id, (clock, state) in awareness_of(body).items():
            there = self._states.get(id)
            if gate.hands.get(id, mine) != mine or len(state) > LONGEST:
                continue
            if there is not None and (there.line.person != line.person or clock < there.clock):
                continue
            if there is None and self._of(line) >= MOST:
                continue
            new[id] = (clock, self._signed(line, state))
            self._keep(line, id, *new[id])
        return awareness(new) if new else b""

    def left(self, line: "Line") -> bytes:
        gone = {id: (s.clock + 1, GONE) for id, s in self._states.items() if s.line is line}
        for id in gone:
            del self._states[id]
        return awareness(gone) if gone else b""

    def _of(self, line: "Line") -> int:
        return sum(state.line is line for state in self._states.values())

    def _keep(self, line: "Line", id: int, clock: int, state: str) -> None:
        if state == GONE:
            self._states.pop(id, None)
        else:
            self._states[id] = State(line, clock, state)

    def _signed(self, line: "Line", state: str) -> str:
        """With the id and name of who is on the line, whatever they say they are."""
        if state == GONE:
            return state
        try:
            said = _states.decode(state)
        except (msgspec.DecodeError, RecursionError):
            return "{}"
        named: Mapping[str, object] = {**said, "user": self._user(line.person)}
        return msgspec.json.encode(named).decode()

    def _user(self, person: str) -> Mapping[str, str]:
        return {"id": person, "name": self._live.name_of(person)}

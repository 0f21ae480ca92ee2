"""What people may ask for, made from the types of the commands; few ids, so that things meet."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import EnumType
from itertools import groupby
from math import prod
from random import Random
from types import UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from facilitate.meeting import Command, Event, Forum, Refused, Role, decide
from facilitate.meeting.acceptances import acceptance
from facilitate.meeting.amendments import TakeUpRecommendation
from facilitate.meeting.people import stranger
from facilitate.meeting.procedure import MAY
from facilitate.meeting.recommendations import Recommendation
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    FAIR,
    FAIRER,
    HUGO,
    NOBODY,
    NOON,
    OLGA,
    RAUL,
    ROSA,
    SAMI,
)

PEOPLE = (ANNA, HUGO, ROSA, RAUL, CHIDI, SAMI, OLGA, NOBODY)
KINDS: tuple[type[Command], ...] = tuple(
    sorted(MAY, key=lambda kind: (kind.__module__, kind.__name__))
)

# The values a field of this name may have; fields with none here are drawn by their type.
NAMED: Mapping[str, tuple[object, ...]] = {
    "breakout": ("b1", "b2", "b9"),
    "breakouts": ((), ("b1",), ("b2", "b1"), ("b9",)),
    "place": ("b1", "plenary", "b2", "b9"),
    "contribution": ("k1", "k2", "x1", "x2"),
    "cites": ((), ("k1",), ("k2", "k1", "k2"), ("x1",)),
    "recommendation": ("r1", "r2", "x1"),
    "amendment": ("a1", "a2", "x1", "x2"),
    "amendments": (("a1",), ("a2",), ("a1", "a2"), ("x1",), ("x1", "a2"), ("x1", "x2"), ()),
    "answers": (ANNA, HUGO),
    "result": ("0" * 64,),
    "group": ("g1", "g2", "x1"),
    "member": ("b1/d1", "b2/e1", "b1/x1", "b2/x1", "b9/d1"),
    "members": (("b1/d1",), ("b2/e1",), ("b1/d1", "b2/e1"), ("b1/x1", "b1/d1", "b1/x1"), ()),
    "left": ((), ("b1/d1",), ("b2/e1", "b1/x1"), ("b1/d1", "b1/x1", "b2/e1", "b2/x1")),
    "person": (*PEOPLE, "x1"),
    "speaker": (ANNA, HUGO, "x1"),
    "after": ("d1", "e1", "r1", "r2", "x1", "x2"),
    "new": ("x1", "x2", "d1"),
    "next": ("d1", "e1", "x1", "x2"),
    "message": ("x1", "x2"),
    "comment": ("x1", "x2"),
    "paragraph": ("d1", "e1", "x1"),
    "required": (True, False),
    "language": ("en", "fr"),
    "text": (
        "Parties should not pay artists in the digital environment.",
        "Parties should pay [all] artists fairly.\n\nThey should report on it every 2 years.",
        "Artists",
        FAIR,
        FAIRER,
        "Parties",
        "  Pay artists ",
        "environment.",
        "",
        "x" * 8_001,
    ),
    "reason": ("Too weak.", "", "x" * 501),
    "digest": ("0" * 64,),
    "minutes": (1, 30, 24 * 60),
    "closes_at": (NOON, NOON.replace(tzinfo=None)),
    "site": (0, 1, 2, 3, -1),
    "reading": (0, 1, 2, -1),
    "readings": ((), (0, 1), (1,), (2, 0), (-1,)),
    "runs": ((),),
    "with_words": (False, True),
    "roles": ((Role.PARTICIPANT,), (Role.RAPPORTEUR, Role.CHAIR), (Role.SECRETARIAT,), ()),
}
IDS: Mapping[str, tuple[str, ...]] = {  # of what the command itself names
    "drafts": ("x1", "d1", "x2", "e1"),
    "amendments": ("a1", "a2", "x1", "x2"),
    "contributions": ("x1", "x2", "k1", "k2"),
    "messages": ("x1", "x2"),
    "comments": ("x1", "x2"),
}


def _pools(kind: type[Command]) -> dict[str, tuple[object, ...]]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: _pool(kind, name, hints[name]) for name in kind.__struct_fields__}


def _pool(kind: type[Command], name: str, hint: object) -> tuple[object, ...]:
    if name == "id":
        return IDS[kind.__module__.rpartition(".")[2]]
    pool = NAMED[name] if name in NAMED else _of_type(hint)
    optional = get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)
    return (None, *pool) if optional else pool


def _of_type(hint: object) -> tuple[object, ...]:
    if get_origin(hint) is Annotated:
        return _of_type(get_args(hint)[0])
    if isinstance(hint, EnumType):
        return tuple(hint)
    assert hint is int, f"say in NAMED what a field of type {hint} may be"
    return (0, 1, 2, 3)


POOLS = {kind: _pools(kind) for kind in KINDS}


def _any_of(kind: type[Command]) -> SearchStrategy[Command]:
    fields = {name: st.sampled_from(pool) for name, pool in POOLS[kind].items()}
    if "text" in fields:
        fields["text"] |= st.text(max_size=20)
    return st.builds(kind, **fields)


commands: SearchStrategy[Command] = st.sampled_from(KINDS).flatmap(_any_of)


# Wishes about one part of the meeting, which have to do with one another.
PARTS = tuple(tuple(kinds) for _, kinds in groupby(KINDS, key=lambda kind: kind.__module__))


def wishes(seed: int) -> list[tuple[type[Command], int]]:
    """Drawn evenly: hypothesis would rather ask for the same again and again."""
    random = Random(seed)
    kinds = random.choice(PARTS)
    return [(random.choice(kinds), random.randrange(10_000)) for _ in range(8)]


# --- what is in order now -------------------------------------------------------

STRIDE = 1_000_003  # a prime: walks through all combinations, neighbours far apart
TRIES = 25  # combinations looked at for one kind of command


def in_order(
    forum: Forum, kind: type[Command], start: int, at: datetime
) -> tuple[str, Command] | None:
    """Somebody and a command of this kind that would change the forum, from ``start`` on."""
    combinations = _combinations(forum, kind, start)
    return next((found for found in combinations if heard(forum, found[1], found[0], at)), None)


def heard(forum: Forum, command: Command, by: str, at: datetime) -> tuple[Event, ...]:
    """What comes of a command; nothing where it is refused."""
    try:
        return decide(forum, command, by, at)
    except Refused as refused:
        str(refused)  # can be said
        return ()


def _combinations(forum: Forum, kind: type[Command], start: int) -> Iterator[tuple[str, Command]]:
    entitled = [id for id in PEOPLE if (forum.people.get(id) or stranger(id)).roles & MAY[kind]]
    pools = [entitled, *(_free(name, pool) for name, pool in POOLS[kind].items())]
    size = prod(map(len, pools))
    made: Callable[..., Command] = kind
    for n in range(min(TRIES, size)):
        place = (start + n * STRIDE) % size
        chosen: list[object] = []
        for pool in pools:
            place, at = divmod(place, len(pool))
            chosen.append(pool[at])
        by, *fields = chosen
        yield str(by), up_to_date(forum, made(*fields))


UP_TO_DATE = frozenset({"version", "next_version", "digest", "closes_at", "result"})


def _free(name: str, pool: tuple[object, ...]) -> tuple[object, ...]:
    """One will do for what is brought up to date anyway."""
    return pool[:1] if name in UP_TO_DATE else pool


def up_to_date(forum: Forum, command: Command) -> Command:
    """The same command with the versions, digest and end that stand there now."""
    seen = _seen(forum, command)
    fields = command.__struct_fields__
    return replace(command, **{name: value for name, value in seen.items() if name in fields})


def _seen(forum: Forum, command: Struct) -> dict[str, object]:
    names = {name: getattr(command, name) for name in command.__struct_fields__}
    if "amendment" in names and (amendment := forum.amendments.get(names["amendment"])):
        names["recommendation"] = amendment.recommendation
    if "group" in names:
        group = forum.consolidation.groups.get(names["group"])
        return {"version": group.version} if group else {}
    if there := forum.recommendations.by_id.get(names.get("recommendation", "")):
        return _on_screen(there) | _result(forum, there, names.get("amendments", ()))
    if isinstance(command, TakeUpRecommendation) and command.amendment in forum.amendments:
        return {"digest": forum.amendments[command.amendment].digest}
    if "breakout" in names and names["breakout"] in forum.breakouts:
        return _in_breakout(forum, names)
    return {}


def _on_screen(recommendation: Recommendation) -> dict[str, object]:
    return {"version": recommendation.version, "digest": recommendation.digest}


def _result(forum: Forum, there: Recommendation, ids: tuple[str, ...]) -> dict[str, object]:
    """The digest of the text with these amendments, if they go together."""
    chosen = tuple(forum.amendments[id] for id in ids if id in forum.amendments)
    if not chosen or any(a.recommendation != there.id or a.stage != "open" for a in chosen):
        return {}
    return {"result": acceptance(there, chosen).result}


def _in_breakout(forum: Forum, names: Mapping[str, str]) -> dict[str, object]:
    seen: dict[str, object] = {}
    if (closes_at := forum.breakouts[names["breakout"]].closes_at) is not None:
        seen["closes_at"] = closes_at
    draft = forum.drafts.get(names["breakout"])
    if draft is None:
        return seen
    seen["version"] = draft.version
    if there := draft.recommendations.get(names.get("id", "")):
        seen["version"] = there.version
    if behind := draft.recommendations.get(names.get("next", "")):
        seen["next_version"] = behind.version
    return seen

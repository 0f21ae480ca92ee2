"""The one way in for every command, and how a form on a page becomes one."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import get_args, get_origin, get_type_hints

import msgspec
from starlette.datastructures import FormData

from facilitate.live.clerks import settle
from facilitate.live.forum import Answered
from facilitate.meeting import Command, Refused
from facilitate.meeting.codec import command_of
from facilitate.meeting.drafts import DraftAct
from facilitate.meeting.erasures import ErasePerson, ErasureAct
from facilitate.meeting.people import PeopleAct, RemovePerson
from facilitate.meeting.refusals import N_, Malformed, NotEntitled
from facilitate.record.directory import Entry
from facilitate.record.log import NotWrittenDown
from facilitate.web import doors, names
from facilitate.web.drawing import new_id
from facilitate.web.identity import Asker, speaker_id
from facilitate.web.rooms import Rooms


class TooFast(Refused):
    code = "too-fast"
    sentence = N_(
        "That was a lot at once. Your words are kept here; please send again in a moment."
    )


class NotSure(Refused):
    code = "not-sure"
    sentence = N_(
        "Nothing was erased. Tick that you know that nobody can undo it, then send again."
    )


class NotSaved(Refused):
    code = "not-saved"
    sentence = N_(
        "The record cannot be written at the moment. Nothing was saved; your words are still here. "
        "Please send again in a moment."
    )


SENT_AS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in get_args(Command)}
LISTS: Mapping[str, frozenset[str]] = {
    name: frozenset(field for field, of in get_type_hints(kind).items() if get_origin(of) is tuple)
    for name, kind in SENT_AS.items()
}


async def ask(rooms: Rooms, by: Asker, asked: Command, entry: Entry | None = None) -> int:
    """Put it to the forum, from a form or a socket alike. Raises :class:`Refused`.

    ``entry`` is somebody whom the command names, and who stands in the directory from then on.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    put(rooms, by, asked, partial(settle, answer), entry)
    return await answer


def put(
    rooms: Rooms, by: Asker, asked: Command, answered: Answered, entry: Entry | None = None
) -> None:
    """The same without waiting: ``answered`` is called later, with what :func:`ask` came to.

    Raises :class:`Refused` where it does not come before the forum. Who was removed meanwhile is
    not heard any more, and does not come back by asking to join.
    """
    if by.id not in by.live.state.people:
        raise NotEntitled()
    if not rooms.may_ask(by.id):
        raise TooFast()
    answered = partial(_outcome, rooms, answered)
    if isinstance(asked, MORE):
        rooms.see_to(_with_more(rooms, by, asked, entry), answered)
    else:
        by.live.ask(asked, by.id, answered, entry)


MORE = (DraftAct, PeopleAct, ErasureAct)  # where more than a turn of the forum is needed


async def _with_more(rooms: Rooms, by: Asker, asked: Command, entry: Entry | None) -> int:
    """What is typed is saved before a draft changes; who is removed is shut out after."""
    asked = await rooms.drafts[by.live.id].prepared(asked, by.id)
    done = await by.live.handle(asked, by.id, entry)
    doors.part_changed(by, asked)
    if isinstance(asked, RemovePerson | ErasePerson):
        await rooms.shut_out(by.live.id, asked.person)
    return done


def _outcome(rooms: Rooms, answered: Answered, outcome: int | Exception) -> None:
    match outcome:
        case int():
            rooms.readiness.written()
            answered(outcome)
        case NotWrittenDown():
            rooms.readiness.unwritten()
            answered(NotSaved())
        case _:
            answered(outcome)


def from_form(by: Asker, form: FormData) -> tuple[Command, Entry | None]:
    """The command of ``do`` from the fields of its form, and whom it names without a device.

    Raises :class:`Refused`.
    """
    do = str(form.get("do", ""))
    if do not in SENT_AS:
        raise Malformed()
    given = {name: value for name, value in fields(form, LISTS[do]) if name not in BESIDE}
    kind = SENT_AS[do]
    if "id" in kind.__struct_fields__ and not given.get("id"):
        given["id"] = new_id()
    speaker = None
    if name := str(form.get("speaker_name", "")).strip():
        speaker = _speaker(by, name, str(form.get("speaker_organisation", "")))
        given["speaker"] = speaker.id
    if do == ErasePerson.__name__ and not form.get("sure"):
        raise NotSure()
    return command_of({"do": do, **_without_blanks(kind, given)}), speaker


BESIDE = frozenset({"do", "at", "sure", "speaker_name", "speaker_organisation"})


def fields(form: FormData, lists: Iterable[str]) -> Iterable[tuple[str, object]]:
    """A form's fields as text; those of ``lists`` as all their values."""
    for name in form:
        values = [str(value).replace("\r\n", "\n") for value in form.getlist(name)]
        yield name, values if name in lists else values[-1]
    yield from ((name, []) for name in lists if name not in form)


def _without_blanks(kind: type[Command], given: Mapping[str, object]) -> dict[str, object]:
    """A field left blank is absent where the command has a default for it."""
    optional = {
        field.name
        for field in msgspec.structs.fields(kind)
        if field.default is not msgspec.NODEFAULT
    }
    return {name: value for name, value in given.items() if value != "" or name not in optional}


def _speaker(by: Asker, name: str, organisation: str) -> Entry:
    """Somebody without a device, named by those who take voices down."""
    if not by.person.breakouts and not by.person.roles & {"secretariat", "chair"}:
        raise NotEntitled()
    name, organisation = names.name(name), names.optional_name(organisation)
    return Entry(speaker_id(by.live.id, name, organisation), name, organisation, "")

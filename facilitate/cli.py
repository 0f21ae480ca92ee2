"""The command line: demo, serve, plan, rehearse, export, verify, erase, backup, restore."""

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine

from facilitate.beginning import begin
from facilitate.exports import as_html, as_json, as_markdown
from facilitate.exports.reports import Report, report
from facilitate.live.forum import now
from facilitate.meeting import Forum, replay
from facilitate.meeting.erasures import PersonErased
from facilitate.plans import BadPlan, read_plan
from facilitate.record.backups import NotBackedUp, NotRestored, backup, restore
from facilitate.record.chain import faults
from facilitate.record.directory import Directory
from facilitate.record.engines import NotWrittenDown, Unreachable, open_database, parsed, sweep
from facilitate.record.log import AlreadyThere, Log, NoSuchForum
from facilitate.record.verdicts import Verdict, printed_at, verdict
from facilitate.rehearsal import demo, load
from facilitate.rehearsal.load import Asking
from facilitate.rehearsal.places import OWN, NotRehearsed, hold_all, refuse_others
from facilitate.rehearsal.sheet import go, sheet
from facilitate.serving import NotServed, serve
from facilitate.settings import BadSetting, Settings, from_environment
from facilitate.web.languages import LANGUAGES, translations

FOR_PEOPLE = (
    AlreadyThere,
    BadPlan,
    BadSetting,
    NoSuchForum,
    NotBackedUp,
    NotRestored,
    NotRehearsed,
    NotServed,
    NotWrittenDown,
    Unreachable,
)


class Wrong(Exception):
    """The command cannot be done as asked; ``str()`` is for people."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it was done, 1 when something is wrong, 2 for words it does not know."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all is tidied up after it
    try:
        asked = parser().parse_args(arguments)
        run: Callable[[Namespace], int] = asked.run
        return run(asked)
    except (*FOR_PEOPLE, Wrong) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def parser() -> ArgumentParser:
    usual = from_environment()
    top = ArgumentParser("facilitate", description="Forums, from the first voice to the text.")
    verbs = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    database = ArgumentParser(add_help=False)
    database.add_argument(
        "--database",
        default=usual.database,
        metavar="URL",
        help="a SQLite file, or postgresql+psycopg://… (default: %(default)s)",
    )
    address = ArgumentParser(add_help=False)
    address.add_argument("--host", default=usual.host, help="address to listen on (%(default)s)")
    address.add_argument("--port", type=int, default=usual.port, help="(default: %(default)s)")
    address.add_argument(
        "--origin",
        action="append",
        default=[],
        help="an origin whose pages may ask, as https://forum.example (may be repeated)",
    )
    address.add_argument(
        "--plain-http",
        action="store_true",
        default=usual.plain_http,
        help="give cookies to browsers on a closed network without TLS",
    )
    forum = ArgumentParser(add_help=False)
    forum.add_argument("--forum", metavar="ID", help="which forum, if the database has several")

    verb = verbs.add_parser("demo", parents=[address], help="a forum to walk through, with people")
    verb.add_argument("--database", metavar="FILE", help="keep it here (default: nowhere)")
    verb.add_argument("--people", type=some(10_000), default=40, help="how many (%(default)s)")
    verb.add_argument("--pace", type=pace, default=1.0, help="how busy they are (%(default)s)")
    verb.add_argument("--no-people", action="store_true", help="nobody but you")
    verb.add_argument("--at", choices=demo.ACTS, default=demo.USUAL, help="where the day stands")
    verb.set_defaults(run=run_demo)

    verb = verbs.add_parser("serve", parents=[database, address], help="serve the forums")
    verb.set_defaults(run=run_serve)

    verb = verbs.add_parser("plan", parents=[database], help="create a forum from a plan file")
    verb.add_argument("file", type=Path, metavar="FILE.toml")
    verb.add_argument("--address", default="http://127.0.0.1:8000", help="of the forum's pages")
    verb.set_defaults(run=run_plan)

    verb = verbs.add_parser("rehearse", help="play a day against a running server: go, or no-go?")
    verb.add_argument("address", metavar="URL", help="of the server; what is said there stays")
    verb.add_argument("--code", required=True, help="the join code of a forum to rehearse in")
    verb.add_argument("--people", type=some(10_000), default=100, help="(%(default)s)")
    verb.add_argument("--minutes", type=minutes, default=1.0, help="(%(default)s)")
    verb.add_argument("--seed", type=int, default=5, help="another one, another day (%(default)s)")
    verb.add_argument("--pace", type=pace, default=1.0, help="how busy they are (%(default)s)")
    verb.add_argument("--pid", type=int, help="the server's process, to measure what it takes")
    verb.add_argument(OWN, action="store_true", help="it is not on this machine, and it is mine")
    verb.set_defaults(run=run_rehearse)

    verb = verbs.add_parser("export", parents=[database, forum], help="write the report")
    verb.add_argument("--format", choices=FORMATS, default="html", help="(default: %(default)s)")
    verb.add_argument("--language", choices=LANGUAGES, default="en")
    verb.add_argument("--output", type=Path, metavar="FILE", help="(default: to the screen)")
    verb.set_defaults(run=run_export)

    verb = verbs.add_parser("verify", parents=[database, forum], help="check the record")
    verb.add_argument(
        "--report", type=Path, metavar="FILE.json", help="an exported report: is it what it says?"
    )
    verb.add_argument("--hash", help="the hash printed on a report: was it ever the record's?")
    verb.set_defaults(run=run_verify)

    verb = verbs.add_parser("erase", parents=[database, forum], help="take a person out of it all")
    verb.add_argument("person", help="the name as it stands in the directory, or the id")
    verb.add_argument("--yes", action="store_true", help="do not ask whether you are sure")
    verb.set_defaults(run=run_erase)

    verb = verbs.add_parser("backup", parents=[database], help="copy all forums into one file")
    verb.add_argument("file", type=Path)
    verb.set_defaults(run=run_backup)

    verb = verbs.add_parser("restore", parents=[database], help="bring a backup back")
    verb.add_argument("file", type=Path)
    verb.set_defaults(run=run_restore)
    return top


# --- a server ----------------------------------------------------------------


def settings_of(asked: Namespace) -> Settings:
    usual = from_environment()
    return replace(
        usual,
        database=asked.database or usual.database,
        host=asked.host,
        port=asked.port,
        origins=frozenset(asked.origin) or usual.origins,
        plain_http=asked.plain_http,
    )


def run_serve(asked: Namespace) -> int:
    settings = settings_of(asked)
    print(
        f"The forums of {asked.database} are at http://{settings.host}:{settings.port}", flush=True
    )
    serve(settings)
    return 0


def run_demo(asked: Namespace) -> int:
    people = 0 if asked.no_people else asked.people
    demo.run(
        settings_of(asked),
        asked.database,
        act=asked.at,
        people=people,
        pace=asked.pace,
        preparing=bar("Preparing the day"),
    )
    return 0


# --- a plan ------------------------------------------------------------------


def run_plan(asked: Namespace) -> int:
    plan = read_plan(asked.file)
    with opened(asked.database) as engine:
        code, links = begin(engine, plan, now())
    print(f"The forum “{plan.title}” is planned. Its join code is {code}.")
    print("Personal links, each for one person alone:")
    for person in plan.people:
        print(f"{person.name} ({', '.join(sorted(person.roles))})")
        print(f"    {asked.address}/sign-in#{links[person.id]}")
    return 0


# --- a rehearsal -----------------------------------------------------------------


def some(most: int) -> Callable[[str], int]:
    def number(said: str) -> int:
        if not 1 <= int(said) <= most:
            raise ArgumentTypeError(f"between 1 and {most}")
        return int(said)

    return number


def minutes(said: str) -> float:
    if not 0 < float(said) <= 24 * 60:
        raise ArgumentTypeError("above 0, and not more than a day")
    return float(said)


def pace(said: str) -> float:
    if not 0 < float(said) <= 100:
        raise ArgumentTypeError("above 0, and not above 100")
    return float(said)


def run_rehearse(asked: Namespace) -> int:
    address = asked.address.rstrip("/")
    if not asked.i_own_this_server:
        refuse_others(address)
    hold_all(asked.people)
    asking = Asking(
        address=address,
        code=asked.code,
        people=asked.people,
        seconds=asked.minutes * 60,
        seed=asked.seed,
        pace=asked.pace,
        pid=asked.pid,
    )
    with bar("Rehearsing") as progress:
        measured = load.rehearse(asking, progress)
    print(sheet(measured))
    return 0 if go(measured) else 1


# --- a report, and whether it is true ------------------------------------------

FORMATS = {
    "html": lambda made, language: as_html.render(made, translations(language).gettext),
    "markdown": lambda made, language: as_markdown.render(made, translations(language).gettext),
    "json": lambda made, language: as_json.render(made).decode(),
}


def run_export(asked: Namespace) -> int:
    with existing(asked.database) as engine, bar("Replaying"):
        made = report_of(engine, forum_of(engine, asked.forum), asked.language)
    text = FORMATS[asked.format](made, asked.language)
    if asked.output is None:
        sys.stdout.write(text)
    else:
        write(asked.output, text)
    return 0


def write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Wrong(f"{file} cannot be written: {error.strerror}.") from error


def report_of(engine: Engine, id: str, language: str) -> Report:
    """From the record alone: all its events, replayed."""
    log = Log(engine)
    head = log.head(id)
    forum = replay(Forum(id), log.read(id)[: head.seq])
    return report(forum, Directory(engine).entries(id), language, head)


def run_verify(asked: Namespace) -> int:
    with existing(asked.database) as engine:
        id = forum_of(engine, asked.forum)
        with bar("Checking"):
            wrong = [f"Event {fault.seq}: {fault.what}." for fault in faults(engine, id)]
        if wrong:
            print(f"The record of {id} is not as it was written:", *wrong, sep="\n")
            return 1
        with bar("Replaying"):
            made = report_of(engine, id, "en")
        print(
            f"The record of {id} is as it was written: {made.seq} events.\n"
            f"Replayed, they make a report with {len(made.adopted)} adopted recommendations.\n"
            f"Hash: {made.hash}"
        )
        if asked.report is not None:
            refuse_another_report(engine, asked.report)
        if asked.hash is not None:
            refuse_another_hash(engine, id, asked.hash)
    return 0


JUDGED = {
    Verdict.RECORD_CHANGED: "The record is not as it was written.",
    Verdict.ANOTHER_RECORD: "The report was not made from this record.",
    Verdict.ANOTHER_REPORT: "The report does not say what the record says.",
}


def refuse_another_report(engine: Engine, file: Path) -> None:
    """Made again from the record up to the event the report names, and compared."""
    try:
        held = as_json.read(file.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise Wrong(f"{file} cannot be read as a report in JSON: {error}.") from error
    judged = verdict(engine, held)
    if judged is not Verdict.TRUE:
        raise Wrong(f"{file}: {JUDGED[judged]}")
    print(
        f"{file} says what the record says. Names were not compared: they stand outside the record."
    )


NO_FORUM = "There is no forum in this database. `facilitate plan FILE.toml` creates one."


def forum_of(engine: Engine, id: str | None) -> str:
    there = Log(engine).forums()
    if not there:
        raise Wrong(NO_FORUM)
    if id is None and len(there) > 1:
        raise Wrong(f"Name one of the forums with --forum: {', '.join(there)}.")
    if id is not None and id not in there:
        raise Wrong(f"There is no forum {id} here, but: {', '.join(there)}.")
    return id or there[0]


# --- people ------------------------------------------------------------------


def run_erase(asked: Namespace) -> int:
    with existing(asked.database) as engine:
        id = forum_of(engine, asked.forum)
        person = person_of(engine, id, asked.person)
        if not asked.yes:
            refuse_unless_sure(asked.person, id)
        with bar("Erasing"):
            rewritten = erase_from(engine, id, person)
    if rewritten is None:
        raise Wrong(f"There is nobody “{asked.person}” in the forum {id}.")
    told = "1 event now tells" if rewritten == 1 else f"{rewritten} events now tell"
    print(
        f"Erased: {told} of nobody. The chain holds.\n"
        "Backups made before still hold the person: erase there too, with --database BACKUP.\n"
        "A server that runs takes note with the next thing that happens in the forum."
    )
    return 0


def refuse_unless_sure(person: str, forum: str) -> None:
    print(f"The name and the words of “{person}” go from the forum {forum} for good.")
    if input("Nobody can undo this. To go on, type the name again: ").strip() != person:
        raise Wrong("Nothing was erased.")


def person_of(engine: Engine, forum: str, said: str) -> str:
    """The id of somebody by name, if only one goes by it; any other word is an id."""
    there = Directory(engine).entries(forum).values()
    ids = [entry.id for entry in there if entry.name.casefold() == said.casefold()]
    if len(ids) > 1:
        raise Wrong(f"Several people go by that name. Give an id: {', '.join(ids)}.")
    return ids[0] if ids else said


def erase_from(engine: Engine, forum: str, person: str) -> int | None:
    """How many events were rewritten; None if there was no trace of the person."""
    log = Log(engine)
    with log.turn(forum) as turn:
        before = turn.seq
        turn.append([PersonErased(person, at=now(), by=person)])
        erased = turn.seq > before
    sweep(engine)
    if not erased:
        return None
    done = log.read(forum, after=before)[0]
    assert isinstance(done, PersonErased), "nobody else writes in a turn"
    return len(done.remains)


# --- copies --------------------------------------------------------------------


def run_backup(asked: Namespace) -> int:
    with existing(asked.database) as engine, bar("Copying") as progress:
        if not Log(engine).forums():
            raise Wrong(NO_FORUM)
        backup(engine, asked.file, progress)
    print(f"Everything is in {asked.file}.")
    return 0


def run_restore(asked: Namespace) -> int:
    if not asked.file.is_file():
        raise Wrong(f"There is no file {asked.file}.")
    with opened(asked.database) as engine, bar("Restoring") as progress:
        restore(asked.file, engine, progress)
    print(f"Everything in {asked.file} is in {asked.database}.")
    return 0


def refuse_another_hash(engine: Engine, forum: str, hash: str) -> None:
    seq = printed_at(engine, forum, hash)
    if seq is None:
        raise Wrong("The record never had this hash. The report was made from another one.")
    print(f"The record had this hash after event {seq}.")


@contextmanager
def existing(database: str) -> Iterator[Engine]:
    """Opened, unless it would be a new and empty file: a name with a slip of the pen."""
    address = parsed(database)
    if address.drivername == "sqlite" and not Path(str(address.database)).is_file():
        raise Wrong(f"There is no database {database}. `facilitate plan FILE.toml` creates one.")
    with opened(database) as engine:
        yield engine


@contextmanager
def opened(database: str) -> Iterator[Engine]:
    engine = open_database(database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Moves while the length is not known; only where somebody looks."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

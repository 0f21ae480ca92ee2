"""The report as Markdown (CommonMark with tables); people's words can make no mark-up in it."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from facilitate.exports.reports import DraftLine, Report, Text, Voice
from facilitate.exports.sentences import ADDRESSEE, ATTENDANCE, KIND, Row, Sentences
from facilitate.meeting.people import Attendance
from facilitate.meeting.refusals import N_

# --- people's words -------------------------------------------------------------

MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>|~&$#])")
BEGINS_SOMETHING = re.compile(r"^(?:([-+=:%^])|(\d+)([.)]))")
BREAKS = re.compile(r"[^\S\u00a0\u202f]+")  # French keeps a mark and its word together
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def escaped(words: str) -> str:
    """On one line, and nothing in it means anything to Markdown."""
    line = UNSEEN.sub("\ufffd", BREAKS.sub(" ", words).strip())
    marked = MEANS_SOMETHING.sub(r"\\\1", line)
    return BEGINS_SOMETHING.sub(_without_beginning, marked)


def _without_beginning(found: re.Match[str]) -> str:
    sign, number, dot = found.groups()
    return f"\\{sign}" if sign else f"{number}\\{dot}"


def quoted(words: str) -> Iterator[str]:
    """As a quotation, its lines kept."""
    for line in words.splitlines():
        yield f"> {escaped(line)}  " if line.strip() else ">"


# --- the report -------------------------------------------------------------------


def render(report: Report, translate: Callable[[str], str]) -> str:
    lines = "\n".join(_lines(report, Sentences(translate, report.language)))
    return re.sub(r"\n{3,}", "\n\n", f"{lines}\n")


def _lines(report: Report, say: Sentences) -> Iterator[str]:
    yield from _front(report, say)
    yield from _texts(N_("Adopted recommendations"), report.adopted, report, say)
    yield from _texts(N_("Deferred recommendations"), report.deferred, report, say)
    yield from _texts(N_("Recommendations not adopted"), report.not_adopted, report, say)
    yield from _texts(N_("Still before the plenary"), report.undecided, report, say)
    yield from _drafts(N_("Set aside by the drafting group"), report.set_aside, say)
    yield from _drafts(N_("Left in drafts"), report.left_in_drafts, say)
    yield from _voices(report, say)
    yield from _figures(report, say)
    yield from _record(report, say)


def _front(report: Report, say: Sentences) -> Iterator[str]:
    yield f"# {escaped(report.title)}"
    yield ""
    day = say.day(date.fromisoformat(report.date))
    front = (say.translate(N_("Report of the forum")), day, report.venue)
    yield " · ".join(escaped(part) for part in front if part)


def _heading(level: int, *parts: str) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {' · '.join(escaped(part) for part in parts if part)}"
    yield ""


def _texts(title: str, texts: Iterable[Text], report: Report, say: Sentences) -> Iterator[str]:
    texts = tuple(texts)
    if not texts:
        return
    labels = {said.id: said.label for said in report.contributions}
    yield from _heading(2, say.translate(title))
    for text in texts:
        yield from _heading(3, text.label, say.translate(ADDRESSEE[text.addressee]))
        yield from quoted(text.text)
        yield ""
        yield from _decision(text, say)
        yield from _sources(text, labels, say)


def _decision(text: Text, say: Sentences) -> Iterator[str]:
    version = say.translate(N_("Version %(version)s, SHA-256 %(digest)s"))
    yield f"- {escaped(say.outcome(text))}"
    if text.decision is not None:
        yield f"- {escaped(say.present(text.decision))}"
        for reservation in text.decision.reservations:
            yield f"- {escaped(say.reservation(reservation, text))}"
    yield f"- {escaped(version % {'version': text.version, 'digest': text.digest})}"


def _sources(text: Text, labels: dict[str, str], say: Sentences) -> Iterator[str]:
    yield from _heading(4, say.translate(N_("Where each clause comes from")))
    for place, clause in enumerate(text.clauses, start=1):
        yield f"{place}. {escaped(clause.text)}  "
        yield f"   {escaped(say.sources(clause, text, labels))}"
    yield from _heading(4, say.translate(N_("The drafts behind it")))
    for draft in text.drafts:
        yield from _draft(draft, say)
    if text.amendments:
        yield from _heading(4, say.translate(N_("Its amendments")))
    for change in text.amendments:
        how = say.translate(ATTENDANCE[change.attendance])
        told = f"{change.number} · {say.who(change.sponsor)}, {how} · {say.amended(change)}"
        yield f"- {escaped(told)}  "
        yield f"  {escaped(say.supporters(change.supporters))}"
        if change.reason:
            yield f"  > {escaped(change.reason)}"


def _drafts(title: str, drafts: Iterable[DraftLine], say: Sentences) -> Iterator[str]:
    drafts = tuple(drafts)
    if drafts:
        yield from _heading(2, say.translate(title))
    for draft in drafts:
        yield from _draft(draft, say)


def _draft(draft: DraftLine, say: Sentences) -> Iterator[str]:
    yield f"- {escaped(f'{draft.label} · {say.writers(draft)}')}  "
    yield f"  {escaped(draft.text)}"
    if draft.reason:
        reason = say.translate(N_("Reason: %(reason)s")) % {"reason": draft.reason}
        yield f"  ({escaped(reason)})"


def _voices(report: Report, say: Sentences) -> Iterator[str]:
    yield from _heading(2, say.translate(N_("What became of every contribution")))
    for breakout in report.breakouts:
        yield from _heading(3, str(breakout.number), breakout.title)
        for said in report.contributions:
            if said.breakout == breakout.id:
                yield from _voice(said, say)


def _voice(said: Voice, say: Sentences) -> Iterator[str]:
    kind = say.translate(KIND[said.kind])
    yield f"- {escaped(f'{said.label} · {kind} · {say.speaker(said)}')}  "
    if said.text:
        yield f"  {escaped(said.text)}  "
    yield from (f"  → {escaped(told)}  " for told in say.became(said))


def _figures(report: Report, say: Sentences) -> Iterator[str]:
    yield from _heading(2, say.translate(N_("Hall and home")))
    yield from _table(say.equality(report.figures), say)
    yield ""
    yield escaped(say.adopted_words(report.figures.adopted_words))
    for told in (*say.led_back(report), say.without_voice(report)):
        yield ""
        yield escaped(told)
    yield from _heading(3, say.translate(N_("Contributions by what became of them")))
    yield from _table(say.fates(report.figures), say)
    if report.figures.by_language:
        yield from _heading(3, say.translate(N_("Contributions by language")))
        yield escaped(say.languages(report.figures))


def _table(rows: Iterable[Row], say: Sentences) -> Iterator[str]:
    names = (*(say.translate(ATTENDANCE[how]) for how in Attendance), N_("not known"), N_("all"))
    hall, remote, unknown, total = (escaped(say.translate(name)) for name in names)
    yield f"|  | {hall} | {remote} | {unknown} | {total} |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in rows:
        counts = (row.hall, row.remote, row.unknown, row.total)
        yield f"| {escaped(row.name)} | {' | '.join(map(escaped, counts))} |"


def _record(report: Report, say: Sentences) -> Iterator[str]:
    sentence = say.translate(N_("Made from the record up to event %(seq)s, whose hash is %(hash)s"))
    yield ""
    yield "---"
    yield ""
    yield escaped(sentence % {"seq": report.seq, "hash": report.hash})

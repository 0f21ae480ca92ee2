"""The report as one HTML document: no script, nothing fetched, everybody's words escaped."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from facilitate.exports.reports import Change, DraftLine, Report, Voice
from facilitate.exports.sentences import ADDRESSEE, ATTENDANCE, KIND, Sentences

HERE = Path(__file__).parent
STYLE = Markup((HERE / "report.css").read_text())  # noqa: S704  our own sheet, not people's words
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, auto_reload=False
)


def render(report: Report, translate: Callable[[str], str]) -> str:
    """The document carries :data:`POLICY` itself; who serves it may send the same as a header."""
    said: dict[str, list[Voice]] = {breakout.id: [] for breakout in report.breakouts}
    for voice in report.contributions:
        said[voice.breakout].append(voice)
    return TEMPLATES.get_template("report.html").render(
        report=report,
        say=Sentences(translate, report.language),
        day=Sentences(translate, report.language).day(date.fromisoformat(report.date)),
        rooms={breakout.id: breakout for breakout in report.breakouts},
        voices=said,
        labels={voice.id: voice.label for voice in report.contributions},
        labels_of=_labels,
        numbers_of=_numbers,
        style=STYLE,
        policy=POLICY,
        ADDRESSEE=ADDRESSEE,
        ATTENDANCE=ATTENDANCE,
        KIND=KIND,
        _=translate,
    )


def _labels(drafts: Iterable[DraftLine]) -> dict[str, str]:
    return {draft.id: draft.label for draft in drafts}


def _numbers(amendments: Iterable[Change]) -> dict[str, str]:
    return {amendment.id: str(amendment.number) for amendment in amendments}

"""The languages of the pages: gettext catalogues, and how a moment or a count is said in each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from facilitate.exports.sentences import dated
from facilitate.meeting import Refused
from facilitate.meeting.forms import Words
from facilitate.places import LOCALES

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
SPOKEN: Mapping[str, str] = {"en": "en_GB"}  # as at the United Nations: the day before the month
MINUTES = 4096  # that are remembered in words: a day of them in two languages, and more
SOURCE = "en"  # the language the sentences are written in


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled from its ``.po``: it is never out of date."""
    if language == SOURCE:
        return NullTranslations()
    with (LOCALES / language / "LC_MESSAGES" / "facilitate.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def preferred(accepted: str, offered: Iterable[str] = LANGUAGES) -> str:
    """The best of the languages offered for an ``Accept-Language`` header (RFC 9110, 12.5.4)."""
    offered = tuple(offered)
    wishes: list[tuple[float, str]] = []
    for wish in accepted.split(","):
        tag, _, quality = wish.strip().partition(";q=")
        try:
            wishes.append((float(quality or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    wishes.sort(key=lambda wish: -wish[0])
    return next((tag for quality, tag in wishes if quality and tag in offered), offered[0])


def say(refusal: Refused, language: str) -> str:
    """Why it was refused, in the asker's language."""
    values = {
        name: value.in_(language) if isinstance(value, Words) else value
        for name, value in refusal.values.items()
    }
    return translations(language).gettext(refusal.sentence) % values


def time_of(at: datetime, timezone: str, language: str) -> str:
    """The time of day where the forum meets: ``15:40``."""
    return _minute_of(at.replace(second=0, microsecond=0), timezone, language)


@lru_cache(maxsize=MINUTES)
def _minute_of(at: datetime, timezone: str, language: str) -> str:
    return format_time(at.astimezone(ZoneInfo(timezone)), "HH:mm", locale=language)


def day_of(date: str, language: str) -> str:
    """An ISO date in full: ``Monday, 5 June 2023``. English is that of the United Nations."""
    locale = Locale.parse(SPOKEN.get(language, language))
    return dated(datetime.fromisoformat(date), "full", locale)

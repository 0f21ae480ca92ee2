"""Every sentence for people is gathered, said in French, and said by way of a catalogue.

The last is seen in a language of our own, in which each sentence stands between ⟦ and ⟧: what a
page says outside such marks is said by people, or escapes translation.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

import msgspec
import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

from facilitate.exports.sentences import Sentences
from facilitate.live.forum import LiveForum
from facilitate.meeting import Event, Forum
from facilitate.places import LOCALES, TEMPLATES
from facilitate.plans import read_plan
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.rehearsal import PLAN
from facilitate.rehearsal.day import rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.web import languages
from facilitate.web.languages import LANGUAGES, SOURCE
from facilitate.web.pages import PAGES
from facilitate.web.parts import Page
from tests.web.test_pages import AUDIENCES, MORNING, at, drawn, places

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = tuple(language for language in LANGUAGES if language != SOURCE)
KEYWORDS = ("N_", "translate", "_")  # those of scripts/translate
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
MARKED = "eo"  # the language of our own; Babel knows it, so that days and lists can be said
LABEL = re.compile(r"\b(?:[A-Z]\d*|[0-9a-f]{64})\b")  # of readings, texts, hashes
ADDRESS = re.compile(r"https?://\S+|forum\.example/join")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
SAID_IN = frozenset({"aria-label", "title", "placeholder", "alt", "aria-description"})
IN_A_TAG = re.compile(
    r"{% block body_class %}.*?{% endblock %}|{% macro described.*?{%- endmacro %}|<{{ tag }}",
    re.DOTALL,
)
UNSAID = frozenset({"style", "script", "code", "kbd", "svg"})
NAMES_OF_LANGUAGES = "English Français Español العربية 中文 Русский Português"
LANDMARKS = (0.05, 0.3, 0.6, 0.85, 1.0)  # from before the day to after it


def catalogue(file: Path, language: str | None = None) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def sentences(gathered: Catalog) -> dict[tuple[str, ...], Message]:
    """The messages by what they say in English: the sentence, or one and many."""
    return {forms(message.id): message for message in gathered if message.id}


def forms(said: str | Iterable[str] | None) -> tuple[str, ...]:
    return (said or "",) if said is None or isinstance(said, str) else tuple(said)


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What scripts/translate gathers: all sentences for people in code and templates."""
    pot = tmp_path_factory.mktemp("gathered") / "facilitate.pot"
    keywords = [argument for keyword in KEYWORDS for argument in ("-k", keyword)]
    where = ["-F", str(ROOT / "pyproject.toml"), "-o", str(pot), str(ROOT)]
    babel = CommandLineInterface()
    babel.run(["pybabel", "-q", "extract", *keywords, *where])  # type: ignore[no-untyped-call]
    return catalogue(pot)


@pytest.fixture(scope="module", params=CATALOGUES)
def translated(request: pytest.FixtureRequest) -> Catalog:
    language: str = request.param
    return catalogue(LOCALES / language / "LC_MESSAGES" / "facilitate.po", language)


@pytest.fixture(scope="module")
def french() -> Catalog:
    return catalogue(LOCALES / "fr" / "LC_MESSAGES" / "facilitate.po", "fr")


def test_the_gathering_finds_sentences_of_templates_of_code_and_of_exports(
    gathered: Catalog,
) -> None:
    found = sentences(gathered)
    assert ("Raise my hand",) in found
    assert ("From %(sources)s",) in found  # in a template with an extension of Jinja
    assert ("The plenary is sitting.",) in found
    assert ("a voice from the floor",) in found


def test_every_sentence_is_in_the_catalogue_and_no_other(
    gathered: Catalog, translated: Catalog
) -> None:
    assert sentences(gathered).keys() - sentences(translated).keys() == set()
    assert sentences(translated).keys() - sentences(gathered).keys() == set()
    assert not translated.obsolete


def test_every_sentence_is_translated_for_sure(translated: Catalog) -> None:
    for said, message in sentences(translated).items():
        assert all(form.strip() for form in forms(message.string)), said
        assert not message.fuzzy, said


def test_every_placeholder_is_kept(translated: Catalog) -> None:
    for said, message in sentences(translated).items():
        theirs = forms(message.string)
        if len(said) == 1:
            assert sorted(PLACEHOLDER.findall(theirs[0])) == sorted(PLACEHOLDER.findall(said[0]))
            continue
        one, many = (sorted(PLACEHOLDER.findall(form)) for form in said)
        assert sorted(PLACEHOLDER.findall(theirs[0])) == one, said
        for form in theirs[1:]:
            assert sorted(PLACEHOLDER.findall(form)) == many, said


def test_a_sentence_is_not_both_alone_and_one_of_two(gathered: Catalog) -> None:
    """gettext would then say the form for one where there are many."""
    alone = {said[0] for said in sentences(gathered) if len(said) == 1}
    of_two = {said[0] for said in sentences(gathered) if len(said) == 2}
    assert alone & of_two == set()


def test_spaces_around_a_sentence_are_kept(translated: Catalog) -> None:
    for said, message in sentences(translated).items():
        for form in forms(message.string):
            assert form.startswith(" ") == said[0].startswith(" "), said
            assert form.endswith(" ") == said[0].endswith(" "), said


def test_french_is_set_as_french(french: Catalog) -> None:
    for message in sentences(french).values():
        for form in forms(message.string):
            assert not re.search(r"[^\W\d_]'[^\W\d_]", form), f"a straight apostrophe: {form}"
            assert not re.search(r" [:;!?»]|« ", form), f"a space that breaks: {form}"
            assert not re.search(r"[^\W_][;!?»]|«[^\W_]", form), f"no space: {form}"
            assert not re.search(r"[^\W\d_]:(?!//)", form), f"no space: {form}"
            assert "“" not in form, form
            assert "”" not in form, form


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    first, second = datetime(2030, 6, 1, tzinfo=UTC), datetime(2030, 6, 2, tzinfo=UTC)
    french = Sentences(str, "fr")
    assert (french.day(first), french.day(second)) == ("1er juin 2030", "2 juin 2030")
    assert languages.day_of("2030-06-01", "fr") == "samedi 1er juin 2030"
    assert languages.day_of("2030-06-01", "en") == "Saturday, 1 June 2030"


# --- nothing is said past the catalogues -------------------------------------------------------


@pytest.fixture(scope="module")
def marked(gathered: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The language in which each sentence that was gathered stands between marks."""
    folder = tmp_path_factory.mktemp("marked") / MARKED / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale=MARKED)
    for said in sentences(gathered):
        strings = tuple(f"⟦{form}⟧" for form in said)
        catalog.add(said if len(said) > 1 else said[0], strings if len(said) > 1 else strings[0])
    with (folder / "facilitate.po").open("wb") as file:
        write_po(file, catalog)
    with pytest.MonkeyPatch.context() as there:
        there.setattr(languages, "LOCALES", folder.parents[1])
        yield MARKED


@pytest.fixture(scope="module")
def record() -> tuple[Event, ...]:
    return rehearsed(read_plan(PLAN), voices(), MORNING)


@pytest.fixture(scope="module")
def live(
    record: tuple[Event, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveForum]:
    plan = read_plan(PLAN)
    engine = open_database(str(tmp_path_factory.mktemp("marked-day") / "day.db"))
    log, directory = Log(engine), Directory(engine)
    log.start(plan.id, "DAY", record)
    for person in plan.people:
        directory.add(plan.id, Entry(person.id, person.name, person.organisation, "en"))
    for voice in voices().people:
        directory.add(plan.id, Entry(voice.id, voice.name, voice.organisation, "en"))
    yield LiveForum(plan.id, log, directory)
    engine.dispose()


class Said(HTMLParser):
    """All a page says, in text and attributes; and for each whether it is a place for people's."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []  # each element, and whether it holds people's words
        self.said: list[tuple[str, bool]] = []
        self.feed(html.replace("<wbr>", ""))  # a line may be broken there, and nothing else ends
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = dict(attrs)
        peoples = tag == "bdi" or "lang" in here or here.get("dir") == "auto"
        for name, value in here.items():
            worded = name in SAID_IN or (name.startswith("data-") and " " in (value or "").strip())
            if worded and value:
                self.said.append((value, peoples))
        if tag not in ("br", "hr", "img", "input", "link", "meta", "wbr", "base"):
            self.open.append((tag, (peoples and tag != "html") or self._is_peoples()))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(tag in UNSAID for tag, _ in self.open):
            self.said.append((data, self._is_peoples()))

    def _is_peoples(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def outside(said: str) -> str:
    """What stands outside the marks, which may stand in each other."""
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", " ", said)) != said:
        said = less
    return ADDRESS.sub(" ", said)


class Theirs:
    """What people said and how they are called, which no catalogue knows."""

    def __init__(self, live: LiveForum, record: Iterable[Event]) -> None:
        strings = set(_strings(msgspec.to_builtins(tuple(record))))
        for entry in live.names.values():
            strings |= {entry.name, entry.organisation}
        for day in (MORNING, datetime(2023, 6, 5, tzinfo=UTC)):
            strings |= {languages.day_of(f"{day:%Y-%m-%d}", MARKED)}
        strings |= {*NAMES_OF_LANGUAGES.split(), *Locale(MARKED).languages.values()}
        strings |= {"facilitate", "SHA", "kaj", live.join_code}
        self.vocabulary = {
            word for string in strings for word in WORD.findall(LABEL.sub(" ", string))
        }
        self.whole = sorted((s for s in strings if WORD.search(s)), key=len, reverse=True)
        self.joined = re.compile("|".join(rf"(?<!\w){re.escape(s)}(?!\w)" for s in self.whole))

    def account_for(self, said: str, peoples: bool) -> bool:
        """Whether all of it is people's: word by word in a place for their words, else whole."""
        if peoples:
            words = WORD.findall(re.sub(r"\w*…", " ", LABEL.sub(" ", said)))
            return all(word in self.vocabulary for word in words)
        return not WORD.search(LABEL.sub(" ", self.joined.sub(" ", said)))


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value.strip()
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list() | tuple():
            for part in value:
                yield from _strings(part)
        case _:
            pass  # numbers say nothing


def whereabouts(page: Page, forum: Forum) -> list[str]:
    people = (person for person in forum.people if page.exists(forum, person))
    return places(page, forum)[:4] or [*islice(people, 2)]


@pytest.mark.parametrize("page", PAGES.items(), ids=lambda page: page[0] or "/")
def test_no_page_says_anything_past_the_catalogues(
    page: tuple[str, Page], live: LiveForum, record: tuple[Event, ...], marked: str
) -> None:
    theirs = Theirs(live, record)
    past = set()
    marks = 0
    for share in LANDMARKS:
        at(live, record, int(len(record) * share) or 1)
        for place in whereabouts(page[1], live.state):
            for roles in AUDIENCES:
                html = drawn(live, page[1], place, roles, marked)
                marks += html.count("⟦")
                for said, peoples in Said(html).said:
                    left = outside(said)
                    if WORD.search(left) and not theirs.account_for(left, peoples):
                        past.add(" ".join(left.split()))
    assert marks, "the language of marks is spoken"
    assert past == set()


def test_no_template_has_words_of_its_own() -> None:
    """Also those that are no page of the forum: to join, to sign in, what went wrong."""
    for file in sorted(TEMPLATES.rglob("*.html")):
        for said, _ in Said("".join(_own_text(file.read_text()))).said:
            assert not WORD.findall(re.sub("facilitate|SHA-256|/join", "", said)), file


def test_no_template_sets_a_mark_that_french_sets_apart() -> None:
    """A colon and its like stand after a space there that does not break: they belong in _()."""
    for file in sorted(TEMPLATES.rglob("*.html")):
        seen = re.sub(r'<span class="said">.*?</span>', "", file.read_text())
        for said, _ in Said("".join(_own_text(seen))).said:
            assert not re.search(r"[:;!?]", said.replace("://", "")), f"{file}: {said}"


def _own_text(source: str) -> Iterator[str]:
    """The text of a template as it stands there; what is computed, or translated, is left out."""
    there = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    tag: list[str] = []
    translating = False
    for _, kind, value in there.lex(
        IN_A_TAG.sub(lambda found: "<b" * found[0].startswith("<"), source)
    ):
        if kind == "data" and not translating:
            yield value
        elif kind == "block_begin":
            tag = []
        elif kind == "name":
            tag.append(value)
        elif kind == "block_end" and tag:
            translating = tag[0] == "trans" or (translating and tag[0] != "endtrans")

"""Two people at the desk make one text of three drafts, and the plenary amends it, in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from facilitate.meeting import Command, Forum, replay
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup, PartFromGroup
from facilitate.meeting.contributions import Contribute, Kind, TakeDown
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.groups import ChooseReading, Group
from facilitate.meeting.plenary import OpenPlenary
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.text.choices import Worded
from tests.browser import DESK, PHONE, Window, axe
from tests.kit.screens import somebody
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, served
from tests.web.test_chair_reads import ask, hold

# Twelve places at which not all three say the same.
FIRST = (
    "Parties should ensure that artists are paid fairly when their works are used online, that"
    " large platforms report every two years on what they pay, that at least 5 per cent of public"
    " culture budgets goes to small towns, that libraries lend instruments to young people, and"
    " that festivals in rural areas receive support for travel and translation."
)
SECOND = (
    "Parties shall ensure that artists and authors are paid fairly when their works are used on the"
    " internet, that platforms report every two years on what they earn, that at least 10 per cent"
    " of public culture budgets goes to small towns, that libraries lend instruments to children,"
    " and that festivals in remote areas receive support for travel and interpretation."
)
THIRD = (
    "Parties should ensure that artists are paid promptly when their works are used online, that"
    " large platforms report every year on what they pay, that at least 5 per cent of local culture"
    " budgets goes to small towns, that libraries lend instruments to young people without charge,"
    " and that festivals in rural areas receive support for travel and translation."
)
PLACES = 12
OLD_HAND = "In our village the only instrument is the church organ."


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Three drafts in one group; the first cites what one without a device said in the hall."""
    with served(at_a_free_port(str(tmp_path / "day.db"))) as door:
        ask(door, "sam", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
        ask(door, "rita", TakeDown("b1", "c1", Kind.GAP, OLD_HAND, "en"))
        ask(door, "anna", Contribute("b2", "c2", Kind.CONCERN, "Streams pay nothing.", "en"))
        ask(door, "rita", draft("b1", "d1", FIRST, "c1"), draft("b1", "d2", THIRD))
        ask(door, "ramon", draft("b2", "e1", SECOND, "c2"))
        ask(door, "sam", CloseContributions("b1"), CloseContributions("b2"))
        ask(door, "rita", SubmitDraft("b1", 2))
        ask(door, "ramon", SubmitDraft("b2", 1))
        ask(door, "sam", FormGroup("g1", ("b1/d1", "b2/e1", "b1/d2")))
        yield door


def draft(breakout: str, id: str, text: str, *cites: str) -> Command:
    return AddDraftRecommendation(breakout, id, Addressee.PARTIES, text, cites=cites)


def signed_in(page: Page, door: Door, who: str, path: str) -> Page:
    page.goto(f"{door.address}/sign-in#{door.links[who]}")
    page.wait_for_url("**/forums/**")
    return at(page, door, path)


def at(page: Page, door: Door, path: str) -> Page:
    page.goto(f"{door.address}/forums/{PLAN.id}{path}")
    expect(page.get_by_text("Connected")).to_be_visible()
    return page


def without_script(chromium: Browser, door: Door, who: str, path: str) -> Page:
    """The page as it was when it was loaded, whatever happens since."""
    page = somebody(chromium, DESK, script=False).new_page()
    page.goto(f"{door.address}/sign-in")
    page.get_by_label("Your personal link").fill(door.links[who])
    page.get_by_role("button", name="Open the forum").click()
    page.goto(f"{door.address}/forums/{PLAN.id}{path}")
    return page


def test_three_drafts_become_one_text_that_leads_back_to_a_voice_from_the_hall(
    door: Door, window: Window, chromium: Browser
) -> None:
    sam = signed_in(window(DESK), door, "sam", "/consolidation/g1")
    ramon = signed_in(window(DESK), door, "ramon", "/consolidation/g1")
    count = sam.locator("#open-count .open-count")
    expect(count).to_have_text(str(PLACES))
    expect(sam.locator("#site-list > li").first).to_have_attribute("data-flag", "modal")
    assert axe(sam) == []
    old = without_script(chromium, door, "rita", "/consolidation/g1")

    # Sam settles by keys: each leads on to the next open place.
    sam.locator("#site-0 button").first.focus()
    sam.keyboard.press("a")  # should
    expect(sam.locator("#site-0")).not_to_have_attribute("data-open", "")
    expect(count).to_have_text("11")
    expect(sam.locator("#site-4 button").first).to_be_focused()
    sam.keyboard.press("/")  # two years or one: for the plenary
    expect(sam.locator("#site-4")).to_contain_text("In brackets, for the plenary")
    expect(sam.locator("#site-6 button").first).to_be_focused()
    sam.keyboard.press("a")  # 5 per cent
    expect(sam.locator("#site-6")).to_contain_text("Sam, at")

    # Ramon, at the same time, settles others, combines two readings and changes his mind.
    expect(ramon.locator("#open-count")).to_contain_text("1 of them a contradiction")
    ramon.locator("#site-2").get_by_role("button", name="Take A").click()
    ramon.locator("#site-8 button").first.focus()
    ramon.keyboard.press("+")
    expect(ramon.locator("#site-8")).to_contain_text("young people and children")
    ramon.locator("#site-11").get_by_role("button", name="Take B").click()
    expect(ramon.locator("#group-text")).to_contain_text("travel and interpretation")
    ramon.locator("#site-11").get_by_role("button", name="Undo: open it again").click()
    ramon.locator("#site-11").get_by_role("button", name="Take A").click()
    expect(sam.locator("#site-8")).to_contain_text("young people and children")

    # Rita's page is an hour old: her choice at a place that was settled is refused and shown.
    old.locator("#site-0").get_by_role("button", name="Take B").click()
    expect(old.locator("main")).to_contain_text("This text has changed since you opened it")
    expect(old.locator("main")).to_contain_text("What stands now")
    expect(old.locator("main")).to_contain_text("should")
    old.get_by_role("link", name="Go back").click()
    expect(old.locator("#site-0")).to_contain_text("Sam, at")
    old.locator("#site-1").get_by_role("button", name="Take B").click()
    expect(old.locator("#site-1")).to_contain_text("Rita, at")

    for number in (3, 5, 7, 9, 10):
        place = sam.locator(f"#site-{number}")
        place.get_by_role("button", name="Take A").click()
        expect(place).not_to_have_attribute("data-open", "")
    expect(count).to_have_text("0")
    expect(sam.locator("#open-count")).to_contain_text("1 kept in brackets")
    assert axe(sam) == []
    assert axe(ramon) == []

    # It goes to the plenary, which has three amendments to it, of which two are rivals.
    sam.get_by_role("button", name="Put to the plenary").click()
    expect(sam.get_by_text("Before the plenary as recommendation 1")).to_be_visible()
    ask(door, "clara", OpenPlenary())
    clara = signed_in(window(DESK), door, "clara", "/chair")
    anna = signed_in(window(PHONE), door, "anna", "/plenary")
    hugo = signed_in(window(DESK), door, "hugo", "/plenary")
    clara.get_by_role("button", name="Open recommendation 1").first.click()
    propose(anna, "[two years / year]", "two years")
    propose(hugo, "small towns", "small towns and islands")
    propose(hugo, "[two years / year]", "year")
    expect(clara.locator("#dealing .amendment")).to_have_count(3)
    expect(clara.locator("#dealing")).to_contain_text("changes the same words")
    assert axe(clara) == []

    # The chair sees the text with the first two before accepting exactly that.
    clara.get_by_label("with others: amendment 1").check()
    clara.get_by_label("with others: amendment 2").check()
    clara.get_by_role("button", name="See the text with those that are ticked").click()
    expect(clara.locator("#previewed")).to_contain_text("It would go back to its sponsor.")
    assert axe(clara) == []
    clara.get_by_role("button", name="Accept these 2 into the text").click()
    expect(clara.locator("#previewed")).to_contain_text("Accepted into the text")
    mine = hugo.locator(".amendment", has_text="Amendment 3")
    expect(mine).to_contain_text("Another amendment changed the same words.")
    expect(mine.locator(".both")).to_contain_text("small towns and islands")
    assert axe(hugo) == []

    # Adoption.
    at(clara, door, "/chair")
    expect(clara.locator(".stage-text")).to_contain_text("every two years on what they pay")
    clara.get_by_role("button", name="Call for consensus").click()
    hold(clara, "Adopt by consensus", 1900)
    expect(clara.locator(".decided")).to_contain_text("was adopted by consensus")

    # A sentence of the report leads back to the one who has no device, and forward again.
    at(anna, door, "/report")
    anna.locator("#adopted .clause-of").first.click()
    sources = anna.locator(".behind-all").first
    expect(sources).to_be_visible()
    expect(sources).to_contain_text(OLD_HAND)
    sources.get_by_role("link", name="Contribution 1.1").click()
    expect(anna.locator("main")).to_contain_text("Said in the room; written down by Rita")
    expect(anna.locator("main")).to_contain_text("Taken up in recommendation 1")
    expect(anna.locator("main mark").first).to_be_visible()
    assert axe(anna) == []


def test_a_reason_is_kept_while_somebody_settles_a_place_and_goes_with_the_text_that_stands(
    door: Door, window: Window
) -> None:
    ask(door, "sam", PartFromGroup("g1", 1, "b1/d2"))
    sam = signed_in(window(DESK), door, "sam", "/consolidation/g1")
    why = sam.get_by_label("Why they go no further")
    why.fill("The first says it shorter.")
    ask(door, "ramon", ChooseReading("g1", 2, 0, 0))
    expect(sam.locator("#site-0")).to_contain_text("Ramon, at")
    expect(sam.locator('#group-standing [name="version"]').first).to_have_value("3")
    expect(why).to_have_value("The first says it shorter.")
    sam.get_by_role("button", name="and put this text to the plenary").click()
    expect(sam.get_by_text("Before the plenary as recommendation 1")).to_be_visible()
    at(sam, door, "/consolidation")
    expect(sam.locator("#set-aside")).to_contain_text("The first says it shorter.")


def propose(page: Page, old: str, new: str) -> None:
    before = page.locator("#amendments .amendment").count()
    page.locator("#propose summary", has_text="Propose an amendment").click()
    text = page.get_by_label("Recommendation 1 as it should read")
    text.fill(text.input_value().replace(old, new))
    page.get_by_role("button", name="Propose this amendment").click()
    expect(page.locator("#amendments .amendment")).to_have_count(before + 1)


class Line:
    """The live line of one page, on which what is told can be held back for a while."""

    def __init__(self, page: Page) -> None:
        self._held: list[str | bytes] | None = None
        page.route_web_socket("**/live*", self._connect)

    def _connect(self, line: WebSocketRoute) -> None:
        self._line = line
        line.connect_to_server().on_message(self._hear)

    def _hear(self, told: str | bytes) -> None:
        if self._held is None:
            self._line.send(told)
        else:
            self._held.append(told)

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for told in held:
            self._line.send(told)


def group(door: Door) -> Group:
    """The group as it is on record."""
    engine = open_database(door.settings.database)
    told = Log(engine).read(PLAN.id)
    engine.dispose()
    return replay(Forum(PLAN.id), told).consolidation.groups["g1"]


def press(page: Page, site: int, key: str) -> Locator:
    """The key while the place has the focus."""
    place = page.locator(f"#site-{site}")
    place.locator("button:visible").first.focus()
    page.keyboard.press(key)
    return place


def focused(page: Page, site: int) -> None:
    expect(page.locator(f"#site-{site} :focus")).to_have_count(1)


def test_each_key_does_at_a_place_what_its_button_says(door: Door, window: Window) -> None:
    sam = signed_in(window(DESK), door, "sam", "/consolidation/g1")
    count = sam.locator("#open-count .open-count")
    shown = sam.locator("#site-list [data-key]")
    assert {key for each in shown.all() if (key := each.get_attribute("data-key"))} == set("ab+/=")

    # Nowhere in particular, or while somebody writes, a key is only a letter.
    sam.locator("main").focus()
    for key in "ab+/=-":
        sam.keyboard.press(key)
    sam.locator("#own-8 summary").click()
    words = sam.locator("#words-8")
    words.fill("")
    words.press_sequentially("a/+=-b")
    expect(words).to_have_value("a/+=-b")
    words.fill("")
    expect(count).to_have_text(str(PLACES))
    assert group(door).version == 1

    # A letter takes its reading, and one is at the next open place.
    expect(press(sam, 0, "b")).to_contain_text("Sam, at")
    assert group(door).choices == {0: 1}
    focused(sam, 4)

    # A sign for both, one for the brackets, and one to go back.
    expect(press(sam, 8, "+")).to_contain_text("young people and children")
    expect(press(sam, 4, "/")).to_contain_text("In brackets, for the plenary")
    assert group(door).choices == {0: 1, 8: Worded("young people and children", (0, 1)), 4: (0, 1)}
    expect(press(sam, 0, "a")).to_contain_text("Undo: back to B")
    before = group(door).version
    sam.locator("#site-0 button:visible").first.focus()
    sam.keyboard.down("-")
    sam.keyboard.down("-")  # held too long
    sam.keyboard.up("-")
    expect(sam.locator("#site-0")).to_contain_text("Undo: back to A")
    assert (group(door).version, group(door).choices[0]) == (before + 1, 1)
    focused(sam, 0)
    expect(press(sam, 4, "-")).to_have_attribute("data-open", "")
    focused(sam, 4)
    assert 4 not in group(door).choices

    # One's own words: the field opens and has the focus.
    press(sam, 2, "=")
    expect(sam.locator("#words-2")).to_be_focused()
    sam.keyboard.type("artists, authors")
    sam.locator("#own-2").get_by_role("button", name="Take these words").click()
    expect(sam.locator("#site-2")).to_contain_text(
        "In words of the drafting group: artists, authors"
    )
    assert group(door).choices[2] == "artists, authors"

    # At the last open place there is no next one, and one stays.
    for site in sorted(set(range(PLACES)) - set(group(door).choices) - {6}):
        ask(door, "ramon", ChooseReading("g1", group(door).version, site, 0))
    expect(count).to_have_text("1")
    expect(press(sam, 6, "a")).to_contain_text("Sam, at")
    expect(count).to_have_text("0")
    focused(sam, 6)

    # What is before the plenary is settled by no key.
    sam.get_by_role("button", name="Put to the plenary").click()
    expect(sam.get_by_text("Before the plenary as recommendation 1")).to_be_visible()
    expect(shown).to_have_count(0)


@pytest.mark.parametrize("first", ["the refusal", "the news"])
def test_a_key_pressed_over_what_somebody_else_just_settled_is_refused_and_says_so(
    door: Door, window: Window, first: str
) -> None:
    page = window(DESK)
    line = Line(page)
    sam = signed_in(page, door, "sam", "/consolidation/g1")
    answers: list[Route] = []
    sam.route("**/consolidation/g1", lambda route: answers.append(route))
    line.hold()
    ask(door, "ramon", ChooseReading("g1", 1, 0, 1))
    place = press(sam, 0, "a")
    refused = place.get_by_role("alert")
    if first == "the refusal":
        answered(sam, answers)
        expect(refused).to_contain_text("This text has changed since you opened it")
        line.release()
    else:
        line.release()
        expect(place).to_contain_text("Ramon, at")
        answered(sam, answers)
    expect(place).to_contain_text("Ramon, at")
    expect(refused).to_contain_text("This text has changed since you opened it")
    expect(refused).to_have_count(1)
    focused(sam, 0)
    assert group(door).choices == {0: 1}

    # Sam, who now knows, may take the other reading all the same.
    sam.unroute("**/consolidation/g1")
    sam.keyboard.press("a")
    expect(place).to_contain_text("Sam, at")
    expect(refused).to_have_count(0)
    assert group(door).choices == {0: 0}
    focused(sam, 4)


def answered(page: Page, answers: list[Route]) -> None:
    while not answers:
        page.wait_for_timeout(20)
    answers.pop().continue_()

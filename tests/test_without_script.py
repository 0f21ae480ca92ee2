"""A day without script: every desk by plain forms, nothing shown that only script could serve."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from facilitate.meeting.amendments import ProposeAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup, PutToPlenary
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    ReviseDraftRecommendation,
    SubmitDraft,
)
from facilitate.meeting.plenary import OpenPlenary
from facilitate.meeting.recommendations import OpenRecommendation
from facilitate.rehearsal.day import Act
from tests.kit.screens import DESK, somebody
from tests.test_every_page import ROUNDS, day_at
from tests.test_lines import ask
from tests.web.serving import Door, at_a_free_port, served

Plain = Callable[[str], Page]  # somebody's page, signed in by pasting the personal link
SHOULD = "Parties should pay within 2 years."
SHALL = "Parties shall pay within 2 years."


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with served(at_a_free_port(str(tmp_path / "forum.db"))) as there:
        yield there


@pytest.fixture
def plain(chromium: Browser, door: Door) -> Iterator[Plain]:
    opened = []

    def page_of(who: str) -> Page:
        context = somebody(chromium, DESK, script=False)
        opened.append(context)
        return signed_in(context.new_page(), door.address, door.links[who])

    yield page_of
    for context in opened:
        context.close()


def signed_in(page: Page, address: str, link: str) -> Page:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Your personal link, or the letters behind its #").fill(link)
    press(page, "Open the forum")
    return page


def press(there: Page | Locator, name: str) -> None:
    there.get_by_role("button", name=name).first.click()


def follow(there: Page | Locator, *names: str) -> None:
    for name in names:
        there.get_by_role("link", name=name).first.click()


def unfold(there: Page | Locator, words: str) -> None:
    there.locator("summary", has_text=words).first.click()


def see(there: Page | Locator, words: str) -> None:
    expect(there.get_by_text(words).first).to_be_visible()


def test_the_secretariat_runs_a_breakout(door: Door, plain: Plain) -> None:
    ask(door, "sam", OpenBreakout("b2", 60))
    ask(door, "hugo", Contribute("b2", "c1", Kind.GAP, "You are all thieves.", "en"))
    sam = plain("sam")
    follow(sam, "Secretariat’s desk")
    room = sam.locator("#room-b1")
    press(room, "Open for contributions")
    see(room, "Open for contributions")
    before = room.locator(".clock-words").inner_text()
    press(room, "10 minutes more")
    expect(room.locator(".clock-words")).not_to_have_text(before)
    unfold(room, "Close contributions")
    press(room, "Close contributions now")
    see(room, "the rapporteurs write")
    press(room, "Reopen contributions")
    see(room, "Open for contributions")

    sam.get_by_label("What shall everybody read?").fill("Lunch is at noon.")
    press(sam, "Say it to all rooms")
    see(sam.locator("#announced"), "Lunch is at noon.")
    press(sam, "Take it down")
    see(sam.locator("#announced"), "taken down")

    said = sam.locator("#contribution-c1")
    unfold(said, "Hide")
    said.get_by_label("Reason").fill("It insults.")
    press(said, "Hide these words")
    see(said, "Reason: It insults.")
    press(said, "Show it again")
    see(said, "You are all thieves.")


def test_the_secretariat_admits_people_and_gives_them_parts(door: Door, plain: Plain) -> None:
    sam = plain("sam")
    follow(sam, "Secretariat’s desk", "All people, their parts and links")
    sam.get_by_label("Name", exact=True).fill("Nora")
    press(sam, "Admit, and show the link")
    first = sam.locator(".link-once").inner_text()
    follow(sam, "Done; go back to all people", "Nora")
    sam.get_by_role("checkbox", name="Chair").check()
    press(sam, "Give this part")
    see(sam.locator("#capacity"), "Chair")
    press(sam, "Issue a new link, and show it")
    second = sam.locator(".link-once").inner_text()

    assert first != second
    nora = sam.context.browser
    assert nora is not None
    page = signed_in(somebody(nora, DESK, script=False).new_page(), door.address, first)
    expect(page).to_have_url(f"{door.address}/sign-in")
    signed_in(page, door.address, second)
    see(page, "Chair’s desk")
    page.context.close()


def test_a_rapporteur_makes_a_draft(door: Door, plain: Plain) -> None:
    ask(door, "sam", OpenBreakout("b1", 60))
    ask(door, "anna", Contribute("b1", "c1", Kind.GAP, "Nobody pays us.", "en"))
    rita = plain("rita")
    follow(rita, "Rapporteur’s desk")
    see(rita, "Load the page anew to see what is new")
    expect(rita.get_by_text("Enter sends")).to_be_hidden()
    rita.get_by_label("From the floor").fill("My well is dry.")
    press(rita, "Take down")
    see(rita, "Said in the room; written down by Rita")

    press(rita, "Add a recommendation")
    write(rita, 0, SHOULD)
    press(rita.locator("#contribution-c1"), "Cite")
    expect(paragraph(rita, 0).locator(".cite")).to_have_text(["Anna"])
    press(paragraph(rita, 0), "Drop the citation of Anna")
    expect(paragraph(rita, 0).locator(".cite")).to_have_count(0)
    follow(rita.locator("#choices"), "All")
    press(rita.locator("#contribution-c1"), "New recommendation from it")
    expect(paragraph(rita, 1).locator(".cite")).to_have_text(["Anna"])

    write(rita, 1, "Parties should listen.\n\nThey should answer.")
    press(paragraph(rita, 1), "Split at the empty line")
    expect(texts(rita)).to_have_count(3)
    press(paragraph(rita, 2), "Up")
    assert words(rita) == [SHOULD, "They should answer.", "Parties should listen."]
    press(paragraph(rita, 1), "Down")
    press(paragraph(rita, 1), "Join with the next")
    assert words(rita) == [SHOULD, "Parties should listen. They should answer."]
    press(paragraph(rita, 1), "Take out")
    assert words(rita) == [SHOULD]
    unfold(rita, "taken out or joined")
    press(rita.locator("#removed li", has_text="Parties should listen."), "Put it back")
    expect(texts(rita)).to_have_count(2)

    ask(door, "sam", CloseContributions("b1"))
    rita.reload()
    press(rita, "Submit the draft")
    see(rita, "Submitted at")
    press(rita, "Take back the draft")
    expect(texts(rita)).to_have_count(2)


def paragraph(desk: Page, place: int) -> Locator:
    return desk.locator("#draft-list > li").nth(place)


def texts(desk: Page) -> Locator:
    return desk.get_by_label("Text of the recommendation")


def words(desk: Page) -> list[str]:
    return [text.input_value() for text in texts(desk).all()]


def write(desk: Page, place: int, text: str) -> None:
    paragraph(desk, place).get_by_label("Text of the recommendation").fill(text)
    press(paragraph(desk, place), "Save")
    expect(texts(desk).nth(place)).to_have_value(text)


def test_a_stale_save_shows_both_texts(door: Door, plain: Plain) -> None:
    ask(door, "sam", OpenBreakout("b1", 60))
    ask(door, "rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, SHOULD))
    rita = plain("rita")
    follow(rita, "Rapporteur’s desk")
    ask(door, "rita", ReviseDraftRecommendation("b1", "d1", 1, Addressee.PARTIES, SHALL))
    texts(rita).fill("Parties will pay.")
    press(rita, "Save")
    see(rita, SHALL)
    expect(rita.get_by_label("Your words")).to_have_value("Parties will pay.")
    press(rita, "Save mine over it")
    expect(texts(rita)).to_have_value("Parties will pay.")


def test_the_drafting_group_makes_one_text(door: Door, plain: Plain) -> None:
    drafted(door)
    rita = plain("rita")
    follow(rita, "Consolidation")
    for member in rita.locator("#members").get_by_role("checkbox").all():
        member.check()
    press(rita, "Form a group of those ticked")
    follow(rita, "Group 1")
    press(rita, "Take A")
    expect(rita.locator("#group-text")).to_have_text(SHALL)
    unfold(rita, "All readings")
    unfold(rita, "Word it yourself")
    rita.get_by_label("What stands at this place").fill("will")
    press(rita, "Take these words")
    expect(rita.locator("#group-text")).to_have_text("Parties will pay within 2 years.")
    press(rita, "Put to the plenary")
    see(rita, "Before the plenary as recommendation 1")


def drafted(door: Door) -> None:
    """Two breakouts have submitted a draft of one recommendation each, that say the same."""
    for who, breakout, text in (("rita", "b1", SHOULD), ("ramon", "b2", SHALL)):
        ask(door, "sam", OpenBreakout(breakout, 60))
        ask(door, who, AddDraftRecommendation(breakout, f"d-{who}", Addressee.PARTIES, text))
        ask(door, "sam", CloseContributions(breakout))
        ask(door, who, SubmitDraft(breakout, 1))


def before_the_plenary(door: Door) -> None:
    """Two recommendations are put, and the plenary sits."""
    drafted(door)
    for member, id in (("b1/d-rita", "r1"), ("b2/d-ramon", "r2")):
        ask(door, "sam", FormGroup(id, (member,)))
    ask(door, "sam", PutToPlenary("r1", 1, "r1"), PutToPlenary("r2", 1, "r2"))
    ask(door, "clara", OpenPlenary())


def test_a_participant_amends_supports_and_objects(door: Door, plain: Plain) -> None:
    before_the_plenary(door)
    ask(door, "clara", OpenRecommendation("r1"))
    text = SHOULD.replace("pay", "pay us")
    ask(door, "hugo", ProposeAmendment("r1", "a1", 1, text, "They owe us."))
    anna = plain("anna")
    follow(anna, "Plenary")
    see(anna.locator("#amendments"), "They owe us.")
    press(anna, "Support")
    see(anna, "Supported; take it back")
    unfold(anna.locator("#propose"), "Propose an amendment")
    anna.get_by_label("Recommendation 1 as it should read").fill(SHOULD.replace("2 ", "3 "))
    press(anna, "Propose this amendment")
    see(anna.locator("#amendments"), "Anna")
    press(anna, "Withdraw my amendment")
    expect(anna.get_by_role("button", name="Withdraw my amendment")).to_have_count(0)
    unfold(anna, "I object, with a reason")
    anna.get_by_label("Why you cannot agree to recommendation 1").fill("It is too late.")
    press(anna, "Object with this reason")
    see(anna, "It is too late.")
    press(anna, "Withdraw my objection")
    expect(anna.get_by_text("It is too late.")).to_have_count(0)


def test_the_chair_leads_to_a_decision(door: Door, plain: Plain) -> None:
    before_the_plenary(door)
    clara, wall = plain("clara"), plain("wall")
    follow(wall, "Projector")
    see(wall, "The plenary sits")
    follow(clara, "Chair’s desk")
    press(clara.locator("#coming-r2"), "Up")
    expect(clara.locator(".coming > li").first).to_contain_text(SHALL)
    press(clara, "Open recommendation 1")
    expect(clara.locator(".stage-text")).to_have_text(SHALL)
    for id, words in (("a1", "3 years"), ("a2", "4 years")):
        ask(door, "hugo", ProposeAmendment("r2", id, 1, SHALL.replace("2 years", words), ""))
    clara.reload()
    unfold(clara.locator("#dealt-a1"), "Do not accept")
    press(clara.locator("#dealt-a1"), "Do not accept it")
    press(clara.locator("#dealt-a2"), "Accept into the text")
    expect(clara.locator(".stage-text")).to_contain_text("within 4 years")
    press(clara, "Call for consensus")
    expect(clara.get_by_text("Hold for a second and a half.")).to_be_hidden()
    press(clara, "Adopt by consensus")
    see(clara, "Recommendation 1 was adopted by consensus")
    press(clara, "Open recommendation 2")
    unfold(clara.locator("#put-off"), "Defer")
    clara.get_by_label("Until when, or until what is known").fill("Until May.")
    press(clara, "Defer it with this reason")
    see(clara, "Recommendation 2 was deferred")
    see(wall, "Load the page anew to see what is new")
    wall.reload()
    see(wall, "Recommendation 2 was deferred")

    press(clara, "Close the plenary")
    follow(clara, "Read the report")
    see(clara, "Parties shall pay within 4 years.")
    see(clara, "Until May.")


def test_the_chair_cannot_decide_on_a_text_that_is_no_longer_on_the_screen(
    door: Door, plain: Plain
) -> None:
    before_the_plenary(door)
    ask(door, "clara", OpenRecommendation("r1"))
    here, elsewhere = plain("clara"), plain("clara")
    follow(here, "Chair’s desk")
    ask(door, "hugo", ProposeAmendment("r1", "a1", 1, SHALL, ""))
    follow(elsewhere, "Chair’s desk")
    press(elsewhere, "Accept into the text")
    press(here, "Call for consensus")
    see(here, "What has changed since")
    see(here, "shall")


ONLY_BY_SCRIPT = """() => [...document.querySelectorAll("button:not([form]), kbd, .with-script")]
    .filter((each) => each.checkVisibility() && !each.form)
    .map((each) => each.textContent.trim())"""


@pytest.mark.parametrize("act", [Act.CONTRIBUTIONS, Act.CONSOLIDATION, Act.PLENARY])
def test_nothing_is_shown_that_only_script_could_serve(
    act: Act, chromium: Browser, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    with day_at(act, tmp_path) as (address, links):
        for who, paths in ROUNDS[act].items():
            page = somebody(chromium, DESK, script=False).new_page()
            signed_in(page, address, links[who])
            for path in paths:
                answer = page.goto(f"{address}/forums/civil-society-forum{path}")
                assert answer is not None
                assert answer.status == 200, path
                if shown := msgspec.convert(page.evaluate(ONLY_BY_SCRIPT), list[str]):
                    found[path] = shown
            page.context.close()
    assert found == {}

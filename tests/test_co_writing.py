"""In a real browser: rapporteurs write one draft at once, and no word of anybody is lost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from facilitate.meeting import Event, Forum, Role, replay
from facilitate.meeting.breakouts import CloseContributions
from facilitate.meeting.drafts import DraftSubmitted, Written
from facilitate.meeting.forms import RECOMMENDATION_LENGTH
from facilitate.meeting.people import AssignRoles
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from tests.browser import DESK, PHONE, Screen, Window, axe
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, planned, process, served
from tests.web.test_desk_writes import FIRST, SECOND, a_draft, ask, field

THE_DESK = "/breakouts/b1/desk"
HUGO_TOO = AssignRoles("hugo", (Role.PARTICIPANT, Role.RAPPORTEUR), ("b1",))


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Rita and Hugo write the draft of one breakout."""
    with served(at_a_free_port(str(tmp_path / "live.db"))) as door:
        a_draft(door)
        ask(door, "sam", HUGO_TOO)
        yield door


class Net:
    """The way of one page to the live draft, which can be cut, or hold back what goes out."""

    def __init__(self, page: Page) -> None:
        self.cut = False
        self.holds = False
        self._held: list[tuple[WebSocketRoute, str | bytes]] = []
        self._lines: list[WebSocketRoute] = []
        page.route_web_socket("**/drafts/*", self._line)

    def _line(self, line: WebSocketRoute) -> None:
        if self.cut:
            line.close()
            return
        self._lines.append(line)
        server = line.connect_to_server()
        line.on_message(lambda message: self._goes_out(server, message))

    def _goes_out(self, server: WebSocketRoute, message: str | bytes) -> None:
        if self.holds:
            self._held.append((server, message))
        else:
            server.send(message)

    def lets_go(self) -> None:
        self.holds = False
        for server, message in self._held:
            server.send(message)
        self._held.clear()

    def goes(self) -> None:
        self.cut = True
        for line in self._lines:
            line.close()
        self._lines.clear()

    def is_back(self, page: Page) -> None:
        self.cut = False
        page.evaluate("dispatchEvent(new Event('online'))")


def sign_in(page: Page, door: Door, who: str) -> Page:
    page.goto(f"{door.address}/sign-in#{door.links[who]}")
    page.wait_for_url("**/forums/**")
    return page


def at_the_desk(page: Page, door: Door) -> Page:
    page.goto(f"{door.address}/forums/{PLAN.id}{THE_DESK}")
    bound(page)
    return page


def bound(page: Page) -> None:
    expect(page.locator("#draft-list textarea:not([data-live])")).to_have_count(0)


def both(door: Door, window: Window, screen: Screen = DESK) -> tuple[Page, Page]:
    rita, hugo = (at_the_desk(sign_in(window(screen), door, who), door) for who in ("rita", "hugo"))
    return rita, hugo


def put_caret(page: Page, start: int, end: int, id: str = "d1") -> None:
    field(page, id).evaluate(
        "(f, [s, e]) => { f.focus(); f.setSelectionRange(s, e) }", [start, end]
    )


def caret(page: Page, id: str = "d1") -> list[int]:
    there: list[int] = field(page, id).evaluate("f => [f.selectionStart, f.selectionEnd]")
    return there


def write(page: Page, words: str, id: str = "d1") -> None:
    put_caret(page, 9999, 9999, id)
    page.keyboard.type(words)


def saved(page: Page, id: str = "d1") -> Locator:
    return page.locator(f"#paragraph-{id} .write .saved")


def given_back(page: Page) -> Locator:
    return page.locator("co-writing .yours")


def recorded(door: Door) -> list[Event]:
    engine = open_database(door.settings.database)
    events = Log(engine).read(PLAN.id)
    engine.dispose()
    return events


def test_two_write_in_one_paragraph_and_in_two(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    put_caret(rita, 0, 0)
    put_caret(hugo, 9999, 9999)
    for mine, theirs in zip("All ", " 📊é ", strict=True):
        rita.keyboard.type(mine)
        hugo.keyboard.type(theirs)
    for page in (rita, hugo):
        expect(field(page)).to_have_value(f"All {FIRST} 📊é ")
    write(rita, " Soon.", "d2")
    write(hugo, "Now.", "d1")
    for page in (rita, hugo):
        expect(field(page, "d1")).to_have_value(f"All {FIRST} 📊é Now.")
        expect(field(page, "d2")).to_have_value(f"{SECOND} Soon.")
        expect(page.locator(".stale")).to_have_count(0)
    expect(saved(rita, "d2")).to_have_text("Saved")
    expect(rita.locator("#paragraph-d1 .written")).to_contain_text("Rita, Hugo")
    draft = replay(Forum(PLAN.id), recorded(door)).drafts["b1"]
    assert draft.recommendations["d1"].text == f"All {FIRST} 📊é Now."


def test_what_others_write_moves_no_caret_selection_or_scroll(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    field(hugo).evaluate("f => { f.style.maxHeight = '4rem' }")
    write(rita, "\n" + "More lines.\n" * 30)
    expect(field(hugo)).to_have_value(re.compile(r"(More lines\.\n){30}"))
    put_caret(hugo, 8, 14)
    field(hugo).evaluate("f => { f.scrollTop = 50 }")
    put_caret(rita, 0, 0)
    rita.keyboard.type("All ")
    expect(field(hugo)).to_have_value(re.compile("^All "))
    assert caret(hugo) == [12, 18]
    assert field(hugo).evaluate("f => f.scrollTop") == 50
    expect(field(hugo)).to_be_focused()
    expect(rita.locator("#paragraph-d1 .written")).to_contain_text("saved at")
    assert caret(rita) == [4, 4]  # nor does the record, when it has them


def test_what_others_write_waits_while_an_input_method_composes(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    keys = rita.context.new_cdp_session(rita)
    put_caret(rita, 9999, 9999)
    keys.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    put_caret(hugo, 0, 0)
    hugo.keyboard.type("All ")
    expect(saved(hugo)).to_have_text("Saved")
    expect(rita.locator("#paragraph-d1 .others-here")).to_have_text("Also here: Hugo")
    assert field(rita).input_value() == f"{FIRST}ni"
    keys.send("Input.insertText", {"text": "你"})
    for page in (rita, hugo):
        expect(field(page)).to_have_value(f"All {FIRST}你")


def test_one_undoes_ones_own_words_by_key_and_by_button(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    write(rita, " Mine.")
    expect(field(hugo)).to_have_value(f"{FIRST} Mine.")
    write(hugo, " Theirs.")
    expect(field(rita)).to_have_value(f"{FIRST} Mine. Theirs.")
    rita.keyboard.press("Control+z")
    expect(field(hugo)).to_have_value(f"{FIRST} Theirs.")
    rita.keyboard.press("Control+Shift+z")
    expect(field(hugo)).to_have_value(f"{FIRST} Mine. Theirs.")
    rita.locator("#paragraph-d1").get_by_role("button", name="Undo").click()
    expect(field(hugo)).to_have_value(f"{FIRST} Theirs.")
    expect(rita.locator("#paragraph-d1").get_by_role("button", name="Undo")).to_be_disabled()


def test_who_else_writes_is_shown_and_said_politely(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    said = rita.locator("co-writing [role=status]")
    write(hugo, " More.", "d2")
    expect(rita.locator("#paragraph-d2 .others-here")).to_have_text("Also here: Hugo")
    expect(said).to_have_text("Hugo: writing in recommendation 2.")
    put_caret(hugo, 0, 0, "d1")
    expect(rita.locator("#paragraph-d2 .others-here")).to_be_hidden()
    rita.get_by_role("button", name="Who else writes is said aloud").click()
    said.evaluate("line => (line.textContent = '')")
    rita.wait_for_timeout(5500)  # the pause between two sentences
    hugo.keyboard.type("All ")
    expect(field(rita)).to_have_value(f"All {FIRST}")
    expect(said).to_be_empty()


def test_that_others_write_is_said_at_most_every_five_seconds(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    rita.evaluate("""() => {
        window.said = []
        const line = document.querySelector("co-writing [role=status]")
        new MutationObserver(() => line.textContent && window.said.push(performance.now()))
            .observe(line, { childList: true, characterData: true, subtree: true })
    }""")
    for letter in "abcdefghijklmnopqrstuvwxyz":
        write(hugo, letter, "d1")
        write(hugo, letter, "d2")
        hugo.wait_for_timeout(150)
    expect(field(rita, "d2")).to_have_value(f"{SECOND}abcdefghijklmnopqrstuvwxyz")
    said = rita.evaluate("window.said")
    assert said
    assert all(later - earlier > 4900 for earlier, later in pairwise(said))


BY_HAND = {"keys": DESK, "touch": PHONE}


@pytest.mark.parametrize("by", BY_HAND)
def test_recommendations_are_split_moved_joined_taken_out_and_put_back(
    door: Door, window: Window, by: str
) -> None:
    rita, hugo = both(door, window, BY_HAND[by])

    def press(name: str, place: int) -> None:
        button = rita.locator(".clause").nth(place).get_by_role("button", name=name)
        pressed(rita, button, by)

    def stand(*texts: str) -> None:
        for page in (rita, hugo):
            expect(page.locator("[data-live]")).to_have_count(len(texts))
            for place, text in enumerate(texts):
                expect(page.locator("[data-live]").nth(place)).to_have_value(text)

    write(rita, "\n\nAnd soon.")
    press("Split at the empty line", 0)
    stand(FIRST, "And soon.", SECOND)
    write(hugo, " Now.", "d2")
    press("Down", 1)
    stand(FIRST, f"{SECOND} Now.", "And soon.")
    press("Join with the next", 0)
    stand(f"{FIRST} {SECOND} Now.", "And soon.")
    press("Take out", 1)
    stand(f"{FIRST} {SECOND} Now.")
    removed = rita.locator("#removed")
    if not removed.get_by_role("button").first.is_visible():
        pressed(rita, removed.locator("summary"), by)
    back = removed.locator("li, p", has_text="And soon.").get_by_role("button")
    pressed(rita, back.first, by)
    stand(f"{FIRST} {SECOND} Now.", "And soon.")


def pressed(page: Page, target: Locator, by: str) -> None:
    if by == "touch":
        target.tap()
    else:
        target.focus()
        page.keyboard.press("Enter")


def test_whoever_took_part_follows_the_draft_without_yjs(door: Door, window: Window) -> None:
    anna = sign_in(window(PHONE), door, "anna")
    lines: list[str] = []
    anna.on("websocket", lambda socket: lines.append(socket.url))
    anna.goto(f"{door.address}/forums/{PLAN.id}/breakouts/b1")
    rita = at_the_desk(sign_in(window(DESK), door, "rita"), door)
    write(rita, " Now.")
    expect(anna.locator(".clause-text", has_text=f"{FIRST} Now.")).to_be_visible()
    assert lines
    assert not any("/drafts/" in line for line in lines)


def test_the_desk_can_be_read_aloud(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    put_caret(hugo, 0, 0)
    expect(rita.locator("#paragraph-d1 .others-here")).to_be_visible()
    expect(rita.locator("#paragraph-d1")).to_match_aria_snapshot(
        """
        - listitem:
          - text: Addressed to
          - combobox "Addressed to"
          - text: Text of the recommendation
          - textbox "Text of the recommendation": Parties should pay.
          - paragraph: "Also here: Hugo"
          - paragraph: /Written by Rita/
          - group: Who wrote what this recommendation
          - button "Undo this recommendation" [disabled]
          - button "Redo this recommendation" [disabled]
          - button "Down this recommendation"
          - button "Join with the next this recommendation"
          - button "Take out this recommendation"
        """
    )
    rita.locator("#authors-d1 summary").click()
    expect(rita.locator("#authors-d1 li")).to_have_text(f"{FIRST} Rita")
    assert axe(rita) == []


def test_words_written_without_a_line_are_kept_and_merged(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    net = Net(rita)
    at_the_desk(rita, door)
    net.goes()
    write(rita, " Offline.")
    expect(saved(rita)).to_contain_text("Kept here")
    expect(rita.get_by_text("Not everything is saved yet.")).to_be_visible()
    put_caret(hugo, 0, 0)
    hugo.keyboard.type("All ")
    expect(saved(hugo)).to_have_text("Saved")
    net.is_back(rita)
    for page in (rita, hugo):
        expect(field(page)).to_have_value(f"All {FIRST} Offline.")
    expect(saved(rita)).to_have_text("Saved")


def test_words_written_without_a_line_outlive_the_page(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    net = Net(rita)
    at_the_desk(rita, door)
    net.goes()
    write(rita, " Offline.")
    rita.goto("about:blank")
    write(hugo, " Theirs.")
    expect(saved(hugo)).to_have_text("Saved")
    net.cut = False
    at_the_desk(rita, door)
    expect(field(hugo)).to_have_value(re.compile(r"Offline\."))
    expect(field(rita)).to_have_value(field(hugo).input_value())
    assert sorted(field(rita).input_value().removeprefix(FIRST).split()) == ["Offline.", "Theirs."]
    rita.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('live-'))")


def test_who_comes_back_to_the_desk_takes_back_nothing_of_others(
    door: Door, window: Window
) -> None:
    rita, hugo = both(door, window)
    write(rita, " Mine.")
    expect(saved(rita)).to_have_text("Saved")
    rita.goto("about:blank")
    write(hugo, " Theirs.")
    expect(hugo.locator("#paragraph-d1 .written")).to_contain_text("Rita, Hugo")
    rita.go_back()  # a browser would put into the field what stood there when one left
    bound(rita)
    write(rita, " Again.")
    for page in (rita, hugo):
        expect(field(page)).to_have_value(f"{FIRST} Mine. Theirs. Again.")


def test_words_typed_before_the_draft_was_there_are_not_lost(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    net = Net(rita)
    net.goes()
    rita.goto(f"{door.address}/forums/{PLAN.id}{THE_DESK}")
    write(rita, " Early.")
    put_caret(hugo, 0, 0)
    hugo.keyboard.type("All ")
    expect(saved(hugo)).to_have_text("Saved")
    hugo.keyboard.type("the ")
    net.is_back(rita)
    expect(field(rita)).to_have_value(f"All the {FIRST}")
    expect(given_back(rita)).to_have_text([f"{FIRST} Early."])


def test_words_in_what_another_took_out_are_given_back(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    net = Net(rita)
    at_the_desk(rita, door)
    net.goes()
    write(rita, " Offline.", "d2")
    hugo.locator("#paragraph-d2").get_by_role("button", name="Take out").click()
    expect(rita.locator("#paragraph-d2")).to_have_count(0)
    expect(given_back(rita)).to_have_text([f"{SECOND} Offline."])
    net.is_back(rita)
    expect(rita.get_by_text("Not everything is saved yet.")).to_be_hidden()
    expect(given_back(rita)).to_have_text([f"{SECOND} Offline."])


def test_words_that_are_refused_stand_there_until_one_lets_them_go(
    door: Door, window: Window
) -> None:
    rita, hugo = both(door, window)
    net = Net(rita)
    at_the_desk(rita, door)
    net.goes()
    write(rita, " This is more than there is room for.")
    write(rita, " Offline.", "d2")
    rita.goto("about:blank")
    put_caret(hugo, 0, 0)
    hugo.keyboard.insert_text("x" * (RECOMMENDATION_LENGTH - len(FIRST)))
    expect(saved(hugo)).to_have_text("Saved")
    net.cut = False
    at_the_desk(rita, door)
    mine = [re.compile(r"room for\.$"), re.compile(f"{SECOND} Offline.")]
    expect(given_back(rita)).to_have_text(mine)
    put_caret(hugo, 0, 9)
    hugo.keyboard.press("Delete")
    expect(rita.locator("#paragraph-d1 .written")).to_contain_text("Hugo")
    expect(given_back(rita)).to_have_text(mine)
    assert axe(rita) == []
    for _ in mine:
        rita.get_by_role("button", name="Let them go").first.click()
    expect(given_back(rita)).to_have_count(0)


FILL = """() => {
    for (let size = 1 << 20, place = 0; size; place += 1) {
        try { localStorage.setItem(`full-${place}`, "x".repeat(size)) } catch { size >>= 1 }
    }
}"""


def test_a_device_that_is_full_keeps_nothing_and_sends_all(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    net = Net(rita)
    at_the_desk(rita, door)
    rita.evaluate(FILL)
    write(rita, " Sent.")
    expect(field(hugo)).to_have_value(f"{FIRST} Sent.")
    expect(saved(rita)).to_have_text("Saved")
    net.goes()
    write(rita, " Later.")
    expect(saved(rita)).to_be_empty()
    expect(rita.get_by_text("Not everything is saved yet.")).to_be_visible()
    net.is_back(rita)
    expect(field(hugo)).to_have_value(f"{FIRST} Sent. Later.")
    expect(saved(rita)).to_have_text("Saved")


def test_two_tabs_of_one_person_do_no_harm(door: Door, window: Window) -> None:
    one = at_the_desk(sign_in(window(DESK), door, "rita"), door)
    two = at_the_desk(one.context.new_page(), door)
    write(one, " One.")
    expect(field(two)).to_have_value(f"{FIRST} One.")
    write(two, " Two.")
    for page in (one, two):
        expect(field(page)).to_have_value(f"{FIRST} One. Two.")
        expect(page.locator(".others-here:visible")).to_have_count(0)
    nets = {page: Net(page) for page in (one, two)}
    for page in nets:
        at_the_desk(page, door)
    for page, net in nets.items():
        net.goes()
        write(page, " Offline.")
    for page in nets:
        page.goto("about:blank")
    nets[one].cut = False
    at_the_desk(one, door)
    expect(field(one)).to_have_value(f"{FIRST} One. Two. Offline. Offline.")


def test_a_large_paste_arrives_or_is_refused_with_the_limit(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    paste = """(field, words) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData("text/plain", words)
        const how = {clipboardData, bubbles: true, cancelable: true}
        const goes = field.dispatchEvent(new ClipboardEvent("paste", how))
        if (goes) document.execCommand("insertText", false, words)
    }"""
    put_caret(rita, 0, 0)
    field(rita).evaluate(paste, "x" * RECOMMENDATION_LENGTH)
    expect(rita.locator("#paragraph-d1 .answer")).to_contain_text("at most 8,000 characters")
    expect(field(rita)).to_have_value(FIRST)
    most = "x" * (RECOMMENDATION_LENGTH - len(FIRST) - 1)
    field(rita).evaluate(paste, f"{most}\r\n")  # in the field a line ends with one character
    expect(field(hugo)).to_have_value(f"{most}\n{FIRST}")
    expect(rita.locator("#paragraph-d1 .answer")).to_have_count(0)


def test_a_paragraph_is_split_where_one_is_and_joined_again(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    write(hugo, " Hugo's words.")
    put_caret(rita, len(FIRST), len(FIRST))
    expect(field(rita)).to_have_value(f"{FIRST} Hugo's words.")
    rita.keyboard.press("Control+Enter")
    for page in (rita, hugo):
        expect(page.locator("[data-live]")).to_have_count(3)
        expect(page.locator("[data-live]").nth(0)).to_have_value(FIRST)
        expect(page.locator("[data-live]").nth(1)).to_have_value("Hugo's words.")
    new = hugo.locator(".authors").nth(1)
    new.locator("summary").click()
    expect(new.locator("li")).to_have_text("Hugo's words. Hugo")
    put_caret(hugo, 0, 0)
    hugo.keyboard.type("All ")
    rita.get_by_role("button", name="Join with the next").first.click()
    for page in (rita, hugo):
        expect(page.locator("[data-live]")).to_have_count(2)
        expect(field(page)).to_have_value(f"All {FIRST} Hugo's words.")


def test_words_that_are_cited_stay_those_of_the_voice(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    rita.get_by_label("with its words").check()
    put_caret(rita, 0, 0, "d2")
    rita.keyboard.type("All ")
    rita.get_by_role("button", name="Cite in 2, with its words what Anna said").first.click()
    for page in (rita, hugo):
        expect(field(page, "d2")).to_have_value(re.compile(r"^All .*(Nobody pays us|Dams harm)"))
        expect(page.locator("#paragraph-d2 .cite")).to_have_text(["Anna"])
    expect(rita.get_by_label("with its words")).to_be_checked()
    hugo.locator("#authors-d2 summary").click()
    words = hugo.locator("#authors-d2 li", has=hugo.get_by_role("link", name="from a contribution"))
    expect(words).to_contain_text("Anna")


def test_the_margin_says_where_each_run_came_from(door: Door, window: Window) -> None:
    rita, hugo = both(door, window, replace(DESK, width=1680))
    rita.get_by_label("with its words").check()
    put_caret(rita, 0, 0, "d2")
    rita.get_by_role("button", name="Cite in 2, with its words what Anna said").first.click()
    expect(field(hugo, "d2")).to_have_value(re.compile(r"Nobody pays us|Dams harm"))
    write(hugo, " Now.", "d2")
    expect(saved(hugo, "d2")).to_have_text("Saved")
    margin = rita.locator("#authors-d2")
    margin.locator("summary").click()
    for place, who in enumerate(("Rita", "Anna, from a contribution", "Hugo")):
        expect(margin.locator("li").nth(place)).to_contain_text(who)
    beside, words = margin.bounding_box(), field(rita, "d2").bounding_box()
    assert beside
    assert words
    assert beside["x"] >= words["x"] + words["width"]
    assert beside["y"] <= words["y"]
    put_caret(hugo, 0, 0, "d2")
    hugo.keyboard.type("All: ")
    expect(margin.locator("li").first).to_contain_text("All:")  # it goes with the words


def test_the_addressee_is_saved_as_it_is_chosen(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    write(rita, " More.")
    rita.locator("#paragraph-d1").get_by_label("Addressed to").select_option("others")
    expect(hugo.locator("#paragraph-d1").get_by_label("Addressed to")).to_have_value("others")
    expect(field(hugo)).to_have_value(f"{FIRST} More.")
    expect(rita.locator(".answer, .stale")).to_have_count(0)


def test_a_draft_is_submitted_with_all_words_and_who_wrote_them(door: Door, window: Window) -> None:
    ask(door, "sam", CloseContributions("b1"))
    rita, hugo = both(door, window)
    net = Net(rita)
    at_the_desk(rita, door)
    write(hugo, " Theirs.", "d2")
    expect(field(rita, "d2")).to_have_value(f"{SECOND} Theirs.")
    net.holds = True
    write(rita, " Mine.")
    rita.get_by_role("button", name="Submit the draft").click()
    rita.wait_for_timeout(500)
    net.lets_go()  # what was typed comes behind the form, if that does not wait
    for page in (rita, hugo):
        expect(page.locator("#draft-state")).to_contain_text("Submitted at")
        expect(page.locator("#draft-list textarea")).to_have_count(0)
    submitted = recorded(door)[-1]
    assert isinstance(submitted, DraftSubmitted)
    assert submitted.runs == (
        (Written(f"{FIRST} Mine.", "rita"),),
        (Written(SECOND, "rita"), Written(" Theirs.", "hugo")),
    )
    rita.get_by_role("button", name="Take back the draft").click()
    for page in (rita, hugo):
        expect(page.locator("[data-live]")).to_have_count(2)
    write(hugo, " Again.")
    expect(field(rita)).to_have_value(f"{FIRST} Mine. Again.")


def test_a_form_without_script_writes_into_the_same_draft(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    write(rita, " Mine.")
    expect(rita.locator("#paragraph-d1 [name=version]").first).to_have_value("2")
    put_caret(rita, 3, 3)
    fields = {"do": "ReviseDraftRecommendation", "breakout": "b1", "id": "d2", "version": "1"}
    fields |= {"addressee": "parties", "text": f"{SECOND} By form."}
    urlopen(
        Request(
            f"{door.address}/forums/{PLAN.id}{THE_DESK}",
            urlencode(fields).encode(),
            {**door.known("hugo"), "origin": door.address},
        )
    ).close()
    for page in (rita, hugo):
        expect(field(page, "d2")).to_have_value(f"{SECOND} By form.")
    assert caret(rita) == [3, 3]


def test_where_sockets_are_blocked_the_same_goes_by_post(door: Door, window: Window) -> None:
    rita = sign_in(window(DESK), door, "rita")
    rita.route_web_socket("**/drafts/*", lambda line: line.close())
    hugo = at_the_desk(sign_in(window(DESK), door, "hugo"), door)
    rita.goto(f"{door.address}/forums/{PLAN.id}{THE_DESK}")
    expect(rita.locator("[data-live]")).to_have_count(2, timeout=15_000)
    write(rita, " By post.")
    expect(field(hugo)).to_have_value(f"{FIRST} By post.")
    expect(saved(rita)).to_have_text("Saved")
    put_caret(hugo, 0, 0)
    hugo.keyboard.type("All ")
    expect(field(rita)).to_have_value(f"All {FIRST} By post.")


def test_a_draft_that_another_server_writes_is_written_by_its_forms(
    door: Door, window: Window
) -> None:
    rita = sign_in(window(PHONE), door, "rita")
    why = "written-elsewhere"
    rita.route_web_socket("**/drafts/*", lambda line: line.close(code=1013, reason=why))
    rita.route("**/drafts/*", lambda letter: letter.fulfill(status=503, body=why))
    rita.goto(f"{door.address}/forums/{PLAN.id}{THE_DESK}")
    says = rita.locator("co-writing").get_by_role("alert")
    expect(says).to_contain_text("written together on another server")
    assert axe(rita) == []
    field(rita).fill(f"{FIRST} By form.")
    rita.locator("#paragraph-d1").get_by_role("button", name="Save").click()
    expect(rita.locator("#paragraph-d1 [name=version]").first).to_have_value("2")
    there = replay(Forum(PLAN.id), recorded(door)).drafts["b1"].recommendations["d1"]
    assert there.text == f"{FIRST} By form."


EARLIER = """new MutationObserver((_, seeing) => {
    const desk = document.querySelector("co-writing")
    if (!desk) return
    desk.dataset.room = desk.dataset.room.replace(/e1$/, "e0")
    seeing.disconnect()
}).observe(document, { childList: true, subtree: true })"""


@pytest.mark.parametrize("blocked", [False, True])
def test_a_page_of_an_earlier_layout_joins_the_draft_that_there_is(
    door: Door, window: Window, blocked: bool
) -> None:
    rita = sign_in(window(DESK), door, "rita")
    rita.add_init_script(EARLIER)
    if blocked:
        rita.route_web_socket("**/drafts/*", lambda line: line.close())
    rita.goto(f"{door.address}/forums/{PLAN.id}{THE_DESK}")
    expect(rita.locator("[data-live]")).to_have_count(2, timeout=20_000)
    write(rita, " Now.")
    expect(saved(rita)).to_have_text("Saved")


def test_a_role_taken_away_closes_the_pen(door: Door, window: Window) -> None:
    rita, hugo = both(door, window)
    write(hugo, " Theirs.")
    expect(saved(hugo)).to_have_text("Saved")
    ask(door, "sam", AssignRoles("hugo", (Role.PARTICIPANT,)))
    expect(hugo.locator("[data-live]")).to_have_count(0, timeout=2000)
    expect(field(rita)).to_have_value(f"{FIRST} Theirs.")


def test_killing_the_server_loses_nothing_that_was_shown_as_saved(
    tmp_path: Path, window: Window
) -> None:
    door = planned(at_a_free_port(f"sqlite:///{tmp_path / 'killed.db'}"))
    log = tmp_path / "log"
    with process(door, log) as running:
        a_draft(door)
        rita = sign_in(window(DESK), door, "rita")
        net = Net(rita)
        at_the_desk(rita, door)
        write(rita, " Saved.")
        expect(saved(rita)).to_have_text("Saved")
        running.kill()
        running.wait()
        net.cut = True  # what the page still holds is no help
    expect(rita.locator("#paragraph-d1")).to_be_visible()
    write(rita, " Kept.")
    expect(saved(rita)).to_contain_text("Kept here")
    with process(door, log):
        other = at_the_desk(sign_in(window(DESK), door, "rita"), door)
        expect(field(other)).to_have_value(f"{FIRST} Saved.")
        net.is_back(rita)
        for page in (rita, other):
            expect(field(page)).to_have_value(f"{FIRST} Saved. Kept.", timeout=20_000)


@pytest.mark.parametrize("screen", [PHONE, replace(PHONE, language="fr", dark=True)])
def test_two_write_on_telephones(door: Door, window: Window, screen: Screen) -> None:
    rita, hugo = both(door, window, screen)
    if screen.language == "fr":
        rita.get_by_role("button", name="Français").click()
        bound(rita)
    write(hugo, " Encore.")
    expect(field(rita)).to_have_value(f"{FIRST} Encore.")
    here = rita.locator("#paragraph-d1 .others-here")
    expect(here).to_have_text("Also here: Hugo" if screen == PHONE else "Également ici : Hugo")
    wide = rita.evaluate("document.documentElement.scrollWidth")
    assert wide <= screen.width
    assert axe(rita) == []

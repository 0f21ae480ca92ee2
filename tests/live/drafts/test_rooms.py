"""A live draft and the record: what is typed is saved, and what is changed otherwise comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event

from facilitate.live.drafts.houses import Drafts, WrittenElsewhere
from facilitate.live.drafts.rooms import Ending
from facilitate.live.drafts.settling import LOOK, PAUSE
from facilitate.live.forum import LiveForum
from facilitate.meeting import Command, Refused, Role
from facilitate.meeting.breakouts import CloseContributions
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import (
    Addressee,
    CiteContribution,
    DraftSubmitted,
    JoinDraftRecommendations,
    MoveDraftRecommendation,
    RemoveDraftRecommendation,
    RestoreDraftRecommendation,
    ReviseDraftRecommendation,
    SplitDraftRecommendation,
    SubmitDraft,
    TakeBackDraft,
    Written,
    digest_of,
)
from facilitate.meeting.erasures import PersonErased
from facilitate.record.engines import open_database
from tests.kit.parts import fetch, place
from tests.live.drafts.houses import MORNING, ROOM, asked, draft, live_forum, paragraph, part
from tests.live.drafts.writers import OfPycrdt, OfYjs, Writer, all_heard, node

FIRST = "Keep the rivers."
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(str(tmp_path / "drafts.db"))
    yield engine
    engine.dispose()


class Desk:
    """Rita and Ramon write the draft of one breakout, each on a line; it has one paragraph."""

    def __init__(self, live: LiveForum) -> None:
        self.live = live
        self.drafts = Drafts(live)
        self.rita = Writer("rita", OfPycrdt())
        self.ramon = Writer("ramon", OfPycrdt())

    async def sit_down(self) -> None:
        self.room = await self.drafts.room(ROOM)
        for writer in (self.rita, self.ramon):
            writer.leave()
            writer.join(self.room)
        await self.heard()

    async def restart(self) -> None:
        """The server, with all it has in memory."""
        self.room.end(Ending.AGAIN)
        self.live.hearers.clear()
        await self.room.finished()
        self.drafts.close()
        self.drafts = Drafts(self.live)
        await self.sit_down()

    async def heard(self) -> None:
        await all_heard(self.room, self.rita, self.ramon)

    async def settle(self) -> None:
        await self.heard()
        await self.room.settling.settle("rita")
        await self.heard()

    async def ask(self, by: str, *commands: Command) -> None:
        """As it comes from a page."""
        for command in commands:
            await asked(self.live, by, await self.drafts.prepared(command, by))
        await self.heard()

    async def past(self, by: str, *commands: Command) -> None:
        """As it comes from another server, which knows nothing of what is typed here."""
        await asked(self.live, by, *commands)
        await self.heard()

    def text(self, id: str = "d1") -> str:
        """The same for all."""
        words = self.room.paper.text(id)
        assert self.rita.copy.text(id) == self.ramon.copy.text(id) == words
        return words

    def runs(self, id: str = "d1") -> tuple[Written, ...]:
        return self.room.paper.runs(id)

    def saved(self, id: str = "d1") -> str:
        return draft(self.live).recommendations[id].text

    def revision(self, text: str, id: str = "d1") -> ReviseDraftRecommendation:
        """As a form without script has it, over what the record says."""
        there = draft(self.live).recommendations[id]
        return ReviseDraftRecommendation(ROOM, id, there.version, there.addressee, text)


@pytest.fixture
async def desk(engine: Engine) -> AsyncIterator[Desk]:
    live = await live_forum(engine)
    await asked(live, "anna", Contribute(ROOM, "c1", Kind.GAP, "Nobody pays us.", "en"))
    await asked(live, "rita", paragraph("d1", FIRST))
    desk = Desk(live)
    await desk.sit_down()
    yield desk
    desk.drafts.close()


# --- what is typed ------------------------------------------------------------------------------


async def test_what_is_typed_is_saved_by_its_last_writer(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "All: ")
    desk.ramon.write("d1", len(FIRST), len(FIRST), " Now.")
    await desk.settle()
    assert desk.text() == desk.saved() == f"All: {FIRST} Now."
    assert desk.live.events[-1].by == "ramon"
    assert desk.runs() == (Written(f"All: {FIRST}", "rita"), Written(" Now.", "ramon"))


async def test_what_is_deleted_and_on_its_way_to_the_disk_makes_room(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "x" * 7_000)
    await desk.heard()
    desk.rita.write("d1", 0, 7_000, "")
    await asyncio.sleep(0)  # it is being written down
    desk.rita.write("d1", 0, 0, "y" * 7_000)
    await desk.heard()
    assert desk.rita.ended is None
    assert desk.text() == "y" * 7_000 + FIRST


async def test_a_room_that_has_ended_lets_nobody_in(desk: Desk) -> None:
    desk.room.end(Ending.AGAIN)
    desk.rita.join(desk.room)
    assert desk.rita.ended is Ending.AGAIN
    assert desk.rita not in desk.room.lines


async def test_saving_what_is_saved_changes_nothing(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "All: ")
    await desk.settle()
    before = desk.live.seq
    desk.rita.write("d1", 0, 0, " ")  # white space around it is none of the text
    await desk.settle()
    assert desk.live.seq == before


async def test_everybody_is_told_which_versions_hold_their_words(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "All: ")
    await desk.settle()
    settled = [word.settled for word in desk.ramon.words if word.settled][-1]
    assert (settled.draft, settled.texts) == (draft(desk.live).version, {"d1": 2})


async def test_they_are_told_so_though_a_paragraph_was_removed_before_a_restart(desk: Desk) -> None:
    await desk.ask("rita", paragraph("d2", "Dig wells."), RemoveDraftRecommendation(ROOM, "d2", 1))
    await desk.restart()
    desk.rita.write("d1", 0, 0, "All: ")
    await desk.settle()
    settled = [word.settled for word in desk.ramon.words if word.settled][-1]
    assert (settled.draft, settled.texts) == (draft(desk.live).version, {"d1": 2})


async def test_who_lost_their_part_has_their_words_saved_by_the_next(desk: Desk) -> None:
    desk.ramon.write("d1", 0, 0, "Mine: ")
    await desk.heard()
    await desk.past("sam", part("ramon", Role.PARTICIPANT))
    await desk.settle()
    assert desk.saved() == f"Mine: {FIRST}"
    assert desk.live.events[-1].by == "rita"
    assert desk.runs()[0] == Written("Mine: ", "ramon")


# --- what the record changes otherwise ---------------------------------------------------------


async def test_a_form_over_words_that_are_being_typed_loses_neither(desk: Desk) -> None:
    desk.rita.write("d1", len(FIRST), len(FIRST), " And the wells.")
    await desk.heard()
    await desk.past("ramon", desk.revision("Keep all the rivers clean."))
    await desk.settle()
    assert desk.text() == desk.saved() == "Keep all the rivers clean. And the wells."
    by_ramon = [run.text for run in desk.runs() if run.by == "ramon"]
    assert "".join(by_ramon).split() == ["all", "clean"]


async def test_a_form_that_comes_with_a_save_is_not_saved_over_by_the_next(desk: Desk) -> None:
    await desk.past("rita", paragraph("d2", "Dig wells."))
    desk.rita.write("d1", 0, 0, "One ")
    desk.rita.write("d2", 0, 0, "Two ")
    await desk.heard()
    form = desk.revision("Dig deep wells.", "d2")
    saving = asyncio.create_task(desk.room.settling.settle("rita"))
    await asyncio.sleep(0)  # the first paragraph is on its way
    await desk.past("ramon", form)
    await saving
    assert desk.text("d2") == desk.saved("d2") == "Two Dig deep wells."


async def test_a_save_of_ones_own_is_not_taken_for_somebody_elses(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.heard()
    saving = desk.revision(desk.room.paper.text("d1"))
    desk.room.settling.own["d1", saving.version] = {saving.text}
    desk.rita.write("d1", 0, 0, "Two ")  # while it is under way
    await desk.past("rita", saving)
    await desk.settle()
    assert desk.saved() == f"Two One {FIRST}"


async def test_a_save_is_known_for_ones_own_after_a_restart_too(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.heard()
    saving = desk.revision(desk.room.paper.text("d1"))
    desk.rita.write("d1", 0, 0, "Two ")
    await desk.heard()
    desk.live.hearers.clear()  # the server ends between the save and what follows
    await asked(desk.live, "rita", saving)
    await desk.restart()
    await desk.settle()
    assert desk.saved() == f"Two One {FIRST}"


async def test_a_save_from_before_the_last_word_of_the_record_is_known_too(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.past("ramon", paragraph("d2", "Dig wells."))
    saving = desk.revision(desk.room.paper.text("d1"))
    desk.rita.write("d1", 0, 0, "Two ")
    await desk.heard()
    desk.live.hearers.clear()
    await asked(desk.live, "rita", saving)
    await desk.restart()
    await desk.settle()
    assert desk.saved() == f"Two One {FIRST}"


async def test_words_that_stood_at_a_restart_can_come_back_by_a_form(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.settle()
    await desk.restart()
    desk.rita.write("d1", 0, 0, "Two ")
    await desk.settle()
    await desk.past("ramon", desk.revision(f"One {FIRST}"))
    assert desk.text() == desk.saved() == f"One {FIRST}"


async def test_while_a_save_is_on_its_way_the_paper_is_not_brought_up_to_the_record(
    desk: Desk,
) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.heard()
    adding = asyncio.create_task(desk.live.handle(paragraph("d2", "Dig wells."), "ramon"))
    for _ in range(5):
        await asyncio.sleep(0)  # its turn has begun
    await desk.room.settling.settle("rita")
    added = await adding
    held = [row.seq for row in desk.room.log.read() if row.seq is not None]
    assert added == desk.live.seq - 1, "the save came behind"
    assert added not in held
    assert held[-1] == desk.live.seq
    assert desk.room.paper.text("d2") == "Dig wells."


async def test_what_was_typed_before_a_restart_is_saved_after_it(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.heard()
    await desk.restart()
    await desk.settle()
    assert desk.saved() == desk.text() == f"One {FIRST}"
    assert desk.live.events[-1].by == "rita"


async def test_the_order_and_what_is_about_a_paragraph_are_the_records(desk: Desk) -> None:
    await desk.ask("rita", paragraph("d2", "Dig wells."), MoveDraftRecommendation(ROOM, "d2"))
    await desk.ask("rita", CiteContribution(ROOM, "d1", "c1"))
    copy = desk.rita.copy
    assert isinstance(copy, OfPycrdt)
    assert list(copy.order) == ["d2", "d1"]
    assert copy.about["d1"] == {"addressee": "parties", "cites": ["c1"], "version": 1.0}
    await desk.ask("rita", RemoveDraftRecommendation(ROOM, "d2", 1))
    assert list(copy.order) == ["d1"]
    await desk.ask("rita", RestoreDraftRecommendation(ROOM, "d2"))
    assert (list(copy.order), desk.text("d2")) == (["d1", "d2"], "Dig wells.")


async def test_what_was_typed_into_a_removed_paragraph_comes_back_with_it(desk: Desk) -> None:
    desk.ramon.leave()
    await desk.ask("rita", RemoveDraftRecommendation(ROOM, "d1", 1))
    desk.ramon.write("d1", 0, 0, "Offline: ")
    desk.ramon.join(desk.room)
    await desk.settle()
    await desk.ask("rita", RestoreDraftRecommendation(ROOM, "d1"))
    await desk.settle()
    assert desk.saved() == desk.text() == f"Offline: {FIRST}"


async def test_what_is_typed_into_a_paragraph_while_it_is_joined_goes_with_it(desk: Desk) -> None:
    await desk.past("rita", paragraph("d2", "Dig wells."))
    end = len("Dig wells.")
    desk.ramon.write("d2", end, end, " Now!")
    await desk.heard()
    await desk.past("rita", JoinDraftRecommendations(ROOM, "d1", 1, "d2", 1))
    await desk.settle()
    assert desk.saved() == desk.text() == f"{FIRST} Dig wells. Now!"
    assert desk.runs() == (Written(f"{FIRST} Dig wells.", "rita"), Written(" Now!", "ramon"))


async def test_what_is_typed_into_the_second_part_while_it_is_split_goes_with_it(
    desk: Desk,
) -> None:
    await desk.past("rita", desk.revision(f"{FIRST}\n\nDig wells."))
    at = len(f"{FIRST}\n\nDig we")
    desk.ramon.write("d1", at, at, "X")
    await desk.heard()
    await desk.past("rita", SplitDraftRecommendation(ROOM, "d1", 2, desk.saved(), "d2"))
    await desk.settle()
    assert desk.saved("d1") == desk.text("d1") == FIRST
    assert desk.saved("d2") == desk.text("d2") == "Dig weXlls."
    runs = (Written("Dig we", "rita"), Written("X", "ramon"), Written("lls.", "rita"))
    assert desk.runs("d2") == runs


async def test_whoever_writes_on_a_line_never_has_a_stale_version(desk: Desk) -> None:
    desk.rita.write("d1", 0, 0, "One ")
    await desk.ask("ramon", RemoveDraftRecommendation(ROOM, "d1", 1))
    assert draft(desk.live).removed["d1"].text == f"One {FIRST}"


async def test_whoever_asks_somebody_else_loses_no_word_that_is_just_typed(desk: Desk) -> None:
    behind = replace(desk.revision(FIRST), addressee=Addressee.CIVIL_SOCIETY)
    desk.rita.write("d1", len(FIRST), len(FIRST), " And the wells.")
    await desk.ask("ramon", behind)
    there = draft(desk.live).recommendations["d1"]
    assert (there.addressee, there.text) == (Addressee.CIVIL_SOCIETY, f"{FIRST} And the wells.")
    assert desk.text() == f"{FIRST} And the wells."


async def test_whoever_has_no_line_and_a_stale_version_is_refused_and_nothing_is_lost(
    desk: Desk,
) -> None:
    stale = desk.revision("Mine alone.")
    desk.rita.write("d1", 0, 0, "One ")
    await desk.heard()
    desk.ramon.leave()
    with pytest.raises(Refused) as refused:
        await desk.ask("ramon", stale)
    assert refused.value.code == "stale"
    assert desk.saved() == f"One {FIRST}"


# --- whose words they are ------------------------------------------------------------------------


async def test_words_taken_from_a_contribution_stay_known_as_such(desk: Desk) -> None:
    await desk.ask("ramon", CiteContribution(ROOM, "d1", "c1", with_words=True))
    quoted = (Written(FIRST, "rita"), Written(" Nobody pays us.", "anna", "c1"))
    assert desk.runs() == quoted
    assert desk.saved() == desk.text() == f"{FIRST} Nobody pays us."
    await desk.ask("ramon", CiteContribution(ROOM, "d1", "c1", with_words=True))  # sent again
    assert desk.runs() == quoted
    await desk.restart()
    assert desk.runs() == quoted


async def test_what_is_typed_beside_words_from_a_contribution_is_saved_at_a_pause(
    desk: Desk,
) -> None:
    desk.rita.write("d1", 0, 0, "First: ")
    await desk.past("ramon", CiteContribution(ROOM, "d1", "c1", with_words=True))
    await asyncio.sleep(PAUSE + 3 * LOOK)
    await desk.heard()
    assert desk.saved() == desk.text() == f"First: {FIRST} Nobody pays us."
    assert desk.live.events[-1].by == "rita"


async def test_runs_survive_a_split_a_cut_and_a_join(desk: Desk) -> None:
    await desk.ask("rita", CiteContribution(ROOM, "d1", "c1", with_words=True))
    end = len(FIRST)
    desk.ramon.write("d1", end, end + 1, "\n\nWhy? ")
    await desk.ask("rita", SplitDraftRecommendation(ROOM, "d1", 0, "", "d2"))
    assert (desk.text("d1"), desk.text("d2")) == (FIRST, "Why? Nobody pays us.")
    assert desk.runs("d1") == (Written(FIRST, "rita"),)
    assert desk.runs("d2") == (
        Written("Why? ", "ramon"),
        Written("Nobody pays us.", "anna", "c1"),
    )
    desk.rita.write("d2", len("Why? Nobody"), len("Why? Nobody pays"), "")
    await desk.ask("rita", JoinDraftRecommendations(ROOM, "d1", 0, "d2", 0))
    assert desk.text() == desk.saved() == f"{FIRST} Why? Nobody us."
    assert desk.runs() == (
        Written(f"{FIRST} ", "rita"),
        Written("Why? ", "ramon"),
        Written("Nobody us.", "anna", "c1"),
    )


async def test_words_that_are_put_back_by_an_undoing_are_whose_they_were(desk: Desk) -> None:
    with node(fetch(place(), print)) as yjs:
        copy = OfYjs(yjs)
        writer = Writer("ramon", copy)
        writer.join(desk.room)
        await all_heard(desk.room, writer, desk.rita, desk.ramon)
        await desk.ask("rita", CiteContribution(ROOM, "d1", "c1", with_words=True))
        await all_heard(desk.room, writer)
        before = desk.runs()
        writer.write("d1", 5, len(FIRST) + 8, "")
        await all_heard(desk.room, writer, desk.rita, desk.ramon)
        assert desk.runs() != before
        copy.undo("d1")
        writer.send_made()
        await all_heard(desk.room, writer, desk.rita, desk.ramon)
        assert desk.runs() == before


async def test_what_is_submitted_says_who_wrote_which_words(desk: Desk) -> None:
    await desk.ask("rita", CiteContribution(ROOM, "d1", "c1", with_words=True))
    desk.ramon.write("d1", 0, 0, "First: ")
    await desk.ask("sam", CloseContributions(ROOM))
    await desk.ask("rita", SubmitDraft(ROOM, 0))
    submitted = desk.live.events[-1]
    assert isinstance(submitted, DraftSubmitted)
    runs = (
        (
            Written("First: ", "ramon"),
            Written(FIRST, "rita"),
            Written(" Nobody pays us.", "anna", "c1"),
        ),
    )
    assert submitted.texts == (f"First: {FIRST} Nobody pays us.",)
    assert submitted.runs == runs
    assert submitted.digest == digest_of(submitted.texts, runs)


async def test_no_draft_is_submitted_without_words_that_could_not_be_saved(desk: Desk) -> None:
    await desk.ask("sam", CloseContributions(ROOM))
    desk.ramon.write("d1", 0, 0, "First: ")
    await desk.heard()
    form = desk.revision("Keep all the rivers.")
    submitting = asyncio.create_task(desk.ask("rita", SubmitDraft(ROOM, 0)))
    await desk.past("ramon", form)  # what is typed would be saved over what stood before
    with pytest.raises(Refused) as refused:
        await submitting
    assert refused.value.code == "stale"
    await desk.ask("rita", SubmitDraft(ROOM, 0))
    submitted = desk.live.events[-1]
    assert isinstance(submitted, DraftSubmitted)
    assert submitted.texts == ("First: Keep all the rivers.",)


async def test_taking_back_opens_the_same_history(desk: Desk) -> None:
    desk.ramon.write("d1", 0, 0, "First: ")
    await desk.ask("sam", CloseContributions(ROOM))
    await desk.ask("rita", SubmitDraft(ROOM, 0), TakeBackDraft(ROOM))
    desk.rita.write("d1", 0, 0, "Again. ")
    await desk.settle()
    assert desk.saved() == desk.text() == f"Again. First: {FIRST}"
    assert [run.by for run in desk.runs()] == ["rita", "ramon", "rita"]


# --- when it cannot be written down --------------------------------------------------------------


async def test_what_is_not_on_the_disk_is_not_told_and_the_room_ends(desk: Desk) -> None:
    before = desk.ramon.copy.text("d1")
    with desk.live.log.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE draft_updates RENAME TO elsewhere")
    desk.rita.write("d1", 0, 0, "Lost? ")
    await desk.heard()
    assert desk.ramon.ended is desk.rita.ended is Ending.FAILED
    assert desk.ramon.copy.text("d1") == before
    assert desk.rita.saved < desk.rita.sent
    with desk.live.log.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO draft_updates")
    await desk.sit_down()  # who comes again brings what was not saved
    await desk.settle()
    assert desk.saved() == desk.text() == f"Lost? {FIRST}"
    assert desk.rita.saved == desk.rita.sent


async def test_a_server_that_has_not_heard_of_a_paragraph_takes_over_what_is_typed_in_it(
    desk: Desk,
) -> None:
    there = LiveForum(desk.live.id, desk.live.log, desk.live.directory)
    await desk.past("rita", paragraph("d2", "Dig wells."))
    desk.rita.write("d2", 0, 0, "Two ")
    await desk.heard()
    desk.drafts.close()
    desk.live, desk.drafts = there, Drafts(there)
    await desk.sit_down()
    await desk.past("ramon", desk.revision("Dig deep wells.", "d2"))
    await desk.settle()
    assert desk.saved("d2") == desk.text("d2") == "Two Dig deep wells."


async def test_whoever_is_erased_while_a_draft_is_read_is_not_named_in_it(desk: Desk) -> None:
    there = LiveForum(desk.live.id, desk.live.log, desk.live.directory)
    desk.ramon.write("d1", 0, 0, "Mine: ")
    await desk.past("rita", paragraph("d2", "Dig wells."))
    desk.drafts.close()
    erased = iter([PersonErased("ramon", at=MORNING, by="sam")])

    def erase_meanwhile(*told: object) -> None:
        if "FROM draft_updates" in str(told[2]):
            with there.log.turn(there.id) as turn:
                turn.append(list(erased))

    event.listen(there.log.engine, "after_cursor_execute", erase_meanwhile)
    desk.drafts = Drafts(there)
    room = await desk.drafts.room(ROOM)
    assert room.paper.text("d1") == f"Mine: {FIRST}"
    assert "ramon" not in {run.by for run in room.paper.runs("d1")}
    assert not room.ended


@pytest.mark.parametrize("letter", ["-", ""])
async def test_a_draft_is_held_while_somebody_is_there_whether_or_not_they_type(
    desk: Desk, letter: str
) -> None:
    there = LiveForum(desk.live.id, desk.live.log, desk.live.directory)
    other = Drafts(there)
    taking = asyncio.create_task(other.room(ROOM))
    while not taking.done():
        if letter:
            desk.rita.write("d1", 0, 0, letter)
        await asyncio.wait((taking,), timeout=0.05)
    other.close()
    assert isinstance(taking.exception(), WrittenElsewhere)
    assert not desk.room.ended

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from facilitate.exports import as_json
from facilitate.meeting import Role
from facilitate.meeting.amendments import ProposeAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup, PutToPlenary, SetMemberAside
from facilitate.meeting.contributions import (
    Contribute,
    Endorse,
    HideContribution,
    Kind,
    TakeDown,
    WithdrawContribution,
)
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.recommendations import (
    Adopt,
    AdoptWithReservations,
    CallForConsensus,
    Object,
    OpenRecommendation,
)
from facilitate.record.log import Log
from facilitate.web.reporting import Copy, copy_of, prepared
from facilitate.web.scenes import Scene
from tests.meeting.playbook import accept
from tests.web.elements import Document
from tests.web.house import House, frame, house

ADOPTED = "Parties should free the rivers; they should report on it every year."
MARKUP = "<script>alert(1)</script>"
SECRET = "I was told a secret."
INSULT = "You are all fools."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as opened:
        yield opened


def said(id: str, text: str) -> Contribute:
    return Contribute("b1", id, Kind.CONCERN, text, "en")


def drafted(here: House) -> None:
    """Everything up to the plenary: two drafts, one before it, one set aside."""
    here.ask("sam", OpenBreakout("b1", 60))
    here.ask("anna", said("taken-up", f"Dams harm fish. {MARKUP}"), said("unheard", "It is cold."))
    here.ask("hugo", said("secret", SECRET), said("insult", INSULT), Endorse("taken-up"))
    here.ask("hugo", WithdrawContribution("secret"))
    here.ask("sam", HideContribution("insult", "Rude"))
    here.ask("rita", TakeDown("b1", "proxy", Kind.GAP, "Nobody counts fish.", "en"))
    for id, text, cited in (("d1", ADOPTED, "taken-up"), ("d2", "More coffee.", "proxy")):
        here.ask("rita", AddDraftRecommendation("b1", id, Addressee.PARTIES, text, cites=(cited,)))
    here.ask("sam", CloseContributions("b1"))
    here.ask("rita", SubmitDraft("b1", here.state.drafts["b1"].version))
    here.ask("sam", FormGroup("g1", ("b1/d1",)), SetMemberAside("b1/d2", "Off the subject"))
    here.ask("sam", PutToPlenary("g1", here.state.consolidation.groups["g1"].version, "r1"))


def discussed(here: House) -> None:
    drafted(here)
    here.ask("clara", OpenPlenary(), OpenRecommendation("r1"))
    amended = ADOPTED.replace("every year", "every two years")
    here.ask("anna", ProposeAmendment("r1", "a1", 1, amended, "It takes time"))
    here.ask("clara", accept(here.state, "r1", "a1"))
    here.ask("clara", CallForConsensus("r1", *on_screen(here)))
    here.ask("hugo", Object("r1", "Two years are too long."))


def on_screen(here: House) -> tuple[int, str]:
    there = here.state.recommendations.by_id["r1"]
    return there.version, there.digest


def adopt(here: House) -> None:
    here.ask("clara", AdoptWithReservations("r1", *on_screen(here)))


def part(here: House, path: str, id: str, by: str = "hugo") -> str:
    element = Document(here.get(path, by).text).element(id)
    assert element is not None, f"no {id} on {path}"
    return element


# --- the report ---------------------------------------------------------------


@pytest.mark.parametrize("who", ["anna", "hugo", "rita", "ramon", "clara", "sam", "wall"])
def test_all_who_joined_may_read_and_nobody_else(here: House, who: str) -> None:
    drafted(here)
    for path in ("/report", "/mine", "/contributions/taken-up", "/report.json"):
        assert here.get(path, who).status_code == 200
        turned_away = here.get(path, by="")
        assert (turned_away.status_code, turned_away.headers["location"]) == (303, "/join")


def test_before_the_plenary_the_report_says_what_will_be_there(here: House) -> None:
    drafted(here)
    page = here.get("/report", "hugo").text
    assert "The plenary has not begun" in page
    assert ADOPTED not in page
    here.ask("clara", OpenPlenary())
    page = here.get("/report", "hugo").text
    assert "This report is provisional" in page
    assert ADOPTED in page


def test_an_adopted_recommendation_stands_with_reservations_and_all_its_sources(
    here: House,
) -> None:
    discussed(here)
    adopt(here)
    adopted = part(here, "/report", "adopted-r1")
    assert ">1</span>" in adopted
    assert "every two years" in adopted
    assert "Reservation of Hugo to version 2: Two years are too long." in adopted
    assert "Dams harm fish." in adopted
    assert "Anna (River Keepers), remotely" in adopted
    assert '/forums/water/contributions/taken-up"' in adopted
    assert "written by <bdi>Rita</bdi>" in adopted
    assert "Amendment 1" in adopted
    assert here.state.recommendations.by_id["r1"].digest in adopted


def test_once_the_plenary_has_closed_the_report_is_no_longer_provisional(here: House) -> None:
    discussed(here)
    adopt(here)
    here.ask("clara", ClosePlenary())
    standing = part(here, "/report", "report-standing")
    assert "The plenary has closed" in standing
    assert "provisional" not in standing


def test_an_amendment_that_only_struck_words_out_is_not_lost(here: House) -> None:
    drafted(here)
    here.ask("clara", OpenPlenary(), OpenRecommendation("r1"))
    shorter = ADOPTED.replace(" every year", "")
    here.ask("anna", ProposeAmendment("r1", "a1", 1, shorter, "Shorter is better"))
    here.ask("clara", accept(here.state, "r1", "a1"))
    here.ask("clara", CallForConsensus("r1", *on_screen(here)), Adopt("r1", *on_screen(here)))
    adopted = part(here, "/report", "adopted-r1")
    assert "Shorter is better" in adopted
    assert "Anna (River Keepers)" in adopted.split("Amendment 1")[1]
    assert "It struck words out" in adopted


def test_who_was_not_heard_is_counted_and_listed(here: House) -> None:
    discussed(here)
    assert "One contribution is cited in no draft." in part(here, "/report", "unheard-count")
    assert "It is cold." in part(here, "/report", "unheard-unheard")


def test_a_draft_that_was_set_aside_stands_there_with_the_reason(here: House) -> None:
    discussed(here)
    left = part(here, "/report", "drafts-left")
    assert "More coffee." in left
    assert "Reason: Off the subject" in left


def test_hall_and_home_stand_side_by_side(here: House) -> None:
    discussed(here)
    figures = part(here, "/report", "figures")
    row = '<th scope="row">Contributions</th><td>3</td><td>2</td><td>5</td>'
    assert row in figures


def test_the_report_bears_the_number_and_the_hash_of_the_record(here: House) -> None:
    discussed(here)
    head = Log(here.engine).head("water")
    end = part(here, "/report", "end-of-record")
    assert f"up to event {head.seq}." in end
    assert head.link.hex() in end


def test_nobodys_words_are_mark_up_and_withheld_words_stand_nowhere(here: House) -> None:
    discussed(here)
    adopt(here)
    paths = ["/report", "/mine", "/report.html", "/report.md", "/report.json"]
    paths += [f"/contributions/{id}" for id in here.state.contributions.by_id]
    pages = {(path, who): here.get(path, who).text for path in paths for who in ("anna", "hugo")}
    assert "Dams harm fish." in pages["/report", "anna"]
    for page in pages.values():
        assert SECRET not in page
        assert INSULT not in page
    for (path, _), page in pages.items():
        assert path.endswith((".md", ".json")) or MARKUP not in page


def test_what_is_decided_stands_in_the_report_at_once(here: House) -> None:
    discussed(here)
    with here.listening("hugo", "report") as hugo:
        adopt(here)
        heard = frame(hugo)["parts"]
    told = {each["id"]: each.get("html", "") for each in heard}  # type: ignore[attr-defined]
    assert "every two years" in told["adopted-r1"]
    assert told["undecided-r1"] == ""
    assert "1 of 1" in told["report-standing"]


# --- files to take along --------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("html", "text/html; charset=utf-8"),
        ("md", "text/markdown; charset=utf-8"),
        ("json", "application/json"),
    ],
)
def test_a_file_has_its_type_and_a_name_that_tells_it_apart(
    here: House, ending: str, kind: str
) -> None:
    discussed(here)
    file = here.get(f"/report.{ending}", "hugo")
    seq = here.live.seq
    assert file.headers["content-type"] == kind
    named = f'attachment; filename="water-report-{seq}-en.{ending}"'
    assert file.headers["content-disposition"] == named
    assert "Dams harm fish." in file.text


def test_a_file_is_in_the_language_its_reader_reads(here: House) -> None:
    here.http.cookies.set("language", "fr")
    known = f"{here.known('hugo')['cookie']}; language=fr"
    file = here.http.get("/forums/water/report.json", headers={"cookie": known})
    assert as_json.read(file.content).title == "Forum sur l’eau"


def test_there_is_no_file_of_another_ending(here: House) -> None:
    assert here.get("/report.exe", "hugo").status_code == 404
    assert here.get("/report.html.exe", "hugo").status_code == 404


def test_the_report_is_made_once_for_all_who_read_it(here: House) -> None:
    drafted(here)
    first = copy_of(scene(here))
    assert copy_of(scene(here)) is first
    assert first.written("md") is first.written("md")
    here.ask("clara", OpenPlenary())
    assert copy_of(scene(here)).report.seq == here.live.seq != first.report.seq


def test_those_who_open_it_at_once_share_what_is_made_for_them(here: House) -> None:
    drafted(here)
    seen = scene(here)

    async def all_open() -> list[Copy]:
        await asyncio.gather(*(prepared(seen) for _ in range(50)))
        first = copy_of(seen)
        await asyncio.gather(*(prepared(seen) for _ in range(50)))
        return [first, copy_of(seen)]

    first, later = asyncio.run(all_open())
    assert first is later
    assert first.report == Copy(seen, here.live.names).report


def scene(here: House) -> Scene:
    return Scene(here.live, "", "en", frozenset({Role.PARTICIPANT}))


# --- what became of what I said ---------------------------------------------------


def test_each_voice_of_mine_stands_with_its_fate(here: House) -> None:
    discussed(here)
    adopt(here)
    fate = part(here, "/mine", "fate-taken-up", by="anna")
    assert "Taken up in recommendation 1, by way of draft 1-1." in fate
    assert '/forums/water/contributions/taken-up"' in fate
    assert "No draft cites it." in part(here, "/mine", "fate-unheard", by="anna")
    amended = part(here, "/mine", "amended-a1", by="anna")
    assert "to recommendation 1" in amended
    assert "Accepted." in amended


def test_what_i_endorsed_and_objected_to_stands_there_too(here: House) -> None:
    discussed(here)
    adopt(here)
    assert "Taken up in recommendation 1" in part(here, "/mine", "fate-taken-up")
    assert "It was taken back." in part(here, "/mine", "fate-secret")
    assert "Hidden by the secretariat: Rude" in part(here, "/mine", "fate-insult")
    objected = part(here, "/mine", "objected-r1-hugo")
    assert "Two years are too long." in objected
    assert "as your reservation" in objected


def test_what_i_wrote_down_for_somebody_stands_there_too(here: House) -> None:
    discussed(here)
    assert "set aside: Off the subject" in part(here, "/mine", "fate-proxy", by="rita")


def test_who_has_said_nothing_reads_what_will_be_there(here: House) -> None:
    page = here.get("/mine", "anna").text
    assert "Nothing yet" in page
    assert "It starts when you say something in a breakout." in page


def test_a_fate_changes_while_one_reads_it(here: House) -> None:
    discussed(here)
    with here.listening("anna", "mine") as anna:
        adopt(here)
        heard = frame(anna)["parts"]
    told = {each["id"]: each["html"] for each in heard}  # type: ignore[attr-defined]
    assert set(told) == {"fate-taken-up", "amended-a1", "objected-r1-hugo"}
    assert "Taken up in recommendation 1" in told["fate-taken-up"]


# --- where its words went -----------------------------------------------------------


def test_the_words_of_the_draft_that_cites_a_voice_are_marked_in_the_text(here: House) -> None:
    discussed(here)
    adopt(here)
    traced = part(here, "/contributions/taken-up", "traced-taken-up")
    assert "Dams harm fish." in traced
    marked = [piece.split("</mark>")[0] for piece in traced.split("<mark>")[1:]]
    words = [piece.split("</span>")[1].split("<span")[0].strip() for piece in marked]
    assert words == ["Parties should free the rivers; they should report on it every", "."]
    assert "amendment 1" in traced


def test_of_a_voice_that_nobody_made_there_is_no_page(here: House) -> None:
    assert here.get("/contributions/nothing", "hugo").status_code == 404


# --- where a recommendation comes from ----------------------------------------------


def test_a_recommendation_leads_back_run_by_run_in_every_version(here: House) -> None:
    discussed(here)
    page = here.get("/recommendations/r1", "anna").text
    assert 'href="#behind-r1-1"' in page
    assert "Dams harm fish." in page
    first, second = page.index('id="version-r1-1"'), page.index('id="version-r1-2"')
    assert "amendment 1" in page[second:first]
    assert "amendment 1" not in page[first:]
    assert "draft 1-1" in page[first:]
    assert here.get("/recommendations/r9", "anna").status_code == 404


def test_each_sentence_of_the_report_leads_to_the_voices_behind_it(here: House) -> None:
    discussed(here)
    adopt(here)
    outcome = part(here, "/report", "adopted-r1")
    assert outcome.count('class="clause-of"') == outcome.count('id="behind-r1-') == 2

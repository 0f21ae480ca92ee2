"""Days in which anything may happen: random requests, those refused left out."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from hypothesis import strategies as st

from facilitate.meeting import Attendance, Refused
from facilitate.meeting.amendments import (
    AcceptDeletion,
    ProposeAmendment,
    ProposeDeletion,
    ProposeRecommendation,
    RejectAmendment,
    ReviseAmendment,
    TakeUpRecommendation,
    open_ones,
)
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import (
    FormGroup,
    JoinToGroup,
    PartFromGroup,
    PutToPlenary,
    SetGroupAside,
    SetMemberAside,
    TakeBackFromPlenary,
    TakeGroupUpAgain,
    holding_up,
    left_behind,
    submitted,
)
from facilitate.meeting.contributions import (
    Endorse,
    HideContribution,
    Kind,
    TakeDown,
    WithdrawContribution,
)
from facilitate.meeting.drafts import (
    Addressee,
    CiteContribution,
    Draft,
    JoinDraftRecommendations,
    RemoveDraftRecommendation,
    SplitDraftRecommendation,
    SubmitDraft,
    TakeBackDraft,
    Written,
)
from facilitate.meeting.groups import (
    ChooseReading,
    ExplainLeavingOut,
    KeepBrackets,
    ReopenSite,
    WordSite,
)
from facilitate.meeting.people import Join, RemovePerson
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.procedure import material
from facilitate.meeting.recommendations import (
    Adopt,
    AdoptWithReservations,
    CallForConsensus,
    Defer,
    DoNotAdopt,
    Object,
    OpenRecommendation,
)
from facilitate.text.choices import sites
from tests.meeting.days import Day, drafted, planned, said
from tests.meeting.playbook import accept as take

ROOMS = {"b1": "rita", "b2": "rob"}
WORDS = (
    *("Parties", "should", "shall", "support", "pay", "all", "5", "7", "artists", "archives"),
    *("and", "online;", "quickly.", "not"),
)
Step = Callable[[Day, Random], None]


def any_day(seed: int) -> Day:
    """The same seed gives the same day. Each act is a number of random steps."""
    dice = Random(seed)
    day = planned()
    day.do("sec", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
    day.do("anna", Join(Attendance.REMOTE))
    day.do("omar", Join(Attendance.HALL))
    play(day, dice, SPEAKING, 20)
    play(day, dice, DRAFTING, 25)
    play(day, dice, REPORTING, 5)
    play(day, dice, CONSOLIDATING, 30)
    day.do("chair", OpenPlenary())
    play(day, dice, AGREEING, 50)
    play(day, dice, DRAFTING + REPORTING + CONSOLIDATING + AGREEING, 30)
    return day


any_days = st.integers(0, 2**32).map(any_day)


def play(day: Day, dice: Random, act: tuple[Step, ...], steps: int) -> None:
    for _ in range(steps):
        with suppress(Refused, IndexError):  # asked in vain, or nothing there to ask of
            dice.choice(act)(day, dice)


def words(dice: Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(1, 12)))


def room(dice: Random) -> str:
    return dice.choice(sorted(ROOMS))


def contribution(day: Day, dice: Random) -> str:
    return dice.choice(sorted(day.forum.contributions.by_id))


def recommendation(day: Day, dice: Random) -> str:
    return dice.choice(sorted(day.forum.recommendations.by_id))


def member(day: Day, dice: Random) -> str:
    there = room(dice)
    return f"{there}/{dice.choice(draft_of(day, there).order)}"


def draft_of(day: Day, there: str) -> Draft:
    return day.forum.drafts.get(there, Draft())


# --- what may happen --------------------------------------------------------


def speak(day: Day, dice: Random) -> None:
    id = f"c{len(day.record)}"
    day.do(dice.choice(("anna", "omar")), said(room(dice), id, words(dice)))


def take_down(day: Day, dice: Random) -> None:
    there = room(dice)
    day.do(ROOMS[there], TakeDown(there, f"c{len(day.record)}", Kind.GAP, words(dice), "en"))


def endorse(day: Day, dice: Random) -> None:
    day.do(dice.choice(("anna", "omar", "rob")), Endorse(contribution(day, dice)))


def withdraw(day: Day, dice: Random) -> None:
    day.do(dice.choice(("anna", "omar")), WithdrawContribution(contribution(day, dice)))


def hide(day: Day, dice: Random) -> None:
    day.do("sec", HideContribution(contribution(day, dice), "A reason"))


def draft(day: Day, dice: Random) -> None:
    there, id = room(dice), f"d{len(day.record)}"
    cites = {contribution(day, dice) for _ in range(dice.randint(0, 2))}
    day.do(ROOMS[there], drafted(there, id, words(dice), *sorted(cites)))


def cite(day: Day, dice: Random) -> None:
    there, id = member(day, dice).split("/")
    day.do(ROOMS[there], CiteContribution(there, id, contribution(day, dice)))


def split(day: Day, dice: Random) -> None:
    there, id = member(day, dice).split("/")
    version = draft_of(day, there).recommendations[id].version
    text, new = f"{words(dice)}\n\n{words(dice)}", f"d{len(day.record)}"
    day.do(ROOMS[there], SplitDraftRecommendation(there, id, version, text, new))


def join(day: Day, dice: Random) -> None:
    there, id = member(day, dice).split("/")
    texts = draft_of(day, there).recommendations
    other = dice.choice(sorted(texts))
    versions = texts[id].version, texts[other].version
    day.do(ROOMS[there], JoinDraftRecommendations(there, id, versions[0], other, versions[1]))


def remove(day: Day, dice: Random) -> None:
    there, id = member(day, dice).split("/")
    version = draft_of(day, there).recommendations[id].version
    day.do(ROOMS[there], RemoveDraftRecommendation(there, id, version))


def submit(day: Day, dice: Random) -> None:
    there = room(dice)
    draft = draft_of(day, there)
    live = dice.random() < 0.7
    runs = tuple(written(day, dice, text.text) for text in draft.in_order()) if live else ()
    day.do("sec", CloseContributions(there))
    day.do(ROOMS[there], SubmitDraft(there, draft.version, runs))


def written(day: Day, dice: Random, text: str) -> tuple[Written, ...]:
    """The text in runs, each with who wrote it, and some with whom they quote."""
    if len(text) < 2 or dice.random() < 0.3:
        quoted = contribution(day, dice) if dice.random() < 0.5 else None
        return (Written(text, dice.choice(("rita", "rob")), quoted),)
    at = dice.randrange(1, len(text))
    return (*written(day, dice, text[:at]), *written(day, dice, text[at:]))


def take_back(day: Day, dice: Random) -> None:
    there = room(dice)
    day.do(ROOMS[there], TakeBackDraft(there))


def group(day: Day, dice: Random) -> None:
    chosen = tuple({member(day, dice) for _ in range(dice.randint(1, 3))})
    day.do("sec", FormGroup(f"g{len(day.record)}", tuple(sorted(chosen))))


def join_to_group(day: Day, dice: Random) -> None:
    there = dice.choice(day.forum.consolidation.in_order())
    day.do("sec", JoinToGroup(there.id, there.version, member(day, dice)))


def settle(day: Day, dice: Random) -> None:
    """One site, in any of the ways there are."""
    there = dice.choice(day.forum.consolidation.in_order())
    site = dice.choice(tuple(sites(there.text)))
    at, readings = (there.id, there.version, site.id), range(len(site.readings))
    some = tuple(dice.sample(readings, dice.randint(0, len(readings))))
    for settled in (
        ChooseReading(*at, dice.choice(readings)),
        WordSite(*at, words(dice) if dice.random() < 0.7 else "", some),
        KeepBrackets(*at, some),
        ReopenSite(*at),
        ExplainLeavingOut(*at, "Said elsewhere"),
    )[dice.randrange(5) :]:
        with suppress(Refused):
            day.do("sec", settled)
            return


def part(day: Day, dice: Random) -> None:
    there = dice.choice(day.forum.consolidation.in_order())
    day.do("sec", PartFromGroup(there.id, there.version, there.members[0]))


def set_aside(day: Day, dice: Random) -> None:
    day.do("sec", SetMemberAside(member(day, dice), "Another reason"))


def set_group_aside(day: Day, dice: Random) -> None:
    there = dice.choice(day.forum.consolidation.in_order())
    if there.aside is None:
        day.do("sec", SetGroupAside(there.id, there.version, "No time for it"))
    else:
        day.do("sec", TakeGroupUpAgain(there.id))


def put(day: Day, dice: Random) -> None:
    """Most of what is open is settled, and what is left out is explained."""
    there = dice.choice(day.forum.consolidation.in_order())
    id = there.id
    for site in sites(there.text):
        if site.id not in there.choices and dice.random() < 0.9:
            day.do("sec", ChooseReading(id, day.forum.consolidation.groups[id].version, site.id, 0))
    for site in day.forum.consolidation.groups[id].unexplained():
        version = day.forum.consolidation.groups[id].version
        day.do("sec", ExplainLeavingOut(id, version, site.id, "Said elsewhere"))
    there = day.forum.consolidation.groups[id]
    left = holding_up(day.forum.consolidation, there, material(day.forum))
    day.do("sec", PutToPlenary(id, there.version, f"r{len(day.record)}", left, "No time"))


def take_back_from_plenary(day: Day, dice: Random) -> None:
    day.do("sec", TakeBackFromPlenary(dice.choice(day.forum.consolidation.order)))


def open_one(day: Day, dice: Random) -> None:
    day.do("chair", OpenRecommendation(recommendation(day, dice)))


def propose(day: Day, dice: Random) -> None:
    id = recommendation(day, dice)
    there = day.forum.recommendations.by_id[id]
    kept = there.text.split()
    del kept[dice.randrange(len(kept))]
    text = " ".join((*kept, words(dice))) if dice.random() < 0.5 else " ".join(kept)
    day.do("omar", ProposeAmendment(id, f"a{len(day.record)}", there.version, text, ""))


def accept(day: Day, dice: Random) -> None:
    texts = day.forum.recommendations.by_id
    proposed = [a for _, a in sorted(day.forum.amendments.items()) if a.recommendation in texts]
    there = dice.choice(proposed)
    others = [a.id for a in open_ones(day.forum.amendments, there.recommendation)]
    some = dice.sample(others, min(len(others), dice.randint(0, 1)))
    ids = tuple({there.id, *some})
    day.do("chair", take(day.forum, there.recommendation, *sorted(ids)))


def add(day: Day, dice: Random) -> None:
    """A new recommendation is proposed, and the chair takes it up or not."""
    id = f"n{len(day.record)}"
    day.do("omar", ProposeRecommendation(id, Addressee.OTHERS, words(dice), ""))
    if dice.random() < 0.6:
        day.do("chair", TakeUpRecommendation(id, day.forum.amendments[id].digest))


def ask_to_delete(day: Day, dice: Random) -> None:
    id = recommendation(day, dice)
    version, digest = day.text(id)
    day.do("omar", ProposeDeletion(id, f"a{len(day.record)}", version, "Enough"))
    made = max(day.forum.amendments.values(), key=lambda a: a.number)
    if dice.random() < 0.3:
        day.do("chair", AcceptDeletion(made.id, version, digest))


def revise(day: Day, dice: Random) -> None:
    there = day.forum.amendments[dice.choice(sorted(day.forum.amendments))]
    version = 0 if there.adds else day.text(there.recommendation)[0]
    day.do(there.by, ReviseAmendment(there.id, version, words(dice), "Better"))


def reject(day: Day, dice: Random) -> None:
    day.do("chair", RejectAmendment(dice.choice(sorted(day.forum.amendments))))


def decide_on_it(day: Day, dice: Random) -> None:
    id = day.forum.plenary.current or recommendation(day, dice)
    text = day.text(id)
    for gavel in (
        Defer(id, *text, "Later"),
        DoNotAdopt(id, *text, "No"),
        *(Adopt(id, *text), AdoptWithReservations(id, *text)) * 2,
    )[dice.randrange(4) :]:
        with suppress(Refused):
            day.do("chair", CallForConsensus(id, *text))
            if dice.random() < 0.3:
                day.do("anna", Object(id, "I mind"))
            day.do("chair", gavel)


def close(day: Day, dice: Random) -> None:
    """And, mostly, open again."""
    left = left_behind(day.forum.consolidation, submitted(day.forum.drafts))
    day.do("chair", ClosePlenary(left, "The day is over"))
    if dice.random() < 0.9:
        day.do("chair", OpenPlenary())


def leave(day: Day, dice: Random) -> None:
    if dice.random() < 0.1:
        day.do("sec", RemovePerson("omar"))


SPEAKING: tuple[Step, ...] = (*(speak,) * 6, take_down, *(endorse,) * 4, withdraw, hide)
DRAFTING: tuple[Step, ...] = (*(draft,) * 5, *(cite,) * 5, split, join, remove)
REPORTING: tuple[Step, ...] = (*(submit,) * 5, take_back)
CONSOLIDATING: tuple[Step, ...] = (
    *(*(group,) * 6, part, set_aside, *(put,) * 4),
    *(join_to_group, join_to_group, set_group_aside, *(settle,) * 6),
)
AGREEING: tuple[Step, ...] = (
    *(open_one, open_one, propose, propose, accept, reject, decide_on_it, decide_on_it),
    *(propose, accept, add, ask_to_delete, revise),
    *(put, group, take_back_from_plenary, set_group_aside, close, leave),
)

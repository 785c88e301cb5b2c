"""Broken choreographies, each caught by the right finding and by no other; and near misses, which are fine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.choreography.dance import place, write_dance
from troupe.choreography import evolution
from troupe.choreography.checks import quotas
from troupe.choreography.finding import Rule
from troupe.choreography.findings import RULES, findings
from troupe.choreography.graph import read_project
from troupe.choreography.rules import MOST_RULES
from troupe.local.simulation.generate import project
from troupe.runtime.settings import Limits

Dance = tuple[str, ...]
LONG = "(where={'ref': [" + ", ".join(f"'{n:040}'" for n in range(60)) + "]})"
BIG, SMALL = "(where={'ref': [{'prefix': 'b'}]})", "(where={'ref': [{'anything-but': {'prefix': 'b'}}]})"

BROKEN: dict[str, tuple[str, str, Dance]] = {
    "an event that leads nowhere": (
        "unheard-event", "Lost", ("Begun! Lost Ended.", "a: Begun -> tuple[Lost, Ended]")),
    "a root that nobody takes up": ("unheard-event", "Ignored", ("Begun! Ignored! Ended.", "a: Begun -> Ended")),
    "a part that nobody gives the cue for": (
        "unsatisfied-subscription", "b", ("Begun! Never Ended.", "a: Begun -> Ended", "b: Never -> Ended")),
    "whoever comes after a missing cue is not told as well": (
        "unsatisfied-subscription", "b",
        ("Begun! Never Next Ended.", "a: Begun -> Ended", "b: Never -> Next", "c: Next -> Ended")),
    "a join with a side that nobody publishes": (
        "unsatisfied-subscription", "b",
        ("Begun! Left Never Ended.", "a: Begun -> tuple[Left, Ended]", "b: Left, Never -> None")),
    "an agent that waits for its own word": (
        "unreachable-agent", "b", ("Begun! Echo Ended.", "a: Begun -> Ended", "b: Echo -> Echo | Ended")),
    "a root without an end": ("endless-root", "Begun", ("Begun! Step", "a: Begun -> Step", "b: Step -> None")),
    "a None in the middle": (
        "silent-end", "b", ("Begun! Step Ended.", "a: Begun -> Step", "b: Step -> Ended | None")),
    "an alternative that only a listener hears": (
        "silent-end", "Aside", ("Begun! Aside Ended.", "a: Begun -> Ended | Aside", "b: Aside -> None")),
    "a filter with nobody for the rest": ("silent-end", "a", ("Begun! Ended.", f"a{BIG}: Begun -> Ended")),
    "a side of a join that may never come": (
        "silent-end", "b",
        ("Begun! Left Right Ended.", "a: Begun -> Left", "b: Begun -> Right | None", "c: Left, Right -> Ended")),
    "an answer to an expiry that leads nowhere": (
        "silent-end", "d",
        ("Begun! Left Right Ended.", "a: Begun -> Left", "b: Begun -> Right", "c(within_s=60): Left, Right -> Ended",
         "d: JoinExpired -> Ended | None")),
    "a None after a join that may also expire": (
        "silent-end", "d",
        ("Begun! Left Right Met Ended. Late.", "a: Begun -> Left", "b: Begun -> Right",
         "c(within_s=60): Left, Right -> Met",
         "d: Met -> Ended | None", "e: JoinExpired -> Late")),
    "two decisions that leave a join with half of each": (
        "silent-end", "Begun",
        ("Begun! Left Right Up Down Ended.", "a: Begun -> Left | Right", "b: Begun -> Up | Down",
         "c: Left, Up -> Ended", "d: Right, Down -> Ended")),
    "a join that expires unheard": (
        "unheard-expiry", "c",
        ("Begun! Left Right Ended.", "a: Begun -> Left", "b: Begun -> Right", "c(within_s=60): Left, Right -> Ended")),
    "somebody hears another join's expiry": (
        "unheard-expiry", "c",
        ("Begun! Left Right Ended.", "a: Begun -> Left", "b: Begun -> Right", "c(within_s=60): Left, Right -> Ended",
         "d(where={'agent': ['dance.x']}): JoinExpired -> Ended")),
    "two hearers of one event that both end": (
        "racing-terminals", "a", ("Begun! Ended.", "a: Begun -> Ended", "b: Begun -> Ended")),
    "two branches that end in different ways": (
        "racing-terminals", "b",
        ("Begun! Left Right Good. Bad.", "a: Begun -> tuple[Left, Right]", "b: Left -> Good", "c: Right -> Bad")),
    "three that may each refuse": (
        "racing-terminals", "a",
        ("Begun! Up Down Over No. Yes.", "a: Begun -> Up | No", "b: Begun -> Down | No", "c: Begun -> Over | No",
         "d: Up, Down, Over -> Yes")),
    "an end per element of a list": (
        "racing-terminals", "b", ("Begun! Part Ended.", "a: Begun -> list[Part]", "b: Part -> Ended")),
    "an end after the end": (
        "racing-terminals", "a", ("Begun! Ended. Filed.", "a: Begun -> Ended", "b: Ended -> Filed")),
    "two that answer each other": (
        "unbounded-cycle", "b",
        ("Begun! Draft Again Ended.", "a: Begun | Again -> Draft", "b: Draft -> Again | Ended")),
    "one that answers itself": ("unbounded-cycle", "b", (
        "Begun! Step Ended.", "a: Begun -> Step", "b: Step -> Step | Ended")),
    "a bound on one circle of two": (
        "unbounded-cycle", "c",
        ("Begun! Draft Again Fair Anew Ended.", "a: Begun | Again -> Draft", "b(at_most=2): Draft -> Again | Fair",
         "c: Fair | Anew -> Ended | Anew")),
    "a circle through a join that is fed from within": (
        "unbounded-cycle", "b",
        ("Begun! Left Right Ended.", "a: Begun -> tuple[Left, Right]",
         "b(join_on='ref'): Left, Right -> tuple[Left, Right] | Ended")),
    "a bound where nothing goes round": ("idle-bound", "a", ("Begun! Ended.", "a(at_most=3): Begun -> Ended")),
    "sides from two roots": (
        "separate-stories", "c",
        ("Begun! Other! Left Right Ended. Done.", "a: Begun -> tuple[Left, Ended]", "b: Other -> tuple[Right, Done]",
         "c: Left, Right -> None")),
    "an answer that does not say what it answers": (
        "separate-stories", "b",
        ("Begun! Asked Answered! Ended.", "a: Begun -> tuple[Asked, Ended]", "b: Asked, Answered -> None")),
    "two answers and no request": (
        "separate-stories", "b",
        ("Begun! Up! Down! Ended.", "a: Begun -> Ended", "b(join_on='ref'): Up, Down -> None")),
    "two words of a clock": (
        "separate-stories", "c",
        ("Begun! Left Right Ended.", "a: Begun -> Ended", "b(every='1 hour'): Tick -> tuple[Left, Right]",
         "c: Left, Right -> None")),
    "alternatives that are waited for together": (
        "exclusive-sides", "b",
        ("Begun! Left Right Ended.", "a: Begun -> Left | Right", "b: Left, Right -> None", "c: Begun -> Ended")),
    "alternatives two steps away": (
        "exclusive-sides", "d",
        ("Begun! Left Right Up Down Ended.", "a: Begun -> Left | Right", "b: Left -> Up", "c: Right -> Down",
         "d: Up, Down -> None", "e: Begun -> Ended")),
    "a filter that is none": (
        "refused-pattern", "b",
        ("Begun! Ended.", "a: Begun -> Ended", "b(where={'ref': [{'like': 'x'}]}): Begun -> None")),
    "a filter as long as a novel": (
        "long-pattern", "b", ("Begun! Ended.", "a: Begun -> Ended", f"b{LONG}: Begun -> None")),
    "a schedule that is none": (
        "refused-schedule", "b", ("Begun! Ended.", "a: Begun -> Ended", "b(every='5 moons'): Tick -> None")),
    "a bound that the stage never lets it reach": (
        "bound-beyond-limit", "b",
        ("Begun! Draft Ended.", "a: Begun -> Draft", "b(at_most=6): Draft -> Draft | Ended")),
    "deeper than the stage allows": (
        "too-deep", "Begun",
        ("Begun! A B C D E F G Ended.", "a: Begun -> A", "b: A -> B", "c: B -> C", "d: C -> D", "e: D -> E",
         "f: E -> F", "g: F -> G", "h: G -> Ended")),
    "a loop that is deeper than the stage allows": (
        "too-deep", "Begun",
        ("Begun! Draft Again Ended.", "a: Begun | Again -> Draft", "b(at_most=5): Draft -> Again | Ended")),
    "wider than the stage allows": (
        "too-many-events", "Begun",
        ("Begun! A B Ended.", "a: Begun -> tuple[A, B]", "b: A -> tuple[B, B, B]", "c: B -> None", "d: A -> B",
         "e: Begun -> Ended", "f: Begun -> tuple[B, B, B, B, B, B]")),
}  # fmt: skip
LIMITS = Limits(max_depth=7, max_repeats=5, max_events=12)

SOUND: dict[str, Dance] = {
    "alternatives of one decision do not race": ("Begun! Good. Bad.", "a: Begun -> Good | Bad"),
    "nor do ends that follow from alternatives": (
        "Begun! Left Right Good. Bad.", "a: Begun -> Left | Right", "b: Left -> Good", "c: Right -> Bad"),
    "nor an end and what follows only where it was not chosen": (
        "Begun! Up Down No. Yes.", "a: Begun -> Up | No", "b: Begun -> Down", "c: Up, Down -> Yes"),
    "alternatives that come together again end once": (
        "Begun! Left Right Met Ended.", "a: Begun -> Left | Right", "b: Left | Right -> Met", "c: Met -> Ended"),
    "a join ends a list once": (
        "Begun! Part Paint Ended.", "a: Begun -> list[Part]", "b: Begun -> Paint", "c: Part, Paint -> Ended"),
    "a loop with a bound": (
        "Begun! Draft Again Ended.", "a: Begun | Again -> Draft", "b(at_most=3): Draft -> Again | Ended"),
    "a bound anywhere in the circle": (
        "Begun! Draft Again Ended.", "a(at_most=3): Begun | Again -> Draft", "b: Draft -> Again | Ended"),
    "a loop that a person keeps going": (
        "Begun! Asked Answered! Step Ended.", "a: Begun | Step -> Asked | Ended",
        "b(join_on='ref'): Asked, Answered -> Step"),
    "a join acts once, so it ends a circle": (
        "Begun! Left Right Ended.", "a: Begun -> tuple[Left, Right]", "b: Left, Right -> tuple[Left, Ended]"),
    "waiting for a person is no silent end": (
        "Begun! Asked Answered! Ended.", "a: Begun -> Asked | Ended", "b(join_on='ref'): Asked, Answered -> Ended"),
    "either of two answers": (
        "Begun! Asked Yes! No! Ended.", "a: Begun -> Asked", "b(join_on='ref'): Asked, Yes | No -> Ended"),
    "the root itself as a side": (
        "Begun! Step Ended.", "a: Begun -> Step", "b: Begun, Step -> Ended"),
    "an expiry that somebody ends": (
        "Begun! Left Right Ended. Late.", "a: Begun -> Left", "b: Begun -> Right | None",
        "c(within_s=60): Left, Right -> Ended", "d(where={'agent': ['dance.c']}): JoinExpired -> Late"),
    "a listener may say nothing": ("Begun! Ended.", "a: Begun -> Ended", "b: Begun -> None"),
    "silence beside an end that comes in any case": (
        "Begun! Step Ended.", "a: Begun -> Ended", "b: Begun -> Step | None", "c: Step -> None"),
    "two filters that divide an event between them": (
        "Begun! Good. Bad.", f"a{BIG}: Begun -> Good", f"b{SMALL}: Begun -> Bad"),
    "decisions that a join takes in any combination": (
        "Begun! Up Down Left Right Ended.", "a: Begun -> Up | Down", "b: Begun -> Left | Right",
        "c: Up | Down, Left | Right -> Ended"),
    "exclusive once, both in a loop": (
        "Begun! Left Right Again Ended.", "a(at_most=3): Begun | Again -> Left | Right | Ended", "b: Left -> Again",
        "c: Right -> Again", "d: Left, Right -> None"),
    "incidents come by themselves": ("Begun! Ended.", "a: Begun -> Ended", "b: AgentFailed -> None"),
    "an incident beside the story's own event": (
        "Begun! Ended.", "a: Begun -> Ended", "b: Begun, AgentFailed -> None"),
    "a clock begins stories of its own": (
        "Begun! Noted Ended. Kept.", "a: Begun -> Ended", "b(every='1 hour'): Tick -> list[Noted]", "c: Noted -> Kept"),
    "a saga": (
        "Begun! Up No Off Undone Done. Gone.", "a: Begun -> Up", "b: Begun -> No",
        "c(within_s=60): Up, No -> Done | Off", "d: JoinExpired -> Off", "e: Up, Off -> Undone",
        "f: Undone, Off -> Gone"),
}  # fmt: skip


def found(root: Path, limits: Limits) -> list[tuple[str, str]]:
    told = findings(read_project(root), root, limits)
    for finding in told:
        assert finding.what.endswith(".") and finding.why.endswith(".") and finding.fix.endswith("."), finding
    return [(finding.rule, place(root, finding.where)) for finding in told]


@pytest.mark.parametrize("case", BROKEN)
def test_it_is_caught_by_the_right_finding_and_by_no_other(case: str, tmp_path: Path) -> None:
    rule, where, dance = BROKEN[case]
    assert found(write_dance(tmp_path, *dance), LIMITS) == [(rule, where)]


@pytest.mark.parametrize("case", SOUND)
def test_a_near_miss_is_fine(case: str, tmp_path: Path) -> None:
    assert found(write_dance(tmp_path, *SOUND[case]), Limits()) == []


def test_more_rules_than_a_bus_may_have(tmp_path: Path) -> None:
    graph = read_project(write_dance(tmp_path, "Begun! Ended.", "a: Begun -> Ended"))
    (agent,) = graph.agents.values()
    many = replace(graph, agents={"dance.a": replace(agent, handlers=agent.handlers * (MOST_RULES + 1))})
    (finding,) = quotas.rules(many)
    assert finding.rule == "too-many-rules" and "301 rules on one bus, and EventBridge takes 300" in finding.what
    assert not list(quotas.rules(replace(graph, agents={"dance.a": replace(agent, handlers=agent.handlers * 300)})))


def test_a_choreography_with_more_ways_than_can_be_tried_says_so(tmp_path: Path) -> None:
    """Twelve that each decide on their own, and a join for every second answer: two to the twelfth ways."""
    names = [f"N{n}" for n in range(12)]
    events = " ".join(["Begun!", *(f"{n}Yes {n}No" for n in names), "Ended."])
    deciding = [f"{n.lower()}: Begun -> {n}Yes | {n}No" for n in names]
    sides = ", ".join(f"{n}Yes | {n}No" for n in names)
    apart = [f"only_{n.lower()}: {n}No, {m}Yes -> None" for n, m in zip(names, [*names[1:], names[0]], strict=True)]
    root = write_dance(tmp_path, events, *deciding, f"end: {sides} -> Ended", *apart)
    assert found(root, Limits()) == [("too-many-ways", "Begun")]
    for folder in (root / "functions/dance").glob("only_*"):
        shutil.rmtree(folder)
    assert found(root, Limits()) == []  # what comes to the same is one way


@pytest.mark.parametrize("seed", range(12))
def test_whatever_grows_by_chance_can_be_checked(seed: int, tmp_path: Path) -> None:
    """Made-up choreographies end, so the only thing to say about one is that a list may end it several times."""
    root = project(tmp_path, seed)
    assert {finding.rule for finding in findings(read_project(root), root)} <= {"racing-terminals"}


def test_every_kind_of_finding_has_its_broken_choreography() -> None:
    elsewhere = {"idle-silence", "silence-without-reason", "too-many-rules", "too-many-ways"}
    elsewhere |= {rule.name for rule in vars(evolution).values() if isinstance(rule, Rule)}  # test_evolution.py
    assert {rule.name for rule in RULES} - elsewhere == {rule for rule, *_ in BROKEN.values()}

"""The simulation itself: the same seed is the same story, faults of every kind strike, failures shrink."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from troupe.choreography.discovery import discover
from troupe.cli.simulating import Replayer
from troupe.local.simulation.climate import FAULTS, climate
from troupe.local.simulation.dice import Dice, Fault
from troupe.local.simulation.generate import project
from troupe.local.simulation.laws import Aftermath
from troupe.local.simulation.play import Outcome, Theatre
from troupe.local.simulation.shrink import shrunk

pytestmark = pytest.mark.thorough

ALL = {kind: rate for kind, (rate, _) in FAULTS.items()}


@pytest.fixture(scope="module")
def theatre(workshop: Path) -> Iterator[Theatre]:
    with Theatre.open(workshop, operator=Replayer()) as open_theatre:
        yield open_theatre


def test_the_same_seed_is_the_same_story(theatre: Theatre) -> None:
    first = theatre.play(5)
    theatre.play(6)
    again = theatre.play(5)
    assert first.story == again.story
    assert (first.faults, first.deliveries) == (again.faults, again.deliveries)
    assert first.faults


def test_every_kind_of_fault_strikes_and_everything_holds(theatre: Theatre) -> None:
    struck: Counter[str] = Counter()
    for seed in range(1, 9):
        outcome = theatre.play(seed, rates={kind: min(3 * rate, 0.5) for kind, rate in ALL.items()})
        assert outcome.violations == []
        struck.update(fault.kind for fault in outcome.faults)
    # Replays have seeds of their own below; nobody here does anything outside, as the shop does (tests/orders).
    elsewhere = {"thinking-differs", "redrive", "replay", "replay-killed", "effect-answer-lost"}
    assert set(FAULTS) - set(struck) <= elsewhere, struck


def test_a_fault_that_is_left_out_does_not_strike(theatre: Theatre) -> None:
    first = theatre.play(3, rates=ALL)
    left_out = first.faults[0].key
    again = theatre.play(3, rates=ALL, without=frozenset({left_out}))
    assert left_out not in [fault.key for fault in again.faults]


@pytest.mark.parametrize(
    ("seed", "begun"),
    [(4, "redeliver all that workshop"), (11, "redeliver [0-9a-f]{8}-"), (3, "reprocess [0-9a-f]{8}-")],
)
def test_a_replay_in_the_middle_is_killed_and_run_again_and_everything_holds(
    theatre: Theatre, seed: int, begun: str
) -> None:
    outcome = theatre.play(seed, rates={"replay": 0.2, "replay-killed": 0.1, "duplicate": 0.1, "crash-after": 0.02})
    assert outcome.violations == []
    told = [line.partition(" ")[2].strip() for line in outcome.story]
    (begin,) = [i for i, line in enumerate(told) if line.startswith("! somebody begins")]
    assert re.match(f"! somebody begins to {begun}", told[begin])
    killed = [i for i, line in enumerate(told) if line.startswith("! who replays dies")]
    sent = [i for i, line in enumerate(told) if line.startswith("replay-") and line.endswith(" is sent")]
    assert begin < killed[0] and killed[-1] < sent[0] and len(sent) == 1
    thoughts = [i for i, line in enumerate(told) if " thinks about " in line]
    assert thoughts[0] < begin < thoughts[-1], "in the middle of the run"
    namespaces = {event.metadata.namespace for event in theatre.cloud.events()} - {""}
    assert bool(namespaces) == ("reprocess" in begun)


def test_a_domain_may_state_laws_of_its_own(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked once everything has drained, over what is left then."""

    def law(after: Aftermath) -> Iterator[str]:
        if "Assembled" in {event.type for event in after.events}:
            yield "something was assembled."

    monkeypatch.setattr(theatre, "_laws", {"workshop": law})
    said = [theatre.play(seed, rates={}).violations for seed in range(1, 5)]
    assert ["workshop: something was assembled."] in said and [] in said


def test_climates_differ() -> None:
    kinds = [frozenset(climate(seed)) for seed in range(50)]
    assert len(set(kinds)) > 40
    assert set().union(*kinds) == set(FAULTS)


def test_a_draw_does_not_depend_on_the_other_draws() -> None:
    one, other = Dice(7, {"crash": 0.5}), Dice(7, {"crash": 0.5})
    for _ in range(20):
        other.strikes("crash", "elsewhere")
    assert [one.strikes("crash", "here") for _ in range(20)] == [other.strikes("crash", "here") for _ in range(20)]


def test_shrinking_keeps_what_is_needed_for_the_failure() -> None:
    faults = [Fault("crash", "here", number) for number in range(40)]
    needed = {faults[7].key, faults[31].key}
    played = []

    def play(without: frozenset[str]) -> Outcome:
        played.append(without)
        left = [fault for fault in faults if fault.key not in without]
        broken = needed <= {fault.key for fault in left}
        return Outcome(
            1, ["3: Event a1 was published in 2 versions."] if broken else ["3: Event a1 has no end."], left, 0
        )

    smallest = shrunk(play(frozenset()), play)
    assert {fault.key for fault in smallest.faults} == needed
    assert len(played) < 62


def test_made_up_choreographies_differ_and_can_be_wired(tmp_path: Path) -> None:
    shapes = set()
    for seed in range(1, 13):
        (folder := tmp_path / str(seed)).mkdir()
        agents = [agent for agent in discover(project(folder, seed)) if agent.domain != "platform"]
        assert agents
        shapes.add(
            json.dumps([[len(h.subscriptions), len(h.publishes), h.is_join] for a in agents for h in a.handlers])
        )
    assert len(shapes) > 6

"""The simulation can fail: a seed that passes misses each safeguard that was taken out of a copy of the engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants import MUTANTS, Mutant, copy_with
from troupe.cli.simulating import Replayer
from troupe.local.simulation.play import Theatre
from troupe.local.simulation.worker import Task

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def sound(workshop: Path) -> dict[str, list[str]]:
    """What the seeds of all mutants violate on the engine as it is, by safeguard."""
    with Theatre.open(workshop, operator=Replayer()) as theatre:
        return {m.safeguard: theatre.play(m.seed, rates=m.rates).violations for m in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.safeguard.replace(" ", "-"))
def test_a_missing_safeguard_is_missed(
    mutant: Mutant, sound: dict[str, list[str]], workshop: Path, tmp_path: Path
) -> None:
    broken = played(copy_with(mutant, tmp_path), workshop, mutant)
    assert sound[mutant.safeguard] == []
    assert any(mutant.violated in violation for violation in broken), broken


def played(engine: Path, root: Path, mutant: Mutant) -> list[str]:
    """The violations of the mutant's seed, on this engine."""
    assembly = root / ".troupe" / "cdk.out"
    task = Task(str(root), [mutant.seed], assembly=str(assembly), rates=mutant.rates, shrink=False)
    command = [sys.executable, "-m", "troupe.cli.simulating", task.as_json()]
    # The folder that a module is run from stands first on the path: it decides which engine that is.
    done = subprocess.run(command, cwd=engine, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    violations: list[str] = json.loads(done.stdout.splitlines()[-1])["violations"]
    return violations

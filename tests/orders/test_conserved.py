"""Money and stock are conserved under the simulation's faults, and the laws that say so can be broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.orders.mutants import MUTANTS, ROOT, shop
from tests.simulation.mutants import Mutant
from troupe.local.simulation.play import Theatre
from troupe.local.synth import synth

pytestmark = pytest.mark.thorough


@contextmanager
def theatre(folder: Path, mutant: Mutant | None = None) -> Iterator[Theatre]:
    with Theatre.open(shop(folder, mutant), assembly=synth(ROOT, domain="orders")) as opened:
        yield opened


def test_the_agents_as_they_are_keep_the_laws(tmp_path: Path) -> None:
    with theatre(tmp_path) as sound:
        assert sound._laws.keys() == {"orders"}
        weathers = {(m.seed, tuple(m.rates.items())): m for m in MUTANTS}
        found = [sound.play(m.seed, rates=m.rates).violations for m in weathers.values()]
    assert found == [[] for _ in found]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.safeguard.replace(" ", "-"))
def test_a_missing_safeguard_is_missed(mutant: Mutant, tmp_path: Path) -> None:
    with theatre(tmp_path, mutant) as broken:
        violations = broken.play(mutant.seed, rates=mutant.rates).violations
    assert any(mutant.violated in violation for violation in violations), violations

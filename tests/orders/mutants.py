"""Mistakes in the shop's own agents, each with the weather in which money or stock goes astray for it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.simulation.mutants import Mutant, make

ROOT = Path(__file__).resolve().parents[2]


MUTANTS = [
    Mutant(
        "release",
        "inventory/agent.py",
        "stock.release(answer.reservation)",
        "pass",
        {},
        seed=2,
        violated="is still set aside",
    ),
    Mutant(
        "paid before shipped",
        "shipping/decide.py",
        "if isinstance(payment, PaymentDeclined):",
        "if False:",
        {},
        seed=2,
        violated="was charged 0 in the end and should have been",
    ),
]


def shop(folder: Path, mutant: Mutant | None = None) -> Path:
    """The shop's agents and contracts in a folder of their own, with the mistake in them if there is one."""
    for part in ("functions/orders", "functions/platform"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "test_*"))
    (folder / "contracts").mkdir()
    shutil.copyfile(ROOT / "contracts" / "orders.py", folder / "contracts" / "orders.py")
    if mutant:
        make(mutant, folder / "functions" / "orders")
    return folder

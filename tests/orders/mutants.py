"""Mistakes in the shop's own agents, each with the weather in which money or stock goes astray for it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """An edit of an agent. The templates stay as they are."""

    safeguard: str
    file: str
    """Under functions/orders."""
    sound: str
    """The text as it is; stands in the file exactly once."""
    broken: str
    rates: dict[str, float]
    seed: int
    """Catches the mutant, and passes on the agents as they are."""
    violated: str


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
        path = folder / "functions" / "orders" / mutant.file
        text = path.read_text(encoding="utf-8")
        assert text.count(mutant.sound) == 1, f"{mutant.file} has changed: adapt the mutant of {mutant.safeguard}"
        path.write_text(text.replace(mutant.sound, mutant.broken), encoding="utf-8")
    return folder

"""Mistakes in the shop's own agents, each with the weather in which money or stock goes astray for it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.simulation.mutants import Mutant, make

ROOT = Path(__file__).resolve().parents[2]
_ANOTHER_KEY = "context.key + __import__('uuid').uuid4().hex"
"""Of each attempt its own, where all attempts of a decision should have one."""


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
    Mutant(
        "one charge for all attempts",
        "payment/agent.py",
        "charge(event, payments, context.key)",
        f"charge(event, payments, {_ANOTHER_KEY})",
        {"effect-answer-lost": 0.3},
        seed=1,
        violated="is of no order",
    ),
    Mutant(
        "one refund for all attempts",
        "payment/agent.py",
        "payments.refund(answer.receipt, key=context.key)",
        f"payments.refund(answer.receipt, key={_ANOTHER_KEY})",
        {"effect-answer-lost": 0.3},
        seed=1,
        violated="was charged -",
    ),
    Mutant(
        "one release",
        "inventory/stock.py",
        '"ConditionExpression": "#state = :reserved"',
        '"ConditionExpression": "attribute_exists(pk) OR #state = :reserved"',
        {"crash-after": 0.1},
        seed=1,
        violated="on the shelf and",
    ),
    Mutant(
        "enough on the shelf",
        "inventory/stock.py",
        '"ConditionExpression": fits,',
        '"ConditionExpression": "attribute_exists(pk) OR attribute_not_exists(pk)",',
        {},
        seed=1,
        violated="were promised than there are",
    ),
    Mutant(
        "one letter for all attempts",
        "notification/agent.py",
        "mail.send(order.email, letter.subject, letter.text, key=context.key)",
        f"mail.send(order.email, letter.subject, letter.text, key={_ANOTHER_KEY})",
        {"crash-after": 0.1},
        seed=2,
        violated="letters tell how",
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

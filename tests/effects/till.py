"""A provider on this machine that can be told to fail, and settings of a stage that has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from troupe.adapters.payments import Payments
from troupe.local import ledger as ledgers
from troupe.local.ledger import Ledger


@contextmanager
def till() -> Iterator[tuple[Payments, Ledger]]:
    """The need, and the ledger at its other side."""
    ledger = Ledger()
    with ledgers.serving(ledger) as url:
        yield Payments(url), ledger


@contextmanager
def answering(ledger: Ledger, status: int, body: dict[str, str]) -> Iterator[None]:
    """While this is open the provider does its work and says something else."""
    real = ledger.answer

    def instead(*asked: object) -> tuple[int, dict[str, str]]:
        real(*asked)  # type: ignore[arg-type]
        return status, body

    with patch.object(ledger, "answer", instead):
        yield

"""Randomness that is a function of a seed: the same seed tells the same story, ids included."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


class Chance:
    """One source for the scheduler, for `random` and for `uuid.uuid4`."""

    def __init__(self, seed: int) -> None:
        self.choices = random.Random(seed)  # noqa: S311 (a simulation, no secret)
        """The scheduler's own, so that what agents draw does not change the order of events."""
        self._ids = random.Random(f"ids {seed}")  # noqa: S311
        self._seed = seed

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """While this is open, ids and jitter are drawn from the seed."""
        state = random.getstate()
        random.seed(self._seed)
        try:
            with patch("uuid.uuid4", lambda: uuid.UUID(int=self._ids.getrandbits(128), version=4)):
                yield
        finally:
            random.setstate(state)

    def restart(self, seed: int) -> None:
        """As if it had been made with this seed."""
        self._seed = seed
        self.choices.seed(seed)
        self._ids.seed(f"ids {seed}")
        random.seed(seed)

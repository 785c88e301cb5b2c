"""What every test of the project stands on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from troupe.choreography.discovery import enter

ROOT = Path(__file__).resolve().parent

# A shell that runs us in the background has Ctrl-C ignored, and so had every process that a test starts and stops.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="module")
def at_home() -> Iterator[None]:
    """Tests begin with this project's own `functions` and `contracts`, wherever an earlier one looked for agents."""
    enter(ROOT)
    yield

"""The shop alone: a stage that has no other domain, booted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from troupe.local import backends
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def booted() -> Iterator[LocalCloud]:
    with LocalCloud.boot(ROOT, assembly=synth(ROOT, domain="orders")) as cloud:
        for rule in backends.rules():
            if rule.scheduled_expression:
                rule.state = "DISABLED"  # the watchdog would look around for each minute that a join may wait
        yield cloud

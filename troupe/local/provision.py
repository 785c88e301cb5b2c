"""What agents need from outside and the templates do not bring: here a sample warehouse, a ledger, a sender."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from troupe.local.clock import Clock
from troupe.local.errors import LocalCloudError
from troupe.local.ledger import Ledger, serving
from troupe.runtime.settings import Names

WAREHOUSE, PAYMENTS, MAIL = "warehouse", "payments", "mail"
"""Names of the stage's parameters."""
_SENDER = "troupe@example.com"


def wanted(
    root: Path, names: Names, clock: Clock, closing: ExitStack, ledger: Ledger, warehouse: str = ""
) -> dict[str, Callable[[], str]]:
    """SSM parameters by name, with what makes their values when an agent first reads them.

    ledger: what is charged here. warehouse: the URL of a database to ask instead of the sample. `closing` gets what has
    to be stopped again.
    """

    def sample() -> str:
        with clock.paused():
            return json.dumps({"url": warehouse or _sample_warehouse(root, clock, closing)})

    def payments() -> str:
        return json.dumps({"url": closing.enter_context(serving(ledger))})

    return {
        names.parameter(WAREHOUSE): sample,
        names.parameter(PAYMENTS): payments,
        names.parameter(MAIL): lambda: json.dumps({"from": _SENDER}),
    }


def _sample_warehouse(root: Path, clock: Clock, closing: ExitStack) -> str:
    """Starts PostgreSQL with the project's sample data of the day; the URL of the role that may only read."""
    from troupe.local.postgres import PostgresError, serve

    sample = _sample(root / "warehouse" / "sample.py")
    try:
        server = closing.enter_context(serve(root / ".troupe" / "postgres"))
        # A story told under another clock has other data than today's, and does not push it out.
        url = server.database("warehouse" if clock.running else "warehouse_simulated")
        sample.load(url, today=datetime.now(UTC).date())
    except (PostgresError, sample.SampleError) as error:
        raise LocalCloudError(str(error)) from error
    return str(sample.reader_url(url))


def _sample(path: Path) -> ModuleType:
    """The project's own module, by its path: another checkout may be on the path of imports too."""
    spec = spec_from_file_location("warehouse.sample", path)
    if spec is None or spec.loader is None or not path.exists():
        raise LocalCloudError(
            f"An agent needs a warehouse, and {path} is not there to offer a sample; "
            "give it a database: make ask DB=postgresql://… Q=…"
        )
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

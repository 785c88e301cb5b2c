"""Logs and metrics: one place that knows Powertools.

No Tracer: the X-Ray SDK beneath it reaches the end of its support in 2027 and costs more to import than botocore.
Events carry `traceparent` instead.
"""

from __future__ import annotations

import hashlib
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics


def logger(agent_id: str) -> Logger:
    """The agent's structured log; the turn adds correlation id, event and handler to every line."""
    from aws_lambda_powertools import Logger

    return Logger(service=agent_id)


def metrics(agent_id: str, app: str) -> Metrics:
    """The agent's metrics, written to the log in CloudWatch's embedded metric format at the end of a turn."""
    from aws_lambda_powertools import Metrics

    return Metrics(namespace=app, service=agent_id)


def fingerprint(agent_id: str, error: BaseException) -> str:
    """16 hex digits that are the same for the same kind of failure: agent, exception type and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].name}" if frames else ""
    return hashlib.sha256(f"{agent_id}|{type(error).__name__}|{where}".encode()).hexdigest()[:16]

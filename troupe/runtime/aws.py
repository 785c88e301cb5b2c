"""AWS clients, made once per process and role."""

from __future__ import annotations

import os
from functools import cache
from typing import Any


def client(service: str) -> Any:
    """The client of an AWS service under the credentials of the running function.

    botocore is imported here, not above: an agent is also imported at synth, where no client is needed.
    """
    return _client(service, os.environ.get("AWS_ACCESS_KEY_ID", ""))


@cache
def _client(service: str, _access_key: str) -> Any:
    # Keyed by the credentials because the local cloud runs several agents, each in its own role, in one
    # process. botocore rather than boto3: the same clients without the cost of importing the resource layer.
    from botocore.config import Config
    from botocore.session import get_session

    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)
    return get_session().create_client(service, config=config)

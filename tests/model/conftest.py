"""A Bedrock of its own for every test."""

from __future__ import annotations

import time

import pytest

from tests.model.bedrock import Bedrock
from troupe.adapters import model
from troupe.runtime.aws import client


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Bedrock:
    # Clients are kept per access key: a key of its own keeps each test apart.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", request.node.name[:60])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(time, "sleep", lambda _: None)  # botocore's back-off
    made = Bedrock()
    own = client("bedrock-runtime", read_timeout_s=model.TIMEOUT_S, attempts=model._ATTEMPTS)
    own.meta.events.register("before-send.bedrock-runtime.Converse", made)
    return made

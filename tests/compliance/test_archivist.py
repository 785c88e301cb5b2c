"""The archivist dies at every call that it makes, and goes on: each step's effect is there once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.compliance import ComplianceDecided, ContractSigned
from functions.compliance.archivist.agent import agent
from functions.compliance.archivist.filing import sealed
from tests.runtime.stage import Stage, stage
from troupe import Envelope
from troupe.adapters.steps import Steps
from troupe.runtime.aws import client

SIGNED = Envelope.root(ContractSigned.model_validate(ContractSigned.example), "troupe.test", correlation_id="c-1")
DECIDED = Envelope.root(
    ComplianceDecided.model_validate(ComplianceDecided.example), "troupe.test", correlation_id="c-1"
)


class Crash(BaseException):
    """The process dies."""


def shelf() -> dict[str, Any]:
    """What stands in the archive."""
    listed = client("s3").list_objects_v2(Bucket="payloads", Prefix="archive/").get("Contents", [])
    keys = [entry["Key"] for entry in listed]
    return {key: json.loads(client("s3").get_object(Bucket="payloads", Key=key)["Body"].read()) for key in keys}


def delivered(here: Stage, attempt: int = 1) -> list[str]:
    return here.deliver(agent, SIGNED, DECIDED, attempt=attempt)


def holds(here: Stage) -> None:
    """One dossier and one entry, which fit the one event that tells of them."""
    found = shelf()
    (event,) = [json.loads(entry["Detail"])["data"] for entry in here.published[:1]]
    assert {entry["Detail"] for entry in here.published} == {here.published[0]["Detail"]}
    dossiers, entries = ([v for key, v in found.items() if f"/{kind}/" in key] for kind in ("dossiers", "register"))
    assert len(dossiers) == len(entries) == 1, sorted(found)
    papers = {name: dossiers[0][name] for name in ("contract", "decision")}
    assert dossiers[0]["seal"] == sealed(papers, event["number"], event["sealed_at"])["seal"] == event["seal"]
    assert found[entries[0]["dossier"]] == dossiers[0] and event["place"] == entries[0]["dossier"]


def test_wherever_it_dies_each_step_is_done_once() -> None:
    with stage(agent) as here:
        delivered(here)
        calls = len(here.calls)
        holds(here)
    assert calls > 12, "a look-up and a write for each step, and the turn's own"
    for fatal in range(calls):
        with stage(agent) as here:
            left = [fatal]

            def dying(call: str, params: dict[str, Any], left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] == -1:
                    raise Crash(call)

            here.before = dying
            with pytest.raises(Crash):
                delivered(here)
            here.before = None
            agent.forget()
            assert delivered(here, attempt=2) == []
            holds(here)


def test_without_kept_results_it_would_file_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troupe.adapters.steps.Steps.once", lambda self, key, name, do: do(key))

    def dying(call: str, params: dict[str, Any]) -> None:
        if call == "dynamodb.PutItem":  # the decision is the only item that is written now
            raise Crash(call)

    with stage(agent) as here:
        here.before = dying
        with pytest.raises(Crash):
            delivered(here)
        here.before = None
        delivered(here, attempt=2)
        assert len([key for key in shelf() if "/dossiers/" in key]) == 2


def test_a_step_whose_result_is_kept_is_not_done_again() -> None:
    done: list[str] = []

    def do(key: str) -> str:
        done.append(key)
        return f"result {len(done)}"

    with stage(agent):
        steps = Steps("troupe-test-decisions", ttl_s=60)
        said = [steps.once("a.b#1", "seal", do), steps.once("a.b#1", "seal", do), steps.once("a.b#2", "seal", do)]
    assert said == ["result 1", "result 1", "result 2"]
    assert done == ["a.b#1#step#seal", "a.b#2#step#seal"]

"""The benchmarks still run: what they measure is measured by `make bench`, here they are only small."""

from __future__ import annotations

import json

import pytest

from benchmarks import event_store, hop


def test_a_hop_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    small = {"FEW": 2, "MANY": 4, "HOPS": 12, "ROUNDS": 1, "LIMIT": float("inf")}
    for name, value in small.items():
        monkeypatch.setattr(hop, name, value)
    assert hop.main() == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ratio"] > 0


def test_the_event_store_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_store, "SIZES", (1_200, 2_400))
    measured = event_store.measure()
    assert measured["grows"] is False
    assert measured["write_units"] == {"event": 3, "failure": 4}

"""The measurement counts what it should, and says what is wrong with a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.eval_guard import main

ATTACKS = [
    {"id": "a1", "sql": "DROP TABLE cows", "severity": "hard"},
    {"id": "a2", "sql": "SELECT * FROM barns", "severity": "hard"},
    {"id": "a3", "sql": "SELECT name FROM cows", "severity": "hard"},
    {"id": "a4", "sql": "SELECT 1", "severity": "soft"},
]
ACCEPTS = [{"id": "b1", "sql": "SELECT name FROM cows"}, {"id": "b2", "sql": "SELECT name FROM goats"}]


def folder(path: Path) -> Path:
    (path / "policy.json").write_text(json.dumps({"allowed_tables": ["cows"]}))
    (path / "attacks.jsonl").write_text("\n".join(map(json.dumps, ATTACKS)))
    (path / "accepts.jsonl").write_text("\n".join(map(json.dumps, ACCEPTS)) + "\n")
    return path


def test_counts_misses_and_wrong_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tmp_path / "out.jsonl"
    assert main([str(folder(tmp_path)), "--cases", str(cases)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last) == {"attacks": 4, "missed_hard": 1, "missed_soft": 1, "accepts": 2, "refused": 1}
    judged = {case["id"]: case for case in map(json.loads, cases.read_text().splitlines())}
    assert {name: case["right"] for name, case in judged.items()} == {
        "a1": True, "a2": True, "a3": False, "a4": False, "b1": True, "b2": False
    }  # fmt: skip
    assert judged["a2"]["rule"] == "allowed-tables" and judged["b1"]["runs"].startswith("SELECT name FROM")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("policy.json", "{}", "allowed_tables"),
        ("policy.json", "{", "policy.json is not JSON"),
        ("attacks.jsonl", '{"id": "x"}', "attacks.jsonl, line 1: a case needs the text `sql`"),
        ("accepts.jsonl", "\n\nnope", "accepts.jsonl, line 3 is not JSON"),
    ],
)
def test_says_what_is_wrong_with_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, says: str
) -> None:
    (folder(tmp_path) / name).write_text(content)
    assert main([str(tmp_path)]) == 2
    assert says in capsys.readouterr().err


def test_says_that_a_folder_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "cannot be read" in capsys.readouterr().err

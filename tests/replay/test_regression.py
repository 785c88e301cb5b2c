"""A new version of the translator against real history: replay finds what it does differently, and only that."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from troupe.cli.main import run
from troupe.local.cloud import LocalCloud
from troupe.local.postgres import serve
from troupe.local.synth import synth
from warehouse import sample

REPOSITORY = Path(__file__).resolve().parents[2]
DATED, UNDATED = "Show me total sales by region for last quarter", "How many stores are there?"
NOT_UNDERSTOOD = "wibble the frobnicator"
PARTS = ("stacks", "troupe", "contracts", "warehouse", "functions/query", "functions/platform")

OFF_BY_A_MONTH = """

_right = add_months


def add_months(day: date, months: int) -> date:
    return _right(day, months - 1)
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample warehouse, for the agent's role."""
    with serve(tmp_path_factory.mktemp("postgres")) as server:
        url = server.database("warehouse")
        sample.load(url, today=datetime.now(UTC).date())
        yield sample.reader_url(url)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, warehouse: str) -> Path:
    """A project with the shipped translator, which has been asked three questions."""
    root = tmp_path_factory.mktemp("shipped") / "project"
    for part in ("app.py", "cdk.json", "requirements.txt", "functions/requirements.txt"):
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / part, root / part)
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    with LocalCloud.boot(root, assembly=synth(root, whatif=True), live=True, warehouse=warehouse) as cloud:
        from contracts.query import QueryReceived

        for question in (DATED, UNDATED, NOT_UNDERSTOOD):
            cloud.publish(QueryReceived(question=question))
        cloud.run_until_idle()
        assert sorted(e.type for e in cloud.events() if e.source.endswith("query.sql-agent")) == [
            "SQLGenerated", "SQLGenerated", "SQLGenerationError",
        ]  # fmt: skip
        cloud.keep()
    return root


def rehearsed(root: Path, warehouse: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object], str]:
    """Replays a day of the translator's history to the translator as it is in this project; exit code and diff."""
    asked = ["--since", "1d", "--to", "query.sql-agent", "--mode", "whatif", "--rate", "1000", "--yes"]
    assert run(["replay", "run", *asked, "--db", warehouse]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    (id,) = set(re.findall(r"replay-\w+-\w+", said))
    code = run(["replay", "diff", id, "--json"])
    told = json.loads(capsys.readouterr().out)
    run(["replay", "diff", id])
    return code, told, capsys.readouterr().out


def test_the_translator_as_it_is_decides_as_it_did(
    recorded: Path, warehouse: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(recorded)
    code, told, _ = rehearsed(recorded, warehouse, capsys)
    assert code == 0
    assert told["counts"] == {"types": 0, "end": 0, "fields": 0, "undecided": 0, "same": 3}


def test_a_broken_translator_is_caught_on_the_questions_that_it_answers_differently(
    recorded: Path,
    warehouse: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(recorded, broken)
    times = broken / "functions/query/sql_agent/times.py"
    assert "def add_months(day: date, months: int) -> date:" in times.read_text()
    times.write_text(times.read_text() + OFF_BY_A_MONTH)
    monkeypatch.chdir(broken)
    code, told, shown = rehearsed(broken, warehouse, capsys)
    assert code == 1
    assert told["counts"] == {"types": 0, "end": 0, "fields": 1, "undecided": 0, "same": 2}
    (different,) = [d for d in told["decisions"] if d["verdict"] == "fields"]  # type: ignore[attr-defined]
    changed = {f["path"]: (f["old"], f["new"]) for f in different["runs"][0]["fields"]}
    assert set(changed) == {"SQLGenerated.sql", "SQLGenerated.reading"}
    assert "SQLGenerated.sql: " in shown and "1 with other fields, 2 the same" in shown

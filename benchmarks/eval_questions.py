"""Measures the offline translator: `python -m benchmarks.eval_questions DIR [--catalogs DIR2] [--cases FILE]`.

DIR holds questions.jsonl, unanswerable.jsonl and db/*.sqlite; a catalog comes from `db/<db>.catalog.yaml` (there
or in DIR2), else from `<db>.semantics.json`. Gold runs in SQLite, ours in PostgreSQL. The last line printed is
one JSON object with the counts of each set.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.grading import same
from benchmarks.sqlite_copy import copy
from functions.query.sql_agent.translate import Declined, prepared, translate
from troupe.adapters.catalog import Catalog, CatalogError, read_overlay
from troupe.adapters.warehouse import Warehouse, WarehouseError
from troupe.local.postgres import Server, serve


def main() -> int:
    """Runs the evaluation; 1 with one sentence when the data cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--catalogs", type=Path, help="where <db>.catalog.yaml are, when not in DATA/db")
    parser.add_argument("--cases", type=Path, help="where to write each case (default: a temporary file)")
    parser.add_argument("--no-catalog", action="store_true", help="ignore catalogs and semantics")
    options = parser.parse_args()
    questions = options.data / "questions.jsonl"
    if not questions.exists():
        print(f"There is no {questions}. DATA should be a folder with questions.jsonl and db/.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="troupe-eval-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with serve(Path(folder) / "pg") as server:
            try:
                return evaluate(options, server)
            except (CatalogError, WarehouseError) as error:
                print(error, file=sys.stderr)
                return 1


def evaluate(options: argparse.Namespace, server: Server) -> int:
    """Translates, runs and grades every case."""
    out = options.cases or Path(tempfile.mkdtemp(prefix="troupe-questions-")) / "cases.jsonl"
    bench = Bench(options, server)
    results: dict[str, list[dict[str, Any]]] = {}
    milliseconds: list[float] = []
    with out.open("w", encoding="utf-8") as file:
        for case in (*_lines(options.data / "questions.jsonl"), *_lines(options.data / "unanswerable.jsonl")):
            result = bench.case(case)
            milliseconds.append(result["ms"])
            results.setdefault(result["set"], []).append(result)
            file.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
    if not milliseconds:
        print(f"There are no questions in {options.data / 'questions.jsonl'}.", file=sys.stderr)
        return 1
    print(f"Each case: {out}")
    print(f"Translation: median {statistics.median(milliseconds):.1f} ms, slowest {max(milliseconds):.0f} ms")
    print(json.dumps({name: _summary(name, cases) for name, cases in results.items()}))
    return 0


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def _summary(name: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    answered = [case for case in cases if case["outcome"] != "declined"]
    declined = len(cases) - len(answered)
    right = declined if name == "unanswerable" else sum(case["outcome"] == "right" for case in cases)
    wrong = sum(case["outcome"] == "wrong" for case in cases)
    base = len(cases) if name == "unanswerable" else len(answered)
    return {
        "asked": len(cases), "answered": len(answered), "right": right, "wrong": wrong, "declined": declined,
        "precision": round(right / base, 4) if base else None, "coverage": round(right / len(cases), 4),
    }  # fmt: skip


class Bench:
    """The databases of one data folder, each copied once."""

    def __init__(self, options: argparse.Namespace, server: Server) -> None:
        self.options = options
        self.server = server
        self.warehouses: dict[str, tuple[Warehouse, Catalog]] = {}

    def warehouse(self, db: str) -> tuple[Warehouse, Catalog]:
        """The copied database with its catalog."""
        if db not in self.warehouses:
            url = self.server.database(db)
            copy(self.options.data / "db" / f"{db}.sqlite", url)
            overlay = None if self.options.no_catalog else self.overlay(db)
            warehouse = Warehouse.connect(url)
            catalog = warehouse.catalog()
            if overlay is not None:
                catalog = catalog.merged(read_overlay(overlay), str(overlay))
            prepared(catalog)
            self.warehouses[db] = (warehouse, catalog)
        return self.warehouses[db]

    def overlay(self, db: str) -> Path | None:
        """The catalog of a database: a YAML file, else its semantics, which are YAML too."""
        folders = [folder for folder in (self.options.catalogs, self.options.data / "db", self.options.data) if folder]
        for name in (f"{db}.catalog.yaml", f"{db}.catalog.yml", f"{db}.semantics.json"):
            for folder in folders:
                if (folder / name).exists():
                    return Path(folder / name)
        return None

    def case(self, case: dict[str, Any]) -> dict[str, Any]:
        """One question: translated, run and graded."""
        warehouse, catalog = self.warehouse(case["db"])
        today = date.fromisoformat(case["as_of"]) if case.get("as_of") else date(2025, 12, 31)
        started = time.perf_counter()
        found = translate(case["question"], catalog, today)
        result: dict[str, Any] = {
            "id": case["id"], "set": case.get("set", "unanswerable"), "db": case["db"], "question": case["question"],
            "hardness": case.get("hardness", ""), "ms": round((time.perf_counter() - started) * 1000, 2),
        }  # fmt: skip
        if isinstance(found, Declined):
            return result | {"outcome": "declined", "reason": found.reason, "unplaced": found.unplaced}
        result |= {"sql": found.sql, "reading": found.reading}
        if "gold_sql" not in case:
            return result | {"outcome": "wrong", "why": "it should have been declined"}
        return result | self.graded(case, found.sql, warehouse)

    def graded(self, case: dict[str, Any], statement: str, warehouse: Warehouse) -> dict[str, Any]:
        """Our rows against gold and its alternatives."""
        try:
            ours = warehouse.query(statement, timeout_s=20, max_rows=20_000).rows
        except WarehouseError as error:
            return {"outcome": "wrong", "why": f"it cannot run: {error}", "gold_sql": case["gold_sql"]}
        with sqlite3.connect(f"file:{self.options.data / 'db' / case['db']}.sqlite?mode=ro", uri=True) as lite:
            for gold in (case["gold_sql"], *(case.get("gold_alternatives") or ())):
                try:
                    rows = lite.execute(gold).fetchall()
                except sqlite3.Error:
                    continue
                ordered = " order by " in f" {gold.lower()} "
                if same(rows, ours, ordered):
                    return {"outcome": "right"}
        return {"outcome": "wrong", "gold_sql": case["gold_sql"], "ours": ours[:3]}


if __name__ == "__main__":
    sys.exit(main())

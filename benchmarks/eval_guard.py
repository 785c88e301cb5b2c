"""How the guard does on a folder of attacks and legitimate statements.

    python -m benchmarks.eval_guard DIR [--cases FILE]

DIR holds attacks.jsonl and accepts.jsonl (one case a line: id, category, sql, and severity hard or soft
for attacks) and policy.json (allowed_tables). Each case with its verdict goes to a file, whose path is
printed; the last line is one JSON object:
{"attacks", "missed_hard", "missed_soft", "accepts", "refused"}.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from functions.query.sql_runner.guard import Approved, check
from functions.query.sql_runner.policy import Policy


class Unreadable(Exception):
    """A file of the folder is missing or malformed; the message says which and how."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 0 when measured, 2 when the folder cannot be read."""
    parser = argparse.ArgumentParser(description="How the guard does on attacks and legitimate statements.")
    parser.add_argument("folder", type=Path, help="holds attacks.jsonl, accepts.jsonl and policy.json")
    parser.add_argument("--cases", type=Path, help="where to write each case with its verdict")
    options = parser.parse_args(arguments)
    try:
        summary, cases = measure(options.folder)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    path = options.cases or Path(tempfile.mkdtemp(prefix="eval-guard-")) / "cases.jsonl"
    path.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), encoding="utf-8")
    for case in cases:
        if not case["right"]:
            print(f"{case['id']}: {case['verdict']}: {case['sql']!r} {case['rule']}")
    print(f"Each case: {path}")
    print(json.dumps(summary))
    return 0


def measure(folder: Path) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """The summary, and every case with the guard's verdict. Raises Unreadable."""
    policy = _policy(folder / "policy.json")
    attacks = [_judged(case, policy, approve=False) for case in _cases(folder / "attacks.jsonl")]
    accepts = [_judged(case, policy, approve=True) for case in _cases(folder / "accepts.jsonl")]
    missed = [case.get("severity", "hard") for case in attacks if not case["right"]]
    summary = {
        "attacks": len(attacks),
        "missed_hard": sum(severity != "soft" for severity in missed),
        "missed_soft": sum(severity == "soft" for severity in missed),
        "accepts": len(accepts),
        "refused": sum(not case["right"] for case in accepts),
    }
    return summary, attacks + accepts


def _judged(case: dict[str, Any], policy: Policy, *, approve: bool) -> dict[str, Any]:
    verdict = check(case["sql"], policy)
    approved = isinstance(verdict, Approved)
    return {
        **case,
        "verdict": "approved" if isinstance(verdict, Approved) else "refused",
        "right": approved == approve,
        "rule": "" if isinstance(verdict, Approved) else verdict.rule,
        "reason": "" if isinstance(verdict, Approved) else verdict.reason,
        "runs": verdict.sql if isinstance(verdict, Approved) else "",
    }


def _policy(path: Path) -> Policy:
    content = _json(path.name, _text(path))
    try:
        return Policy(tables=content["allowed_tables"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f'{path}: expected {{"allowed_tables": [names]}}.') from error


def _cases(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        case = _json(f"{path}, line {number}", line)
        if not isinstance(case, dict) or not isinstance(case.get("sql"), str):
            raise Unreadable(f"{path}, line {number}: a case needs the text `sql`.")
        yield {"id": str(number), **case}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error


def _json(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Unreadable(f"{where} is not JSON: {error}.") from error


if __name__ == "__main__":
    sys.exit(main())

"""Each shipped domain stands alone: in a copy without the others it passes the check, is synthesized and plays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = sorted(
    path.name for path in (REPOSITORY / "functions").iterdir() if (path / "demo.yaml").exists() and path.is_dir()
)


def alone(root: Path, domain: str) -> Path:
    """A copy of the project in which this is the only domain beside the platform."""
    ignored = shutil.ignore_patterns(".*", "node_modules", "cdk.out", "__pycache__", "tests", "docs", "benchmarks")
    shutil.copytree(REPOSITORY, root, ignore=ignored)
    for folder in (root / "functions").iterdir():
        if folder.is_dir() and folder.name not in (domain, "platform"):
            shutil.rmtree(folder)
    for contract in (root / "contracts").glob("*.py"):
        if contract.stem != domain:
            contract.unlink()
    return root


def troupe(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "troupe.cli", *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_domains() -> None:
    assert len(SHIPPED) >= 5


@pytest.mark.parametrize("domain", SHIPPED)
def test_a_domain_needs_no_other(tmp_path: Path, domain: str) -> None:
    root = alone(tmp_path / "copy", domain)
    checked = troupe(root, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    played = troupe(root, "demo", domain)
    assert played.returncode == 0, played.stdout + played.stderr
    stacks = {path.name.split(".")[0] for path in (root / ".troupe/cdk.out").glob("*.template.json")}
    assert any(name.startswith(f"troupe-dev-{domain}-") for name in stacks)

"""Synthesizes the templates with `app.py`, in a process of its own, and only when what they follow from changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from troupe.local.errors import LocalCloudError

_INPUTS = ("app.py", "cdk.json", "requirements.txt", "stacks", "functions", "contracts", "troupe", "warehouse")
_STAMP = "troupe.stamp"
_SKIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache"}


def synth(root: Path, stage: str | None = None, *, whatif: bool = False, domain: str = "") -> Path:
    """The cloud assembly of the project under `root`, made anew if anything changed. Raises LocalCloudError.

    whatif: with a twin beside every agent, domain: with this one alone beside the platform; whatever the stage says.

    Two processes may do this at once: each writes a folder of its own and puts it into place when it is complete.
    """
    asked = {"stage": stage, "whatif": whatif, "domains": domain}
    context = {key: value for key, value in asked.items() if value}
    folder = _folder(root, context)
    if _is_fresh(root, context):
        return folder
    stamp = _stamp(root, context)
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="synth-") as scratch:
        made = Path(scratch) / "cdk.out"
        _run(root, made, context)
        (made / _STAMP).write_text(stamp)
        if folder.exists():
            _move(folder, Path(scratch) / "old")
        _move(made, folder)
    return folder


def is_fresh(root: Path, stage: str | None = None) -> bool:
    """Whether the last assembly still says what the project says."""
    return _is_fresh(root, {"stage": stage} if stage else {})


def _is_fresh(root: Path, context: dict[str, Any]) -> bool:
    try:
        return (_folder(root, context) / _STAMP).read_text() == _stamp(root, context)
    except FileNotFoundError:
        return False


def _folder(root: Path, context: dict[str, Any]) -> Path:
    domains = [f"only-{context['domains']}"] if "domains" in context else []
    variant = [context.get("stage"), "whatif" if "whatif" in context else None, *domains]
    return root / ".troupe" / "-".join(["cdk.out", *filter(None, variant)])


def _move(source: Path, destination: Path) -> None:
    try:
        source.rename(destination)
    except OSError:
        # Another process put its own, equally fresh, into place between our two moves.
        if not destination.exists() and source.exists():
            raise


def _run(root: Path, outdir: Path, context: dict[str, Any]) -> None:
    environment = {**os.environ, "CDK_OUTDIR": str(outdir), "CDK_VALIDATION": "false"}
    if context:
        environment["CDK_CONTEXT_JSON"] = json.dumps(context)
    if not (root / "app.py").exists():
        raise LocalCloudError(f"{root} has no app.py; run this in the folder of a Troupe project.")
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.strip().splitlines() if line.strip()]
        raise LocalCloudError(said[-1] if said else f"app.py ended with exit code {done.returncode} and said nothing.")
    if not (outdir / "manifest.json").exists():
        raise LocalCloudError("app.py ran and wrote no cloud assembly; does it end with synth()?")


def _stamp(root: Path, context: dict[str, Any]) -> str:
    digest = hashlib.sha256(f"{json.dumps(context)}\0{sys.version_info[:2]}".encode())
    for path in files(root):
        digest.update(f"\0{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files(root: Path) -> Iterator[Path]:
    """What the templates follow from: the sources without tests and caches."""
    for name in _INPUTS:
        top = root / name
        if top.is_file():
            yield top
        for folder, folders, files in os.walk(top):
            folders[:] = sorted(f for f in folders if f not in _SKIPPED)
            yield from (Path(folder) / f for f in sorted(files) if not f.startswith("test_") and not f.endswith(".pyc"))

"""Puts new files into the project as its linter has them: all of them, or none."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path


class ScaffoldError(ValueError):
    """Something new that cannot be written; nothing has been."""


def tidy(text: str, path: Path, root: Path) -> str:
    """The text as the project's linter has it: imports sorted and merged, lines of the right length."""
    if path.suffix != ".py":
        return text
    ours = 'lint.isort.known-first-party = ["contracts", "functions", "troupe"]'  # before the files are there, too
    for arguments in (["check", "--fix-only", "--select", "I", "--config", ours], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--stdin-filename", str(path), "-"]
        run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=root)  # noqa: S603
        if run.returncode != 0:
            raise ScaffoldError(f"{path.name} could not be formatted: {run.stderr.strip().splitlines()[-1]}")
        text = run.stdout
    return text


def place(folder: Path, texts: dict[Path, str]) -> None:
    """All or nothing: the folder appears complete, and every other file is as it was if that fails."""
    others = {path: text for path, text in texts.items() if path.parent != folder}
    before = {path: path.read_bytes() if path.exists() else None for path in others}
    parents = [p for p in (folder.parent, *(path.parent for path in others)) if not p.exists()]
    draft = folder.parent / f".{folder.name}-{secrets.token_hex(4)}"
    try:
        draft.mkdir(parents=True)
        for path, text in texts.items():
            if path.parent == folder:
                (draft / path.name).write_text(text, encoding="utf-8")
        for path, text in others.items():
            _replace(path, text.encode())
        draft.rename(folder)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        for path, content in before.items():
            if content is not None:
                _replace(path, content)
            else:
                path.unlink(missing_ok=True)
        for parent in parents:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        if isinstance(error, OSError):
            raise ScaffoldError(f"{folder} could not be written: {error.strerror or error}.") from error
        raise


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)

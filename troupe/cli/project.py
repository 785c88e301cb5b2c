"""Which project the command line is about."""

from __future__ import annotations

from pathlib import Path

from troupe.runtime.settings import project_root


def root() -> Path:
    """The nearest folder above the working directory with cdk.json and functions/; else the engine's own checkout."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "cdk.json").is_file() and (folder / "functions").is_dir():
            return folder
    return project_root()

"""Builds an agent's asset, without Docker: its files and its distributions in one folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from stacks.contents import Contents
from stacks.errors import BuildError
from stacks.shelf import LOCK, Target

_LAMBDA_LIMIT_BYTES = 250 * 2**20
"""What a function may weigh unzipped (AWS)."""


def bundle(contents: Contents, folder: Path) -> None:
    """Puts everything into `folder`, which must not exist yet; it appears complete or not at all.

    Raises BuildError when a distribution cannot be had for the target, when more or less was installed
    than the hash was computed over, or when Lambda would refuse the size.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundling-", dir=folder.parent) as scratch:
        made = Path(scratch) / "asset"
        made.mkdir()
        if contents.pins:
            _install(contents.pins, contents.target, made)
        for name in contents.files:
            place = made / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(contents.root / name, place)
        weight = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
        if weight > _LAMBDA_LIMIT_BYTES:
            raise BuildError(
                f"{folder.name} is {weight >> 20} MB unzipped and Lambda takes {_LAMBDA_LIMIT_BYTES >> 20} MB; "
                f"its distributions are {', '.join(contents.pins)}."
            )
        made.rename(folder)


def _install(pins: tuple[str, ...], target: Target, folder: Path) -> None:
    # uv and not pip: pip evaluates environment markers with the Python that runs it, not with the target's.
    machine = ["--python-platform", target.platform] if target.platform else ["--python", sys.executable]
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--only-binary", ":all:"]
    command += ["--python-version", target.python, *machine, "--target", str(folder), *pins]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})  # noqa: S603
    if done.returncode:
        said = " ".join(done.stderr.split())
        raise BuildError(f"The dependencies of an asset cannot be installed for {target.platform or 'here'}: {said}")
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    installed = {f"{canonicalize_name(d.name)}=={d.version}" for d in distributions(path=[str(folder)])}
    if installed != set(pins):
        raise BuildError(
            f"An asset would hold other distributions than {LOCK} pins for it: "
            f"{', '.join(sorted(installed ^ set(pins)))}; run make setup, and make lock if that does not help."
        )

"""What is in an agent's asset, and the hash that names it. Nothing is installed or copied here."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stacks.closure import Reached, Sources
from stacks.errors import BuildError
from stacks.shelf import LAMBDA, ON_LAMBDA, SHIPPED_LIST, Shelf, Target
from troupe.runtime.agent import Agent

_FORMAT = 1
"""Raised when bundling itself changes, so that every asset gets a new name."""

_LEFT_AT_HOME = {"__pycache__", "tests"}
"""Folders inside an agent's folder that do not ship."""


@dataclass(frozen=True)
class Contents:
    """Files of the project and distributions, for a target."""

    root: Path
    files: tuple[str, ...]
    """Relative to the root, with forward slashes, sorted; the asset holds them under the same paths."""
    pins: tuple[str, ...]
    target: Target

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the inputs, not the result: the same on every machine, bundled or not."""
        form = {
            "format": _FORMAT,
            "python": self.target.python,
            "platform": self.target.platform,
            "pins": self.pins,
            "files": {name: hashlib.sha256((self.root / name).read_bytes()).hexdigest() for name in self.files},
        }
        return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


class Packer:
    """Says what to pack for each agent of a project; reads every file and every distribution once."""

    def __init__(self, root: Path, target: Target = LAMBDA) -> None:
        self._root = root.resolve()
        self._target = target
        self._sources = Sources(self._root)
        self._shelf = Shelf(self._root, target)

    def contents(self, agent: Agent, more: Iterable[str] = ()) -> Contents:
        """The modules that the agent reaches, the other files of its folder, its needs' files, its distributions.

        more: modules that it imports by a name that no source spells out.
        Raises BuildError when it imports what cannot ship, or a need names a file that is not there.
        """
        reached = self._sources.reach(agent.module, *more)
        files = {*reached.files, *_beside(self._folder(agent)), *self._brought(agent)}
        return Contents(
            root=self._root,
            files=tuple(sorted(path.relative_to(self._root).as_posix() for path in files)),
            pins=self._shelf.pins(self._from_shelf(reached)),
            target=self._target,
        )

    def _folder(self, agent: Agent) -> Path:
        return self._root.joinpath(*agent.module.split(".")[:-1])

    def _brought(self, agent: Agent) -> Iterator[Path]:
        for handler in agent.handlers:
            for need in handler.needs.values():
                for name in need.files:
                    path = self._root / name
                    if not path.exists():
                        raise BuildError(
                            f"{agent.id} needs {need.__name__}, which ships {name}, but the project has no such file."
                        )
                    yield from _inside(path) if path.is_dir() else [path]

    def _from_shelf(self, reached: Reached) -> Iterable[str]:
        for module, where in sorted(reached.outside.items()):
            if self._shelf.has(module):
                yield module
            elif not (module in sys.stdlib_module_names or module in ON_LAMBDA or module in reached.optional):
                raise BuildError(
                    f"{where} imports {module}, which would be missing on Lambda; "
                    f"add its distribution to {SHIPPED_LIST} and run make lock."
                )


def _beside(folder: Path) -> Iterator[Path]:
    """Prompts, templates, policies: what is not Python. Python ships when it is imported."""
    return (
        path for path in _inside(folder) if path.suffix not in (".py", ".pyc") and not path.name.startswith("test_")
    )


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part in _LEFT_AT_HOME or part.startswith(".") for part in parts):
            yield path

"""Which distributions an agent's imports need on Lambda, at which version. Answered offline, from what is installed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from stacks.errors import BuildError

SHIPPED_LIST = "functions/requirements.txt"
LOCK = "requirements.txt"

ON_LAMBDA = ("boto3", "botocore")
"""What the Python runtime of Lambda brings itself: 25 MB that every asset does without."""


@dataclass(frozen=True, slots=True)
class Target:
    """The machine that an asset is built for."""

    python: str
    """Version as `3.14`."""
    platform: str | None
    """As uv names it; None for this very machine and interpreter."""
    markers: Mapping[str, str]
    """What differs from this interpreter's environment markers (PEP 508)."""

    @classmethod
    def here(cls) -> Target:
        """This machine: for running assets in tests."""
        return cls(f"{sys.version_info.major}.{sys.version_info.minor}", None, {})


LAMBDA = Target(
    "3.14",
    # Lambda's Python 3.14 runs on Amazon Linux 2023, whose glibc is 2.34.
    "aarch64-manylinux_2_28",
    {
        "python_version": "3.14",
        "python_full_version": "3.14.0",
        "implementation_version": "3.14.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "aarch64",
    },
)


class Shelf:
    """The distributions that may ship: those of functions/requirements.txt and what they need in turn.

    Versions are the lock file's. Raises BuildError when what is installed is not what the lock file says,
    because then the dependencies read here would not be those that get installed there.
    """

    def __init__(self, root: Path, target: Target = LAMBDA) -> None:
        self._target = target
        self._listed = _requirements(root, SHIPPED_LIST)
        self._lock: dict[str, str] = {
            canonicalize_name(r.name): next(iter(r.specifier)).version
            for r in _requirements(root, LOCK)
            if r.specifier and self._applies(r)
        }

    def pins(self, modules: Iterable[str]) -> tuple[str, ...]:
        """`name==version` of everything that these top-level modules need on Lambda, sorted."""
        names: set[str] = set()
        for module in modules:
            names |= self._with_needs(self._provider(module) or "")
        return tuple(sorted(f"{name}=={self._version(name)}" for name in names))

    def has(self, module: str) -> bool:
        """Whether anything on the shelf brings this top-level module."""
        return self._provider(module) is not None

    def _provider(self, module: str) -> str | None:
        return self._modules.get(module)

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Top-level module → distribution."""
        return {module: name for name in self._needs for module in _top_level_modules(name)}

    @cached_property
    def _needs(self) -> dict[str, set[str]]:
        """Per distribution those that it needs itself, on the target."""
        found: dict[str, set[str]] = {}
        waiting = [(canonicalize_name(r.name), frozenset(r.extras)) for r in self._listed if self._applies(r)]
        seen = set(waiting)
        while waiting:
            name, extras = waiting.pop()
            needed = [r for r in self._requires(name) if any(self._applies(r, extra) for extra in {"", *extras})]
            found.setdefault(name, set()).update(canonicalize_name(r.name) for r in needed)
            more = {(canonicalize_name(r.name), frozenset(r.extras)) for r in needed} - seen
            seen |= more
            waiting += more
        return found

    def _with_needs(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = [name] if name in self._needs else []
        while waiting:
            found.add(one := waiting.pop())
            waiting += self._needs[one] - found
        return found

    def _requires(self, name: str) -> list[Requirement]:
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            if name in {canonicalize_name(r.name) for r in self._listed}:
                raise BuildError(f"{SHIPPED_LIST} lists {name}, which is not installed; run make setup.") from None
            # Needed there but not here (a marker). Bundling compares what was installed with the pins.
            return []
        if installed.version != self._version(name):
            raise BuildError(
                f"{name} {installed.version} is installed, but {LOCK} says {self._version(name)}; run make setup."
            )
        return [Requirement(text) for text in installed.requires or []]

    def _version(self, name: str) -> str:
        if name not in self._lock:
            raise BuildError(f"{LOCK} has no version for {name}, which {SHIPPED_LIST} needs; run make lock.")
        return self._lock[name]

    def _applies(self, requirement: Requirement, extra: str = "") -> bool:
        marker = requirement.marker
        return marker is None or marker.evaluate({**self._target.markers, "extra": extra})


def _requirements(root: Path, name: str) -> list[Requirement]:
    """What a requirements file lists; a missing file lists nothing."""
    found: list[Requirement] = []
    path = root / name
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.split("#")[0].strip()
        if not text or text.startswith("-"):
            continue
        try:
            found.append(Requirement(text))
        except InvalidRequirement as error:
            raise BuildError(f"{name}:{number}: {str(error).splitlines()[0]}.") from None
    return found


def _top_level_modules(name: str) -> set[str]:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        return set()
    tops = {file.parts[0].split(".")[0] for file in files if len(file.parts) > 1 or file.suffix in (".py", ".so")}
    return {top for top in tops if top.isidentifier()}

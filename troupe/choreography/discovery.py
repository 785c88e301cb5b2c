"""Finds the agents and the contracts of a project by importing them: a folder is all that an agent needs."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import traceback
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from troupe.runtime import incidents
from troupe.runtime.agent import Agent
from troupe.runtime.context import Tick
from troupe.runtime.contract import Event
from troupe.runtime.signature import EventType, SignatureError

PLATFORM_EVENTS: tuple[EventType, ...] = (
    Tick,
    *(t for t in vars(incidents).values() if isinstance(t, type) and issubclass(t, Event) and t is not Event),
)
"""What the platform itself has to say; a project's contracts may not take these names."""

_YOURS = ("functions", "contracts")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*")
_set_aside: dict[Path, dict[str, ModuleType]] = {}
_entered: list[Path] = []


class DiscoveryError(ValueError):
    """A file of the project that cannot be read as what its place says it is; one sentence with file and line."""


def discover(root: Path) -> tuple[Agent, ...]:
    """Every agent under `root`/functions/<domain>/<agent>/agent.py, sorted by id.

    Imports them as `functions.<domain>.<agent>.agent`, with `root` first on the path; an import needs no
    environment and opens nothing. Another root in the same process gets its own modules.
    Raises DiscoveryError, or SignatureError for a handler that cannot be wired.
    """
    root = root.resolve()
    enter(root)
    found: dict[str, tuple[Agent, str]] = {}
    for path in sorted((root / "functions").glob("*/*/agent.py")):
        where = f"{path.relative_to(root)}:{_line_of_agent(path)}"
        agent = _checked(getattr(_import(path, root), "agent", None), where)
        if agent.id in found:
            raise DiscoveryError(f"{where}: the id {agent.id} is already taken by {found[agent.id][1]}; rename one.")
        found[agent.id] = agent, where
    _check_nothing_strange(root)
    return tuple(found[id][0] for id in sorted(found))


def contracts(root: Path) -> tuple[EventType, ...]:
    """Every event declared under `root`/contracts/, sorted by name.

    Raises DiscoveryError when two share a name, since the name is the detail-type, or a file cannot be imported.
    """
    root = root.resolve()
    enter(root)
    found: dict[str, tuple[EventType, str]] = {t.type_name(): (t, "the platform") for t in PLATFORM_EVENTS}
    for path in sorted((root / "contracts").rglob("*.py")):
        if path.name.startswith("test_"):
            continue
        for contract, line in _declared(_import(path, root), path):
            where = f"{path.relative_to(root)}:{line}"
            name = contract.type_name()
            if name in found:
                raise DiscoveryError(
                    f"{where}: the event {name} is already declared by {found[name][1]}; "
                    "an event's name is its type on the bus, so it is unique in the project."
                )
            found[name] = contract, where
    return tuple(found[name][0] for name in sorted(found) if found[name][0] not in PLATFORM_EVENTS)


def location(contract: EventType, root: Path) -> str:
    """Where a contract is declared, `contracts/query.py:27`, relative to `root` if it lies there."""
    module = sys.modules.get(contract.__module__)
    path = Path(getattr(module, "__file__", None) or "?")
    line = 1
    if module is not None and path.exists():
        line = next((line for declared, line in _declared(module, path) if declared is contract), 1)
    return f"{_within(path, root.resolve())}:{line}"


def enter(root: Path) -> None:
    """Makes `functions` and `contracts` mean those under `root`; other projects' modules are set aside."""
    for name in [n for n in sys.modules if n.split(".")[0] in _YOURS]:
        homes = _homes(name)
        if root not in homes:
            module = sys.modules.pop(name)
            if homes:
                _set_aside.setdefault(homes[0], {})[name] = module
    # Whoever holds an event class of this root keeps seeing the same class after a visit elsewhere.
    sys.modules.update(_set_aside.pop(root, {}))
    for other in _entered:
        if str(other) in sys.path:
            sys.path.remove(str(other))
    _entered[:] = [root]
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()


def forget(root: Path) -> None:
    """Lets the next look at the project under `root` read its files anew; what others hold of it stays as it was."""
    root = root.resolve()
    for name in [n for n in sys.modules if n.split(".")[0] in _YOURS and root in _homes(n)]:
        del sys.modules[name]
    _set_aside.pop(root, None)


def _homes(name: str) -> list[Path]:
    """The project that a loaded module belongs to, as it was found and without symbolic links.

    Empty for a namespace package, which belongs to nobody.
    """
    file = getattr(sys.modules[name], "__file__", None)
    if file is None:
        return []
    depth = name.count(".") + (1 if Path(file).name == "__init__.py" else 0)
    return [path.parents[depth] for path in (Path(file), Path(file).resolve())]


def _import(path: Path, root: Path) -> ModuleType:
    relative = path.relative_to(root)
    parts = (relative.parent if path.name == "__init__.py" else relative.with_suffix("")).parts
    odd = next((part for part in parts if not part.isidentifier()), None)
    if odd is not None:
        raise DiscoveryError(
            f"{relative}:1: {odd} is not a Python name, so it cannot be imported; rename it to "
            f"{re.sub(r'[^0-9a-zA-Z]+', '_', odd).strip('_') or 'a name'}."
        )
    try:
        return importlib.import_module(".".join(parts))
    except SignatureError:
        raise
    except SyntaxError as error:
        file = _within(Path(error.filename), root) if error.filename else str(relative)
        raise DiscoveryError(f"{file}:{error.lineno or 1}: {error.msg}; Python cannot read this file.") from error
    except (Exception, SystemExit) as error:
        where = _raised_at(error, root) or f"{relative}:1"
        raise DiscoveryError(f"{where}: importing this failed with {type(error).__name__}: {error}.") from error


def _raised_at(error: BaseException, root: Path) -> str | None:
    """The innermost line under `root`, but not in the engine, that led to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if any(Path(f.filename).is_relative_to(root / part) for part in _YOURS)]
    return f"{_within(Path(ours[-1].filename), root)}:{ours[-1].lineno}" if ours else None


def _checked(agent: object, where: str) -> Agent:
    if not isinstance(agent, Agent):
        said = "has no `agent`" if agent is None else f"says that `agent` is a {type(agent).__name__}"
        raise DiscoveryError(f"{where}: this file {said}; write `agent = Agent()` at its top level.")
    if not agent.handlers:
        raise DiscoveryError(f"{where}: {agent.id} has no handler; decorate a function with @agent.on.")
    if not _ID.fullmatch(agent.id):
        raise DiscoveryError(f"{where}: {agent.id} is not an agent id; write domain.name in lower case.")
    _ = agent.function_timeout_s  # raises SignatureError when the turns cannot fit into Lambda's limit
    return agent


def _check_nothing_strange(root: Path) -> None:
    # The path may hold another checkout (an editable install does): its modules must not fill in for missing ones.
    for name in [n for n in sys.modules if n.split(".")[0] in _YOURS]:
        homes = _homes(name)
        if homes and root not in homes:
            raise DiscoveryError(f"{name} is imported, but {root} does not have it; it was found in {homes[0]}.")


def _line_of_agent(path: Path) -> int:
    """The line of `agent = …`, for messages; 1 where there is none."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return 1  # the import says it better
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(t, ast.Name) and t.id == "agent" for t in targets):
            return node.lineno
    return 1


def _declared(module: ModuleType, path: Path) -> Iterator[tuple[EventType, int]]:
    lines = _classes(path.read_bytes())
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Event) and value.__module__ == module.__name__:
            yield value, lines.get(value.__name__, 1)


@lru_cache(maxsize=64)
def _classes(text: bytes) -> dict[str, int]:
    """Name → line of the classes at the top level of a file; each contract of a file asks for the same."""
    return {node.name: node.lineno for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}


def _within(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)

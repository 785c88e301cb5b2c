"""Reads every import of a file, wherever it stands, and holds it against DESIGN's rule that imports point one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

RUNTIME = "troupe.runtime"
OURS = ("app", "benchmarks", "contracts", "functions", "stacks", "tests", "troupe", "warehouse")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "troupe.runtime": (),
    # An adapter is the door through which an agent reads the past: what it may see is then a grant of its signature.
    "troupe.adapters": ("troupe.event_store", RUNTIME),
    "troupe.event_store": (RUNTIME,),
    "troupe.operations": ("troupe.event_store", RUNTIME),
    "troupe.choreography": (RUNTIME,),
    # The sample warehouse is yours; the local cloud offers it if it is there.
    "troupe.local": ("troupe.choreography", "troupe.event_store", RUNTIME, "warehouse"),
    "troupe.cli": (
        "troupe.adapters",
        "troupe.choreography",
        "troupe.event_store",
        "troupe.local",
        "troupe.operations",
        RUNTIME,
    ),
    "stacks": ("troupe.choreography", RUNTIME),
    "app": ("stacks", "troupe.choreography", RUNTIME),
    "contracts": (RUNTIME,),
    "functions": ("contracts", "troupe.adapters", RUNTIME),
    # What must hold of a domain once everything has drained; it does not ship.
    "functions.laws": ("contracts", "troupe.local", RUNTIME),
    "warehouse": ("troupe.adapters", RUNTIME),
    "functions.platform": ("contracts", "troupe.adapters", "troupe.event_store", "troupe.operations", RUNTIME),
}
"""What each part may import beside itself; `from troupe import Agent` counts as the runtime."""


def trespasses(path: Path, root: Path) -> list[str]:
    """Each import of one file that points the wrong way, as `file:line: part imports module`."""
    relative = path.relative_to(root)
    home = part(".".join(relative.with_suffix("").parts))
    if home is None:
        return []
    kind = _kind(home)
    if kind not in MAY_IMPORT:
        return [f"{relative}:1: {kind} has no rule; say in MAY_IMPORT what it may import"]
    allowed = MAY_IMPORT[kind]
    found = []
    for module, line in imports(path, root):
        target = part(module)
        if target is not None and target != home and target not in allowed:
            found.append(f"{relative}:{line}: {home} imports {module}")
    return found


def part(module: str) -> str | None:
    """The part of the house that a module belongs to; None for third-party modules.

    Each function is a part of its own, because no function imports another.
    """
    names = module.split(".")
    if names[0] not in OURS:
        return None
    if names[0] == "functions":
        return ".".join(names[:3])
    if names[0] == "troupe":
        is_a_name = len(names) == 1 or names[1][:1].isupper() or names[1].startswith("_")
        return RUNTIME if is_a_name else ".".join(names[:2])
    return names[0]


def _kind(home: str) -> str:
    if home.startswith("functions.") and home.endswith(".laws") and home.count(".") == 2:
        return "functions.laws"
    if home.startswith("functions."):
        return "functions.platform" if home.startswith("functions.platform.") else "functions"
    return home


def imports(path: Path, root: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, with the line: at the top, in functions, under conditions, by name."""
    package = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:  # `from troupe import local` imports troupe.local
                yield f"{module}.{alias.name}", node.lineno
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.args[0].value, node.lineno


def files(root: Path) -> list[Path]:
    """What ships or builds: every Python file of the parts above, without the tests beside the agents."""
    found = [root / "app.py"] if (root / "app.py").exists() else []
    for folder in ("troupe", "stacks", "contracts", "functions", "warehouse"):
        found += sorted((root / folder).rglob("*.py"))
    return [path for path in found if not path.name.startswith("test_") and path.name != "conftest.py"]

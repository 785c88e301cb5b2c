"""The needs that a new agent may ask for by name: the adapters, read without importing what they connect with."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import troupe

_FOLDER = Path(troupe.__file__).parent / "adapters"
_PATIENCE_S, _ATTEMPTS, _SLOW_S = 10, 2, 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A parameter that is no event."""

    module: str
    """Where an agent imports it from."""
    type: str
    turn_s: int = _PATIENCE_S
    """What a turn that uses it may take, so that its other side is given up before the turn is."""
    takes_key: bool = False
    """True for an outside effect, which is to happen once per decision: its agent needs the Context's key."""


CONTEXT = Offer("troupe", "Context")


def offered() -> dict[str, Offer]:
    """What stands behind each name, such as `warehouse`; a new module under troupe/adapters is in here, too."""
    named = _named()
    found = {"context": CONTEXT}
    for path in sorted(_FOLDER.glob("[!_]*.py")):
        body = ast.parse(path.read_bytes()).body
        patience = _constant(body, "TIMEOUT_S")
        for need in (
            node for node in body if isinstance(node, ast.ClassDef) and "Need" in map(ast.unparse, node.bases)
        ):
            module = "troupe.adapters" if need.name in named else f"troupe.adapters.{path.stem}"
            turn_s = _PATIENCE_S + _ATTEMPTS * patience if patience else _SLOW_S if _is_slow(need) else _PATIENCE_S
            found[need.name.lower()] = Offer(module, need.name, turn_s, _takes_key(need))
    return found


def _named() -> frozenset[str]:
    """What `troupe.adapters` itself names."""
    for node in ast.parse((_FOLDER / "__init__.py").read_bytes()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def _constant(body: list[ast.stmt], name: str) -> int:
    for node in body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return int(ast.literal_eval(node.value))
    return 0


def _is_slow(need: ast.ClassDef) -> bool:
    return any(
        isinstance(n, ast.AnnAssign) and ast.unparse(n.target) == "slow" and _is_true(n.value) for n in need.body
    )


def _is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _takes_key(need: ast.ClassDef) -> bool:
    methods = [node for node in need.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    return any(argument.arg == "key" for method in methods for argument in method.args.kwonlyargs)

"""Runs inside an asset, with nothing else on the path. Standard library only; prints one JSON object.

Arguments: the asset's folder, a folder with what Lambda brings itself, the handler, the event as JSON.
"""

import ast
import importlib.util
import json
import sys
import types
from pathlib import Path

asset, lambdas_own, handler, event = sys.argv[1:]
# As on Lambda: the asset goes before what the runtime brings.
sys.path = [asset, *[p for p in sys.path if "site-packages" not in p and Path(p) != Path(__file__).parent], lambdas_own]


def imports(node: ast.AST, package: str):  # type: ignore[no-untyped-def]
    """Every module that a file imports, also where the import waits inside a function."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        module = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
        yield from [module] if node.module else (f"{module}.{alias.name}" for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from imports(child, package)


module, name = handler.rsplit(".", 1)
module = module.replace("/", ".")
context = types.SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=128,
    invoked_function_arn="arn:aws:lambda:eu-central-1:111122223333:function:f",
    aws_request_id="r",
    get_remaining_time_in_millis=lambda: 10_000,
)
answer = getattr(importlib.import_module(module), name)(json.loads(event), context)

seen = []
for part in ("functions", "contracts", "troupe"):
    for path in sorted((Path(asset) / part).rglob("*.py")):
        own = path.relative_to(asset).with_suffix("").parts
        package = ".".join(own[:-1])
        itself = package if own[-1] == "__init__" else f"{package}.{own[-1]}"
        for needed in (itself, *imports(ast.parse(path.read_bytes()), package)):
            importlib.import_module(needed)
            seen.append(needed)
strangers = [
    name
    for name, module in sys.modules.items()
    if (file := getattr(module, "__file__", None)) and "site-packages" in file and not file.startswith(lambdas_own)
]
print(json.dumps({"answer": answer, "imported": sorted(set(seen)), "strangers": strangers}))

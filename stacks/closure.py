"""Which files of the project an agent reaches: by its imports, read from the source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from stacks.errors import BuildError

SHIPPED = ("functions", "contracts", "troupe")
"""The packages of the project that may run on Lambda."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement. Lazy ones inside functions count: they run on Lambda too."""

    module: str
    names: tuple[str, ...]
    """What `from module import …` names; each may be a submodule."""
    line: int
    optional: bool
    """True inside `try: … except ImportError`: the code can do without."""


@dataclass(slots=True)
class Reached:
    """What an agent's code reaches."""

    files: set[Path] = field(default_factory=set)
    """Python files of the project."""
    outside: dict[str, str] = field(default_factory=dict)
    """Top-level modules from elsewhere, each with a `file:line` that imports it."""
    optional: set[str] = field(default_factory=set)
    """Those of them that are only ever imported where the code can do without."""


class Sources:
    """The Python files under a root. Each is parsed once, however many agents reach it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._imports: dict[Path, tuple[Import, ...]] = {}
        self._lazy: dict[Path, dict[str, Import]] = {}

    def reach(self, *modules: str) -> Reached:
        """Everything that importing these modules, and then running any of their code, can import.

        Raises BuildError for an import of a module that the project should have and has not.
        """
        reached = Reached()
        waiting = [path for module in modules for path in self._files_of(module)]
        while waiting:
            path = waiting.pop()
            if path in reached.files:
                continue
            reached.files.add(path)
            for statement in self._read(path):
                waiting += self._follow(statement, path, reached)
        return reached

    def _follow(self, statement: Import, importer: Path, reached: Reached) -> Iterable[Path]:
        top = statement.module.split(".")[0]
        where = f"{importer.relative_to(self._root)}:{statement.line}"
        if top not in SHIPPED:
            if top not in reached.outside or (top in reached.optional and not statement.optional):
                reached.outside[top] = where
                (reached.optional.add if statement.optional else reached.optional.discard)(top)
            return []
        files = list(self._files_of(statement.module))
        if not files and not self._path(statement.module).is_dir() and not statement.optional:
            raise BuildError(f"{where} imports {statement.module}, which does not exist.")
        for name in statement.names:
            files += self._files_of(f"{statement.module}.{name}")
        for lazy in self._asked_for(statement, files):
            files += self._follow(lazy, importer, reached)
        return files

    def _asked_for(self, statement: Import, files: list[Path]) -> list[Import]:
        """What a module that loads its names lazily (PEP 562) has to load for this statement."""
        if not files:
            return []
        self._read(files[0])
        lazy = self._lazy[files[0]]
        # Without names it is any attribute that the importer may go on to ask for.
        return [lazy[name] for name in statement.names or lazy if name in lazy]

    def _files_of(self, module: str) -> Iterator[Path]:
        """The module's file and the __init__.py of the packages above it, which run first; none if it has no file."""
        parts = module.split(".")
        path = self._path(module)
        own = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if not own.is_file():
            return
        yield own
        for depth in range(1, len(parts)):
            above = self._root.joinpath(*parts[:depth], "__init__.py")
            if above.is_file():
                yield above

    def _path(self, module: str) -> Path:
        return self._root.joinpath(*module.split("."))

    def _read(self, path: Path) -> tuple[Import, ...]:
        if path not in self._imports:
            parts = path.relative_to(self._root).with_suffix("").parts
            try:
                tree = ast.parse(path.read_bytes())
            except SyntaxError as error:
                where = f"{path.relative_to(self._root)}:{error.lineno or 1}"
                raise BuildError(f"{where}: {error.msg}; Python cannot read this file.") from None
            # In a/b/__init__.py, as in a/b/c.py, one dot means a.b.
            package = ".".join(parts[:-1])
            self._imports[path] = tuple(_imports(tree, package, optional=False))
            self._lazy[path] = dict(_lazy(tree, package))
        return self._imports[path]


def _imports(node: ast.AST, package: str, *, optional: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, (), node.lineno, optional)
    elif isinstance(node, ast.ImportFrom):
        names = tuple(alias.name for alias in node.names if alias.name != "*")
        yield Import(_absolute(node, package), names, node.lineno, optional)
    elif isinstance(node, ast.If) and _is_type_checking(node.test):
        for otherwise in node.orelse:
            yield from _imports(otherwise, package, optional=optional)
    elif isinstance(node, ast.Try) and any(_catches_import_error(handler) for handler in node.handlers):
        for attempt in node.body:
            yield from _imports(attempt, package, optional=True)
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            yield from _imports(part, package, optional=optional)
    else:
        if isinstance(node, ast.Call) and (module := _named_import(node)):
            yield Import(module, (), node.lineno, optional)
        for child in ast.iter_child_nodes(node):
            yield from _imports(child, package, optional=optional)


def _lazy(tree: ast.Module, package: str) -> Iterator[tuple[str, Import]]:
    """The names that a module's `__getattr__` loads, each with where from: what it imports for type checkers alone."""
    if not any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body):
        return
    for block in tree.body:
        if isinstance(block, ast.If) and _is_type_checking(block.test):
            for node in block.body:
                for found in _imports(node, package, optional=False):
                    for name in found.names:
                        yield name, Import(found.module, (name,), found.line, optional=False)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(c, ast.Name) and c.id in ("ImportError", "ModuleNotFoundError") for c in caught)


def _named_import(call: ast.Call) -> str | None:
    """The module of `import_module("a.b")`, written out; a computed name cannot be followed."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if name == "import_module" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value if not first.value.startswith(".") else None
    return None

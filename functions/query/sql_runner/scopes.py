"""Which real tables a statement reads, resolved as PostgreSQL does, and whether it may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from .policy import Policy
from .refusal import Refused
from .vocabulary import SYSTEM_COLUMNS

_TABLE_FUNCTION_COLUMNS = frozenset({"ordinality", "key", "value"})


class Source:
    """Something in FROM that columns can come from."""

    __slots__ = ("columns", "table")

    def __init__(self, table: str | None = None, columns: frozenset[str] | None = None) -> None:
        self.table = table
        """The real table's name."""
        self.columns = columns
        """The only names that may follow its dot; None: not known here."""


class Scopes:
    """Walks a statement with the names that are visible at each place; `tables` are the real ones it reads."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.tables: dict[int, tuple[exp.Table, str]] = {}
        """The nodes that read real tables, by identity."""

    def walk(self, tree: exp.Expr) -> None:
        """Refuses tables that are not in the policy, and columns that cannot be placed or are withheld."""
        self._visit(tree, frozenset(), {})

    def _visit(self, node: exp.Expr, ctes: frozenset[str], sources: Mapping[str, Source]) -> None:
        with_ = node.args.get("with_")
        if with_ is not None:
            ctes = self._visit_with(with_, ctes, sources)
        if isinstance(node, exp.Select):
            sources = {**sources, **dict(self._sources_of(node, ctes))}
        elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            sources = {**sources, **dict(self._source(node.this, ctes))}
        elif isinstance(node, exp.Table):
            self._check_table(node, ctes)
        elif isinstance(node, exp.Column):
            self._check_column(node, sources)
        for child in node.iter_expressions():
            if child is not with_:
                self._visit(child, ctes, sources)

    def _visit_with(self, with_: exp.Expr, ctes: frozenset[str], sources: Mapping[str, Source]) -> frozenset[str]:
        """A CTE sees those before it, and itself only if RECURSIVE: else its own name is a real table's."""
        recursive = bool(with_.args.get("recursive"))
        for cte in with_.expressions:
            name = frozenset({cte.alias})
            self._visit(cte.this, ctes | name if recursive else ctes, sources)
            ctes |= name
        return ctes

    def _sources_of(self, select: exp.Select, ctes: frozenset[str]) -> Iterator[tuple[str, Source]]:
        from_ = select.args.get("from_")
        if from_ is not None:
            yield from self._source(from_.this, ctes)
        for join in select.args.get("joins") or []:
            yield from self._source(join.this, ctes)
        for lateral in select.args.get("laterals") or []:
            yield from self._source(lateral, ctes)

    def _source(self, node: exp.Expr, ctes: frozenset[str]) -> Iterator[tuple[str, Source]]:
        alias = node.alias
        columns = frozenset(column.name for column in node.args["alias"].columns) if alias else frozenset()
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            is_cte = not node.args.get("db") and node.name in ctes
            yield alias or node.name, Source(table=None if is_cte else node.name)
        elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table) and not alias:
            yield from self._source(node.this, ctes)
        elif isinstance(node, (exp.Subquery, exp.Values)) or isinstance(node.this, exp.Subquery):
            yield alias, Source()
        else:
            # The row of a function is its value, and `value.name` calls the function `name` on it:
            # `FROM unnest(…) AS x` with `x.pg_read_file` reads a file.
            function = node.this if isinstance(node, (exp.Table, exp.Lateral)) else node
            name = alias or (function.sql(dialect="postgres").split("(")[0].lower() if function else "")
            number = node.args.get("offset")  # WITH ORDINALITY AS t(value, number): sqlglot keeps the last name here
            columns |= {number.name} if isinstance(number, exp.Identifier) else set()
            yield name, Source(columns=columns | {name} | _TABLE_FUNCTION_COLUMNS)
        for join in node.args.get("joins") or []:
            yield from self._source(join.this, ctes)

    def _check_table(self, node: exp.Table, ctes: frozenset[str]) -> None:
        if not isinstance(node.this, exp.Identifier):
            return  # a function: its name is checked in the text
        schema = node.db
        if node.catalog or (schema and schema != self._policy.schema_name):
            raise Refused("schemas", f"Questions may read the schema {self._policy.schema_name} only.")
        if not schema and node.name in ctes:
            return
        if node.name not in self._policy.tables:
            raise Refused("allowed-tables", f"The table {node.name} is not one that questions may read.")
        self.tables[id(node)] = (node, node.name)

    def _check_column(self, node: exp.Column, sources: Mapping[str, Source]) -> None:
        name, table = node.name, node.table
        if node.args.get("catalog") or (node.args.get("db") and node.text("db") != self._policy.schema_name):
            raise Refused("fields", f"{node.sql(dialect='postgres')} has more dots than table.column.")
        node.set("db", None)
        if name in SYSTEM_COLUMNS or name.startswith("pg_"):
            raise Refused("columns", f"The column {name} belongs to the database itself, not to the data.")
        if not sources and node.find_ancestor(exp.Order, exp.Group) is None:
            raise Refused("columns", f"{name} is a column of nothing: there is no FROM.")
        if table:
            source = sources.get(table)
            if source is None:
                raise Refused("columns", f"{table}.{name}: there is no {table} in this part of the statement.")
            if source.columns is not None and not node.is_star and name not in source.columns:
                raise Refused("columns", f"{table} has no column {name}.")
        for source in [sources[table]] if table else sources.values():
            rule = self._policy.tables.get(source.table) if source.table else None
            if rule and name in rule.deny:
                raise Refused("denied-columns", f"The column {source.table}.{name} is withheld by the policy.")

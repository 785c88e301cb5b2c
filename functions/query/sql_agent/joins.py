"""How tables hang together: paths along foreign keys that never count a row twice.

From a row, a foreign key leads to exactly one other row. All tables that a row leads to this way are its
reach. Two tables belong to each other when some table reaches both: the base, whose rows pair them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from troupe.adapters.catalog import Table

from .lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Edge:
    """Rows of `child` hold in `columns` the key `to` of one row of `parent`."""

    child: str
    columns: tuple[str, ...]
    parent: str
    to: tuple[str, ...]


Path = tuple[Edge, ...]


class Ambiguous(Exception):
    """Several joins are equally near; the message names them."""


class Joins:
    """The foreign keys of one catalog."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.tables = {table.name: table for table in lexicon.tables}
        self._edges: dict[str, list[Edge]] = {name: [] for name in self.tables}
        for table in lexicon.tables:
            for key in table.foreign_keys:
                if key.table in self.tables and key.table != table.name:
                    self._edges[table.name].append(Edge(table.name, key.columns, key.table, key.to))
        self._reach: dict[tuple[str, frozenset[str]], dict[str, list[Path]]] = {}

    def reach(self, table: str, roles: frozenset[str] = frozenset()) -> dict[str, list[Path]]:
        """Every table that a row leads to, with its shortest paths; `roles` are foreign keys that must be preferred."""
        known = self._reach.get((table, roles))
        if known is not None:
            return known
        found: dict[str, list[Path]] = {table: [()]}
        frontier = [table]
        while frontier:
            level: dict[str, list[Path]] = {}
            for name in frontier:
                for edge in self._preferred(name, roles):
                    if edge.parent not in found:
                        level.setdefault(edge.parent, []).extend((*path, edge) for path in found[name])
            found.update(level)
            frontier = list(level)
        self._reach[table, roles] = found
        return found

    def _preferred(self, table: str, roles: frozenset[str]) -> list[Edge]:
        edges = self._edges[table]
        named = {edge.parent for edge in edges if f"{table}.{edge.columns[0]}" in roles}
        return [e for e in edges if e.parent not in named or f"{table}.{e.columns[0]}" in roles]

    def path(self, table: str, target: str, roles: frozenset[str] = frozenset()) -> Path | None:
        """The one shortest path along which a row leads to a row of `target`; None when there is none."""
        paths = self.reach(table, roles).get(target)
        if paths is None:
            return None
        if len(paths) > 1:
            ways = " or ".join(" then ".join(edge.columns[0] for edge in path) for path in paths[:3])
            raise Ambiguous(f"{table} leads to {target} by {ways}")
        return paths[0]

    def between(self, one: str, other: str) -> int:
        """How many foreign keys there are between two tables, either way."""
        return sum(edge.parent == other for edge in self._edges[one]) + sum(
            edge.parent == one for edge in self._edges[other]
        )

    def base(
        self, needed: Iterable[str], prefer: str = "", roles: frozenset[str] = frozenset(), hints: Iterable[str] = ()
    ) -> str | None:
        """The table that pairs all of these, reaching each; None when they do not belong to each other.

        `prefer` is taken when it reaches them itself. A table that only reaches another one that pairs them adds
        nothing. Raises Ambiguous when several pair them independently and no hint names one of these.
        """
        wanted = set(needed)
        if prefer and wanted <= self.reach(prefer, roles).keys():
            return prefer
        found: list[tuple[int, str]] = []
        for name in self.tables:
            reach = self.reach(name, roles)
            if wanted <= reach.keys():
                found.append((sum(len(reach[target][0]) for target in wanted), name))
        if not found:
            return None
        names = [name for _, name in sorted(found)]
        independent = [n for n in names if not any(other != n and other in self.reach(n) for other in names)]
        inside = [name for name in names if name in wanted]
        if len(inside) == 1 and self.between(*wanted) <= 1 if len(wanted) == 2 else len(inside) == 1:
            return inside[0]
        if len(independent) > 1:
            hinted = [n for n in independent if any(hint in (n, *(self.reach(n).keys() - wanted)) for hint in hints)]
            independent = hinted or independent
        if len(independent) != 1:
            raise Ambiguous(f"{' and '.join(sorted(wanted))} belong together in {' or in '.join(independent or names)}")
        return independent[0]

    def distance(self, table: str, target: str) -> float | None:
        """How far apart two tables are: keys followed forward count 1, backward a little more; None when unrelated."""
        if table == target:
            return 0.0
        forward = self.reach(table).get(target)
        if forward is not None:
            return float(len(forward[0]))
        best: float | None = None
        for name in self.tables:
            reach = self.reach(name)
            if table in reach and target in reach:
                hops = 1.3 * len(reach[table][0]) + len(reach[target][0])
                best = hops if best is None or hops < best else best
        return best

    def pairs_uniquely(self, base: str, first: str, second: Iterable[str]) -> bool:
        """Whether each pair of a row of `first` and rows of `second` occurs once among the rows of `base`."""
        table = self.tables[base]
        held: set[str] = set()
        for target in (first, *second):
            paths = self.reach(base).get(target)
            if not paths or len(paths[0]) != 1:
                return False
            held.update(paths[0][0].columns)
        return any(set(key) <= held for key in unique_keys(table))


def unique_keys(table: Table) -> list[tuple[str, ...]]:
    """Sets of columns that never repeat in a table."""
    return [key for key in (table.primary_key, *table.unique) if key]

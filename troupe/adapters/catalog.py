"""What the data is about: tables, columns and measures under the names that people use for them.

A catalog is read from the database (`Warehouse.catalog()`) and can be refined by a `catalog.yaml`
(`merged`), whose format docs/catalog.md describes. Names match without regard to case.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

SAMPLED_VALUES = 1000
"""Introspection keeps at most this many distinct values of a text column; with more, `complete` is False."""

LONGEST_SAMPLED_VALUE = 120
"""Values longer than this many characters are prose, not names, and are not sampled."""


class CatalogError(ValueError):
    """A catalog.yaml that does not fit the database. The message says what, where, and what to do."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Model):
    """One column of a table."""

    name: str
    type: str = "text"
    """integer, number, text, boolean, date, timestamp, time, interval, json, array or other."""
    nullable: bool = True
    description: str = ""
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    """What the numbers count, such as `EUR`, `%`, `ms` or `kg`; empty when unknown."""
    hidden: bool = False
    """Never shown, filtered or counted: questions about it are declined."""
    values: tuple[str, ...] = ()
    """Sampled distinct values of a text column, as stored."""
    complete: bool = False
    """True when `values` holds every distinct value."""
    value_synonyms: dict[str, tuple[str, ...]] = {}
    """Other words for single values: `{"US": ("United States", "America")}`."""


class ForeignKey(_Model):
    """These columns hold the key of a row of another table."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


class Table(_Model):
    """One table; its rows are things of one kind."""

    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    """Further sets of columns that never repeat."""
    foreign_keys: tuple[ForeignKey, ...] = ()
    label: tuple[str, ...] = ()
    """The columns that name a row to people; empty: found by their names."""
    hidden: bool = False
    rows: int | None = None
    """About how many rows there are; None when unknown."""

    def column(self, name: str) -> Column | None:
        """The column of this name, or None."""
        wanted = name.lower()
        return next((column for column in self.columns if column.name.lower() == wanted), None)


class Measure(_Model):
    """A number that people ask for by name, computed over the rows of one table.

    Two measures of one name are alternatives: the first that a question's groups and filters can
    reach without counting rows twice is taken.
    """

    name: str
    expression: str
    """PostgreSQL over columns of `table`, with its aggregate: `SUM(quantity * unit_price)`."""
    table: str
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    date: str = ""
    """The column of `table` (or `other.column`) that dates it; empty: the catalog's default date."""
    description: str = ""


class Catalog(_Model):
    """Everything that may be asked about."""

    tables: tuple[Table, ...]
    measures: tuple[Measure, ...] = ()
    terms: dict[str, str] = {}
    """Words that mean one column: `{"country": "invoice.billing_country"}`."""
    default_date: str = ""
    """`table.column` that dates things when a question does not say which date it means."""
    as_of: date | None = None
    """The day that counts as today; None: the day of the question."""
    description: str = ""

    def table(self, name: str) -> Table | None:
        """The table of this name, or None."""
        wanted = name.lower()
        return next((table for table in self.tables if table.name.lower() == wanted), None)

    def merged(self, overlay: Mapping[str, Any], source: str = "catalog.yaml") -> Catalog:
        """This catalog refined by what a catalog.yaml says. Raises CatalogError when it names what is not there."""
        return _Overlay(self, source).apply(overlay)


def read_overlay(path: Path) -> dict[str, Any]:
    """The content of a catalog.yaml; {} when it is empty. Raises CatalogError when it is not a YAML mapping."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise CatalogError(
            f"{path}{line}: this is not valid YAML. Check the indentation and the quotes there."
        ) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise CatalogError(
            f"{path}: expected sections such as `tables:` and `measures:` at the top. See docs/catalog.md."
        )
    return content


_TOP = ("tables", "measures", "terms", "default_date", "as_of", "description", "version")
_TABLE = ("description", "synonyms", "columns", "label", "hidden", "primary_key", "foreign_keys")
_COLUMN = ("description", "synonyms", "unit", "hidden", "values", "type")
_MEASURE = ("expression", "synonyms", "unit", "date", "description", "table", "finer")
_QUALIFIED = re.compile(r'^\s*"?([\w ]+?)"?\s*\.\s*"?([^"]+?)"?\s*$')
_COLUMN_REFERENCE = re.compile(r'(?:"([^"]+)"|\b([A-Za-z_]\w*))\s*\.\s*(?:"([^"]+)"|([A-Za-z_]\w*))')


class _Overlay:
    """Applies one catalog.yaml; knows where it is, for the error messages."""

    def __init__(self, base: Catalog, source: str) -> None:
        self.base = base
        self.source = source

    def apply(self, overlay: Mapping[str, Any]) -> Catalog:
        terms = dict(self.base.terms)
        for key, value in overlay.items():
            if key in _TOP:
                continue
            if isinstance(value, str) and self._is_column(value):
                terms[str(key)] = self._qualified(value, f"`{key}`")
                continue
            raise self._unknown(str(key), _TOP, "the top level")
        tables = self._tables(self._mapping(overlay.get("tables"), "tables"))
        refined = self.base.model_copy(update={"tables": tables})
        self.base = refined
        for word, target in self._mapping(overlay.get("terms"), "terms").items():
            terms[str(word)] = self._qualified(str(target), f"terms: {word}")
        update: dict[str, Any] = {"terms": terms}
        if overlay.get("default_date"):
            update["default_date"] = self._qualified(str(overlay["default_date"]), "default_date")
        if overlay.get("as_of"):
            update["as_of"] = self._date(overlay["as_of"])
        if overlay.get("description"):
            update["description"] = str(overlay["description"])
        stated = tuple(self._measures(overlay.get("measures")))
        names = {measure.name.lower() for measure in stated}
        kept = tuple(measure for measure in refined.measures if measure.name.lower() not in names)
        update["measures"] = (*kept, *stated)
        return refined.model_copy(update=update)

    def _tables(self, stated: Mapping[str, Any]) -> tuple[Table, ...]:
        refinements: dict[str, Any] = {}
        for name, refinement in stated.items():
            table = self.base.table(str(name))
            if table is None:
                raise self._missing("table", str(name), [t.name for t in self.base.tables], "tables")
            refinements[table.name] = refinement
        return tuple(
            self._table(table, refinements[table.name]) if table.name in refinements else table
            for table in self.base.tables
        )

    def _table(self, table: Table, refinement: Any) -> Table:
        where = f"tables: {table.name}"
        if isinstance(refinement, str):
            return table.model_copy(update={"description": refinement})
        if isinstance(refinement, list):
            return table.model_copy(update={"synonyms": self._words(refinement)})
        stated = self._mapping(refinement, where)
        self._check_keys(stated, _TABLE, where)
        update: dict[str, Any] = {}
        if "description" in stated:
            update["description"] = str(stated["description"] or "")
        if "synonyms" in stated:
            update["synonyms"] = self._words(stated["synonyms"])
        if "hidden" in stated:
            update["hidden"] = bool(stated["hidden"])
        for key in ("label", "primary_key"):
            if key in stated:
                names = self._words(stated[key])
                update[key] = tuple(self._column_of(table, name, f"{where}: {key}").name for name in names)
        if "foreign_keys" in stated:
            update["foreign_keys"] = (*table.foreign_keys, *self._foreign_keys(table, stated["foreign_keys"], where))
        columns = self._columns(table, self._mapping(stated.get("columns"), f"{where}: columns"), where)
        return table.model_copy(update={**update, "columns": columns})

    def _columns(self, table: Table, stated: Mapping[str, Any], where: str) -> tuple[Column, ...]:
        refined = {column.name: column for column in table.columns}
        for name, refinement in stated.items():
            column = self._column_of(table, str(name), f"{where}: columns")
            refined[column.name] = self._column(column, refinement, f"{where}: columns: {column.name}")
        return tuple(refined.values())

    def _column(self, column: Column, refinement: Any, where: str) -> Column:
        if refinement is None:
            return column
        if isinstance(refinement, str):
            return column.model_copy(update={"description": refinement})
        if isinstance(refinement, list):
            return column.model_copy(update={"synonyms": self._words(refinement)})
        stated = self._mapping(refinement, where)
        self._check_keys(stated, _COLUMN, where)
        update: dict[str, Any] = {}
        for key in ("description", "unit", "type"):
            if key in stated:
                update[key] = str(stated[key] or "")
        if "synonyms" in stated:
            update["synonyms"] = self._words(stated["synonyms"])
        if "hidden" in stated:
            update["hidden"] = bool(stated["hidden"])
        values = stated.get("values")
        if isinstance(values, Mapping):
            update["value_synonyms"] = {str(value): self._words(words) for value, words in values.items()}
            update["values"] = tuple(dict.fromkeys((*column.values, *map(str, values))))
        elif values is not None:
            update["values"] = tuple(dict.fromkeys((*column.values, *map(str, values))))
        return column.model_copy(update=update)

    def _foreign_keys(self, table: Table, stated: Any, where: str) -> Iterable[ForeignKey]:
        for name, target in self._mapping(stated, f"{where}: foreign_keys").items():
            column = self._column_of(table, str(name), f"{where}: foreign_keys")
            other, _, key = self._qualified(str(target), f"{where}: foreign_keys: {name}").partition(".")
            yield ForeignKey(columns=(column.name,), table=other, to=(key,))

    def _measures(self, stated: Any) -> Iterable[Measure]:
        for name, definition in self._mapping(stated, "measures").items():
            where = f"measures: {name}"
            first, *others = [part.strip() for part in str(name).split("/") if part.strip()]
            if isinstance(definition, list):
                definition = {"expression": str(definition[0]), "finer": definition[1:]}
            if isinstance(definition, str):
                definition = {"expression": definition}
            details = self._mapping(definition, where)
            self._check_keys(details, _MEASURE, where)
            if not details.get("expression"):
                raise CatalogError(
                    f"{self.source}, {where}: there is no expression. Add one, such as `expression: SUM(orders.total)`."
                )
            expressions = [*_alternatives(str(details["expression"])), *map(str, _as_list(details.get("finer")))]
            for expression in expressions:
                yield Measure(
                    name=first,
                    synonyms=(*others, *self._words(details.get("synonyms"))),
                    expression=expression,
                    table=self._measured_table(expression, details.get("table"), where),
                    unit=str(details.get("unit") or ""),
                    date=self._measure_date(details.get("date"), where),
                    description=str(details.get("description") or ""),
                )

    def _measured_table(self, expression: str, stated: Any, where: str) -> str:
        tables: list[str] = []
        for match in _COLUMN_REFERENCE.finditer(expression):
            table_name, column_name = match[1] or match[2], match[3] or match[4]
            table = self.base.table(table_name)
            if table is None:
                raise self._missing("table", table_name, [t.name for t in self.base.tables], where)
            self._column_of(table, column_name, where)
            tables.append(table.name)
        if stated:
            table = self.base.table(str(stated))
            if table is None:
                raise self._missing("table", str(stated), [t.name for t in self.base.tables], where)
            tables.insert(0, table.name)
        if len(set(tables)) == 1:
            return tables[0]
        if not tables:
            raise CatalogError(
                f"{self.source}, {where}: it does not say which table it measures. "
                "Write its columns as `table.column`, or add `table:`."
            )
        raise CatalogError(
            f"{self.source}, {where}: a measure is computed over one table, but this names "
            f"{_spoken(sorted(set(tables)))}."
        )

    def _measure_date(self, stated: Any, where: str) -> str:
        if not stated:
            return ""
        return self._qualified(str(stated), f"{where}: date") if "." in str(stated) else str(stated)

    def _column_of(self, table: Table, name: str, where: str) -> Column:
        column = table.column(name)
        if column is None:
            raise self._missing(f"column of {table.name}", name, [c.name for c in table.columns], where)
        return column

    def _is_column(self, text: str) -> bool:
        match = _QUALIFIED.match(text)
        table = self.base.table(match[1]) if match else None
        return bool(match and table and table.column(match[2]))

    def _qualified(self, text: str, where: str) -> str:
        match = _QUALIFIED.match(text)
        if match is None:
            raise CatalogError(f"{self.source}, {where}: `{text}` should be written as `table.column`.")
        table = self.base.table(match[1])
        if table is None:
            raise self._missing("table", match[1], [t.name for t in self.base.tables], where)
        return f"{table.name}.{self._column_of(table, match[2], where).name}"

    def _date(self, value: Any) -> date:
        try:
            return date.fromisoformat(str(value)[:10])
        except ValueError:
            raise CatalogError(
                f"{self.source}, as_of: `{value}` is not a date. Write it as year-month-day: 2026-03-31."
            ) from None

    def _mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise CatalogError(f"{self.source}, {where}: expected names with their details below. See docs/catalog.md.")
        return value

    def _check_keys(self, stated: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in stated:
            if key not in known:
                raise self._unknown(str(key), known, where)

    @staticmethod
    def _words(value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return tuple(str(word) for word in _as_list(value))

    def _unknown(self, key: str, known: tuple[str, ...], where: str) -> CatalogError:
        return CatalogError(f"{self.source}, {where}: `{key}` is not a setting. {_nearest(key, known)}")

    def _missing(self, what: str, name: str, known: list[str], where: str) -> CatalogError:
        return CatalogError(f"{self.source}, {where}: there is no {what} called `{name}`. {_nearest(name, known)}")


def _alternatives(expression: str) -> list[str]:
    """`A; per track: B` is A, and B where the question goes finer than A can."""
    return [re.sub(r"^\s*per [^:]*:\s*", "", part).strip() for part in expression.split(";") if part.strip()]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    lower = {candidate.lower(): candidate for candidate in names}
    close = difflib.get_close_matches(name.lower(), lower, n=1)
    if close:
        return f"Did you mean `{lower[close[0]]}`?"
    return f"There are: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}."


def _spoken(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"

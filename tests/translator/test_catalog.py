"""A catalog.yaml refines what the database says; what does not fit is said in one sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from troupe.adapters.catalog import Catalog, CatalogError, Column, Table, read_overlay
from troupe.runtime.settings import project_root

BASE = Catalog(
    tables=(
        Table(name="Invoice", columns=(Column(name="Total", type="number"), Column(name="billing_country"))),
        Table(name="line", columns=(Column(name="amount", type="number"), Column(name="invoice_id", type="integer"))),
    )
)


def merged(**overlay: Any) -> Catalog:
    return BASE.merged(overlay)


def test_names_match_without_regard_to_case() -> None:
    found = merged(tables={"invoice": {"synonyms": "bill, receipt", "columns": {"total": {"unit": "EUR"}}}})
    table = found.table("INVOICE")
    assert table is not None
    assert table.synonyms == ("bill", "receipt")
    column = table.column("TOTAL")
    assert column is not None
    assert (column.name, column.unit) == ("Total", "EUR")


def test_short_forms() -> None:
    found = merged(
        tables={"line": {"columns": {"amount": "What was paid", "invoice_id": ["bill number"]}}},
        measures={"sales/revenue": "SUM(invoice.total); per line: SUM(line.amount)"},
        country="invoice.billing_country",
        as_of="2025-12-31",
        default_date="invoice.billing_country",
    )
    assert [(m.name, m.synonyms, m.table) for m in found.measures] == [
        ("sales", ("revenue",), "Invoice"),
        ("sales", ("revenue",), "line"),
    ]
    assert found.terms == {"country": "Invoice.billing_country"}
    assert found.as_of == date(2025, 12, 31)
    line = found.table("line")
    assert line is not None
    assert (line.columns[0].description, line.columns[1].synonyms) == ("What was paid", ("bill number",))


def test_values_get_other_words() -> None:
    found = merged(tables={"invoice": {"columns": {"billing_country": {"values": {"US": ["America"]}}}}})
    table = found.table("invoice")
    assert table is not None
    column = table.column("billing_country")
    assert column is not None
    assert column.value_synonyms == {"US": ("America",)}


@pytest.mark.parametrize(
    ("overlay", "sentence"),
    [
        ({"tables": {"invoices": {}}}, "there is no table called `invoices`. Did you mean `Invoice`?"),
        (
            {"tables": {"line": {"columns": {"amuont": {}}}}},
            "no column of line called `amuont`. Did you mean `amount`?",
        ),
        ({"tables": {"line": {"synonym": []}}}, "tables: line: `synonym` is not a setting. Did you mean `synonyms`?"),
        ({"measure": {}}, "the top level: `measure` is not a setting. Did you mean `measures`?"),
        ({"measures": {"sales": "SUM(total)"}}, "does not say which table it measures"),
        ({"measures": {"sales": "SUM(line.amount * invoice.total)"}}, "names Invoice and line"),
        ({"measures": {"sales": {"unit": "EUR"}}}, "there is no expression"),
        ({"default_date": "order_date"}, "`order_date` should be written as `table.column`"),
        ({"as_of": "soon"}, "`soon` is not a date"),
        ({"tables": ["line"]}, "expected names with their details below"),
    ],
)
def test_mistakes_say_what_where_and_what_to_do(overlay: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CatalogError) as raised:
        BASE.merged(overlay, "my.yaml")
    assert str(raised.value).startswith("my.yaml")
    assert sentence in str(raised.value)


def test_a_file_that_is_not_yaml(tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text("tables:\n  - [", encoding="utf-8")
    with pytest.raises(CatalogError, match="line 2"):
        read_overlay(path)
    path.write_text("", encoding="utf-8")
    assert read_overlay(path) == {}
    path.write_text("- a", encoding="utf-8")
    with pytest.raises(CatalogError, match="sections"):
        read_overlay(path)


def test_the_example_in_the_docs_is_a_catalog() -> None:
    text = (project_root() / "docs" / "catalog.md").read_text(encoding="utf-8")
    example = yaml.safe_load(text.split("```yaml")[1].split("```")[0])
    columns = ("customer_id", "order_number", "order_date", "status", "channel", "total", "email", "country",
               "billing_country", "order_id")  # fmt: skip
    base = Catalog(
        tables=(
            Table(name="orders", columns=tuple(Column(name=name) for name in columns)),
            Table(name="customers", columns=(Column(name="customer_id"),)),
            Table(name="order_lines", columns=(Column(name="quantity"), Column(name="unit_price"))),
        )
    )
    found = base.merged(example)
    assert [measure.name for measure in found.measures] == ["sales", "orders"]

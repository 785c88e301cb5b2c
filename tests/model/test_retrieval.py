"""Of four hundred tables those come through that a question is about."""

from __future__ import annotations

import importlib
from itertools import product

import pytest

from troupe.adapters.catalog import Catalog, Column, ForeignKey, Measure, Table

retrieval = importlib.import_module("functions.query.sql_agent.retrieval")

_PARTS = """
payroll fleet clinic harbour library kitchen mine forest studio museum airport farm lab court bank school hotel
depot theatre stadium
"""
_THINGS = """
contract invoice vehicle permit inspection booking supplier employee shift incident budget device document
measurement complaint delivery licence training repair visitor
"""
COMMON = ("created_at", "updated_at", "status", "remark", "external_reference")


def column(name: str, type_: str = "text", *values: str, **more: object) -> Column:
    return Column(name=name, type=type_, values=values, complete=bool(values), **more)  # type: ignore[arg-type]


def table(part: str, thing: str) -> Table:
    """Each refers to its part's employees; the columns in common say nothing."""
    name = f"{part}_{thing}s"
    key = () if thing == "employee" else (ForeignKey(columns=("employee_id",), table=f"{part}_employees", to=("id",)),)
    columns = [column("id", "integer"), *(column(c) for c in COMMON), column("employee_id", "integer")]
    columns += SPECIAL.get(name, [])
    return Table(
        name=name, columns=tuple(columns), primary_key=("id",), foreign_keys=key, synonyms=ALSO.get(name, ()), rows=100
    )


SPECIAL = {
    "farm_measurements": [column("rainfall_mm", "number"), column("soil_acidity", "number")],
    "museum_documents": [column("loan_period_days", "integer", description="how long a painting is lent")],
    "harbour_permits": [column("draught_m", "number", unit="m")],
    "airport_deliveries": [],
    "clinic_devices": [column("kind", "text", "Defibrillator", "Ventilator")],
}
ALSO = {
    "court_complaints": ("grievances",),
    "hotel_bookings": ("reservations",),
    "fleet_vehicles": ("lorries", "trucks"),
}
WIDE = Catalog(
    tables=tuple(table(part, thing) for part, thing in product(_PARTS.split(), _THINGS.split())),
    measures=(Measure(name="overtime", expression="SUM(payroll_shifts.id)", table="payroll_shifts"),),
)
QUESTIONS = {
    "How many invoices did the library get last year?": {"library_invoices"},
    "Show the repairs of the fleet by month": {"fleet_repairs"},
    "Which trucks are broken?": {"fleet_vehicles"},
    "List all reservations for next week": {"hotel_bookings"},
    "Count the grievances per quarter": {"court_complaints"},
    "average rainfall by month": {"farm_measurements"},
    "What was the highest soil acidity?": {"farm_measurements"},
    "How long are paintings lent?": {"museum_documents"},
    "Ships with a draught above 12 m": {"harbour_permits"},
    "Where is every defibrillator?": {"clinic_devices"},
    "total overtime per employee in payroll": {"payroll_shifts", "payroll_employees"},
    "Which employees of the mine had an incident?": {"mine_employees", "mine_incidents"},
    "theatre visitors by day": {"theatre_visitors"},
    "How many visitors came to the stadium and to the museum?": {"stadium_visitors", "museum_visitors"},
    "budget of the school against its invoices": {"school_budgets", "school_invoices"},
    "Inspected kitchens: number of inspections": {"kitchen_inspections"},
    "licences of the studio": {"studio_licences"},
    "Which bank suppliers have no contract?": {"bank_suppliers", "bank_contracts"},
    "deliveries to the depot": {"depot_deliverys"},
    "training in the forest": {"forest_trainings"},
}


def kept(question: str) -> set[str]:
    return {table.name for table in retrieval.retrieve(question, WIDE).tables}


def test_recall_over_four_hundred_tables() -> None:
    assert len(WIDE.tables) == 400
    found = sum(len(wanted & kept(question)) for question, wanted in QUESTIONS.items())
    wanted = sum(map(len, QUESTIONS.values()))
    print(f"recall {found / wanted:.3f} of {wanted} tables in {len(QUESTIONS)} questions")
    assert found / wanted >= 0.95


def test_what_comes_through_is_a_small_part() -> None:
    sizes = [len(kept(question)) for question in QUESTIONS]
    assert max(sizes) <= 2 * retrieval.TABLES


@pytest.mark.parametrize("question", ["", "???", "colourless green ideas", "the of and"])
def test_where_nothing_fits_something_small_is_left_to_decline_on(question: str) -> None:
    assert 0 < len(kept(question)) <= 2 * retrieval.TABLES


def test_the_tables_between_come_along() -> None:
    def joined(name: str, to: str = "") -> Table:
        key = (ForeignKey(columns=("to_id",), table=to, to=("id",)),) if to else ()
        return Table(name=name, columns=(column("id", "integer"), column("to_id", "integer")), foreign_keys=key)

    tables = (joined("pens", "zzz"), joined("zzz", "yyy"), joined("yyy", "shops"), joined("shops"))
    noise = tuple(joined(f"noise{number}") for number in range(30))
    catalog = Catalog(tables=(*noise, *tables))
    assert {t.name for t in retrieval.retrieve("pens by shop", catalog).tables} == {"pens", "zzz", "yyy", "shops"}


def test_of_a_wide_table_its_keys_and_what_fits_stay() -> None:
    columns = (column("id", "integer"), *(column(f"a{n}") for n in range(200)), column("wind_speed", "number"))
    weather = Table(name="weather", columns=columns, primary_key=("id",))
    (found,) = retrieval.retrieve("What is the wind speed?", Catalog(tables=(weather,))).tables
    names = [c.name for c in found.columns]
    assert names[0] == "id" and names[-1] == "wind_speed" and len(names) <= retrieval.COLUMNS + 1


def test_hidden_things_never_come_through() -> None:
    closed = Table(name="salaries", columns=(column("amount"),), hidden=True)
    people = Table(name="people", columns=(column("name"), column("salary", hidden=True)))
    found = retrieval.retrieve("salaries of people", Catalog(tables=(closed, people)))
    assert [(t.name, [c.name for c in t.columns]) for t in found.tables] == [("people", ["name"])]

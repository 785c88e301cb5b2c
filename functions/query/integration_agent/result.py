"""One structured result from raw rows."""

from __future__ import annotations

from contracts.query import Column, QuerySuccess, ResultsReady

from .labels import distinct, heading
from .roles import part
from .units import stated_unit


def structured(found: QuerySuccess) -> ResultsReady:
    """The rows as they came, with a heading, role, period and unit for each column.

    What the publisher already said about a column (heading, unit, role) is kept. Raises ValueError
    when a row does not have one cell per column, for then no cell can be trusted to be in its place.
    """
    for number, row in enumerate(found.rows, start=1):
        if len(row) != len(found.columns):
            raise ValueError(
                f"Row {number} of the result has {len(row)} cells for {len(found.columns)} columns; "
                "the agent that ran the query must send one cell per column."
            )
    columns = [_described(column, [row[index] for row in found.rows]) for index, column in enumerate(found.columns)]
    headings = distinct([column.label for column in columns])
    return ResultsReady(
        question=found.question,
        sql=found.sql,
        reading=found.reading,
        columns=[column.model_copy(update={"label": label}) for column, label in zip(columns, headings, strict=True)],
        rows=found.rows,
        row_count=len(found.rows),
        truncated=found.truncated,
        tables=sorted(set(found.tables)),
        elapsed_ms=found.elapsed_ms,
    )


def _described(column: Column, values: list[object]) -> Column:
    role, grain = part(column, values)
    role = column.role or role
    rest, unit = stated_unit(column.name) if role == "measure" and not column.unit else (column.name, column.unit)
    return column.model_copy(
        update={
            "label": column.label or heading(rest),
            "unit": unit,
            "role": role,
            "grain": column.grain or (grain if role != "measure" else ""),
        }
    )

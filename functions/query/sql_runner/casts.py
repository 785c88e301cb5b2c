"""Types that a value may be cast to."""

from __future__ import annotations

from sqlglot import exp

from .refusal import Refused

_T = exp.DataType.Type
_ALLOWED = {
    _T.ARRAY,
    _T.BIGINT,
    _T.BOOLEAN,
    _T.BPCHAR,
    _T.CHAR,
    _T.DATE,
    _T.DATERANGE,
    _T.DECIMAL,
    _T.DOUBLE,
    _T.FLOAT,
    _T.INET,
    _T.INT,
    _T.INT4RANGE,
    _T.INT8RANGE,
    _T.INTERVAL,
    _T.JSON,
    _T.JSONB,
    _T.MONEY,
    _T.NUMRANGE,
    _T.SMALLINT,
    _T.TEXT,
    _T.TIME,
    _T.TIMETZ,
    _T.TIMESTAMP,
    _T.TIMESTAMPTZ,
    _T.TSRANGE,
    _T.TSTZRANGE,
    _T.UUID,
    _T.VARCHAR,
}


def check_casts(tree: exp.Expr) -> None:
    """Refuses casts to types that look names up (regclass), read rows of a table or are not known."""
    for type_ in tree.find_all(exp.DataType):
        if not isinstance(type_, exp.IntervalSpan) and type_.this not in _ALLOWED:
            raise Refused(
                "casts", f"A cast to {type_.sql(dialect='postgres').lower()} is not one that questions may make."
            )

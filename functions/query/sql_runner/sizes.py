"""Refuses statements whose work or result is out of all proportion to the data they ask about.

What is refused here would only waste time: the statement timeout and the planner's estimate are the
last word. These rules see what the planner cannot (the size of a repeated text, an endless recursion).
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from datetime import datetime

from sqlglot import exp

from .refusal import Refused

_MAX_EXPONENT = 1000
_MAX_UNCONNECTED = 2
_NESTED_QUANTIFIER = re.compile(
    r"""\( (?:\?:)? (?: (?:\\.|\[[^\]]*\]|[^\\()\[\]*+{}|?]) (?:[*+]\??|\{\d+,\d*\}) )+ \) (?:[*+]|\{\d+,?\d*\})""",
    re.VERBOSE,
)
_BACK_REFERENCE = re.compile(r"\\[1-9]")
_WIDE_FORMAT = re.compile(r"%(?:\d+\$)?-?(?:\*|\d{4,})")
_STEP = re.compile(r"([+-]?\d+)\s*(second|minute|hour|day|week|month|year|mon|min|sec)s?\Z", re.IGNORECASE)
_STEP_SECONDS = {
    "second": 1,
    "sec": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 28 * 86_400,
    "mon": 28 * 86_400,
    "year": 365 * 86_400,
}
_ARITHMETIC: dict[type[exp.Expr], Callable[[float, float], float]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Pow: math.pow,
}
_FINEST_OPEN_STEP_S = 60
"""The finest step of a series of times whose ends are not written out."""


def check_sizes(tree: exp.Expr, max_generated: int) -> None:
    """Refuses series, repetitions, recursions, joins, powers and patterns without a reasonable bound."""
    _check_series(tree, max_generated)
    _check_repetitions(tree, max_generated)
    for with_ in tree.find_all(exp.With):
        if with_.args.get("recursive"):
            _check_recursion(with_, max_generated)
    for select in tree.find_all(exp.Select):
        _check_joins(select)
    for power in tree.find_all(exp.Pow):
        exponent = _number(power.expression)
        if exponent is not None and abs(exponent) > _MAX_EXPONENT:
            raise Refused("sizes", f"Powers above {_MAX_EXPONENT} are refused.")
    for literal in tree.find_all(exp.Literal):
        if literal.is_string:
            _check_text(literal)


def _check_series(tree: exp.Expr, limit: int) -> None:
    rows = 1.0
    for series in tree.find_all(exp.GenerateSeries, exp.ExplodingGenerateSeries):
        start, end, step = (series.args.get(key) for key in ("start", "end", "step"))
        rows *= max(1.0, _series_rows(start, end, step, limit))
        if rows > limit:
            raise Refused("sizes", f"generate_series would make more than {limit:,} rows.")


def _series_rows(start: exp.Expr | None, end: exp.Expr | None, step: exp.Expr | None, limit: int) -> float:
    first, last = _number(start), _number(end)
    if first is not None and last is not None:
        by = _number(step) if step is not None else 1.0
        return abs(last - first) / abs(by) + 1 if by else limit + 1
    seconds = _step_seconds(step)
    if seconds is not None:
        begins, ends = _moment(start), _moment(end)
        if begins and ends:
            return abs((ends - begins).total_seconds()) / max(seconds, 1e-9) + 1
        if seconds < _FINEST_OPEN_STEP_S:
            return limit + 1
    if any(_largest(bound) > limit for bound in (start, end)):
        return limit + 1
    return 1.0


def _check_repetitions(tree: exp.Expr, limit: int) -> None:
    for call in tree.find_all(exp.Repeat, exp.Pad):
        size = call.args["times"] if isinstance(call, exp.Repeat) else call.expression
        within = call.this.find(exp.Repeat, exp.Pad)
        if within is not None or _largest(size) > limit / 10:
            raise Refused("sizes", f"A text may be repeated or padded to {limit // 10:,} at most, and only once.")


def _check_recursion(with_: exp.With, limit: int) -> None:
    """A recursion must be able to end: by a condition on a column, or by joining rows that really exist."""
    for cte in with_.expressions:
        if not any(table.name == cte.alias for table in cte.this.find_all(exp.Table)):
            continue
        step = cte.this.expression if isinstance(cte.this, exp.SetOperation) else None
        select = step.find(exp.Select) if step is not None else None
        if select is None:
            raise Refused("sizes", f"{cte.alias} refers to itself without a start.")
        conditions = [select.args.get("where"), *(join.args.get("on") for join in select.args.get("joins") or [])]
        using = any(join.args.get("using") for join in select.args.get("joins") or [])
        bounded = [condition for condition in conditions if condition is not None and condition.find(exp.Column)]
        if not bounded and not using:
            raise Refused("sizes", f"The recursion {cte.alias} has no condition that ends it.")
        if any(_largest(condition) > limit for condition in bounded):
            raise Refused("sizes", f"The recursion {cte.alias} would go on for more than {limit:,} rounds.")


def _check_joins(select: exp.Select) -> None:
    """At most two tables side by side without a condition between them (a grid); more is a multiplication."""
    from_ = select.args.get("from_")
    joins = select.args.get("joins") or []
    if from_ is None or len(joins) < _MAX_UNCONNECTED:
        return
    parts = [from_.this, *(join.this for join in joins)]
    many = [part for part in parts if isinstance(part, exp.Table) and isinstance(part.this, exp.Identifier)]
    group = {part.alias_or_name: part.alias_or_name for part in many}
    connected_anyhow = 0
    conditions = [select.args.get("where"), *(join.args.get("on") for join in joins)]
    for join in joins:
        connected_anyhow += bool(
            join.args.get("using") or join.args.get("method") or join.args.get("kind") == "LATERAL"
        )
    for condition in conditions:
        for comparison in condition.find_all(exp.Binary) if condition is not None else ():
            if isinstance(comparison, exp.Connector):
                continue
            names = [column.table for column in comparison.find_all(exp.Column)]
            if len(names) > 1 and "" in names:
                connected_anyhow += 1
            _merge(group, [name for name in names if name in group])
    unconnected = len({_root(group, name) for name in group}) - connected_anyhow
    if unconnected > _MAX_UNCONNECTED:
        raise Refused("sizes", f"{unconnected} tables are joined without a condition between them.")


def _root(group: dict[str, str], name: str) -> str:
    while group[name] != name:
        name = group[name]
    return name


def _merge(group: dict[str, str], names: list[str]) -> None:
    for name in names[1:]:
        group[_root(group, name)] = _root(group, names[0])


def _check_text(literal: exp.Literal) -> None:
    text, place = literal.name, literal.parent
    pattern = isinstance(place, (exp.RegexpLike, exp.RegexpILike, exp.SimilarTo)) or (
        isinstance(place, exp.Func) and "regexp" in place.sql_name().lower() + str(place.name).lower()
    )
    if pattern and (
        _NESTED_QUANTIFIER.search(text) or (_BACK_REFERENCE.search(text) and literal.arg_key == "expression")
    ):
        raise Refused("sizes", "The pattern repeats a repetition or refers back, which can take forever.")
    if isinstance(place, exp.Format) and _WIDE_FORMAT.search(text):
        raise Refused("sizes", "The width in format is too large.")


def _number(node: exp.Expr | None) -> float | None:
    """The value of constant arithmetic; None when it is not constant."""
    if isinstance(node, (exp.Paren, exp.Cast)):
        return _number(node.this)
    if isinstance(node, exp.Neg):
        value = _number(node.this)
        return None if value is None else -value
    if isinstance(node, exp.Literal):
        try:
            return float(node.name)
        except ValueError:
            return None
    for kind, calculate in _ARITHMETIC.items():
        if isinstance(node, kind):
            left, right = _number(node.this), _number(node.expression)
            return None if left is None or right is None else _calculated(calculate, left, right)
    return None


def _calculated(calculate: Callable[[float, float], float], left: float, right: float) -> float:
    try:
        value = calculate(left, right)
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return math.inf if isinstance(value, complex) else value


def _largest(node: exp.Expr | None) -> float:
    """The largest constant in an expression: an unknown size is judged by what it is made of."""
    if node is None:
        return 0.0
    value = _number(node)
    if value is not None:
        return abs(value)
    return max((_largest(child) for child in node.iter_expressions()), default=0.0)


def _step_seconds(step: exp.Expr | None) -> float | None:
    """Seconds of a step such as '1 day' or INTERVAL '1 day'; 0 when it is an interval too odd to tell."""
    if isinstance(step, exp.Cast):
        step = step.this
    if isinstance(step, exp.Interval):
        unit = step.args.get("unit")
        text = f"{step.this.name if step.this is not None else ''} {unit.name if unit is not None else ''}".strip()
    elif isinstance(step, exp.Literal) and step.is_string:
        text = step.name.strip()
    else:
        return None
    match = _STEP.match(text)
    return abs(int(match.group(1))) * _STEP_SECONDS[match.group(2).lower()] if match else 0.0


def _moment(node: exp.Expr | None) -> datetime | None:
    """A date or time that is written out; None when it is computed."""
    while isinstance(node, (exp.Cast, exp.Paren)):
        node = node.this
    if not (isinstance(node, exp.Literal) and node.is_string):
        return None
    try:
        return datetime.fromisoformat(node.name).replace(tzinfo=None)
    except ValueError:
        return None

"""A meaning as one sentence, so that people can check how their question was read."""

from __future__ import annotations

from .lexicon import Lexicon
from .meaning import (
    Aggregate,
    AllOf,
    AnyOf,
    Bucket,
    Col,
    Compare,
    CompareAverage,
    Condition,
    Count,
    During,
    Exists,
    Expression,
    Meaning,
    Measured,
    OneOf,
    Share,
    TextMatch,
)
from .words import name_words

_FUNCTIONS = {"avg": "average", "sum": "sum of", "min": "lowest", "max": "highest", "median": "median"}
_OPERATORS = {">": "over", ">=": "at least", "<": "under", "<=": "at most", "=": "exactly", "<>": "other than"}


def sentence(meaning: Meaning, lexicon: Lexicon) -> str:
    """`sum of sales, by region, order date 1 Jul to 30 Sep 2025`."""
    return _Speaker(lexicon).sentence(meaning)


class _Speaker:
    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def sentence(self, meaning: Meaning) -> str:
        shown = [output for output in meaning.outputs if output not in meaning.groups]
        parts = [", ".join(self.expression(output, meaning.subject) for output in shown) or "the groups"]
        if not any(isinstance(o, Count | Aggregate | Measured | Share) for o in shown):
            parts[0] += f" of {_plural(meaning.subject)}"
        if meaning.distinct:
            parts[0] = f"different {parts[0]}"
        if meaning.groups:
            parts.append("by " + " and ".join(self.expression(group, meaning.subject) for group in meaning.groups))
        parts += [self.condition(condition, meaning.subject) for condition in meaning.conditions]
        for having in meaning.having:
            parts.append(f"with {self.expression(having.number, '')} {_OPERATORS[having.operator]} {having.value:g}")
        if meaning.order:
            keys = [
                f"{self.expression(sort.by, meaning.subject)} {'from high to low' if sort.down else 'from low to high'}"
                for sort in meaning.order
            ]
            parts.append("sorted by " + ", then ".join(keys))
        if meaning.limit:
            parts.append(f"the first {meaning.limit}" if meaning.limit > 1 else "the first one")
        return ", ".join(parts)

    def expression(self, expression: Expression, subject: str) -> str:
        if isinstance(expression, Col):
            return self.col(expression, subject)
        if isinstance(expression, Bucket):
            return f"{expression.unit} of {_words(expression.col.column)}"
        if isinstance(expression, Share):
            return f"percentage of {self.expression(expression.of, subject)}"
        if isinstance(expression, Count):
            if expression.col is not None:
                return f"number of different {self.col(expression.col, subject)}"
            return f"number of {_plural(expression.table)}"
        if isinstance(expression, Aggregate):
            return f"{_FUNCTIONS[expression.function]} {self.col(expression.col, subject)}"
        measure = expression.alternatives[0]
        return f"sum of {measure.name}" if _is_one_sum(measure.expression) else measure.name

    def col(self, col: Col, subject: str) -> str:
        words = _words(col.column)
        if col.table != subject and (col.column,) == self.lexicon.label(col.table):
            return _words(col.table)
        if col.table == subject or words.startswith(_words(col.table)):
            return words
        return f"{_words(col.table)} {words}"

    def condition(self, condition: Condition, subject: str) -> str:
        if isinstance(condition, AnyOf | AllOf):
            word = " or " if isinstance(condition, AnyOf) else " and "
            inner = word.join(self.condition(one, subject) for one in condition.conditions)
            return f"not ({inner})" if isinstance(condition, AllOf) and condition.negated else inner
        if isinstance(condition, Exists):
            return self.exists(condition)
        name = self.col(condition.col, subject)
        if isinstance(condition, During):
            return f"{name} {condition.period.spoken()}"
        if isinstance(condition, CompareAverage):
            return f"{name} {_OPERATORS[condition.operator]} its average"
        if isinstance(condition, Compare):
            return f"{name} {_OPERATORS[condition.operator]} {condition.value}"
        if isinstance(condition, OneOf):
            values = " or ".join(str(value) for value in condition.values)
            return f"{name} is {'not ' if condition.negated else ''}{values}"
        if isinstance(condition, TextMatch):
            verb = {"contains": "contain", "starts": "start with", "ends": "end with"}[condition.operator]
            if condition.negated:
                return f"{name} does not {verb} “{condition.text}”"
            first, _, rest = verb.partition(" ")
            return " ".join(filter(None, (name, f"{first}s", rest, f"“{condition.text}”")))
        return f"{'with' if condition.negated else 'without'} {name}"

    def exists(self, condition: Exists) -> str:
        inner = " and ".join(self.condition(one, condition.table) for one in condition.conditions)
        where = f" ({inner})" if inner else ""
        if condition.quantity:
            operator, value = condition.quantity
            return f"with {_OPERATORS[operator]} {value:g} {_plural(condition.table)}{where}"
        return f"{'without' if condition.negated else 'with'} {_plural(condition.table)}{where}"


def _is_one_sum(expression: str) -> bool:
    """Whether the whole expression is one SUM(…)."""
    text = expression.strip()
    if not text.upper().startswith("SUM(") or not text.endswith(")"):
        return False
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ")" and depth == 0:
            return at == len(text) - 1
    return False


def _words(name: str) -> str:
    return " ".join(name_words(name))


def _plural(name: str) -> str:
    text = _words(name)
    if text.endswith("y") and text[-2:-1] not in "aeiou":
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "x", "ch", "sh")) else "s")

"""EventBridge's schedule expressions: `rate(5 minutes)` and `cron(0 9 ? * MON-FRI *)`, in UTC."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_YEARS = (1970, 2199)


class InvalidSchedule(ValueError):
    """An expression that EventBridge would refuse, or that the local cloud does not know."""


class Schedule(Protocol):
    """When a rule fires."""

    def after(self, moment: datetime) -> datetime | None:
        """The first time later than this; None when there is none any more."""
        ...


def parse(expression: str) -> Schedule:
    """Reads an expression. Raises InvalidSchedule."""
    if rate := _RATE.fullmatch(expression):
        number, unit = int(rate[1]), rate[2]
        if number < 1 or (number == 1) == unit.endswith("s"):
            raise InvalidSchedule(f"{expression}: a rate is 1 minute, 5 minutes, 1 hour, …")
        return _Rate(timedelta(**{unit.removesuffix("s") + "s": number}))
    if cron := _CRON.fullmatch(expression):
        minutes, hours, days, months, weekdays, years = cron.groups()
        if (days == "?") == (weekdays == "?"):
            raise InvalidSchedule(f"{expression}: exactly one of day-of-month and day-of-week is ?")
        return _Cron(
            minutes=_field(expression, minutes, 0, 59),
            hours=_field(expression, hours, 0, 23),
            days=None if days == "?" else _field(expression, days, 1, 31),
            months=_field(expression, months, 1, 12, _MONTHS),
            weekdays=None if weekdays == "?" else _field(expression, weekdays, 1, 7, _DAYS),
            years=_field(expression, years, *_YEARS),
        )
    raise InvalidSchedule(f"{expression} is neither rate(…) nor cron(…)")


@dataclass(frozen=True, slots=True)
class _Rate:
    period: timedelta

    def after(self, moment: datetime) -> datetime:
        return moment + self.period


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    """1 is Sunday."""
    years: frozenset[int]

    def after(self, moment: datetime) -> datetime | None:
        moment = moment.astimezone(UTC)
        for day in self._dates(moment.date()):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if found > moment:
                        return found
        return None

    def _dates(self, start: date) -> Iterator[date]:
        for year in sorted(y for y in self.years if y >= start.year):
            for month in sorted(self.months):
                for day in range(1, monthrange(year, month)[1] + 1):
                    found = date(year, month, day)
                    if found >= start and self._on(found):
                        yield found

    def _on(self, day: date) -> bool:
        if self.weekdays is not None:
            return day.isoweekday() % 7 + 1 in self.weekdays
        return self.days is not None and day.day in self.days


def _field(expression: str, text: str, low: int, high: int, names: list[str] | None = None) -> frozenset[int]:
    def number(word: str) -> int:
        if names and word.upper() in names:
            return names.index(word.upper()) + low
        if not word.isdigit() or not low <= int(word) <= high:
            raise InvalidSchedule(f"{expression}: {word} is not {low} to {high}, or more than the local cloud knows")
        return int(word)

    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, high
        elif "-" in span:
            first, last = (number(word) for word in span.split("-", 1))
        else:
            first = number(span)
            last = high if step else first
        if (step and (not step.isdigit() or int(step) < 1)) or last < first:
            raise InvalidSchedule(f"{expression}: {part} is no range")
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)

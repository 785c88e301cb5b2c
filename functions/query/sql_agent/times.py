"""Dates in a question: `last quarter`, `in March 2024`, `past 30 days`, `between 1 May and 3 June 2025`."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .words import Word

Unit = Literal["day", "week", "month", "quarter", "year"]

UNITS: dict[str, Unit] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
ADVERBS: dict[str, Unit] = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year",
    "annual": "year", "annually": "year",
}  # fmt: skip
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MAYBE_MONTHS = {"may", "march", "mar"}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`. None is open."""

    start: date | None
    end: date | None
    words: str = ""

    def spoken(self) -> str:
        """`1 Jul to 30 Sep 2025`."""
        if self.start and self.end:
            last = self.end - timedelta(days=1)
            if self.start == last:
                return _day(self.start)
            first = f"{self.start.day} {calendar.month_abbr[self.start.month]}"
            return f"{first} {self.start.year if self.start.year != last.year else ''}".strip() + f" to {_day(last)}"
        if self.start:
            return f"from {_day(self.start)}"
        return f"before {_day(self.end)}" if self.end else "at any time"


@dataclass(frozen=True, slots=True)
class Found:
    """A date phrase: it ends before words[end]."""

    period: Period
    end: int


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month when there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of(unit: Unit, day: date) -> date:
    """The first day of the unit that holds this day. Weeks start on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1)


def shift(unit: Unit, day: date, count: int) -> date:
    """So many units later."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def _whole(unit: Unit, start: date, words: str = "") -> Period:
    return Period(start, shift(unit, start, 1), words)


def read_period(words: Sequence[Word], at: int, today: date) -> Found | None:
    """The date phrase that starts at words[at], without its preposition; None when there is none."""
    try:
        return _relative(words, at, today) or _range(words, at, today) or _absolute(words, at, today)
    except (ValueError, OverflowError):
        return None


def _lower(words: Sequence[Word], at: int) -> str:
    return words[at].lower if 0 <= at < len(words) and words[at].kind in ("word", "number") else ""


def _relative(words: Sequence[Word], at: int, today: date) -> Found | None:
    first = _lower(words, at)
    if first in ("today", "yesterday"):
        day = today - timedelta(days=first == "yesterday")
        return Found(_whole("day", day), at + 1)
    if first == "ytd" or [_lower(words, at + k) for k in range(3)] == ["year", "to", "date"]:
        return Found(Period(start_of("year", today), today + timedelta(days=1)), at + (1 if first == "ytd" else 3))
    if first == "the" and _lower(words, at + 1) in ("last", "past", "previous", "current", "preceding", "prior"):
        return _relative(words, at + 1, today)
    if first in ("this", "current"):
        unit = UNITS.get(_lower(words, at + 1))
        if unit:
            return Found(_whole(unit, start_of(unit, today)), at + 2)
    if first in ("last", "past", "previous", "preceding", "prior"):
        return _last(words, at, today)
    return None


def _last(words: Sequence[Word], at: int, today: date) -> Found | None:
    first, second = _lower(words, at), _lower(words, at + 1)
    calendar_units = second in ("full", "complete", "calendar")
    skip = 1 if calendar_units else 0
    unit = UNITS.get(_lower(words, at + 1 + skip))
    if unit and first == "past":
        return _rolling(words, at + 2 + skip, today, unit, 1)
    if unit:
        return Found(_whole(unit, shift(unit, start_of(unit, today), -1)), at + 2 + skip)
    number = words[at + 1].number if at + 1 < len(words) else None
    if not isinstance(number, int) or not 0 < number < 10_000:
        return None
    if _lower(words, at + 2) in ("full", "complete", "calendar"):
        calendar_units, skip = True, 1
    word = words[at + 2 + skip].lemma if at + 2 + skip < len(words) else ""
    if word not in UNITS:
        return None
    if calendar_units or _excludes_current(words, at + 3 + skip):
        end = start_of(UNITS[word], today)
        after = at + 3 + skip
        return Found(Period(shift(UNITS[word], end, -number), end), _excludes_current(words, after) or after)
    return _rolling(words, at + 3 + skip, today, UNITS[word], number)


def _rolling(words: Sequence[Word], after: int, today: date, unit: Unit, count: int) -> Found:
    """The last days up to and including today; `inclusive of 30 days ago` counts the day before them too."""
    start = shift(unit, today, -count)
    phrase = [_lower(words, after + k) for k in range(7)]
    phrase = phrase[1:] if after < len(words) and words[after].kind in ("comma", "symbol") else phrase
    offset = 1 if after < len(words) and words[after].kind in ("comma", "symbol") else 0
    if phrase[:2] == ["inclusive", "of"]:
        if phrase[2] == "today":
            return Found(Period(start + timedelta(days=1), today + timedelta(days=1)), after + offset + 3)
        if phrase[4] == "ago":
            return Found(Period(start, today + timedelta(days=1)), after + offset + 5)
    return Found(Period(start + timedelta(days=1), today + timedelta(days=1)), after)


def _excludes_current(words: Sequence[Word], at: int) -> int:
    """Where `excluding the current month` ends; 0 when it is not there."""
    if at < len(words) and words[at].kind == "comma":
        at += 1
    if _lower(words, at) == "excluding" or (_lower(words, at) == "not" and _lower(words, at + 1) == "including"):
        at += 1 if _lower(words, at) == "excluding" else 2
        at += _lower(words, at) == "the"
        if _lower(words, at) in ("current", "this") and _lower(words, at + 1) in UNITS:
            return at + 2
    return 0


def _year_at(words: Sequence[Word], at: int) -> int | None:
    number = words[at].number if at < len(words) and words[at].kind == "number" else None
    return number if isinstance(number, int) and 1500 <= number <= 2200 and words[at].text.isdigit() else None


def _range(words: Sequence[Word], at: int, today: date) -> Found | None:
    opener = _lower(words, at)
    if opener not in ("between", "from"):
        return None
    first = _absolute(words, at + 1, today)
    if first is None or _lower(words, first.end) not in (
        ("and",) if opener == "between" else ("to", "until", "till", "through")
    ):
        return None
    second = _absolute(words, first.end + 1, today)
    if second is None or first.period.start is None or second.period.end is None:
        return None
    start = first.period.start
    if second.period.words == "dated" and first.period.words == "yearless" and second.period.start:
        start = start.replace(year=second.period.start.year)
    return Found(Period(start, second.period.end), second.end) if start < second.period.end else None


def _absolute(words: Sequence[Word], at: int, today: date) -> Found | None:
    word = _lower(words, at)
    if word == "the" and _lower(words, at + 1) in (*_ORDINALS, "year", "month"):
        return _absolute(words, at + 1, today)
    if word == "year" and _year_at(words, at + 1):
        return _absolute(words, at + 1, today)
    if len(word) == 10 and word[4:5] == "-":
        return Found(Period(date.fromisoformat(word), date.fromisoformat(word) + timedelta(days=1), "dated"), at + 1)
    quarter = _quarter(words, at, today)
    if quarter:
        return quarter
    if word in _MONTHS:
        return _month(words, at, today)
    day = words[at].number if at < len(words) else None
    if isinstance(day, int) and 1 <= day <= 31:
        month_at = at + 1 + (_lower(words, at + 1) == "of")
        if _lower(words, month_at) in _MONTHS:
            return _dated(words, month_at + 1, _MONTHS[_lower(words, month_at)], day, today)
    year = _year_at(words, at)
    return Found(_whole("year", date(year, 1, 1)), at + 1) if year else None


def _quarter(words: Sequence[Word], at: int, today: date) -> Found | None:
    word = _lower(words, at)
    if len(word) == 2 and word[0] == "q" and word[1] in "1234":
        number, after = int(word[1]), at + 1
    elif word in _ORDINALS and _lower(words, at + 1) == "quarter":
        number, after = _ORDINALS[word], at + 2
    else:
        return None
    after_of = after + (_lower(words, after) in ("of", "in"))
    year = _year_at(words, after_of)
    start = date(year or today.year, 3 * number - 2, 1)
    if not year and _lower(words, after_of) == "this" and _lower(words, after_of + 1) == "year":
        return Found(_whole("quarter", start), after_of + 2)
    if not year and _lower(words, after_of) == "last" and _lower(words, after_of + 1) == "year":
        return Found(_whole("quarter", start.replace(year=today.year - 1)), after_of + 2)
    if not year and start > today:
        start = start.replace(year=start.year - 1)
    return Found(_whole("quarter", start), after_of + 1 if year else after)


def _month(words: Sequence[Word], at: int, today: date) -> Found | None:
    month = _MONTHS[_lower(words, at)]
    if words[at].lower in _MAYBE_MONTHS and not words[at].capital:
        return None
    after = at + 1
    number = words[after].number if after < len(words) else None
    if isinstance(number, int) and 1 <= number <= 31:
        return _dated(words, after + 1, month, number, today)
    year_at = after + (_lower(words, after) == "of" or (after < len(words) and words[after].kind == "comma"))
    year = _year_at(words, year_at)
    if year:
        return Found(_whole("month", date(year, month, 1)), year_at + 1)
    if _lower(words, year_at) in ("this", "last") and _lower(words, year_at + 1) == "year":
        chosen = today.year - (_lower(words, year_at) == "last")
        return Found(_whole("month", date(chosen, month, 1)), year_at + 2)
    if _lower(words, at - 1) == "last":
        return None
    start = date(today.year, month, 1)
    return Found(_whole("month", start if start <= today else start.replace(year=today.year - 1)), after)


def _dated(words: Sequence[Word], after: int, month: int, day: int, today: date) -> Found | None:
    year_at = after + (after < len(words) and words[after].kind == "comma") + (_lower(words, after) == "of")
    year = _year_at(words, year_at)
    if year:
        start = date(year, month, day)
        return Found(Period(start, start + timedelta(days=1), "dated"), year_at + 1)
    start = date(today.year, month, day)
    start = start if start <= today else start.replace(year=today.year - 1)
    return Found(Period(start, start + timedelta(days=1), "yearless"), after)

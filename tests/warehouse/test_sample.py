"""The sample data: always recent, always the same for a seed and a day, and never too tidy."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from troupe.adapters.warehouse import Warehouse
from troupe.local.postgres import Server
from warehouse import sample

LINES = "shop.order_lines"
ORDERS = "shop.orders"


def last_quarter(today: date) -> tuple[date, date]:
    """First and last day of the calendar quarter before the one of `today`."""
    end = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return date(end.year, end.month - 2, 1), end


@pytest.mark.parametrize(
    "today", [date(2026, 1, 1), date(2027, 3, 31), date(2028, 2, 29), date(2026, 10, 1), date(2030, 12, 31)]
)
def test_any_day_has_two_years_behind_it(today: date) -> None:
    tables = sample.generate(today=today)

    days = Counter(order[3] for order in tables[ORDERS])
    start, end = last_quarter(today)
    year_before = [date(today.year - 1, month, 1) for month in range(1, 13)]
    assert len(tables[LINES]) >= 20_000
    assert min(days) == sample.first_day(today)
    assert max(days) == today
    assert len(days) == (today - sample.first_day(today)).days + 1, "a day without an order"
    assert sum(days[start + timedelta(days=n)] for n in range((end - start).days + 1)) > 300
    assert all(month >= sample.first_day(today) for month in year_before), "last year is not complete"


def test_the_first_day_follows_two_years_before() -> None:
    assert sample.first_day(date(2026, 8, 15)) == date(2024, 8, 16)
    assert sample.first_day(date(2028, 2, 29)) == date(2026, 3, 1)
    assert sample.first_day(date(2028, 3, 1)) == date(2026, 3, 2)


def test_the_same_seed_and_day_give_the_same_data_and_others_do_not() -> None:
    once = sample.generate(today=date(2026, 5, 5), seed=3)

    assert sample.generate(today=date(2026, 5, 5), seed=3) == once
    assert sample.generate(today=date(2026, 5, 5), seed=4) != once
    assert sample.generate(today=date(2026, 5, 6), seed=3) != once


def test_it_is_as_untidy_as_real_data(admin_url: str) -> None:
    def ask(sql: str) -> Any:
        with psycopg.connect(admin_url) as connection:
            return connection.execute(sql).fetchall()

    names = {row[0] for row in ask("SELECT name FROM shop.products UNION SELECT last_name FROM shop.customers")}
    assert any("'" in name for name in names)
    assert any('"' in name for name in names)
    assert any(not name.isascii() for name in names)
    for column in ("orders.customer_id", "orders.coupon", "customers.email", "returns.reason", "stores.floor_area"):
        table, _, name = column.partition(".")
        empty, total = ask(f"SELECT count(*) FILTER (WHERE {name} IS NULL), count(*) FROM shop.{table}")[0]
        assert 0 < empty < total, column
    by_region = ask(
        "SELECT count(*) FROM shop.orders JOIN shop.stores USING (store_id) GROUP BY region_id ORDER BY 1 DESC"
    )
    assert by_region[0][0] > 3 * by_region[-1][0], "regions should differ"
    december, february = (
        ask(f"SELECT count(*) FROM shop.orders WHERE extract(month FROM order_date) = {month}")[0][0]
        for month in (12, 2)
    )
    assert december > 1.5 * february
    assert ask("SELECT count(*) FROM shop.order_lines WHERE discount > 0")[0][0] > 1_000
    assert ask("SELECT count(*) FROM shop.returns")[0][0] > 300


def test_nothing_happens_before_its_time(admin_url: str) -> None:
    impossible = """
        SELECT count(*) FROM shop.orders o LEFT JOIN shop.customers c USING (customer_id)
            LEFT JOIN shop.order_lines l USING (order_id) LEFT JOIN shop.returns r USING (order_line_id)
        WHERE c.joined_on > o.order_date OR o.shipped_at < o.order_date OR r.returned_on < o.order_date
            OR o.shipped_at::date > DATE '2026-08-15' OR r.returned_on > DATE '2026-08-15'
            OR r.quantity > l.quantity OR (o.status = 'open') <> (o.shipped_at IS NULL AND o.channel <> 'walk-in')
            OR l.order_id IS NULL"""
    with psycopg.connect(admin_url) as connection:
        assert connection.execute(impossible).fetchone() == (0,)


def test_it_is_loaded_once_a_day(server: Server) -> None:
    url = server.database("daily")
    today = date(2026, 8, 15)

    assert sample.load(url, today=today)
    assert not sample.load(url, today=today)
    assert sample.load(url, today=today, seed=8)
    assert sample.load(url, today=today + timedelta(days=1), seed=8)
    newest = Warehouse.connect(sample.reader_url(url)).query("SELECT max(order_date) FROM orders")
    assert newest.rows == [["2026-08-16"]]


def test_a_role_that_may_not_create_gets_a_sentence(admin_url: str) -> None:
    with pytest.raises(sample.SampleError, match=r"^The sample data could not be loaded: .*permission denied"):
        sample.load(sample.reader_url(admin_url), today=date(2026, 8, 15))

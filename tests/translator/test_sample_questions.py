"""Questions over the sample warehouse agree with SQL written by hand, whatever the tables are called."""

from __future__ import annotations

import pytest

from .conftest import Shop

SALES = "SUM(l.quantity * l.unit_price * (1 - l.discount))"
LINES = "order_lines l JOIN orders o ON o.order_id = l.order_id"
REGIONS = f"{LINES} JOIN stores s ON s.store_id = o.store_id JOIN regions r ON r.region_id = s.region_id"
PRODUCTS = f"{LINES} JOIN products p ON p.product_id = l.product_id"

UNORDERED = {
    "Show me total sales by region for last quarter": f"""
        SELECT r.name, {SALES} FROM {REGIONS}
        WHERE o.order_date >= '2026-04-01' AND o.order_date < '2026-07-01' GROUP BY r.region_id, r.name""",
    "How many stores are there?": "SELECT COUNT(*) FROM stores",
    "How many business customers are there per city?": """
        SELECT city, COUNT(*) FROM customers WHERE segment = 'business' GROUP BY city""",
    "What is the average list price of products by brand?": """
        SELECT brand, AVG(list_price) FROM products GROUP BY brand""",
    "Number of orders per store in 2025": """
        SELECT s.name, COUNT(*) FROM orders o JOIN stores s ON s.store_id = o.store_id
        WHERE o.order_date BETWEEN '2025-01-01' AND '2025-12-31' GROUP BY s.store_id, s.name""",
    "Refunds by return reason this year": """
        SELECT reason, SUM(refund) FROM returns WHERE returned_on >= '2026-01-01' GROUP BY reason""",
    "How many customers have never placed an order?": """
        SELECT COUNT(*) FROM customers WHERE customer_id NOT IN
        (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)""",
    "Sales by department excluding online orders": f"""
        SELECT c.department, {SALES} FROM {PRODUCTS} JOIN categories c ON c.category_id = p.category_id
        WHERE o.channel <> 'online' GROUP BY c.department""",
    "How many orders were placed in March 2026?": """
        SELECT COUNT(*) FROM orders WHERE order_date >= '2026-03-01' AND order_date < '2026-04-01'""",
    "Units sold per category in the past 30 days": f"""
        SELECT c.name, SUM(l.quantity) FROM {PRODUCTS} JOIN categories c ON c.category_id = p.category_id
        WHERE o.order_date > DATE '2026-08-15' - 30 AND o.order_date <= '2026-08-15' GROUP BY c.category_id, c.name""",
    "Which brands have more than 10 products?": """
        SELECT brand, COUNT(*) FROM products GROUP BY brand HAVING COUNT(*) > 10""",
    "Orders without a coupon yesterday": "SELECT * FROM orders WHERE coupon IS NULL AND order_date = '2026-08-14'",
    "How many customers joined in 2025?": """
        SELECT COUNT(*) FROM customers WHERE joined_on >= '2025-01-01' AND joined_on < '2026-01-01'""",
    "sales and profit by region": f"""
        SELECT r.name, {SALES}, SUM(l.quantity * (l.unit_price * (1 - l.discount) - l.unit_cost))
        FROM {REGIONS} GROUP BY r.region_id, r.name""",
    "Average order value by channel": f"""
        SELECT o.channel, {SALES} / COUNT(DISTINCT o.order_id) FROM {LINES} GROUP BY o.channel""",
    "How many different cities do customers come from?": "SELECT COUNT(DISTINCT city) FROM customers",
    "Which products are heavier than 2 kg?": "SELECT name, weight_kg FROM products WHERE weight_kg > 2",
}

ORDERED = {
    "Total sales by month this year": f"""
        SELECT DATE_TRUNC('month', o.order_date)::date, {SALES} FROM {LINES}
        WHERE o.order_date >= '2026-01-01' GROUP BY 1 ORDER BY 1""",
    "Top 5 products by revenue last month": f"""
        SELECT p.name, {SALES} FROM {PRODUCTS} WHERE o.order_date >= '2026-07-01' AND o.order_date < '2026-08-01'
        GROUP BY p.product_id, p.name ORDER BY 2 DESC LIMIT 5""",
    "Which region had the highest profit last year?": f"""
        SELECT r.name, SUM(l.quantity * (l.unit_price * (1 - l.discount) - l.unit_cost)) FROM {REGIONS}
        WHERE o.order_date >= '2025-01-01' AND o.order_date < '2026-01-01' GROUP BY r.region_id, r.name
        ORDER BY 2 DESC LIMIT 1""",
    "Which store has the largest floor area?": """
        SELECT name, floor_area FROM stores WHERE floor_area IS NOT NULL ORDER BY floor_area DESC, store_id LIMIT 1""",
}


@pytest.fixture(params=["original", "other"])
def shop(request: pytest.FixtureRequest) -> Shop:
    """Both warehouses."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Shop)
    return found


def as_set(rows: list[list[object]]) -> list[str]:
    return sorted(repr([round(cell, 6) if isinstance(cell, float) else cell for cell in row]) for row in rows)


@pytest.mark.parametrize("question", UNORDERED)
def test_same_rows_as_by_hand(shop: Shop, question: str) -> None:
    expected = shop.by_hand(UNORDERED[question])
    assert expected, "a question without an answer proves nothing"
    assert as_set(shop.answer(question)) == as_set(expected)


@pytest.mark.parametrize("question", ORDERED)
def test_same_rows_in_the_same_order(shop: Shop, question: str) -> None:
    expected = shop.by_hand(ORDERED[question])
    assert expected
    assert [as_set([row]) for row in shop.answer(question)] == [as_set([row]) for row in expected]


def test_the_other_warehouse_holds_other_data(original: Shop, other: Shop) -> None:
    question = "Total sales"
    assert original.answer(question) != other.answer(question)
    assert "customers" not in str(getattr(other.translated("How many customers are there?"), "tables", "customers"))

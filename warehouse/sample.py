"""Two years of a retailer's orders, made up: the same for the same seed and day, and ending on that day.

    load(url, today=date.today())      # a superuser's URL; does nothing when it is there already
    Warehouse.connect(reader_url(url))

Because the data ends today, "last quarter" always has some. A new day makes new data.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from troupe.adapters.warehouse import structure_function

SEED = 7
READER = "troupe_reader"
SCHEMA = "shop"
"""What the reader sees."""
ORDERS_A_DAY = 12.8
CUSTOMERS = 1_500

Row = tuple[Any, ...]

# name, manager, weight of its stores
REGIONS = (
    ("North", "Birgit Sørensen", 1.0),
    ("South", "Xaver Grießhaber", 1.5),
    ("East", None, 0.6),
    ("West", "Maeve O'Brien", 2.1),
    ("Central", "Zoë Lindqvist", 1.1),
    ("Islands", None, 0.0),  # no stores yet
)
# region, name, city, floor area in m², weight within the region
STORES = (
    ("North", "Hamburg Altona", "Hamburg", 820, 1.0),
    ("North", "Kiel Harbour", "Kiel", 310, 0.4),
    ("North", "Bremen Quarter", "Bremen", 450, 0.6),
    ("South", "München Sendling", "München", 980, 1.2),
    ("South", "Nürnberg Old Town", "Nürnberg", 520, 0.7),
    ("South", "Freiburg Market", "Freiburg", 270, 0.4),
    ("East", "Leipzig West", "Leipzig", 610, 0.8),
    ("East", "Dresden Neustadt", "Dresden", 480, 0.6),
    ("West", "Köln Ehrenfeld", "Köln", 900, 1.1),
    ("West", "Düsseldorf Bilk", "Düsseldorf", 640, 0.8),
    ("West", "Essen Baker's Yard", "Essen", 390, 0.5),
    ("West", "Aachen Cathedral", "Aachen", 260, 0.3),
    ("Central", "Frankfurt Bornheim", "Frankfurt", 700, 0.9),
    ("Central", "Kassel Depot", "Kassel", None, 0.5),
)
# category, department, weight, share of lines returned, articles with their price in cents
CATEGORIES = (
    ("Coffee", "Food", 1.6, 0.01, (
        ("Ethiopian Espresso", 1490), ("House Blend", 1190), ("Decaf Crema", 1290), ("Cold Brew Can", 349),
        ("Colombian Filter", 1390), ("Instant Sachets", 699), ("Barista Oat Drink", 279), ("Café Crème Pads", 549),
    )),
    ("Tea", "Food", 1.1, 0.01, (
        ("Earl Grey", 649), ("Jasmine Pearls", 1290), ("Rooibos Vanilla", 590), ("Peppermint Leaves", 450),
        ("Darjeeling First Flush", 1790), ("Matcha Powder", 2190), ("Fruit Infusion", 520),
    )),
    ("Chocolate", "Food", 1.4, 0.01, (
        ("Dark 85 %", 329), ("Hazelnut Bar", 299), ("Sea Salt Caramel", 379), ("Praline Box", 1890),
        ("Drinking Chocolate", 849), ("Crème Brûlée Truffles", 1290), ("Advent Calendar", 2490),
    )),
    ("Kitchen", "Home", 1.0, 0.05, (
        ("Chef's Knife", 8900), ("Cast Iron Pan", 5990), ("Espresso Maker", 3490), ("Gooseneck Kettle", 6990),
        ("Mortar and Pestle", 2990), ("Cutting Board", 3290), ("Digital Scale", 2490), ("Salad Spinner", 2190),
        ('Pizza Stone 14"', 3990),
    )),
    ("Lighting", "Home", 0.6, 0.11, (
        ("Desk Lamp", 7990), ("Floor Lamp", 14900), ("String Lights", 1990), ("LED Bulb", 890),
        ("Reading Light", 2790), ("Lantern", 3490), ("Night Light", 1590),
    )),
    ("Textiles", "Home", 0.8, 0.09, (
        ("Wool Blanket", 8990), ("Linen Tea Towel", 1290), ("Cushion Cover", 1990), ("Bath Towel", 2490),
        ("Table Runner", 2290), ("Duvet Cover", 6990), ("Rug 80×150", 11900),
    )),
    ("Stationery", "Leisure", 1.2, 0.02, (
        ("Dot Grid Notebook", 1490), ("Fountain Pen", 4490), ("Ink Bottle", 1290), ("Gel Pens, Set of 6", 990),
        ("Wall Planner", 1890), ("Letter Paper", 1190), ("Washi Tape", 490), ("Pencil Case", 1690),
    )),
    ("Books", "Leisure", 1.3, 0.03, (
        ("The Bread Book", 2990), ("Balcony Gardens", 2490), ("A Walk in Every Season", 1990),
        ("Knots & How to Tie Them", 1490), ("Origami for Beginners", 1290), ("The Tea Atlas", 3490),
        ("Übersee: Stories", 2200), ("Small Houses", 3990),
    )),
    ("Toys", "Leisure", 0.9, 0.08, (
        ("Wooden Train", 4990), ("Building Bricks", 3490), ("Puzzle 1000", 1690), ("Memory Game", 1390),
        ("Plush Bear", 2490), ("Kite", 1990), ("Marble Run", 5990), ("Science Kit", 3990),
    )),
    ("Garden", "Leisure", 0.8, 0.06, (
        ("Pruning Shears", 3290), ("Watering Can", 2690), ("Herb Seeds", 349), ("Terracotta Pot", 1290),
        ("Bird Feeder", 2990), ("Raised Bed", 12900), ("Garden Gloves", 1190), ("Tulip Bulbs", 690),
    )),
)  # fmt: skip
BRANDS = ("Alder & Sons", "Brücke", "Casa Verde", "Nordlys", "Hearth", "Papel", "Tilia")
SEASON = (0.80, 0.82, 0.95, 1.0, 1.02, 0.92, 0.85, 0.84, 0.98, 1.05, 1.35, 1.75)
"""How busy each month is, January first."""
WEEKDAYS = (0.9, 0.9, 0.95, 1.0, 1.15, 1.45, 0.65)
GROWTH = 0.14
"""A year."""
INFLATION = 0.04
"""A year."""
COUPONS = (("WELCOME10", 100), ("FRIENDS5", 50), ("SPRING15", 150))
"""Code and discount in thousandths."""
REASONS = ("damaged", "wrong item", "changed my mind", "too late", 'not as described: "smaller"', None, None)
FIRST_NAMES = (  # noqa: SIM905 - reads better
    "Anna Ben Carla David Elif Finn Greta Hannes Ines Jürgen Katja Lars Mia Nora Oskar Paula Quentin Renée Søren Tim "
    "Ursula Victor Wiebke Xenia Yusuf Zoë Björn Chloé Dörte Emil Fatma Günther Ivana José Łukasz Maeve"
).split()
LAST_NAMES = (  # noqa: SIM905 - reads better
    "Adler Becker Çelik D'Angelo Ebner Fischer García Hoffmann Ivanov Jansen Köhler Lehmann Müller Nowak O'Brien "
    "Petersen Quist Richter Schäfer Turan Ullrich Vogel Weiß Yıldız Zimmermann Ängström Brandt Conrad Dietz Engel "
    "Groß Huber Keller Lorenz Neumann Öztürk Peters Sommer Stein Wagner"
).split()
CITIES = (  # noqa: SIM905 - reads better
    "Hamburg Kiel Bremen Lübeck München Nürnberg Freiburg Augsburg Leipzig Dresden Berlin Erfurt Köln Düsseldorf "
    "Essen Aachen Bonn Münster Frankfurt Kassel Mainz"
).split()


class SampleError(Exception):
    """The sample data cannot be loaded; the message says why."""


def first_day(today: date) -> date:
    """The day after the one two years before: 24 months up to and including today."""
    year = today.year - 2
    before = date(year, 2, 28) if (today.month, today.day) == (2, 29) else today.replace(year=year)
    return before + timedelta(days=1)


def generate(*, today: date, seed: int = SEED) -> dict[str, list[Row]]:
    """All rows by table, in an order in which they can be inserted. Every day has orders, today included."""
    random = Random(f"{seed} {today}")  # noqa: S311 - made-up shopping, not secrets
    start = first_day(today)
    stores = _stores(start, random)
    customers = _customers(start, today, random)
    products = _products(random)
    orders, lines = _orders(start, today, customers, products, random)
    return {
        "shop.regions": [(number, name, manager) for number, (name, manager, _) in enumerate(REGIONS, 1)],
        "shop.stores": stores,
        "shop.customers": customers,
        "shop.categories": [(number, category[0], category[1]) for number, category in enumerate(CATEGORIES, 1)],
        "shop.products": products,
        "shop.orders": orders,
        "shop.order_lines": lines,
        "shop.returns": _returns(orders, lines, products, today, random),
    }


def _stores(start: date, random: Random) -> list[Row]:
    regions = [name for name, _, _ in REGIONS]
    return [
        (number, regions.index(region) + 1, name, city, start - timedelta(days=random.randint(100, 6_000)), area)
        for number, (region, name, city, area, _) in enumerate(STORES, 1)
    ]


def _customers(start: date, today: date, random: Random) -> list[Row]:
    """In the order of joining; half of them before the first order."""
    days = (today - start).days
    joined = sorted(start + timedelta(days=random.randint(-days, days)) for _ in range(CUSTOMERS))
    rows: list[Row] = []
    for number, day in enumerate(joined, 1):
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        segment = random.choices(("consumer", "business", "education"), (82, 12, 6))[0]
        email = None if random.random() < 0.04 else f"customer{number}@example.com"
        city = None if random.random() < 0.03 else random.choice(CITIES)
        born = random.randint(today.year - 85, today.year - 18)
        known = segment == "consumer" and random.random() < 0.8
        rows.append((number, first, last, email, city, segment, born if known else None, random.random() < 0.35, day))
    return rows


def _products(random: Random) -> list[Row]:
    rows: list[Row] = []
    for category, (_, _, _, _, articles) in enumerate(CATEGORIES, 1):
        for name, price in articles:
            weight = None if random.random() < 0.08 else f"{random.randint(40, 9_000) / 1000:.3f}"
            gone = random.random() < 0.06
            rows.append((len(rows) + 1, category, name, random.choice(BRANDS), _euros(price), weight, gone))
    return rows


def _orders(
    start: date, today: date, customers: list[Row], products: list[Row], random: Random
) -> tuple[list[Row], list[Row]]:
    region_weight = {name: weight for name, _, weight in REGIONS}
    store_weights = [region_weight[region] * weight for region, _, _, _, weight in STORES]
    joined = [customer[-1] for customer in customers]
    cents = [price for _, _, _, _, articles in CATEGORIES for _, price in articles]
    # Cheap things sell more often.
    appeal = [CATEGORIES[product[1] - 1][2] / math.sqrt(price) for product, price in zip(products, cents, strict=True)]
    cost_percent = [random.randint(38, 66) for _ in cents]
    still_sold = [0.0 if product[-1] else weight for product, weight in zip(products, appeal, strict=True)]
    orders: list[Row] = []
    lines: list[Row] = []
    for age in range((today - start).days, -1, -1):
        day = today - timedelta(days=age)
        busy = ORDERS_A_DAY * SEASON[day.month - 1] * WEEKDAYS[day.weekday()] * (1 + GROWTH * (1 - age / 365))
        for _ in range(max(1, round(random.gauss(busy, math.sqrt(busy) / 2)))):
            order = len(orders) + 1
            channel = random.choices(("walk-in", "online", "phone"), (55, 38, 7))[0]
            anonymous = channel == "walk-in" and random.random() < 0.4
            customer = None if anonymous else customers[random.randrange(bisect_right(joined, day))]
            code, off = _coupon(day, random)
            shipped_at, status = _shipping(day, today, channel, random)
            store = random.choices(range(1, len(STORES) + 1), store_weights)[0]
            orders.append((order, customer and customer[0], store, day, channel, status, code, shipped_at))
            business = customer is not None and customer[5] != "consumer"
            weights = still_sold if age < 200 else appeal
            for product in dict.fromkeys(random.choices(range(len(products)), weights, k=_basket(random))):
                quantity = random.choices((1, 2, 3, 4, 6), (60, 22, 9, 5, 4))[0]
                quantity *= random.randint(1, 5) if business else 1
                discount = f"{(off + (50 if quantity >= 6 else 0)) / 1000:.3f}"
                price = round(cents[product] * (1 - INFLATION * age / 365))
                cost = price * cost_percent[product] // 100
                lines.append((len(lines) + 1, order, product + 1, quantity, _euros(price), _euros(cost), discount))
    return orders, lines


def _basket(random: Random) -> int:
    return random.choices((1, 2, 3, 4, 5, 7), (27, 27, 20, 13, 8, 5))[0]


def _coupon(day: date, random: Random) -> tuple[str | None, int]:
    if day.month == 11 and day.day > 20 and random.random() < 0.5:
        return "BLACKFRIDAY", 200
    return random.choice(COUPONS) if random.random() < 0.12 else (None, 0)


def _shipping(day: date, today: date, channel: str, random: Random) -> tuple[datetime | None, str]:
    if channel == "walk-in":
        return None, "completed"
    sent = day + timedelta(days=random.randint(1, 3))
    if sent > today:
        return None, "open"
    moment = datetime.combine(sent, time(random.randint(6, 18), random.randint(0, 59)), UTC)
    return moment, "completed" if (today - sent).days > 6 else "shipped"


def _returns(orders: list[Row], lines: list[Row], products: list[Row], today: date, random: Random) -> list[Row]:
    rows: list[Row] = []
    for line, order, product, quantity, price, _, discount in lines:
        back_on = orders[order - 1][3] + timedelta(days=random.randint(2, 30))
        if back_on > today or random.random() > CATEGORIES[products[product - 1][1] - 1][3]:
            continue
        pieces = random.randint(1, quantity)
        refund = _euros(round(pieces * float(price) * (1 - float(discount)) * 100))
        rows.append((len(rows) + 1, line, back_on, pieces, random.choice(REASONS), refund))
    return rows


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def load(url: str, *, today: date, seed: int = SEED) -> bool:
    """Puts the data of that day into the database, unless it is there; says whether it did.

    The URL is a superuser's: the role of the readers is made too. All or nothing, one process at a time,
    in about two seconds. Raises SampleError.
    """
    import psycopg

    try:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('troupe sample data'))")
            if _is_loaded(connection, today, seed):
                return False
            _fill(connection, today, seed)
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        raise SampleError(f"The sample data could not be loaded: {said}") from error
    return True


def _version() -> str:
    """Changes with anything that decides what is loaded, so that an edit here needs no second thought."""
    folder = Path(__file__).parent
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("schema.sql", "reader.sql", "sample.py")]
    return sha256("\0".join([*texts, structure_function(SCHEMA)]).encode()).hexdigest()


def _is_loaded(connection: Any, today: date, seed: int) -> bool:
    if connection.execute("SELECT to_regclass('internal.loaded')").fetchone()[0] is None:
        return False
    found = connection.execute("SELECT seed, today, version FROM internal.loaded").fetchall()
    return bool(found == [(seed, today, _version())])


def _fill(connection: Any, today: date, seed: int) -> None:
    folder = Path(__file__).parent
    connection.execute("DROP SCHEMA IF EXISTS shop, internal CASCADE")
    connection.execute((folder / "schema.sql").read_text(encoding="utf-8"))
    tables = generate(today=today, seed=seed)
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        _fill_internal(cursor, seed)
    lines = len(tables["shop.order_lines"])
    connection.execute("INSERT INTO internal.loaded VALUES (%s, %s, %s, %s)", [seed, today, _version(), lines])
    connection.execute((folder / "reader.sql").read_text(encoding="utf-8"))
    connection.execute(structure_function(SCHEMA))
    connection.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} TO {READER}")
    connection.execute("ANALYZE")


def _fill_internal(cursor: Any, seed: int) -> None:
    people, keys = internal(seed)
    cursor.executemany("INSERT INTO internal.employees (name, salary) VALUES (%s, %s)", people)
    cursor.executemany("INSERT INTO internal.api_keys (owner, secret) VALUES (%s, %s)", keys)


def internal(seed: int = SEED) -> tuple[list[Row], list[Row]]:
    """What questions must never see: name and salary of employees, owner and secret of keys."""
    random = Random(seed)  # noqa: S311 - made up
    people: list[Row] = [
        (f"{first} {last}", random.randint(30_000, 90_000))
        for first, last in zip(FIRST_NAMES, LAST_NAMES, strict=False)
    ]
    keys: list[Row] = [(owner, f"not-a-real-key-{random.getrandbits(64):016x}") for owner, _ in people[:5]]
    return people, keys


def reader_url(url: str) -> str:
    """The same database as the role under which questions run."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{READER}@{host}"))

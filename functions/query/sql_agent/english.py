"""What English itself knows: words that mean nothing alone, words that mean the same, adjectives that compare.

General knowledge of the language only; nothing here knows any particular data.
"""

from __future__ import annotations

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "num": ("number",), "nr": ("number",), "no": ("number",), "cnt": ("count",), "qty": ("quantity",),
    "amt": ("amount",), "dept": ("department",), "emp": ("employee",), "cust": ("customer",), "prod": ("product",),
    "addr": ("address",), "desc": ("description",), "descr": ("description",), "fname": ("first", "name"),
    "lname": ("last", "name"), "firstname": ("first", "name"), "lastname": ("last", "name"),
    "dob": ("birth", "date"), "birthdate": ("birth", "date"), "birthday": ("birth", "date"), "yr": ("year",),
    "avg": ("average",), "min": ("minimum",), "max": ("maximum",), "pct": ("percent",), "stu": ("student",),
    "tx": ("transaction",), "txn": ("transaction",), "crtd": ("created",), "acct": ("account",), "mgr": ("manager",),
    "org": ("organization",), "govt": ("government",), "tel": ("telephone",), "msg": ("message",), "ctry": ("country",),
    "sku": ("sku",), "img": ("image",), "pwd": ("password",), "mo": ("month",), "hr": ("hour",), "cat": ("category",),
    "dest": ("destination",), "src": ("source",), "mpg": ("mile", "per", "gallon"), "tourney": ("tournament",),
    "temp": ("temperature",), "lat": ("latitude",), "lng": ("longitude",), "lon": ("longitude",),
    "inv": ("invoice",), "ord": ("order",), "username": ("user", "name"), "zipcode": ("zip", "code"),
    "postcode": ("postal", "code"), "hometown": ("hometown",), "fullname": ("full", "name"),
}  # fmt: skip

TABLE_DECORATION = {
    "ref", "tbl", "dim", "fact", "lkp", "lookup", "tb", "t", "v", "vw", "stg", "daily", "history", "log", "info",
    "data", "table", "detail", "record", "list", "master", "snapshot",
}  # fmt: skip

UNIT_WORDS: dict[str, str] = {
    "million": "million", "thousand": "thousand", "billion": "billion", "usd": "USD", "dollar": "USD", "eur": "EUR",
    "euro": "EUR", "gbp": "GBP", "percent": "%", "percentage": "%", "kg": "kg", "kilogram": "kg", "gram": "g",
    "lb": "lb", "pound": "lb", "cm": "cm", "meter": "m", "km": "km", "mile": "mile", "feet": "ft", "foot": "ft",
    "second": "s", "sec": "s", "millisecond": "ms", "ms": "ms", "minute": "min", "hour": "h", "byte": "byte",
    "kb": "kB", "mb": "MB", "gb": "GB", "inch": "in", "day": "day", "week": "week",
}  # fmt: skip

SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0, "week": 604800.0}
BYTES = {"byte": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}
METERS = {"cm": 0.01, "m": 1.0, "km": 1000.0, "mile": 1609.344, "ft": 0.3048, "in": 0.0254}
GRAMS = {"g": 1.0, "kg": 1000.0, "lb": 453.59237}
MONEY = {"USD", "EUR", "GBP", "JPY"}
QUANTITIES = (SECONDS, BYTES, METERS, GRAMS)

SAME_COLUMN: tuple[tuple[str, ...], ...] = (
    ("gender", "sex"), ("country", "nation"), ("nationality", "citizenship", "nation"), ("city", "town"),
    ("phone", "telephone", "phone number", "telephone number"), ("email", "email address", "mail address"),
    ("salary", "wage"), ("last name", "surname", "family name"), ("first name", "given name", "forename"),
    ("zip code", "postal code", "zip", "postcode"), ("birth date", "date of birth", "birthday", "birthdate"),
    ("type", "kind"), ("job title", "position"), ("quantity", "unit"), ("capacity", "number of seat"),
    ("description", "detail"), ("name", "title"), ("state", "province"), ("price", "cost"), ("rating", "score"),
    ("rank", "ranking"),
    ("hometown", "home town"), ("amount", "value"), ("id", "identifier"), ("website", "web site", "url"),
    ("founded", "founding"), ("open", "opening", "opened"), ("duration", "length", "runtime", "playing time"),
    ("year", "release year"), ("created", "creation"), ("signup date", "created at"), ("make", "brand"),
    ("color", "colour"), ("cell phone", "cell number", "mobile number", "mobile phone"),
)  # fmt: skip

SAME_TABLE: tuple[tuple[str, ...], ...] = (
    ("shop", "store"), ("employee", "worker", "staff member", "staff"), ("customer", "client"), ("car", "vehicle"),
    ("movie", "film"), ("person", "individual"), ("product", "item"), ("student", "pupil"), ("order", "purchase"),
    ("supplier", "vendor"), ("teacher", "instructor"), ("doctor", "physician"), ("school", "college"),
    ("apartment", "flat"), ("airplane", "aircraft", "plane"), ("song", "track"), ("singer", "vocalist"),
)  # fmt: skip

AGENTS = {
    "artist", "person", "company", "band", "group", "student", "merchant", "client", "firm", "staff", "team",
    "agent", "musician", "guest", "patient", "pilot", "publisher", "brand", "rep", "representative", "user",
    "member", "salesperson", "chef", "coach", "judge", "clerk", "assistant", "technician", "physician", "club",
}  # fmt: skip

FILLER = {
    "please", "the", "a", "an", "there", "exist", "our", "us", "me", "we", "you", "i", "in total", "overall",
    "altogether", "respectively", "corresponding", "respective", "also", "any", "all", "every", "both", "then",
    "so", "well", "thanks", "thank", "kindly", "hi", "hello", "hey", "of", "just", "exactly", "do", "be", "it",
    "database", "dataset", "system", "currently", "that", "which", "ok", "okay", "some",
}  # fmt: skip

REQUEST = {
    "show", "list", "give", "find", "return", "display", "get", "tell", "provide", "select", "report", "retrieve",
    "fetch", "compute", "calculate", "present", "name", "see", "know", "view", "pull", "print", "output", "identify",
    "determine", "state", "write", "want", "need", "like", "let", "can", "could", "would", "will", "search",
}  # fmt: skip

RELATION_VERBS = {
    "have", "own", "possess", "hold", "contain", "include", "belong", "come", "live", "reside", "locate", "base",
    "make", "place", "sell", "buy", "purchase", "order", "get", "receive", "give", "take", "play", "perform",
    "participate", "attend", "visit", "join", "teach", "study", "enroll", "enrol", "work", "employ", "hire",
    "manage", "run", "operate", "lead", "direct", "write", "compose", "record", "produce", "publish", "release",
    "issue", "offer", "provide", "use", "create", "sign", "register", "bill", "assign", "associate", "relate", "link",
    "connect", "appear", "occur", "happen", "exist", "feature", "feed", "serve", "support", "host", "stay",
    "book", "rent", "fly", "travel", "arrive", "depart", "conduct", "sing", "act", "star", "win", "earn", "generate",
    "bring", "spend", "pay", "contribute", "submit", "send", "post", "add", "put", "carry", "stock", "supply", "ship",
    "deliver", "share", "drive", "ride", "treat", "prescribe", "build", "design", "arrange", "list", "award", "charge",
    "do", "go", "keep", "member", "organize", "compete", "coach", "train", "enter", "complete", "found", "open",
    "return", "report", "handle", "log", "originate", "see", "fall", "represent", "describe", "cover", "apply",
    "author", "edit", "review", "rate", "follow", "like", "watch", "borrow", "check", "reserve", "accept", "store",
    "acquire", "obtain", "loan", "lend", "speak", "become", "bear", "die", "schedule", "held", "start", "grow",
    "raise", "adopt",
    "concern", "call", "correspond",
}  # fmt: skip

SPEND_VERBS = {"spend", "pay"}
EARN_VERBS = {"sell", "earn", "make", "generate", "bring", "gross"}
PLACE_VERBS = {"live", "reside", "locate", "base", "come", "originate", "bear"}

DIRECTION_UP = {"ascending", "increasing", "asc", "ascend", "alphabetical", "alphabetically", "chronological",
                "chronologically", "rising", "lexicographical", "lexicographic"}  # fmt: skip
DIRECTION_DOWN = {"descending", "decreasing", "desc", "descend", "falling"}

AGGREGATES: dict[str, str] = {
    "average": "avg", "mean": "avg", "avg": "avg", "total": "sum", "sum": "sum", "combined": "sum", "overall": "sum",
    "maximum": "max", "max": "max", "highest": "max", "largest": "max", "greatest": "max", "biggest": "max",
    "minimum": "min", "min": "min", "lowest": "min", "smallest": "min", "median": "median", "cheapest": "min",
    "longest": "max", "shortest": "min", "earliest": "min", "latest": "max", "oldest": "max", "youngest": "min",
}  # fmt: skip
PURE_AGGREGATES = {"average", "mean", "avg", "total", "sum", "combined", "maximum", "max", "minimum", "min", "median"}

ADJECTIVES: dict[str, tuple[tuple[str, ...], str]] = {
    # adjective: the attributes it can speak of, and whether more of it is more or less of the attribute
    "old": (("age", "-birth date", "-birth year", "-birthday", "-year", "-founded", "-open year", "-opened on",
             "-opening date", "-built"), "up"),
    "young": (("age", "-birth date", "-birth year", "-birthday"), "down"),
    "long": (("length", "duration", "millisecond", "second", "minute", "runtime", "playing time", "time"), "up"),
    "short": (("length", "duration", "millisecond", "second", "minute", "runtime", "playing time", "height",
               "time"), "down"),
    "tall": (("height",), "up"),
    "high": (("height", "elevation", "altitude"), "up"),
    "heavy": (("weight", "mass"), "up"),
    "light": (("weight", "mass"), "down"),
    "expensive": (("price", "cost", "unit price", "list price", "fee", "amount"), "up"),
    "pricey": (("price", "cost", "unit price"), "up"),
    "costly": (("price", "cost", "unit price"), "up"),
    "cheap": (("price", "cost", "unit price", "list price", "fee"), "down"),
    "paid": (("salary", "wage", "pay", "income"), "up"),
    "rich": (("net worth", "wealth", "income", "salary", "earnings"), "up"),
    "fast": (("speed", "-time", "horsepower"), "up"),
    "slow": (("speed", "-time"), "down"),
    "large": (("size", "area", "total", "amount", "population", "capacity"), "up"),
    "big": (("size", "area", "total", "amount", "population", "capacity"), "up"),
    "great": (("total", "amount"), "up"),
    "small": (("size", "area", "total", "amount", "population", "capacity"), "down"),
    "populous": (("population",), "up"),
    "new": (("@date", "year"), "up"),
    "recent": (("@date", "year"), "up"),
    "late": (("@date", "year"), "up"),
    "early": (("@date", "year"), "down"),
}  # fmt: skip

IRREGULAR_DEGREES: dict[str, tuple[str, str]] = {
    "oldest": ("old", "most"), "older": ("old", "more"), "youngest": ("young", "most"), "younger": ("young", "more"),
    "longest": ("long", "most"), "longer": ("long", "more"), "shortest": ("short", "most"),
    "shorter": ("short", "more"), "tallest": ("tall", "most"), "taller": ("tall", "more"),
    "heaviest": ("heavy", "most"), "heavier": ("heavy", "more"), "lightest": ("light", "most"),
    "lighter": ("light", "more"), "cheapest": ("cheap", "most"), "cheaper": ("cheap", "more"),
    "richest": ("rich", "most"), "richer": ("rich", "more"), "fastest": ("fast", "most"), "faster": ("fast", "more"),
    "slowest": ("slow", "most"), "slower": ("slow", "more"), "largest": ("large", "most"), "larger": ("large", "more"),
    "biggest": ("big", "most"), "bigger": ("big", "more"), "smallest": ("small", "most"),
    "smaller": ("small", "more"), "newest": ("new", "most"), "newer": ("new", "more"), "latest": ("late", "most"),
    "later": ("late", "more"), "earliest": ("early", "most"), "earlier": ("early", "more"), "greatest":
    ("great", "most"), "highest": ("high", "most"), "higher": ("high", "more"),
}  # fmt: skip

MORE = {"more", "greater", "higher", "larger", "bigger", "over", "above", "exceed", "exceeding", "exceeds", "older",
        "heavier", "taller", "longer", "beyond"}  # fmt: skip
FEWER = {"less", "fewer", "lower", "smaller", "below", "under", "younger", "lighter", "shorter", "cheaper", "beneath"}

DEMONYMS: dict[str, str] = {
    "french": "France", "german": "Germany", "british": "United Kingdom", "english": "England", "american": "USA",
    "italian": "Italy", "spanish": "Spain", "dutch": "Netherlands", "belgian": "Belgium", "swiss": "Switzerland",
    "austrian": "Austria", "polish": "Poland", "russian": "Russia", "chinese": "China", "japanese": "Japan",
    "korean": "Korea", "indian": "India", "brazilian": "Brazil", "canadian": "Canada", "mexican": "Mexico",
    "australian": "Australia", "swedish": "Sweden", "norwegian": "Norway", "danish": "Denmark", "finnish": "Finland",
    "irish": "Ireland", "scottish": "Scotland", "portuguese": "Portugal", "greek": "Greece", "turkish": "Turkey",
    "argentinian": "Argentina", "argentine": "Argentina", "chilean": "Chile", "czech": "Czech Republic",
    "hungarian": "Hungary", "romanian": "Romania", "bulgarian": "Bulgaria", "ukrainian": "Ukraine",
    "egyptian": "Egypt", "israeli": "Israel", "thai": "Thailand", "vietnamese": "Vietnam", "kenyan": "Kenya",
    "nigerian": "Nigeria", "croatian": "Croatia", "serbian": "Serbia", "icelandic": "Iceland", "welsh": "Wales",
}  # fmt: skip

SAME_VALUES: tuple[tuple[str, ...], ...] = (
    ("usa", "us", "united states", "united states of america", "u s a", "u s", "america", "american"),
    ("uk", "united kingdom", "great britain", "britain", "u k", "gb"),
    ("male", "m", "man"), ("female", "f", "woman"), ("yes", "y", "true", "t"), ("no", "n", "false"),
    ("success", "successful"), ("failed", "failure", "unsuccessful"), ("cancelled", "canceled"),
    ("uae", "united arab emirates"), ("czech republic", "czechia"),
)  # fmt: skip

PAST = {
    "sold", "bought", "made", "taught", "held", "won", "paid", "sent", "built", "written", "given", "born", "sung",
    "led", "run", "known", "taken", "driven", "spent", "put", "kept", "got", "wrote", "gave", "took", "ran",
    "drove", "sang", "spoken",
    "met", "flew", "flown", "came", "went", "left", "brought", "lent", "began", "chosen", "drawn", "drew",
}  # fmt: skip

NOUNS_OF_VERBS: dict[str, tuple[str, ...]] = {
    "bear": ("birth",), "die": ("death", "deceased"), "sell": ("sale", "sold"), "buy": ("purchase", "bought"),
    "begin": ("start",), "leave": ("leave", "termination", "end"), "fire": ("termination", "fired"),
    "join": ("join", "joined", "signup", "registration"), "pay": ("payment", "paid"), "arrive": ("arrival",),
    "depart": ("departure",), "build": ("built", "construction"), "establish": ("founded", "establishment"),
    "found": ("founded", "foundation"), "order": ("order", "ordered"), "ship": ("shipment", "shipped", "shipping"),
    "sign": ("signup", "signed"), "end": ("end", "finish"), "make": ("made",), "create": ("creation", "created"),
}  # fmt: skip

NOT_AGENTS = {
    "order", "number", "paper", "letter", "offer", "transfer", "folder", "computer", "printer", "tower", "river",
    "chapter", "center", "weather", "error", "floor", "color", "sensor", "monitor", "motor", "factor", "sector",
    "vector", "corridor", "voucher", "register", "ledger", "newsletter", "poster", "server", "router", "trailer",
    "container", "cluster", "quarter", "semester", "character", "theater", "power", "layer", "tender", "reminder",
    "calendar", "employment", "list", "playlist", "degree", "fee", "committee", "tree", "coffee", "meter", "parameter",
    "header", "footer", "marker", "counter", "timer", "trigger", "filter", "sticker", "burger", "prior", "elevator",
}  # fmt: skip

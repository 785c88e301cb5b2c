"""What EventBridge delivers and what it does not, operator by operator.

Each table row is one field's array in the pattern, the values that it takes, and the values that it leaves.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from troupe.choreography.patterns import InvalidPattern, compile, matches

ABSENT = object()


def takes(accepted: list[object], value: object) -> bool:
    return matches({"field": accepted}, {} if value is ABSENT else {"field": value})


EXACT = [
    (["north"], ["north", ["south", "north"]], ["North", "north ", "nort", "", None, True, ABSENT, {"north": 1}]),
    ([""], [""], [None, [], " ", ABSENT]),
    ([1], [1, 1.0, [0, 1]], [True, "1", 1.5, None, ABSENT]),
    ([300], [300, 300.0, 3.0e2], ["300", 3000]),
    ([0], [0, 0.0, -0.0], [False, "", None, []]),
    ([-12.75], [-12.75], [12.75, "-12.75"]),
    (["1"], ["1"], [1, True]),
    ([True], [True], [1, "true", False]),
    ([False], [False], [0, "false", None, ABSENT]),
    ([None], [None, [1, None]], ["null", "", 0, False, ABSENT, [], {}]),
    (["null", "true"], ["null", "true"], [None, True]),
    (["a", 2, None], ["a", 2, None], ["2", "b"]),
    ([{"exactly": "north"}], ["north"], ["North", 1]),
    (['🎭 <id> "q" \\ \n'], ['🎭 <id> "q" \\ \n'], ["🎭 <id> q"]),
]

EXACT_NUMBERS = [
    # Not the shortest form of a double: equal only digit by digit.
    ([12345678901234567891], [12345678901234567891], [12345678901234567890, 1.2345678901234567e19]),
    ([2**60], [2**60], [float(2**60), 2**60 + 1]),
    ([2**53], [2**53, float(2**53)], [2**53 + 1]),
    ([10**400], [10**400], [10**399, "1"]),
    ([0.1], [0.1], [0.10000000000000002, 0.30000000000000004]),
]

TEXT = [
    ([{"prefix": "eu-"}], ["eu-", "eu-west-1"], ["EU-west-1", "us-eu-", "", None, ABSENT]),
    ([{"prefix": ""}], ["", "anything"], [1, None, True, [], ABSENT]),
    ([{"prefix": '"'}], ["", '"quoted"'], ["unquoted"]),
    ([{"suffix": ".png"}], [".png", "a.b.png"], ["a.PNG", ".pngs", 1]),
    ([{"suffix": ""}], ["", "anything"], [1, None, ABSENT]),
    ([{"suffix": "á"}], ["olá"], ["ola", "olã"]),
    ([{"prefix": {"equals-ignore-case": "Eventb"}}], ["eventb", "EVENTBridge"], ["event", "xeventb", 1]),
    ([{"suffix": {"equals-ignore-case": ".PnG"}}], [".png", "A.PNG", "x.pNg"], ["png", "a.png ", '.png"s']),
    ([{"equals-ignore-case": "aLiCe"}], ["alice", "ALICE", "aLiCe"], ["alic", "alice ", None]),
    ([{"equals-ignore-case": ""}], [""], [" ", None]),
    ([{"equals-ignore-case": "ŒUVRE 7"}], ["œuvre 7", "Œuvre 7"], ["oeuvre 7"]),
    ([{"equals-ignore-case": "a.c"}], ["A.C"], ["abc"]),
]

# Case is judged character by character, by the lower-case and upper-case forms of the pattern's characters.
TEXT_IN_ODD_CASES = [
    ([{"equals-ignore-case": "straße"}], ["STRASSE", "straße", "StraSSe"], ["strasse", "straẞe"]),
    ([{"equals-ignore-case": "strasse"}], ["STRASSE", "strasse"], ["straße"]),
    ([{"equals-ignore-case": "k"}], ["k", "K"], ["\N{KELVIN SIGN}"]),
    ([{"equals-ignore-case": "\N{LATIN CAPITAL LETTER D WITH SMALL LETTER Z WITH CARON}"}], ["ǆ", "Ǆ"], ["ǅ"]),
    ([{"equals-ignore-case": "ok 🎭"}], ["ok ??", "OK ??"], ["ok 🎭"]),
]

WILDCARD = [
    ([{"wildcard": "*/lib/*"}], ["/lib/", "usr/lib/x"], ["lib", "/LIB/", 1, None]),
    ([{"wildcard": "*"}], ["", "anything", "line\nbreak"], [1, None, True, ABSENT]),
    ([{"wildcard": ""}], [""], ["x"]),
    ([{"wildcard": "plain"}], ["plain"], ["plains", "Plain"]),
    ([{"wildcard": "ab*ba"}], ["abba", "abxba"], ["aba", "ab", "ba"]),
    ([{"wildcard": "a*b*c"}], ["abc", "axbxc", "abcbc"], ["acb", "ab", "abcd"]),
    ([{"wildcard": "a*b*b"}], ["abb", "axbxb"], ["ab", "b"]),
    ([{"wildcard": "*ana*ana*"}], ["ananana", "ana-ana"], ["banana", "anan"]),
    ([{"wildcard": r"a\*b*"}], ["a*b", "a*bc"], ["axb", r"a\*b"]),
    ([{"wildcard": r"C:\\*"}], ["C:\\", "C:\\temp"], ["C:", "C:temp"]),
    ([{"wildcard": "été*"}], ["été", "étés"], ["ete"]),
]

NUMERIC = [
    ([{"numeric": ["=", 301.8]}], [301.8, 3.018e2], [301, "301.8", None, ABSENT]),
    ([{"numeric": [">", 0, "<=", 5]}], [0.0001, 5, 5.0], [0, -0.0, 5.0001, "3", True]),
    ([{"numeric": [">=", -5, "<", 5]}], [-5, 0, 4.999], [5, -5.001]),
    ([{"numeric": ["<", 10]}], [-1e300, 9], [10, "9", False, None]),
    ([{"numeric": ["<=", 10]}], [10, -1], [11]),
    ([{"numeric": [">", 10]}], [11, 1e308], [10, 9]),
    ([{"numeric": [">=", 10]}], [10, [1, 20]], [9, [1, 2]]),
    ([{"numeric": [">", 1, "<", 1.0000000000000002]}], [], [1, 1.0000000000000002]),
    ([{"numeric": [">", 0]}], [2**53], [2**60, 10**400]),
    ([{"numeric": ["<", 2]}, "x"], [1, "x"], [3, "1"]),
]

ANYTHING_BUT = [
    (
        [{"anything-but": "initializing"}],
        ["running", "", 1, None, True, ["initializing", "x"]],
        ["initializing", ABSENT],
    ),
    ([{"anything-but": ["a", "b"]}], ["c", "ab", 0, None], ["a", "b", ["a", "b"], [], {}, ABSENT]),
    ([{"anything-but": 123}], [124, "123", None, False], [123, 123.0, ABSENT]),
    ([{"anything-but": [100, 2.5]}], [101, "100"], [100, 1e2, 2.5]),
    ([{"anything-but": {"prefix": "us-"}}], ["eu-1", "US-1", "", 1, None], ["us-", "us-east-1", ABSENT]),
    ([{"anything-but": {"prefix": ["us-", "eu-"]}}], ["ap-1"], ["us-1", "eu-1"]),
    ([{"anything-but": {"suffix": ".png"}}], ["a.PNG", "png", 1], ["a.png", ".png"]),
    ([{"anything-but": {"suffix": [".png", ".jpg"]}}], ["a.gif"], ["a.png", "b.jpg"]),
    ([{"anything-but": {"equals-ignore-case": "Initializing"}}], ["running", 1], ["initializing", "INITIALIZING"]),
    ([{"anything-but": {"equals-ignore-case": ["Yes", "no"]}}], ["maybe", None], ["YES", "No"]),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], ["/bin/", 1], ["/lib/", "a/lib/b"]),
    ([{"anything-but": {"wildcard": ["a*", "*z"]}}], ["bcd"], ["abc", "xyz"]),
    ([{"anything-but": "192.0.2.7"}], ["192.0.2.8", "192.0.2.007"], ["192.0.2.7"]),
    ([{"anything-but": 2**53}], [2**60], [2**53]),
]

ADDRESS = [
    ([{"cidr": "198.51.100.0/24"}], ["198.51.100.0", "198.51.100.255"], ["198.51.101.0", "198.51.100", "x", 1, ABSENT]),
    ([{"cidr": "198.51.100.77/24"}], ["198.51.100.3"], ["198.51.99.77"]),
    ([{"cidr": "198.51.100.9/31"}], ["198.51.100.8", "198.51.100.9"], ["198.51.100.10"]),
    ([{"cidr": "0.0.0.0/0"}], ["255.255.255.255", "0.0.0.0"], ["256.1.1.1", "1.2.3", None]),
    ([{"cidr": "2001:db8:7::/48"}], ["2001:db8:7::1", "2001:DB8:7:ffff::"], ["2001:db8:8::", "2001:db8:7::1::"]),
    # A plain string that is an address is compared as one, however it is written.
    (["198.51.100.7"], ["198.51.100.7", "198.051.100.007", "::ffff:c633:6407"], ["0198.051.100.007", "x"]),
    (["2001:db8::a"], ["2001:db8::a", "2001:0DB8:0:0::000A"], ["2001:db8::b"]),
    (["198.51.100.777"], ["198.51.100.777"], ["198.51.100.77"]),
    ([{"anything-but": "198.51.100.7"}, {"cidr": "10.0.0.0/8"}], ["10.0.0.7", "198.51.100.8"], ["198.51.100.7"]),
    ([{"exactly": "198.51.100.7"}], ["198.51.100.7"], ["198.051.100.007"]),
]

EXISTS = [
    ([{"exists": True}], ["", 0, None, False, [1], [[], "x"]], [ABSENT, [], {}, {"inner": 1}, [[]]]),
    ([{"exists": False}], [ABSENT, [], {}, {"inner": 1}, [{}]], ["", 0, None, False, [None]]),
    ([{"exists": False}, "x"], [ABSENT, "x", ["y", "x"]], ["y", None]),
    ([{"exists": False}, {"exists": True}], [ABSENT, "x", None, []], []),
    ([None, {"exists": False}], [None, ABSENT], ["x"]),
    ([{"exists": True}, {"numeric": ["<", 0]}], [5, "x"], [ABSENT]),
]

TABLES = [EXACT, EXACT_NUMBERS, TEXT, TEXT_IN_ODD_CASES, WILDCARD, NUMERIC, ANYTHING_BUT, ADDRESS, EXISTS]
ROWS = [row for table in TABLES for row in table]


@pytest.mark.parametrize(("accepted", "taken", "left"), ROWS, ids=[str(row[0])[:70] for row in ROWS])
def test_one_field(accepted: list[object], taken: list[object], left: list[object]) -> None:
    assert [value for value in taken if not takes(accepted, value)] == []
    assert [value for value in left if takes(accepted, value)] == []


def test_numbers_are_equal_in_every_form_that_json_has() -> None:
    forms = ["300", "300.0", "3.0e2", "3E+2", "0.3e3", "30000E-2"]
    for form in forms:
        pattern = compile(json.loads(f'{{"limit": [{form}]}}'))
        assert all(pattern.matches(json.loads(f'{{"limit": {other}}}')) for other in forms)


EC2 = {
    "version": "0",
    "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "111122223333",
    "time": "2017-12-22T18:43:48Z",
    "region": "us-west-1",
    "resources": ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
    "detail": {"instance-id": "i-1234567890abcdef0", "state": "terminated"},
}
"""The event with which AWS's user guide explains patterns."""


@pytest.mark.parametrize(
    ("pattern", "delivered"),
    [
        ({"source": ["aws.ec2"]}, True),
        ({"source": ["aws.ec2", "aws.fargate"]}, True),
        ({"source": ["aws.ec2"], "detail-type": [EC2["detail-type"]]}, True),
        ({"source": ["aws.ec2"], "detail": {"state": ["terminated"]}}, True),
        ({"source": ["aws.ec2"], "detail": {"state": ["running"]}}, False),
        ({"source": ["aws.ec2"], "detail": {"state": ["terminated"], "reason": ["spot"]}}, False),
        ({"time": [{"prefix": "2017-12-22"}], "region": [{"anything-but": {"prefix": "eu-"}}]}, True),
        ({"resources": [{"suffix": "i-1234567890abcdef0"}]}, True),
        ({"resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f"]}, False),
        ({"detail": {"state": [{"anything-but": ["stopped", "overloaded"]}]}}, True),
        ({"detail": {"instance-id": [{"exists": True}], "state": [{"exists": False}]}}, False),
        ({"replay-name": [{"exists": False}]}, True),
        ({"detail": {"instance-id": {"deeper": [{"exists": False}]}}}, True),
        ({"detail.state": ["terminated"]}, True),
        ({"account": [111122223333]}, False),
    ],
)
def test_the_envelope(pattern: dict[str, object], delivered: bool) -> None:
    assert matches(pattern, EC2) is delivered


OR = {"source": ["aws.metrics"], "$or": [{"name": ["Cpu"]}, {"kind": ["Metric"], "space": [{"prefix": "AWS/"}]}]}


@pytest.mark.parametrize(
    ("pattern", "event", "delivered"),
    [
        (OR, {"source": "aws.metrics", "name": "Cpu"}, True),
        (OR, {"source": "aws.metrics", "kind": "Metric", "space": "AWS/EC2"}, True),
        (OR, {"source": "aws.metrics", "kind": "Metric"}, False),
        (OR, {"source": "aws.other", "name": "Cpu"}, False),
        ({"detail": {"$or": [{"c": [{"numeric": [">", 0]}]}, {"d": [1]}]}}, {"detail": {"c": 5}}, True),
        ({"detail": {"$or": [{"c": [{"numeric": [">", 0]}]}, {"d": [1]}]}}, {"c": 5}, False),
        ({"$or": [{"a": {"$or": [{"x": [1]}, {"y": [1]}]}}, {"b": [1]}]}, {"a": {"y": 1}}, True),
        ({"$or": [{"a": {"$or": [{"x": [1]}, {"y": [1]}]}}, {"b": [1]}]}, {"a": {"z": 1}, "b": 2}, False),
        # A field named both outside and inside: the later one counts.
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 2}, True),
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 1}, False),
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 1, "b": 3}, True),
        ({"$or": [{"a": [2]}, {"b": [3]}], "a": [1]}, {"a": 2}, False),
        ({"$or": [{"a": [2]}, {"b": [3]}], "a": [1]}, {"a": 1}, True),
        # What is not an $or of objects is a field that happens to have this name.
        ({"$or": ["x", "y"]}, {"$or": "y"}, True),
        ({"$or": {"a": [1]}}, {"$or": {"a": 1}}, True),
        ({"$or": [{"prefix": "x"}, {"suffix": "y"}]}, {"$or": "by"}, True),
        ({"$or": [{"prefix": "x"}, {"suffix": "y"}]}, {"prefix": "x"}, False),
    ],
)
def test_or(pattern: dict[str, object], event: dict[str, object], delivered: bool) -> None:
    assert matches(pattern, event) is delivered


TEAMS = {
    "employees": [
        {"first": "Ana", "last": "Sá", "tags": ["lead", "ops"], "sites": [{"city": "Porto", "days": 3}]},
        {"first": "Bo", "last": "Ek", "tags": [], "sites": [{"city": "Umeå", "days": 3}, {"city": "Porto", "days": 1}]},
        {"first": "Cy", "sites": [[{"city": "Kyiv"}], "remote"]},
    ]
}


@pytest.mark.parametrize(
    ("wanted", "delivered"),
    [
        ({"first": ["Ana"], "last": ["Sá"]}, True),
        ({"first": ["Ana"], "last": ["Ek"]}, False),
        ({"first": ["Ana"], "tags": ["ops"]}, True),
        ({"first": ["Bo"], "tags": ["ops"]}, False),
        ({"first": ["Bo"], "sites": {"city": ["Porto"], "days": [1]}}, True),
        ({"first": ["Bo"], "sites": {"city": ["Porto"], "days": [3]}}, False),
        ({"last": ["Ek"], "sites": {"city": ["Porto"]}}, True),
        ({"first": [{"anything-but": ["Ana", "Bo"]}], "last": [{"exists": True}]}, False),
        ({"first": ["Cy"], "last": [{"exists": False}]}, True),
        ({"first": ["Ana"], "last": [{"exists": False}]}, False),
        ({"last": [{"exists": False}]}, False),
        ({"first": ["Bo"], "tags": [{"exists": False}]}, True),
        ({"first": ["Cy"], "sites": ["remote"]}, True),
        ({"first": ["Cy"], "sites": {"city": ["Kyiv"]}}, True),
        ({"first": ["Ana"], "sites": {"city": ["Kyiv"]}}, False),
    ],
)
def test_what_is_said_of_several_fields_holds_in_one_element_of_an_array(
    wanted: dict[str, object], delivered: bool
) -> None:
    assert matches({"employees": wanted}, TEAMS) is delivered


def test_absence_is_judged_by_the_elements_settled_on_before_it_in_alphabetical_order() -> None:
    event = {"rows": [{"a": 1, "m": 1}, {"m": 2, "z": 1}]}
    assert matches({"rows": {"m": [2], "z": [{"exists": True}]}}, event)
    assert matches({"rows": {"m": [1], "z": [{"exists": False}]}}, event)
    assert not matches({"rows": {"m": [2], "a": [{"exists": False}]}}, event)


def test_scalars_in_one_array_are_not_bound_together() -> None:
    event = {"tags": ["red", "round"], "more": ["a", "b"]}
    assert matches({"tags": ["round"], "more": ["a"]}, event)
    assert matches({"tags": ["red"], "more": ["b"]}, event)


def test_a_scalar_is_not_bound_to_an_object_beside_it() -> None:
    event = {"tags": ["red", {"shape": "round"}], "a": [["x"], {"b": 1}], "a-b": [{"n": 1}]}
    assert matches({"tags": ["red"], "tags.shape": ["round"]}, event)
    assert not matches({"a": ["x"], "a-b": {"n": [1]}, "a.b": [1]}, event)
    assert matches({"a": ["x"], "a-b": {"n": [1]}, "a.b": [1]}, {**event, "a": [["x", {"b": 1}]]})


def test_names_are_ordered_by_their_utf_16_form() -> None:
    event = {"rows": [{"\uffee": 1}, {"🎭": 2}]}
    assert matches({"rows": {"\uffee": [{"exists": False}], "🎭": [2]}}, event)


def test_different_arrays_are_not_bound_together() -> None:
    event = {"left": [{"n": 1}, {"n": 2}], "right": [{"n": 3}, {"n": 4}]}
    assert matches({"left": {"n": [1]}, "right": {"n": [4]}}, event)
    assert not matches({"left": {"n": [1]}, "right": {"n": [2]}}, event)


def test_a_dot_in_a_name_is_no_different_from_a_level() -> None:
    assert matches({"detail": {"a": {"b": [1]}}}, {"detail": {"a.b": 1}})
    assert matches({"detail.a.b": [1]}, {"detail": {"a": {"b": 1}}})
    assert matches({"a.b": [1], "a": {"b": [2]}}, {"a": {"b": 2}})
    assert not matches({"a.b": [1], "a": {"b": [2]}}, {"a.b": 1})


def test_empty_names() -> None:
    assert matches({"": [1]}, {"": 1})
    assert matches({"": {"a": [1]}}, {"a": 1})
    assert not matches({"a": {"": [1]}}, {"a": {"": 1}})


def test_an_address_can_be_met_in_unexpected_ways_as_in_the_original() -> None:
    assert takes([{"cidr": "0.0.0.0/0"}], 17)
    assert not takes([{"cidr": "0.0.0.0/0"}, 3], 17)
    assert not takes([{"cidr": "16.0.0.0/8"}], 17)
    assert takes(["16.0.0.9", 10000001], "16.0.0.1")
    assert takes([{"cidr": "2001:d00::/24"}], "32.1.13.9")
    assert not takes([{"cidr": "2001:d00::/24"}], "32.1.14.9")
    assert not takes([{"anything-but": "x"}, "16.0.0.9", {"prefix": "1"}], "x")


def test_a_later_list_of_nothing_accepts_nothing() -> None:
    accepted = ["x", {"anything-but": {"prefix": []}}]
    assert takes(accepted, "x")
    assert not takes(accepted, "y")


def test_a_first_list_of_nothing_that_is_replaced_is_not_refused() -> None:
    nothing = {"a": [{"anything-but": {"suffix": []}}]}
    pattern = {"$or": [nothing, {"b": [1]}], "a": ["x"]}
    assert matches(pattern, {"a": "x"})
    with pytest.raises(InvalidPattern, match="an empty list is not allowed"):
        matches({"$or": [nothing, {"b": [1]}], "c": ["x"]}, {"c": "x"})


def test_an_event_is_json() -> None:
    with pytest.raises(TypeError, match="JSON values only, but this one holds a bytes"):
        takes(["x"], b"x")


def test_a_compiled_pattern_is_used_again_and_again() -> None:
    pattern = compile({"detail": {"kind": ["a", {"prefix": "b"}]}})
    events = [{"detail": {"kind": kind}} for kind in ("a", "c", "bc", "a")]
    assert [pattern.matches(event) for event in events] == [True, False, True, True]


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: what a piece of work costs, on whatever machine."""
    count = 0

    def note(_: Any, what: str, __: Any) -> None:
        nonlocal count
        count += what in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_a_long_array_costs_its_length_and_not_its_square() -> None:
    wanted = {"rows": {"kind": ["order"], "note": [{"exists": False}], "state": ["open"]}}
    rows = [{"kind": "order", "state": "done"}, {"kind": "refund", "state": "open"}] * 1_000
    assert not matches(wanted, {"rows": rows})
    assert calls(lambda: matches(wanted, {"rows": rows})) < 3 * calls(lambda: matches(wanted, {"rows": rows[:1_000]}))


def test_unrelated_arrays_do_not_multiply_the_ways_to_fail() -> None:
    many = {f"list{number}": [{"n": 1}] * 20 for number in range(12)}
    wanted = {name: {"n": [1]} for name in many}
    unmet = {"a": ["x"], "b": ["y"]}
    rows = [{"a": "x"}, {"b": "y"}]
    assert calls(lambda: matches({**wanted, "rows": unmet}, {**many, "rows": rows})) < 50_000, "20 to the 12th if not"
    assert matches({**wanted, "rows": unmet}, {**many, "rows": [*rows, {"a": "x", "b": "y"}]})

from pathlib import Path

import pytest
from pydantic import ValidationError

from .policy import Mask, Policy, PolicyError, load_policy, parse_policy


def test_reads_a_policy() -> None:
    policy = parse_policy(
        """
        schema: farm
        tables:
          fields:
          wages: {approve: true}
          farmers: {columns: [id, name], deny: [salary], mask: {name: initial}, rows: {column: owner, claim: farm}}
        limits: {max_rows: 5}
        """,
        "policy.yaml",
    )
    assert policy.schema_name == "farm" and policy.limits.max_rows == 5 and policy.limits.timeout_s == 10
    assert policy.tables["fields"].columns is None and not policy.tables["fields"].approve
    assert policy.tables["wages"].columns is None and policy.tables["wages"].approve
    farmers = policy.tables["farmers"]
    assert farmers.mask == {"name": Mask.INITIAL} and farmers.rows and farmers.rows.claim == "farm"


def test_a_list_of_tables_is_a_policy_without_rules() -> None:
    assert list(Policy(tables=["a", "b"]).tables) == ["a", "b"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tables: [", "policy.yaml is not valid YAML"),
        ("", "policy.yaml must be a mapping"),
        ("schema: x", "at tables: Field required"),
        ("tables: {a: {columns: []}}", "at tables.a: `columns` is empty"),
        ("tables: {a: {deny: [b]}}", "at tables.a: deny, mask and rows need `columns`"),
        ("tables: {a: {columns: [b], deny: [b]}}", "b: both in `columns` and in `deny`"),
        ("tables: {a: {columns: [b], mask: {c: blank}}}", "c: masked, but not in `columns`"),
        ("tables: {a: {columns: [b], mask: {b: rot13}}}", "at tables.a.mask.b: Input should be 'blank', 'initial'"),
        ("tables: {a: {colums: [b]}}", "at tables.a.colums: Extra inputs are not permitted"),
        ("tables: {a: }\nlimits: {max_cost: 5, approve_above_cost: 5}", "approve_above_cost has to be below max_cost"),
        ("tables: {a: }\nlimits: {max_rows: 5, approve_above_rows: 6}", "approve_above_rows has to be within max_rows"),
        ("tables: {a: }\nlimits: {max_rows: 0}", "at limits.max_rows: Input should be greater than"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "policy.yaml")
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_lets_nothing_run(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="Without it no SQL may run"):
        load_policy(tmp_path / "policy.yaml")


def test_a_policy_does_not_change_once_read() -> None:
    policy = Policy(tables={})
    with pytest.raises(ValidationError):
        policy.schema_name = "other"

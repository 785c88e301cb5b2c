"""A need that brings a table: one stack for it, whoever shares it, and nothing in the core."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.errors import BuildError
from tests.templates.deployed import Deployed
from tests.templates.sample import sample_project
from tests.templates.synthesis import Synthesize


def test_the_table_is_in_a_stack_of_its_own(sample: Deployed) -> None:
    table = sample.template("troupe-dev-flour").one("AWS::DynamoDB::Table")
    assert table["TableName"] == "troupe-dev-flour"
    assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    names = {t["TableName"] for t in sample.core.of_type("AWS::DynamoDB::Table").values()}
    assert names == {"troupe-dev-events", "troupe-dev-decisions"}


def test_only_who_needs_it_is_deployed_after_it(sample: Deployed) -> None:
    after = {
        name: "troupe-dev-flour" in artifact.get("dependencies", ())
        for name, artifact in sample.manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    assert [name for name, follows in after.items() if follows] == ["troupe-dev-bakery-baker"]


@pytest.mark.parametrize("name", ["events", "core", "bakery-baker", "Flour", "flour_kinds", ""])
def test_a_name_that_is_taken_or_none_stops_synth(tmp_path: Path, synthesize: Synthesize, name: str) -> None:
    need = sample_project(tmp_path) / "functions/bakery/baker/flour.py"
    need.write_text(need.read_text().replace('tables = ("flour",)', f'tables = ("{name}",)'))
    with pytest.raises(BuildError, match=f"its need brings a table '{name}'"):
        synthesize(tmp_path)

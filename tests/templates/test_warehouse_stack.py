"""The warehouse of a stage: its own cluster, one that is there already, or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stacks.errors import BuildError
from tests.templates.deployed import ACCOUNT, REGION, Deployed, Template, arn
from tests.templates.sample import sample_project
from tests.templates.synthesis import Synthesize
from troupe.local.cloud import LocalCloud

CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:sales"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:sales-reader-AbCdEf"
ASKER = '''
"""Asks the warehouse."""

from contracts.bakery import BreadOrdered
from troupe import Agent
from troupe.adapters import Warehouse

agent = Agent()


@agent.on
def ask(event: BreadOrdered, warehouse: Warehouse) -> None:
    return None
'''


def project(folder: Path, **stage: Any) -> Path:
    """The sample project with an agent that asks, and a stage with these settings."""
    root = sample_project(folder)
    for name, text in (("functions/bakery/asker/agent.py", ASKER), ("warehouse/catalog.yaml", "{}\n")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.lstrip("\n"))
    (root / "warehouse/policy.yaml").write_text("{}\n")
    context = json.loads((root / "cdk.json").read_text())
    context["context"]["stages"] = {"dev": stage}
    (root / "cdk.json").write_text(json.dumps(context))
    return root


def place(template: Template) -> Any:
    parameter = template.one("AWS::SSM::Parameter")
    assert parameter["Name"] == "/troupe/dev/warehouse"
    return json.loads(parameter["Value"])


def granted(deployed: Deployed) -> dict[str, Any]:
    """Action → resource, of what the asking agent may do to the warehouse."""
    (asker,) = [agent for agent in deployed.agents if agent.id == "bakery.asker"]
    (policy,) = deployed.of(asker).one("AWS::IAM::Role")["Policies"]
    statements = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"].startswith("Warehouse")]
    found: dict[str, Any] = {}
    for statement in statements:
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            found[action] = statement["Resource"]
    return found


OWN_CLUSTER = arn("rds", "cluster:troupe-dev-warehouse")
OF_THE_DATA_API = ("rds-data:BeginTransaction", "rds-data:ExecuteStatement", "rds-data:RollbackTransaction")


def test_a_stage_can_have_its_own_cluster_that_scales_to_zero(tmp_path: Path, synthesize: Synthesize) -> None:
    deployed = synthesize(project(tmp_path, warehouse={"max_capacity": 2}))
    template = deployed.template("troupe-dev-warehouse")
    cluster = template.one("AWS::RDS::DBCluster")

    assert cluster["DBClusterIdentifier"] == "troupe-dev-warehouse" and cluster["DatabaseName"] == "warehouse"
    assert cluster["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0,
        "MaxCapacity": 2,
        "SecondsUntilAutoPause": 300,
    }
    assert cluster["EnableHttpEndpoint"] is True and cluster["StorageEncrypted"] is True
    assert cluster["DeletionProtection"] is False
    assert template.one("AWS::RDS::DBInstance")["DBInstanceClass"] == "db.serverless"
    assert template.one("AWS::RDS::DBInstance")["PubliclyAccessible"] is False
    assert not template.of_type("AWS::EC2::InternetGateway") and not template.of_type("AWS::EC2::NatGateway")
    assert not any(id.startswith("Custom") for id in template.raw["Resources"])
    names = {secret["Name"] for secret in template.of_type("AWS::SecretsManager::Secret").values()}
    assert names == {"troupe-dev-warehouse-admin", "troupe-dev-warehouse-reader"}
    assert place(template) == {
        "cluster": OWN_CLUSTER,
        "secret": "troupe-dev-warehouse-reader",
        "database": "warehouse",
    }
    assert granted(deployed) == {
        "ssm:GetParameter": arn("ssm", "parameter/troupe/dev/warehouse"),
        **dict.fromkeys(OF_THE_DATA_API, OWN_CLUSTER),
        "secretsmanager:GetSecretValue": arn("secretsmanager", "secret:troupe-dev-warehouse-reader-??????"),
    }


def test_a_stage_that_protects_its_data_protects_the_cluster(tmp_path: Path, synthesize: Synthesize) -> None:
    deployed = synthesize(project(tmp_path, warehouse={}, protect_data=True))
    resources = deployed.template("troupe-dev-warehouse").raw["Resources"].values()
    (cluster,) = [resource for resource in resources if resource["Type"] == "AWS::RDS::DBCluster"]

    assert cluster["Properties"]["DeletionProtection"] is True
    assert cluster["DeletionPolicy"] == cluster["UpdateReplacePolicy"] == "Snapshot"
    secrets = [resource for resource in resources if resource["Type"] == "AWS::SecretsManager::Secret"]
    assert len(secrets) == 2 and {secret["DeletionPolicy"] for secret in secrets} == {"Retain"}
    assert deployed.manifest["artifacts"]["troupe-dev-warehouse"]["properties"]["terminationProtection"] is True


def test_a_stage_can_ask_a_cluster_that_is_there_already(tmp_path: Path, synthesize: Synthesize) -> None:
    deployed = synthesize(project(tmp_path, warehouse={"cluster": CLUSTER, "secret": SECRET, "database": "sales"}))
    template = deployed.template("troupe-dev-warehouse")

    assert {resource["Type"] for resource in template.raw["Resources"].values()} == {"AWS::SSM::Parameter"}
    assert place(template) == {"cluster": CLUSTER, "secret": SECRET, "database": "sales"}
    assert granted(deployed) == {
        "ssm:GetParameter": arn("ssm", "parameter/troupe/dev/warehouse"),
        **dict.fromkeys(OF_THE_DATA_API, CLUSTER),
        "secretsmanager:GetSecretValue": SECRET,
    }


def test_without_a_warehouse_nobody_may_use_one(tmp_path: Path, synthesize: Synthesize) -> None:
    deployed = synthesize(project(tmp_path))

    assert "troupe-dev-warehouse" not in deployed.all
    assert granted(deployed) == {"ssm:GetParameter": arn("ssm", "parameter/troupe/dev/warehouse")}


@pytest.mark.parametrize(
    ("warehouse", "says"),
    [
        ({"cluster": CLUSTER}, "needs both"),
        ({"cluster": "sales", "secret": SECRET}, "stages.dev.warehouse"),
        ({"max_capacity": 0}, "stages.dev.warehouse"),
        ({"capacity": 1}, "stages.dev"),
    ],
)
def test_a_warehouse_that_makes_no_sense_stops_synth(
    tmp_path: Path, synthesize: Synthesize, warehouse: dict[str, Any], says: str
) -> None:
    with pytest.raises(BuildError, match=says):
        synthesize(project(tmp_path, warehouse=warehouse))


def test_the_local_cloud_boots_from_it_and_asks_its_own_postgres(tmp_path: Path, synthesize: Synthesize) -> None:
    deployed = synthesize(project(tmp_path, warehouse={}))
    with LocalCloud.boot(deployed.root, assembly=deployed.outdir, warehouse="postgresql://here/db") as cloud:
        found = cloud.client("ssm").get_parameter(Name="/troupe/dev/warehouse")["Parameter"]["Value"]

    assert json.loads(found) == {"url": "postgresql://here/db"}


@pytest.mark.thorough
@pytest.mark.parametrize("protect", [True, False])
def test_the_stack_passes_cdk_nag_and_cfn_lint(tmp_path: Path, protect: bool) -> None:
    root = project(tmp_path, warehouse={}, protect_data=protect)
    out = tmp_path / "out"
    environment = {**os.environ, "CDK_OUTDIR": str(out), "CDK_VALIDATION": "true"}
    done = subprocess.run([sys.executable, "app.py"], cwd=root, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    template = out / "troupe-dev-warehouse.template.json"
    linted = subprocess.run([Path(sys.executable).parent / "cfn-lint", template], capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout

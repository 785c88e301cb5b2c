"""The warehouse in the cloud: an Aurora PostgreSQL that costs nothing while nobody asks, or one that is there already.

Agents reach it through the Data API, so they need no network, no connection pool and no password: the Data API reads
the secret on behalf of the agent's role. Where it is, says the stage's parameter.
"""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secrets
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.arns import Arns
from stacks.settings import Settings, WarehouseSettings

READER = "troupe_reader"
"""The role under which questions run; warehouse/cloud.py makes it."""
_BACKUP_DAYS = 7


class WarehouseStack(cdk.Stack):
    """A stage's cluster with its secrets, and the parameter by which agents find it.

    Every name can be foretold: the agents' roles name cluster and secret without importing anything.
    """

    def __init__(self, scope: Construct, settings: Settings, warehouse: WarehouseSettings) -> None:
        name = settings.names.warehouse
        super().__init__(
            scope,
            name,
            stack_name=name,
            description=f"{settings.names.app} {settings.names.stage}: the warehouse that questions are asked of",
            termination_protection=settings.stage.protect_data and warehouse.is_ours,
        )
        cdk.Tags.of(self).add("app", settings.names.app)
        cdk.Tags.of(self).add("stage", settings.names.stage)
        self._settings, self._name, self._warehouse = settings, name, warehouse
        if warehouse.is_ours:
            self._cluster()
            self._reader()
        self._parameter()

    def _cluster(self) -> None:
        protect = self._settings.stage.protect_data
        removal = cdk.RemovalPolicy.SNAPSHOT if protect else cdk.RemovalPolicy.DESTROY
        admin = rds.DatabaseSecret(self, "Admin", username="troupe_admin", secret_name=f"{self._name}-admin")
        self._keep(admin)
        cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            cluster_identifier=self._name,
            engine=rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_5),
            writer=rds.ClusterInstance.serverless_v2("Writer"),
            serverless_v2_min_capacity=0,
            serverless_v2_max_capacity=self._warehouse.max_capacity,
            serverless_v2_auto_pause_duration=cdk.Duration.seconds(self._warehouse.pause_after_s),
            default_database_name=self._warehouse.database,
            credentials=rds.Credentials.from_secret(admin),
            enable_data_api=True,
            iam_authentication=True,
            storage_encrypted=True,
            copy_tags_to_snapshot=True,
            backup=rds.BackupProps(retention=cdk.Duration.days(_BACKUP_DAYS)),
            deletion_protection=protect,
            removal_policy=removal,
            vpc=self._network(),
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )
        acknowledge(cluster, "AwsSolutions-RDS11", "No network path leads to the port; the Data API does not use it.")
        if not protect:
            acknowledge(cluster, "AwsSolutions-RDS10", "This stage is for trying things out; protect_data is false.")

    def _network(self) -> ec2.Vpc:
        """What a cluster must stand in: two subnets without any way in or out, which cost nothing."""
        vpc = ec2.Vpc(
            self,
            "Network",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=False,  # that would be a custom resource; nothing uses the group
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
            ],
        )
        acknowledge(vpc, "AwsSolutions-VPC7", "Nothing but the cluster is in it and nothing routes to it: no flows.")
        return vpc

    def _reader(self) -> None:
        reader = secrets.Secret(
            self,
            "Reader",
            secret_name=f"{self._name}-reader",
            description="Name and password of the role under which questions run",
            generate_secret_string=secrets.SecretStringGenerator(
                secret_string_template=json.dumps({"username": READER}),
                generate_string_key="password",
                exclude_punctuation=True,
                password_length=40,
            ),
        )
        self._keep(reader)

    def _keep(self, secret: secrets.Secret) -> None:
        secret.apply_removal_policy(
            cdk.RemovalPolicy.RETAIN if self._settings.stage.protect_data else cdk.RemovalPolicy.DESTROY
        )
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            "Rotating it takes a function inside the network with the admin's rights; only the Data API uses it.",
        )

    def _parameter(self) -> None:
        places = Arns.of(self, self._settings.names, self._settings.places)
        value = {
            "cluster": places.fill("{warehouse_cluster}"),
            "secret": self._warehouse.secret or f"{self._name}-reader",
            "database": self._warehouse.database,
        }
        ssm.StringParameter(
            self,
            "Place",
            parameter_name=self._settings.names.parameter("warehouse"),
            string_value=self.to_json_string(value),
            description="Where the warehouse is; read by the agents that need it",
        )

"""Loads a cloud assembly: creates in moto what moto holds, reads what is ours, and refuses everything else.

Resources are created in the order in which they need each other, through moto's own CloudFormation models. moto's
stack engine is not used: importing it costs 1.5 s, it skips types that it does not know, and it drops properties
silently. Here a type or a property that changes behaviour is carried out, or on a list with a reason, or an error.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from troupe.local import backends, policies
from troupe.local.accesses import Arns
from troupe.local.assembly import Stack
from troupe.local.authorization import Authorizer, Role
from troupe.local.backends import ACCOUNT, PARTITION, REGION
from troupe.local.errors import LocalCloudError
from troupe.local.intrinsics import NO_VALUE, Resolver, UnknownFunction
from troupe.local.policies import Access
from troupe.local.world import EventSource, Function, World

STUBBED = {
    "AWS::CDK::Metadata": "tells AWS which constructs were used; has no effect",
    "AWS::CloudWatch::Alarm": "metrics are not collected here; `troupe agents` shows what the alarms watch",
    "AWS::CloudWatch::Dashboard": "metrics are not collected on this machine",
    "AWS::SNS::Subscription": "nobody is notified from this machine",
    "AWS::SNS::TopicPolicy": "only alarms publish to the topic, and there are none on this machine",
    **dict.fromkeys(
        (
            "AWS::EC2::RouteTable",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::Subnet",
            "AWS::EC2::SubnetRouteTableAssociation",
            "AWS::EC2::VPC",
            "AWS::RDS::DBCluster",
            "AWS::RDS::DBInstance",
            "AWS::RDS::DBSubnetGroup",
            "AWS::SecretsManager::Secret",
            "AWS::SecretsManager::SecretTargetAttachment",
        ),
        "the warehouse in the cloud; on this machine questions go to an embedded PostgreSQL instead",
    ),
}
"""Types that are accepted and not carried out, each with the reason."""

NOTHING_ELSE = "the local cloud does not carry it out; teach troupe/local/loader.py, or add it to a list with a reason"


@dataclass(frozen=True, slots=True)
class Created:
    """A resource as its template's other parts see it."""

    ref: str
    attribute: Callable[[str], Any]


def load(stacks: Iterable[Stack]) -> World:
    """Creates everything in an empty account. Raises LocalCloudError naming stack, resource and what is wrong."""
    world = World()
    documents: dict[str, list[dict[str, Any]]] = {}
    functions: list[tuple[str, dict[str, Any]]] = []
    mappings: list[tuple[str, dict[str, Any]]] = []
    for stack in stacks:
        _Deployment(stack, world, documents, functions, mappings).run()
    for arn, statements in documents.items():
        if arn in world.roles:
            role = world.roles[arn]
            extra = policies.read({"Statement": statements})
            world.roles[arn] = Role(role.name, role.arn, role.statements + extra)
    for where, properties in functions:
        _add_function(world, where, properties)
    for where, properties in mappings:
        _add_mapping(world, where, properties)
    return world


def authorizer(world: World) -> Authorizer:
    """The judge over the loaded roles and policies."""
    arns = Arns(ACCOUNT, REGION, backends.hash_key)
    return Authorizer(arns, world.roles.values(), world.resource_policies)


class _Deployment:
    """One stack on its way into the account."""

    def __init__(
        self,
        stack: Stack,
        world: World,
        documents: dict[str, list[dict[str, Any]]],
        functions: list[tuple[str, dict[str, Any]]],
        mappings: list[tuple[str, dict[str, Any]]],
    ) -> None:
        self._stack = stack
        self._world = world
        self._documents = documents
        self._functions = functions
        self._mappings = mappings
        self._resources: dict[str, dict[str, Any]] = stack.template.get("Resources", {})
        self._created: dict[str, Created] = {}
        self._resolver = Resolver(stack.template, self._ref, lambda id, name: self._create(id).attribute(name))

    def run(self) -> None:
        for logical_id in self._resources:
            self._create(logical_id)

    def _create(self, logical_id: str) -> Created:
        if logical_id in self._created:
            return self._created[logical_id]
        resource = self._resources[logical_id]
        type_ = resource["Type"]
        where = f"{self._stack.name}: {logical_id} ({type_})"
        try:
            if "Condition" in resource and not self._resolver.condition(resource["Condition"]):
                made = Created("", lambda _: "")
            elif type_ in STUBBED:  # nor is looked into what it refers to
                made = Created(f"{self._stack.name}-{logical_id}", _no_attribute(where))
            else:
                properties = self._resolver.resolve(resource.get("Properties", {}))
                made = self._make(where, type_, logical_id, properties)
        except LocalCloudError:
            raise
        except (UnknownFunction, KeyError) as error:
            reason = error if isinstance(error, UnknownFunction) else f"it refers to {error}, which is not there"
            raise LocalCloudError(f"{where}: {reason}.") from error
        except RecursionError:
            raise LocalCloudError(f"{where} refers to itself.") from None
        except Exception as error:
            raise LocalCloudError(f"{where} cannot be created: {error}") from error
        self._created[logical_id] = made
        return made

    def _make(self, where: str, type_: str, logical_id: str, properties: dict[str, Any]) -> Created:
        if type_ in backends.MODELS:
            name = str(properties.get(backends.name_property(type_), "")) or _generated(type_, self._stack, logical_id)
            return _held_by_moto(where, type_, name, properties)
        if type_ not in _OURS:
            raise LocalCloudError(f"{where}: {NOTHING_ELSE}.")
        return _OURS[type_](self, where, logical_id, properties)

    def _ref(self, name: str) -> Any:
        if name in self._resources:
            return self._create(name).ref
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": PARTITION,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self._stack.name,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self._stack.name}/local",
            "AWS::NoValue": NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        return self._stack.template.get("Parameters", {})[name]["Default"]

    def role(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        _only(where, properties, "RoleName AssumeRolePolicyDocument Policies Tags Description Path MaxSessionDuration")
        name = properties.get("RoleName") or f"{self._stack.name}-{logical_id}"
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        statements = [s for p in properties.get("Policies", []) for s in policies.read(p["PolicyDocument"])]
        self._world.roles[arn] = Role(name, arn, tuple(statements))
        return Created(name, {"Arn": arn, "RoleId": name}.__getitem__)

    def policy(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        _only(where, properties, "PolicyName PolicyDocument Roles ManagedPolicyName Description Path")
        statements = properties["PolicyDocument"]["Statement"]
        for name in properties.get("Roles", []):
            self._documents.setdefault(f"arn:aws:iam::{ACCOUNT}:role/{name}", []).extend(statements)
        return Created(logical_id, _no_attribute(where))

    def queue_policy(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        for url in properties["Queues"]:
            queue = backends.queues()[url.rsplit("/", 1)[-1]]
            queue.policy = json.dumps(properties["PolicyDocument"])
            self._add_resource_policy(queue.queue_arn, properties["PolicyDocument"])
        return Created(logical_id, _no_attribute(where))

    def bucket_policy(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        self._add_resource_policy(f"arn:aws:s3:::{properties['Bucket']}", properties["PolicyDocument"])
        return Created(logical_id, _no_attribute(where))

    def _add_resource_policy(self, arn: str, document: dict[str, Any]) -> None:
        self._world.resource_policies[arn] = self._world.resource_policies.get(arn, ()) + policies.read(document)

    def log_group(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        name = properties.get("LogGroupName") or f"{self._stack.name}-{logical_id}"
        self._world.log_groups.add(name)
        return Created(name, {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"}.__getitem__)

    def parameter(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        self._world.parameters[properties["Name"]] = properties["Value"]
        return Created(properties["Name"], properties.__getitem__)

    def function(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        name = properties.setdefault("FunctionName", f"{self._stack.name}-{logical_id}")
        self._functions.append((where, properties))
        return Created(name, {"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"}.__getitem__)

    def url(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        _only(where, properties, "TargetFunctionArn AuthType")
        if properties["AuthType"] != "AWS_IAM":
            raise LocalCloudError(f"{where}: a URL that anybody may call: {NOTHING_ELSE}.")
        arn = properties["TargetFunctionArn"]
        self._world.urls.add(arn)
        address = f"https://{arn.rsplit(':', 1)[-1]}.lambda-url.{REGION}.on.aws/"
        return Created(arn, {"FunctionArn": arn, "FunctionUrl": address}.__getitem__)

    def mapping(self, where: str, logical_id: str, properties: dict[str, Any]) -> Created:
        self._mappings.append((where, properties))
        return Created(f"{self._stack.name}-{logical_id}", _no_attribute(where))


_OURS: dict[str, Callable[[_Deployment, str, str, dict[str, Any]], Created]] = {
    "AWS::IAM::Role": _Deployment.role,
    "AWS::IAM::Policy": _Deployment.policy,
    "AWS::IAM::ManagedPolicy": _Deployment.policy,
    "AWS::SQS::QueuePolicy": _Deployment.queue_policy,
    "AWS::S3::BucketPolicy": _Deployment.bucket_policy,
    "AWS::SSM::Parameter": _Deployment.parameter,
    "AWS::Logs::LogGroup": _Deployment.log_group,
    "AWS::Lambda::Function": _Deployment.function,
    "AWS::Lambda::EventSourceMapping": _Deployment.mapping,
    "AWS::Lambda::Url": _Deployment.url,
}


def _held_by_moto(where: str, type_: str, name: str, properties: dict[str, Any]) -> Created:
    if type_ == "AWS::SQS::Queue" and (properties.get("FifoQueue") or properties.get("KmsMasterKeyId")):
        raise LocalCloudError(f"{where}: FIFO queues and customer-managed keys: {NOTHING_ELSE}.")
    if type_ == "AWS::Events::Archive" and "EventPattern" in properties:
        properties = properties | {"EventPattern": json.dumps(properties["EventPattern"])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = backends.create(type_, name, dict(properties))
    if type_ == "AWS::SQS::Queue":
        _check_queue(where, made, properties)
    return Created(backends.reference(type_, made), lambda name: backends.attribute(type_, made, name))


def _check_queue(where: str, queue: Any, properties: dict[str, Any]) -> None:
    # What the poller relies on must have arrived in moto as the template has it.
    expected = {
        "visibility_timeout": int(properties.get("VisibilityTimeout", 30)),
        "message_retention_period": int(properties.get("MessageRetentionPeriod", 345_600)),
        "delay_seconds": int(properties.get("DelaySeconds", 0)),
        "redrive_policy": properties.get("RedrivePolicy"),
    }
    for name, value in expected.items():
        if getattr(queue, name) != value:
            raise LocalCloudError(f"{where}: moto made {name} {getattr(queue, name)!r} of {value!r}.")


_FUNCTION_CARRIED_OUT = "FunctionName Handler Role Timeout MemorySize Environment LoggingConfig"
_FUNCTION_WITHOUT_EFFECT = "Code Runtime Architectures Description Tags TracingConfig EphemeralStorage"
_FUNCTION_WITHOUT_EFFECT += " ReservedConcurrentExecutions RuntimeManagementConfig RecursiveLoop"
"""The code comes from the source tree and runs on this machine's Python."""


def _add_function(world: World, where: str, properties: dict[str, Any]) -> None:
    _only(where, properties, f"{_FUNCTION_CARRIED_OUT} {_FUNCTION_WITHOUT_EFFECT}")
    role = world.roles.get(properties["Role"])
    if role is None:
        raise LocalCloudError(f"{where}: its role {properties['Role']} is in none of the stacks.")
    name = properties["FunctionName"]
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    world.functions[arn] = Function(
        name=name,
        arn=arn,
        handler=properties["Handler"],
        timeout_s=int(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        environment={k: str(v) for k, v in properties.get("Environment", {}).get("Variables", {}).items()},
        role=role,
        log_group=properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}"),
    )


_MAPPING_CARRIED_OUT = "EventSourceArn FunctionName BatchSize FunctionResponseTypes ScalingConfig Enabled"
_MAPPING_WITHOUT_EFFECT = "Tags MetricsConfig MaximumBatchingWindowInSeconds"
"""A batching window only waits for more messages; the local poller takes what is there."""


def _add_mapping(world: World, where: str, properties: dict[str, Any]) -> None:
    _only(where, properties, f"{_MAPPING_CARRIED_OUT} {_MAPPING_WITHOUT_EFFECT}")
    queue_arn = properties["EventSourceArn"]
    queue = queue_arn.rsplit(":", 1)[-1]
    named = properties["FunctionName"]
    function = next((f for f in world.functions.values() if named in (f.arn, f.name)), None)
    if queue not in backends.queues() or function is None:
        raise LocalCloudError(f"{where}: {queue_arn if function else named} is in none of the stacks.")
    _check_poller(world, where, function, queue_arn)
    if backends.queues()[queue].visibility_timeout < function.timeout_s:
        raise LocalCloudError(
            f"{where}: the queue's visibility timeout is shorter than the function's {function.timeout_s} s; "
            "Lambda refuses such a mapping."
        )
    if not properties.get("Enabled", True):
        return
    world.mappings.append(
        EventSource(
            queue=queue,
            queue_arn=queue_arn,
            function=function,
            batch_size=int(properties.get("BatchSize", 10)),
            max_concurrency=properties.get("ScalingConfig", {}).get("MaximumConcurrency"),
            reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        )
    )


def _check_poller(world: World, where: str, function: Function, queue_arn: str) -> None:
    """Lambda polls as the function's role, and refuses to create a mapping whose role may not."""
    judge = authorizer(world)
    for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
        verdict = judge.role_may(function.role, Access(action, queue_arn, {}))
        if not verdict.allowed:
            raise LocalCloudError(
                f"{where}: the execution role {function.role.name} does not have permission to call {action} "
                f"on {queue_arn} {verdict.reason}."
            )


def _only(where: str, properties: dict[str, Any], names: str) -> None:
    for name in properties:
        if name not in names.split():
            raise LocalCloudError(f"{where}: the property {name}: {NOTHING_ELSE}.")


def _generated(type_: str, stack: Stack, logical_id: str) -> str:
    name = f"{stack.name}-{logical_id}"
    return name.lower() if type_ == "AWS::S3::Bucket" else name


def _no_attribute(where: str) -> Callable[[str], Any]:
    def attribute(name: str) -> Any:
        raise LocalCloudError(f"{where} has no attribute {name} in the local cloud.")

    return attribute

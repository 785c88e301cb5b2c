"""The stack of an agent that answers requests: a URL for which callers sign, and neither queue nor rule."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.contents import Contents
from stacks.errors import BuildError
from stacks.function import FunctionStack
from stacks.role import serving_policy, wildcards
from stacks.settings import Settings
from troupe.runtime.agent import Agent
from troupe.runtime.sayings import VARIABLE, Saying, to_text

_MAX_ENVIRONMENT = 4_096
"""Bytes of a function's environment (AWS)."""


class ServingStack(FunctionStack):
    """Function, URL, log, alarms and role; and the policy that lets people come.

    sayings: what people may say; the role may publish just that.
    """

    def __init__(
        self, scope: Construct, settings: Settings, agent: Agent, contents: Contents, sayings: Sequence[Saying]
    ) -> None:
        super().__init__(scope, settings, agent)
        said = tuple(saying.type for saying in sayings)
        variables = {**self._environment(contents), VARIABLE: to_text(tuple(sayings))}
        if sum(len(f"{key}{value}".encode()) for key, value in variables.items()) > _MAX_ENVIRONMENT:
            raise BuildError(
                f"{agent.id}: the {len(said)} events that people say do not fit into its environment "
                f"({_MAX_ENVIRONMENT} bytes); choose fewer domains for the stage in cdk.json."
            )
        function = self._function(
            contents,
            variables,
            serving_policy(agent, said, self._names, self._arns),
            wildcards(agent, self._names, settings.places),
        )
        url = lambda_.CfnUrl(self, "Url", target_function_arn=function.attr_arn, auth_type="AWS_IAM")
        place = ssm.CfnParameter(
            self,
            "Place",
            name=self._names.parameter(agent.name),
            description=f"Where {agent.id} is to be found.",
            type="String",
            value=url.attr_function_url,
        )
        self._callers(function, place)
        self._alarms()
        self._register(said)

    def _callers(self, function: lambda_.CfnFunction, place: ssm.CfnParameter) -> None:
        """For the roles of people: leave to come here, by the URL only.

        Within the account this is all there is to it: the function has no resource policy, so nobody else may come.
        Since October 2025 a URL asks for both actions; the second only counts for calls that came by the URL. Whoever
        may invoke the function directly could write the caller's name into the request himself.
        """
        iam.CfnManagedPolicy(
            self,
            "Callers",
            managed_policy_name=f"{self._name}-callers",
            description=f"Lets people and their tools speak to {self._agent.id}.",
            policy_document=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="Url",
                        actions=["lambda:InvokeFunctionUrl"],
                        resources=[function.attr_arn],
                        conditions={"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}},
                    ),
                    iam.PolicyStatement(
                        sid="ByTheUrlOnly",
                        actions=["lambda:InvokeFunction"],
                        resources=[function.attr_arn],
                        conditions={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
                    ),
                    iam.PolicyStatement(
                        sid="WhereItIs",
                        actions=["ssm:GetParameter"],
                        resources=[self._arns.parameter(str(place.name))],
                    ),
                ]
            ),
        )

    def _alarms(self) -> None:
        function = ("AWS/Lambda", "FunctionName", self._name)
        self._alarm(
            "errors",
            f"{self._agent.id} could not answer a request; its log says why.",
            of=function,
            metric="Url5xxCount",
            above=0,
            statistic="Sum",
        )
        self._alarm(
            "throttles",
            f"{self._agent.id} turned requests away: the account's Lambda concurrency is used up.",
            of=function,
            metric="Throttles",
            above=0,
            statistic="Sum",
        )

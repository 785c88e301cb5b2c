"""Reaches a running stage: one in AWS, or the local cloud of a running `troupe up`. The same clients for both."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from troupe.event_store.read import Reader
from troupe.event_store.registry import read_agents
from troupe.operations.dead_letters import DeadLetters
from troupe.runtime.aws import client
from troupe.runtime.payloads import Payloads
from troupe.runtime.settings import Names


class Up(Protocol):
    """A `troupe up` that runs. Whether one does is the local cloud's to say: what it leaves behind outlives it."""

    @property
    def endpoint(self) -> str:
        """Such as http://127.0.0.1:4570."""

    @property
    def names(self) -> Names:
        """Of its stage."""


class ReachError(Exception):
    """There is no stage to talk to, or it does not answer; one sentence."""


@dataclass(frozen=True)
class Stage:
    """A stage that answers."""

    names: Names
    by: str
    """Who is talking to it."""
    payload_bucket: str
    wait_s: int
    """How long a receive should wait for messages."""

    @property
    def reader(self) -> Reader:
        return Reader(client("dynamodb"), self.names.events, self.payload_bucket)

    @property
    def payloads(self) -> Payloads:
        return Payloads(self.payload_bucket)

    @property
    def dead_letters(self) -> DeadLetters:
        """Those of all its agents."""
        agents = [agent.id for agent in read_agents(client("ssm"), self.names) if not agent.serves]
        return DeadLetters(client("sqs"), self.names, agents, self.wait_s)


@contextmanager
def reached(root: Path, stage: str = "", up: Up | None = None) -> Iterator[Stage]:
    """The stage of this name in the account that the AWS credentials at hand belong to; without a name, `up`, the
    `troupe up` that runs in this project, if one does.

    Whatever AWS refuses inside the block becomes a ReachError.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    before = dict(os.environ)
    try:
        names = names_of(root, stage)
        if not stage:
            os.environ.update(_local(up))
            names = up.names if up else names
        yield _stage(names, local=not stage)
    except ClientError as error:
        said = error.response["Error"]
        raise ReachError(f"{error.operation_name}: {said.get('Message') or said['Code']}") from error
    except BotoCoreError as error:
        where = f"the stage {stage} in AWS" if stage else "the running `troupe up`"
        raise ReachError(f"Could not reach {where}: {error}") from error
    finally:
        os.environ.clear()
        os.environ.update(before)


def _stage(names: Names, *, local: bool) -> Stage:
    sts = client("sts")
    who = sts.get_caller_identity()
    return Stage(
        names=names,
        by=getpass.getuser() if local else str(who["Arn"]),
        payload_bucket=names.payloads(str(who["Account"]), str(sts.meta.region_name)),
        wait_s=0 if local else 1,
    )


def names_of(root: Path, stage: str = "") -> Names:
    """What everything is called in a stage of cdk.json, by default the one that it names. Raises ReachError."""
    path = root / "cdk.json"
    try:
        context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["context"]
        app, default, stages = str(context["app"]), str(context["stage"]), context["stages"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ReachError(f"{path} does not say what app and stages there are.") from None
    if stage and stage not in stages:
        raise ReachError(f"cdk.json has no stage {stage[:50]}; it has {', '.join(sorted(stages))}.")
    return Names(app, stage or default)


def _local(up: Up | None) -> dict[str, str]:
    if up is None:
        raise ReachError(
            "Nothing is running here: start `troupe up` in another terminal, or name a deployed stage with --stage."
        )
    return {
        "AWS_ENDPOINT_URL": up.endpoint,
        "AWS_ACCESS_KEY_ID": "TROUPELOCALADMIN",
        "AWS_SECRET_ACCESS_KEY": "local",
        # Clients are kept by their credentials; the token keeps those of another endpoint apart.
        "AWS_SESSION_TOKEN": up.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
    }

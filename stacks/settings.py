"""The settings of a stage, as cdk.json gives them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from stacks.errors import BuildError
from troupe.runtime.settings import Limits, Names

_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""The retentions that CloudWatch Logs offers."""

_LONGEST_PREFIX = 25
"""Of `<app>-<stage>`: with account and region behind it, the payload bucket's name still fits 63 characters."""


_LIMITS = Limits()


def _offered(days: int) -> int:
    if days not in _LOG_DAYS:
        raise ValueError(f"CloudWatch Logs keeps logs for one of {', '.join(map(str, _LOG_DAYS))} days")
    return days


def _person(pattern: str) -> str:
    if not re.fullmatch(r"arn:[^:]+:iam::[^:]+:(role/[^/:]+|user/[^:]+)|[^:/\s]+", pattern):
        raise ValueError(
            f"{pattern} is no person: write arn:aws:iam::ACCOUNT:role/NAME, without the role's path, which a session "
            "does not tell, or arn:aws:iam::ACCOUNT:user/NAME"
        )
    return pattern


class WarehouseSettings(BaseModel):
    """The warehouse of a stage: a cluster of its own, or one that is there already, by ARN and secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cluster: str = Field(default="", pattern=r"^$|^arn:[^:\s]+:rds:[^:\s]+:\d{12}:cluster:[^:\s]+$")
    """ARN of an Aurora PostgreSQL cluster with its Data API switched on; empty: the stage gets its own."""
    secret: str = Field(default="", pattern=r"^$|^arn:[^:\s]+:secretsmanager:[^:\s]+:\d{12}:secret:[^:\s]+$")
    """ARN of the secret with name and password of a role in that cluster that may only read."""
    database: str = Field(default="warehouse", pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")
    sample: bool = True
    """Whether `make deploy` puts the sample data into the stage's own cluster while that is empty."""
    max_capacity: int = Field(default=4, ge=1, le=256)
    """Aurora capacity units (about 2 GB of memory each) that the stage's own cluster may grow to."""
    pause_after_s: int = Field(default=300, ge=300, le=86_400)
    """Seconds without a question after which it scales to zero."""

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.cluster) != bool(self.secret):
            raise ValueError("an existing cluster needs both, `cluster` and `secret`")
        return self

    @property
    def is_ours(self) -> bool:
        """Whether the stage creates the cluster."""
        return not self.cluster


class StageSettings(BaseModel):
    """What one stage in cdk.json may set; everything has a default that suits a stage for trying things out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    domains: list[str] | None = Field(default=None, min_length=1)
    """The folders under functions/ that are deployed, beside platform; None: all there are."""
    retention_days: int = Field(default=30, ge=1, le=3650)
    """How long events, decisions and payloads are kept."""
    archive_days: int = Field(default=30, ge=1, le=3650)
    """How long EventBridge's own archive keeps its copy."""
    log_days: Annotated[int, AfterValidator(_offered)] = 14
    protect_data: bool = False
    """True: tables, bucket and the core stack resist deletion, and data outlives the stack."""
    point_in_time_recovery: bool = True
    """Of both tables: any second of the last 35 days can be restored."""
    alarm_email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    """Who hears the alarms; None: nobody, until somebody subscribes to the topic."""
    late_after_s: int = Field(default=300, ge=60, le=86_400)
    """An event that waits longer than this for its agent raises an alarm."""
    grace_s: int = Field(default=3600, ge=60, le=1_209_600)
    """How long a stalled story may still be finished, by a redrive for example, before it is abandoned."""
    max_depth: int = Field(default=_LIMITS.max_depth, ge=1, le=1000)
    """Events along one causal path, at most; beyond it the choreography is halted."""
    max_repeats: int = Field(default=_LIMITS.max_repeats, ge=1, le=1000)
    """Times that one handler may act along one causal path, at most."""
    max_events: int = Field(default=_LIMITS.max_events, ge=1, le=1_000_000)
    """Events in one correlation, at most; counted loosely, since nobody counts for all."""
    translator: Literal["offline", "model", "offline-then-model"] = "offline"
    """Who turns questions into SQL: rules, which need no network; a language model; or a model where the rules do not
    understand."""
    model: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9.:/_-]{0,2047}$")
    """Of Amazon Bedrock: the id of a model or of an inference profile in the stage's region; None: agents have none."""
    guardrail: str | None = Field(default=None, pattern=r"^[a-z0-9]+:(DRAFT|[0-9]{1,8})$")
    """Of Amazon Bedrock, `id:version`: watches over what the model is asked and answers."""
    claims: dict[Annotated[str, AfterValidator(_person)], dict[str, str]] = {}
    """What the desk says of people, such as `{"arn:aws:iam::*:role/north-*": {"tenant": "north"}}`: `*` and `?` within
    one part of the ARN of a role or user; on one machine a login name."""
    warehouse: WarehouseSettings | None = None
    """{}: an Aurora PostgreSQL that scales to zero. None: no stack; put the place into the parameter yourself."""
    whatif: bool = False
    """Beside every agent a twin that may not publish: `troupe replay --mode whatif` thinks again there. A queue, its
    dead letters and a function more per agent; idle, the polling of the queue."""

    @property
    def limits(self) -> Limits:
        """What a story may grow to."""
        return Limits(self.max_depth, self.max_repeats, self.max_events)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.translator != "offline" and self.model is None:
            raise ValueError(f"translator {self.translator} needs a model; name one")
        if self.guardrail and self.model is None:
            raise ValueError("guardrail watches over a model, and there is none; name one")
        return self


@dataclass(frozen=True, slots=True)
class Settings:
    """A stage: how it is named, and what cdk.json says about it."""

    names: Names
    stage: StageSettings

    @property
    def places(self) -> Mapping[str, str]:
        """Placeholders that grants may use beside the stage's own; empty where the stage has no such thing."""
        warehouse = self.stage.warehouse
        if warehouse is None:
            return {"warehouse_cluster": "", "warehouse_secret": ""}
        ours, here = self.names.warehouse, "{region}:{account}"
        return {
            "warehouse_cluster": warehouse.cluster or f"arn:{{partition}}:rds:{here}:cluster:{ours}",
            # Secrets Manager appends six characters to the name.
            "warehouse_secret": warehouse.secret
            or f"arn:{{partition}}:secretsmanager:{here}:secret:{ours}-reader-??????",
        }


def read_settings(context: Mapping[str, Any]) -> Settings:
    """Reads `app`, `stage` and `stages` from the CDK context (cdk.json, overridden by `--context`).

    `whatif` there lets any stage have twins: a replay on this machine asks for them. `domains` there, words with commas
    between them, goes before the stage's own.
    Raises BuildError naming the first thing that is missing, unknown or out of range.
    """
    app, stage = _word(context, "app"), _word(context, "stage")
    if app.startswith(("aws", "ssm")):
        raise BuildError(f"cdk.json: the app is called {app}; AWS reserves names that begin with aws or ssm.")
    if len(app) + 1 + len(stage) > _LONGEST_PREFIX:
        raise BuildError(
            f"cdk.json: {app}-{stage} begins the name of everything in the stage and has "
            f"{len(app) + 1 + len(stage)} characters; shorten app or stage to {_LONGEST_PREFIX} in all."
        )
    stages = context.get("stages")
    if not isinstance(stages, Mapping) or not stages:
        raise BuildError('cdk.json: the context has no "stages"; give it one, such as {"dev": {}}.')
    if stage not in stages:
        raise BuildError(f"cdk.json: there is no stage {stage}; there is {', '.join(sorted(stages))}.")
    try:
        settings = StageSettings.model_validate(stages[stage])
    except ValidationError as error:
        raise BuildError(f"cdk.json: stages.{stage}{_fault(error)}") from None
    if context.get("whatif") in (True, "true"):
        settings = settings.model_copy(update={"whatif": True})
    if isinstance(only := context.get("domains"), str):
        settings = settings.model_copy(update={"domains": [word.strip() for word in only.split(",")]})
    return Settings(Names(app, stage), settings)


def _word(context: Mapping[str, Any], key: str) -> str:
    value = context.get(key)
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value):
        raise BuildError(
            f'cdk.json: the context\'s "{key}" is {value!r}; it is a word of lower-case letters, digits and hyphens.'
        )
    return value


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if not first["loc"]:
        if first["type"] == "value_error":
            return f": {first['msg'].removeprefix('Value error, ')}."
        return " is not an object; write its settings between braces."
    key = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        known = sorted(StageSettings.model_fields)
        near = difflib.get_close_matches(key, known, n=1)
        return f" knows no {key}; " + (f"did you mean {near[0]}?" if near else f"it knows {', '.join(known)}.")
    message = first["msg"].removeprefix("Value error, ")
    return f".{key} is {first['input']!r}: {message[:1].lower()}{message[1:]}."

"""What a stage says about the other side of an effect: a JSON object in an SSM parameter."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from troupe.runtime.aws import client

T = TypeVar("T")


class NotConfigured(Exception):
    """The parameter is missing or not understood; one sentence that says what to put where."""


def configured(name: str, build: Callable[[dict[str, Any]], T], *, form: str, missing: str) -> T:
    """What `build` makes of the parameter's object.

    form: how the object should look; missing: what is not there without the parameter, such as "There is no sender".
    Raises NotConfigured, also for a KeyError, ValueError, TypeError or AttributeError of `build`.
    """
    ssm = client("ssm")
    try:
        value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        raise NotConfigured(f"{missing}: put {form} into the SSM parameter {name}.") from None
    try:
        return build(json.loads(value))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotConfigured(f"The SSM parameter {name} is not understood: it should be {form}.") from None

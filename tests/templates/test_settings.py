"""What cdk.json says is read once, strictly; a mistake in it is one sentence."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stacks.errors import BuildError
from stacks.settings import StageSettings, read_settings
from tests.templates.sample import REPOSITORY

CONTEXT: dict[str, Any] = {"app": "troupe", "stage": "dev", "stages": {"dev": {}, "prod": {"protect_data": True}}}


def test_a_stage_is_chosen_by_name_and_the_rest_has_defaults() -> None:
    assert read_settings(CONTEXT).stage == StageSettings()
    prod = read_settings(CONTEXT | {"stage": "prod"})
    assert prod.stage.protect_data is True and prod.names.bus == "troupe-prod"


def test_every_stage_in_cdk_json_is_valid() -> None:
    context = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    for stage in context["stages"]:
        read_settings(context | {"stage": stage})
    assert read_settings(context | {"stage": "prod"}).stage.protect_data is True


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        ({"stage": "qa"}, "cdk.json: there is no stage qa; there is dev, prod."),
        ({"stage": None}, 'the context\'s "stage" is None'),
        ({"app": "Troupe!"}, "a word of lower-case letters, digits and hyphens"),
        ({"app": "aws-troupe"}, "AWS reserves names that begin with aws or ssm"),
        ({"app": "a-very-long-name-for-an-app"}, "shorten app or stage to 25 in all"),
        ({"stages": {}}, 'the context has no "stages"'),
        ({"stages": {"dev": 3}}, "stages.dev is not an object"),
        ({"stages": {"dev": {"log_day": 3}}}, "stages.dev knows no log_day; did you mean log_days?"),
        ({"stages": {"dev": {"colour": 3}}}, "stages.dev knows no colour; it knows alarm_email, archive_days"),
        ({"stages": {"dev": {"log_days": 8}}}, "stages.dev.log_days is 8: CloudWatch Logs keeps logs for one of 1, 3"),
        ({"stages": {"dev": {"retention_days": 0}}}, "stages.dev.retention_days is 0: input should be greater than"),
        (
            {"stages": {"dev": {"retention_days": "30"}}},
            "stages.dev.retention_days is '30': input should be a valid int",
        ),
        ({"stages": {"dev": {"alarm_email": "nobody"}}}, "stages.dev.alarm_email is 'nobody'"),
        ({"stages": {"dev": {"translator": "model"}}}, "stages.dev: translator model needs a model; name one."),
        ({"stages": {"dev": {"guardrail": "abc:1"}}}, "stages.dev: guardrail watches over a model"),
        ({"stages": {"dev": {"model": "m", "guardrail": "abc"}}}, "stages.dev.guardrail is 'abc'"),
    ],
)
def test_a_mistake_is_one_sentence(context: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BuildError) as error:
        read_settings(CONTEXT | context)
    assert sentence.lower() in str(error.value).lower() and "\n" not in str(error.value)


def test_the_page_about_stages_tells_every_setting_with_its_default() -> None:
    page = (REPOSITORY / "docs/stages.md").read_text()
    rows = dict(re.findall(r"^\| (`.+?`) \| (.+?) \|", page, re.MULTILINE))
    told = {name: default for names, default in rows.items() for name in re.findall(r"`(\w+)`", names)}
    assert set(told) == set(StageSettings.model_fields)
    for name, field in StageSettings.model_fields.items():
        if isinstance(field.default, bool | int):
            assert told[name] == str(field.default).lower()

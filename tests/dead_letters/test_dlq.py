"""`troupe dlq`, typed at a stage that answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dead_letters.test_mending import Letters
from troupe.cli.main import run
from troupe.local.cloud import LocalCloud
from troupe.local.up.presence import claim
from troupe.operations import reach
from troupe.runtime.settings import Names

pytestmark = pytest.mark.thorough

Order = Callable[..., str]


@pytest.fixture
def at_the_shop(cloud: LocalCloud, shop: Path, monkeypatch: pytest.MonkeyPatch) -> LocalCloud:
    monkeypatch.chdir(shop)
    monkeypatch.setattr(reach, "_local", lambda up: {})
    monkeypatch.setattr(reach, "DeadLetters", Letters)
    monkeypatch.setattr(Letters, "clock", cloud.clock, raising=False)
    return cloud


def stuck(cloud: LocalCloud, order: Order) -> str:
    story = order("o-1", -5)
    cloud.run_until_idle()
    cloud.run_for(1)
    return story


def test_with_nothing_running_it_says_what_to_do(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop)
    assert run(["dlq", "list"]) == 1
    assert "start `troupe up` in another terminal, or name a deployed stage" in capsys.readouterr().err
    assert run(["dlq", "list", "--stage", "nope"]) == 1
    assert "cdk.json has no stage nope; it has dev, prod." in capsys.readouterr().err


def test_what_a_killed_one_left_is_not_talked_to(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with claim(shop) as held:
        held.tell("http://127.0.0.1:1", Names("troupe", "dev"))
        left = (shop / ".troupe" / "up.json").read_text()
    told = shop / ".troupe" / "up.json"
    told.write_text(json.dumps(json.loads(left) | {"pid": gone.pid}))
    try:
        assert run(["dlq", "list"]) == 1
    finally:
        told.unlink()
    assert "Nothing is running here" in capsys.readouterr().err


def test_whoever_is_up_is_talked_to_under_its_own_names(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[tuple[str, str]] = []

    def answering(names: Names, *, local: bool) -> None:
        reached.append((os.environ["AWS_ENDPOINT_URL"], names.prefix))
        raise reach.ReachError("seen")

    monkeypatch.chdir(shop)
    monkeypatch.setattr(reach, "_stage", answering)
    with claim(shop) as held:
        held.tell("http://127.0.0.1:1", Names("troupe", "prod"))
        assert run(["dlq", "list"]) == 1
    assert reached == [("http://127.0.0.1:1", "troupe-prod")]


def test_list_and_show(at_the_shop: LocalCloud, order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dlq", "list"]) == 0
    assert "There are no dead letters." in capsys.readouterr().out
    story = stuck(at_the_shop, order)
    assert run(["dlq", "list"]) == 0
    listed = capsys.readouterr().out
    assert "1 × OrderPlaced" in listed and "a negative total" in listed and f"stuck: {story}" in listed
    assert run(["dlq", "show", story]) == 0
    shown = capsys.readouterr().out
    assert "OrderPlaced → shop.till (here)" in shown and '"total": -5' in shown and "a negative total" in shown


def test_nothing_is_done_without_yes(at_the_shop: LocalCloud, order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    story = stuck(at_the_shop, order)
    data = json.dumps({"order": "o-1", "total": 5})
    for words in (["redrive", "--all"], ["edit", story, data], ["drop", story, "--reason", "because"]):
        assert run(["dlq", *words]) == 0
        assert "Nothing was done to 1 dead letter" in capsys.readouterr().err
    at_the_shop.run_until_idle()
    assert at_the_shop.queues()["troupe-dev-shop-till"].dead == 1


def test_misuse_is_one_sentence(at_the_shop: LocalCloud, order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    story = stuck(at_the_shop, order)
    for words, said in (
        (["redrive"], "Say which dead letters to redrive, or --all"),
        (["drop", story], "Say why"),
        (["edit", story, "{}", "--yes"], "The data breaks the contract OrderPlaced"),
        (["show", "nothing"], "No dead letter is known as nothing"),
    ):
        assert run(["dlq", *words]) == 1
        told = capsys.readouterr().err
        assert said in told and "Traceback" not in told


def test_edit_and_redrive_finish_the_story(
    at_the_shop: LocalCloud, order: Order, capsys: pytest.CaptureFixture[str]
) -> None:
    story = stuck(at_the_shop, order)
    assert run(["dlq", "redrive", "--all", "--yes"]) == 0
    assert "1 redriven." in capsys.readouterr().err
    at_the_shop.run_until_idle()
    at_the_shop.run_for(1)
    assert at_the_shop.queues()["troupe-dev-shop-till"].dead == 1, "it is still negative"
    assert run(["dlq", "edit", story, json.dumps({"order": "o-1", "total": 5}), "--yes"]) == 0
    at_the_shop.run_until_idle()
    end = at_the_shop.reader.story(story).end
    assert end is not None and end.type in ("Shipped", "ChoreographyAbandoned")
    assert "Shipped" in [e.type for e in at_the_shop.events(story)]
    assert run(["dlq", "list"]) == 0
    assert "no dead letters" in capsys.readouterr().out

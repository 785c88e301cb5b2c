"""`troupe replay` as a person types it, over the history of earlier local runs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from troupe.cli.main import run
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth


@pytest.fixture(scope="module")
def played(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with a past: one order that was shipped, one that the till failed on."""
    root = tmp_path_factory.mktemp("typed") / "shop"
    shutil.copytree(shop, root)
    with LocalCloud.boot(root, assembly=synth(root), live=True) as cloud:
        from contracts.shop import OrderPlaced  # type: ignore[import-not-found]

        story = cloud.publish(OrderPlaced(order="o-1", total=10))
        cloud.run_until_idle()
        cloud.keep()
    return root, story


@pytest.fixture
def at_the_shop(played: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(played[0])
    return played[1]


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["replay", *words])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_look_first_then_send_what_was_looked_at_then_compare(
    at_the_shop: str, capsys: pytest.CaptureFixture[str], played: tuple[Path, str]
) -> None:
    selection = ["--correlation", at_the_shop, "--to", "shop.till", "--mode", "whatif", "--repeat", "2"]
    code, out, err = typed(capsys, "run", *selection)
    assert code == 0 and "Nothing was sent." in err
    assert f"whatif of 1 event, 2 times each (correlation {at_the_shop})" in out
    assert "→ shop.till  1 × OrderPlaced" in out and "uses nothing outside" in out and "nobody hears of it" in out
    (id,) = re.findall(r"^replay-\S+(?=:)", out, re.MULTILINE)

    code, out, _ = typed(capsys, "diff", id)
    assert code == 1 and "1 undecided" in out

    code, out, err = typed(capsys, "run", id, "--yes")
    assert code == 0 and f"{id}: 2 sent." in out and "· 2 of 2 sent" in err
    code, out, _ = typed(capsys, "diff", id)
    assert code == 0 and "whatif of 1 decisions: 1 the same" in out
    code, out, _ = typed(capsys, "diff", id, "--json")
    told = json.loads(out)
    assert told["counts"]["same"] == 1
    assert [r["verdict"] for r in told["decisions"][0]["runs"]] == ["same", "same"]

    code, out, _ = typed(capsys, "list")
    assert f"{id}  delivered  2 of 2 sent  whatif → shop.till" in out
    code, _, err = typed(capsys, "run", id, "--yes")
    assert code == 1 and "is over: delivered, 2 messages were sent." in err
    assert run(["trace", id]) == 0
    assert "ReplayStarted" in (shown := capsys.readouterr().out) and "ReplayEnded" in shown


def test_a_reprocess_acts_and_says_who_is_downstream(at_the_shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    selection = ["--correlation", at_the_shop, "--to", "shop.till", "--to", "shop.packer", "--mode", "reprocess"]
    code, _, err = typed(capsys, "run", *selection, "--yes")
    assert code == 1 and "needs --reason" in err
    code, out, _ = typed(capsys, "run", *selection, "--reason", "the new till", "--yes")
    assert code == 0 and "acting again in the namespace replay-" in out and ": shop.shipper" in out
    (id,) = set(re.findall(r"replay-\w+-\w+", out))
    code, out, _ = typed(capsys, "diff", id)
    assert code == 0 and "2 the same" in out


def test_a_redelivery_of_finished_work_and_a_cancelled_one(
    at_the_shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    selection = ["--correlation", at_the_shop, "--to", "shop.till"]
    code, out, _ = typed(capsys, "run", *selection, "--yes")
    assert code == 0 and "downstream, where finished work is not done again: shop.shipper" in out
    _, out, _ = typed(capsys, "run", *selection)
    (id,) = set(re.findall(r"replay-\w+-\w+", out))
    code, out, _ = typed(capsys, "cancel", id)
    assert code == 0 and f"{id} is cancelled; 0 messages had been sent." in out
    code, _, err = typed(capsys, "cancel", id)
    assert code == 1 and "is over already: cancelled" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "Say with --to which agent"),
        (["run", "--to", "shop.till", "--correlation", "nope"], "knows no correlation nope"),
        (["run", "--to", "shop.till", "--since", "yesterday"], "is no time"),
        (["run", "--to", "shop.till", "--since", "2999-01-01"], "in the future"),
        (["run", "--to", "shop.till", "--since", "1h", "--until", "2h"], "not after its beginning"),
        (["run", "--to", "shop.till", "--since", "1h", "--mode", "again"], "There is no mode again"),
        (["run", "replay-1", "--to", "shop.till"], "Either a replay's id or a selection"),
        (["run", "replay-1", "--yes"], "There is no replay replay-1"),
        (["diff", "replay-1"], "There is no replay replay-1"),
        (["cancel", "replay-1"], "There is no replay replay-1"),
        (["list", "--stage", "nope"], "cdk.json has no stage nope"),
        (["run", "--to", "shop.till", "--open", "--stage", "nope"], "cdk.json has no stage nope"),
    ],
)
def test_misuse_is_one_sentence(
    at_the_shop: str, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    code, out, err = typed(capsys, *words)
    assert code == 1 and out == "" and said in err and err.count("\n") == 1

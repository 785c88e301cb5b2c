"""trace, events and verify as a user types them, over the history of a bakery's local runs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.local.bakery import write_bakery
from troupe.cli import main
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth

HISTORY = ".troupe/history/troupe-dev-events"


@dataclass(frozen=True)
class Played:
    root: Path
    served: str
    rested: str
    """Its agent asked to be called again."""
    waiting: str
    """Nobody but the recorder has had it."""
    failed: str


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    root = write_bakery(tmp_path_factory.mktemp("bakery"))
    synth(root)
    with LocalCloud.boot(root, live=True) as cloud:
        from contracts.bakery import BreadOrdered  # type: ignore[import-not-found]

        ids = []
        for loaves in (3, 7, 13):
            ids.append(cloud.publish(BreadOrdered(loaves=loaves)))
            cloud.run_until_idle()
        waiting = cloud.publish(BreadOrdered(loaves=1))
        (recorder,) = [s for s in cloud.world.mappings if s.queue == "troupe-dev-platform-recorder"]
        cloud.poller.run(recorder)
        cloud.keep()
    return Played(root, ids[0], ids[1], waiting, ids[2])


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Troupe = Callable[..., Said]


@pytest.fixture
def troupe(played: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Troupe:
    monkeypatch.chdir(played.root)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str) -> Said:
        code = main.run(list(arguments))
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


def test_a_trace_ends_with_how_it_ended(troupe: Troupe, played: Played) -> None:
    said = troupe("trace", played.served)
    assert said.code == 0, said.err
    assert said.lines[2].endswith("bakery.baker → BreadBaked")
    assert said.lines[3].endswith("bakery.waiter → BreadServed  end")
    assert said.lines[-1].startswith("3 events; ended with BreadServed after ")


def test_a_trace_says_at_which_attempt(troupe: Troupe, played: Played) -> None:
    assert "bakery.baker → BreadBaked  at attempt 2" in troupe("trace", played.rested).out
    assert "bakery.baker → AgentFailed  at attempt 5  incident" in troupe("trace", played.failed).out


def test_a_trace_shows_who_waits(troupe: Troupe, played: Played) -> None:
    said = troupe("trace", played.waiting)
    assert "bakery.baker has not decided on BreadOrdered, " in said.out
    assert said.lines[-1].startswith("1 event; no end so far, the latest event is ")
    assert "bakery.baker gave up on BreadOrdered: thirteen" in troupe("trace", played.failed).out
    assert "has not decided" not in troupe("trace", played.served).out


def test_a_trace_as_json_is_one_object(troupe: Troupe, played: Played) -> None:
    told = json.loads(troupe("trace", played.rested, "--json").out)
    assert [(e["agent"], e["type"], e["attempt"], e["note"]) for e in told["events"]] == [
        ("cli", "BreadOrdered", None, ""),
        ("bakery.baker", "BreadBaked", 2, ""),
        ("bakery.waiter", "BreadServed", 1, "end"),
    ]
    assert told["events"][1]["data"] == {"loaves": 7}
    assert told["events"][1]["metadata"]["causes"][0]["id"] == told["events"][0]["id"]
    assert told["end"] == told["events"][2]["id"] and told["waiting"] == []
    (waiting,) = json.loads(troupe("trace", played.waiting, "--json").out)["waiting"]
    assert (waiting["agent"], waiting["handler"], waiting["event_type"]) == ("bakery.baker", "bake", "BreadOrdered")


def test_the_other_ways_to_show_it(troupe: Troupe, played: Played) -> None:
    assert '"loaves": 3' in troupe("trace", played.served, "--full").out
    assert troupe("trace", played.served, "--mermaid").out.startswith("sequenceDiagram\n")
    report = troupe("trace", played.served, "--report").out
    assert "The record holds: every digest of 3 events and 0 payloads was computed anew" in report
    assert "handler `bake`" in report
    both = troupe("trace", played.served, "--json", "--report")
    assert (both.code, both.out) == (2, "")
    assert "choose one" in both.err


def test_events_of_a_window_in_order(troupe: Troupe, played: Played) -> None:
    said = troupe("events", "--since", "1h")
    assert (said.code, said.err) == (0, "")
    times = [line[:23] for line in said.lines]
    assert times == sorted(times) and len(times) == 3 + 3 + 2 + 1
    assert "BreadOrdered  cli  " + played.served in said.lines[0]


@pytest.mark.parametrize(
    ("arguments", "types"),
    [
        (["--type", "BreadServed"], ["BreadServed", "BreadServed"]),
        (["--agent", "bakery.baker", "--agent", "bakery.waiter", "--type", "BreadBaked"], ["BreadBaked", "BreadBaked"]),
        (["--failed"], ["AgentFailed"]),
        (["--failed", "--agent", "bakery.waiter"], []),
    ],
)
def test_events_that_are_wanted(troupe: Troupe, arguments: list[str], types: list[str]) -> None:
    said = troupe("events", "--since", "1h", "--json", *arguments)
    assert [json.loads(line)["type"] for line in said.lines] == types
    assert said.err == ("" if types else "No such events were recorded in this window.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["events", "--since", "soon"], 1, "'soon' is no time; say how long ago, such as 30s, 15m, 2h, 7d or 2w"),
        (["events", "--since", "2999-01-01"], 1, "The window begins in the future, at 2999-01-01 00:00:00 UTC."),
        (["events", "--since", "1h", "--until", "2h"], 1, "The window ends at "),
        (["events", "--follow", "--until", "1m"], 2, "--follow has no end; leave out --until."),
        (["events", "--follow"], 1, "Nothing is running here to follow: start `troupe up`, or name a stage"),
        (["events", "--stage", "nowhere"], 1, "cdk.json has no stage nowhere; it has dev, prod."),
        (["verify"], 2, "Say which story to verify, by its ID, or which window, by --since."),
        (["verify", "nobody"], 1, "The history knows no correlation nobody; `troupe trace last` shows the latest one."),
        (["trace", "last", "--stage", "prod"], 1, ""),
    ],
)
def test_misuse_is_a_sentence(
    troupe: Troupe, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    said = troupe(*arguments)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_what_was_played_holds(troupe: Troupe, played: Played) -> None:
    assert troupe("verify", played.served).out == "3 events, 0 payloads: every digest holds.\n"
    assert troupe("verify", "--since", "1h").out == "9 events, 0 payloads: every digest holds.\n"


def test_a_byte_that_was_flipped_on_the_disk_is_found(troupe: Troupe, played: Played) -> None:
    (path,) = (played.root / HISTORY).glob("*.jsonl")
    kept = path.read_text()
    lines = [json.loads(line) for line in kept.splitlines()]
    victim = next(i for i in lines if i["pk"]["S"] == f"C#{played.served}" and i.get("type") == {"S": "BreadBaked"})
    body = bytearray(base64.b64decode(victim["body"]["B"]["base64"]))
    body[len(body) // 2] ^= 4
    victim["body"]["B"]["base64"] = base64.b64encode(bytes(body)).decode()
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    try:
        one = troupe("verify", played.served)
        assert one.code == 1
        assert one.out.startswith(f"BreadBaked {victim['sk']['S'][2:]} is altered: ")
        window = troupe("verify", "--since", "1h")
        assert window.code == 1 and window.lines[-1] == "9 events, 0 payloads: 1 finding."
        told = troupe("trace", played.served)
        assert told.code == 0 and "cannot be read; `troupe verify` says why." in told.out
    finally:
        path.write_text(kept)


def test_the_graph_as_it_was_observed(troupe: Troupe) -> None:
    said = troupe("graph", "--observed", "--since", "1h")
    assert said.code == 0
    assert "OrderPlaced" not in said.out and '"BreadOrdered<br/>3 ×, ' in said.out
    assert "33% failed" in said.out
    assert '"BreadBaked<br/>2 ×, ' in said.out
    assert said.err.splitlines() == ["9 events since 1h.", "Declared, never seen: OvenBroken from bakery.baker"]
    assert troupe("graph", "--stage", "prod").code == 2

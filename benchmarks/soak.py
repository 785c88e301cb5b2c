"""Questions by the hundred at `troupe up`, while a random agent is killed every other second.

    python -m benchmarks.soak [QUESTIONS] [SECONDS BETWEEN KILLS]

Runs a cloud of its own under .troupe/soak, beside one that may be up. Exit code 0: every question has exactly one end
or is listed as stuck, no event was published in two versions, none is missing. The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from troupe.choreography.discovery import contracts
from troupe.event_store.read import Story
from troupe.local import account
from troupe.local.up import presence
from troupe.local.up.presence import Presence
from troupe.local.up.visit import visiting
from troupe.runtime.aws import client

ROOT = Path(__file__).resolve().parents[1]
NAME = "soak"
QUESTIONS = (
    "Show me total sales by region for last quarter",
    "How many stores are there?",
    "Total sales by category",
    "What is the weather in Paris?",
)
"""The last one has no answer; it has to end, too."""
PATIENCE_S = 180.0
"""How long nothing may move before what is left counts as stuck."""


@contextmanager
def up() -> Iterator[Presence]:
    """A cloud of our own, forgotten before and stopped after."""
    log_path = ROOT / ".troupe" / "soak.log"
    log_path.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "troupe.cli", "up", "--name", NAME, "--port", "0", "--fresh"]
    with open(log_path, "w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        try:
            while (found := presence.running(ROOT, NAME)) is None:
                if process.poll() is not None:
                    sys.exit(f"troupe up ended: {log_path.read_text().strip().splitlines()[-1]}")
                time.sleep(0.2)
            yield found
        finally:
            process.terminate()  # a shell may have started us with Ctrl-C ignored
            process.wait(60)


def ask(found: Presence, count: int) -> list[str]:
    """Publishes the questions; their correlation ids. Whatever returns has been accepted."""
    asked = next(c for c in contracts(ROOT) if c.type_name() == "QueryReceived")
    questions = [asked.model_validate({"question": QUESTIONS[n % len(QUESTIONS)]}) for n in range(count)]
    return [account.publish(found.names, question) for question in questions]


def kill_one(found: Presence, chance: random.Random) -> str:
    """Kills a process at random, busy or not; the agent's id."""
    alive = [agent for agent in found.state()["agents"] if agent["pid"]]
    if not alive:
        return ""
    agent = chance.choice(alive)
    try:
        os.kill(agent["pid"], signal.SIGKILL)
    except ProcessLookupError:
        return ""
    return str(agent["id"])


def ended(found: Presence, asked: set[str]) -> set[str]:
    """Those of these correlations that have an end, from what the recorder has claimed."""
    done = set()
    ids = sorted(asked)
    for start in range(0, len(ids), 100):
        keys = [{"pk": {"S": f"C#{id}"}, "sk": {"S": "S#"}} for id in ids[start : start + 100]]
        answer = client("dynamodb").batch_get_item(RequestItems={found.names.events: {"Keys": keys}})
        done |= {
            item["pk"]["S"].removeprefix("C#") for item in answer["Responses"][found.names.events] if "end" in item
        }
    return done


def soak(found: Presence, count: int, every_s: float) -> dict[str, Any]:
    chance = random.Random(4711)
    began = time.monotonic()
    asked = ask(found, count)
    accepted_s = time.monotonic() - began
    print(f"{count} questions accepted in {accepted_s:.1f} s", flush=True)
    kills: Counter[str] = Counter()
    open_, moved, next_kill, next_look = set(asked), time.monotonic(), 0.0, 0.0
    while open_ and time.monotonic() - moved < PATIENCE_S:
        if time.monotonic() >= next_kill:
            next_kill = time.monotonic() + every_s
            kills[kill_one(found, chance)] += 1
        if time.monotonic() >= next_look:
            left = open_ - ended(found, open_)
            if len(left) < len(open_):
                moved = time.monotonic()
            open_ = left
            next_look = time.monotonic() + 5
            print(f"{time.monotonic() - began:5.0f} s: {len(open_)} open, {kills.total()} kills", flush=True)
        time.sleep(0.1)
    seconds = time.monotonic() - began
    rest(found)
    stories = {correlation: account.reader(found.names).story(correlation) for correlation in asked}
    dead = dead_letters(found)
    reasons = {id: why(story) or dead.get(id, "") for id, story in stories.items() if not story.end}
    return {
        "questions": count,
        "ended": sum(1 for story in stories.values() if story.end),
        "stuck": {id: reason for id, reason in reasons.items() if reason},
        "lost": [id for id, reason in reasons.items() if not reason],
        "twice": [correlation for correlation, story in stories.items() if is_doubled(story)],
        "kills": kills.total(),
        "accepted_s": round(accepted_s, 1),
        "seconds": round(seconds, 1),
        "journal_mb": round(found.state()["journal_bytes"] / 1e6, 1),
    }


def rest(found: Presence) -> None:
    """Waits until nothing moves, for at most a minute: the recorder may be behind."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not any(agent["visible"] + agent["in_flight"] for agent in found.state()["agents"]):
            return
        time.sleep(0.5)


def why(story: Story) -> str:
    """Who gave up on a story that has no end; empty when nobody said so."""
    incidents = [event for event in story.events if event.type in ("AgentFailed", "ChoreographyStalled")]
    return ", ".join(f"{event.type}: {event.data.get('agent', '')}" for event in incidents)


def dead_letters(found: Presence) -> dict[str, str]:
    """By correlation, the dead-letter queue in which one of its events lies."""
    lying = {}
    sqs = client("sqs")
    for agent in found.state()["agents"]:
        for name in (found.names.dead_letters(agent["id"]), found.names.undelivered(agent["id"])):
            url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    # A Tick, too, can end here; it belongs to no question.
                    metadata = json.loads(message["Body"])["detail"].get("metadata", {})
                    lying[metadata.get("correlation_id", "")] = f"in {name}"
    return lying


def is_doubled(story: Story) -> bool:
    """Whether anything was said in two versions, or an agent decided twice on the same event."""
    said = Counter((event.type, tuple(c.id for c in event.metadata.causes)) for event in story.events)
    return any(event.divergent for event in story.events) or any(n > 1 for n in said.values())


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    every_s = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    with up() as found, visiting(found):
        result = soak(found, count, every_s)
    print(json.dumps(result))
    return 1 if result["lost"] or result["twice"] else 0


if __name__ == "__main__":
    sys.exit(main())

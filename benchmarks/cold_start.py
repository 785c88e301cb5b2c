"""Cold start of a minimal agent (import and first event) against boto3 with one client and one call.

Both sides run in fresh interpreters, in turn, with AWS stubbed at the HTTP layer; what counts is CPU time.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_RUNS = 7
_FORBIDDEN = ("aws_xray_sdk", "moto", "aws_cdk", "psycopg", "sqlglot", "boto3")

_STUB = """
import io, os, time
os.environ.update({
    "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-central-1",
    "TROUPE_APP": "troupe", "TROUPE_STAGE": "bench", "TROUPE_AGENT": "bench.echo", "TROUPE_AGENT_VERSION": "v1",
    "TROUPE_PAYLOAD_BUCKET": "b", "TROUPE_MAX_DEPTH": "50", "TROUPE_MAX_REPEATS": "5", "TROUPE_MAX_EVENTS": "1000",
    "TROUPE_MAX_RECEIVES": "5", "TROUPE_RETENTION_DAYS": "30", "POWERTOOLS_METRICS_NAMESPACE": "troupe",
})
ANSWERS = {
    "BatchGetItem": b'{"Responses": {}, "UnprocessedKeys": {}}',
    "PutEvents": b'{"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}',
}
def answer(request, **_):
    from botocore.awsrequest import AWSResponse
    target = request.headers["X-Amz-Target"]
    operation = (target.decode() if isinstance(target, bytes) else target).split(".")[-1]
    response = AWSResponse(request.url, 200, {}, io.BytesIO())
    response._content = ANSWERS.get(operation, b"{}")
    return response
def stub_aws():
    import botocore.handlers
    botocore.handlers.BUILTIN_HANDLERS.append(("before-send", answer))
started = time.process_time()
"""
_BOTO3 = """
import boto3
stub_aws()
boto3.client("events").put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])
"""
_AGENT = """
from troupe import Agent, Event
class Asked(Event):
    text: str
class Answered(Event):
    text: str
agent = Agent(id="bench.echo")
@agent.on
def echo(event: Asked) -> Answered:
    return Answered(text=event.text)
class LambdaContext:
    def get_remaining_time_in_millis(self):
        return 60_000
stub_aws()
body = '{"id": "e", "detail-type": "Asked", "source": "s", "time": "2026-11-23T00:00:00Z", "detail": {"text": "hi"}}'
record = {"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
assert agent({"Records": [record]}, LambdaContext()) == {"batchItemFailures": []}
"""
_REPORT = """
import json, sys
modules = sorted({m.split(".")[0] for m in sys.modules})
print(json.dumps({"ms": (time.process_time() - started) * 1000, "modules": modules}))
"""


def measure() -> dict[str, object]:
    """Medians in CPU milliseconds, their ratio, and which heavy modules the agent imported (there should be none)."""
    boto3, agent = [], []
    modules: set[str] = set()
    for _ in range(_RUNS):
        boto3.append(_run(_BOTO3)["ms"])
        result = _run(_AGENT)
        agent.append(result["ms"])
        modules |= set(result["modules"])
    ratio = statistics.median(agent) / statistics.median(boto3)
    return {
        "boto3_cpu_ms": round(statistics.median(boto3)),
        "agent_cpu_ms": round(statistics.median(agent)),
        "ratio": round(ratio, 2),
        "target": 2.0,
        "heavy_imports": [m for m in _FORBIDDEN if m in modules],
    }


def _run(code: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _STUB + code + _REPORT], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps({"cold_start": measure()}))

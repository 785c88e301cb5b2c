"""The whole local cloud: a choreography runs in it, from exactly what would be deployed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from troupe.local.backends import ACCOUNT, REGION
from troupe.local.calls import Call
from troupe.local.cloud import LocalCloud
from troupe.local.errors import LocalCloudError
from troupe.local.queues import QueueDepth
from troupe.runtime.aws import client

Edit = Callable[[dict[str, Any]], None]
BAKER = "troupe-dev-bakery-baker"
EMPTY = QueueDepth(visible=0, in_flight=0, dead=0, undelivered=0)


def order(loaves: int) -> Any:
    from contracts.bakery import BreadOrdered  # type: ignore[import-not-found,unused-ignore]

    return BreadOrdered(loaves=loaves)


def types(cloud: LocalCloud, correlation_id: str) -> list[str]:
    return [event.type for event in cloud.events(correlation_id)]


def edited(bakery: Path, tmp_path: Path, stack: str, edit: Edit) -> Path:
    """A copy of the assembly with one template changed."""
    folder = tmp_path / "edited"
    shutil.copytree(bakery / ".troupe" / "cdk.out", folder)
    path = folder / f"{stack}.template.json"
    template = json.loads(path.read_text())
    edit(template["Resources"])
    path.write_text(json.dumps(template))
    return folder


def test_a_story_is_told_from_the_order_to_its_end(cloud: LocalCloud) -> None:
    story = cloud.publish(order(3))
    assert cloud.queues()[BAKER].visible == 1
    cloud.run_until_idle()
    placed, baked, served = cloud.events(story)
    assert [e.type for e in (placed, baked, served)] == ["BreadOrdered", "BreadBaked", "BreadServed"]
    assert [e.source for e in (placed, baked, served)] == ["troupe.cli", "troupe.bakery.baker", "troupe.bakery.waiter"]
    assert [c.id for c in served.metadata.causes] == [baked.metadata.id]
    assert baked.data == {"loaves": 3}
    assert set(cloud.queues().values()) == {EMPTY}
    assert cloud.lost() == []
    assert any('"published":["BreadBaked"]' in line for line in cloud.logs("bakery.baker"))


def test_stories_do_not_mix(cloud: LocalCloud) -> None:
    served, broken = cloud.publish(order(3)), cloud.publish(order(200), correlation_id="my-order")
    cloud.run_until_idle()
    assert broken == "my-order"
    assert types(cloud, served)[-1] == "BreadServed"
    assert types(cloud, broken) == ["BreadOrdered", "OvenBroken"]
    assert len(cloud.events()) == 5


def test_the_same_seed_tells_the_same_story(bakery: Path) -> None:
    def told(cloud: LocalCloud) -> list[Any]:
        for loaves in (1, 7, 13, 2):
            cloud.publish(order(loaves))
        cloud.run_until_idle()
        logs = [line for agent in ("bakery.baker", "bakery.waiter", "platform.recorder") for line in cloud.logs(agent)]
        return [[(e.metadata.id, e.recorded, e.metadata.traceparent) for e in cloud.events()], logs]

    with LocalCloud.boot(bakery, seed=5) as cloud:
        first = told(cloud)
        cloud.reset(5)
        again = told(cloud)
        cloud.reset(6)
        other = told(cloud)
    with LocalCloud.boot(bakery, seed=5) as cloud:
        assert told(cloud) == first
    assert again == first
    assert other != first
    assert len(other[0]) == len(first[0])


def test_the_seed_decides_who_goes_first(bakery: Path) -> None:
    def invoked(cloud: LocalCloud) -> tuple[str, ...]:
        seen: list[str] = []
        run = cloud.poller.run
        cloud.poller.run = lambda source: (seen.append(source.function.agent_id), run(source))[1]  # type: ignore[method-assign]
        for loaves in range(4):
            cloud.publish(order(loaves))
        cloud.run_until_idle()
        cloud.poller.run = run  # type: ignore[method-assign]
        return tuple(seen)

    with LocalCloud.boot(bakery) as cloud:
        orders = set()
        for seed in range(8):
            cloud.reset(seed)
            orders.add(invoked(cloud))
    assert len(orders) > 1


def test_a_reset_leaves_nothing_behind(cloud: LocalCloud) -> None:
    cloud.publish(order(13))
    cloud.run_until_idle()
    assert cloud.queues()[BAKER].dead == 1
    began = time.time()
    cloud.reset()
    assert time.time() < began
    assert cloud.events() == []
    assert set(cloud.queues().values()) == {EMPTY}
    assert cloud.logs("bakery.baker") == []
    assert types(cloud, cloud.publish(order(1))) == []


def test_nobody_waits_for_what_only_takes_time(cloud: LocalCloud) -> None:
    began, real = time.time(), time.monotonic()
    story = cloud.publish(order(7))
    cloud.run_until_idle()
    assert types(cloud, story)[-1] == "BreadServed"
    assert 90 <= time.time() - began < 100
    assert time.monotonic() - real < 60


def test_an_agent_that_cannot_do_it_gives_up_and_says_so(cloud: LocalCloud) -> None:
    story = cloud.publish(order(13))
    cloud.run_until_idle()
    assert types(cloud, story) == ["BreadOrdered", "AgentFailed"]
    assert cloud.events(story)[-1].data["attempts"] == 5
    assert cloud.queues()[BAKER] == QueueDepth(visible=0, in_flight=0, dead=1, undelivered=0)


def test_a_changed_pattern_changes_the_run(bakery: Path, tmp_path: Path) -> None:
    def deaf(resources: dict[str, Any]) -> None:
        (rule,) = (r for r in resources.values() if r["Type"] == "AWS::Events::Rule")
        rule["Properties"]["EventPattern"]["detail-type"] = ["Nothing"]

    with LocalCloud.boot(bakery, assembly=edited(bakery, tmp_path, BAKER, deaf)) as cloud:
        story = cloud.publish(order(3))
        cloud.run_until_idle()
        assert types(cloud, story) == ["BreadOrdered"]


@pytest.mark.parametrize("sid", ["Publish", "ReadDecisions", "WriteDecisions"])
def test_a_missing_grant_is_missed(bakery: Path, tmp_path: Path, sid: str) -> None:
    def without(resources: dict[str, Any]) -> None:
        (role,) = (r for r in resources.values() if r["Type"] == "AWS::IAM::Role")
        document = role["Properties"]["Policies"][0]["PolicyDocument"]
        left = [s for s in document["Statement"] if s.get("Sid") != sid]
        assert len(left) == len(document["Statement"]) - 1
        document["Statement"] = left

    with LocalCloud.boot(bakery, assembly=edited(bakery, tmp_path, BAKER, without)) as cloud:
        story = cloud.publish(order(3))
        cloud.run_until_idle()
        assert "BreadBaked" not in types(cloud, story)
        assert "is not authorized to perform" in "\n".join(cloud.logs("bakery.baker"))
        assert cloud.queues()[BAKER].dead == 1


def test_a_queue_that_lets_nobody_in_has_its_events_in_the_dead_letters(bakery: Path, tmp_path: Path) -> None:
    def shut(resources: dict[str, Any]) -> None:
        for resource in resources.values():
            if resource["Type"] == "AWS::SQS::QueuePolicy" and "Undelivered" not in json.dumps(resource):
                statements = resource["Properties"]["PolicyDocument"]["Statement"]
                statements[:] = [s for s in statements if s["Effect"] == "Deny"]

    with LocalCloud.boot(bakery, assembly=edited(bakery, tmp_path, BAKER, shut)) as cloud:
        story = cloud.publish(order(3))
        cloud.run_until_idle()
        assert types(cloud, story) == ["BreadOrdered"]
        assert cloud.queues()[BAKER].undelivered == 1


def test_a_fault_stands_between_a_call_and_its_answer(cloud: LocalCloud) -> None:
    disturbed: list[str] = []

    def throttle(call: Call, proceed: Callable[[], Any]) -> Any:
        if call.operation == "PutItem" and not disturbed:
            disturbed.append(call.service)
            body = json.dumps({"__type": "ThrottlingException", "message": "slow down"})
            return 400, {"Content-Type": "application/x-amz-json-1.0"}, body
        return proceed()

    cloud.endpoint.interceptor = throttle
    story = cloud.publish(order(3))
    cloud.run_until_idle()
    assert disturbed == ["dynamodb"]
    assert types(cloud, story)[-1] == "BreadServed"


def test_a_crash_after_a_call_is_not_handled_by_anybody(cloud: LocalCloud) -> None:
    class Crash(BaseException):
        pass

    def crash(call: Call, proceed: Callable[[], Any]) -> Any:
        answer = proceed()
        if call.operation == "PutEvents" and call.access_key.startswith("ASIA"):
            raise Crash
        return answer

    story = cloud.publish(order(3))
    cloud.endpoint.interceptor = crash
    with pytest.raises(Crash):
        cloud.run_until_idle()
    cloud.endpoint.interceptor = None
    cloud.functions.forget()
    cloud.run_until_idle()
    assert types(cloud, story) == ["BreadOrdered", "BreadBaked", "BreadServed"]


def test_events_that_no_contract_describes_can_be_put(cloud: LocalCloud) -> None:
    sent = cloud.publish_raw(Source="elsewhere", DetailType="Odd", Detail='{"x": 1}')
    assert cloud.publish_raw(Source="elsewhere", DetailType="Odd", Detail="[]")["ErrorCode"] == "MalformedDetail"
    cloud.run_until_idle()
    (event,) = cloud.events()
    assert (event.type, event.metadata.correlation_id, event.data) == ("Odd", sent["EventId"], {"x": 1})


def test_one_at_a_time(cloud: LocalCloud, bakery: Path) -> None:
    with pytest.raises(LocalCloudError, match="Another local cloud is open"), LocalCloud.boot(bakery):
        pass
    # The one that was open still works.
    story = cloud.publish(order(3))
    cloud.run_until_idle()
    assert types(cloud, story)[-1] == "BreadServed"


def test_a_live_cloud_has_the_wall_s_time_and_ids_of_its_own(bakery: Path) -> None:
    ids = set()
    for _ in range(2):
        with LocalCloud.boot(bakery, live=True) as cloud:
            assert abs((datetime.now(UTC) - _real_now()).total_seconds()) < 60
            ids.add(cloud.publish(order(7)))
            real = time.monotonic()
            cloud.run_until_idle()
            assert time.monotonic() - real < 60
            assert [e.type for e in cloud.events()][-1] == "BreadServed"
    assert len(ids) == 2
    assert abs((datetime.now(UTC) - _real_now()).total_seconds()) < 1


def test_history_is_put_back_into_the_store(bakery: Path, tmp_path: Path) -> None:
    with LocalCloud.boot(bakery, live=True) as cloud:
        first = cloud.publish(order(3))
        cloud.run_until_idle()
        payload = {"Bucket": cloud.names.payloads(ACCOUNT, REGION), "Key": "payload/BreadBaked/abc"}
        client("s3").put_object(**payload, Body=b"large")
        told = [(e.metadata, e.recorded) for e in cloud.events(first)]
        kept = cloud.keep()
        assert kept
        assert cloud.keep() is None
    try:
        with LocalCloud.boot(bakery, live=True) as cloud:
            assert cloud.events() == []
            assert cloud.remember() == 4  # three events and the status of their correlation
            assert [(e.metadata, e.recorded) for e in cloud.events(first)] == told
            decisions = cloud.client("dynamodb").scan(TableName=cloud.names.decisions)["Items"]
            assert {item["handler"]["S"] for item in decisions} == {"bake", "serve"}
            assert client("s3").get_object(**payload)["Body"].read() == b"large"
            assert cloud.keep() is None
            second = cloud.publish(order(4))
            cloud.run_until_idle()
            more = cloud.keep()
            assert more and len(more.read_text().splitlines()) == 4
        with LocalCloud.boot(bakery, live=True) as cloud:
            cloud.remember()
            assert {e.metadata.correlation_id for e in cloud.events()} == {first, second}
    finally:
        shutil.rmtree(bakery / ".troupe" / "history")


def _real_now() -> datetime:
    # The file system does not know our clocks.
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        return datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)

"""Monitoring in a local cloud: what goes wrong is seen, told to people once, and over when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from moto.sns.models import sns_backends

from contracts.monitoring import DrillCalled
from troupe import Person
from troupe.event_store.read import StoredEvent
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.cloud import LocalCloud
from troupe.runtime.settings import project_root


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """An afternoon: refusals and failures, ten minutes of looking around, and two quiet spells after them."""
    with LocalCloud.boot(project_root()) as cloud:
        for _ in range(4):
            cloud.publish(DrillCalled(exercise="refuse", called_by=Person(id="mallory")))
        for _ in range(5):
            cloud.publish(DrillCalled(exercise="fail"))
        cloud.publish(DrillCalled(exercise="pass"))
        cloud.run_until_idle()
        for minutes in (4, 6, 45):
            # Each schedule fires once on the way.
            cloud.scheduler.leap_to(cloud.clock.now + 60 * minutes)
            cloud.run_until_idle()
        yield cloud


def alerts(cloud: LocalCloud, type_: str = "AlertRaised") -> list[StoredEvent]:
    return [event for event in cloud.events() if event.type == type_]


def told(cloud: LocalCloud) -> list[Any]:
    topic = sns_backends[ACCOUNT][REGION].topics[f"arn:aws:sns:{REGION}:{ACCOUNT}:{cloud.names.alarms}"]
    return list(topic.sent_notifications)


def test_each_condition_is_one_alert_however_often_it_was_seen(cloud: LocalCloud) -> None:
    seen = Counter(event.data["kind"] for event in alerts(cloud, "ConditionSeen"))
    assert seen["refusals"] > 1 and seen["failure-rate"] >= 1
    raised = [(event.data["kind"], event.data["subject"]) for event in alerts(cloud)]
    assert sorted(raised) == [("failure-rate", "monitoring.drill"), ("refusals", "mallory")]


def test_the_evidence_is_what_went_wrong(cloud: LocalCloud) -> None:
    events = {event.metadata.id: event for event in cloud.events()}
    for alert in alerts(cloud):
        of = {events[piece["event_id"]].type for piece in alert.data["evidence"]}
        assert of == {{"refusals": "DrillRefused", "failure-rate": "AgentFailed"}[alert.data["kind"]]}


def test_an_alert_is_a_story_of_its_own_that_ends_when_it_is_over(cloud: LocalCloud) -> None:
    for alert in alerts(cloud):
        story = cloud.reader.story(alert.metadata.correlation_id)
        assert [event.type for event in story.events] == ["ConditionSeen", "AlertRaised", "AlertCleared"]
        assert story.end is not None
        assert all(event.metadata.within_s is None for event in story.events), "the watchdog waits for nothing"


def test_people_are_told_once_of_each(cloud: LocalCloud) -> None:
    subjects = Counter(subject for _, _, subject, _, _ in told(cloud))
    assert subjects == {
        "Warning: refusals, mallory": 1,
        "Warning: failure-rate, monitoring.drill": 1,
        "Over: refusals, mallory": 1,
        "Over: failure-rate, monitoring.drill": 1,
    }


def test_it_does_not_watch_its_own_alerts(cloud: LocalCloud) -> None:
    own = ("ConditionSeen", "AlertRaised")
    assert not any(piece["type"] in own for e in alerts(cloud, "ConditionSeen") for piece in e.data["evidence"])


def test_what_is_delivered_again_says_nothing_new(cloud: LocalCloud) -> None:
    before, spoken = len(alerts(cloud)), len(told(cloud))
    queue = cloud.client("sqs").get_queue_url(QueueName=cloud.names.agent("monitoring.alerts"))["QueueUrl"]
    for event in alerts(cloud, "ConditionSeen"):
        cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=event.envelope.as_delivered())
    cloud.run_until_idle()
    assert (len(alerts(cloud)), len(told(cloud))) == (before, spoken)

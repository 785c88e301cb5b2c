"""What people are told, and that it comes from where they can look further."""

from datetime import UTC, datetime

from contracts.monitoring import AlertCleared, AlertRaised

from .agent import tell
from .words import words


class Context:
    correlation_id, key = "c-9", "monitoring.notifier#1"


class Topic:
    def __init__(self) -> None:
        self.said: list[tuple[str, str, str]] = []

    def say(self, subject: str, text: str, *, key: str) -> None:
        self.said.append((subject, text, key))


def test_an_alert_says_what_since_when_and_where_to_look() -> None:
    topic = Topic()
    tell(AlertRaised.model_validate(AlertRaised.example), topic, Context())  # type: ignore[arg-type]
    assert topic.said == [
        (
            "Warning: refusals, ada",
            "ada was refused 4 times within 15 minutes; the rules: allowed-tables.\n"
            "Since 2026-11-27 10:30 UTC, 4 events.\n\n"
            "troupe trace q-1    (QueryError)\n"
            "troupe trace c-9    (this alert)\n",
            "monitoring.notifier#1",
        )
    ]


def test_a_subject_is_one_short_line_of_plain_letters() -> None:
    moment = datetime(2026, 11, 27, 12, tzinfo=UTC)
    end = AlertCleared(fingerprint="f", kind="loop", subject="é\n\x1b[2J" + "x" * 390, last_seen=moment)
    subject, text = words(end, "c-1")
    assert subject.startswith("Over: loop, ? ?[2Jxxx") and len(subject) == 100
    assert text == "It has not been seen since 2026-11-27 12:00 UTC.\n"

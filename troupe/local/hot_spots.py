"""moto's hot spots, made as fast as they should be; the outcome is the same.

SQS asks the time anew for every message whenever it counts a queue, and counts it several times for every message that
it receives or sends: receiving 10 of 2,000 takes seconds. And every request of any service lists the methods of its
handler by inspection. The tests compare with moto's own and fail when moto changes any of this.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from moto.core import responses
from moto.core.utils import method_names_from_class, unix_time_millis
from moto.sqs.models import Queue


def install() -> None:
    """Puts the fast versions in place, once and for all: they are good for every user of moto in this process."""
    for name, count in (
        ("messages", messages),
        ("approximate_number_of_messages_delayed", delayed),
        ("approximate_number_of_messages_not_visible", not_visible),
    ):
        setattr(Queue, name, property(count))
    vars(responses)["method_names_from_class"] = method_names


def messages(queue: Any) -> list[Any]:
    """The messages that can be received now."""
    now = unix_time_millis()
    return [m for m in queue._messages if now > m.visible_at and now >= m.delayed_until]


def delayed(queue: Any) -> int:
    """How many messages are not due yet."""
    now = unix_time_millis()
    return sum(1 for m in queue._messages if now < m.delayed_until)


def not_visible(queue: Any) -> int:
    """How many messages are in flight."""
    now = unix_time_millis()
    return sum(1 for m in queue._messages if now <= m.visible_at)


method_names = lru_cache(maxsize=None)(method_names_from_class)
"""The names of a handler's methods."""

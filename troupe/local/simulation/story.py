"""What happened in one run, line by line, for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from troupe.local.clock import Clock


@dataclass(slots=True)
class Story:
    """Lines with the virtual time and how deep one thing happened within another."""

    clock: Clock
    lines: list[str] = field(default_factory=list)
    depth: int = 0

    def tell(self, text: str) -> None:
        at = datetime.fromtimestamp(self.clock.now, UTC)
        self.lines.append(f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} {'  ' * self.depth}{text}")

    def fault(self, text: str) -> None:
        self.tell(f"! {text}")

"""What the guard answers when it says no."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """The statement may not run."""

    rule: str
    """The rule that refused, such as `allowed-tables`."""
    reason: str
    """One sentence for the person who asked."""


class Refused(Exception):
    """Raised inside the guard by the rule that says no; `check` turns it into a Refusal."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(rule, reason)

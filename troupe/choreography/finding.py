"""One thing that the signatures show to be wrong: what, where, why it matters, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding."""

    name: str
    severity: Severity
    """error: it cannot work, and synth stops. warning: it may be meant so; say why. note: worth knowing."""
    why: str
    """Why it matters."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or silenced."""

    of: Rule
    what: str
    where: str
    """`file:line`, relative to the project."""
    fix: str
    """What to do about it."""
    reason: str = ""
    """Why it is allowed, if it has been silenced."""

    @property
    def rule(self) -> str:
        return self.of.name

    @property
    def severity(self) -> Severity:
        return self.of.severity

    @property
    def why(self) -> str:
        return self.of.why

    @property
    def silence(self) -> str:
        """The comment that silences it; empty where no comment can stand."""
        return f"# troupe: allow {self.rule}, because …" if self.where.rpartition(":")[0].endswith(".py") else ""

    @property
    def sentence(self) -> str:
        """The finding on one line, with its place, as a compiler says it."""
        return f"{self.where}: {self.what} {self.fix} ({self.rule})"

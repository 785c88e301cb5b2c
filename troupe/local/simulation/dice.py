"""What a seed decides: which fault strikes where, and who goes next.

Every draw depends on the seed, on what is drawn for, and on how often that was drawn before, never on the other draws.
So a single fault can be left out, and the rest of the story stays as it was: that is what makes shrinking work.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong because the dice said so."""

    kind: str
    where: str
    number: int
    """The how-many-eth chance for this kind at this place it was, from 0."""

    @property
    def key(self) -> str:
        return f"{self.kind} @ {self.where} #{self.number}"


class Dice:
    """All chance of one run."""

    def __init__(
        self, seed: int, rates: Mapping[str, float], *, without: frozenset[str] = frozenset(), most: int = 60
    ) -> None:
        """rates: chance per opportunity by kind of fault; without: keys of faults that are left out."""
        self.struck: list[Fault] = []
        self.calm = False
        """While this holds nothing strikes."""
        self._seed = seed
        self._rates = dict(rates)
        self._without = without
        self._most = most
        self._counts: Counter[str] = Counter()

    def strikes(self, kind: str, where: str) -> bool:
        """Whether the fault happens at this opportunity."""
        rate = self._rates.get(kind, 0.0)
        if self.calm or rate <= 0:
            return False
        at = f"{kind} @ {where}"
        number = self._counts[at]
        self._counts[at] += 1
        if self._fraction(at, number) >= rate or len(self.struck) >= self._most:
            return False
        fault = Fault(kind, where, number)
        if fault.key in self._without:
            return False
        self.struck.append(fault)
        return True

    def below(self, what: str, limit: int) -> int:
        """A number from 0 to limit - 1."""
        number = self._counts[what]
        self._counts[what] += 1
        return min(int(self._fraction(what, number) * limit), limit - 1)

    def pick(self, what: str, options: Sequence[T]) -> T:
        return options[self.below(what, len(options))]

    def _fraction(self, what: str, number: int) -> float:
        digest = hashlib.blake2b(f"{self._seed}|{what}|{number}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

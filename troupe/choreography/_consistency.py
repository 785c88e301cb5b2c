"""AWS's array consistency: what a pattern says of several fields holds within one element of each array they share."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

Membership = tuple[tuple[int, int], ...]
"""The array elements that a value lies within: (array, index) pairs, outermost first."""


class Met(NamedTuple):
    """Where one condition of a pattern is met in an event."""

    accepted: list[Membership]
    """Where the accepted values lie."""
    present: list[Membership]
    """Where any value of the field lies."""
    by_absence: bool
    """Whether the condition is also met where the field is absent."""


def consistent(conditions: list[Met]) -> bool:
    """Whether all conditions are met together. They stand in the order in which array elements are settled on.

    An absence is judged within the elements settled on before it, so the order matters.
    """
    if not any(place for met in conditions for place in met.present):
        return all(met.accepted or (met.by_absence and not met.present) for met in conditions)
    choices = [(_Places(met.accepted), _Places(met.present) if met.by_absence else None) for met in conditions]
    return _can_settle(choices, _arrays_ahead(choices), 0, (), set())


class _Places:
    """Where values of one field lie, found quickly by the array elements already settled on."""

    def __init__(self, memberships: Iterable[Membership]) -> None:
        distinct = set(memberships)
        self.arrays = {array for membership in distinct for array, _ in membership}
        self._anywhere = False
        self._inside: dict[int, dict[int, list[Membership]]] = {}
        for membership in distinct:
            if membership:
                array, index = membership[0]
                self._inside.setdefault(array, {}).setdefault(index, []).append(membership)
            else:
                self._anywhere = True

    def joined(self, settled: Membership) -> Iterator[Membership]:
        """What is settled on after taking one of these places, for each that fits with what is settled already."""
        if self._anywhere:
            yield settled
        if not self._inside:
            return
        elements = dict(settled)
        for array, by_index in self._inside.items():
            fitting = [by_index.get(elements[array], [])] if array in elements else by_index.values()
            for membership in chain.from_iterable(fitting):
                joined = elements.copy()
                if all(joined.setdefault(array, index) == index for array, index in membership):
                    yield tuple(sorted(joined.items()))


_Choice = tuple[_Places, _Places | None]
"""Where a condition is met, and where its field is present if the condition is also met by the field's absence."""


def _arrays_ahead(choices: list[_Choice]) -> list[set[int]]:
    """For each choice, the arrays that it or a later one depends on."""
    ahead: list[set[int]] = [set()]
    for accepted, present in reversed(choices):
        ahead.append(ahead[-1] | accepted.arrays | (present.arrays if present else set()))
    return ahead[::-1]


def _can_settle(
    choices: list[_Choice],
    ahead: list[set[int]],
    position: int,
    settled: Membership,
    failed: set[tuple[int, Membership]],
) -> bool:
    """Whether the choices from this one on can be made without leaving the array elements already settled on."""
    if position == len(choices):
        return True
    # What no later choice depends on is forgotten, or unrelated arrays would multiply the ways to fail.
    settled = tuple(place for place in settled if place[0] in ahead[position])
    if (position, settled) in failed:
        return False
    accepted, present = choices[position]
    absent = present is not None and next(present.joined(settled), None) is None
    for joined in chain([settled] if absent else [], accepted.joined(settled)):
        if _can_settle(choices, ahead, position + 1, joined, failed):
            return True
    failed.add((position, settled))
    return False

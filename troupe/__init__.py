"""Choreographed agents on AWS: the signature is the wiring."""

from troupe.runtime.contract import Event, Value

__all__ = ["Event", "Value"]

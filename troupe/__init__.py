"""Choreographed agents on AWS: the signature is the wiring."""

from troupe.runtime.agent import Agent
from troupe.runtime.context import Context, Retry, Tick
from troupe.runtime.contract import Event, Value
from troupe.runtime.envelope import Envelope
from troupe.runtime.incidents import AgentFailed, ChoreographyHalted, JoinExpired
from troupe.runtime.needs import Grant, Need
from troupe.runtime.person import Person
from troupe.runtime.serving import Refused, Request, Response

__all__ = [
    "Agent",
    "AgentFailed",
    "ChoreographyHalted",
    "Context",
    "Envelope",
    "Event",
    "Grant",
    "JoinExpired",
    "Need",
    "Person",
    "Refused",
    "Request",
    "Response",
    "Retry",
    "Tick",
    "Value",
]

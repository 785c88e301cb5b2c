"""Lets an event in from outside: its type must be known, its data must keep the contract."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Any, NoReturn

from pydantic import ValidationError

from troupe.runtime.contract import Event
from troupe.runtime.envelope import first_fault
from troupe.runtime.person import Person, fields_of
from troupe.runtime.signature import EventType


class AdmissionError(ValueError):
    """What was offered is not an event of this project; one sentence."""


def admit(type_name: str, text: str, known: Iterable[EventType]) -> Event:
    """The event of type `type_name` whose data is the JSON object `text`; raises AdmissionError."""
    contract = named(type_name, known)
    try:
        data = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise AdmissionError("The data is nested too deeply to be read.") from None
    except ValueError as error:
        raise AdmissionError(f"The data is not JSON: {error}. It looks like {_example(contract)}.") from None
    if not isinstance(data, dict):
        raise AdmissionError(f"The data of {type_name} is a JSON object, such as {_example(contract)}.")
    return fill(contract, data)


def named(type_name: str, known: Iterable[EventType]) -> EventType:
    """The contract of that name; raises AdmissionError with the names nearby."""
    contracts = {contract.type_name(): contract for contract in known}
    if type_name in contracts:
        return contracts[type_name]
    by_lower = {name.lower(): name for name in contracts}
    near = [by_lower[n] for n in difflib.get_close_matches(type_name.lower(), by_lower, n=3, cutoff=0.5)]
    if near:
        hint = f"Did you mean {' or '.join(near)}?"
    elif contracts:
        hint = f"There are {', '.join(sorted(contracts))}."
    else:
        hint = "The project has no contracts yet."
    raise AdmissionError(f"There is no event {_short(type_name)}. {hint}")


def fill(contract: EventType, data: dict[str, Any]) -> Event:
    """The event that holds this data; raises AdmissionError naming the first fault."""
    try:
        return contract.model_validate(data)
    except ValidationError as error:
        raise AdmissionError(f"The data breaks the contract {contract.type_name()}: {first_fault(error)}") from None


def spoken(contract: EventType, data: dict[str, Any], by: str) -> Event:
    """The event as this person says it, whatever the data claims; raises as `fill`."""
    return fill(contract, {**data, **{name: {"id": by} for name in fields_of(contract, Person)}})


def _example(contract: EventType) -> str:
    return json.dumps(contract.example) if contract.example else "{}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")

"""A person says something: held against its contract and against who may say it, then published under their name."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import ValidationError

from troupe import Event, Person, Refused, Request, Response
from troupe.event_store.read import Story
from troupe.operations.front_desk import FrontDesk
from troupe.runtime.envelope import Envelope, first_fault, wire
from troupe.runtime.person import are_one, fields_of
from troupe.runtime.sayings import Saying

from .persons import may_see
from .stories import APPROVES, Waiting, asker, behind, waiting

MAX_BODY = 65_536
"""Bytes. What people say travels with the event; larger data would have to lie in the bucket."""
_MAX_KEY = 200


def say(type_: str, request: Request, who: Person, desk: FrontDesk) -> Response:
    """Publishes it; 202, since what the agents make of it is told later. Raises Refused."""
    saying = desk.sayings.get(type_)
    if saying is None:
        raise Refused(404, f"People do not say {type_[:60]} here; they say {', '.join(desk.sayings) or 'nothing'}.")
    correlation_id = request.query.get("correlation", "")
    key = request.headers.get("idempotency-key", "")
    if len(key) > _MAX_KEY:
        raise Refused(400, f"The Idempotency-Key is longer than {_MAX_KEY} characters.")
    event = _event(saying, _data(request.body), who)
    name = (who.id, key) if key else ()
    said = desk.earlier(type_, name) if name else None
    if said is None:
        _require_place(saying, event, correlation_id, who, desk)
        said = desk.say(event, correlation_id, name)
    else:
        desk.repeat(said)
    _require_same(said, event, correlation_id)
    m = said.metadata
    story = f"/stories/{m.correlation_id}"
    answer = {"id": m.id, "type": said.type, "correlation_id": m.correlation_id, "person": who.id, "story": story}
    return Response(202, answer, {"location": story})


def _data(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise Refused(413, f"The body has {len(body):,} bytes; {MAX_BODY:,} are taken.")
    try:
        data = json.loads(body, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is JSON, but nothing can carry it
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON; it is the event's data as a JSON object.") from None
    if not isinstance(data, dict):
        raise Refused(400, "The body is not an object; it is the event's data as a JSON object.")
    return data


def _event(saying: Saying, data: dict[str, Any], who: Person) -> Event:
    """The event with the caller in the place of whoever the body names."""
    contract = saying.contract
    stamped = dict.fromkeys(fields_of(contract, Person), who)
    try:
        return contract.model_validate({**data, **stamped})
    except ValidationError as error:
        raise Refused(422, f"The data breaks the contract {saying.type}: {first_fault(error)}") from None


def _require_place(saying: Saying, event: Event, correlation_id: str, who: Person, desk: FrontDesk) -> None:
    """Raises Refused unless this person may say this, in this story, now."""
    if not correlation_id:
        if not saying.begins:
            raise Refused(400, f"{saying.type} answers a request; say in which story: ?correlation=ID.")
        return
    story = desk.story(correlation_id)
    began = asker(story, desk.sayings, desk.source)
    own = began.id == who.id
    if not story.events or not (own or (saying.answers and may_see(who, began))):
        raise Refused(404, f"There is no story {correlation_id[:60]} that you may speak in.")
    if story.end is not None:
        raise Refused(409, f"The story has ended with {story.end.type}; nobody would hear this any more.")
    if saying.answers:
        _require_open(_meant(saying, event, story, desk), saying)
    others = behind(story, desk.sayings, desk.source)
    if APPROVES in type(event).model_fields and any(are_one(other, who.id) for other in others):
        raise Refused(403, "Nobody approves their own request; somebody else has to, in another role.")


def _meant(saying: Saying, event: Event, story: Story, desk: FrontDesk) -> Waiting:
    asked = [w for w in waiting(story, desk.sayings, desk.source) if saying.type in w.answers]
    found = [w for w in asked if not saying.on or w.id == str(getattr(event, saying.on))]
    if not found:
        raise Refused(404, f"Nothing in this story waits for {saying.type}: no such request was made.")
    return next((w for w in found if not w.answered), found[0])


def _require_open(request: Waiting, saying: Saying) -> None:
    if request.answered:
        raise Refused(409, f"The request has been answered; another {saying.type} would change nothing.")


def _require_same(said: Envelope, event: Event, correlation_id: str) -> None:
    """Raises Refused when the same key stands for something else."""
    persons = set(fields_of(type(event), Person))
    first, now = ({k: v for k, v in data.items() if k not in persons} for data in (said.data, wire(event)))
    if first != now or (correlation_id and correlation_id != said.metadata.correlation_id):
        raise Refused(409, "Something else has been said under this Idempotency-Key; take another one for this.")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")

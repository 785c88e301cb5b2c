"""Which request goes where; docs/desk.md has the table for those who call."""

from __future__ import annotations

from troupe import Refused, Request, Response
from troupe.operations.front_desk import FrontDesk

from . import looking
from .persons import person
from .saying import say


def route(request: Request, desk: FrontDesk) -> Response:
    """Answers a request. Raises Refused."""
    who = person(request.caller, desk.claims())
    match request.path:
        case ():
            _only(request, "GET")
            return looking.at_oneself(who, desk)
        case ("events", type_):
            _only(request, "POST")
            return say(type_, request, who, desk)
        case ("stories", id):
            _only(request, "GET")
            return looking.at_status(id, who, desk)
        case ("stories", id, "events"):
            _only(request, "GET")
            return looking.at_events(id, who, desk)
        case ("stories", id, "view"):
            _only(request, "GET")
            return looking.at_view(id, who, desk)
        case ("requests",):
            _only(request, "GET")
            return looking.at_requests(request.query.get("since", "7d"), who, desk)
    raise Refused(404, "There is nothing here; there is /, /events/TYPE, /stories/ID, /stories/ID/view and /requests.")


def _only(request: Request, method: str) -> None:
    if request.method != method:
        raise Refused(405, f"{request.method[:20]} is not for this address; it takes {method}.")

"""Lets people in: they ask, look, answer and approve here, as whoever their credentials say they are."""

from troupe import Agent, Request, Response
from troupe.operations.front_desk import FrontDesk

from .routes import route

agent = Agent(timeout_s=20)


@agent.serve
def serve(request: Request, desk: FrontDesk) -> Response:
    return route(request, desk)

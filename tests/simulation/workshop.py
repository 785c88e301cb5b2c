"""A small choreography in which every safeguard has something to guard: a fan-out into a join, a loop, effects."""

from __future__ import annotations

_EVENT = '''

class {name}(Event{terms}):
    """Something that happened in the workshop."""

    example: ClassVar[dict[str, Any]] = {{"ref": "a"}}

    ref: str
    note: str = ""
'''
_ROOT, _END = ", root=True, within_s=3600", ", terminal=True"


def _contracts(**terms: str) -> str:
    head = '"""The workshop."""\n\nfrom typing import Any, ClassVar\n\nfrom troupe import Event\n'
    return head + "".join(_EVENT.format(name=name, terms=term) for name, term in terms.items())


def _agent(handler: str, *, imports: str, batch: int = 10, terms: str = "") -> str:
    return (
        f'"""Works here."""\n\nimport uuid\n\nfrom contracts.workshop import {imports}\nfrom troupe import Agent\n\n'
        f"agent = Agent(timeout_s=10, batch_size={batch})\n\n\n@agent.on{terms}\n{handler}\n"
    )


_NOTE = "ref=event.ref, note=str(uuid.uuid4())"

FILES = {
    "contracts/workshop.py": _contracts(
        JobGiven=_ROOT, PartNeeded="", PartMade="", PaintMixed="", Assembled=_END,
        BallThrown=_ROOT, BallCaught="", BallBack="", ScoreNoted="",
    ),
    "functions/workshop/planner/agent.py": _agent(
        f"def plan(event: JobGiven) -> list[PartNeeded]:\n    return [PartNeeded({_NOTE}) for _ in range(5)]",
        imports="JobGiven, PartNeeded",
    ),
    "functions/workshop/maker/agent.py": _agent(
        f"def make(event: PartNeeded) -> PartMade:\n    return PartMade({_NOTE})",
        imports="PartMade, PartNeeded",
        batch=5,
    ),
    "functions/workshop/painter/agent.py": _agent(
        f"def mix(event: JobGiven) -> PaintMixed:\n    return PaintMixed({_NOTE})", imports="JobGiven, PaintMixed"
    ),
    "functions/workshop/assembler/agent.py": _agent(
        "def assemble(part: PartMade, paint: PaintMixed) -> Assembled:\n"
        "    return Assembled(ref=part.ref, note=str(uuid.uuid4()))",
        imports="Assembled, PaintMixed, PartMade",
    ),
    "functions/workshop/catcher/agent.py": _agent(
        f"def catch(event: BallThrown | BallBack) -> BallCaught:\n    return BallCaught({_NOTE})",
        imports="BallBack, BallCaught, BallThrown",
        terms="(at_most=25)",  # more than this stage allows, whose own limit is to be what ends it
    ),
    "functions/workshop/thrower/agent.py": _agent(
        f"def throw(event: BallCaught) -> BallBack:\n    return BallBack({_NOTE})", imports="BallBack, BallCaught"
    ),
    "functions/workshop/scorer/agent.py": _agent(
        f"def score(event: BallThrown) -> ScoreNoted:\n    return ScoreNoted({_NOTE})",
        imports="BallThrown, ScoreNoted",
    ),
}  # fmt: skip
"""The ball goes to and fro for ever: only the guards end its story."""

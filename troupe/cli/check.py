"""`troupe check`: what the signatures show to be wrong."""

from __future__ import annotations

from rich.text import Text

from troupe.cli import project
from troupe.cli.terminal import line, out


def check() -> int:
    """Check the choreography: what nobody hears, nobody publishes, or never ends."""
    from troupe.choreography.findings import findings
    from troupe.choreography.graph import read_project

    root = project.root()
    graph = read_project(root)
    found = findings(graph, root)
    wrong = [finding for finding in found if not finding.reason]
    console = out()
    for finding in wrong:
        console.print(Text.assemble((finding.where, "bold"), "  ", (finding.rule, "red")))
        console.print(f"  {line(finding.what)}")
        console.print(f"  Why it matters: {finding.why}")
        console.print(f"  What to do: {finding.fix} Or allow it there: {finding.silence}\n")
    allowed = len(found) - len(wrong)
    console.print(
        f"{_count(len(graph.agents), 'agent')}, {_count(len(graph.events), 'event')}: "
        f"{_count(len(wrong), 'finding') if wrong else 'nothing is wrong'}"
        f"{f' ({allowed} allowed with a reason)' if allowed else ''}."
    )
    return 1 if wrong else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

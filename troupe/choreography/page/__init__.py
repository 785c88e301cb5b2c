"""The choreography as one HTML page that needs nothing but itself: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from troupe.choreography.graph import PLATFORM, Graph
from troupe.choreography.mermaid import check_domain
from troupe.choreography.page.details import details
from troupe.choreography.page.picture import picture

_FOLDER = Path(__file__).parent


def page(graph: Graph, *, domain: str = "", platform: bool = False, title: str = "Choreography") -> str:
    """The page: a picture per domain, a search, and what is to be known about each agent and event.

    `domain` keeps to one; the platform's agents are shown if asked for. Whatever comes from the project is escaped, and
    the page's own policy allows exactly its one style sheet and its one script. Raises PictureError for a domain that
    nobody is in.
    """
    if domain:
        check_domain(graph, domain)
    domains = sorted({agent.domain for agent in graph.agents.values()} | {e.domain for e in graph.events.values()})
    shown = [d for d in domains if d == domain or (not domain and d != PLATFORM) or (platform and d == PLATFORM)]
    style, script = (_FOLDER / "page.css").read_text("utf-8"), (_FOLDER / "page.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
{_SEARCH}
<output id="found" for="search"></output>
{_LEGEND}
</header>
<main>
{"".join(_section(graph, name) for name in shown)}
</main>
<aside aria-label="Details" aria-live="polite">
{details(graph)}
</aside>
<script>{script}</script>
</body>
</html>
"""


def _section(graph: Graph, domain: str) -> str:
    agents = sum(agent.domain == domain for agent in graph.agents.values())
    events = sum(event.domain == domain for event in graph.events.values())
    return f"""<details open>
<summary><h2>{escape(domain)}</h2> <span>{_count(agents, "agent")}, {_count(events, "event")}</span></summary>
<div class="picture">{picture(graph, domain)}</div>
</details>
"""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


_SEARCH = (
    '<label>Find <input id="search" type="search" placeholder="an agent or event" autocomplete="off" '
    'spellcheck="false"></label>'
)
_LEGEND = """<ul class="legend" aria-label="What the shapes mean">
<li class="agent">agent</li><li class="root">a story begins</li><li class="event">event</li>
<li class="terminal">a story ends</li><li class="join">waits for all</li><li class="undoing">undoes</li>
</ul>"""

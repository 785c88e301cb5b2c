"""Every link in the documents leads somewhere, and every command that they show exists, with the options shown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.docs.pages import blocks
from troupe.choreography.discovery import discover
from troupe.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ +(.+?) *$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text: str) -> Iterator[list[str]]:
    """What is typed: in fences, in indented blocks, and between backquotes, without comments and alternatives."""
    lines = [
        line for block in blocks(text) if block.language in ("", "sh", "console") for line in block.text.splitlines()
    ]
    lines += [line for line in text.splitlines() if line.startswith("    ")]
    lines += re.findall(r"`([^`\n]+)`", text)
    for line in lines:
        said = re.sub(r"^(\s*\$ )?\s*", "", line).split("  ")[0].split(" # ")[0].removeprefix(".venv/bin/")
        if said.startswith(("troupe ", "make ")):
            try:
                yield shlex.split(said)
            except ValueError:  # a quotation that goes on in the next line
                yield said.split()


def fault(words: list[str]) -> str:
    """What is wrong with a command; empty if nothing is."""
    if words[0] == "make":
        unknown = [w for w in words[1:] if re.fullmatch(r"[a-z-]+", w) and w not in _TARGETS]
        return f"make has no target {unknown[0]}" if unknown else ""
    command: Any = get_command(app)
    for word in words[1:]:
        if "[" in word or "|" in word:
            return ""  # a choice; what follows belongs to each of them
        if word.startswith("-") and word not in ("--", "-"):
            options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
            if word.split("=")[0].rstrip("…,.") not in options:
                return f"{command.name} has no option {word}"
        elif re.fullmatch(r"[a-z-]+", word) and getattr(command, "commands", None):
            if word not in command.commands:
                return f"{command.name} has no command {word}"
            command = command.commands[word]
    return ""


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_and_commands_are_right(page: Path) -> None:
    text = page.read_text("utf-8")
    for link in _LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{named(page)} links to {link}, which there is not"
        assert not anchor or anchor in anchors(target), f"{named(page)} links to {link}; that page has no such heading"
    wrong = {f"{' '.join(words)}: {said}" for words in commands(text) if (said := fault(words))}
    assert not wrong, f"{named(page)}: {sorted(wrong)}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text("utf-8")
    linked = {(ROOT / "docs" / link).resolve() for link in _LINK.findall(index)}
    assert [named(p) for p in PAGES if p.parent != ROOT and p.name != "README.md" and p not in linked] == []


def test_what_is_wrong_is_seen() -> None:
    page = "`troupe grph`, `troupe graph --intoo x`, `troupe dlq lst`, `make dploy`\n\n    troupe new agnt a/b\n"
    assert [bool(fault(words)) for words in commands(page)] == [True] * 5
    fine = '```\n$ .venv/bin/troupe graph --domain query  # one\n```\n`troupe dlq list --stage dev` `make ask Q="x"`\n'
    assert [fault(words) for words in commands(fine)] == ["", "", ""]


def test_what_idleness_costs_is_counted_from_the_agents() -> None:
    """Of the shipped domains that a fork has kept."""
    page = (ROOT / "docs/cost.md").read_text("utf-8")
    told = re.findall(r"^\| (\w+) \| (\d+) \| \$([\d.]+) \|$", page, re.MULTILINE)
    assert len(told) == 6
    there = [agent.domain for agent in discover(ROOT) if not agent.serves]
    per_agent = sum(
        map(float, re.findall(r"^\| (?:Lambda polls|three alarms).* \| \$([\d.]+) \|$", page, re.MULTILINE))
    )
    for domain, count, dollars in told:
        assert domain not in there or int(count) == there.count(domain), domain
        assert float(dollars) == pytest.approx(per_agent * int(count))

"""Reads what a Markdown page tells its reader to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    text: str

    @property
    def path(self) -> str:
        """The file that it shows, if its first line says so: `# contracts/garden.py`."""
        said = re.match(r"# ([\w./]+\.(?:py|yaml|toml))\n", self.text)
        return said[1] if said else ""

    def steps(self) -> Iterator[tuple[str, list[str]]]:
        """Each command of a console block, with the lines that it is said to print."""
        for step in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            yield command, output.splitlines()


def blocks(page: str) -> list[Block]:
    return [Block(match["language"], match["text"]) for match in _FENCE.finditer(page)]


def says(printed: str, told: list[str]) -> bool:
    """Whether every line that was told is among those printed; `…` stands for anything."""
    patterns = [re.compile(".*".join(map(re.escape, line.split("…")))) for line in told]
    return all(any(pattern.fullmatch(line.rstrip()) for line in printed.splitlines()) for pattern in patterns)

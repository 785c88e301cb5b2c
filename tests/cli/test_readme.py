"""The README's picture is the one that the signatures draw."""

from pathlib import Path

import pytest

from troupe.choreography.graph import PLATFORM, read_project
from troupe.choreography.mermaid import NoPlaceError, draw, put_into
from troupe.cli.graph import graph

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "# A\n\n<!-- graph: generated -->\n```mermaid\nold\n```\n\n```mermaid\nanother\n```\n"


def test_the_picture_has_not_drifted() -> None:
    declared = read_project(ROOT)
    if all(agent.domain == PLATFORM for agent in declared.agents.values()):
        pytest.skip("There is no agent to draw.")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert put_into(readme, draw(declared)) == readme, "Run `make graph`: the README shows another choreography."


def test_the_command_that_make_calls_puts_it_there(tmp_path: Path) -> None:
    document = tmp_path / "A.md"
    document.write_text(DOCUMENT)
    assert graph(into=document) == 0
    assert "flowchart LR" in document.read_text() and "old" not in document.read_text()


def test_only_the_marked_block_is_replaced() -> None:
    assert put_into(DOCUMENT, "new \\1\n") == DOCUMENT.replace("old", "new \\1")


def test_a_document_without_a_place_is_refused() -> None:
    with pytest.raises(NoPlaceError, match="no place for the picture"):
        put_into("# A\n\n```mermaid\nold\n```\n", "new\n")

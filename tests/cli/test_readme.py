"""The pictures in the documents are the ones that the signatures draw."""

from pathlib import Path

import pytest

from troupe.choreography.graph import read_project
from troupe.choreography.mermaid import PictureError, draw, put_into
from troupe.cli.graph import graph

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md")) if "\n<!-- graph" in page.read_text("utf-8")]
DOCUMENT = "# A\n\n<!-- graph: generated -->\n```mermaid\nold\n```\n\n```mermaid\nanother\n```\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_picture_has_not_drifted(page: Path) -> None:
    declared = read_project(ROOT)
    domains = {agent.domain for agent in declared.agents.values()}

    def picture(domain: str) -> str:
        if domain and domain not in domains:
            pytest.skip(f"There is no domain {domain} any more.")
        return draw(declared, domain=domain)

    text = page.read_text("utf-8")
    assert put_into(text, picture) == text, f"Run `make graph`: {page.relative_to(ROOT)} shows another choreography."


def test_the_command_that_make_calls_puts_it_there(tmp_path: Path) -> None:
    document = tmp_path / "A.md"
    document.write_text(DOCUMENT)
    assert graph(into=[document]) == 0
    assert "flowchart LR" in document.read_text() and "old" not in document.read_text()


def test_nothing_is_written_unless_every_page_can_be(tmp_path: Path) -> None:
    first, second = tmp_path / "A.md", tmp_path / "B.md"
    first.write_text(DOCUMENT)
    second.write_text(DOCUMENT.replace("graph:", "graph of nowhere:"))
    with pytest.raises(PictureError, match=r"B\.md: There is no domain nowhere; there are .*platform"):
        graph(into=[first, second])
    assert first.read_text() == DOCUMENT


def test_only_the_marked_block_is_replaced_by_what_it_asks_for() -> None:
    asked = DOCUMENT + DOCUMENT.replace("graph:", "graph of tale:")
    drawn = put_into(asked, lambda domain: f"new \\1 of <{domain}>\n")
    assert drawn == DOCUMENT.replace("old", "new \\1 of <>") + DOCUMENT.replace("graph:", "graph of tale:").replace(
        "old", "new \\1 of <tale>"
    )


def test_a_document_without_a_place_is_refused() -> None:
    with pytest.raises(PictureError, match="no place for a picture"):
        put_into("# A\n\n```mermaid\nold\n```\n", str)

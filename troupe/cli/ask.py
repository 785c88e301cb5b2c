"""`troupe ask`: a question in plain language, answered by agents that nobody conducts."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from troupe.cli import cells, project, story
from troupe.cli.terminal import err, line, out, plain, table

if TYPE_CHECKING:
    from troupe.local.answer import Answer
    from troupe.local.play import Played

_SHOWN_ROWS = 40
_MODEL = (
    "No language model took part. One setting connects one (Amazon Bedrock): `translator` of the stage in cdk.json."
)


def ask(
    question: Annotated[str, typer.Argument(help="Such as: Show me total sales by region for last quarter")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")] = False,
    db: Annotated[
        str,
        typer.Option(
            metavar="URL", envvar="TROUPE_DB", show_envvar=False, help="A PostgreSQL to ask instead of the sample data."
        ),
    ] = "",
    stage: Annotated[str, typer.Option("--stage", help="A deployed stage to ask, through its desk.")] = "",
    story_id: Annotated[
        str, typer.Option("--story", metavar="ID", help="With --stage: wait again for what was asked earlier.")
    ] = "",
) -> int:
    """Ask a question about the data in the warehouse. Exit code 0: answered."""
    from troupe.cli.asking import ask_stage
    from troupe.local.answer import Answer
    from troupe.local.ask import AskError
    from troupe.local.ask import ask as ask_agents

    root = project.root()
    try:
        if stage:
            answer, played = ask_stage(root, stage, question, story_id, _say)
        else:
            answer, played = ask_agents(root, question, _say, warehouse=db)
    except AskError as error:
        if as_json:
            _print_json(Answer("", "failed", reason=str(error)).as_json())
        raise
    if as_json:
        _print_json(answer.as_json(played.story.events))
    else:
        show(answer, played)
    return 0 if answer.outcome == "answered" else 1


def _say(phase: str) -> None:
    err().print(Text(f"· {phase}", style="dim"))


def _print_json(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")


def show(answer: Answer, played: Played) -> None:
    """Prints the answer, or why there is none, and how it came about."""
    console = out()
    console.print()
    if answer.reading:
        console.print(Text.assemble("Read as  ", (line(answer.reading), "bold")))
        console.print()
    if answer.outcome == "answered":
        _print_rows(answer)
    else:
        label = ("Waiting for somebody.", "yellow") if answer.request else (_REFUSED[answer.outcome], "red")
        console.print(Text.assemble(label, "  ", plain(answer.reason)))
        if answer.helps:
            console.print(f"What would help: {plain(answer.helps)}")
        console.print()
    if answer.sql:
        console.print(Text.assemble("SQL      ", plain(answer.sql)))
    if answer.view:
        console.print(f"Page     {answer.view}")
    if played.story.events:
        console.print(f"Trace    of {answer.correlation_id}")
        for tree in story.draw(played.story, played.names.app):
            console.print(tree, soft_wrap=False)
    console.print()
    if answer.suggestions:
        console.print("It can also answer:" if answer.outcome == "answered" else "It can answer:")
        for question in answer.suggestions:
            console.print(f"  • {line(question)}")
        console.print()
    if not _models(played):
        console.print(Text(_MODEL, style="dim"))


def _models(played: Played) -> set[str]:
    """The language models that took part."""
    used = [e.data.get("model") for e in played.story.events if e.type in ("SQLGenerated", "SQLGenerationError")]
    return {str(use.get("model_id")) for use in used if isinstance(use, dict)}


_REFUSED = {"clarification": "Not understood.", "refused": "Refused.", "failed": "Failed."}


def _print_rows(answer: Answer) -> None:
    console = out()
    right = [position for position, column in enumerate(answer.columns) if cells.is_number(column)]
    shown = [
        [cells.cell(value, column) for value, column in zip(row, answer.columns, strict=True)]
        for row in answer.rows[:_SHOWN_ROWS]
    ]
    console.print(table([cells.heading(column) for column in answer.columns], shown, right), soft_wrap=False)
    if not answer.rows:
        console.print("(no rows)")
    if len(answer.rows) > _SHOWN_ROWS:
        console.print(f"… and {len(answer.rows) - _SHOWN_ROWS:,} more rows; the page has them.")
    if answer.truncated:
        console.print("There are more; the row limit cut the result.")
    console.print()

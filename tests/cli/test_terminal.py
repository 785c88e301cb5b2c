"""Nothing that is shown can command a terminal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from troupe.cli.terminal import line, plain, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link", "alink"),
        ("a\x9b31mb", "ab"),
        ("a\x00b\x07c\x7f", "a�b�c�"),
        ("lone \x1b", "lone �"),
        ("a\rb", "a�b"),
        ("a\u202eb\u2066", "a�b�"),
        ("a\ud800b", "a�b"),
        ("tab\tnew\nline é 🙂 [bold]x[/bold] :smile:", "tab\tnew\nline é 🙂 [bold]x[/bold] :smile:"),
    ],
)
def test_escape_sequences_and_control_characters_do_not_pass(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(st.characters(), max_size=50))
def test_what_is_left_is_text_that_can_be_written(text: str) -> None:
    shown = plain(text)
    shown.encode()
    assert not any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 for c in shown)


def test_a_line_is_one_line() -> None:
    assert line("a\nb\t c\x1b[2J") == "a b c"


def test_cells_are_shown_as_they_are() -> None:
    file = io.StringIO()
    console = Console(file=file, width=60, markup=False, emoji=False)
    console.print(
        table(["[red]name", "n"], [["[bold]x[/bold]\x1b[2J", 1], [":smile:", 22]], right=[1]), soft_wrap=False
    )
    lines = [text.rstrip() for text in file.getvalue().splitlines()]
    assert lines == ["[red]name        n", "[bold]x[/bold]   1", ":smile:         22"]

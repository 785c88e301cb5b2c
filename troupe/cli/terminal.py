"""How the command line speaks: answers on stdout, everything else on stderr, nothing that could command a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from io import TextIOWrapper

from rich.console import Console
from rich.table import Table
from rich.text import Text

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]|\x9b[0-?]*[ -/]*[@-~]")
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of text, and so can make a terminal show what is not there."""


def out() -> Console:
    """Where answers go. Text is shown as it is: no markup, no emoji codes, no highlights, no wrapping of sentences.

    A table is fitted to the width by printing it with soft_wrap=False.
    """
    return _console(stderr=False)


def err() -> Console:
    """Where progress, hints and errors go."""
    return _console(stderr=True)


def plain(text: object) -> str:
    """Text that only shows: escape sequences removed, other control characters and turns made visible as �."""
    return "".join(_shown(c) for c in _ESCAPES.sub("", str(text)))


def line(text: object) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())


def table(columns: Iterable[str], rows: Iterable[Iterable[object]], right: Iterable[int] = ()) -> Table:
    """A table of plain cells; `right` are the positions of columns aligned to the right."""
    to_the_right = set(right)
    made = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for position, name in enumerate(columns):
        made.add_column(Text(line(name)), justify="right" if position in to_the_right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(plain(cell)) for cell in row))
    return made


def _console(stderr: bool) -> Console:
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)
    if isinstance(console.file, TextIOWrapper):
        # A terminal that cannot show a character shows a question mark instead of ending the program.
        console.file.reconfigure(errors="replace")
    return console


def _shown(c: str) -> str:
    if c in "\n\t":
        return c
    if c in _TURNS or unicodedata.category(c) in ("Cc", "Cs"):
        return "�"
    return c

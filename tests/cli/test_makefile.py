"""What is typed into make arrives as it was typed, and set-up says in a sentence what this machine lacks."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
NASTY = (
    "it costs $5 \"quoted\" 'single' `touch pwned` $(shell touch pwned) $(touch pwned) \\ # ; touch pwned\nnext 🙂 %"
)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The Makefile and what it calls, with commands that only say how they were called."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml", ".ci/setup"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    script(tmp_path / "bin/troupe", 'printf "%s|" "$@" "$TROUPE_DB"')
    script(tmp_path / "bin/python", 'printf "%s|" "$@"')
    (tmp_path / "ready").touch()
    return tmp_path


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "-s", "BIN=bin", "READY=ready", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        command, cwd=folder, env=clean | environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_question_arrives_as_it_was_typed(folder: Path) -> None:
    run = make(folder, "ask", f"Q={NASTY}", f"DB={NASTY}")
    assert run.stdout == f"ask|--|{NASTY}|{NASTY}|", run.stderr
    assert make(folder, "ask", Q=NASTY).stdout == f"ask|--|{NASTY}||"
    assert make(folder, "demo", f"D={NASTY}").stdout == f"demo|--|{NASTY}||"
    assert make(folder, "simulate", "SEEDS=7", "DOMAIN=query").stdout == "simulate|--seeds|7|--domain|query||"
    assert make(folder, "eval-guard", f"DATA={NASTY}").stdout == f"-m|benchmarks.eval_guard|{NASTY}|"
    assert list(folder.rglob("pwned")) == []


@pytest.mark.parametrize(
    ("python", "node", "said"),
    [
        (None, "exit 0", "Python is missing: install 3.11 or later"),
        (
            'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac',
            "exit 0",
            "is Python 3.9.2; say where a newer one is",
        ),
        ("exit 0", None, "Node.js is missing: the CDK runs on it. Install version 20 or later"),
        (
            "exit 0",
            'case "$1" in --version) echo v18.1.0 ;; *) exit 1 ;; esac',
            "Node.js 20 or later and this is v18.1.0",
        ),
        ('case "$2" in venv) exit 1 ;; esac', "exit 0", "apt-get install python3-venv"),
    ],
)
def test_what_this_machine_lacks_is_said_in_a_sentence(
    folder: Path, python: str | None, node: str | None, said: str
) -> None:
    for tool in ("sh", "grep", "cut", "touch"):
        found = shutil.which(tool)
        assert found
        (folder / "path").mkdir(exist_ok=True)
        (folder / "path" / tool).symlink_to(found)
    if python is not None:
        script(folder / "path/python3", python)
    if node is not None:
        script(folder / "path/node", node)
    run = subprocess.run(
        ["sh", ".ci/setup"],
        cwd=folder,
        env={"PATH": str(folder / "path"), "PYTHON": "python3"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 1
    assert said in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (folder / ".venv/ready").exists()


def test_without_a_network_set_up_says_so_and_can_be_run_again(folder: Path) -> None:
    script(folder / "path/node", "exit 0")
    script(folder / ".venv/bin/python", "exit 0")
    script(folder / ".venv/bin/uv", 'case "$1" in --version) echo "uv $UV" ;; *) exit 2 ;; esac')
    pin = next(line for line in (folder / "requirements.txt").read_text().splitlines() if line.startswith("uv=="))
    environment = {
        "PATH": f"{folder / 'path'}:{os.environ['PATH']}",
        "PYTHON": "python3",
        "UV": pin.removeprefix("uv=="),
    }
    run = subprocess.run(
        ["sh", ".ci/setup"], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 1
    assert run.stderr == (
        "They could not be fetched: look at the network (and its proxy), then run this again; it goes on from here.\n"
    )
    assert not (folder / ".venv/ready").exists()

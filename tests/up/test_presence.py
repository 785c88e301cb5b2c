"""Who is up: one at a time, and nobody who has been killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from troupe.local.up.presence import AlreadyUp, Presence, claim, running
from troupe.runtime.settings import Names

NAMES = Names("tiny", "test")


def test_whoever_is_up_and_ready_is_found_until_it_leaves(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    with claim(tmp_path) as held:
        assert running(tmp_path) is None
        held.tell("http://127.0.0.1:1", NAMES)
        assert running(tmp_path) == Presence(os.getpid(), "http://127.0.0.1:1", "tiny", "test")
        assert running(tmp_path, "other") is None
    assert running(tmp_path) is None


def test_a_second_one_says_where_the_first_is(tmp_path: Path) -> None:
    with claim(tmp_path) as held:
        with pytest.raises(AlreadyUp, match="about to be ready"), claim(tmp_path):
            pass
        held.tell("http://127.0.0.1:1", NAMES)
        with pytest.raises(AlreadyUp, match=rf"as process {os.getpid()} at http://127.0.0.1:1; stop"), claim(tmp_path):
            pass
        with claim(tmp_path, "other"):
            pass
        assert running(tmp_path) is not None


def test_what_a_killed_one_left_is_not_taken_for_the_next(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = {"pid": dead.pid, "endpoint": "http://127.0.0.1:1", "app": "tiny", "stage": "test"}
    with claim(tmp_path):
        # As if it had not been removed yet.
        (tmp_path / ".troupe" / "up.json").write_text(json.dumps(left))
        assert running(tmp_path) is None
    (tmp_path / ".troupe" / "up.json").write_text(json.dumps(left))
    with claim(tmp_path):
        assert not (tmp_path / ".troupe" / "up.json").exists()

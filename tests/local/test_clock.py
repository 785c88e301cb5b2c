"""Time: it stands, it runs, it is set forward, and it is given back."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from troupe.local.clock import START, Clock, Deadline


def test_a_standing_clock_moves_only_when_told() -> None:
    real, sleep = time.time(), time.sleep
    with Clock(running=False).in_charge():
        assert datetime.now(UTC) == START
        time.sleep(90)
        assert (datetime.now(UTC) - START).total_seconds() == 90
    assert time.sleep is sleep
    assert abs(time.time() - real) < 60


def test_it_is_never_set_back_except_to_begin_again() -> None:
    clock = Clock(running=False)
    with clock.in_charge():
        clock.advance_to(clock.now + 10)
        clock.advance_to(clock.now - 5)
        assert clock.now == START.timestamp() + 10
        clock.restart()
        assert clock.now == START.timestamp()


def test_a_running_clock_can_be_set_forward_and_runs_on() -> None:
    clock = Clock(running=True)
    real = time.time()
    with clock.in_charge():
        clock.advance_to(clock.now + 3600)
        time.sleep(0.02)
        assert 3600.01 < clock.now - real < 3660
    assert time.time() - real < 60


def test_a_deadline_ends_a_sleep_where_it_falls() -> None:
    clock = Clock(running=False)
    with clock.in_charge():
        clock.deadline = clock.now + 10
        time.sleep(9)
        with pytest.raises(Deadline):
            time.sleep(9)
        assert clock.now == START.timestamp() + 10


def test_other_threads_sleep_for_real() -> None:
    clock = Clock(running=False)
    with clock.in_charge():
        began = time.monotonic()
        thread = threading.Thread(target=lambda: time.sleep(0.05))
        thread.start()
        thread.join()
        assert time.monotonic() - began >= 0.05
        assert clock.now == START.timestamp()

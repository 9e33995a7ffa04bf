"""Threads that make pictures give way to those that watch."""

import os
import sys
import threading

import pytest

from edge.stepping import step_back

if sys.platform != "linux":
    pytest.skip("threads have a priority of their own on Linux only", allow_module_level=True)


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def after(*steps: int) -> int:
    """The niceness of a new thread that has stepped back so often."""
    found: list[int] = []

    def run() -> None:
        for each in steps:
            step_back(each)
        found.append(priority())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_steps_back_alone() -> None:
    before = priority()
    assert after(5) == min(before + 5, 19)
    assert priority() == before


def test_it_steps_back_from_where_it_is_and_no_further_than_the_last() -> None:
    assert after(2, 3) == min(priority() + 5, 19)
    assert after(15, 15) == 19

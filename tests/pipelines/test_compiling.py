"""What numba keeps on disk is never older than what it was made of."""

import importlib
import sys
from pathlib import Path

import pytest

CALLED = """
from pipelines.kernels import kernel

@kernel("i8(i8)")
def called(number):
    return number + {added}
"""
CALLER = """
from pipelines.kernels import kernel
from kernel_called import called

@kernel("i8(i8)")
def caller(number):
    return 10 * called(number)
"""


def test_a_kernel_whose_file_is_as_it_was_does_what_those_that_it_calls_do_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "kernel_caller.py").write_text(CALLER)

    def answer(added: int) -> int:
        (tmp_path / "kernel_called.py").write_text(CALLED.format(added=added))
        for name in ("kernel_called", "kernel_caller"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return int(importlib.import_module("kernel_caller").caller(1))

    assert [answer(1), answer(22)] == [20, 230]

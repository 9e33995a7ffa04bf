"""`tocsin redact` as a process: it shows how far it has come, and a signal leaves nothing half."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.builders import ground
from tests.edge.conftest import PATIENCE_S
from tocsin.demo.clips import write_clip


def seen(terminal: int, word: bytes) -> bytes:
    """What a terminal shows until a word comes."""
    text = b""
    while word not in text:
        text += os.read(terminal, 4096)
    return text


@pytest.mark.parametrize(
    ("number", "during", "code"),
    [(signal.SIGTERM, b"looking", 143), (signal.SIGINT, b"covering", 130)],
)
def test_a_bar_shows_how_far_it_is_and_a_signal_leaves_nothing(
    tmp_path: Path, number: signal.Signals, during: bytes, code: int
) -> None:
    still = np.concatenate([ground(640, 480), np.full((240, 640), 128, np.uint8)])
    write_clip(tmp_path / "in.mp4", [still] * 250, fps=25)
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "tocsin", "redact", "--fast", "in.mp4", "out.mp4"]
    with subprocess.Popen(words, cwd=tmp_path, stderr=theirs, stdout=theirs) as process:
        os.close(theirs)
        assert b"in.mp4: " in seen(ours, during)
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == code
    os.close(ours)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]

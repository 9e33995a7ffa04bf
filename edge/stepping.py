"""How far back in, the calling thread behind those that watch out."""

import os
import sys
import threading

_LAST = 19


def step_back(by: int) -> None:
    """Let the calling thread compute less where others want the processor, too.

    by  steps of niceness beyond what it has, of which each is worth a quarter; where threads have
        none of their own (anywhere but on Linux), nothing happens
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(now + by, _LAST))

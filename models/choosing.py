"""What the processor can and how INT8 does on a picture in, the name of a network and why out.

INT8 is faster only where the processor multiplies bytes four at a time (VNNI, or Arm's dot
product). Processors without it may also saturate in between, so a number of them would say less
than a look: the network is shown a drawn picture, and must find what FP32 found on it.
"""

import functools
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from models import nanodet
from models.catalogue import FP32, INT8, WEIGHTS, entry, path_of
from models.session import Session
from pipelines.errors import ModelError
from pipelines.flow import Box, Bytes, Detection

CPUINFO = Path("/proc/cpuinfo")
PICTURE = WEIGHTS / "check.jpg"
FLAGS = ("avx512_vnni", "avx_vnni", "asimddp")
EXPECTED = (Detection(Box(163.2, 102.9, 243.7, 312.3), "person", 0.833),)
"""What nanodet-g-416 finds on the picture in FP32, at scores of a half and more."""

_SURE = 0.5
_NEAR = 0.1  # by which a score may differ
_SAME = 0.85  # IoU from which a box is the same


class Choice(NamedTuple):
    """A network's name, and why it was chosen."""

    name: str
    why: str


@functools.cache
def choice(providers: tuple[str, ...] = ("cpu",)) -> Choice:
    """INT8 where it is fast and right on this machine, FP32 elsewhere; looked at once a process."""
    return choose(_cpuinfo(), providers, _look)


def choose(
    cpuinfo: str, providers: Sequence[str], look: Callable[[Bytes], Sequence[Detection]]
) -> Choice:
    """The same, from the text of /proc/cpuinfo and a network in INT8."""
    if tuple(providers) != ("cpu",):
        return Choice(FP32, f"INT8 is for the CPU, not for {', '.join(providers)}")
    flag = byte_products(cpuinfo)
    if not flag:
        return Choice(FP32, f"the CPU has none of {', '.join(FLAGS)}")
    try:
        wrong = differs(look(picture()))
    except ModelError as error:
        wrong = str(error)
    return Choice(FP32, f"INT8 failed its test: {wrong}") if wrong else Choice(INT8, f"CPU: {flag}")


def byte_products(cpuinfo: str) -> str:
    """The first flag in the text of /proc/cpuinfo that makes INT8 fast, or nothing."""
    lines = re.findall(r"^(?:flags|Features)\s*:(.*)$", cpuinfo, re.MULTILINE)
    has = set(lines[0].split()) if lines else set()
    return next((flag for flag in FLAGS if flag in has), "")


def differs(found: Sequence[Detection]) -> str:
    """How findings on the picture differ from what FP32 finds there, or nothing."""
    for wanted in EXPECTED:
        if not any(_alike(each, wanted) for each in found):
            return (
                f"no {wanted.label} of about {wanted.score:.2f} at {tuple(map(round, wanted.box))}"
            )
    for each in found:
        if each.score >= _SURE + _NEAR and not any(_alike(each, wanted) for wanted in EXPECTED):
            return f"a {each.label} of {each.score:.2f} at {tuple(map(round, each.box))}"
    return ""


def picture() -> Bytes:
    """The drawn picture, (416, 416, 3) uint8 BGR. Raises ModelError."""
    read = cv2.imread(str(PICTURE))
    if read is None:
        raise ModelError(f"{PICTURE}: no picture; install tocsin again")
    return np.asarray(cv2.resize(read, (nanodet.SIDE, nanodet.SIDE)), np.uint8)


def _alike(found: Detection, wanted: Detection) -> bool:
    return (
        found.label == wanted.label
        and abs(found.score - wanted.score) <= _NEAR
        and found.box.iou(wanted.box) >= _SAME
    )


def _look(shown: Bytes) -> tuple[Detection, ...]:
    session = Session(path_of(entry(INT8)), outputs=nanodet.OUTPUTS)
    return nanodet.NanoDet(session, minimum_score=_SURE - _NEAR)(shown)


def _cpuinfo() -> str:
    try:
        return CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

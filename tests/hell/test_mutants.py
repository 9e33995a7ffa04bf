"""Ten thousand spoilt inputs: nothing but our own errors comes of them, and what is sound stands.

The suite takes a few of each, always the same; `make hell` takes 10,000, from a seed that it says.
"""

import math
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.hell.inputs import Input, inputs
from tests.hell.mutating import SEED, Try, quick, spoilt

FEW_SLOW, MANY_SLOW = 8, 300
_SLOW = sum(each.slow for each in inputs().values())
_MANY = math.ceil((10_000 - MANY_SLOW * _SLOW) / (len(inputs()) - _SLOW))
MANY = {name: MANY_SLOW if each.slow else _MANY for name, each in inputs().items()}
"""So many of each in the long run."""


def stands(each: Input, attempt: Try, chosen: settings, number: int | None = None) -> None:
    """Hand spoilt inputs to whoever reads them."""

    @chosen
    @given(spoilt(each.sound))
    def spoil(data: bytes) -> None:
        attempt(data)

    (spoil if number is None else seed(number)(spoil))()


@pytest.mark.parametrize("name", inputs())
def test_a_few_spoilt_inputs_do_no_harm_and_a_sound_one_is_still_read(
    name: str, tmp_path: Path
) -> None:
    each = inputs()[name]
    attempt = each.made(tmp_path)
    stands(each, attempt, settings(quick, max_examples=FEW_SLOW) if each.slow else quick)
    for data in each.sound:
        attempt(data)


@pytest.mark.hell
@pytest.mark.parametrize("name", inputs())
def test_ten_thousand_spoilt_inputs_do_no_harm(name: str, tmp_path: Path) -> None:
    each = inputs()[name]
    sys.stdout.write(f"{name}: seed={SEED} inputs={MANY[name]}\n")
    long = settings(
        deadline=None, derandomize=False, max_examples=MANY[name],
        suppress_health_check=list(HealthCheck),
        database=None,
    )  # fmt: skip
    stands(each, each.made(tmp_path), long, SEED)

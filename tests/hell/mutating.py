"""Sound inputs in, inputs that somebody has spoilt out, as Hypothesis draws and shrinks them."""

import os
import random
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

SEED = int(os.environ.get("TOCSIN_SEED") or random.SystemRandom().randrange(1 << 31))
"""Of the long run; `make hell SEED=…` gives it again."""

quick = settings(
    deadline=None, max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck)
)

TOKENS: tuple[bytes, ...] = (
    b"", b"\x00", b"\\u0000", b"\xff\xfe", b"-1", b"0", b"1e999", b"9" * 400, b"NaN", b"null",
    b"[" * 3000, b"{" * 3000, b"&a [*a, *a]", b"<<: *a", b"!!python/object:os.system", b"${HOME}",
    b"\xed\xa0\x80", b"2026-13-45T99:99:99Z", b"9999-12-31T23:59:59+23:59", b"../../etc/passwd",
    b"\r\n\r\n", b": ", b"- ", b"\t", b"'", b'"', b"%s%n", b"\xe2\x80\xae", b"a" * 5000,
    b"!!bool ", b"!!int ", b"!!float ", b"!!timestamp ", b"!!null ", b"!!binary ", b"!!set ",
    b"!!omap ", b"!!str ", b"? ", b"| ", b"&a ", b"*a", b"\\U0011ffff", b"\\x00", b"\\ud800",
    b"1:59", b"[::1", b"${",
)  # fmt: skip
"""What parsers have stumbled over."""


def _edits(data: bytes) -> "st.SearchStrategy[bytes]":
    at = st.integers(0, max(len(data) - 1, 0))
    long = st.integers(0, 40)
    return st.one_of(
        st.builds(lambda a, n: data[:a] + data[a + n :], at, long),
        st.builds(lambda a, n, t: data[:a] + t + data[a + n :], at, long, st.sampled_from(TOKENS)),
        st.builds(lambda a, b: data[:a] + bytes([b]) + data[a + 1 :], at, st.integers(0, 255)),
        st.builds(lambda a, b, n: data[:a] + data[b : b + 10 * n] + data[a:], at, at, long),
        at.map(lambda a: data[:a]),
    )


def spoilt(sound: Sequence[bytes]) -> "st.SearchStrategy[bytes]":
    """One of the sound inputs with one to four edits."""
    once = st.sampled_from(list(sound)).flatmap(_edits)
    return st.one_of(
        once, once.flatmap(_edits), once.flatmap(_edits).flatmap(_edits).flatmap(_edits)
    )


Try = Callable[[bytes], None]
"""Hands one input to what shall stand it; whatever but our own errors comes out fails the test."""

"""Parts of a live view go over the wire and come back; what is none is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.liveview import Part, follows, packed, unpacked
from tests.builders import quick

parts = st.builds(
    Part,
    st.sampled_from(("still", "begin", "piece")),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**42).map(lambda at_ms: at_ms / 1000),
    st.binary(min_size=1, max_size=64),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@quick
@given(parts)
def test_a_part_comes_back_as_it_went(part: Part) -> None:
    assert unpacked(packed(part)) == part


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"TLV1", b"TLV2" + bytes(40), b"TLV1\x09" + bytes(40)]
)
def test_what_is_no_part_is_nothing(payload: bytes) -> None:
    assert unpacked(payload) is None


def test_a_gap_shows_and_numbers_begin_again_without_one() -> None:
    first = Part("piece", 1, 2**32 - 1, 0.0, b"x")
    assert follows(first._replace(number=0), first)
    assert not follows(first._replace(number=1), first)

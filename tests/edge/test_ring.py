"""A ring of packets keeps whole groups of pictures, within its time and its bytes."""

import av
from hypothesis import given
from hypothesis import strategies as st

from edge.evidence.ring import Ring
from edge.feed import Parcel
from edge.stream import Codec, VideoPacket
from tests.builders import quick

CODEC = Codec("h264", None, 64, 48, 0.001, ())


def parcel(at_s: float, *, key: bool = False, size: int = 100) -> Parcel:
    packet: VideoPacket = av.Packet(size)  # type: ignore[assignment]  # of no stream yet
    return Parcel(packet, CODEC, key, at_s, at_s)


def filled(ring: Ring, seconds: int, *, group: int = 2) -> Ring:
    """A packet a second, every second one a keyframe."""
    for second in range(seconds):
        ring.put(parcel(float(second), key=second % group == 0))
    return ring


def test_it_begins_at_the_keyframe_before_a_moment_or_with_the_first_it_has() -> None:
    ring = filled(Ring(keep_s=5, limit=10_000), 20)
    times = [held.parcel.captured_s for held in ring.after(ring.start(17.5))]
    assert times == [16.0, 17.0, 18.0, 19.0]
    first = ring.after(ring.start(0.0))[0].parcel
    assert (first.key, first.captured_s) == (True, 14.0)
    assert ring.after(0)[0].parcel.captured_s == 14.0
    assert ring.after(ring.next) == []


def test_what_comes_before_the_first_keyframe_is_not_kept() -> None:
    ring = Ring(keep_s=5, limit=10_000)
    ring.put(parcel(0.0))
    assert ring.after(ring.start(0.0)) == []


@quick
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 900)), max_size=80))
def test_it_never_holds_more_than_its_bytes_and_always_whole_groups(
    packets: list[tuple[bool, int]],
) -> None:
    ring = Ring(keep_s=5, limit=1000)
    for second, (key, size) in enumerate(packets):
        ring.put(parcel(float(second), key=key, size=size))
        held = ring.after(0)
        assert ring.size == sum(each.parcel.packet.size for each in held) <= 1000
        assert not held or held[0].parcel.key
        assert [each.number for each in held] == list(range(ring.next - len(held), ring.next))


def test_groups_that_go_for_want_of_bytes_are_counted() -> None:
    ring = filled(Ring(keep_s=100, limit=450), 20)
    assert ring.shortened > 0
    assert len(ring.after(0)) == 4

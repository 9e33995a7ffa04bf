"""Cameras are dealt out fairly, and a worker that died is replaced."""

from hypothesis import given
from hypothesis import strategies as st

from edge.config import Camera, EdgeConfig
from edge.crew import dealt


def box(cameras: int, workers: int) -> EdgeConfig:
    return EdgeConfig(
        site="s", box="b", workers=workers,
        cameras=tuple(Camera(id=f"c{n}", place="p", url="x.mp4") for n in range(cameras)),
    )  # fmt: skip


@given(cameras=st.integers(1, 40), workers=st.integers(0, 12), cores=st.integers(1, 16))
def test_every_camera_has_one_worker_and_no_worker_has_two_more_than_another(
    cameras: int, workers: int, cores: int
) -> None:
    hands = dealt(box(cameras, workers), cores)
    names = sorted(name for hand in hands for name in hand)
    assert names == sorted(f"c{number}" for number in range(cameras))
    assert max(map(len, hands)) - min(map(len, hands)) <= 1
    assert len(hands) == min(workers or cores, cameras)

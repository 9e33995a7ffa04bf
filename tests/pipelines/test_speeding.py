"""How fast things are over the ground: scenes with exactly what is said of them."""

import numpy as np
import pytest

from pipelines.errors import ConfigError
from pipelines.flow import Facts, Track
from pipelines.ground import Ground
from pipelines.rules import Speed
from pipelines.speeding import SpeedJudge
from pipelines.zones import Zone
from tests.builders import facts
from tests.pipelines.rules_at_work import HEIGHT, WIDTH, Scene, ids, life_of, said, standing
from tests.pipelines.test_ground import ROAD

LANE = Zone(id="lane", polygon=((0.3, 0.3), (0.7, 0.3), (1, 1), (0, 1)), calibration=ROAD)


def judge(zone: Zone = LANE, **settings: float) -> SpeedJudge:
    rule = Speed(zone="lane", limit_kmh=30, ends_after_s=1, cooldown_s=0, **settings)  # type: ignore[arg-type]
    return SpeedJudge(rule, zone, facts(), ids())


def pictured(north: float) -> tuple[float, float]:
    """Where the point of the lane's middle that lies so many metres away is in the picture."""
    ground, low, high = Ground(ROAD), 0.3, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        spot = ground((0.5, middle))
        low, high = (low, middle) if spot and spot[1] < north else (middle, high)
    return 0.5, low


def height(y: float) -> float:
    """Of a car of 1.5 m whose wheels are there, as a share of the picture's."""
    return 1.5 * (0.2 + 0.8 * (y - 0.3) / 0.7) / 8 * WIDTH / HEIGHT


def drive(kmh: float, *, looks_s: float = 0.2, noise: float = 0.0, number: int = 1) -> Scene:
    """A car that comes from 38 m away, its foot point off by `noise` of its height."""
    off = noise * np.random.default_rng(3).standard_normal((200, 2))

    def scene(now_s: float) -> list[Track]:
        look = int(now_s / looks_s + 1e-6)
        north = 38 - kmh / 3.6 * look * looks_s
        if north < 3:
            return []
        x, y = pictured(north)
        tall = height(y)
        x, y = x + tall * off[look, 0], y + tall * off[look, 1]
        return [standing(x, y, number=number, label="car", height=tall, seen_s=look * looks_s)]

    return scene


def speeds(told: list[tuple[float, Facts]]) -> list[float | None]:
    return [what.speed_kmh for _, what in told]


def test_who_is_too_fast_is_told_of_with_speed_and_limit() -> None:
    told = said(judge(), drive(50))
    assert [phase for _, phase, _ in life_of(told)] == ["begin", "end"]
    assert speeds(told) == pytest.approx([50, 50], abs=0.5)
    assert {(what.rule, what.limit, what.label) for _, what in told} == {("speed", 30.0, "car")}


def test_who_keeps_to_the_limit_is_let_through() -> None:
    assert not said(judge(), drive(29))


def test_slowing_down_ends_it_with_some_slack() -> None:
    def brakes(now_s: float) -> list[Track]:
        look = int(now_s * 5 + 1e-6) / 5
        north = 38 - 10 * min(look, 2.0) - 2.5 * max(0.0, look - 2.0)
        return [standing(*pictured(north), label="car", height=0.15, seen_s=look)]

    (_, begin), (end_s, end) = said(judge(), brakes, seconds=8)
    assert (begin.phase, end.phase) == ("begin", "end")
    assert 3.0 < end_s < 5.0
    assert end.speed_kmh == pytest.approx(36, abs=1)


@pytest.mark.parametrize("looks_s", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("kmh", [40, 60])
def test_a_box_that_trembles_costs_some_of_the_truth(looks_s: float, kmh: float) -> None:
    told = said(judge(), drive(kmh, looks_s=looks_s, noise=0.02))
    assert speeds(told)[-1] == pytest.approx(kmh, rel=0.1)


@pytest.mark.parametrize("looks_s", [0.1, 0.2, 0.3])
def test_a_box_that_trembles_makes_no_one_speed(looks_s: float) -> None:
    assert not said(judge(), drive(26, looks_s=looks_s, noise=0.02))


def test_two_sights_are_no_speed() -> None:
    assert not said(judge(), drive(100, looks_s=1.0))


def test_a_box_that_the_edge_cuts_off_is_not_measured() -> None:
    wide = Zone(id="lane", polygon=((0, 0), (1, 0), (1, 1), (0, 1)), calibration=ROAD)
    leaving = lambda s: [  # noqa: E731
        standing(0.2 + 0.4 * s, 0.99999, label="car", seen_s=int(s * 5) / 5)
    ]
    assert not said(judge(wide), leaving, seconds=1.5)


def test_each_car_is_a_life_of_its_own() -> None:
    two = lambda s: [*drive(50)(s), *drive(60, number=2)(s)]  # noqa: E731
    assert {what.episode for _, what in said(judge(), two)} == {"life-1", "life-2"}


def test_without_a_calibration_there_is_no_speed() -> None:
    with pytest.raises(ConfigError, match="calibration"):
        judge(Zone(id="lane", polygon=LANE.polygon))

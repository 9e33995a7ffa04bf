"""What moves is seen, and what does not move is not."""

import copy
import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Frame, Motion
from pipelines.motion import MotionDetector, MotionSettings, cell_of, factor_of, masked
from pipelines.zones import Zone
from tests.builders import box, drawn, frame, quick


def watched(frames: Iterable[Frame], detector: MotionDetector | None = None) -> list[Motion]:
    see = detector or MotionDetector()
    return [see(each) for each in frames]


def walking(now_s: float) -> Box | None:
    """A square that comes after two seconds and walks to the right at 60 px/s."""
    return box(20 + 60 * (now_s - 2), 100, 48, 48) if now_s >= 2 else None


def holds(seen: Motion, where: Box) -> bool:
    return any(region.overlap(where) >= 0.9 * where.area for region in seen.regions)


@pytest.mark.parametrize("fps", [5, 12, 30])
def test_a_noisy_scene_in_which_nothing_moves_is_still(fps: float) -> None:
    assert not any(watched(drawn(5, fps=fps, noise=3)))


@pytest.mark.parametrize("fps", [5, 20])
def test_how_noisy_a_camera_is_in_the_dark_is_learnt_within_seconds(fps: float) -> None:
    seen = watched(drawn(8, fps=fps, noise=9))
    assert not any(seen[round(5 * fps) :])


@pytest.mark.parametrize("fps", [5, 12, 30])
def test_what_walks_is_held_by_a_region(fps: float) -> None:
    frames = list(drawn(6, fps=fps, square=walking))
    after = [
        (seen, where)
        for shown, seen in zip(frames, watched(frames), strict=True)
        if (where := walking(shown.captured_s - 0.4)) and (where := walking(shown.captured_s))
    ]
    held = [holds(seen, where) for seen, where in after]
    assert len(held) > 3 * fps
    assert sum(held) >= 0.95 * len(held)


def test_what_stands_still_again_is_motion_no_longer() -> None:
    def stopping(now_s: float) -> Box | None:
        return walking(min(now_s, 4.0))

    seen = watched(drawn(14, fps=5, square=stopping))
    assert any(seen[:20])
    assert not any(seen[60:])


def test_one_frame_alone_is_no_motion() -> None:
    def flash(now_s: float) -> Box | None:
        return box(100, 100, 48, 48) if 3.0 <= now_s < 3.05 else None

    assert not any(watched(drawn(5, fps=20, square=flash)))


@pytest.mark.parametrize("fps", [5, 25])
@pytest.mark.parametrize("light", [1.15, 0.85])
def test_a_light_that_goes_on_or_off_is_absorbed_within_a_second(fps: float, light: float) -> None:
    frames = drawn(8, fps=fps, light=lambda now_s: light if now_s >= 3 else 1.0)
    seen = watched(frames)
    assert not any(seen[round(4 * fps) :])


def test_a_lamp_that_lights_one_side_is_absorbed_too() -> None:
    frames = []
    for shown in drawn(7, fps=10):
        if shown.captured_s >= 3:
            side = shown.y[:, :160]
            side[:] = np.minimum(side.astype(np.float32) * 1.3, 255).astype(np.uint8)
        frames.append(shown)
    assert not any(watched(frames)[40:])


def test_what_leaves_after_a_light_step_bares_a_ground_that_is_still_known() -> None:
    def parked(now_s: float) -> Box | None:
        return box(100, 100, 48, 48) if 2.5 <= now_s < 4.5 else None

    seen = watched(drawn(7, fps=10, square=parked, light=lambda t: 1.15 if t >= 3 else 1.0))
    assert any(seen[25:30])
    assert not any(seen[48:])


@pytest.mark.parametrize("settle_s", [0.4, 0.8, 1.0, 1.6])
def test_a_light_step_does_not_let_go_what_has_just_come(settle_s: float) -> None:
    def parked(now_s: float) -> Box | None:
        return box(100, 100, 48, 48) if 2.7 <= now_s < 4.5 else None

    frames = drawn(7, fps=10, square=parked, light=lambda t: 1.15 if t >= 3 else 1.0)
    seen = watched(frames, MotionDetector(MotionSettings(settle_s=settle_s)))
    assert any(seen[27:30])
    assert not any(seen[48:])


def test_dusk_is_not_motion() -> None:
    frames = drawn(30, fps=5, light=lambda now_s: 1.0 - 0.01 * now_s)
    assert not any(watched(frames))


@pytest.mark.parametrize("fps", [5, 12])
def test_clouds_that_pass_are_not_motion(fps: float) -> None:
    frames = drawn(30, fps=fps, light=lambda now_s: 1.0 + 0.15 * np.sin(now_s / 3))
    assert not any(watched(frames))


def test_what_walks_after_a_light_step_is_seen_again() -> None:
    frames = list(drawn(6, fps=10, square=walking, light=lambda t: 1.2 if t >= 2.5 else 1.0))
    late = [(walking(each.captured_s), each) for each in frames]
    seen = watched(frames)
    held = [
        holds(found, where)
        for (where, each), found in zip(late, seen, strict=True)
        if where and each.captured_s >= 4
    ]
    assert sum(held) >= 0.9 * len(held)


def test_a_picture_of_another_size_is_a_new_beginning() -> None:
    detector = MotionDetector()
    watched(drawn(2, fps=5), detector)
    small = watched(drawn(3, fps=5, start_s=2, size=(160, 120)), detector)
    assert not any(small)


def test_the_size_of_rows_in_memory_makes_no_difference() -> None:
    frames = list(drawn(4, fps=5, square=walking))
    padded = [frame(shown.y, at_s=shown.captured_s, padding=23) for shown in frames]
    bare = [found.regions for found in watched(frames)]
    assert [found.regions for found in watched(padded)] == bare
    assert any(bare)


@quick
@given(st.integers(1, 90), st.integers(1, 50))
def test_pictures_of_any_size_are_borne(width: int, height: int) -> None:
    detector = MotionDetector()
    for index, luma in enumerate((90, 90, 160, 160)):
        seen = detector(frame(luma, at_s=index * 0.2, width=width, height=height))
        assert 0 <= seen.share <= 1


@pytest.mark.parametrize("size", [(641, 361), (1283, 719), (319, 241)])
def test_odd_sizes_keep_regions_within_the_picture(size: tuple[int, int]) -> None:
    seen = watched(drawn(3, fps=5, size=size, square=walking))
    regions = [region for found in seen for region in found.regions]
    assert regions
    assert all(region == region.clipped(*size) for region in regions)


def test_the_largest_region_comes_first() -> None:
    frames = []
    for shown in drawn(4, fps=5, square=walking):
        if shown.captured_s >= 2:
            x = round(60 * (shown.captured_s - 2))
            shown.y[10:26, 200 + x // 2 : 216 + x // 2] = 240
        frames.append(shown)
    two = [found.regions for found in watched(frames) if len(found.regions) >= 2]
    assert two
    for regions in two:
        assert all(a.area >= b.area for a, b in itertools.pairwise(regions))


def test_a_clock_that_is_set_back_does_not_dull_the_eye_for_long() -> None:
    detector = MotionDetector()
    watched(drawn(0.4, fps=5, start_s=5000), detector)
    watched(drawn(2, fps=5, start_s=0), detector)

    def faint(now_s: float) -> Box | None:
        return box(20 + 60 * (now_s - 2), 100, 48, 48)

    frames = []
    for shown in drawn(1, fps=5, start_s=2, noise=0.5):
        where = faint(shown.captured_s)
        if where:
            x = round(where.x0)
            shown.y[100:148, x : x + 48] += 18
        frames.append(shown)
    assert any(watched(frames, detector))


LEFT = Zone(id="left", polygon=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))


def test_a_copy_remembers_the_same_and_goes_its_own_way() -> None:
    frames, detector = list(drawn(5, fps=12, square=walking)), MotionDetector()
    watched(frames[:36], detector)
    other = copy.deepcopy(detector)
    alone = [seen.regions for seen in watched(frames[36:], detector)]
    assert any(alone)
    assert [seen.regions for seen in watched(frames[36:], other)] == alone


def test_what_walks_under_a_mask_is_not_seen() -> None:
    def seen(*masks: Zone) -> list[Motion]:
        return watched(drawn(3, fps=10, square=walking), MotionDetector(masks=masks))

    assert any(seen())
    assert not any(seen(LEFT))


def test_a_mask_hides_nothing_beside_it() -> None:
    frames = list(drawn(7, fps=10, square=walking))
    seen = watched(frames, MotionDetector(masks=[LEFT]))
    late = [
        (found, where)
        for shown, found in zip(frames, seen, strict=True)
        if (where := walking(shown.captured_s)) and where.x0 >= 168 and where.x1 <= 320
    ]
    assert late
    assert all(holds(found, where) for found, where in late)


def test_a_mask_is_a_grid_of_cells_whose_middle_it_holds() -> None:
    assert masked([LEFT], (2, 4)).tolist() == [[1, 1, 0, 0]] * 2
    assert masked([], (1, 2)).tolist() == [[0, 0]]


def test_zones_that_overlap_multiply_their_sensitivity() -> None:
    factors = factor_of([(LEFT, 2.0), (LEFT, 4.0)], (1, 2))
    assert factors.tolist() == [[0.125, 1]]


def faint(seconds: float) -> Iterator[Frame]:
    """Something that is hardly brighter than the ground walks by."""
    for shown in drawn(seconds, fps=10, noise=0.5):
        if shown.captured_s >= 10:
            x = round(20 + 60 * (shown.captured_s - 10))
            part = shown.y[100:148, x : x + 48]
            part[:] = np.minimum(part, 245) + 7
        yield shown


@pytest.mark.parametrize(
    ("sensitivity", "zones", "seen"),
    [
        (1.0, [], False),
        (2.5, [], True),
        (1.0, [(LEFT, 2.5)], True),
        (2.5, [(LEFT, 0.4)], False),
    ],
)
def test_sensitivity_is_a_matter_of_the_camera_and_of_its_zones(
    *, sensitivity: float, zones: list[tuple[Zone, float]], seen: bool
) -> None:
    settings = MotionSettings(sensitivity=sensitivity)
    found = watched(faint(11.2), MotionDetector(settings, zones=zones))
    assert any(found) == seen


def swaying(seconds: float, fps: float) -> Iterator[Frame]:
    """The wind moves a textured half of the picture by a pixel to and fro."""
    for shown in drawn(seconds, fps=fps, noise=1):
        by_px = round(np.sin(4 * shown.captured_s))
        shown.y[:, :160] = shown.y[:, 4 + by_px : 164 + by_px].copy()
        yield shown


@pytest.mark.parametrize("fps", [5, 25])
def test_leaves_in_the_wind_are_no_motion(fps: float) -> None:
    assert not any(watched(swaying(8, fps))[round(4 * fps) :])


@pytest.mark.parametrize("fps", [10, 25])
def test_the_place_that_someone_leaves_soon_is_still(fps: float) -> None:
    def visiting(now_s: float) -> Box | None:
        return box(20 + 60 * min(now_s - 3, 2), 100, 48, 48) if 3 <= now_s < 12 else None

    seen = watched(drawn(14, fps=fps, square=visiting))
    assert any(seen[: round(5 * fps)])
    assert not any(seen[round(12 * fps) + 1 :])


def test_a_step_of_light_raises_no_alarm() -> None:
    frames = drawn(8, fps=25, light=lambda now_s: 1.3 if now_s >= 5 else 1.0)
    assert not any(watched(frames))


@pytest.mark.parametrize("noise", [2, 12])
def test_a_camera_that_starts_raises_no_alarm(noise: float) -> None:
    assert not any(watched(drawn(4, fps=25, noise=noise)))


def test_what_is_there_for_one_frame_is_seen_when_frames_are_rare() -> None:
    def flash(now_s: float) -> Box | None:
        return box(100, 100, 48, 48) if 3.0 <= now_s < 3.1 else None

    assert any(watched(drawn(5, fps=5, square=flash)))


def test_someone_in_the_dark_is_seen() -> None:
    frames = []
    for shown in drawn(8, fps=12, square=walking, light=lambda _: 0.15, noise=3):
        where = walking(shown.captured_s)
        if where:
            x0, y0, x1, y1 = (round(side) for side in where)
            shown.y[y0:y1, x0:x1] = shown.y[y0:y1, x0:x1] // 6 + 2
        frames.append(shown)
    held = [
        holds(found, where)
        for shown, found in zip(frames, watched(frames), strict=True)
        if (where := walking(shown.captured_s)) and shown.captured_s >= 3 and where.x1 <= 320
    ]
    assert sum(held) >= 0.8 * len(held)


def test_what_has_stood_for_a_minute_belongs_to_the_place() -> None:
    def parked(now_s: float) -> Box | None:
        return box(100, 100, 48, 48) if now_s >= 3 else None

    detector = MotionDetector(MotionSettings(adopt_s=5))
    watched(drawn(20, fps=5, square=parked), detector)
    slow = detector.memory[0, 110:140, 110:140]
    assert slow.min() > 220 * 128


def test_a_cell_is_about_a_320th_of_the_width() -> None:
    assert [cell_of(width) for width in (320, 639, 640, 1279, 1280, 1920)] == [1, 1, 2, 2, 4, 4]


def test_what_is_put_down_stands_where_it_was_put() -> None:
    put = box(120, 96, 40, 32)

    def put_down(now_s: float) -> Box | None:
        return put if now_s >= 4 else None

    detector = MotionDetector()
    watched(drawn(4, fps=5), detector)
    assert detector.standing(1.0) == ()
    watched(drawn(24, fps=5, square=put_down), detector)
    (stands,) = detector.standing(10.0)
    assert 17 <= stands.seconds <= 22
    assert stands.box.overlap(put) == put.area
    assert stands.box.area < 4 * put.area
    cells = put.overlap(stands.box) / stands.box.area
    assert stands.after.mean() - stands.before.mean() == pytest.approx(cells * 120, rel=0.25)
    assert detector.standing(30.0) == ()

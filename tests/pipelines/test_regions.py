"""A network is shown few patches, at the size it knows best, and all that matters lies in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box
from pipelines.regions import (
    LARGEST_SCALE,
    TILED,
    Patch,
    Sight,
    Target,
    is_cut,
    patch,
    tiles,
    to_look_at,
)
from tests.builders import box, quick

FIXED = Sight()
FREE = Sight(416, free=True, tall_px=96)
EVERYTHING = float("inf")

frames = st.sampled_from([(1280, 720), (1920, 1080), (640, 360), (320, 240), (415, 999)])
sights = st.sampled_from([FIXED, FREE])
shares = st.floats(0, 1)
corners = st.tuples(shares, shares, shares, shares)


def within(width: int, height: int, corner: tuple[float, float, float, float]) -> Box:
    x0, x1 = sorted((corner[0] * width, corner[1] * width))
    y0, y1 = sorted((corner[2] * height, corner[3] * height))
    return Box(x0, y0, x1, y1)


def holds(region: Box, inner: Box) -> bool:
    slack = 2.0  # a patch begins on an even pixel
    return (
        region.x0 <= inner.x0 + slack
        and region.y0 <= inner.y0 + slack
        and region.x1 >= inner.x1 - slack
        and region.y1 >= inner.y1 - slack
    )


def looked_at(*boxes: Box, sight: Sight = FREE, budget: float = EVERYTHING) -> tuple[Patch, ...]:
    return to_look_at(map(Target, boxes), sight, width=1920, height=1080, budget=budget)


@quick
@given(frames, st.lists(corners, max_size=8), sights)
def test_every_box_lies_in_a_patch_within_the_frame_and_no_patch_is_too_large(
    size: tuple[int, int], drawn: list[tuple[float, float, float, float]], sight: Sight
) -> None:
    width, height = size
    boxes = [within(width, height, corner) for corner in drawn]
    patches = to_look_at(map(Target, boxes), sight, width=width, height=height, budget=EVERYTHING)
    assert len(patches) <= len(boxes)
    for region, scale in patches:
        assert region == region.clipped(width, height)
        assert max(region.width, region.height) * scale <= sight.side_px + 1e-6
    for each in boxes:
        assert any(holds(region, each) for region, _ in patches)


@quick
@given(frames, corners)
def test_a_network_of_one_size_is_shown_as_much_unless_the_frame_is_smaller(
    size: tuple[int, int], corner: tuple[float, float, float, float]
) -> None:
    width, height = size
    region, scale = patch(Target(within(*size, corner)), FIXED, width, height)
    assert region.width >= min(416 / scale, width) - 1e-6
    assert region.height >= min(416 / scale, height) - 1e-6
    assert scale <= 1.0


@quick
@given(st.integers(50, 700), st.integers(20, 350), st.sampled_from([0.5, 1.0, 2.2]))
def test_a_thing_is_shown_as_tall_as_it_is_known_best(tall: int, wide: int, zoom: float) -> None:
    region, scale = patch(Target(box(500, 200, wide, tall), zoom), FREE, 1920, 1080)
    wanted = zoom * 96 / max(tall, wide / 2)
    room = 416 / (1.5 * max(tall, wide))  # what is enlarged must still fit
    assert min(wanted, room, LARGEST_SCALE) <= scale + 1e-9
    assert scale <= min(wanted, LARGEST_SCALE)
    assert holds(region, box(500, 200, wide, tall))


def test_what_is_shown_has_sides_that_networks_like() -> None:
    (part,) = looked_at(box(600, 400, 37, 113))
    shown = part.region.width * part.scale, part.region.height * part.scale
    assert shown == pytest.approx((128, 160))
    assert part.cost(FREE) == pytest.approx(128 * 160 / 416**2)


def test_a_small_thing_is_enlarged_but_not_without_end() -> None:
    (part,) = looked_at(box(600, 400, 5, 10))
    assert part.scale == LARGEST_SCALE


def test_at_the_border_as_much_is_shown_as_elsewhere_where_there_is_room() -> None:
    inside, border = (
        patch(Target(box(x, 400, 40, 100)), FREE, 1280, 720) for x in (600.0, 0.0)
    )  # fmt: skip
    assert border.region.x0 == 0
    assert border.scale == inside.scale
    assert border.region.area == pytest.approx(inside.region.area)


def test_where_there_is_no_room_what_sticks_out_of_the_frame_takes_no_pixels() -> None:
    everything = patch(Target(Box(0, 0, 1280, 720), zoom=10.0), FREE, 1280, 720)
    assert everything == Patch(Box(0, 0, 1280, 720), FREE.side_px / 1280)


def test_nothing_to_see_asks_for_no_patch() -> None:
    assert looked_at() == ()


def test_neighbours_of_a_size_share_a_patch() -> None:
    assert len(looked_at(box(100, 100), box(115, 120))) == 1


def test_things_far_apart_or_of_other_sizes_get_a_patch_each() -> None:
    assert len(looked_at(box(50, 50), box(1200, 600))) == 2
    assert len(looked_at(box(500, 300, 40, 100), box(500, 300, 200, 500))) == 2


def test_the_most_important_comes_first_and_what_is_beyond_the_budget_waits() -> None:
    far = [box(x, y) for x in (10, 1850) for y in (10, 1030)]
    (first, second) = looked_at(*far, sight=FIXED, budget=2.0)
    assert holds(first.region, far[0])
    assert holds(second.region, far[1])
    assert len(looked_at(*far, sight=FIXED, budget=0.1)) == 1


def test_a_box_is_not_cut_by_the_border_of_its_patch() -> None:
    (part,) = looked_at(box(300, 100, 400, 500))
    assert not is_cut(box(300, 100, 400, 500), part.region, 1920, 1080)


def test_a_part_that_ends_inside_the_frame_cuts_what_reaches_its_border() -> None:
    part = Box(0, 100, 400, 500)
    assert is_cut(box(300, 200, 99, 40), part, 1920, 1080)
    assert not is_cut(box(0, 200, 50, 40), part, 1920, 1080)  # there the frame ends, too
    assert is_cut(box(100, 103, 50, 40), part, 1920, 1080, scale=0.5)


@quick
@given(frames, corners, sights, st.integers(0, 9), shares, shares)
def test_each_part_of_a_thing_lies_in_one_of_its_tiles_at_full_resolution(
    size: tuple[int, int], corner: tuple[float, float, float, float], sight: Sight, turn: int,
    x: float, y: float,
) -> None:  # fmt: skip
    width, height = size
    whole = within(width, height, corner)
    parts = tiles(Target(whole, TILED, turn), sight, width, height)
    assert [scale for _, scale in parts] == pytest.approx([1.0] * len(parts))
    across, down = min(90, whole.width), min(90, whole.height)
    left, top = whole.x0 + x * (whole.width - across), whole.y0 + y * (whole.height - down)
    inner = Box(left, top, left + across, top + down)
    assert any(holds(region, inner) for region, _ in parts)


def test_a_tile_shows_what_is_around_a_thing_too() -> None:
    """Its box may be a little off, and what a border cuts is not told."""
    person = box(500, 200, 80, 200)
    (part,) = tiles(Target(person, TILED), FREE, 1280, 720)
    assert part.region.x0 <= person.x0 - 50
    assert part.region.x1 >= person.x1 + 50
    assert part.region.y0 <= person.y0 - 50
    assert part.region.y1 >= person.y1 + 50


def test_at_each_turn_other_tiles_come_first_until_all_have_been_shown() -> None:
    everywhere, size = Box(0, 0, 1280, 720), {"width": 1280, "height": 720}
    turns = [to_look_at([Target(everywhere, TILED, turn)], FIXED, **size) for turn in range(3)]
    assert [len(parts) for parts in turns] == [3, 3, 3]
    assert len({part.region for parts in turns for part in parts}) == 8

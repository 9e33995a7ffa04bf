"""One camera's stages are asked in one order, and each can be replaced by a line of one's own."""

from collections.abc import Iterator

from pipelines.camera import NOBODY, Watch, scaled
from pipelines.flow import Box, Finding, Frame, Motion, Track
from pipelines.looking import Looker
from tests.builders import box, detection, facts, frame, motion, track


def telling(shown: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
    yield Finding(facts(), shown, tracks)


def watching(
    moving: Motion, tracks: tuple[Track, ...] = (track(),), before: Watch | None = None
) -> Watch:
    """A camera on which `moving` is always seen and every look ends in `tracks`."""
    looker = Looker(lambda _: [detection(box())], tuple, per_s=5.0)
    return Watch(
        motion=lambda _: moving, looker=looker, track=lambda _, look: tracks if look else (),
        judges=[telling], sights=[telling], before=before,
    )  # fmt: skip


def test_the_picture_is_judged_at_every_frame_and_the_tracks_when_they_are_new() -> None:
    watch = watching(motion(box()))
    assert [each.tracks for each in watch.see(frame(at_s=1.0))] == [(), ()]  # none is followed
    wish = watch.wish(1.0, (320, 240), (320, 240))
    assert wish is not None
    assert [len(each.tracks) for each in watch.look(frame(at_s=1.0), wish)] == [1]
    assert [len(each.tracks) for each in watch.see(frame(at_s=1.1))] == [1]


def test_while_nothing_is_followed_the_rules_over_tracks_are_asked_three_times_a_second() -> None:
    watch = watching(motion())
    asked = sum(len(list(watch.see(frame(at_s=number / 25)))) - 1 for number in range(250))
    assert 28 <= asked <= 34
    assert len(list(watch.see(frame(at_s=-100.0)))) == 2  # the clock was set back


def test_where_nothing_moves_there_is_no_wish() -> None:
    watch = watching(motion())
    list(watch.see(frame()))
    assert watch.wish(0.0, (320, 240), (320, 240)) is None


def test_tracks_go_on_while_nobody_looks() -> None:
    watch = watching(motion(box()))
    list(watch.see(frame()))
    wish = watch.wish(0.0, (320, 240), (320, 240))
    assert wish is not None
    list(watch.look(frame(), wish))
    assert [each.tracks for each in watch.wait(frame(at_s=0.1))] == [()]  # the tracker's word


def test_motion_on_the_small_stream_is_looked_at_on_the_large_one() -> None:
    small = motion(box(100, 50, 20, 40))
    large = scaled(small, (640, 360), (1280, 720))
    assert large.regions == (Box(200, 100, 240, 180),)
    watch = watching(small)
    list(watch.see(frame(width=640, height=360)))
    wish = watch.wish(0.0, (1280, 720), (640, 360))
    assert wish is not None
    assert wish.patches[0].region.overlap(large.regions[0]) == large.regions[0].area


def test_who_is_followed_on_the_large_stream_is_shown_where_he_is_on_the_small_one() -> None:
    watch = watching(motion(box()), (track(box(200, 100, 40, 80)),))
    watch.tracks = ()
    list(watch.see(frame(width=640, height=360)))
    wish = watch.wish(0.0, (1280, 720), (640, 360))
    assert wish is not None
    list(watch.look(frame(width=1280, height=720), wish))
    (found,) = watch.see(frame(at_s=0.1, width=640, height=360))
    assert found.tracks[0].box == box(100, 50, 20, 40)


def test_a_new_stream_is_first_looked_at_where_somebody_was_though_nothing_moves() -> None:
    before = watching(motion(box()), (track(box(200, 100, 40, 80), seen_s=0.0),))
    list(before.see(frame()))
    wish = before.wish(0.0, (640, 360), (640, 360))
    assert wish is not None
    list(before.look(frame(width=640, height=360), wish))
    broken_off = watching(motion(), before=before)
    assert broken_off.leaves() == before.leaves()
    for at_s, size, there in (
        (3.0, (1280, 720), box(400, 200, 80, 160)), (12.0, (640, 360), None),
        (-3.0, (640, 360), None),
    ):  # fmt: skip
        after = watching(motion(), before=before)
        list(after.see(frame(at_s=at_s)))
        wish = after.wish(at_s, size, size)
        assert (wish and wish.targets[0].box) == there
        assert after.tracks == ()
        assert after.leaves() == NOBODY

"""What is wrong with a camera is told within ten seconds; weather, traffic and night are not."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
import pytest

from pipelines.blackening import Blackener
from pipelines.flow import STILL, Facts, Finding, Frame, Rule
from pipelines.health import UPDATE_S, Health
from pipelines.healthmemory import Link
from pipelines.healthrules import HealthRules, Moved
from pipelines.motion import MotionDetector
from pipelines.zones import Zone
from tests.builders import facts, frame
from tests.pipelines.encoded import encoded
from tests.pipelines.weather import (
    MASKS,
    NOON_S,
    Change,
    Luma,
    Noise,
    between,
    blurred,
    clock_in_the_corner,
    dusk,
    film,
    flat,
    infrared,
    lit,
    lorry,
    rain,
    street,
    swaying,
    turned,
    walker,
)

FPS = pytest.mark.parametrize("fps", [5, 10, 25])
BROKEN_S, MENDED_S, END_S = 22.0, 38.0, 50.0
Said = list[tuple[float, str, str | None]]


def health(rules: HealthRules | None = None, *, masks: Sequence[Zone] = ()) -> Health:
    numbers = itertools.count(1)
    made = Health(rules or HealthRules(), facts(), lambda: f"episode-{next(numbers)}", masks)
    made.begin("large")
    return made


def findings(frames: Iterable[Frame], watch: Health | None = None) -> Iterator[Finding]:
    judge, motion = watch or health(), MotionDetector()
    for each in frames:
        yield from judge(each, motion(each), ())


def said(found: Iterable[Finding]) -> Said:
    """When, of what, and whether it begins or ends."""
    return [(f.frame.captured_s - NOON_S, f.facts.rule, f.facts.phase) for f in found]


def assert_told(told: Said, rule: Rule) -> None:
    """It began within ten seconds and ended within ten seconds, and nothing else was told."""
    assert [(what, phase) for _, what, phase in told] == [(rule, "begin"), (rule, "end")]
    assert BROKEN_S < told[0][0] <= BROKEN_S + 10
    assert MENDED_S < told[1][0] <= MENDED_S + 10


def broken(change: Change) -> Change:
    return between(BROKEN_S, MENDED_S, change)


def steps(luma: Luma, at_s: float) -> Luma:
    """Clouds: the light goes up and down by a fifth and by two fifths."""
    factors = (1.0, 1.2, 0.8, 1.0, 1.4, 1.0, 0.6)
    return luma * np.float32(factors[int(at_s / 7) % len(factors)])


def bag(luma: Luma, _: float) -> Luma:
    """A plastic bag over the lens."""
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), luma.shape[1] / 25) * 0.25 + 140, np.float32)


def hand(luma: Luma, _: float) -> Luma:
    """A hand before the lens: light and dark, without an edge."""
    ys, xs = np.mgrid[0 : luma.shape[0], 0 : luma.shape[1]].astype(np.float32)
    skin = 90 + 40 * np.sin(xs / 40) * np.cos(ys / 30)
    return np.asarray(skin + luma * np.float32(0.03), np.float32)


def another_street(_: Luma, __: float) -> Luma:
    return street(77)


@FPS
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (flat(40), "camera-blind"),
        (bag, "camera-blind"),
        (flat(16), "too-dark"),
        (lit(0.01), "too-dark"),
        (lambda luma, _: 16 + luma * 0.05, "too-dark"),
        (flat(240), "too-bright"),
        (lambda luma, _: luma * 1.5 + 160, "too-bright"),
        (lambda luma, _: luma * 0.4 + 195, "too-bright"),
        (blurred(2.5), "out-of-focus"),
        (blurred(6), "out-of-focus"),
        (turned(0.03), "scene-changed"),
        (turned(0.06), "scene-changed"),
        (turned(0.1), "scene-changed"),
        (turned(0.15), "scene-changed"),
        (turned(0.5), "scene-changed"),
        (another_street, "scene-changed"),
        (hand, "scene-changed"),
    ],
)
def test_what_is_wrong_with_the_picture_is_told(fps: float, change: Change, rule: Rule) -> None:
    assert_told(said(findings(film(END_S, walker, broken(change), fps=fps))), rule)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (flat(70), "camera-blind"),
        (bag, "camera-blind"),
        (hand, "scene-changed"),
        (lambda luma, _: 16 + luma * 0.05, "too-dark"),
        (flat(240), "too-bright"),
        (lambda luma, _: luma * 1.2 + 165, "too-bright"),
        (blurred(2.5), "out-of-focus"),
        (turned(0.5), "scene-changed"),
    ],
)
def test_what_is_black_under_privacy_masks_hides_nothing_of_it(change: Change, rule: Rule) -> None:
    frames = map(Blackener(MASKS), film(END_S, walker, broken(change), fps=5))
    assert_told(said(findings(frames, health(masks=MASKS))), rule)


def held(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The same picture again and again while the camera is broken."""
    last: Frame | None = None
    for each in frames:
        if last is None or not BROKEN_S <= each.captured_s - NOON_S < MENDED_S:
            last = each
        yield frame(last.y, at_s=each.captured_s, colour=(112, 140))


@FPS
def test_a_picture_that_stands_still_is_told(fps: float) -> None:
    assert_told(said(findings(held(film(END_S, walker, fps=fps)))), "picture-frozen")


@pytest.mark.parametrize(("crf", "keyframes_s"), [(18, 4), (23, 4), (23, 2), (23, 1)])
def test_a_picture_that_stands_still_before_an_encoder_is_told(crf: int, keyframes_s: int) -> None:
    """It goes on bettering the picture, and codes it anew with each keyframe."""
    broken = held(film(END_S, walker, fps=10))
    frames = encoded(broken, fps=10, crf=crf, keyframes_s=keyframes_s)
    assert_told(said(findings(frames)), "picture-frozen")


@pytest.mark.parametrize("keyframes_s", [1, 2, 4])
def test_who_leaves_a_room_without_noise_has_not_frozen_it(keyframes_s: int) -> None:
    quiet = Noise(every_s=1000)
    room = film(100, between(0, 60, walker), fps=10, noise=quiet)
    assert said(findings(encoded(room, fps=10, keyframes_s=keyframes_s))) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (flat(40), "camera-blind"),
        (lambda luma, _: 16 + luma * 0.05, "too-dark"),
        (lambda luma, _: luma * 1.2 + 165, "too-bright"),
        (blurred(2.5), "out-of-focus"),
        (turned(0.1), "scene-changed"),
        (another_street, "scene-changed"),
    ],
)
def test_what_is_wrong_is_told_of_an_encoded_picture(change: Change, rule: Rule) -> None:
    frames = encoded(film(END_S, walker, broken(change), fps=10), fps=10)
    assert_told(said(findings(frames)), rule)


@pytest.mark.parametrize(
    "changes",
    [(walker,), (steps,), (dusk(20, 24, 0.15),), (swaying,), (rain(20, 45),), (lorry(20, 12),)],
    ids=lambda changes: "+".join(getattr(c, "__qualname__", "").split(".")[0] for c in changes),
)
def test_nothing_is_told_of_an_encoded_picture_with_nothing_wrong(
    changes: tuple[Change, ...],
) -> None:
    assert said(findings(encoded(film(END_S, *changes, fps=10), fps=10))) == []


def test_keyframes_two_seconds_apart_tell_the_same() -> None:
    assert_told(said(findings(held(film(END_S, fps=0.5)))), "picture-frozen")
    assert_told(said(findings(film(END_S, broken(turned(0.5)), fps=0.5))), "scene-changed")
    assert_told(said(findings(film(END_S, broken(blurred(4)), fps=0.5))), "out-of-focus")


@FPS
def test_another_size_is_told_and_nothing_else(fps: float) -> None:
    large = np.asarray(cv2.resize(street(), (480, 270)), np.float32)
    mended_s = END_S - MENDED_S
    frames = [
        *film(BROKEN_S + 0.1, fps=fps),
        *film(MENDED_S - BROKEN_S, fps=fps, start_s=BROKEN_S + 0.2, scene=large),
        *film(mended_s, fps=fps, start_s=MENDED_S + 0.2),
    ]
    assert_told(said(findings(frames)), "size-changed")


@FPS
@pytest.mark.parametrize(
    "changes",
    [
        (),
        (walker,),
        (steps,),
        (dusk(15, 45, 0.1),),
        (dusk(20, 24, 0.15),),
        (swaying,),
        (rain(20, 45),),
        (lorry(20, 4),),
        (lorry(20, 12),),
        (steps, walker, swaying),
        (between(20, 40, infrared),),
        (clock_in_the_corner,),
    ],
    ids=lambda changes: "+".join(getattr(c, "__qualname__", "").split(".")[0] for c in changes),
)
def test_what_is_not_wrong_is_not_told(fps: float, changes: tuple[Change, ...]) -> None:
    assert said(findings(film(END_S, *changes, fps=fps))) == []


@FPS
def test_a_camera_that_turns_to_infrared_has_not_moved(fps: float) -> None:
    def colour(at_s: float) -> tuple[int, int]:
        return (128, 128) if 20 <= at_s < 40 else (112, 140)

    night = between(20, 40, infrared)
    assert said(findings(film(60, night, fps=fps, colour=colour))) == []


@FPS
@pytest.mark.parametrize("every_s", [2.0, 8.0, 100.0])
def test_an_encoder_that_repeats_a_quiet_scene_has_not_frozen(fps: float, every_s: float) -> None:
    quiet = Noise(every_s=every_s)
    assert said(findings(film(80, between(0, 40, walker), fps=fps, noise=quiet))) == []


def test_a_clock_in_the_picture_that_runs_on_has_not_frozen() -> None:
    frames = film(20, clock_in_the_corner, fps=10)
    quiet = film(30, clock_in_the_corner, fps=10, start_s=20, noise=Noise(every_s=100))
    assert said(findings([*frames, *quiet])) == []


def test_a_new_scene_is_the_usual_one_after_a_while() -> None:
    rules = HealthRules(scene_changed=Moved(settles_s=10))
    frames = film(85, between(20, 100, turned(0.5)), between(56, 100, another_street), fps=5)
    told = said(findings(frames, health(rules)))
    assert [what for _, what, _ in told] == ["scene-changed"] * 4
    assert [at_s for at_s, _, _ in told] == pytest.approx([27, 40, 63, 75], abs=2)


def test_one_life_has_one_episode_and_a_picture_where_it_begins() -> None:
    begin, end = findings(film(END_S, broken(flat(40)), fps=5))
    assert begin.facts == Facts(
        site="north", camera="gate-1", place="gate", rule="camera-blind", phase="begin",
        episode="episode-1",
    )  # fmt: skip
    assert (end.facts.episode, end.facts.phase, end.facts.count) == ("episode-1", "end", 0)
    assert end.facts.duration_s == pytest.approx(end.frame.captured_s - begin.frame.captured_s)
    assert (begin.pictured, end.pictured) == (True, False)


def test_what_goes_on_is_said_again() -> None:
    frames = film(UPDATE_S + 40, between(10, 1000, flat(40)), fps=1)
    assert [phase for _, _, phase in said(findings(frames))] == ["begin", "update"]


def test_a_rule_may_be_switched_off() -> None:
    rules = HealthRules(camera_blind=None)
    assert said(findings(film(END_S, broken(flat(40)), fps=5), health(rules))) == []


def test_a_camera_that_is_covered_from_the_start_is_told_of() -> None:
    told = said(findings(film(30, flat(40), fps=5)))
    assert [what for _, what, _ in told] == ["camera-blind"]


def test_a_new_stream_does_not_forget_what_the_camera_shows() -> None:
    watch = health()
    assert said(findings(film(20, fps=5), watch)) == []
    watch.begin("large")
    told = said(findings(film(12, turned(0.5), fps=5, start_s=25), watch))
    assert [what for _, what, _ in told] == ["scene-changed"]


def test_the_small_stream_is_not_compared_with_the_large_one() -> None:
    watch = health()
    assert said(findings(film(20, fps=5), watch)) == []
    small = np.asarray(cv2.resize(street(), (240, 136)), np.float32)
    later = film(20, fps=5, start_s=20, scene=small)
    watch.begin("small")
    assert said(findings(later, watch)) == []
    watch.begin("large")  # where it is another size
    later = film(20, fps=5, start_s=40, scene=small)
    assert "size-changed" in {what for _, what, _ in said(findings(later, watch))}


def test_a_clock_that_is_set_back_neither_blinds_nor_stalls() -> None:
    watch = health()
    frames = [*film(15, fps=5, start_s=5000), *film(15, fps=5)]
    assert said(findings(frames, watch)) == []
    told = said(findings(film(15, flat(40), fps=5, start_s=15), watch))
    assert [what for _, what, _ in told] == ["camera-blind"]


def test_pictures_that_are_too_small_are_let_be() -> None:
    tiny = (frame(16, at_s=NOON_S + number, width=64, height=48) for number in range(30))
    assert said(findings(tiny)) == []


def links(
    seconds: float,
    *,
    start_s: float = 0.0,
    packets: int = 0,
    fps: float = 25.0,
    is_open: bool = True,
    clock_ahead_s: float | None = None,
    gains: float | None = None,
) -> Iterator[tuple[float, Link]]:
    """How a stream comes in, second by second; `gains`: seconds per second, or none is known."""
    for second in range(round(seconds)):
        at_s, come = start_s + second, round(second * fps)
        gained_s = None if gains is None else gains * second
        captured_s = NOON_S + start_s + (come / fps if fps else 0.0)
        yield at_s, Link(packets + come, captured_s, is_open, clock_ahead_s, gained_s)


def pulses(seconds: Iterable[tuple[float, Link]]) -> Said:
    watch = health()
    return said(f for at_s, link in seconds for f in watch.pulse(NOON_S + at_s, link))


def test_a_stream_that_comes_in_well_is_not_told_of() -> None:
    for fps in (5, 10, 12.5, 25):
        assert pulses(links(60, packets=1, fps=fps, gains=0.0, clock_ahead_s=0.3)) == []


def test_a_stream_that_breaks_is_redialled_at_once_and_lost_after_a_while() -> None:
    told = pulses(
        [
            *links(20, packets=1),
            *links(14, start_s=20, packets=501, fps=0, is_open=False),
            *links(20, start_s=34, packets=520),
        ]
    )
    assert told == [
        (20.0, "reconnecting", "begin"),
        (29.0, "signal-loss", "begin"),
        (34.0, "signal-loss", "end"),
        (34.0, "reconnecting", "end"),
    ]


def test_a_camera_that_never_showed_anything_is_lost_too() -> None:
    told = pulses(links(15, fps=0))
    assert told == [(8.0, "signal-loss", "begin")]
    (found,) = itertools.islice(found_in(links(15, fps=0)), 1)
    assert not found.pictured


def found_in(seconds: Iterable[tuple[float, Link]]) -> Iterator[Finding]:
    watch = health()
    return (found for at_s, link in seconds for found in watch.pulse(NOON_S + at_s, link))


@pytest.mark.parametrize(("usual", "other"), [(25, 12), (10, 5), (5, 2), (10, 25)])
def test_another_frame_rate_is_told(usual: float, other: float) -> None:
    told = pulses(
        [
            *links(20, packets=1, fps=usual),
            *links(20, start_s=20, packets=1 + round(20 * usual), fps=other),
            *links(20, start_s=40, packets=1 + round(20 * (usual + other)), fps=usual),
        ]
    )
    assert [(what, phase) for _, what, phase in told] == [
        ("rate-changed", "begin"),
        ("rate-changed", "end"),
    ]
    assert told[0][0] <= 30
    assert 40 < told[1][0] <= 50


def test_a_camera_whose_clock_is_not_the_boxs_is_told_of() -> None:
    told = pulses([*links(10, packets=1), *links(10, start_s=10, packets=251, clock_ahead_s=-5.0)])
    assert told == [(13.0, "clock-drift", "begin")]


def test_a_stream_whose_time_runs_ahead_is_told_of() -> None:
    told = pulses(links(20, packets=1, gains=0.25))
    assert [(what, phase) for _, what, phase in told] == [("clock-drift", "begin")]


def test_packets_that_are_late_for_a_moment_are_no_drift() -> None:
    late = [
        (at_s, Link(link.packets, link.captured_s, is_open=True, stream_ahead_s=-4.0))
        for at_s, link in links(4, start_s=20, packets=501)
    ]
    seconds = [*links(20, packets=1, gains=0), *late, *links(9, start_s=24, packets=601, gains=0)]
    assert pulses(seconds) == []


def test_most_frames_are_passed_by() -> None:
    watch = health()
    frames = list(film(2, fps=25))
    glanced = {watch.glanced_s for each in frames for _ in [list(watch(each, STILL, ()))]}
    assert len(glanced) == 2

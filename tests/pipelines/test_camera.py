"""The stages are wired in one order, and each can be replaced by a line of one's own."""

from collections.abc import Iterator, Sequence

from pipelines.camera import watch
from pipelines.flow import Finding, Frame, Look, Motion, Track
from tests.builders import box, detection, facts, frame, look, motion, track


def test_each_frame_goes_through_all_stages_in_turn() -> None:
    told: list[tuple[float, Look | None, int]] = []
    saw = motion(box())
    found = look(detection(box()))

    def judge(shown: Frame, moving: Motion, tracks: tuple[Track, ...]) -> list[Finding]:
        assert moving is saw
        return [Finding(facts(), shown, tracks)]

    findings = watch(
        [frame(at_s=1.0), frame(at_s=2.0)],
        motion=lambda _: saw,
        detect=lambda shown, _, tracks: found if shown.captured_s > 1 or tracks else None,
        track=lambda now_s, seen: (track(seen_s=now_s),) if seen else (),
        judges=[lambda *all_three: iter(judge(*all_three))],
        tell=lambda shown, _, seen, tracks: told.append((shown.captured_s, seen, len(tracks))),
    )
    assert [(each.frame.captured_s, len(each.tracks)) for each in findings] == [(1, 0), (2, 1)]
    assert told == [(1.0, None, 0), (2.0, found, 1)]


def test_the_network_is_told_who_was_followed_a_frame_ago() -> None:
    asked: list[int] = []

    def detect(_: Frame, __: Motion, tracks: Sequence[Track]) -> Look:
        asked.append(len(tracks))
        return look()

    list(
        watch(
            [frame(), frame(), frame()],
            motion=lambda _: motion(),
            detect=detect,
            track=lambda _, __: (track(),),
            judges=[],
            tell=lambda *_: None,
        )
    )
    assert asked == [0, 1, 1]


def test_frames_are_taken_only_as_findings_are() -> None:
    taken: list[float] = []

    def endless() -> Iterator[Frame]:
        while True:
            taken.append(float(len(taken)))
            yield frame(at_s=taken[-1])

    findings = watch(
        endless(),
        motion=lambda _: motion(),
        detect=lambda *_: None,
        track=lambda *_: (),
        judges=[lambda shown, _, tracks: iter([Finding(facts(), shown, tracks)])],
        tell=lambda *_: None,
    )
    next(findings)
    assert taken == [0.0]

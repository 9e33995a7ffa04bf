"""One camera's watch, wired: frames from a gate in, requests to look and findings out."""

import logging
import queue
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import inf

import msgspec

from edge.config import Camera, Detector
from edge.live.view import View
from edge.naming import new_id
from edge.tally import Tally
from models.boxes import merged
from pipelines.camera import Watch, resized
from pipelines.flow import Facts, Finding, Frame, Scene, Seen, Standing, Track
from pipelines.health import Health, no_picture
from pipelines.judging import RuleJudge, Sketch, judge_of, sight_of
from pipelines.looking import Looker, Wish
from pipelines.lookout import Lookout, Request
from pipelines.motion import MotionDetector, MotionSettings
from pipelines.regions import PLAIN, Sight
from pipelines.rules import OfThings, OverSights, OverTracks, ids_of, state_of
from pipelines.seeing import Network
from pipelines.tracking import Tracker

log = logging.getLogger("tocsin.camera")

OVERLAP = 0.5
HOLD_S = 1.0  # that a camera counts as awake after there was something to look at

UNWATCHED_S = 30.0  # without a frame, after which what went on is not watched any more

_WANTED = 8  # stills at once

Size = tuple[int, int]
TakeFrame = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Post:
    """What all sentries of a worker share.

    objects  the network that looks, and what it sees best
    lookout  where they ask for looks
    tell     takes what they find
    """

    site: str
    detector: Detector
    objects: Network
    lookout: "Lookout[Sentry]"
    tell: Callable[[str, Finding], None]
    sight: Sight = PLAIN


class Sentry:
    """Stands at one camera; a gate brings the frames, the pool carries out the looks.

    Where the camera does not say why it is there, no rule is armed, no network sees it and no
    picture is taken; only its health is told of.
    """

    def __init__(self, camera: Camera, post: Post, tally: Tally) -> None:
        self.camera, self.post, self.tally = camera, post, tally
        self.facts = Facts(site=post.site, camera=camera.id, place=camera.place, rule="intrusion")
        self.rules = rules = dict(zip(ids_of(camera.rules), camera.rules, strict=True))
        self.judges = {
            name: judge_of(rule, self._sketch(name), new_id)
            for name, rule in rules.items()
            if isinstance(rule, OverTracks)
        }
        self.sights = {
            name: sight_of(rule, self._sketch(name), new_id)
            for name, rule in rules.items()
            if isinstance(rule, OverSights)
        }
        self.view: View | None = None
        self.wanted: queue.Queue[TakeFrame] = queue.Queue(_WANTED)
        self.why_disarmed = camera.why_disarmed
        if self.why_disarmed:
            log.warning("camera=%s rules=disarmed why=%s", camera.id, self.why_disarmed)
            for judge in (*self.judges.values(), *self.sights.values()):
                judge.lives.holds = False
        self._say()
        self.seen_s = 0.0
        self.fresh = (0, inf)  # frames that had come, and the pulse at which there were more
        self.health = (
            Health(camera.health, self.facts, new_id, camera.privacy_masks)
            if camera.health
            else None
        )
        self._begin(None)

    def _sketch(self, rule_id: str) -> Sketch:
        """What the judge of one of the camera's rules needs to know."""
        return Sketch(
            msgspec.structs.replace(self.facts, rule_id=rule_id),
            {zone.id: zone for zone in self.camera.zones},
            {line.id: line for line in self.camera.lines},
            self._standing,
        )

    def begin(self) -> None:
        """A new stream: what was remembered is gone, but for lives, health, and where to look."""
        self._begin(self.watch)

    def _begin(self, before: Watch | None) -> None:
        self.post.lookout.forget(self.camera.id)
        self.awake_until_s = float("-inf")
        if self.health is not None:
            self.health.begin("small" if self.tally.mode == "substream" else "large")
        self.watch = Watch(
            motion=_motion(self.camera),
            looker=Looker(
                self.post.objects,
                partial(merged, overlap=OVERLAP),
                per_s=self.post.detector.looks_per_s,
                sight=self.post.sight,
                wanted=_wanted(self.camera),
            ),
            track=Tracker(),
            judges=[*self.judges.values()],
            sights=[*([self.health] if self.health else []), *self.sights.values()],
            before=before,
        )

    def scene(self) -> Scene:
        """What is followed now; any thread may ask."""
        watch = self.watch  # a new stream brings another
        tracks, (width, height) = watch.tracks, watch.shown
        seen = (
            Seen(
                label=track.label,
                score=round(track.score, 2),
                box=(
                    round(track.box.x0 / width, 4), round(track.box.y0 / height, 4),
                    round(track.box.x1 / width, 4), round(track.box.y1 / height, 4),
                ),
            )
            for track in tracks
        )  # fmt: skip
        return Scene(camera=self.camera.id, at_s=self.seen_s, seen=tuple(seen))

    def followed(self, width: int, height: int) -> tuple[Track, ...]:
        """What is followed, in pixels of a picture of this size; any thread may ask."""
        watch = self.watch  # a new stream brings another
        return resized(watch.tracks, watch.shown, (width, height))

    def arm(self, rule_id: str, *, holds: bool) -> None:
        """Arm a rule, where it can be, or disarm it; what goes on under it ends with a frame."""
        judge = self.judges.get(rule_id) or self.sights.get(rule_id)
        if judge is not None:
            judge.lives.holds = holds and not self.why_disarmed
            self._say()

    def sense(self, sensitivity: float) -> None:
        """Take another sensitivity to motion; the background is learnt anew."""
        self.camera = msgspec.structs.replace(self.camera, sensitivity=sensitivity)
        self.watch.motion = _motion(self.camera)
        self._say()

    def _say(self) -> None:
        """Let the heartbeat say what is set."""
        judges: dict[str, RuleJudge] = self.judges | self.sights
        self.tally.sensitivity = self.camera.sensitivity
        self.tally.disarmed_why = self.why_disarmed
        self.tally.rules = tuple(
            state_of(name, rule, armed=judges[name].lives.holds)
            for name, rule in self.rules.items()
        )

    def see(self, frame: Frame) -> None:
        """Take in a frame of the stream on which motion is seen."""
        while not self.wanted.empty():
            tracks = self.followed(frame.width, frame.height)
            self.wanted.get_nowait()(Finding(self.facts, frame, tracks))
        self.seen_s = frame.captured_s
        self._tell(self.watch.see(frame))
        if self.view is not None:
            self.view.offer(frame, self.followed)
        self.tally.frame(frame, self.watch.moving)
        lately_s = frame.captured_s - HOLD_S
        if self.watch.moving or any(track.seen_s >= lately_s for track in self.watch.tracks):
            self.awake_until_s = frame.captured_s + HOLD_S
        if self.health is not None and not self.tally.missing:
            self.tally.state = "blind" if self.health.sightless else "live"

    def pulse(self, now_s: float) -> None:
        """Judge how the camera's stream comes in, about once a second; `now_s` is Unix time.

        What goes on while no frame comes any more has its end here; it may begin again later.
        """
        frames, since_s = self.fresh
        if self.tally.frames != frames or now_s < since_s:
            self.fresh = (self.tally.frames, now_s)
        elif now_s - since_s > UNWATCHED_S:
            for judge in (self.judges | self.sights).values():
                self._tell(judge.lives.abandon(no_picture(now_s)))
        if self.health is not None:
            self._tell(self.health.pulse(now_s, self.tally.link()))

    def awake(self, at_s: float) -> bool:
        """Say whether something went on lately; a clock that was set back does not keep us up."""
        return 0.0 <= self.awake_until_s - at_s <= HOLD_S

    def see_all(self, frame: Frame, now_s: float) -> None:
        """The same where the frame can be shown to the network as it is."""
        self.see(frame)
        size = (frame.width, frame.height)
        wish = self.wish(frame.captured_s, size, size)
        if wish is not None:
            self.ask(frame, wish, now_s)
        elif not self.post.lookout.waits(self.camera.id):
            self._tell(self.watch.wait(frame))

    def wish(self, at_s: float, shown: Size, seen: Size) -> Wish | None:
        """Where to look now; see `pipelines.camera.Watch.wish`."""
        if self.why_disarmed:
            return None
        return self.watch.wish(at_s, shown, seen)

    def ask(self, frame: Frame, wish: Wish, now_s: float) -> None:
        """Ask the lookout for a look at a frame."""
        self.tally.overtaken += self.post.lookout.ask(self.camera.id, self, frame, wish, now_s)

    def look(self, request: "Request[Sentry]") -> None:
        """Carry out a look that was asked for."""
        self._tell(self.watch.look(request.frame, request.wish))
        if self.watch.last_look is not None:
            self.tally.look(request.frame, self.watch.last_look)

    def _standing(self, least_s: float) -> tuple[Standing, ...]:
        motion = self.watch.motion
        return motion.standing(least_s) if isinstance(motion, MotionDetector) else ()

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            shown = finding.pictured and not self.why_disarmed
            self.post.tell(self.camera.id, replace(finding, pictured=shown))


def _wanted(camera: Camera) -> frozenset[str] | None:
    """Classes that the camera's rules are about; None where none is about any."""
    classes = (rule.classes for rule in camera.rules if isinstance(rule, OfThings))
    return frozenset(label for each in classes for label in each) or None


def _motion(camera: Camera) -> MotionDetector:
    return MotionDetector(
        MotionSettings(sensitivity=camera.sensitivity),
        masks=camera.masks,
        zones=[(zone, zone.sensitivity) for zone in camera.zones if zone.sensitivity != 1.0],
    )

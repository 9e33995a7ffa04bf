"""Cameras in, their turns out: one thread decodes and looks for all cameras of a worker.

Turns go round, a packet or a slice of a back-fill each, so that no camera waits for another for
long; after each round comes the one look that is worth most. Reading is left to the feeds' threads,
pictures to the scribe's.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import msgspec

from edge.clock import thread_cpu_s
from edge.config import Camera
from edge.feed import Feed, Parcel
from edge.gates import LAZY_S, FullGate, Gate, KeyframeGate, SubstreamGate
from edge.live.view import View
from edge.sentry import Post, Sentry
from edge.tally import Tally
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.modes import Choice, Presence, chosen
from pipelines.starving import Starving

log = logging.getLogger("tocsin.pool")

Keep = Callable[[Parcel], None]

PULSE_S = 1.0  # between two looks at how the cameras' streams come in
CHOOSE_S = 5.0  # between two choices of the cameras' modes
OPEN_MEMORY = 0.9  # of the share of time with motion that each choice keeps
HANGS_S = 60.0  # within one turn or look, after which the thread is given up
CALM_CHOICES = 12  # in a row without a skipped packet, before an overload counts as over
KEYLESS = 100  # packets since a stream was opened or brought a keyframe, before it is given up
_REST_S = 0.02  # when nothing waits; then all that came meanwhile is served in one round
_LONG_REST_S = 0.05  # the same while every reader dozes; then until one of them has read, or
_CALM_S = 0.25  # so long


@dataclass(slots=True)
class Place:
    """One camera's place in the round."""

    camera: Camera
    tally: Tally
    sentry: Sentry
    feed: Feed
    small: Feed | None
    gate: Gate | None = None
    choice: Choice | None = None
    presence: Presence = field(default_factory=Presence)
    starving: Starving = field(default_factory=Starving)
    open_share: float = 0.0
    seen_open: bool = False
    skipped: int = 0


@dataclass(slots=True)
class Pool:
    """All cameras of one worker.

    cpu_s  that this thread had used when the last turn of this round ended, where the next begins
    """

    post: Post
    clock: Clock
    stop: threading.Event
    places: list[Place] = field(default_factory=list)
    chosen_s: float = float("-inf")
    pulsed_s: float = float("-inf")
    calm: int = CALM_CHOICES
    begun_s: float | None = None
    cpu_s: float | None = None
    ready: threading.Event = field(default_factory=threading.Event)

    def add(
        self, camera: Camera, tally: Tally, keep: Keep | None = None, view: View | None = None
    ) -> None:
        """Give a camera its place and begin to read its streams.

        keep  is handed each packet of the large one
        view  is offered what is decoded, and those packets
        """
        sentry = Sentry(camera, self.post, tally)
        keep = _both(keep, view.keep) if view else keep
        make = partial(Feed, clock=self.clock, stop=self.stop, ready=self.ready)
        feed, small = make(camera, tally, keep=keep), None
        if camera.substream and camera.mode in ("auto", "substream"):
            little = msgspec.structs.replace(camera, url=camera.substream)
            small = make(little, Tally(f"{camera.id} substream", camera.place))
            small.start()
        if view is not None:
            sentry.view, view.feed, view.followed = view, feed, sentry.followed
        feed.start()
        self.places.append(Place(camera, tally, sentry, feed, small))

    def run(self) -> None:
        """Serve the cameras until told to stop."""
        while not self.stop.is_set():
            self.ready.clear()
            if not self.step():
                self._rest()

    def step(self) -> bool:
        """Choose the cameras' modes and feel their pulse when it is time, and go one round."""
        self.begun_s = now_s = self.clock.ticks_s()
        if now_s - self.pulsed_s >= PULSE_S:
            self.pulsed_s = now_s
            for place in self.places:
                if not place.feed.over:
                    place.sentry.pulse(self.clock.now_s())
                    self._feed(place, now_s)
        if now_s - self.chosen_s >= CHOOSE_S:
            self.chosen_s = now_s
            self._choose()
        return self.round(now_s)

    def hangs(self, now_s: float) -> bool:
        """Say whether a round has not come to its end for too long; any thread may ask."""
        begun_s = self.begun_s
        return begun_s is not None and now_s - begun_s > HANGS_S

    def _rest(self) -> None:
        """Longer while every reader dozes: their packets come in lots, and each lot is told of."""
        if all(place.feed.lazy_s for place in self.places):
            self.stop.wait(_LONG_REST_S)
            self.ready.wait(_CALM_S)
        else:
            self.stop.wait(_REST_S)

    def round(self, now_s: float) -> bool:
        """Give every camera its turn, then carry out one look; False when there was nothing."""
        busy, self.cpu_s = [self._turn(place, now_s) for place in self.places], None
        request = self.post.lookout.best(now_s)
        if request is not None:
            begun_s = thread_cpu_s()
            asked_s = self.clock.ticks_s()
            request.who.look(request)
            request.who.tally.looked(self.clock.ticks_s() - asked_s, thread_cpu_s() - begun_s)
        return any(busy) or request is not None

    def _turn(self, place: Place, now_s: float) -> bool:
        if place.gate is None or not place.gate.waits():
            return False
        begun_s = thread_cpu_s() if self.cpu_s is None else self.cpu_s
        try:
            busy = place.gate.step(now_s)
        except StreamError as error:
            place.tally.lost(str(error))
            return False
        place.seen_open |= bool(place.sentry.watch.moving)
        self.cpu_s = thread_cpu_s()
        place.tally.cpu_s += self.cpu_s - begun_s
        return busy

    def _choose(self) -> None:
        """Choose each camera's mode anew; what changes is said."""
        overloaded = self._overloaded()
        for place in self.places:
            if place.feed.keys.rare and place.tally.degraded:
                place.feed.reopen("packets were skipped, and keyframes to go on with are too rare")
            place.open_share = OPEN_MEMORY * place.open_share + (1 - OPEN_MEMORY) * place.seen_open
            place.seen_open = False
            choice = chosen(
                place.camera.mode, has_substream=place.small is not None,
                overloaded=overloaded, open_share=place.open_share, lost=_lost(place),
                rare=place.feed.keys.rare,
                now=place.choice.mode if place.choice else None,
            )  # fmt: skip
            if place.choice is None or choice.mode != place.choice.mode:
                self._enter(place, choice)
            place.tally.mode_why = choice.why
            if place.small is not None and choice.mode != "substream":
                place.small.doze(LAZY_S)
                place.small.backlog.clear()

    def _feed(self, place: Place, now_s: float) -> None:
        """Open a stream anew of which packets are decoded in vain: it may have become another."""
        if place.starving(place.tally.handed, place.tally.decoded, now_s):
            small = place.choice is not None and place.choice.mode == "substream"
            feed = place.small if small and place.small else place.feed
            feed.reopen("packets come, but hardly any picture can be decoded from them")
        keys = place.feed.keys
        if keys.rare and keys.since >= KEYLESS and _waits_for_key(place):
            place.feed.reopen("its keyframes are too rare; whoever opens it anew may get one")

    def _overloaded(self) -> bool:
        """Some camera skipped packets lately; it stays so for a minute after the last."""
        late = [place for place in self.places if place.tally.skipped > place.skipped]
        for place in self.places:
            place.tally.degraded = place in late
            place.skipped = place.tally.skipped
        self.calm = 0 if late else self.calm + 1
        return self.calm < CALM_CHOICES

    def _enter(self, place: Place, choice: Choice) -> None:
        if place.small is not None and place.gate is not None:
            place.small.backlog.clear()
        place.choice, place.gate = choice, self._gate(place, choice)
        place.tally.mode = choice.mode
        log.info("camera=%s mode=%s why=%s", place.camera.id, choice.mode, choice.why)

    def _gate(self, place: Place, choice: Choice) -> Gate:
        place.tally.aligned_by = ""
        if choice.mode == "substream" and place.small is not None:
            return SubstreamGate(place.feed, place.small, place.sentry, place.tally)
        kinds: dict[str, Callable[[Feed, Sentry, Tally], Gate]] = {"keyframe": KeyframeGate}
        return kinds.get(choice.mode, FullGate)(place.feed, place.sentry, place.tally)


def _both(one: Keep | None, other: Keep) -> Keep:
    """Hand a packet to both."""
    if one is None:
        return other
    first = one

    def keep(parcel: Parcel) -> None:
        first(parcel)
        other(parcel)

    return keep


def _waits_for_key(place: Place) -> bool:
    """Whether every packet shall be decoded, and none could be the first."""
    return isinstance(place.gate, FullGate) and place.gate.decode.decoder is None


def _lost(place: Place) -> str:
    """Why the small stream cannot be relied on; empty when it can, or a file has simply ended."""
    if place.small is None:
        return ""
    told = place.small.tally
    there = place.presence(place.tally.packets, told.packets)
    if there or not (place.small.live or told.state == "lost"):
        return ""
    return told.trouble or "no packet comes"

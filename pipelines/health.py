"""A camera's frames and how they come in, what is wrong with the camera out, as it begins and ends.

Every second and a half a glance is taken at the picture (`healthview`), and compared with what is
usual (`healthmemory`); what differs must last before it is told (`healthrules`). One cause is told
once: a picture that shows nothing is neither out of focus nor another scene.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np

from pipelines.flow import Facts, Finding, Frame, Motion, Phase, Rule, Track
from pipelines.healthmemory import (
    Clocks,
    Focus,
    FrameRate,
    Freeze,
    Link,
    Memory,
    PictureSize,
    Scene,
)
from pipelines.healthrules import (
    Blind,
    Blurred,
    Bright,
    Dark,
    Drift,
    Frozen,
    HealthRules,
    Lasting,
    Moved,
    Rate,
    Size,
)
from pipelines.healthturn import Turn
from pipelines.healthview import ALL, Glance, glance, shown_beside
from pipelines.zones import Zone

EVERY_S = 1.45
"""From one glance to the next; a little under what is meant, so that it keeps pace with frames."""

UPDATE_S = 300.0
"""From one word about what goes on to the next."""

CALM = 0.15  # share of the picture that may move while a new scene stands, or focus is judged
BACK = 1.3  # times the detail from which a covered camera sees again
SIGHTLESS: tuple[Rule, ...] = ("camera-blind", "too-dark", "too-bright")


NOTHING: Iterator[Finding] = iter(())


class Spell:
    """One thing that can be wrong: it begins when it has lasted, and ends when it has been over.

    after_s, ends_after_s  as in `healthrules.Lasting`
    """

    def __init__(self, after_s: float, ends_after_s: float) -> None:
        self.after_s, self.ends_after_s = after_s, ends_after_s
        self.on = False
        self.since_s: float | None = None
        self.begun_s = self.told_s = 0.0
        self.episode = ""

    def __call__(self, at_s: float, *, wrong: bool | None) -> Phase | None:
        """What is to be said now, if anything; `wrong` is None when it cannot be told."""
        if wrong is None or wrong == self.on:
            self.since_s = None
            return self._goes_on(at_s)
        self.since_s = at_s if self.since_s is None else min(self.since_s, at_s)
        if at_s - self.since_s < (self.ends_after_s if self.on else self.after_s):
            return None
        self.on, self.since_s, self.told_s = wrong, None, at_s
        if wrong:
            self.begun_s = at_s
        return "begin" if wrong else "end"

    def _goes_on(self, at_s: float) -> Phase | None:
        if not self.on or 0 <= at_s - self.told_s < UPDATE_S:
            return None
        self.told_s = at_s
        return "update"


class Health:
    """What is wrong with one camera; it outlives the camera's streams.

    facts   site, camera and place
    new_id  makes the ids of episodes
    masks   privacy masks: what is black under them tells nothing
    """

    def __init__(
        self,
        rules: HealthRules,
        facts: Facts,
        new_id: Callable[[], str],
        masks: Sequence[Zone] = (),
    ) -> None:
        self.shown = shown_beside(masks) if masks else ALL
        self.rules, self.facts, self.new_id = rules, facts, new_id
        self.spells = dict(_spells(rules))
        self.packets = -1
        self.clocks = Clocks(rules.clock_drift or Drift())
        self.rate = FrameRate(rules.rate_changed or Rate())
        self.memories: dict[str, Memory] = {}
        self.begin("")

    def begin(self, source: str) -> None:
        """A new stream; what is known of its source, the large or the small stream, still holds."""
        self.memory = self.memories.setdefault(source, _nothing_yet(self.rules))
        self.memory.freeze.forget()
        self.glanced_s = float("-inf")

    @property
    def sightless(self) -> bool:
        """Pictures come, and show nothing."""
        return any(self._is_on(rule) for rule in SIGHTLESS)

    def __call__(
        self, frame: Frame, motion: Motion, tracks: tuple[Track, ...]
    ) -> Iterator[Finding]:
        """Judge what a frame shows; most frames are passed by."""
        freeze = self.memory.freeze
        if freeze.pairing:
            freeze.pair(frame)
        if 0 <= frame.captured_s - self.glanced_s < EVERY_S:
            return NOTHING
        return self._glanced(frame, motion, tracks)

    def _glanced(
        self, frame: Frame, motion: Motion, tracks: tuple[Track, ...]
    ) -> Iterator[Finding]:
        at_s = self.glanced_s = frame.captured_s
        wrongs: dict[Rule, bool | None] = {
            "size-changed": self.memory.resized(at_s, (frame.width, frame.height))
        }
        seen = glance(frame, self.shown)
        if seen is not None:
            wrongs |= self._seen(frame, seen, motion)
        for rule, wrong in wrongs.items():
            yield from self._told(rule, frame, tracks, wrong=wrong)

    def pulse(self, at_s: float, link: Link) -> Iterator[Finding]:
        """Judge how the stream comes in, about once a second, whether frames come or not."""
        quiet = link.packets in {0, self.packets}
        self.packets = link.packets
        wrongs: dict[Rule, bool | None] = {
            "signal-loss": quiet,
            "reconnecting": not link.is_open,
            "rate-changed": self.rate(at_s, link),
            "clock-drift": self.clocks(at_s, link),
        }
        for rule, wrong in wrongs.items():
            yield from self._told(rule, no_picture(at_s), (), wrong=wrong)

    def _seen(self, frame: Frame, seen: Glance, motion: Motion) -> dict[Rule, bool | None]:
        calm, told = motion.share < CALM, self._is_on("scene-changed")
        wrongs, memory = self._sight(seen, calm=calm), self.memory
        if any(wrongs.values()):
            memory.freeze.forget()
            return wrongs
        frozen = memory.freeze(frame, told=self._is_on("picture-frozen"))
        wrongs["picture-frozen"] = frozen
        if not frozen:
            turns = memory.scene.turns
            moved = memory.scene(frame.captured_s, seen, calm=calm, told=told)
            if told and memory.scene.turns != turns and memory.turn.since_s is None:
                memory.turn.forget()  # another scene was told, and has become the usual one
            moved = memory.turn(frame, told=told) or moved
            wrongs["scene-changed"] = moved
            wrongs["out-of-focus"] = memory.blurred(
                seen, calm=calm and not moved, told=self._is_on("out-of-focus")
            )
        return wrongs

    def _sight(self, seen: Glance, *, calm: bool) -> dict[Rule, bool | None]:
        """Whether the picture shows nothing, and of which kind that nothing is."""
        dark, bright = self.rules.too_dark or Dark(), self.rules.too_bright or Bright()
        blind = self.rules.camera_blind or Blind()
        scene, back = self.memory.scene, BACK if self.sightless else 1.0
        shows, usual = scene.shows(seen), scene.clarity * back
        empty = seen.contrast < blind.detail * back and not shows
        white = np.count_nonzero(seen.parts >= bright.level) >= bright.share * seen.parts.size
        hardly = not shows or seen.clarity < bright.clear * usual
        is_bright = (white and hardly) or (empty and seen.mean >= bright.level)
        is_dark = seen.mean < dark.level and (empty or seen.contrast < dark.detail * back)
        is_veiled = calm and seen.clarity < blind.clear * usual
        return {
            "too-bright": is_bright,
            "too-dark": is_dark,
            "camera-blind": (empty or is_veiled) and not is_bright and not is_dark,
        }

    def _is_on(self, rule: Rule) -> bool:
        return rule in self.spells and self.spells[rule].on

    def _told(
        self, rule: Rule, frame: Frame, tracks: tuple[Track, ...], *, wrong: bool | None
    ) -> Iterator[Finding]:
        """Tell that it begins, with a picture where there is one, or that it ends."""
        spell, at_s = self.spells.get(rule), frame.captured_s
        phase = spell(at_s, wrong=wrong) if spell else None
        if spell is None or phase is None:
            return
        if phase == "begin":
            spell.episode = self.new_id()
        lasted_s = None if phase == "begin" else round(max(0.0, at_s - spell.begun_s), 1)
        facts = msgspec.structs.replace(
            self.facts, rule=rule, phase=phase, episode=spell.episode, duration_s=lasted_s,
            count=0 if phase == "end" else 1,
        )  # fmt: skip
        yield Finding(facts, frame, tracks, pictured=phase == "begin" and frame.width > 0)


def _nothing_yet(rules: HealthRules) -> Memory:
    return Memory(
        Scene(rules.scene_changed or Moved()),
        Turn(rules.scene_changed or Moved()),
        Focus(rules.out_of_focus or Blurred()),
        Freeze(rules.picture_frozen or Frozen()),
        PictureSize(rules.size_changed or Size()),
    )


def _spells(rules: HealthRules) -> Iterator[tuple[Rule, Spell]]:
    named: dict[Rule, Lasting | None] = {
        "signal-loss": rules.signal_loss,
        "reconnecting": rules.reconnecting,
        "camera-blind": rules.camera_blind,
        "too-dark": rules.too_dark,
        "too-bright": rules.too_bright,
        "out-of-focus": rules.out_of_focus,
        "clock-drift": rules.clock_drift,
        "rate-changed": rules.rate_changed,
        "size-changed": rules.size_changed,
    }
    for name, rule in named.items():
        if rule is not None:
            yield name, Spell(rule.after_s, rule.ends_after_s)
    waited: dict[Rule, Lasting | None] = {
        "picture-frozen": rules.picture_frozen,
        "scene-changed": rules.scene_changed,
    }
    for name, rule in waited.items():  # their memories have waited already
        if rule is not None:
            yield name, Spell(0.0, rule.ends_after_s)


def no_picture(at_s: float) -> Frame:
    """A moment at which there is nothing to show."""
    none = np.empty((0, 0), np.uint8)
    return Frame(at_s, 0, 0, none, none, none)

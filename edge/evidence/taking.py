"""What a camera's rules find and its ring of packets in, its clips out, one at a time.

A clip begins with an event whose rule has evidence, goes on while a life of such a rule does and
for some seconds after the last word, and then ends; what begins meanwhile is part of it.
"""

import logging
import queue
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from edge.evidence.recording import Desk, Recording, begun
from edge.evidence.ring import Ring
from edge.evidence.settings import Evidence
from edge.evidence.vault import Ending, Life
from edge.feed import Parcel
from edge.naming import new_id
from edge.tally import Tally
from pipelines.errors import EvidenceError, SpoolError
from pipelines.flow import Facts, Finding

log = logging.getLogger("tocsin.evidence")

_HELD = 256  # words of the rules that wait
_MIB = 1 << 20
_SYNC_S = 1.0
_SILENT_S = 5.0  # beyond the post-roll, without a packet, after which a clip ends
_KNOWN = 256  # lives whose clip has ended though they go on

_OF_HEALTH = frozenset({"camera-blind", "scene-changed"})
"""What else has evidence: that somebody covered or turned the camera."""

Room = Callable[[], int]


class Word(NamedTuple):
    """What a rule said, and when the camera saw it."""

    facts: Facts
    at_s: float


class Watcher:
    """Hears of a clip's packets, for its preview."""

    def began(self, recording: Recording, at_s: float) -> None:
        """A clip has begun for what was seen at a time."""

    def came(self, recording: Recording, parcel: Parcel) -> None:
        """A packet was written."""

    def ended(self, recording: Recording) -> None:
        """No more will come."""


def free_in(folder: str) -> Room:
    """Bytes that are free where a folder lies."""
    return lambda: shutil.disk_usage(Path(folder)).free


@dataclass(slots=True)
class Taker:
    """One camera's clips; `tell` may be called by any thread, `step` by one.

    names  ids of the camera's own rules that have evidence
    """

    names: frozenset[str]
    ring: Ring
    settings: Evidence
    desk: Desk
    tally: Tally
    room: Room
    watcher: Watcher = field(default_factory=Watcher)
    words: "queue.Queue[Word]" = field(default_factory=lambda: queue.Queue(_HELD))
    recording: Recording | None = None
    number: int = 0
    until_s: float = 0.0
    going: set[Life] = field(default_factory=set)
    over: dict[Life, None] = field(default_factory=dict)
    synced_s: float = float("-inf")
    came_s: float = 0.0

    def tell(self, finding: Finding) -> None:
        """Note what a rule has found, if it has evidence."""
        facts = finding.facts
        named = facts.rule in _OF_HEALTH if facts.rule_id is None else facts.rule_id in self.names
        if not named or not (finding.pictured or facts.phase):
            return
        try:
            self.words.put_nowait(Word(facts, finding.frame.captured_s))
        except queue.Full:
            self.tally.unrecorded += 1

    def step(self, now_s: float) -> None:
        """Do what there is to do; `now_s` is in ticks."""
        self.tally.ring_bytes = self.ring.size
        while not self.words.empty():
            self._hear(self.words.get_nowait(), now_s)
        if self.recording is not None:
            self._go_on(self.recording, now_s)

    def close(self) -> None:
        """End what is being recorded: the box stops."""
        if self.recording is not None:
            self._end(self.recording, "stopped")

    def _hear(self, word: Word, now_s: float) -> None:
        facts = word.facts
        life = Life(facts.rule, facts.rule_id, facts.episode)
        if facts.phase == "end":
            self.over.pop(life, None)
            self.going.discard(life)
        elif life in self.over or not self._has(life, word, now_s):
            return
        elif facts.phase is not None:
            self.going.add(life)
        self.until_s = max(self.until_s, word.at_s + self.settings.post_s)

    def _has(self, life: Life, word: Word, now_s: float) -> bool:
        """Whether a clip shows the life; one begins where none is being recorded."""
        if self.recording is None:
            number = self.ring.start(word.at_s - self.settings.pre_s)
            self.until_s = word.at_s + self.settings.post_s
            self.recording = self._begun(word.facts, number, now_s)
            if self.recording is not None:
                self.watcher.began(self.recording, word.at_s)
        if self.recording is None:
            self.tally.unrecorded += 1
            return False
        self.recording.lives[life] = None
        return True

    def _begun(self, facts: Facts, number: int, now_s: float) -> Recording | None:
        held = self.ring.after(number)
        if not held or not held[0].parcel.key:
            self._refuse("no packet is there yet")
            return None
        if self.room() < self.settings.floor_mib * _MIB:
            self._full(f"less than {self.settings.floor_mib} MiB are free")
            return None
        self.number, self.came_s, self.synced_s = held[0].number, now_s, now_s
        try:
            recording = begun(self.desk, facts, held[0].parcel, new_id())
        except (OSError, SpoolError) as error:
            self._full(str(error))
        except EvidenceError as error:
            self._refuse(str(error))
        else:
            self._say("recording")
            return recording
        return None

    def _go_on(self, recording: Recording, now_s: float) -> None:
        """Write what came, and end where it is time; the rules may say so only afterwards."""
        for number, parcel in self.ring.after(self.number):
            self.number, self.came_s = number + 1, now_s
            ending = self._ending(recording, parcel)
            broken = None if ending else self._write(recording, parcel)
            if ending is not None or broken is not None:
                self._end(recording, ending or broken or "stream")
                if ending == "stream":
                    self._again(recording, number, now_s)
                return
        if not self.going and recording.last_s > self.until_s:
            self._end(recording, "over")
        elif now_s - self.came_s > self.settings.post_s + _SILENT_S:
            self._end(recording, "stream")
        elif now_s - self.synced_s >= _SYNC_S:
            self._sync(recording, now_s)

    def _ending(self, recording: Recording, parcel: Parcel) -> Ending | None:
        """Why a clip ends before a packet, if it does."""
        if parcel.codec is not recording.codec:
            return "stream"
        if not self.going and parcel.captured_s > self.until_s:
            return "over"
        if parcel.captured_s - recording.first_s > self.settings.longest_s:
            return "limit"
        return None

    def _again(self, recording: Recording, number: int, now_s: float) -> None:
        """A new stream, while what was to be recorded goes on, is another clip."""
        held = self.ring.after(number)
        if self.going or (held and held[0].parcel.captured_s <= self.until_s):
            life = next(iter(self.going or recording.lives))
            about = recording.about
            facts = Facts(
                site=about.site, camera=about.camera, place=about.place, rule=life.rule,
                rule_id=life.rule_id, episode=life.episode,
            )  # fmt: skip
            self.recording = self._begun(facts, number, now_s)
            if self.recording is not None:
                self.recording.lives |= dict.fromkeys(self.going or recording.lives)

    def _write(self, recording: Recording, parcel: Parcel) -> Ending | None:
        """Write a packet; why the clip must end, if that could not be done."""
        try:
            recording.put(parcel)
        except (OSError, EvidenceError) as error:
            log.warning("camera=%s evidence=broken why=%s", self.tally.camera, error)
            return "full" if isinstance(error, OSError) else "stream"
        self.watcher.came(recording, parcel)
        return None

    def _sync(self, recording: Recording, now_s: float) -> None:
        self.synced_s = now_s
        try:
            recording.sync()
        except OSError as error:
            log.warning("camera=%s evidence=broken why=%s", self.tally.camera, error)
            self._end(recording, "full")
            return
        if self.room() < self.settings.floor_mib * _MIB:
            self._end(recording, "full")

    def _end(self, recording: Recording, ending: Ending) -> None:
        self.recording = None
        if ending == "limit":
            self.over = dict.fromkeys([*self.over, *self.going][-_KNOWN:])
            self.going = set()
        self.watcher.ended(recording)
        try:
            ending = recording.end(ending).ending
        except (OSError, SpoolError, EvidenceError) as error:
            self._full(str(error))
            return
        self.tally.clips += 1
        if ending == "full":
            self._full("the disk is full")
        else:
            self._say("ready")

    def _refuse(self, why: str) -> None:
        log.warning("camera=%s evidence=none why=%s", self.tally.camera, why)

    def _full(self, why: str) -> None:
        """Say once that nothing is recorded any more; alerts go on."""
        if self.tally.evidence != "full":
            log.error("camera=%s evidence=full why=%s", self.tally.camera, why)
        self.tally.evidence = "full"

    def _say(self, state: str) -> None:
        if self.tally.evidence == "full":
            log.warning("camera=%s evidence=%s", self.tally.camera, state)
        self.tally.evidence = "recording" if state == "recording" else "ready"

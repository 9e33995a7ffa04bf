"""A moment in, a picture of it out: zones, boxes and rules drawn over what redaction has left.

The only way to the picture is `pipelines.snapshot`, the same that an event's picture takes. Where
it fails there is no picture: zones and rules are drawn on black.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import cv2
import numpy as np

from edge.config import Camera
from pipelines.errors import RedactionError
from pipelines.flow import Box, Bytes, Finding, Frame
from pipelines.going import Going
from pipelines.redaction import LONGEST_PX
from pipelines.rules import ids_of, where
from pipelines.snapshot import Snapshot
from pipelines.zones import Line, Zone
from tocsin.replay.notes import clip_time, rule_of
from tocsin.replay.playing import Moment

SHOWN_S = 3.0  # that an event which has no end stays marked
_INK, _GROUND = (255, 255, 255), (32, 32, 32)
_QUIET, _ARMED, _TOLD = (160, 160, 160), (60, 220, 250), (110, 110, 255)
_LINE_PX, _STEP_PX, _SIZE = 2, 22, 0.45
_FONT = cv2.FONT_HERSHEY_SIMPLEX

Colour = tuple[int, int, int]


@dataclass(slots=True)
class Artist:
    """Draws one camera's moments; it remembers which rules have told of something.

    start  when the clip is assumed to begin
    blank  pictures that could not be redacted
    """

    camera: Camera
    snapshot: Snapshot
    start: datetime
    blank: int = 0
    going: Going[str] = field(default_factory=Going)
    told_until_s: dict[str, float] = field(default_factory=dict)

    def film(self, moments: Iterator[Moment], *, begin_s: float, fps: int) -> Iterator[Bytes]:
        """Pictures for an encoder, (H * 3 / 2, W) uint8 I420, `fps` for each second of the clip."""
        made = 0
        for moment in moments:
            self.note(moment.findings, moment.at_s)
            due = int((moment.at_s - begin_s) * fps) + 1
            if due > made:
                picture = cv2.cvtColor(self.picture(moment), cv2.COLOR_BGR2YUV_I420)
                yield from [np.asarray(picture, np.uint8)] * (due - made)
                made = due

    def note(self, findings: Sequence[Finding], at_s: float) -> None:
        """Take note of what was told, also at moments that are not drawn."""
        for finding in findings:
            facts, rule = finding.facts, rule_of(finding.facts)
            goes_on = facts.phase is not None and self.going(rule, facts, at_s)
            self.told_until_s[rule] = float("inf") if goes_on else at_s + SHOWN_S

    def picture(self, moment: Moment) -> Bytes:
        """(H, W, 3) uint8 BGR with even sides; nobody can be told on it."""
        shown = self._redacted(moment)
        scale = shown.shape[1] / moment.frame.width
        for zone in (*self.camera.masks, *self.camera.privacy_masks):
            _outline(shown, zone, _QUIET)
        for zone in self.camera.zones:
            _outline(shown, zone, self._colour(zone.id, moment.at_s))
        for line in self.camera.lines:
            _drawn(shown, line, self._colour(line.id, moment.at_s))
        for track in moment.tracks:
            _boxed(shown, track.box, f"{track.label} {track.score:.2f}", scale)
        for number, (text, colour) in enumerate(self._lines(moment.at_s), 1):
            _written(shown, text, (8, _STEP_PX * number), colour)
        return shown

    def _redacted(self, moment: Moment) -> Bytes:
        try:
            still = self.snapshot.still(moment.frame, moment.tracks)
        except RedactionError:
            self.blank += 1
            return _black(moment.frame)
        coded = np.frombuffer(still.data, np.uint8)
        return _even(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8))

    def _lines(self, at_s: float) -> Iterator[tuple[str, Colour]]:
        """The clip's time, and each rule with what holds of it."""
        moment = self.start + timedelta(seconds=at_s)
        yield f"{clip_time(at_s)}  {moment:%a %H:%M:%S}", _INK
        for name, rule in zip(ids_of(self.camera.rules), self.camera.rules, strict=True):
            told, armed = self._tells(name, at_s), rule.schedule.holds(moment)
            said = "EVENT" if told else "armed" if armed else "not armed"
            yield f"{name}: {said}", _TOLD if told else _ARMED if armed else _QUIET

    def _colour(self, drawn: str, at_s: float) -> Colour:
        """A zone or a line is as loud as the loudest of its rules."""
        moment = self.start + timedelta(seconds=at_s)
        named = zip(ids_of(self.camera.rules), self.camera.rules, strict=True)
        rules = [(name, rule) for name, rule in named if where(rule) == drawn]
        if any(self._tells(name, at_s) for name, _ in rules):
            return _TOLD
        return _ARMED if any(rule.schedule.holds(moment) for _, rule in rules) else _QUIET

    def _tells(self, rule: str, at_s: float) -> bool:
        return at_s < self.told_until_s.get(rule, float("-inf"))


def _black(frame: Frame) -> Bytes:
    """As large as a redacted picture of the frame would be."""
    scale = min(1.0, LONGEST_PX / max(frame.height, frame.width))
    height, width = round(frame.height * scale), round(frame.width * scale)
    return _even(np.zeros((height, width, 3), np.uint8))


def _even(picture: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[: height // 2 * 2, : width // 2 * 2])


def _outline(picture: Bytes, zone: Zone, colour: Colour) -> None:
    height, width = picture.shape[:2]
    corners = np.asarray(zone.polygon, np.float64) * (width - 1, height - 1)
    points = np.round(corners).astype(np.int32)
    cv2.polylines(picture, [points], isClosed=True, color=colour, thickness=_LINE_PX)
    x, y = points.mean(axis=0).astype(int)
    _written(picture, zone.id, (int(x), int(y)), colour)


def _drawn(picture: Bytes, line: Line, colour: Colour) -> None:
    """A line, with A and B on its sides."""
    height, width = picture.shape[:2]
    points = np.round(np.asarray(line.points, np.float64) * (width - 1, height - 1))
    cv2.polylines(
        picture, [points.astype(np.int32)], isClosed=False, color=colour, thickness=_LINE_PX
    )
    (x0, y0), (x1, y1) = points[0], points[1]
    aside = np.array([y0 - y1, x1 - x0]) * (_STEP_PX / max(np.hypot(x1 - x0, y1 - y0), 1.0))
    for side, name in ((-aside, "A"), (aside, f"B {line.id}")):
        x, y = (points[0] + points[1]) / 2 + side
        _written(picture, name, (int(x), int(y)), colour)


def _boxed(picture: Bytes, box: Box, name: str, scale: float) -> None:
    x0, y0, x1, y1 = (round(side * scale) for side in box)
    cv2.rectangle(picture, (x0, y0), (x1, y1), _INK, 1)
    _written(picture, name, (x0, y0 - 5), _INK)


def _written(picture: Bytes, text: str, at: tuple[int, int], colour: Colour) -> None:
    """A line on a dark ground, wholly within the picture if it is not too long."""
    (wide, high), below = cv2.getTextSize(text, _FONT, _SIZE, 1)
    x = max(min(at[0], picture.shape[1] - wide - 2), 2)
    y = max(min(at[1], picture.shape[0] - below - 2), high + 2)
    cv2.rectangle(picture, (x - 2, y - high - 2), (x + wide + 2, y + below), _GROUND, cv2.FILLED)
    cv2.putText(picture, text, (x, y), _FONT, _SIZE, colour, 1, cv2.LINE_AA)

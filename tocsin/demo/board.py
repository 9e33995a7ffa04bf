"""Heartbeats and alerts in, what the demo knows so far out."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from center.alert import Alert
from center.entries import Form
from pipelines.doors import DEVICE_RULES
from pipelines.flow import CameraState, Heartbeat, SpoolState

_WAITS: tuple[Form, ...] = ("nothing", "unbadged")
"""Said only once a word that would disprove it had its time."""


@dataclass(frozen=True, slots=True)
class Known:
    """A moment's copy of the board; alerts in the order in which they were opened.

    latencies_ms  from a camera's capture to each alert of what it saw
    first_ms      from what an alert is of to its first word, by its id
    """

    cameras: tuple[CameraState, ...]
    spool: SpoolState
    alerts: tuple[Alert, ...]
    latencies_ms: tuple[float, ...]
    first_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def live(self) -> int:
        """Cameras that deliver pictures, be they covered or not."""
        return sum(camera.state in ("live", "blind") for camera in self.cameras)


@dataclass(slots=True)
class Board:
    """Filled by the threads that listen, read by the one that shows."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cameras: tuple[CameraState, ...] = ()
    _spool: SpoolState = field(default_factory=SpoolState)
    _alerts: dict[str, Alert] = field(default_factory=dict)
    _latencies_ms: list[float] = field(default_factory=list)
    _first_ms: dict[str, float] = field(default_factory=dict)

    def heard(self, beat: Heartbeat) -> None:
        """Take a box's heartbeat; its farewell and its last will say nothing of the cameras."""
        with self._lock:
            if beat.online:
                self._cameras = beat.cameras
            if beat.spool.put >= self._spool.put:
                self._spool = beat.spool

    def alerted(self, alert: Alert, *, at_s: float) -> None:
        """Take an alert that the console was sent at the Unix time `at_s`."""
        with self._lock:
            before = self._alerts.get(alert.id)
            if before is None or alert.events > before.events:  # a picture that follows is none
                late_ms = (at_s - alert.captured_at.timestamp()) * 1000
                self._first_ms.setdefault(alert.id, late_ms)
                if alert.form not in _WAITS and alert.rule not in DEVICE_RULES:
                    self._latencies_ms.append(late_ms)
            if before is None or alert.revision >= before.revision:
                self._alerts[alert.id] = alert

    def now(self) -> Known:
        """Copy what is known."""
        with self._lock:
            alerts = [alert for alert in self._alerts.values() if alert.state != "joined"]
            alerts.sort(key=lambda alert: alert.id)
            late_ms, first_ms = tuple(self._latencies_ms), dict(self._first_ms)
            return Known(self._cameras, self._spool, tuple(alerts), late_ms, first_ms)

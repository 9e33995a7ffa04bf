"""What the desk and the broker know in, Prometheus's text under `/metrics` out.

Labels are the boxes of the configuration and names that we gave.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import get_args

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from center.boxes import BoxState
from center.desk import Desk
from center.hub import Hub
from center.levels.shared import LevelState
from center.lifecycle import State
from center.needs import needs
from center.refusals import Refused
from center.telling.telling import ChannelState
from center.versions import ListState
from center.views import Stats, Status
from center.waiting import Held
from pipelines.flow import CameraLife

_PREFIX = "tocsin_center"


@dataclass(frozen=True, slots=True)
class CenterMetrics(Collector):
    """A centre's numbers at one moment.

    alerts    by their state
    consoles  streams that are open
    held      by the broker; nothing while it does not answer
    expiries  Unix times at which certificates expire
    told      events of each box since the start
    """

    status: Status
    boxes: tuple[BoxState, ...]
    alerts: Mapping[str, int]
    consoles: int
    held: Held | None
    expiries: Mapping[str, float] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)

    def collect(self) -> Iterator[Metric]:
        """All metrics."""
        yield from _of_events(self.status.stats)
        yield _by("alerts", "Alerts in the store.", "state", get_args(State), self.alerts)
        cameras = Counter(camera.state for camera in self.status.cameras)
        yield _by("cameras", "Cameras of all boxes.", "state", get_args(CameraLife), cameras)
        yield from _of_boxes(self.boxes)
        yield _of_what_was_told(self.told)
        yield _gauge("consoles", "Consoles that follow the stream.", self.consoles)
        yield _gauge("broker_up", "1 while boxes can hand over events.", self.status.broker)
        yield from _of_the_list(self.status.watch_list)
        yield from _of_channels(self.status.channels)
        yield _of_refusals(self.status.refused)
        if (rewound := self.status.rewound) is not None:
            gone = (
                "Messages that the broker knows no more, when its disk was last older than before."
            )
            yield _gauge("broker_rewound_messages", gone, rewound.messages)
        yield _of_levels(self.status.levels)
        age_s = self.status.last_event_age_s
        if age_s is not None:
            at_s = self.status.time.timestamp() - age_s
            yield _gauge("last_event_timestamp_seconds", "When an event was last stored.", at_s)
        if self.held is not None:
            yield _gauge("consumer_pending", "Events not yet asked for.", self.held.pending)
            unstored = "Events handed to the inbox and not stored yet."
            yield _gauge("consumer_unacknowledged", unstored, self.held.unacknowledged)
        if self.expiries:
            yield _of_certificates(self.expiries)


def serve(
    api: FastAPI,
    desk: Desk,
    hub: Hub,
    *,
    status: Callable[[], Status],
    held: Callable[[], Awaitable[Held | None]],
    expiries: Callable[[], Mapping[str, float]] = dict,
    told: Callable[[], Mapping[str, int]] = dict,
) -> None:
    """Add the route; it is guarded as all others are."""

    def collected(waiting: Held | None) -> CenterMetrics:
        return CenterMetrics(
            status(), desk.boxes.states(), desk.alerts_by_state(), hub.listeners, waiting,
            expiries(), told(),
        )  # fmt: skip

    @api.get("/metrics", include_in_schema=False)
    @needs("metrics.read")
    async def metrics() -> Response:
        """Prometheus's text."""
        numbers = await asyncio.to_thread(collected, await held())
        return Response(generate_latest(numbers), media_type=CONTENT_TYPE_LATEST)


def _of_events(stats: Stats) -> Iterator[Metric]:
    counted = {
        "received": ("Events that came.", stats.received),
        "stored": ("Events that were new.", stats.stored),
        "duplicate": ("Events that came again.", stats.duplicates),
        "rejected": ("Messages that are no events.", stats.rejected),
    }
    for name, (meaning, value) in counted.items():
        yield CounterMetricFamily(f"{_PREFIX}_events_{name}", meaning, value=value)


def _of_the_list(state: ListState | None) -> Iterator[Metric]:
    if state is not None:
        refused = "1 while the watch list's file is refused and the one of before is in force."
        yield _gauge("watch_list_refused", refused, state.refused is not None)
        yield CounterMetricFamily(
            f"{_PREFIX}_watch_list_refusals", "Files that were refused.", value=state.refusals
        )


def _of_channels(channels: tuple[ChannelState, ...]) -> Iterator[Metric]:
    up = GaugeMetricFamily(
        f"{_PREFIX}_channel_up", "1 while messages are delivered.", labels=["channel"]
    )
    waiting = GaugeMetricFamily(
        f"{_PREFIX}_channel_messages", "Messages by what became of them.",
        labels=["channel", "state"],
    )  # fmt: skip
    for each in channels:
        up.add_metric([each.channel], each.trouble is None)
        for state in ("waiting", "held", "sent", "given_up"):
            waiting.add_metric([each.channel, state], getattr(each, state) or 0)
    yield up
    yield waiting


def _of_levels(levels: tuple[LevelState, ...]) -> Metric:
    meaning = "1 while the centre at the other end of the link is heard."
    family = GaugeMetricFamily(f"{_PREFIX}_level_linked", meaning, labels=["level"])
    for each in levels:
        family.add_metric([each.name], each.linked)
    return family


def _of_certificates(expiries: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(
        "tocsin_certificate_expiry_timestamp_seconds", "When a certificate expires.",
        labels=["certificate"],
    )  # fmt: skip
    for name, at_s in expiries.items():
        family.add_metric([name], at_s)
    return family


def _of_refusals(refused: tuple[Refused, ...]) -> Metric:
    meaning = "What users of the broker tried without a right to it, or did too much of."
    family = CounterMetricFamily(f"{_PREFIX}_refused", meaning, labels=["user", "what"])
    for each in refused:
        family.add_metric([each.user, each.what], each.count)
    return family


def _of_boxes(boxes: tuple[BoxState, ...]) -> Iterator[Metric]:
    up = GaugeMetricFamily(f"{_PREFIX}_box_up", "1 while it sends heartbeats.", labels=["box"])
    age = GaugeMetricFamily(
        f"{_PREFIX}_box_heartbeat_age_seconds", "Since its last heartbeat.", labels=["box"]
    )
    ahead = GaugeMetricFamily(
        f"{_PREFIX}_box_clock_ahead_seconds", "Its clock less the centre's.", labels=["box"]
    )
    for box in boxes:
        up.add_metric([box.box], box.online)
        if box.age_s is not None:
            age.add_metric([box.box], box.age_s)
        if box.ahead_s is not None:
            ahead.add_metric([box.box], box.ahead_s)
    yield from (up, age, ahead)


def _of_what_was_told(told: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(
        f"{_PREFIX}_box_events", "Events that it told since the start.", labels=["box"]
    )
    for name, number in told.items():
        family.add_metric([name], number)
    return family


def _by(
    name: str, meaning: str, label: str, values: tuple[str, ...], counted: Mapping[str, int]
) -> Metric:
    """One series for each value of a label, also for those that nothing has."""
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", meaning, labels=[label])
    for value in values:
        family.add_metric([value], counted.get(value, 0))
    return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", meaning, value=value)

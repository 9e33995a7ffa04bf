"""What is exposed, what the reference says of it and what the dashboard asks are one list."""

import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple, get_args

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from center.boxes import BoxState
from center.levels.shared import LevelState
from center.metrics import CenterMetrics
from center.refusals import Refused
from center.rewinding import Rewound
from center.telling.telling import ChannelState
from center.versions import ListState
from center.views import Stats, Status
from center.waiting import Held
from edge.metrics import BoxMetrics
from pipelines.flow import CameraLife, CameraState, SpoolState, WorkerState
from tests.the_line import ROOT

CAMERAS = tuple(CameraState(camera=name, place="yard") for name in ("east", "west"))
BOX = BoxMetrics(
    workers=lambda: (WorkerState(pid=7, restarts=2, cameras=("east", "west")),),
    cameras=lambda: CAMERAS,
    spool=SpoolState,
    expiries=lambda: {"own": 1.0},
)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATUS = Status(
    centre="North", time=NOW, broker=True, stats=Stats(), minutes=(), cameras=(),
    last_event_age_s=2.0, watch_list=ListState(version=1, at=NOW, by="file"),
    channels=(ChannelState(channel="duty"),),
    rewound=Rewound(at=NOW, messages=3),
    levels=(LevelState(name="street", above=True, linked=True, age_s=1.0),),
    refused=(Refused(user="b", what="publish", count=1, subject="x", first=NOW, last=NOW),),
)  # fmt: skip
CENTRE = CenterMetrics(
    STATUS,
    (BoxState(box="b", site="s", age_s=1.0, ahead_s=0.1),),
    {},
    0,
    Held(0, 0),
    {"own": 1.0},
    {"b": 9},
)
LABELS = {
    "camera",
    "state",
    "mode",
    "worker",
    "box",
    "channel",
    "user",
    "what",
    "level",
    "certificate",
}
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([a-z, ]*) ?\|", re.MULTILINE)


class Exposed(NamedTuple):
    """One metric as Prometheus meets it."""

    name: str
    kind: str
    labels: tuple[str, ...]


def exposed(collector: Collector) -> list[Exposed]:
    text = generate_latest(collector).decode()
    return [
        Exposed(family.samples[0].name, family.type, tuple(sorted(family.samples[0].labels)))
        for family in text_string_to_metric_families(text)
    ]


def everything() -> list[Exposed]:
    return [*exposed(BOX), *exposed(CENTRE)]


def test_the_reference_lists_what_is_exposed_with_kind_and_labels() -> None:
    text = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    listed = [
        Exposed(name, kind, tuple(sorted(labels.replace(",", " ").split())))
        for name, kind, labels in ROW.findall(text)
    ]
    assert listed == everything()


def test_names_follow_prometheus_own_rules() -> None:
    for metric in everything():
        assert re.fullmatch(r"tocsin_[a-z_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert not re.search(r"_(ms|minutes|mib|percent)(_|$)", metric.name)
        assert set(metric.labels) <= LABELS


def asked(board: Any) -> list[str]:
    """All queries of a dashboard, of whatever depth."""
    if isinstance(board, dict):
        own = [board["expr"]] if "expr" in board else []
        return own + [query for value in board.values() for query in asked(value)]
    return [query for value in board for query in asked(value)] if isinstance(board, list) else []


def test_the_dashboard_asks_only_for_what_is_exposed() -> None:
    board = json.loads((ROOT / "configs/grafana-tocsin.json").read_text(encoding="utf-8"))
    queries = asked(board)
    names = {metric.name for metric in everything()}
    assert len(queries) > 20
    for query in queries:
        found = re.findall(r"\btocsin_\w+", query)
        assert found, query
        assert set(found) <= names, query
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(numbers)) == len(numbers)


def test_the_dashboard_filters_by_states_that_there_are() -> None:
    text = (ROOT / "configs/grafana-tocsin.json").read_text(encoding="utf-8")
    states = {name for said in re.findall(r'state=~?\\"([\w|]+)', text) for name in said.split("|")}
    assert states
    assert states <= {*get_args(CameraLife), "new", "acknowledged", "joined"}

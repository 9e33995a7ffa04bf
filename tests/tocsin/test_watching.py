"""What a person reads of events: what happened, what was measured, and what cannot be read."""

from typing import Any

import pytest
from msgspec.structs import replace

from pipelines.flow import Picture
from pipelines.wire import encode
from tests.builders import event, facts
from tocsin.measures import measures
from tocsin.watching import line


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"rule": "intrusion"}, ""),
        ({"rule": "speed", "speed_kmh": 41.6, "limit": 30.0}, "42 km/h, limit 30"),
        ({"rule": "occupancy", "count": 6, "limit": 5.0, "level": 1.2}, "limit 5"),
        ({"rule": "motion", "level": 0.126}, "13% of the zone"),
        ({"rule": "loitering", "phase": "begin", "dwell_s": 60.2}, "there for 60 s"),
        (
            {"rule": "line-crossing", "direction": "a-to-b", "a_to_b": 3, "b_to_a": 0},
            "a-to-b, so far 3 a-to-b and 0 b-to-a",
        ),
        ({"rule": "intrusion", "phase": "update", "duration_s": 30.0}, ""),
        ({"rule": "intrusion", "phase": "end", "duration_s": 5.42}, "after 5.4 s"),
        ({"rule": "intrusion", "phase": "end", "duration_s": 0.0}, ""),
    ],
)
def test_what_a_rule_measured_is_read_out(told: dict[str, Any], said: str) -> None:
    assert measures(replace(facts(), **told)) == said


def test_an_event_is_a_line() -> None:
    begun = replace(
        facts("speed"), phase="begin", label="car", speed_kmh=41.6, limit=30.0,
        picture=Picture(width=8, height=8, data=b"x"),
    )  # fmt: skip
    over = replace(begun, phase="end", count=0, duration_s=2.0, picture=None)
    first, last = (line("pe/0", encode(event(each))) for each in (begun, over))
    assert first[8:] == (
        " event  speed begins of car ×1 at gate, gate-1, 42 km/h, limit 30, redacted picture"
    )
    assert last[8:] == (
        " event  speed ends of car at gate, gate-1, 42 km/h, limit 30, after 2.0 s, no picture"
    )


def test_what_is_no_event_is_said_with_its_topic() -> None:
    assert line("pe/0/x", b"{").startswith("pe/0/x: cannot be read: ")
    assert line("alert/a1", b"{}").startswith("alert/a1: cannot be read: ")

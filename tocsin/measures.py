"""What a rule measured in, the few words in which a person reads it out."""

from collections.abc import Iterator

from pipelines.flow import Facts


def measures(facts: Facts) -> str:
    """Such as `34 km/h, limit 30`; empty where nothing but the event itself is to be told."""
    return ", ".join(_said(facts))


def _said(facts: Facts) -> Iterator[str]:
    if facts.speed_kmh is not None:
        yield f"{facts.speed_kmh:.0f} km/h"
    if facts.direction is not None:
        yield facts.direction
    if facts.a_to_b is not None and facts.b_to_a is not None:
        yield f"so far {facts.a_to_b} a-to-b and {facts.b_to_a} b-to-a"
    if facts.limit is not None:
        yield f"limit {facts.limit:g}"
    elif facts.level is not None:
        yield f"{facts.level:.0%} of the zone"
    if facts.dwell_s is not None:
        yield f"there for {facts.dwell_s:.0f} s"
    if facts.phase == "end" and facts.duration_s:
        yield f"after {facts.duration_s:.1f} s"

"""What cameras and doors have to say, and how often, as a table."""

from typing import NamedTuple

from pipelines.flow import Rule


class Kind(NamedTuple):
    """One sort of thing that happens.

    weight   how often, beside the others
    place    where at its site
    label    class of the thing
    updates  words between the begin and the end of its life; None: it is one event without a life
    lasts_s  in the mean, from begin to end
    device   who says it instead of a camera
    """

    rule: Rule
    weight: float
    place: str
    label: str | None = None
    updates: int | None = None
    lasts_s: float = 0.0
    device: str = ""


YARD, STREET, GATE = "yard", "street", "gate"

KINDS = (
    Kind("motion", 26, STREET, None, 1, 6),
    Kind("line-crossing", 24, STREET, "person"),
    Kind("line-crossing", 12, STREET, "car"),
    Kind("occupancy", 9, STREET, "person", 2, 15),
    Kind("loitering", 4, STREET, "person", 2, 20),
    Kind("stopped-vehicle", 4, STREET, "car", 1, 25),
    Kind("wrong-direction", 1, STREET, "car"),
    Kind("speed", 2, STREET, "car"),
    Kind("object-left", 0.5, STREET, "suitcase", 1, 25),
    Kind("intrusion", 0.8, YARD, "person", 2, 15),
    Kind("too-dark", 0.5, STREET, None, 0, 30),
    Kind("reconnecting", 0.5, STREET, None, 0, 5),
    Kind("door-opened", 6, GATE, device="door"),
    Kind("badge-granted", 6, GATE, device="door"),
    Kind("badge-denied", 0.4, GATE, device="door"),
    Kind("door-held", 0.3, GATE, None, 0, 25, device="door"),
    Kind("door-forced", 0.05, GATE, device="door"),
    Kind("help-point", 0.05, GATE, device="pillar"),
    Kind("patrol-passed", 0.4, YARD, device="post"),
)
"""The watch list of a simulated centre asks for intrusions, forced doors and help points."""


def events_of(kind: Kind) -> int:
    """How many events one thing that happens is told in."""
    return 1 if kind.updates is None else 2 + kind.updates


EACH = sum(kind.weight * events_of(kind) for kind in KINDS) / sum(kind.weight for kind in KINDS)
"""Events that one thing that happens is told in, in the mean."""

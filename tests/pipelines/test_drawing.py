"""What a box tells of a camera's zones and rules: whole parts, and how many are missing."""

import msgspec

from pipelines.drawing import CORNERS, MOST, Drawing, RuleNow, Shape, drawing_of
from pipelines.rules import AnyRule, Intrusion, LineCrossing, MotionOnly
from pipelines.wire import encode
from pipelines.zones import Line, Zone

YARD = Zone(id="yard", polygon=((0.1, 0.2), (0.9, 0.2), (1 / 3, 2 / 3)))
SILL = Line(id="sill", points=((0.0, 0.5), (1.0, 0.5)))
SIGN = Zone(id="sign", polygon=((0, 0), (0.1, 0), (0.1, 0.1)))


def zone(number: int, corners: int) -> Zone:
    edge = tuple((place / corners, (place % 2) / 2) for place in range(corners))
    return Zone(id=f"z{number}", polygon=edge)


def drawn(*zones: Zone, rules: tuple[AnyRule, ...] = ()) -> Drawing:
    return drawing_of(zones=zones, lines=(SILL,), privacy_masks=(SIGN,), rules=rules)


def test_zones_lines_masks_and_rules_are_told_with_what_they_are_about() -> None:
    rules = (
        Intrusion(zone="yard", armed=False, classes=("person", "person", "dog")),
        LineCrossing(id="in", line="sill", direction="a-to-b"),
        MotionOnly(zone="yard"),
    )
    told = drawn(YARD, rules=rules)
    assert told.zones == (Shape(id="yard", points=((0.1, 0.2), (0.9, 0.2), (0.3333, 0.6667))),)
    assert told.lines == (Shape(id="sill", points=SILL.points),)
    assert [mask.id for mask in told.privacy_masks] == ["sign"]
    assert told.rules == (
        RuleNow(
            id="intrusion-yard", rule="intrusion", armed=False, zone="yard",
            classes=("person", "dog"),
        ),
        RuleNow(
            id="in", rule="line-crossing", armed=True, line="sill", classes=("person",),
            direction="a-to-b",
        ),
        RuleNow(id="motion-yard", rule="motion", armed=True, zone="yard"),
    )  # fmt: skip
    assert told.left_out == 0
    assert msgspec.json.decode(encode(told), type=Drawing) == told


def test_what_does_not_fit_is_left_out_whole_and_counted() -> None:
    told = drawn(zone(1, CORNERS - 10), zone(2, 20), zone(3, 4))
    assert [each.id for each in told.zones] == ["z1", "z3"]
    assert [len(each.points) for each in told.zones] == [CORNERS - 10, 4]
    assert told.left_out == 1
    many = drawn(*(zone(number, 3) for number in range(MOST + 5)))
    assert len(many.zones) == MOST
    assert many.left_out == 5
    rules = tuple(MotionOnly(zone="yard") for _ in range(MOST + 2))
    assert drawn(YARD, rules=rules).left_out == 2


def test_the_most_that_is_told_fits_a_message() -> None:
    classes = tuple(f"class-number-{number}" for number in range(80))
    rules = tuple(
        Intrusion(id=f"r{'x' * 50}{number}", zone="z0", classes=classes) for number in range(MOST)
    )
    told = drawn(*(zone(number, 15) for number in range(MOST)), rules=rules)
    assert len(encode(told)) < 1 << 19

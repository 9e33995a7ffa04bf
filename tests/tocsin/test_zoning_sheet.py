"""A camera's shapes change in the file, and nothing else in it does."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from edge.config import load, loaded
from pipelines.errors import ConfigError
from tests.builders import quick
from tests.the_line import ROOT
from tocsin.zoning.shapes import KINDS, POINTS, Kind, Shape, shapes_of
from tocsin.zoning.sheet import edited

SQUARE = ((0.1, 0.2), (0.5, 0.2), (0.5, 0.75))

BLOCK = """\
# the yard's box
site: north   # keep this
box: box-1
defaults: {purpose: deliveries, legal_basis: contract, office: depot}

cameras:
  - id: yard # east
    place: yard
    url:   rtsp://192.0.2.11/1
    zones: # shares
      # where the fence is
      - id: inside
        polygon: [[0.05, 0.45], [0.95, 0.45], [1.0, 1.0]]
      - id: dock # by the water
        sensitivity: 2
        polygon:
          - [0.0, 0]
          - [1, 0.5]
          - [0.25, 1]

    # what counts
    rules:
      - rule: intrusion
        zone: inside
      - {rule: intrusion, zone: "dock", classes: [dog]}

  - id: gate  # no zones yet
    place: gate
    url: rtsp://192.0.2.12/1 # far

# the end
"""
FLOW = """\
{site: north, box: box-1, defaults: {purpose: deliveries, legal_basis: contract, office: depot},
 cameras: [  # all of them
  {id: yard, place: yard, url: a.mp4,
   zones: [{id: inside, polygon: [[0.05, 0.45], [0.95, 0.45], [1.0, 1.0]]}, # first
           {id: dock, sensitivity: 2, polygon: [[0.0, 0], [1, 0.5], [0.25, 1]]}],
   rules: [{rule: intrusion, zone: inside}, {rule: intrusion, zone: dock, classes: [dog]}]},
  {id: gate, place: gate, url: b.mp4}]}
"""
FLUSH = """\
site: north
box: box-1
defaults: {purpose: deliveries, legal_basis: contract, office: depot}
cameras:
- id: yard
  place: yard
  url: a.mp4
  zones:
  - {id: inside,  polygon: [[0.05, 0.45], [0.95, 0.45], [1.0, 1.0]]}
  - {id: dock, sensitivity: 2, polygon: [[0.0, 0], [1, 0.5], [0.25, 1]]} # water
  rules:
  - {rule: intrusion, zone: inside}
  - {rule: intrusion, zone: dock, classes: [dog]}
- id: gate
  place: gate
  url: b.mp4"""
STYLES = {"block": BLOCK, "flow": FLOW, "flush": FLUSH, "crlf": BLOCK.replace("\n", "\r\n")}
styles = pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
FILE = Path("edge.yaml")


def has(text: str, camera: str = "yard") -> list[Shape]:
    (found,) = (each for each in loaded(text, FILE).cameras if each.id == camera)
    return list(shapes_of(found))


def moved(shape: Shape, points: tuple[tuple[float, float], ...] = SQUARE) -> Shape:
    return Shape(kind=shape.kind, id=shape.id, points=points, was=shape.was)


def named(shape: Shape, name: str) -> Shape:
    return Shape(kind=shape.kind, id=name, points=shape.points, was=shape.was)


def new(name: str, kind: Kind = "zones") -> Shape:
    return Shape(kind=kind, id=name, points=SQUARE)


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that are gone, and lines that are new."""
    old, now = before.splitlines(), after.splitlines()
    return [line for line in old if line not in now], [line for line in now if line not in old]


@styles
def test_what_did_not_change_is_not_touched(text: str) -> None:
    assert edited(text, "yard", has(text)) == text
    assert edited(text, "gate", []) == text


def test_a_zone_that_moved_changes_its_line_only() -> None:
    inside, dock = has(BLOCK)
    gone, came = lines_changed(BLOCK, edited(BLOCK, "yard", [moved(inside), dock]))
    assert gone == ["        polygon: [[0.05, 0.45], [0.95, 0.45], [1.0, 1.0]]"]
    assert came == ["        polygon: [[0.1, 0.2], [0.5, 0.2], [0.5, 0.75]]"]


def test_a_zone_that_is_drawn_is_added_behind_the_others_as_they_are_spelled() -> None:
    gone, came = lines_changed(BLOCK, edited(BLOCK, "yard", [*has(BLOCK), new("path")]))
    assert gone == []
    assert came == ["      - id: path", "        polygon: [[0.1, 0.2], [0.5, 0.2], [0.5, 0.75]]"]
    gone, came = lines_changed(FLUSH, edited(FLUSH, "yard", [*has(FLUSH), new("path")]))
    assert gone == []
    assert came == ["  - {id: path, polygon: [[0.1, 0.2], [0.5, 0.2], [0.5, 0.75]]}"]


def test_the_first_shapes_of_a_camera_stand_before_its_rules() -> None:
    after = edited(BLOCK, "yard", [*has(BLOCK), new("flag", "masks")])
    masks, rules = after.index("    masks:\n"), after.index("    # what counts\n    rules:\n")
    assert masks < rules
    gone, came = lines_changed(BLOCK, edited(BLOCK, "gate", [new("all")]))
    assert gone == []
    assert came[0] == "    zones:"


def test_rules_follow_a_zone_that_is_renamed() -> None:
    inside, dock = has(BLOCK)
    after = edited(BLOCK, "yard", [named(inside, "fence"), named(dock, "pier")])
    camera = yaml.safe_load(after)["cameras"][0]
    assert [rule["zone"] for rule in camera["rules"]] == ["fence", "pier"]
    assert "- id: pier # by the water" in after


def test_lines_are_edited_beside_zones_and_rules_follow_them() -> None:
    line = "    lines: [{id: kerb, points: [[0, 0.5], [1, 0.5]]}] # to the road\n"
    crossing = "      - {rule: line-crossing, line: kerb}\n"
    text = BLOCK.replace("    # what counts\n    rules:\n", f"{line}    rules:\n{crossing}")
    *zones, kerb = has(text)
    far = Shape(kind="lines", id="far", points=((0.1, 0), (0.1, 1)), was=kerb.was)
    after = edited(text, "yard", [*zones, far, new("gap", "lines")])
    gone, came = lines_changed(text, after)
    assert gone == [line.rstrip("\n"), crossing.rstrip("\n")]
    gap = "{id: gap, points: [[0.1, 0.2], [0.5, 0.2], [0.5, 0.75]]}"
    assert came == [
        f"    lines: [{{id: far, points: [[0.1, 0], [0.1, 1]]}}, {gap}] # to the road",
        "      - {rule: line-crossing, line: far}",
    ]
    assert [shape.id for shape in has(after)] == ["inside", "dock", "far", "gap"]


@styles
def test_a_zone_that_is_deleted_leaves_the_others(text: str) -> None:
    inside, dock = has(text)
    for kept in ([inside], [dock]):
        after = edited(text, "yard", kept)
        (zone,) = yaml.safe_load(after)["cameras"][0]["zones"]
        assert zone["id"] == kept[0].id
    assert yaml.safe_load(edited(text, "yard", []))["cameras"][0]["zones"] == []


def test_after_the_last_zone_is_deleted_one_can_be_drawn_again() -> None:
    bare = BLOCK[: BLOCK.index("    # what counts")] + BLOCK[BLOCK.index("  - id: gate") :]
    empty = edited(bare, "yard", [])
    assert "    zones: # shares\n" in empty
    assert [shape.id for shape in has(edited(empty, "yard", [new("again")]))] == ["again"]


@pytest.mark.parametrize("value", ["", " # none", " null", " ~", " []", " [ ]"])
def test_a_key_without_zones_takes_the_first(value: str) -> None:
    text = f"cameras:\n  - id: a\n    zones:{value}\n    place: b\n"
    after = edited(text, "a", [new("all")])
    assert yaml.safe_load(after)["cameras"][0]["zones"][0]["id"] == "all"
    assert ("# none" in after) == ("# none" in text)


@pytest.mark.parametrize("name", ["on", "null", "1e3", "12", "no"])
def test_a_name_that_yaml_would_misread_is_quoted(name: str) -> None:
    after = edited(FLUSH, "yard", [*has(FLUSH), new(name)])
    assert yaml.safe_load(after)["cameras"][0]["zones"][-1]["id"] == name


def test_what_is_written_by_reference_is_refused() -> None:
    text = (
        "cameras:\n"
        "  - {id: a, zones: &all [{id: z, polygon: [[0, 0], [1, 0], [1, 1]]}]}\n"
        "  - {id: b, zones: *all}\n"
    )
    with pytest.raises(ConfigError, match="perhaps by reference"):
        edited(text, "b", [Shape(kind="zones", id="z", points=SQUARE, was="z")])


shares = st.floats(0, 1)
names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
polygons = st.lists(st.tuples(shares, shares), min_size=3, max_size=6).map(tuple)


@st.composite
def wishes(draw: st.DrawFn) -> list[Shape]:
    """What somebody may have made of the shapes of the yard's camera."""
    old = [
        Shape(kind="zones", id=draw(st.just(name) | names), points=draw(polygons), was=name)
        for name in draw(st.sets(st.sampled_from(["inside", "dock"])))
    ]
    kinds: list[Kind] = draw(st.lists(st.sampled_from(list(KINDS)), max_size=3))
    fresh = [Shape(kind=kind, id=draw(names), points=draw(polygons)) for kind in kinds]
    return [*old, *fresh]


@quick
@given(text=st.sampled_from(list(STYLES.values())), wished=wishes())
def test_whatever_is_drawn_stands_in_the_file_and_other_cameras_are_as_they_were(
    text: str, wished: list[Shape]
) -> None:
    after = edited(text, "yard", wished)
    data = yaml.safe_load(after)
    yard, gate = data["cameras"]
    for kind in KINDS:
        expected = [
            (shape.id, [[round(x, 4), round(y, 4)] for x, y in shape.points])
            for shape in wished
            if shape.kind == kind
        ]
        found = [(item["id"], item[POINTS[kind]]) for item in yard.get(kind, [])]
        assert sorted(found) == sorted(expected)
    before = yaml.safe_load(text)
    assert gate == before["cameras"][1]
    assert {**data, "cameras": 0} == {**before, "cameras": 0}
    for comment in ("# the yard's box", "# keep this", "# what counts", "# the end"):
        assert (comment in after) == (comment in text)
    assert ("\r\n" in text) == ("\r\n" in after)
    assert "\n" not in after.replace("\r\n", "") or "\r\n" not in text


def test_the_shipped_example_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOCSIN_BOX_PASSWORD", "TOCSIN_CAMERA_PASSWORD"):
        monkeypatch.setenv(name, "x")
    path = ROOT / "configs" / "edge.yaml"
    text = path.read_text(encoding="utf-8")
    shapes = list(shapes_of(load(path).cameras[0]))
    gone, came = lines_changed(text, edited(text, "yard-east", [*shapes, new("dock")]))
    assert (gone, len(came)) == ([], 2)

"""The tree of places: what lies where, what a wrong one is told, and what a map shows."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from center.geojson import collection
from center.happening import arrived
from center.places import Camera, Device, Place
from center.tree import Tree, distance_m
from center.watchlist import WatchList, load
from pipelines.errors import ConfigError
from tests.builders import quick
from tests.center.centre import event

TOWN = """\
places:
  - {id: donghu, name: Donghu, kind: district, grade: 4}
  - {id: elm, name: Elm Street, kind: street, parent: donghu, grade: 4}
  - {id: court, name: Elm Court, kind: community, parent: elm, grade: 3}
  - id: yard
    name: Yard
    parent: court
    grade: 2
    at: [114.30, 30.59]
    contacts: [{id: gatehouse, name: Gatehouse, phone: "110"}]
    cameras:
      - {id: far, at: [114.32, 30.59], bearing_deg: 90, field_deg: 60}
      - {id: near, at: [114.301, 30.59]}
      - {id: here}
    doors: [{id: gate, at: [114.30, 30.591]}]
    help_points: [{id: pillar, at: [114.3195, 30.59]}]
  - {id: hall, name: Hall, parent: court, grade: 1}
"""
HALL = "  - {id: hall, name: Hall, parent: court, grade: 1}\n"
ATTIC = "  - {id: attic, name: Attic, parent: hall, grade: 1}\n"


def loaded(folder: Path, text: str) -> WatchList:
    path = folder / "watch.yaml"
    path.write_text(text)
    return load(path)


def test_a_place_knows_what_holds_it_and_what_it_holds(tmp_path: Path) -> None:
    tree = loaded(tmp_path, TOWN).tree
    assert [place.id for place in tree.above("yard")] == ["court", "elm", "donghu"]
    assert [place.id for place in tree.below("elm")] == ["elm", "court", "yard", "hall"]
    assert tree.rise("yard", ["district", "street"]) == ("elm", "donghu")
    assert tree.above("nowhere") == ()


def test_an_entry_reaches_all_that_lies_within_its_place(tmp_path: Path) -> None:
    entry = "entries: [{place: elm, rule: intrusion, steps: [Look]}]\n"
    listed = loaded(tmp_path, TOWN + entry)
    matches = {
        place: listed.match(arrived(event(place=place))) for place in ("hall", "yard", "donghu")
    }
    assert {place: match and match.grade for place, match in matches.items()} == {
        "hall": 1, "yard": 2, "donghu": None,
    }  # fmt: skip


def test_the_nearest_cameras_to_a_device_come_first_and_those_without_position_count(
    tmp_path: Path,
) -> None:
    tree = loaded(tmp_path, TOWN).tree
    assert tree.nearest("yard", "pillar") == ["far", "near", "here"]
    assert tree.nearest("yard", "gate") == ["here", "near", "far"]
    assert tree.nearest("yard", "pillar", most=1) == ["far"]


def test_without_any_position_the_cameras_of_the_place_are_the_nearest() -> None:
    yard = Place(id="yard", name="Yard", grade=2, cameras=(Camera(id="b"), Camera(id="a")))
    hall = Place(id="hall", name="Hall", grade=2, cameras=(Camera(id="c"),))
    assert Tree((yard, hall)).nearest("yard") == ["a", "b"]


positions = st.tuples(st.floats(-180, 180), st.floats(-89, 89))


@quick
@given(positions, st.lists(positions, min_size=1, max_size=8))
def test_no_camera_that_is_left_out_is_nearer_than_one_that_is_named(
    here: tuple[float, float], there: list[tuple[float, float]]
) -> None:
    cameras = {f"c{number}": at for number, at in enumerate(there)}
    post = Device(id="post", at=here)
    yard = Place(
        id="yard", name="Yard", grade=2, help_points=(post,),
        cameras=tuple(Camera(id=name, at=at) for name, at in cameras.items()),
    )  # fmt: skip
    named = Tree((yard,)).nearest("yard", "post")
    away = {name: distance_m(here, at) for name, at in cameras.items()}
    left = [away[name] for name in cameras if name not in named]
    assert [away[name] for name in named] == sorted(away[name] for name in named)
    assert max(away[name] for name in named) <= min(left, default=float("inf"))


def test_a_degree_of_latitude_is_sixty_nautical_miles() -> None:
    assert distance_m((10, 50), (10, 51)) == pytest.approx(60 * 1852, rel=0.005)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (("parent: court\n", "parent: cort\n"), "watch.yaml:7: no place is named 'cort'"),
        (("parent: court\n", "parent: cort\n"), "at $.places[3].parent; did you mean 'court'?"),
        (("parent: donghu", "parent: court"), "a street cannot lie within a community"),
        (("kind: district, grade", "kind: district, parent: donghu, grade"),
         "watch.yaml:2: a district cannot lie within a district"),
        (("{id: here}", "{id: near}"), "'near' - at $.places[3].cameras[2].id"),
        (("id: gate,", "id: near,"), "'yard' has two named 'near' - at $.places[3].doors[0].id"),
        (("at: [114.30, 30.59]", "at: [30.59, 114.30]"), "Expected `float` <= 90.0"),
        (("bearing_deg: 90", "bearing_deg: 400"), "Expected `float` < 360.0"),
        (("kind: street", "kind: road"), "Invalid enum value 'road'"),
        ((HALL, HALL.replace("court", "attic") + ATTIC), "'hall' lies within itself"),
        (("places:", "map: none.json\nplaces:"), "none.json: No such file or directory - at $.map"),
    ],
)  # fmt: skip
def test_a_wrong_tree_is_told_where_it_is_wrong_and_what_to_do(
    tmp_path: Path, broken: tuple[str, str], told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, TOWN.replace(*broken))
    assert told in str(caught.value)


EDGE = [[114.3, 30.5], [114.4, 30.5], [114.4, 30.6], [114.3, 30.6], [114.3, 30.5]]


def feature(of: str | None, kind: str, coordinates: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    told = {} if of is None else {"place": of}
    return {"type": "Feature", "properties": told, "geometry": geometry}


def with_map(folder: Path, *features: dict[str, Any]) -> WatchList:
    whole = {"type": "FeatureCollection", "features": features}
    (folder / "town.json").write_text(json.dumps(whole))
    return loaded(folder, "map: town.json\n" + TOWN)


def test_a_map_gives_places_their_outlines_and_what_the_list_says_holds(tmp_path: Path) -> None:
    street = feature(None, "LineString", [[114.3, 30.5], [114.4, 30.5]])
    moved = feature("yard", "Point", [0.0, 0.0])
    listed = with_map(tmp_path, feature("hall", "Polygon", [EDGE]), street, moved)
    hall, yard = listed.tree.places["hall"], listed.tree.places["yard"]
    assert hall.outline == tuple((east, north) for east, north in EDGE[:-1])
    assert hall.middle == pytest.approx((114.35, 30.55))
    assert yard.at == (114.30, 30.59)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (feature("attic", "Point", [0, 0]), "no place is named 'attic' - at $.features[0]"),
        (feature("hall", "Point", [0, 95]), "$.features[0].geometry"),
        (feature("hall", "MultiPolygon", [[EDGE]]), "a Point or one Polygon"),
        (feature("hall", "Polygon", []), "a Point or one Polygon"),
        ({"type": "Topology"}, "no GeoJSON FeatureCollection"),
    ],
)
def test_a_wrong_map_is_told_where(tmp_path: Path, wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        with_map(tmp_path, wrong)
    assert told in str(caught.value)
    assert "town.json" in str(caught.value)


def test_what_a_console_is_given_is_geojson_with_devices_and_without_phones(tmp_path: Path) -> None:
    listed = with_map(tmp_path, feature("hall", "Polygon", [EDGE]))
    sent = msgspec.json.encode(collection(listed.places))
    features = {each["id"]: each for each in json.loads(sent)["features"]}
    assert features["hall"]["geometry"] == {"type": "Polygon", "coordinates": [EDGE]}
    assert features["yard/far"]["properties"] == {
        "kind": "camera", "place": "yard", "device": "far", "bearing_deg": 90, "field_deg": 60,
    }  # fmt: skip
    assert features["yard/here"]["geometry"]["coordinates"] == [114.30, 30.59]
    assert features["donghu"]["geometry"] is None
    assert features["yard/pillar"]["properties"]["kind"] == "help-point"
    assert b"110" not in sent

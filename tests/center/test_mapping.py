"""The plan that a console draws: the ground, then the places that someone may see."""

import json
from pathlib import Path
from typing import Any

import pytest

from center import sight
from center.mapping import plan
from center.watchlist import WatchList, load, loaded
from pipelines.errors import ConfigError

LIST = """\
map: town.geojson
places:
  - {id: town, name: Town, kind: district, grade: 3}
  - {id: yard, name: Yard, parent: town, grade: 2, at: [114.3, 30.5], cameras: [{id: cam-1}]}
  - {id: hidden, name: Hidden yard, parent: town, grade: 2}
entries:
  - {place: town, rule: intrusion, steps: [Look]}
"""
CORNERS = [[114.30, 30.50], [114.31, 30.50], [114.31, 30.51], [114.30, 30.50]]


def feature(feature_id: str | None, **said: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [CORNERS]}
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": said}


def town(folder: Path) -> WatchList:
    ground = [
        feature("lake", kind="water", name="East lake"), feature(None, kind="castle"),
        feature("hidden"), feature(None, place="hidden"),
    ]  # fmt: skip
    collection = {"type": "FeatureCollection", "features": ground}
    (folder / "town.geojson").write_text(json.dumps(collection))
    (folder / "watch.yaml").write_text(LIST)
    return load(folder / "watch.yaml")


def test_the_ground_comes_first_then_places_and_devices(tmp_path: Path) -> None:
    listed = town(tmp_path)
    drawn = plan(listed, listed).features
    assert [(each.id, each.properties["kind"]) for each in drawn] == [
        ("lake", "water"), (None, "area"), ("town", "district"), ("yard", "place"),
        ("yard/cam-1", "camera"), ("hidden", "place"),
    ]  # fmt: skip
    assert drawn[0].properties["name"] == "East lake"


def test_who_sees_some_places_is_given_neither_the_others_nor_names(tmp_path: Path) -> None:
    listed = town(tmp_path)
    mine = sight.listed(listed, frozenset({"yard"}))
    drawn = plan(listed, mine).features
    assert [each.id for each in drawn] == [None, None, "yard", "yard/cam-1"]
    assert all("name" not in each.properties for each in drawn[:2])


def test_a_map_that_is_gone_by_now_leaves_the_places(tmp_path: Path) -> None:
    listed = town(tmp_path)
    (tmp_path / "town.geojson").unlink()
    assert plan(listed, listed).features[0].id == "town"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (b"Polygon", b"P\xd8lygon", r"features\[0\]\.geometry: 'utf-8' codec"),
        (b'"place": "yard"', b'"place": ["yard"]', r"no place is named \['yard'\]"),
        (b'"place": "yard"', b'"place": {}', r"no place is named \{\}"),
    ],
)
def test_a_map_that_cannot_be_read_is_an_error_of_its_file(
    right: bytes, wrong: bytes, said: str, tmp_path: Path
) -> None:
    collection = {"type": "FeatureCollection", "features": [feature("yard", place="yard")]}
    drawn = json.dumps(collection).encode().replace(right, wrong)
    with pytest.raises(ConfigError, match=rf"town\.geojson: .*{said}"):
        loaded(LIST, tmp_path / "watch.yaml", drawn=drawn)

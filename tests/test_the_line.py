"""The line: Tocsin watches places, never who someone is. Here it is held."""

import asyncio
import configparser
import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import numpy as np
import pytest
from fastapi import FastAPI

from center.alert import Alert
from center.config import CenterConfig
from center.store import Store
from center.telling.text import Note
from center.watchlist import WatchList
from edge.config import EdgeConfig
from models import centerface, detr, nanodet
from models.catalogue import CATALOGUE, Entry, Family, entry, path_of
from models.coco import LABELS
from models.families import FAMILIES, asked
from models.session import Session, signature_of
from models.signature import Port, Signature
from pipelines.commands import Answer, Arm, AskZones, Disarm, Live, Sensitivity, Snapshot
from pipelines.flow import ClipEvent, Detection, Event, Facts, Heartbeat, Picture, Scene, Track
from tests.center.desks import Office, application
from tests.contract import document
from tests.real import astronaut, faces, objects
from tests.the_line import (
    ALLOWED,
    ROOT,
    crossings,
    forbidden_in,
    is_allowed,
    is_recogniser,
    names_in,
    sources,
    words_in,
)
from tests.the_line_said import (
    beyond,
    crossing_among,
    crossing_in,
    reachable,
    recognisers_in,
    routes_of,
    said_in,
)
from tocsin import schema as files

EVENT = {
    "specversion", "id", "source", "type", "subject", "time", "senttime", "datacontenttype", "data",
}  # fmt: skip
MEASURED = {
    "phase", "episode", "duration_s", "again", "unwatched", "dwell_s", "direction",
    "a_to_b", "b_to_a", "limit", "level", "speed_kmh",
}  # fmt: skip
FACTS = {
    "site", "camera", "place", "rule", "rule_id", "zone", "line", "class", "count", "confidence",
    "box", "picture", *MEASURED,
}  # fmt: skip
PICTURE = {"media_type", "redaction", "width", "height", "data"}
CLIP = {"site", "camera", "place", "clip", "lives", "seconds", *PICTURE}
HEARTBEAT = {"box", "site", "time", "online", "spool", "workers", "cameras", "audit"}
AUDIT_HEAD = {"lines", "sha256"}
CAMERA = {
    "camera", "place", "state", "width", "height", "fps_in", "fps_decoded", "motion", "cpu",
    "packets", "frames", "detector_calls", "detections", "events", "reconnects", "pts_jumps",
    "trouble", "skipped", "overtaken", "software_why", "mode", "mode_why", "degraded", "decoded",
    "corrupt",
    "bare", "detector_s", "cpu_s", "aligned_by", "clock_ahead_s", "sensitivity", "rules",
    "disarmed_why",
    "evidence", "clips", "unrecorded", "ring_kib",
    "live", "live_of", "live_why", "live_frames", "live_left_out", "live_skipped",
}  # fmt: skip
RULE = {"id", "rule", "armed", "classes"}
SPOOL = {"put", "acked", "dropped", "waiting"}
WORKER = {"pid", "restarts", "cameras"}
ASKED = {"command", "id", "expires", "by", "camera"}
ANSWER = {"id", "box", "time", "ok", "error", "picture", "type", "detail", "at", "allowed"}
DRAWING = {
    "drawing", "zones", "lines", "privacy_masks", "rules", "left_out", "id", "points", "rule",
    "armed", "zone", "line", "classes", "direction",
}  # fmt: skip
ALERT = {
    "id", "revision", "place", "place_name", "rule", "class", "grade", "state", "opened_at",
    "first_at", "last_at", "captured_at", "events", "cameras", "picture", "armed", "merge_s",
    "why", "steps", "acknowledged_at", "joined_into", "ongoing", "ended_at", "within_s",
    "seat", "acknowledge_by", "level", "risen_to", "patrol", "dispatched_at", "accepted_at",
    "arrived_at", "shelved_until", "shelved_because", "resumes", "outcome", "cause",
    "duplicate_of", "closed_at", "ticked",
    "entry", "form", "title", "entries", "tell", "rises_to", "nearest", "home",
}  # fmt: skip
EDGE_SETTINGS = {
    "site", "box", "broker", "tls", "ca", "cert", "spool", "detector", "workers", "metrics",
    "cameras",
    "defaults", "purpose", "legal_basis", "office",
    "onvif", "home_assistant", "enabled", "prefix", "detections", "commands", "armed",
    "host", "port", "others", "username", "password", "batches", "path", "limit_mib",
    "model", "looks_per_s", "box_looks_per_s", "minimum_score", "threads", "providers",
    "id", "place", "url", "substream", "mode", "stream",
    "sensitivity", "masks", "privacy_masks", "zones", "rules", "health",
    "transport", "hardware", "open_s", "stall_s", "loop", "realtime", "polygon",
    "rule", "zone", "classes", "schedule", "confidence", "dwell_s", "cooldown_s",
    "ends_after_s", "update_s", "minimum_height", "hysteresis",
    "lines", "points", "line", "direction", "away_s", "limit", "ends_below", "way", "within_deg",
    "travel", "over_s", "holidays", "on_holidays",
    "moved", "limit_kmh", "hysteresis_kmh", "share", "minimum_area", "maximum_area", "adopt_s",
    "calibration",
    "metres",
    "days", "hours", "timezone", "special_days", "date",
    "signal-loss", "reconnecting", "camera-blind", "too-dark", "too-bright", "out-of-focus",
    "picture-frozen", "scene-changed", "clock-drift", "rate-changed", "size-changed",
    "after_s", "detail", "clear", "level", "settles_s", "limit_s",
    "evidence", "custodians", "name", "key", "pre_s", "post_s", "longest_s", "ring_mib",
    "keep", "grade", "grades", "quota_gib", "floor_mib", "preview", "before_s", "fps", "width",
    "limit_kib",
    "live", "full", "low",
}  # fmt: skip
CENTER_SETTINGS = {
    "sign_in", "oidc", "issuer", "client", "secret", "scopes", "user_claim", "groups_claim",
    "grants", "group", "roles", "places",
    "store", "url", "keep_days", "keep_pictures_days", "keep_alerts_days",
    "name", "state", "broker", "boxes", "watchers", "console", "watch_list",
    "patrols", "id", "position",
    "home_assistant", "commands",
    "host", "port", "mqtt_port", "sync", "max_file_gib", "box", "site", "password", "names",
    "cluster", "me", "nodes",
    "channels", "mqtt", "grades", "most", "per_s", "lang",
    "reports", "zone", "shifts", "seats", "arrive_within_s",
    "inbox", "client_id", "username", "sites", "tls", "ca", "cert", "key", "clients", "crl",
    "proxies", "cameras", "second_person", "beats", "most_per_min",
    "level", "above", "below",
}  # fmt: skip
WATCH_LIST = {
    "places", "entries", "id", "name", "grade", "place", "rule", "class", "schedule", "merge_s",
    "steps", "days", "hours", "timezone", "holidays", "on_holidays",
    "map", "kind", "parent", "at", "outline", "contacts", "cameras", "doors", "help_points",
    "patrol_points",
    "phone", "channel", "bearing_deg", "field_deg", "reach_m",
    "special_days", "date", "device", "line", "direction", "at_least", "within_s", "then",
    "together", "nothing", "unbadged", "scope", "tell", "acknowledge_within_s", "rises_to",
    "what", "of",
    "every_s", "late_s", "door", "camera", "window_s", "ahead_s",
}  # fmt: skip


def properties(*kinds: type[msgspec.Struct]) -> set[str]:
    """Names of all properties in the JSON schemas of some structs and of all within them."""
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/{name}")
    return {name for schema in schemas.values() for name in schema.get("properties", {})}


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (Event, EVENT | FACTS | PICTURE),
        (Facts, FACTS | PICTURE),
        (Picture, PICTURE),
        (ClipEvent, EVENT | CLIP | {"rule", "episode"}),
        (Heartbeat, HEARTBEAT | AUDIT_HEAD | CAMERA | RULE | SPOOL | WORKER),
        (Scene, {"camera", "at_s", "seen", "class", "score", "box"}),
        (Arm, ASKED | {"rule"}),
        (Disarm, ASKED | {"rule"}),
        (Sensitivity, ASKED | {"value"}),
        (Snapshot, ASKED),
        (Live, ASKED | {"lease_s", "rate"}),
        (AskZones, ASKED),
        (Answer, ANSWER | PICTURE | DRAWING),
        (Alert, ALERT),
        (Note, {"what", "title", "text", "grade", "alert", "place", "rule", "link"}),
        (EdgeConfig, EDGE_SETTINGS),
        (CenterConfig, CENTER_SETTINGS),
        (WatchList, WATCH_LIST),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_leaves_a_process_and_what_is_set_has_exactly_these_fields(
    kind: type[msgspec.Struct], allowed: set[str]
) -> None:
    assert properties(kind) == allowed


def test_no_field_takes_anything_that_we_did_not_name() -> None:
    _, schemas = msgspec.json.schema_components((Event, Heartbeat, Alert), ref_template="#/{name}")
    for schema in schemas.values():
        for field in schema["properties"].values():
            assert field not in ({}, {"type": "object"})
            assert "additionalProperties" not in field


def test_a_picture_is_redacted_or_it_is_none() -> None:
    _, schemas = msgspec.json.schema_components((Picture,), ref_template="#/{name}")
    assert schemas["Picture"]["properties"]["redaction"]["enum"] == ["fill"]


def test_nothing_in_the_product_is_named_after_a_person() -> None:
    found = [crossing for file, source in sources() for crossing in crossings(file, source)]
    assert found == []


def test_the_guard_reads_the_whole_product() -> None:
    read = {file for file, _ in sources()}
    assert {"pipelines/flow.py", "models/centerface.py", "edge/sentry.py"} <= read
    assert {"center/watchlist.py", "center/static/index.html", "tocsin/__main__.py"} <= read
    assert {"configs/watch.yaml", "configs/edge.yaml"} <= read


def test_nothing_is_allowed_that_nobody_needs() -> None:
    needed = {
        allowance
        for file, source in sources()
        for _, name in (names_in if file.endswith(".py") else words_in)(source)
        if forbidden_in(name)
        for allowance, fits in zip(ALLOWED, is_allowed(file, name), strict=True)
        if fits
    }
    assert needed == set(ALLOWED)
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    "source",
    [
        "class Face:\n    embedding: list[float]\n",
        "def recognise(picture): ...\n",
        "def f(person_id): ...\n",
        "def f(*, personId=None): ...\n",
        "import face_recognition\n",
        "from insightface.app import FaceAnalysis\n",
        "import importlib\nx = importlib.import_module('deepface')\n",
        "import cv2\nx = cv2.FaceRecognizerSF.create('a', 'b')\n",
        "import cv2\nx = cv2.face.LBPHFaceRecognizer_create()\n",
        "from cv2 import face\n",
        "track.gender = 1\n",
        "row['license_plate'] = x\n",
        "field(name='faceId')\n",
        "Option('--match-face')\n",
        "gallery = []\n",
        "match = {'mac-address': 1}\n",
        "def age_of(box): ...\n",
        "call(ethnicity=3)\n",
        "from x import reid as y\n",
        "from x import y as reid\n",
        "async def estimate_age(): ...\n",
        "LANDMARKS = ('540',)\n",
    ],
)
def test_the_guard_bites_what_crosses_the_line(source: str) -> None:
    assert crossings("edge/new.py", source)
    assert not crossings("edge/new.py", "class Face:\n    box: tuple[float, ...]\n")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("configs/watch.yaml", "persons:\n  - gallery: faces/\n"),
        ("center/static/console.js", "const faceId = alert.faceId;\n"),
        ("center/static/index.html", '<label for="license-plate">\n'),
        ("edge/reid.py", ""),
        ("models/plate_reader/net.py", ""),
    ],
)
def test_the_guard_bites_in_other_texts_and_in_the_names_of_files(file: str, text: str) -> None:
    assert crossings(file, text)


@pytest.mark.parametrize(
    "name",
    [
        "page", "message", "surface", "interface", "average", "storage", "max_age_s", "image",
        "trace", "template", "person", "persons", "face", "find_faces", "place_id", "id", "stage",
        "management", "identifier", "interlace", "agent", "mode", "platform", "brace", "sextant",
    ],
)  # fmt: skip
def test_the_guard_lets_honest_names_pass(name: str) -> None:
    assert forbidden_in(name) == []


def test_nothing_is_required_that_can_tell_who_someone_is() -> None:
    assert [name for name in requirements() if is_recogniser(name)] == []
    assert {"av", "onnxruntime", "msgspec"} <= set(requirements())
    assert is_recogniser("face-recognition")


def requirements() -> list[str]:
    """Names of all that setup.cfg asks for."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lines = setup["options"]["install_requires"].splitlines()
    for extra in setup["options.extras_require"].values():
        lines += extra.splitlines()
    return [found[0].lower() for line in lines if (found := re.match(r"[\w.-]+", line))]


OUTPUTS = {
    "nanodet": (*nanodet.OUTPUTS, "output"),
    "yolox": ("output",),
    "rt-detr": (*detr.SIZED, *detr.LOGITS, *detr.BOXES),
    "rf-detr": detr.RF,
    "centerface": centerface.OUTPUTS,
}
MEANT_FOR = {
    "nanodet": ["class scores"] * 3 + ["distances of a box's sides"] * 3 + ["both in one"],
    "yolox": ["places, sizes and scores of boxes"],
    "rt-detr": ["classes", "boxes", "scores"] + ["class scores"] * 2 + ["boxes"],
    "rf-detr": ["boxes", "class scores"],
    "centerface": ["heat: the score of a face", "scale: its size", "offset: its middle"],
}
"""What each output is for: boxes, classes and scores. Whoever adds one writes it down here."""


def test_every_family_of_networks_is_known_to_this_guard() -> None:
    assert set(get_args(Family)) == set(OUTPUTS) == set(MEANT_FOR)
    assert set(FAMILIES) | {"centerface"} == set(OUTPUTS)
    assert {each.family for each in CATALOGUE} <= set(OUTPUTS)
    assert all(len(OUTPUTS[name]) == len(MEANT_FOR[name]) for name in OUTPUTS)


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_a_network_is_asked_for_boxes_classes_and_scores_only(each: Entry) -> None:
    assert set(each.outputs) <= set(OUTPUTS[each.family])
    session = Session(path_of(each), outputs=each.outputs)
    shapes = [port.shape for port in session.signature.outputs if port.name in each.outputs]
    assert len(shapes) == len(each.outputs)
    depths = {shape[-1] if each.family == "nanodet" else shape[1] for shape in shapes}
    assert depths == ({len(LABELS), 44} if each.family == "nanodet" else {1, 2})
    assert each.finds in {"objects", "faces"}


PICTURE_PORT = Port("images", (1, 3, 64, 64))
SIZES_PORT = Port("orig_target_sizes", (1, 2), "tensor(int64)")
HONEST = {
    "nanodet": ((PICTURE_PORT,), (Port("output", (1, 84, 112)),)),
    "yolox": ((PICTURE_PORT,), (Port("output", (1, 84, 85)),)),
    "rt-detr": (
        (PICTURE_PORT, SIZES_PORT),
        (Port("labels", (1, 9)), Port("boxes", (1, 9, 4)), Port("scores", (1, 9))),
    ),
    "rf-detr": ((PICTURE_PORT,), (Port("dets", (1, 9, 4)), Port("labels", (1, 9, 91)))),
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("shape", [(1, 128), (1, 512), (1, 9, 512), (1, 9, 10), (1, 9, 4)])
def test_a_network_that_says_more_than_boxes_classes_and_scores_fits_no_family(
    family: str, shape: tuple[int, ...]
) -> None:
    inputs, outputs = HONEST[family]
    assert [name for name in FAMILIES if asked(name, Signature(inputs, outputs), LABELS)] == [
        family
    ]
    more = Signature(inputs, (*outputs, Port("more", shape)))
    alone = Signature(inputs, (Port("more", shape),))
    for name in FAMILIES:
        assert asked(name, more, LABELS) == ()
        assert asked(name, alone, LABELS) == ()


def test_the_networks_that_run_ask_for_no_more_than_their_families() -> None:
    assert tuple(objects().session.outputs) == nanodet.OUTPUTS
    assert tuple(faces().session.outputs) == centerface.OUTPUTS
    assert "540" not in faces().session.outputs


def test_a_network_says_where_what_and_how_sure_and_nothing_else() -> None:
    assert Detection._fields == ("box", "label", "score")
    found = (*objects()(astronaut()), *faces()(astronaut()))
    for each in found:
        assert type(each) is Detection
        assert all(isinstance(side, float) for side in each.box)
        assert each.label in {*LABELS, centerface.FACE}
        assert isinstance(each.score, float)


def test_a_track_carries_nothing_of_what_somebody_looks_like() -> None:
    where_and_when = ("number", "label", "box", "score", "born_s", "seen_s", "missed_s")
    assert Track.__slots__ == where_and_when


def test_what_is_installed_for_us_cannot_tell_who_someone_is() -> None:
    found = reachable(requirements())
    assert {"numpy", "starlette", "flatbuffers", "markupsafe"} <= set(found)  # needs of needs, too
    assert recognisers_in(found) == []


@pytest.mark.parametrize(
    ("asked", "module"),
    [("face_recognition", "x"), ("insightface (>=0.7)", "x"), ("innocent-helper", "deepface")],
)
def test_the_guard_bites_what_is_installed_by_a_need_of_a_need(
    tmp_path: Path, asked: str, module: str
) -> None:
    installed(tmp_path, "plain", "middle")
    installed(tmp_path, "middle", asked, 'torchreid; extra == "more"')
    assert recognisers_in(reachable(["plain"], [str(tmp_path)])) == []
    name = asked.partition(" ")[0]
    installed(tmp_path, name, module=module)
    found = reachable(["plain"], [str(tmp_path)])
    assert recognisers_in(found) == [name.replace("_", "-")]


def installed(folder: Path, name: str, *needs: str, module: str = "x") -> None:
    """A distribution as pip leaves it behind."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    asked = "".join(f"Requires-Dist: {need}\n" for need in needs)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{asked}")
    (info / "top_level.txt").write_text(f"{module}\n")


def test_nothing_that_the_centre_serves_is_about_who_someone_is(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "store.db")) as store:
        api = application(Office(store), tmp_path / "watch.yaml")
        served = asyncio.run(asked_of(api, "/api/openapi.json"))
    assert {"Alert", "Facts", "Command"} & set(served["components"]["schemas"])
    assert len(list(said_in(served))) > 1000
    assert crossing_in(served) == []
    assert "/api/alerts" in routes_of(api)
    assert crossing_among(routes_of(api)) == []


async def asked_of(api: FastAPI, path: str) -> Any:
    """What a running application answers."""
    inside = httpx.ASGITransport(app=api)
    async with httpx.AsyncClient(transport=inside, base_url="http://testserver") as client:
        return (await client.get(path)).json()


def test_no_topic_and_no_message_is_about_who_someone_is() -> None:
    said = document()
    addresses = [channel["address"] for channel in said["channels"].values()]
    assert len(addresses) >= 5
    assert crossing_among(addresses) == []
    assert crossing_in(said) == []


def test_no_file_that_is_written_by_hand_has_a_key_about_who_someone_is() -> None:
    kinds = {kind: json.loads(files.schema(kind)) for kind in files.KINDS}
    assert {"edge", "center", "watch", "event"} <= set(kinds)
    assert crossing_in(kinds) == []


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"faceId": {"type": "string"}}},
        {"properties": {"look": {"$ref": "#/components/schemas/Embedding"}}},
        {"properties": {"of": {"enum": ["place", "licensePlate"]}}},
        {"required": ["estimated_age"]},
        {"operationId": "recognise_face"},
    ],
)
def test_the_guard_bites_a_schema(more: dict[str, Any]) -> None:
    honest = {"components": {"schemas": {"Track": {"properties": {"box": {"type": "array"}}}}}}
    assert crossing_in(honest) == []
    honest["components"]["schemas"]["Track"] |= more
    assert crossing_in(honest)


@pytest.mark.parametrize(
    "name",
    ["/api/persons/{person_id}", "/api/gallery", "/api/face-search", "evt/{site}/plates", "reid/#"],
)
def test_the_guard_bites_a_route_and_a_topic(name: str) -> None:
    api = FastAPI(openapi_url=None)
    api.add_api_route(name if name.startswith("/") else f"/{name}", lambda: None)
    assert crossing_among(routes_of(api))
    assert crossing_among([name]) == [name]


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_what_comes_out_of_a_network_is_boxes_classes_and_scores(each: Entry) -> None:
    session = Session(path_of(each), outputs=each.outputs)
    height, width = (416, 416) if each.family == "nanodet" else (64, 96)
    came = session(np.zeros((1, 3, height, width), np.float32))
    ports = [Port(name, out.shape) for name, out in zip(each.outputs, came, strict=True)]
    assert beyond(each.family, ports) == []


def test_landmarks_that_a_file_could_compute_are_dropped_at_the_session() -> None:
    everything = signature_of(path_of(entry("centerface"))).outputs
    (points,) = beyond("centerface", everything)
    assert points not in faces().session.outputs
    assert len(faces().session(np.zeros((1, 3, 64, 64), np.float32))) == len(everything) - 1


@pytest.mark.parametrize(
    ("family", "port"),
    [
        ("centerface", Port("more", (1, 10, 16, 16))),
        ("centerface", Port("more", (1, 512))),
        ("nanodet", Port("more", (1, 2704, 128))),
        ("nanodet", Port("more", (1, 80))),
    ],
)
def test_the_guard_bites_a_network_that_says_more(family: str, port: Port) -> None:
    assert beyond(family, [port]) == ["more"]

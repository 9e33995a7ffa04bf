"""A box's file: what it says, and what is said of its faults."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.config import EdgeConfig, load
from edge.worker import load_networks
from models.catalogue import CATALOGUE
from pipelines.errors import ConfigError
from pipelines.healthrules import Blind, HealthRules
from pipelines.rules import OfThings
from tests.custodians import CUSTODIANS
from tocsin.pki.folder import Folder
from tocsin.pki.work import Order, init, issue

GOOD = """\
site: north
box: box-1
broker: {host: 10.0.0.1, password_file: secret}
defaults: {purpose: the yard at night, legal_basis: a contract, office: the depot}
cameras:
  - id: yard
    place: depot-yard
    url: clips/yard.mp4
    zones:
      - {id: all, polygon: [[0, 0], [1, 0], [1, 1]]}
    rules:
      - {rule: intrusion, zone: all}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "secret").write_text("s3cret\n")
    path = folder / "edge.yaml"
    path.write_text(text)
    return path


def loaded(folder: Path, text: str = GOOD) -> EdgeConfig:
    return load(written(folder, text))


def test_paths_start_at_the_folder_of_the_file(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert config.cameras[0].url == str(tmp_path / "clips" / "yard.mp4")
    assert config.spool.path == str(tmp_path / "spool.db")


def test_a_password_may_lie_in_a_file_beside(tmp_path: Path) -> None:
    assert loaded(tmp_path).broker.password == "s3cret"


def test_the_camera_watches_its_own_health_unless_told_not_to(tmp_path: Path) -> None:
    assert loaded(tmp_path).cameras[0].health == HealthRules()
    without = GOOD.replace("    zones:", "    health: null\n    zones:")
    assert loaded(tmp_path, without).cameras[0].health is None


def test_each_rule_of_health_goes_by_its_events_name(tmp_path: Path) -> None:
    asked = "    health: {scene-changed: null, camera-blind: {after_s: 7}}\n    zones:"
    health = loaded(tmp_path, GOOD.replace("    zones:", asked)).cameras[0].health
    assert health == HealthRules(scene_changed=None, camera_blind=Blind(after_s=7))


def test_a_privacy_mask_is_written_as_a_mask_is_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    mask = "{id: window, polygon: [[0, 0], [1, 0], [1, 1]]}"
    masked = GOOD.replace("    zones:", f"    privacy_masks: [{mask}]\n    zones:")
    (window,) = loaded(tmp_path, masked).cameras[0].privacy_masks
    assert (window.id, window.polygon) == ("window", ((0, 0), (1, 0), (1, 1)))
    twice = masked.replace(mask, f"{mask}, {mask}")
    with pytest.raises(ConfigError, match=r"'window' - at \$.cameras\[0\].privacy_masks\[1\]"):
        loaded(tmp_path, twice)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("zonne: all", "zone: all", ":12: unknown key 'zonne'"),  # a slip of the finger
        ("zone: gate", "zone: all", ":12: camera 'yard' has no zone 'gate'"),  # of another camera
        ("id: Yard", "id: yard", "does not fit - at $.cameras[0].id; small letters"),  # a topic
        ("[[0, 0], [1, 0]]", "[[0, 0], [1, 0], [1, 1]]", "length >= 3"),  # two corners
        (
            "url: 'rtsp://[::1'",
            "url: clips/yard.mp4",
            "at $.cameras[0].url; write rtsp://HOST:PORT",
        ),
        ("url: rstp://10.0.0.9/a", "url: clips/yard.mp4", ":8: camera 'yard' has an address of no"),
        ("url: rtsp://10.0.0.9:99999/a", "url: clips/yard.mp4", "that nobody can read"),
        ("url: rtsp:///a", "url: clips/yard.mp4", "has an address without a host"),
        (
            "[[0, 0], [640, 0], [1, 1]]",
            "[[0, 0], [1, 0], [1, 1]]",
            "share of the picture from 0 to",
        ),
        ("[[0, 0], [0.5, 0.5], [1, 1]]", "[[0, 0], [1, 0], [1, 1]]", "'all' that encloses nothing"),
        (
            "[[0, 0], [1, 1], [1, 0], [0, 1]]",
            "[[0, 0], [1, 0], [1, 1]]",
            "'all' whose sides from corner 0 to 1 and 2 to 3 cross each other",
        ),
        ("zone: all, schedule: {hours: 20:00}}", "zone: all}", "put it in quotes"),
        ("zone: all, schedule: {hours: 8pm}}", "zone: all}", 'write "20:00-06:00"'),
        ("rule: intrusoin", "rule: intrusion", ".rule; known: intrusion, loitering"),
        ("rule: line-crossing, line: in", "rule: intrusion, zone: all", "its lines: none"),
        (
            "all, limit: 2}",
            "all}",
            "known keys: armed, classes, confidence, cooldown_s, dwell_s, ends_after_s, evidence,",
        ),  # of its own kind
        (
            "all, classes: [persn]}",
            "all}",
            "unknown class 'persn' - at $.cameras[0].rules[0].classes[0]; did you mean 'person'?",
        ),
        ("rule: speed, limit_kmh: 30, zone", "rule: intrusion, zone", "has no calibration for its"),
        (
            "rule: occupancy, limit: 2, ends_below: 3, zone",
            "rule: intrusion, zone",
            "`ends_below` must not be over `limit`",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    text = GOOD.replace(right, wrong)
    with pytest.raises(ConfigError, match=r"edge\.yaml") as caught:
        loaded(tmp_path, text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "url", ["rtsp://10.0.0.9:554/a b?c=d", "rtmpe://h/a", "v4l2:///dev/video0", "/mnt/later.mp4"]
)
def test_whatever_ffmpeg_may_open_is_an_address(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, GOOD.replace("clips/yard.mp4", f"'{url}'")).cameras[0].url == url


def test_rules_name_the_classes_of_the_network_that_the_box_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_MODELS", str(tmp_path))
    own = msgspec.structs.replace(CATALOGUE[0], name="ours", labels=("person", "crane"))
    (tmp_path / "ours.json").write_bytes(msgspec.json.encode(own))
    crane = "detector: {model: ours}\n" + GOOD.replace("zone: all}", "zone: all, classes: [crane]}")
    (rule,) = loaded(tmp_path, crane).cameras[0].rules
    assert isinstance(rule, OfThings)
    assert rule.classes == ("crane",)
    with pytest.raises(ConfigError, match=r"unknown class 'car' - at .*; known: person, crane"):
        loaded(tmp_path, crane.replace("crane", "car"))
    assert loaded(tmp_path, crane.replace("model: ours", "model: elsewhere"))
    (tmp_path / "ours.json").write_bytes(
        msgspec.json.encode(msgspec.structs.replace(own, labels=("crane",)))
    )
    with pytest.raises(ConfigError, match="'ours' has no class 'person', so nobody's head would"):
        load_networks(loaded(tmp_path, crane).detector)


def test_a_line_of_one_point_is_refused(tmp_path: Path) -> None:
    lines = "    lines: [{id: gate, points: [[0.2, 0.2], [0.2, 0.2]]}]\n    rules:"
    with pytest.raises(ConfigError, match=r"yaml:11: camera 'yard' has a line 'gate' without"):
        loaded(tmp_path, GOOD.replace("    rules:", lines))


def test_a_file_that_is_no_text_is_told_where_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / "edge.yaml"
    path.write_bytes(b"site: north\nbox: \xff\n")
    with pytest.raises(ConfigError, match="line 2 is no UTF-8; save it as UTF-8"):
        load(path)


def test_a_box_must_have_something_to_see(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"edge\.yaml:5: .* length >= 1 - at \$\.cameras"):
        loaded(tmp_path, GOOD[: GOOD.index("  - id: yard")].replace("cameras:", "cameras: []"))


def test_two_cameras_cannot_share_a_name(tmp_path: Path) -> None:
    camera = GOOD[GOOD.index("  - id: yard") :]
    with pytest.raises(ConfigError, match="two cameras are named 'yard'"):
        loaded(tmp_path, GOOD + camera)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml: cannot be read"):
        load(tmp_path / "gone.yaml")


def test_metrics_for_others_want_tls_and_who_asks_a_certificate(tmp_path: Path) -> None:
    wide = GOOD + "metrics: {host: 0.0.0.0}\n"
    with pytest.raises(
        ConfigError, match=r"edge\.yaml:13: the metrics listen at 0\.0\.0\.0, where"
    ):
        loaded(tmp_path, wide)
    order = Order(Folder(tmp_path), datetime.now(UTC))
    init(order, "Authority", 30)
    issue(order, "box-1", ("10.0.0.2",), days=30, renew=False)
    with pytest.raises(ConfigError, match=r"at \$\.metrics\.host"):
        loaded(tmp_path, wide + "tls: {ca: ca.crt}\n")
    config = loaded(tmp_path, wide + "tls: {ca: ca.crt, cert: box-1.crt, key: box-1.key}\n")
    assert config.tls is not None
    assert config.tls.key == str(tmp_path / "box-1.key")


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        ("{ca: ca.crt}", "ca.crt is not there - at $.tls.ca; tocsin pki"),
        ("{cert: secret}", "a certificate goes with its key - at $.tls"),
        ("{ca: secret}", "the files are no certificates"),
    ],
)
def test_tls_without_its_files_is_told_before_the_start(
    tmp_path: Path, tls: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f"{GOOD}tls: {tls}\n")
    assert said in str(caught.value)


EVIDENCE = """
evidence:
  custodians: [{{name: officer, key_file: officer.pub}}, {{name: {other}, key_file: {other}.pub}}]
  keep: [{{place: p, grade: 1, hours: 1}}, {{place: p, hours: 24}}, {{grade: 2, hours: 240}}]
  grades: {{yard: 2}}
"""


def test_evidence_is_off_until_two_custodians_are_named(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD).evidence is None
    for custodian in CUSTODIANS:
        (tmp_path / f"{custodian.name}.pub").write_text(custodian.key + "\n")
    config = loaded(tmp_path, GOOD + EVIDENCE.format(other="council"))
    assert config.evidence is not None
    assert config.evidence.custodians == CUSTODIANS
    assert config.evidence.path == str(tmp_path / "evidence")
    assert [config.evidence.hours_of(place) for place in ("p", "yard", "gate")] == [24, 240, 72]
    with pytest.raises(ConfigError, match="both custodians have the same name or key"):
        loaded(tmp_path, GOOD + EVIDENCE.format(other="officer"))
    (tmp_path / "council.pub").write_text("ssh-ed25519 AAAA")
    with pytest.raises(ConfigError, match=r"key"):
        loaded(tmp_path, GOOD + EVIDENCE.format(other="council"))

"""A camera says why it is there, or nothing is watched: no rule armed, no network, no picture."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.clock import SystemClock
from edge.config import Camera, Detector, EdgeConfig, Spool, load
from edge.evidence.recorder import Recorder
from edge.orders import settled
from edge.purpose import Statements
from edge.sentry import Post, Sentry
from edge.tally import Rates, Tally
from pipelines.errors import ConfigError
from pipelines.flow import Box, Bytes, Detection, Finding
from pipelines.lookout import Lookout
from pipelines.rules import Intrusion, MotionOnly
from pipelines.zones import Zone
from tests.builders import STATED, drawn, frame
from tests.edge.recorded import SETTINGS

ALL = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
RULES = Intrusion(zone="all"), MotionOnly(zone="all", dwell_s=0.0)
CAMERA = Camera(id="yard", place="p", url="x.mp4", zones=(ALL,), rules=RULES)
FILE = """\
site: s
box: b
defaults: {legal_basis: a contract, office: the depot}
cameras:
  - id: yard
    place: yard
    url: x.mp4
    purpose: the yard at night
    office: the night watch
    zones: [{id: all, polygon: [[0, 0], [1, 0], [1, 1]]}]
    rules: [{rule: intrusion, zone: all}]
  - {id: gate, place: gate, url: x.mp4}
"""


def read(folder: Path, text: str) -> EdgeConfig:
    path = folder / "edge.yaml"
    path.write_text(text)
    return load(path)


def test_a_camera_takes_from_the_boxs_defaults_what_it_does_not_state(tmp_path: Path) -> None:
    yard, gate = read(tmp_path, FILE).cameras
    assert (yard.purpose, yard.legal_basis) == ("the yard at night", "a contract")
    assert yard.office == "the night watch"
    assert yard.why_disarmed == ""
    assert gate.why_disarmed == "it states no purpose"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            ("    purpose: the yard at night\n", ""),
            "it states no purpose - at $.cameras[0].purpose",
        ),
        (("the yard at night", '"  "'), "it states no purpose - at $.cameras[0].purpose"),
        (("legal_basis: a contract, ", ""), "it states no legal_basis - at"),
        (
            ("{legal_basis: a contract, office: the depot}", "{office: the depot}"),
            "or for all cameras at $.defaults.legal_basis",
        ),
    ],
)
def test_an_armed_rule_on_a_camera_that_does_not_say_why_is_refused_with_file_key_and_fix(
    tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=r"edge\.yaml:\d+: camera 'yard' has armed") as caught:
        read(tmp_path, FILE.replace(*wrong))
    assert said in str(caught.value)
    assert "give its rules `armed: false`" in str(caught.value)


def test_all_cameras_of_which_it_is_so_are_named(tmp_path: Path) -> None:
    yard = FILE[FILE.index("  - id: yard") : FILE.index("  - {id: gate")]
    more = "".join(yard.replace("id: yard", f"id: yard-{number}") for number in range(3))
    with pytest.raises(ConfigError, match="so it is with: yard-0, yard-1, yard-2"):
        read(tmp_path, (FILE + more).replace("legal_basis: a contract, ", ""))


def test_a_camera_whose_rules_rest_needs_to_say_nothing_yet(tmp_path: Path) -> None:
    resting = FILE.replace("zone: all}", "zone: all, armed: false}").replace("    purpose: ", "#")
    yard, _ = read(tmp_path, resting).cameras
    assert yard.why_disarmed == "it states no purpose"


class Watching:
    """A sentry of one camera, what the network was shown and what was told."""

    def __init__(self, camera: Camera) -> None:
        self.looks, self.told = 0, list[Finding]()
        self.lookout: Lookout[Sentry] = Lookout()
        self.tally = Tally("yard", "p")
        post = Post(
            "s", Detector(), self.look, self.lookout, lambda _, each: self.told.append(each)
        )
        self.sentry = Sentry(camera, post, self.tally)

    def look(self, _: Bytes) -> list[Detection]:
        self.looks += 1
        return []

    def watch(self) -> "Watching":
        """Twelve seconds of something bright that walks, and a minute in the dark."""
        frames = drawn(12, fps=10, square=lambda at_s: Box(20 * at_s, 90, 20 * at_s + 50, 170))
        dark = (frame(0, at_s=12 + step / 10, width=320, height=240) for step in range(600))
        for seen in (*frames, *dark):
            self.sentry.see_all(seen, seen.captured_s)
            request = self.lookout.best(seen.captured_s)
            if request is not None:
                self.sentry.look(request)
        return self

    def rules(self) -> set[tuple[str, bool]]:
        return {(finding.facts.rule, finding.pictured) for finding in self.told}


def test_without_a_purpose_nothing_is_looked_for_and_nothing_shown_but_health_is_told() -> None:
    silent, stated = Watching(CAMERA).watch(), Watching(replace(CAMERA, **STATED)).watch()
    assert silent.looks == 0
    assert {rule for rule, _ in silent.rules()} == {"too-dark"}
    assert not any(pictured for _, pictured in silent.rules())
    assert stated.looks > 0
    assert {("motion", True), ("too-dark", True)} <= stated.rules()


def test_the_cameras_state_says_why_and_no_order_arms_it() -> None:
    watching = Watching(CAMERA)
    watching.sentry.arm("intrusion-all", holds=True)
    state = Rates(watching.tally, 0.0)(1.0)
    assert state.disarmed_why == "it states no purpose, legal_basis or office"
    assert [rule.armed for rule in state.rules] == [False, False]
    stated = Watching(replace(CAMERA, **STATED))
    assert stated.tally.disarmed_why == ""
    assert all(rule.armed for rule in stated.tally.rules)


def test_what_a_command_armed_once_rests_when_the_purpose_is_gone() -> None:
    remembered = {("yard", "armed intrusion-all"): 1.0}
    for camera, armed in ((CAMERA, False), (replace(CAMERA, **STATED), True)):
        (after,) = settled(EdgeConfig(site="s", box="b", cameras=(camera,)), remembered).cameras
        assert after.rules[0].armed is armed


def test_nothing_of_its_stream_is_kept_for_evidence(tmp_path: Path) -> None:
    spool, evidence = Spool(path=str(tmp_path / "spool.db")), SETTINGS.anchored(tmp_path)
    config = EdgeConfig(site="s", box="b", cameras=(CAMERA,), spool=spool, evidence=evidence)
    recorder = Recorder(config, evidence, SystemClock())
    assert recorder.keep_of(CAMERA, Tally("yard", "p")) is None
    assert recorder.keep_of(replace(CAMERA, **STATED), Tally("yard", "p")) is not None


def test_a_statement_has_a_limit(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"length <= 500 - at \$\.cameras\[0\]\.purpose"):
        read(tmp_path, FILE.replace("the yard at night", "x" * 501))
    assert Statements().unstated == ("purpose", "legal_basis", "office")

"""A rule is tried on a recording: the times are the clip's, and nobody can be told on its video."""

import json
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import cv2
import msgspec
import numpy as np
import pytest

from edge.config import Camera, EdgeConfig, Stream
from pipelines.errors import ConfigError, ModelError
from pipelines.flow import Box, Bytes, Detection, Facts, Finding, Phase
from pipelines.redaction import head_of
from pipelines.regions import PLAIN
from pipelines.rules import Intrusion
from pipelines.schedule import Schedule
from pipelines.snapshot import Snapshot
from pipelines.zones import Zone
from tests.builders import STATED, detection, frame_of, ground, look, track
from tests.real import ASTRONAUTS_FACE, street
from tests.tocsin.test_cli import said_by, tocsin
from tocsin.demo.clips import write_clip
from tocsin.replay.drawing import Artist
from tocsin.replay.notes import Lives, Notes, clip_time, tables
from tocsin.replay.playing import Moment, Player
from tocsin.replay.run import moment_of

FPS, SECONDS, IN_S = 10, 30, 14
START = datetime(2026, 1, 1, 8, tzinfo=UTC)
RIGHT = Zone(id="right", polygon=((0.5, 0), (1, 0), (1, 1), (0.5, 1)))
MORNING = Schedule(hours="06:00-10:00")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A still scene; from second 14 on a white square crosses it to the right within 10 s."""
    path = tmp_path_factory.mktemp("clips") / "square.mp4"
    pictures = []
    for step in range(SECONDS * FPS):
        picture = np.full((360, 320), 128, np.uint8)
        picture[:240] = ground()
        x = 28 * (step - IN_S * FPS) // FPS
        if 0 <= x < 280:
            picture[120:160, x : x + 40] = 255
        pictures.append(picture)
    write_clip(path, pictures, fps=FPS)
    return path


def white(picture: Bytes) -> list[Detection]:
    """A network that takes whatever is white for a person."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((picture.min(axis=2) > 240).astype(np.uint8))
    boxes = [Box(x, y, x + w, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 200]
    return [detection(box, score=0.9) for box in boxes]


def player(clip: Path, schedule: Schedule = MORNING, start: datetime = START) -> Player:
    camera = Camera(
        id="cam", place="yard", url=str(clip), stream=Stream(realtime=False, loop=False),
        zones=(RIGHT,), rules=(Intrusion(zone="right", schedule=schedule),), health=None, **STATED,
    )  # fmt: skip
    config = EdgeConfig(site="s", box="b", cameras=(camera,))
    return Player(config, camera, white, start.timestamp(), PLAIN)


def found(played: Player, begin_s: float = 0.0, end_s: float = 60.0) -> list[tuple[float, float]]:
    """Where in the clip a rule's life began, and its time."""
    return [
        (round(moment.at_s, 3), finding.frame.captured_s)
        for moment in played.moments(begin_s=begin_s, end_s=end_s)
        for finding in moment.findings
        if finding.facts.phase == "begin"
    ]


def test_an_event_has_the_clips_time_counted_from_the_assumed_start(clip: Path) -> None:
    ((at_s, captured_s),) = found(player(clip))
    assert IN_S + 5 < at_s < IN_S + 7  # its middle is in the right half after 5 s, and stays .5 s
    assert captured_s == pytest.approx(START.timestamp() + at_s, abs=1e-6)


def test_playing_again_finds_the_same(clip: Path) -> None:
    assert found(player(clip)) == found(player(clip))


def test_a_part_of_the_clip_finds_what_the_whole_finds_there(clip: Path) -> None:
    assert found(player(clip), begin_s=17.3) == found(player(clip))
    assert found(player(clip), begin_s=22.0) == found(player(clip), end_s=18.0) == []
    first, *_, last = player(clip).moments(begin_s=17.25, end_s=20.95)
    assert (round(first.at_s, 3), round(last.at_s, 3)) == (17.3, 20.9)


def test_a_rule_that_is_not_armed_finds_nothing(clip: Path) -> None:
    assert not found(player(clip, start=datetime(2026, 1, 1, 11, tzinfo=UTC)))


def test_where_a_recordings_time_begins_anew_it_goes_on(tmp_path: Path) -> None:
    part, whole = tmp_path / "part.ts", tmp_path / "whole.ts"
    with av.open(str(part), "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for _ in range(3 * FPS):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(ground(), format="gray")))
        container.mux(stream.encode(None))
    whole.write_bytes(part.read_bytes() * 2)
    times = [moment.at_s for moment in player(whole).moments(begin_s=0, end_s=60)]
    assert times == sorted(times)
    assert 5.0 < times[-1] < 6.5


def test_under_a_privacy_mask_nothing_is_found_and_the_picture_is_black(clip: Path) -> None:
    wide = Zone(id="wide", polygon=((0.3, 0), (1, 0), (1, 1), (0.3, 1)))
    hidden = msgspec.structs.replace(player(clip).camera, privacy_masks=(wide,))
    config = EdgeConfig(site="s", box="b", cameras=(hidden,))
    played = Player(config, hidden, white, START.timestamp(), PLAIN)
    moments = list(played.moments(begin_s=IN_S + 5, end_s=IN_S + 7))
    assert not [finding for moment in moments for finding in moment.findings]
    shown = Artist(hidden, NOBODY, START).picture(moments[-1])
    below = shown[180:, 170:]  # beside what is written
    assert np.quantile(below, 0.9) < 16
    assert np.median(shown[180:, :80]) > 50


def artist(snapshot: Snapshot) -> Artist:
    camera = Camera(
        id="cam", place="yard", url="x.mp4", zones=(RIGHT,),
        rules=(Intrusion(zone="right", schedule=MORNING),),
    )  # fmt: skip
    return Artist(camera, snapshot, START)


def moment(at_s: float = 0.0, *findings: Finding) -> Moment:
    picture = np.repeat(ground(640, 360)[:, :, None], 3, axis=2)
    seen = frame_of(picture, at_s=START.timestamp() + at_s)
    return Moment(at_s, seen, (track(PERSON),), findings, look())


PERSON = Box(100, 80, 190, 320)
NOBODY = Snapshot(find_faces=lambda _: (), find_objects=lambda _: ())


def broken(_: Bytes) -> list[Detection]:
    raise ModelError("the file is gone")


def test_whoever_is_followed_is_covered_beneath_what_is_drawn() -> None:
    drawn = artist(NOBODY).picture(moment())
    x0, y0, x1, y1 = (int(side) for side in head_of(PERSON).grown(-0.2))
    assert drawn[y0 + 4 : y1, x0:x1].std(axis=(0, 1)).max() < 4
    assert drawn[200:300, 220:300].std() > 4


def test_no_redaction_no_picture() -> None:
    failing = artist(Snapshot(find_faces=broken, find_objects=lambda _: ()))
    drawn = failing.picture(moment())
    assert failing.blank == 1
    assert drawn.shape == (360, 640, 3)
    assert not drawn[330:350, 20:300].any()  # where nothing is drawn, nothing is shown
    assert drawn[180, 320].any()  # the zone's edge is there all the same


def test_a_zone_is_marked_while_its_rule_tells() -> None:
    at_work = artist(NOBODY)
    facts = Facts(site="s", camera="cam", place="yard", rule="intrusion", rule_id="intrusion-right")
    told = Finding(facts, moment().frame, ())

    def edge(at_s: float, *findings: Finding) -> list[int]:
        at_work.note(findings, at_s)
        return [int(value) for value in at_work.picture(moment(at_s))[300, 320]]

    calm = edge(0.0)
    assert edge(1.0, told) != calm
    assert edge(5.0) == calm
    assert edge(3 * 3600.0) != calm  # not armed any more


def test_a_rule_stays_marked_until_the_last_of_its_lives_is_over() -> None:
    at_work = artist(NOBODY)
    facts = Facts(site="s", camera="cam", place="yard", rule="intrusion", rule_id="intrusion-right")

    def tell(at_s: float, phase: Phase, episode: str) -> None:
        told = msgspec.structs.replace(facts, phase=phase, episode=episode)
        at_work.note([Finding(told, moment().frame, ())], at_s)

    def marked(at_s: float) -> bool:
        return bool((at_work.picture(moment(at_s))[20:40, :200] == (110, 110, 255)).all(2).any())

    tell(1.0, "begin", "one")
    tell(2.0, "begin", "two")
    tell(3.0, "end", "one")
    assert marked(30.0)
    tell(31.0, "end", "two")
    assert marked(33.0)
    assert not marked(35.0)


def test_each_rule_is_summed_up_also_one_that_told_nothing() -> None:
    camera = artist(NOBODY).camera
    notes = Notes(Path("a.mp4"), camera, START, 0.0)
    facts = Facts(
        site="s", camera="cam", place="yard", rule="speed", rule_id="slow-down", speed_kmh=41.6
    )

    def told(at_s: float, **more: Any) -> Moment:
        said = msgspec.structs.replace(facts, **more)
        return moment(at_s, Finding(said, moment(at_s).frame, ()))

    seen = [
        told(1.0, phase="begin", episode="one"),
        told(2.0, phase="begin", episode="two"),
        told(9.0, phase="end", episode="one", duration_s=3.5),
        moment(12.0),
    ]
    deque(notes.taken(iter(seen), lambda _: None), maxlen=0)
    replay = notes.replay()
    assert replay.rules == (
        Lives(rule="intrusion-right", lives=0, going=0, longest_s=0.0),
        Lives(rule="slow-down", lives=2, going=1, longest_s=10.0),
    )
    events, rules = tables(replay)
    assert list(events.columns[2].cells) == ["1", "2", "1"]
    assert list(events.columns[6].cells) == ["42 km/h", "42 km/h", "42 km/h, after 3.5 s"]
    assert list(rules.columns[1].cells) == ["0", "2"]


def test_a_slow_clip_gives_as_many_pictures_as_a_fast_one() -> None:
    slow = [moment(at_s) for at_s in (0.0, 0.5, 1.0, 1.5)]
    fast = [moment(step / 20) for step in range(32)]
    for moments in (slow, fast):
        assert len(list(artist(NOBODY).film(iter(moments), begin_s=0.0, fps=5))) == 8


@pytest.mark.parametrize(
    ("at_s", "said"), [(0.0, "0:00.0"), (59.96, "1:00.0"), (75.25, "1:15.3"), (3600.0, "60:00.0")]
)
def test_a_place_in_the_clip_reads_as_minutes_and_seconds(at_s: float, said: str) -> None:
    assert clip_time(at_s) == said


def test_a_start_without_a_zone_is_this_machines_time() -> None:
    assert moment_of("2026-01-01T08:00:00Z") == START
    assert moment_of("2026-01-01T08:00:00") == datetime(2026, 1, 1, 8).astimezone()
    with pytest.raises(ConfigError, match="--at noon: no moment"):
        moment_of("noon")


CONFIG = """\
site: s
box: b
defaults: {purpose: a test, legal_basis: none, office: the bench}
cameras:
  - id: cam
    place: yard
    url: rtsp://192.0.2.1/
    username: viewer
    zones: [{id: all, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}]
    rules:
      - {rule: intrusion, zone: all, dwell_s: 0.2}
      - {rule: intrusion, zone: all, schedule: {hours: "20:00-21:00"}}
  - {id: gate, place: gate, url: rtsp://192.0.2.2/}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "edge.yaml"
    path.write_text(CONFIG)
    return path


def test_the_command_shows_writes_and_covers(config: Path, tmp_path: Path) -> None:
    pictures = []
    for step in range(6 * FPS):
        picture = street().copy()
        picture[:, : 8 * step] //= 2  # something moves
        pictures.append(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8))
    clip, video, rows = (tmp_path / name for name in ("in.mp4", "out.mp4", "rows.json"))
    write_clip(clip, pictures, fps=FPS)
    answer = tocsin(
        "replay", str(clip), "--config", str(config), "--camera", "cam", "--json", str(rows),
        "--video", str(video), "--at", "2026-01-01T08:00:00Z", "--from", "1",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    told = json.loads(rows.read_bytes())
    assert told["events"]
    first = told["events"][0]
    assert first["event"]["type"] == "tocsin.intrusion"
    happened = datetime.fromisoformat(first["event"]["time"])
    assert (happened - START).total_seconds() == pytest.approx(first["at_s"], abs=2e-3)
    assert "never armed: intrusion-all-2, 20:00-21:00 UTC" in answer.stdout
    assert clip_time(first["at_s"]) in answer.stdout
    with av.open(str(video)) as container:
        shown = [seen.to_ndarray(format="bgr24") for seen in container.decode(video=0)]
    assert len(shown) == 25
    for still in shown:
        scale = still.shape[1] / 1280
        sides = (ASTRONAUTS_FACE.x0 + 640, ASTRONAUTS_FACE.y0 + 180,
                 ASTRONAUTS_FACE.x1 + 640, ASTRONAUTS_FACE.y1 + 180)  # fmt: skip
        x0, y0, x1, y1 = (round(side * scale) for side in sides)
        steps = np.abs(np.diff(still[y0:y1, x0:x1].astype(int), axis=1))
        assert steps.mean() < 1  # fills, and where two of them meet
    assert msgspec.json.encode(told["events"]).count(b'"picture"') == 0


def test_a_part_that_lies_behind_the_clips_end_is_named(config: Path, clip: Path) -> None:
    answer = said_by(
        "replay", str(clip), "--config", str(config), "--camera", "cam", "--from", "60"
    )
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"tocsin: --from 60: {clip} ends at ")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--camera", "yard"], 2, "no camera is named 'yard'; there are: cam, gate"),
        ([], 2, "say which camera: --camera ID; there are: cam, gate"),
        (["--camera", "cam", "--at", "noon"], 2, "--at noon: no moment"),
        (["--camera", "cam", "--from", "5", "--to", "5"], 2, "--to 5 must be after --from 5"),
        (["--camera", "cam", "--json", "/dev/null/a"], 2, "--json /dev/null/a: cannot be written"),
        (
            ["--camera", "cam", "--video", "/dev/null/a"],
            2,
            "--video /dev/null/a: cannot be",
        ),
        (["--camera", "cam"], 1, "cannot open /nowhere/a.mp4: No such file"),
    ],
)
def test_what_cannot_be_played_is_said_in_one_line(
    config: Path, words: list[str], code: int, said: str
) -> None:
    answer = said_by("replay", "/nowhere/a.mp4", "--config", str(config), *words)
    assert answer.returncode == code
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1

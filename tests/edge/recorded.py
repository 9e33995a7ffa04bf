"""A drawn clip in, a worker's own threads that record it out, and hands to open the sealed clip."""

import io
import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np

from edge.clock import SystemClock
from edge.config import Camera, EdgeConfig, Spool, Stream
from edge.evidence.settings import Evidence
from edge.evidence.vault import Kept, Vault
from edge.worker import Networks, begin, recorder_of
from pipelines.flow import Box, Bytes, ClipEvent, Detection, Event, Mode
from pipelines.regions import PLAIN
from pipelines.rules import Intrusion
from pipelines.sealing import unsealed
from pipelines.seeing import Network
from pipelines.snapshot import Snapshot
from pipelines.zones import Zone
from tests.builders import STATED, detection, ground
from tests.custodians import BOTH, CUSTODIANS
from tests.edge.conftest import PATIENCE_S, wait_until
from tocsin.demo.clips import Encoder, write_clip

FPS = 10
SECONDS = 10
WALK_S = (3.0, 5.0)
WHITE, BLACK = 250, 0  # what walks, and its face
EVERYWHERE = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
SETTINGS = Evidence(
    custodians=CUSTODIANS, pre_s=0.5, post_s=1.0, floor_mib=0, preview=None,
)  # fmt: skip


def walk(folder: Path, scale: int, name: str, *, codec: Encoder = "libx264") -> Path:
    """Somebody white walks over a grey ground for two of ten seconds."""
    pictures = []
    for step in range(SECONDS * FPS):
        picture = np.full((360, 320), 128, np.uint8)
        picture[:240] = ground() // 2 + 30
        if WALK_S[0] <= step / FPS < WALK_S[1]:
            x = 100 + 6 * (step - round(WALK_S[0] * FPS))
            picture[60:180, x : x + 40] = WHITE
            picture[66:80, x + 10 : x + 30] = BLACK
        pictures.append(np.kron(picture, np.ones((scale, scale), np.uint8)))
    write_clip(folder / name, pictures, fps=FPS, codec=codec)
    return folder / name


def white_things(picture: Bytes) -> list[Detection]:
    """A network that takes what is white for a person."""
    bright = (picture.min(axis=2) > WHITE - 60).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(bright)
    boxes = [Box(x, y, x + w, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 400]
    return [detection(box, score=0.9) for box in boxes]


def yard(url: Path, *, mode: Mode = "full", small: Path | None = None) -> Camera:
    """A camera that watches for persons everywhere, played as fast as it goes."""
    rule = Intrusion(zone="all", ends_after_s=0.5, dwell_s=0.0)
    return Camera(
        id="yard", place="depot", url=str(url), substream=str(small or ""), mode=mode, **STATED,
        stream=Stream(realtime=False, loop=False), zones=(EVERYWHERE,), rules=(rule,), health=None,
    )  # fmt: skip


class Recorded:
    """A camera that a worker's threads watch and record until its clip is over."""

    def __init__(
        self, folder: Path, camera: Camera, settings: Evidence = SETTINGS,
        faces: Network = lambda _: [],
    ) -> None:  # fmt: skip
        self.folder, self.events = folder, list[Event]()
        folder.mkdir(exist_ok=True)
        self.settings = settings.anchored(folder)
        self.config = EdgeConfig(
            site="s", box="box-1", spool=Spool(path=str(folder / "spool.db")), cameras=(camera,),
            evidence=self.settings,
        )  # fmt: skip
        self.clock, self.stop = SystemClock(), threading.Event()
        self.clips: queue.SimpleQueue[ClipEvent] = queue.SimpleQueue()
        snapshot = Snapshot(find_faces=faces, find_objects=white_things)
        networks = Networks(white_things, PLAIN, snapshot)
        recorder = recorder_of(self.config, networks, self.take, self.clock)
        assert recorder is not None
        self.recorder = recorder
        (self.tally,), self.scribe, self.pool = begin(
            self.config, self.config.cameras, networks=networks, put=self.events.append,
            clock=self.clock, stop=self.stop, warm=True, recorder=self.recorder,
        )  # fmt: skip

    def take(self, told: Event | ClipEvent) -> None:
        """Take what the previews give."""
        assert isinstance(told, ClipEvent)
        self.clips.put(told)

    def until_sealed(self) -> Kept:
        """Wait for the one clip."""
        wait_until(lambda: self.tally.clips > 0)
        (kept,) = self.vault.clips()
        return kept

    @property
    def vault(self) -> Vault:
        return Vault(Path(self.settings.path))

    def close(self) -> None:
        self.stop.set()
        self.recorder.close(within_s=PATIENCE_S)
        self.scribe.close(within_s=PATIENCE_S)

    def lines(self) -> list[dict[str, object]]:
        """What the audit says was done to clips."""
        raw = (self.folder / "audit.jsonl").read_bytes().splitlines()
        return [msgspec.json.decode(line)["asked"] for line in raw]


def original_of(kept: Kept) -> bytes:
    """A clip as both custodians see it."""
    with kept.path.open("rb") as file:
        return b"".join(unsealed(file, BOTH))


def lumas(clip: bytes | Path) -> Iterator[Bytes]:
    """Brightness of each picture of a clip."""
    opened = io.BytesIO(clip) if isinstance(clip, bytes) else io.BytesIO(clip.read_bytes())
    with av.open(opened, "r") as container:
        for picture in container.decode(video=0):
            yield np.asarray(picture.to_ndarray(format="gray"), np.uint8)

"""A folder in, boxes and a centre that run out, each part by its name: what faults befall.

Parts that a service manager would start are kept (`Kept`); those that another part starts (workers,
the broker) are its own business.
"""

import contextlib
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.postgres import BIN, Server
from center.engines import Engines, postgresql, sqlite
from center.store import Reading
from edge.clock import SystemClock
from edge.config import load
from edge.overflow import overflow_event
from edge.spool import Spool
from tests.center.listeners import Webhook, webhook
from tests.faults import clocked, ledger, town
from tests.faults.book import Book
from tests.faults.kept import Kept, family, tended
from tests.faults.small_disk import SmallDisk, small_disk
from tests.faults.wire import Wire, wired
from tocsin.demo.clips import write_clip
from tocsin.demo.ports import free_port
from tocsin.demo.scenes import frames
from tocsin.demo.script import SCENES

LOOPBACK = "127.0.0.1"
DRAWN = ("box-1", "box-2")
_DISK_MIB, _STATE_MIB = 16, 256
_WALK_S = (11.0, 10.0)  # of the demo's story: somebody comes in, stays and goes


@dataclass(slots=True)
class Site:
    """All that runs.

    kept     processes by name
    disks    small disks by whose they are, where this machine gives some
    wire     between the first box and the centre, where there is one
    absent   why what is not there is not
    """

    folder: Path
    kept: dict[str, Kept] = field(default_factory=dict)
    disks: dict[str, SmallDisk] = field(default_factory=dict)
    wire: Wire | None = None
    absent: dict[str, str] = field(default_factory=dict)
    book: Book = field(default_factory=Book)
    hook: Webhook = field(default_factory=Webhook)
    state: Path = Path()
    console: str = ""
    trusts: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    engines: Engines | None = None
    server: Server | None = None

    def spool(self, box: str) -> Path:
        """Where a box's spool lies; the journal lies beside its folder."""
        return self.folder / box / "spool.db"

    def clock(self, whose: str) -> Path:
        """The file by which a part's clock goes."""
        return self.folder / f"{whose}.clock"

    def pids(self, part: str) -> list[int]:
        """Processes of a part that are there now; what is frozen freezes whole."""
        if part == "broker":
            return self._broker()
        if part == "worker":
            box = self.kept.get(town.REAL)
            return [] if box is None or box.pid is None else _workers(box.pid)
        kept = self.kept.get(part)
        return [] if kept is None or kept.pid is None else [kept.pid]

    def database(self) -> list[int]:
        """The database's processes, the first of all first."""
        kept = self.kept.get("postgresql")
        return [] if kept is None or kept.pid is None else family(kept.pid)

    def _broker(self) -> list[int]:
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.state / "broker.pid").read_text())
            if "nats-server" in Path(f"/proc/{pid}/cmdline").read_text():
                return [pid]
        return []

    def reading(self) -> Reading:
        """The store, to look into."""
        assert self.engines is not None
        return Reading(self.engines)

    def answers(self) -> bool:
        """Whether the centre serves."""
        with contextlib.suppress(httpx.HTTPError):
            return self._get("/api/stats").is_success
        return False

    def rewound(self) -> int:
        """How many messages the centre says that its broker forgot, if it says so."""
        with contextlib.suppress(httpx.HTTPError):
            said = self._get("/api/status").json()["rewound"]
            return int(said["messages"]) if said else 0
        return 0

    def live(self) -> bool:
        """Whether all boxes are heard and the cameras of the real one are watched."""
        with contextlib.suppress(httpx.HTTPError, KeyError, TypeError):
            boxes = self._get("/api/boxes").json()["boxes"]
            here = {each["box"]: each for each in boxes if each["online"]}
            cameras = here[town.REAL]["heartbeat"]["cameras"] if town.REAL in self.kept else []
            return set(here) >= self.boxes() and all(c["state"] == "live" for c in cameras)
        return False

    def _get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.console}{path}", timeout=5, verify=self.trusts)

    def boxes(self) -> set[str]:
        """Boxes that run here."""
        return set(self.book.accounts)


def _workers(supervisor: int) -> list[int]:
    """The workers of a real box: not what else `multiprocessing` starts."""
    found = []
    for pid in family(supervisor)[1:]:
        with contextlib.suppress(OSError):
            if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
                found.append(pid)
    return found


@contextlib.contextmanager
def running(folder: Path, *, database: bool, real: bool, per_s: float) -> Iterator[Site]:
    """A site, started; it need not be up yet.

    database  PostgreSQL instead of a file
    real      with a box whose workers watch
    per_s     events that each drawn box tells
    """
    site = Site(folder)
    with contextlib.ExitStack() as undone:
        site.hook = undone.enter_context(webhook())
        (folder / town.SECRET_FILE).write_text(town.SECRET)
        (folder / town.HOOK_FILE).write_text(site.hook.url)
        _give_disks(site, undone)
        _give_wire(site, undone)
        host = site.wire.near if site.wire else LOOPBACK
        ports = {name: free_port() for name in ("nats", "mqtt", "console")}
        at = town.Place(host, ports, tls=site.wire is not None)
        if database:
            _give_database(site, undone)
        _settle_centre(site, at)
        for box in DRAWN:
            _settle_drawn(site, box, town.drawn_box(box, site.spool(box), at), per_s)
        if real:
            _settle_real(site, at)
        undone.enter_context(tended(list(site.kept.values())))
        undone.callback(_end_broker, site)
        for kept in site.kept.values():
            kept.let_go()
        yield site


def _give_disks(site: Site, undone: contextlib.ExitStack) -> None:
    """Disks of their own for the first box and for the centre, if we may mount some."""
    for whose, size in (("box-1", _DISK_MIB), ("centre", _STATE_MIB)):
        at = site.folder / whose
        at.mkdir()
        try:
            site.disks[whose] = undone.enter_context(small_disk(at, size_mib=size))
        except OSError as error:
            site.absent["disk"] = str(error)
    for box in (*DRAWN, town.REAL):
        (site.folder / box).mkdir(exist_ok=True)
    site.state = site.folder / "centre"


def _give_wire(site: Site, undone: contextlib.ExitStack) -> None:
    """A host of their own for the first box and the real one, if we may make one."""
    try:
        site.wire = undone.enter_context(wired())
    except OSError as error:
        site.absent["net"] = str(error)


def _give_database(site: Site, undone: contextlib.ExitStack) -> None:
    folder = Path(undone.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-faults-")))
    become = []
    if os.geteuid() == 0:
        subprocess.run(["chown", "postgres:", folder], check=True)
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        become += ["--pdeathsig", "TERM", "--"]  # to change the user lets go of the leash
    site.server = Server(folder, town.SECRET)
    site.server.make()
    command = [
        *become, str(BIN / "postgres"), "-D", str(folder / "data"), "-p", str(site.server.port),
        "-k", str(folder), "-c", f"listen_addresses={LOOPBACK}", "-c", "shared_buffers=32MB",
    ]  # fmt: skip
    site.kept["postgresql"] = Kept(
        "postgresql", command, site.folder / "postgresql.log", sweeps=True
    )


def _settle_centre(site: Site, at: town.Place) -> None:
    where = site.server.url("postgres") if site.server else None
    site.engines = postgresql(where, town.SECRET) if where else sqlite(site.state / "center.db")
    if at.tls:
        site.trusts = ssl.create_default_context(cafile=town.certify(site.folder, at.host))
    site.console = f"{'https' if at.tls else 'http'}://{LOOPBACK}:{at.ports['console']}"
    town.write(site.folder / "watch.yaml", town.watch_list())
    settings = town.centre(site.state, at, where)
    path = town.write(site.folder / "center.yaml", settings)
    _keep(site, "centre", ["tocsin", "center", "run", str(path)], clock="centre")


def _settle_drawn(site: Site, box: str, settings: dict[str, object], per_s: float) -> None:
    path = town.write(site.folder / f"{box}.yaml", settings)
    _make_spool(path)
    site.book.open(box, site.spool(box))
    inside = site.wire is not None and box == DRAWN[0]
    for role, rest in (("publishing", []), ("teller", [str(per_s)])):
        module = [f"tests.faults.{role}", str(path), *rest]
        _keep(site, f"{box}.{role}", module, clock=box, inside=inside)


def _settle_real(site: Site, at: town.Place) -> None:
    settings = town.real_box(site.spool(town.REAL), at, _clips(site.folder))
    path = town.write(site.folder / f"{town.REAL}.yaml", settings)
    _make_spool(path)
    site.book.open(town.REAL, site.spool(town.REAL))
    command = ["tocsin", "edge", "run", str(path)]
    _keep(site, town.REAL, command, clock=town.REAL, inside=site.wire is not None)


def _make_spool(config: Path) -> None:
    """Make a box's spool, with a ledger, before the box opens it."""
    settings = load(config)
    spool = Spool(
        Path(settings.spool.path), limit_mib=settings.spool.limit_mib,
        overflow=lambda count: overflow_event(settings, SystemClock(), count),
    )  # fmt: skip
    ledger.keep(spool.disk)
    spool.close()


def _keep(
    site: Site, name: str, module: Sequence[str], *, clock: str, inside: bool = False
) -> None:
    command = [sys.executable, "-m", "tests.faults.clocked", *module]
    if inside and site.wire is not None:
        command = site.wire.inside(command)
    clocked.shift(site.clock(clock))
    env = {clocked.VARIABLE: str(site.clock(clock)), "OMP_NUM_THREADS": "1"}
    site.kept[name] = Kept(name, command, site.folder / f"{name}.log", env)


def _clips(folder: Path) -> list[Path]:
    """Both yard cameras of the demo while somebody walks in, small and short."""
    found = []
    for scene in SCENES:
        if scene.name.startswith("yard-"):
            pictures = frames(scene, start_s=_WALK_S[0], seconds=_WALK_S[1], width=640)
            found.append(folder / f"{scene.name}.mp4")
            write_clip(found[-1], pictures, fps=scene.fps)
    return found


def _end_broker(site: Site) -> None:
    """The broker ends with its centre; what it said last is kept, for its disk goes."""
    with contextlib.suppress(OSError):
        shutil.copy(site.state / "broker.log", site.folder)
    site.kept["centre"].hold()
    for pid in site.pids("broker"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)

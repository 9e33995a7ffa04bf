"""A fleet or a centre's file in, a centre that runs out: where it is, and what it is made of."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from center import config
from center.config import CenterConfig
from center.reading import reading
from center.store import Store
from pipelines.errors import ConfigError
from tocsin.demo.children import Child, Children
from tocsin.simulate import plan, postgres
from tocsin.simulate.cpu import cpu_of, rss_mib
from tocsin.simulate.workload import Site

UP_S = 300.0


@dataclass(slots=True)
class Running:
    """A centre that runs.

    parts  by name: the processes of each component that runs on this machine, if we started it
    """

    config: CenterConfig
    sites: tuple[Site, ...]
    passwords: tuple[str, ...]
    store: Store
    brokers: tuple[tuple[str, int], ...]
    parts: dict[str, tuple[int, ...]]

    def cpu_s(self) -> dict[str, float]:
        """Seconds of CPU of each component since it was started; a broker is its centre's child."""
        brokers = self.parts.get("broker", ())
        return {
            name: cpu_of(pids, but=() if name == "broker" else brokers)
            for name, pids in self.parts.items()
        }

    def rss_mib(self) -> dict[str, float]:
        """Memory of each component."""
        return {name: rss_mib(pids) for name, pids in self.parts.items()}


@contextlib.contextmanager
def found(file: Path, *, cameras: int, boxes: int | None) -> Iterator[Running]:
    """A centre that runs already, by its file; the simulator speaks as its boxes.

    Raises ConfigError, StoreError.
    """
    known = config.load(file)
    if known.tls is not None:
        raise ConfigError(
            f"{file}: simulated boxes do not speak TLS - at $.tls; try a centre without it"
        )
    speakers = known.boxes if boxes is None else known.boxes[:boxes]
    if boxes is not None and len(speakers) < boxes:
        raise ConfigError(
            f"{file}: {len(speakers)} boxes may speak - at $.boxes; "
            f"add those of the other {boxes - len(speakers)}, or ask for fewer --boxes"
        )
    if not speakers:
        raise ConfigError(f"{file}: no box may speak - at $.boxes; add those to simulate")
    each, more = divmod(cameras, len(speakers))
    sites = tuple(
        Site(number, speaker.box, speaker.site, each + (number < more))
        for number, speaker in enumerate(speakers)
    )
    passwords = tuple(speaker.password for speaker in speakers)
    address = known.broker.host, known.broker.mqtt_port
    with reading(known) as store:
        yield Running(known, sites, passwords, store, (address,), {})


@contextlib.contextmanager
def started(
    folder: Path, sites: tuple[Site, ...], *, database: bool, brokers: int = 1, centres: int = 1
) -> Iterator[Running]:
    """Centres of our own on loopback, over a file or a PostgreSQL of our own."""
    with contextlib.ExitStack() as held:
        password = secrets.token_hex(16)
        server = held.enter_context(_server(password, folder.parent)) if database else None
        store = plan.Store(server.database(), password) if server else plan.Store()
        files = plan.write(
            folder, sites, password=password, store=store, brokers=brokers, centres=centres
        )
        children = held.enter_context(Children(folder))
        first = _begin(children, "run", files.centres[0])
        alone = [_begin(children, "broker", file) for file in files.brokers]
        first.wait_for("console=", within_s=UP_S)
        others = [_begin(children, "run", file) for file in files.centres[1:]]
        for child in others:
            child.wait_for("console=", within_s=UP_S)
        for child in alone:
            child.wait_for("broker=", within_s=UP_S)
        known = [config.load(file) for file in (files.centres[0], *files.brokers)]
        parts: dict[str, tuple[int, ...]] = {
            "broker": tuple(map(_broker_pid, known)),
            "aggregator": tuple(child.process.pid for child in (first, *others)),
        }
        if server:
            parts["database"] = (server.pid,)
        kept = held.enter_context(reading(known[0]))
        addresses = tuple((each.broker.host, each.broker.mqtt_port) for each in known)
        yield Running(known[0], sites, (password,) * len(sites), kept, addresses, parts)


def _begin(children: Children, what: str, file: Path) -> Child:
    return children.start(file.stem, ["tocsin", "center", what, str(file)])


def _broker_pid(known: CenterConfig) -> int:
    return int((Path(known.state) / "broker.pid").read_text())


def _server(password: str, within: Path) -> contextlib.AbstractContextManager[postgres.Server]:
    if not (postgres.BIN / "initdb").exists():
        raise ConfigError(
            "--store postgresql: there is no /usr/lib/postgresql; install it with: "
            "apt-get install -y postgresql, or take --store sqlite"
        )
    return postgres.served("", password=password, within=within)

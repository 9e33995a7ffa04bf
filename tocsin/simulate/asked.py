"""Words of the command line in, what a simulation is asked for out."""

from pathlib import Path
from typing import Literal, TypeVar, get_args

import msgspec

from pipelines.errors import ConfigError

Storm = Literal["none", "power-cut", "line-cut"]
StoreKind = Literal["sqlite", "postgresql"]
STORMS: tuple[Storm, ...] = get_args(Storm)
STORES: tuple[StoreKind, ...] = get_args(StoreKind)
One = TypeVar("One")
CAMERAS_A_BOX = 25
PER_CAMERA_S = 0.16
"""Events per second of a camera that sees a busy street: one in six seconds."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for.

    boxes     one for every 25 cameras when left out; with `at`, all that its file has
    rate      events per second of all boxes together, in the mean of a day
    flat_out  as fast as the centre takes them
    events    after which it is over, whatever the seconds say
    day_in    seconds in which a day passes
    brokers   that are one, each with a copy of every event: 1, or 3
    centres   that read from them, `--aggregators`; several share a PostgreSQL
    at        the file of a centre that runs already
    state     folder for what broker and store write; else a temporary one, on this disk
    spools    folder of the spools; else one in memory, as a thousand boxes have a thousand disks
    """

    cameras: int
    boxes: int | None = None
    seconds: float
    rate: float | None = None
    flat_out: bool = False
    events: int | None = None
    day_in: float | None = None
    storm: Storm = "none"
    store: StoreKind = "sqlite"
    brokers: int = 1
    centres: int = 1
    picture_kib: int = 0
    seed: int = 1
    processes: int = 2
    at: Path | None = None
    state: Path | None = None
    spools: Path | None = None

    @property
    def dealt(self) -> int:
        """How many boxes there are."""
        return self.boxes or -(-self.cameras // CAMERAS_A_BOX)

    @property
    def per_s(self) -> float:
        """Events per second, of all boxes."""
        return PER_CAMERA_S * self.cameras if self.rate is None else self.rate


def one_of(said: str, option: str, known: tuple[One, ...]) -> One:
    """What an option names, of what it may name. Raises ConfigError."""
    for each in known:
        if each == said:
            return each
    raise ConfigError(f"{option} {said!r}: there are {', '.join(map(str, known))}")

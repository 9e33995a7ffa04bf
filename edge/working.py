"""What needs networks and kernels, in processes of its own: who looks after them stays small."""

import multiprocessing
from multiprocessing.connection import Connection

from edge.config import Detector, EdgeConfig
from edge.process import die_with_parent
from pipelines.errors import ConfigError, ModelError

SPAWN = multiprocessing.get_context("spawn")


def work(config: EdgeConfig, names: tuple[str, ...], boss: Connection) -> None:
    """What a worker's process does; see `edge.worker.main`."""
    from edge.worker import main  # noqa: PLC0415 -- 150 MiB that only a worker's process needs

    main(config, names, boss)


def try_networks(detector: Detector) -> None:
    """Load the networks once, in a process that ends then. Raises ModelError or ConfigError."""
    ours, theirs = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_try, args=(detector, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        fault = ours.recv()
    except EOFError:
        process.join()
        raise ModelError(
            f"the process that was to load the networks ended with {process.exitcode}: "
            "look at what it wrote, and whether there is memory enough"
        ) from None
    process.join()
    if fault is not None:
        raise fault


def _try(detector: Detector, boss: Connection) -> None:
    die_with_parent()
    from edge.worker import load_networks  # noqa: PLC0415 -- as above

    try:
        load_networks(detector)
    except (ConfigError, ModelError) as error:
        boss.send(error)
    else:
        boss.send(None)

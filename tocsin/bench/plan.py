"""Words of the command line in, what is to be measured out."""

from collections.abc import Sequence
from typing import cast, get_args

from pipelines.errors import ConfigError
from tocsin.bench.side import AskedMode, Job
from tocsin.bench.truth import Scene

SECONDS = 20.0


def jobs(
    sources: Sequence[str], *, modes: Sequence[str], substream: str, scene: Scene | None,
    streams: int, seconds: float | None,
) -> list[Job]:  # fmt: skip
    """One job for each source and mode. Raises ConfigError for words that do not go together.

    seconds  None: the whole scene where there is one, else 20
    """
    for mode in modes:
        if mode not in get_args(AskedMode):
            known = ", ".join(get_args(AskedMode))
            raise ConfigError(f"--mode {mode}: no such mode; there are: {known}")
    if "substream" in modes and not substream:
        raise ConfigError("--mode substream: give the small stream, too: --sub FILE_OR_URL")
    if len(sources) > 1 and (substream or scene):
        raise ConfigError("--sub and --truth belong to one source; give one")
    lasts_s = seconds or (scene.seconds if scene else SECONDS)
    return [
        Job(
            source=source, substream=substream if mode in ("auto", "substream") else "",
            mode=cast("AskedMode", mode), streams=streams, seconds=lasts_s, loop=scene is None,
        )
        for source in sources
        for mode in modes
    ]  # fmt: skip

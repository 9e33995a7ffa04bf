"""Words of the command line in, what is to be measured out."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

from pipelines.errors import ConfigError
from tocsin.bench.side import AskedMode, Job


def jobs(
    sources: Sequence[str], *, modes: Sequence[str], substream: str, truth: Path | None,
    streams: int, seconds: float,
) -> list[Job]:  # fmt: skip
    """One job for each source and mode. Raises ConfigError for words that do not go together."""
    for mode in modes:
        if mode not in get_args(AskedMode):
            known = ", ".join(get_args(AskedMode))
            raise ConfigError(f"--mode {mode}: no such mode; there are: {known}")
    if "substream" in modes and not substream:
        raise ConfigError("--mode substream: give the small stream, too: --sub FILE_OR_URL")
    if len(sources) > 1 and (substream or truth):
        raise ConfigError("--sub and --truth belong to one source; give one")
    return [
        Job(
            source=source, substream=substream if mode in ("auto", "substream") else "",
            mode=cast("AskedMode", mode), streams=streams, seconds=seconds, loop=truth is None,
        )
        for source in sources
        for mode in modes
    ]  # fmt: skip

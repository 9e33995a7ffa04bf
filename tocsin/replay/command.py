"""The words of `tocsin replay` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import ConfigError


def replay(
    clip: Annotated[Path, typer.Argument(help="A recording.", metavar="CLIP")],
    config: Annotated[Path, typer.Option(help="The box's YAML file.")],
    camera: Annotated[str, typer.Option(help="Whose rules; else those of the only one.")] = "",
    at: Annotated[
        str, typer.Option(help="When it shall have begun, for schedules: 2026-01-01T08:00:00.")
    ] = "",
    begin: Annotated[float, typer.Option("--from", min=0, help="Seconds of the clip.")] = 0.0,
    end: Annotated[float | None, typer.Option("--to", min=0, help="Seconds of the clip.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the events here.")] = None,
    video: Annotated[
        Path | None, typer.Option(help="Write an annotated, redacted MP4 here; takes longer.")
    ] = None,
) -> None:
    """Play a recording to a camera's rules, faster than it was recorded, before they are armed."""
    from tocsin.replay.run import Order, moment_of, run

    if end is not None and end <= begin:
        raise ConfigError(f"--to {end:g} must be after --from {begin:g}")
    until_s = float("inf") if end is None else end
    run(Order(clip, config, camera, moment_of(at), begin, until_s), json_file=json, video=video)

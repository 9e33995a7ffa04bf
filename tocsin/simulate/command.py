"""The words of `tocsin simulate` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer


def simulate(  # noqa: PLR0913, PLR0917 -- each is an option
    cameras: Annotated[int, typer.Option(min=1, help="Of all boxes together.")] = 2500,
    boxes: Annotated[
        int | None, typer.Option(min=1, help="Among which they are dealt out; else 25 to a box.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.5, help="For which the boxes speak.")] = 30.0,
    rate: Annotated[
        float | None,
        typer.Option(min=0, help="Events/s of all together; else one in 6 s from each camera."),
    ] = None,
    flat_out: Annotated[
        bool, typer.Option("--flat-out", help="As fast as the centre takes them.")
    ] = False,
    events: Annotated[
        int | None, typer.Option(min=1, help="End after so many, if that comes first.")
    ] = None,
    day_in: Annotated[
        float | None, typer.Option(min=1, help="Let a day pass in so many seconds.")
    ] = None,
    storm: Annotated[str, typer.Option(help="none, power-cut or line-cut.")] = "none",
    store: Annotated[str, typer.Option(help="sqlite or postgresql.")] = "sqlite",
    brokers: Annotated[int, typer.Option(help="1, or 3 that are one.")] = 1,
    aggregators: Annotated[
        int, typer.Option(min=1, help="Centres that read from them, over one PostgreSQL.")
    ] = 1,
    pictures: Annotated[
        int, typer.Option(min=0, help="KiB of a still with each life; 0: none.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed says the same.")] = 1,
    processes: Annotated[int, typer.Option(min=1, help="That host the boxes.")] = 2,
    at: Annotated[
        Path | None, typer.Option(help="The YAML file of a centre that runs; else one is started.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Where broker and store write; else a temporary folder.")
    ] = None,
    spools: Annotated[
        Path | None, typer.Option(help="Where spools lie; else in memory, for lack of disks.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the figures here.")] = None,
) -> None:
    """Let a fleet of simulated boxes speak to a centre, and see that nothing is lost."""
    from tocsin.simulate.asked import STORES, STORMS, Asked, one_of
    from tocsin.simulate.run import run

    asked = Asked(
        cameras=cameras, boxes=boxes, seconds=seconds, rate=rate, flat_out=flat_out, events=events,
        day_in=day_in, storm=one_of(storm, "--storm", STORMS),
        store=one_of(store, "--store", STORES), brokers=brokers, centres=aggregators,
        picture_kib=pictures, seed=seed, processes=processes, at=at, state=state, spools=spools,
    )  # fmt: skip
    raise typer.Exit(run(asked, json_file=json))

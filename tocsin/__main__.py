"""The command line: words in, a program running out; what is heavy is imported when it is used."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import ConfigError, TocsinError
from tocsin.accounts.command import app as users_app
from tocsin.backing.command import backup, restore
from tocsin.evidence.command import app as evidence_app
from tocsin.pki.command import app as pki_app

if TYPE_CHECKING:
    from pipelines.trust import Trust

app = typer.Typer(
    name="tocsin",
    help="Video analytics at the edge that watches places, never who someone is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
edge_app = typer.Typer(help="The box beside the cameras.", no_args_is_help=True)
center_app = typer.Typer(help="The command centre.", no_args_is_help=True)
models_app = typer.Typer(help="The networks that look.", no_args_is_help=True)
app.add_typer(edge_app, name="edge")
app.add_typer(center_app, name="center")
app.add_typer(models_app, name="models")
center_app.add_typer(users_app, name="user")
cluster_app = typer.Typer(help="Brokers that are one.", no_args_is_help=True)
app.add_typer(cluster_app, name="cluster")
audit_app = typer.Typer(
    help="What was asked of a box or a centre, and what came of it.", no_args_is_help=True
)
app.add_typer(audit_app, name="audit")
app.add_typer(evidence_app, name="evidence")
app.add_typer(pki_app, name="pki")
app.command()(backup)
app.command()(restore)

Config = Annotated[Path, typer.Argument(help="A YAML file; see configs/.", metavar="CONFIG")]


@edge_app.command("run")
def edge_run(config: Config) -> None:
    """Watch the cameras of one box until Ctrl-C."""
    from edge import service
    from edge.clock import SystemClock
    from edge.config import load
    from tocsin.notifying import told

    service.run(load(config), told(os.environ, SystemClock().ticks_s))


@center_app.command("run")
def center_run(config: Config) -> None:
    """Run the centre: broker, inbox, cross-check, store and console, until Ctrl-C."""
    from center import service
    from center.clock import SystemClock
    from center.config import load
    from tocsin.notifying import told

    service.run(load(config), told(os.environ, SystemClock().ticks_s))


@center_app.command("broker")
def center_broker(config: Config) -> None:
    """Run only the broker of a centre's file, as one more of several, until Ctrl-C."""
    from center import brokering
    from center.config import load

    brokering.run(load(config))


@center_app.command("tell")
def center_tell(
    config: Config,
    channel: Annotated[str, typer.Argument(help="One of the file's channels.", metavar="CHANNEL")],
    test: Annotated[bool, typer.Option("--test", help="Send a try-out.")] = False,
) -> None:
    """Try a channel over which people are told: send a message that says that it works."""
    from center.config import load
    from center.telling import trying

    loaded = load(config)
    way = "over MQTT" if trying.channel_of(loaded, channel).mqtt else "over Apprise"
    if test:
        trying.try_out(loaded, channel)
    typer.echo(f"{channel}: {way}, {'delivered' if test else 'sound; send a try-out with --test'}")


@app.command()
def demo(
    source: Annotated[
        list[str] | None,
        typer.Option(help="A camera's URL or a file, in place of the drawn ones; repeatable."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="End after so long and judge; else at Ctrl-C.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where everything of the demo lies.")] = Path(
        "build/demo"
    ),
    port: Annotated[int, typer.Option(help="Of the console; the next free one if taken.")] = 8080,
) -> None:
    """Run the whole of it on this machine: cameras, broker, box, centre, console."""
    from tocsin.demo.run import run

    raise typer.Exit(run(seconds=seconds, sources=source or [], folder=folder, port=port))


@app.command()
def check(config: Config) -> None:
    """Check a configuration without starting anything."""
    from rich.console import Console

    from tocsin import checking

    checking.check(config, Console())


@app.command()
def dpia(
    config: Config,
    center: Annotated[Path | None, typer.Option(help="The centre's YAML file, too.")] = None,
    out: Annotated[Path | None, typer.Option(help="The HTML file; else CONFIG-dpia.html.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "en",
) -> None:
    """Write the impact-assessment report of a box as one HTML file."""
    from datetime import UTC, datetime

    from rich.console import Console

    from edge.clock import SystemClock
    from tocsin.dpia.run import run

    now = datetime.fromtimestamp(SystemClock().now_s(), UTC)
    run(config, center=center, out=out, lang=lang, now=now, console=Console())


@app.command()
def report(
    center: Annotated[Path, typer.Argument(help="The centre's YAML file.", metavar="CENTER")],
    out: Annotated[list[Path], typer.Option(help="A file that ends in .html or .csv; repeatable.")],
    period: Annotated[str, typer.Option(help="day, week or month.")] = "day",
    date: Annotated[str, typer.Option(help="A day in it: 2026-03-01; else yesterday.")] = "",
    place: Annotated[str, typer.Option(help="With all below it; else everything.")] = "",
    table: Annotated[
        str, typer.Option(help="Of CSV: alerts, response, availability, counts or heatmap.")
    ] = "alerts",
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV as Excel wants it.")] = False,
    lang: Annotated[str, typer.Option(help="Of HTML: zh or en.")] = "en",
) -> None:
    """Write what a day, a week or a month was, also beside a centre that runs: for cron."""
    from tocsin import reporting

    asked = reporting.Asked(period, date, place or None, table, bom=bom, lang=lang)
    for file in reporting.run(center, asked, out):
        typer.echo(f"{file}: written")


@app.command()
def schema(
    kind: Annotated[
        str, typer.Argument(help="edge, center, watch, event or asyncapi.", metavar="KIND")
    ],
) -> None:
    """Print the JSON Schema of a file, for editors; `asyncapi`: what goes over MQTT, as YAML."""
    from tocsin import asyncapi
    from tocsin import schema as schemas

    if kind == "asyncapi":
        sys.stdout.write(asyncapi.text())
        return
    if kind not in schemas.KINDS:
        known = ", ".join([*schemas.KINDS, "asyncapi"])
        raise ConfigError(f"no file is of the kind {kind!r}; there are: {known}")
    sys.stdout.write(schemas.schema(kind).decode() + "\n")


Ca = Annotated[
    Path | None, typer.Option(help="Who signed the broker's certificate, if it has one.")
]
Cert = Annotated[Path | None, typer.Option(help="The user's own, where the broker asks for one.")]
Key = Annotated[Path | None, typer.Option(help="Of the user's certificate.")]


@app.command()
def watch(
    host: Annotated[str, typer.Option(help="Of the broker.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Of its MQTT listener.")] = 1883,
    user: Annotated[str, typer.Option(help="One of the centre's watchers.")] = "watcher",
    password_file: Annotated[
        Path | None, typer.Option(help="Holds the password; else TOCSIN_PASSWORD is taken.")
    ] = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
) -> None:
    """Show events and alerts as they pass the broker."""
    from rich.console import Console

    from tocsin import watching

    watching.watch(
        host=host, port=port, user=user, password=_password(password_file), console=Console(),
        tls=_trust(ca, cert, key),
    )  # fmt: skip


@app.command()
def send(  # noqa: PLR0913, PLR0917 -- each is an option
    what: Annotated[
        str, typer.Argument(help="help-point, door-forced, …, or ONVIF's word.", metavar="WHAT")
    ],
    site: Annotated[str, typer.Option(help="The site that the user speaks for.")],
    device: Annotated[str, typer.Option(help="The door, help point or patrol point.")],
    place: Annotated[str, typer.Option(help="Where it is, by the watch list.")],
    at: Annotated[str, typer.Option(help="When; else now: 2026-03-01T22:14:07+08:00.")] = "",
    host: Annotated[str, typer.Option(help="Of the broker.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Of its MQTT listener.")] = 1883,
    user: Annotated[str, typer.Option(help="One of the centre's boxes.")] = "box-1",
    password_file: Annotated[
        Path | None, typer.Option(help="Holds the password; else TOCSIN_PASSWORD is taken.")
    ] = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
) -> None:
    """Say what a door, a help point or a patrol point has to say: to try, and for adapters."""
    from rich.console import Console

    from tocsin import sending

    event = sending.event_of(what, site=site, device=device, place=place, at=at)
    tls = _trust(ca, cert, key)
    broker = sending.Broker(host, port, user, _password(password_file), tls)
    sending.send(event, broker, Console())


def _trust(ca: Path | None, cert: Path | None, key: Path | None) -> "Trust | None":
    """The files of a line's TLS; none where it has none. Raises ConfigError."""
    if ca is None and cert is None and key is None:
        return None
    from edge.tls import faults
    from pipelines.trust import Trust

    named = {"ca": ca, "cert": cert, "key": key}
    trust = Trust(**{name: str(path) for name, path in named.items() if path})
    for fault in faults(trust):
        raise ConfigError(fault.replace("$.tls.", "--").replace("$.tls", "--cert and --key"))
    return trust


def _password(file: Path | None) -> str:
    if file is None:
        return os.environ.get("TOCSIN_PASSWORD", "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}; --password-file names no file") from error


Folder = Annotated[
    Path | None,
    typer.Option(
        envvar="TOCSIN_MODELS",
        help="Of your own networks.",
        show_default="~/.local/share/tocsin/models",
    ),
]


@models_app.command("list")
def models_list(folder: Folder = None) -> None:
    """Show the networks that Tocsin knows, and what `auto` means on this machine."""
    from rich.console import Console

    from tocsin import cataloguing

    cataloguing.list_models(Console(), folder)


@models_app.command("verify")
def models_verify(folder: Folder = None) -> None:
    """Check every network's file and run it once."""
    from rich.console import Console

    from tocsin import cataloguing

    cataloguing.verify_models(Console(), folder)


@models_app.command("add")
def models_add(
    file: Annotated[Path, typer.Argument(help="An ONNX file.", metavar="FILE")],
    name: Annotated[str, typer.Option(help="By which detector.model asks; else the file's.")] = "",
    labels: Annotated[
        str,
        typer.Option(help="coco, or a file with a class a line; else what FILE says, else coco."),
    ] = "",
    family: Annotated[
        str, typer.Option(help="nanodet, yolox, rt-detr or rf-detr; else found out.")
    ] = "",
    folder: Folder = None,
) -> None:
    """Take in a network of your own, once it has been checked and has run."""
    from rich.console import Console

    from models.adding import labels_of
    from tocsin import cataloguing

    cataloguing.add_model(
        file, Console(), folder=folder, name=name, labels=labels_of(labels), family=family
    )


@models_app.command("fetch")
def models_fetch(
    name: Annotated[str, typer.Argument(help="See `tocsin models list`.", metavar="NAME")],
    folder: Folder = None,
) -> None:
    """Fetch a network from its makers, check its hash and take it in."""
    from rich.console import Console

    from tocsin import cataloguing

    cataloguing.fetch_model(name, Console(), folder=folder)


@audit_app.command("verify")
def audit_verify(
    source: Annotated[
        Path, typer.Argument(help="A box's or centre's YAML file, or an audit.", metavar="CONFIG")
    ],
    head: Annotated[
        list[str] | None, typer.Option(help="LINES:SHA256 that was told elsewhere; repeatable.")
    ] = None,
    centre: Annotated[str, typer.Option(help="URL of the console that keeps the heads.")] = "",
) -> None:
    """Find out whether a line of an audit was changed, put in, taken out or cut off."""
    from rich.console import Console

    from tocsin import auditing

    auditing.verify(source, head or [], centre, Console())


@app.command()
def zones(
    source: Annotated[
        str, typer.Argument(help="A clip or a URL; else the camera's own.", metavar="[SOURCE]")
    ] = "",
    config: Annotated[Path | None, typer.Option(help="The box's YAML file, to save to.")] = None,
    camera: Annotated[str, typer.Option(help="Whose zones; else those of the only one.")] = "",
) -> None:
    """Draw zones, lines and masks over a camera's redacted picture, on a local page."""
    from tocsin.zoning.run import run

    run(source, config=config, camera=camera)


@app.command()
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


@app.command()
def redact(  # noqa: PLR0913, PLR0917 -- each is an option
    source: Annotated[Path, typer.Argument(help="A recording or a picture.", metavar="IN")],
    target: Annotated[Path, typer.Argument(help="What to write.", metavar="OUT")],
    fast: Annotated[bool, typer.Option("--fast", help="Look at fewer frames.")] = False,
    bodies: Annotated[bool, typer.Option("--bodies", help="Cover whole persons.")] = False,
    cover: Annotated[str, typer.Option(help="fill, or pixelate, which is weaker.")] = "fill",
    audio: Annotated[str, typer.Option(help="drop or keep; a voice tells who speaks.")] = "drop",
    mask: Annotated[
        list[str] | None,
        typer.Option(help='Blacken a part: "x,y x,y x,y", shares of the picture; repeatable.'),
    ] = None,
    masks: Annotated[
        Path | None, typer.Option(help="A box's YAML file: a camera's privacy_masks.")
    ] = None,
    camera: Annotated[str, typer.Option(help="Whose masks; else those of the only one.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.")] = False,
) -> None:
    """Make all faces of a recording or a picture unreadable, in a copy without its metadata."""
    from tocsin.redacting.order import Order, checked, masks_of, sound_of, style_of
    from tocsin.redacting.run import run

    order = Order(
        source, target, style_of(cover, bodies=bodies), fast, sound_of(audio),
        masks_of(mask or [], masks, camera),
    )  # fmt: skip
    run(checked(order, force=force))


@app.command()
def evaluate(  # noqa: PLR0913, PLR0917 -- each is an option
    clips: Annotated[list[Path], typer.Argument(help="Recordings.", metavar="CLIP...")],
    truth: Annotated[
        list[Path], typer.Option(help="A clip's boxes in the MOT format; one for each clip.")
    ],
    peers: Annotated[
        bool, typer.Option("--peers", help="Ask ByteTrack, SORT and norfair, too.")
    ] = False,
    model: Annotated[str, typer.Option(help="A network; see `tocsin models list`.")] = "auto",
    label: Annotated[str, typer.Option(help="The class that the truth is about.")] = "person",
    score: Annotated[float, typer.Option(min=0.01, max=1, help="The least of a finding.")] = 0.1,
    plan: Annotated[
        str,
        typer.Option(
            help="whole; turns: and a half in turn; tiles: and both halves; live: as a box."
        ),
    ] = "tiles",
    fps: Annotated[float, typer.Option(min=0, help="Frames per second; 0 takes all.")] = 0.0,
    json: Annotated[Path | None, typer.Option(help="Write the measures here.")] = None,
) -> None:
    """Measure how well a clip's things are found and followed, beside other trackers."""
    from tocsin.evaluate.run import Order, pairs, planned, run

    order = Order(pairs(clips, truth), model, label, score, planned(plan), fps, peers)
    run(order, json_file=json)


@app.command()
def bench(  # noqa: PLR0913, PLR0917 -- words of the command line
    sources: Annotated[list[str], typer.Argument(help="Files or URLs.", metavar="SOURCE...")],
    mode: Annotated[
        list[str] | None, typer.Option(help="auto, full, substream or keyframe; repeatable.")
    ] = None,
    sub: Annotated[str, typer.Option(help="The small stream of the one source.")] = "",
    truth: Annotated[
        Path | None, typer.Option(help="What is drawn on the one source, as JSON.")
    ] = None,
    streams: Annotated[int, typer.Option(min=1, help="Streams of each source at once.")] = 1,
    seconds: Annotated[
        float | None,
        typer.Option(min=1, help="How long for each round; without it 20, with --truth its scene."),
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Rounds, each with fresh processes.")] = 1,
    peers: Annotated[
        bool,
        typer.Option(
            "--peers", help="Beside them OpenCV's MOG2, KNN and absdiff, and ffmpeg through a pipe."
        ),
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write the rows here, as a list.")] = None,
) -> None:
    """Measure what a stream costs, beside decoding it alone in the same run."""
    from tocsin.bench.plan import jobs
    from tocsin.bench.run import run
    from tocsin.bench.truth import load

    scene = load(truth) if truth else None
    planned = jobs(
        sources, modes=mode or ["full"], substream=sub, scene=scene, streams=streams,
        seconds=seconds,
    )  # fmt: skip
    run(planned, scene=scene, json_file=json, repeat=repeat, beside=peers)


@cluster_app.command("check")
def cluster_check(
    config: Config,
    json: Annotated[Path | None, typer.Option(help="Write the findings here.")] = None,
) -> None:
    """Say what is wrong with the brokers, the store and the clocks, and how to mend it."""
    from rich.console import Console

    from center.config import load
    from tocsin import clustering

    raise typer.Exit(clustering.check(load(config), Console(), json_file=json))


@app.command()
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


def main() -> None:
    """Run the command; an error that we raised on purpose becomes one line and an exit code."""
    try:
        app()
    except TocsinError as error:
        sys.stderr.write(f"tocsin: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()

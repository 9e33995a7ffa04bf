"""The words of `tocsin evidence` in, what they ask for done."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from disk.texts import text_in
from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

app = typer.Typer(help="Clips under seal, for two custodians.", no_args_is_help=True)

Config = Annotated[Path, typer.Argument(help="The box's YAML file.", metavar="CONFIG")]
Clip = Annotated[str, typer.Argument(help="Its name, or how it begins.", metavar="CLIP")]
Reason = Annotated[str, typer.Option(help="Why; it goes into the audit.")]
Case = Annotated[str, typer.Option(help="For which case; it goes into the audit.")]
Keys = Annotated[list[Path], typer.Option("--key", help="A custodian's private key; give both.")]
Phrases = Annotated[
    list[Path] | None,
    typer.Option("--passphrase-file", help="For each key, in order; else you are asked."),
]
Original = Annotated[
    bool, typer.Option("--original", help="As the camera saw it, instead of redacted.")
]


@app.command()
def keygen(
    name: Annotated[str, typer.Argument(help="Of the custodian.", metavar="NAME")],
    folder: Annotated[Path, typer.Option(help="Where NAME.key and NAME.pub go.")] = Path(),
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Holds the passphrase; else you are asked.")
    ] = None,
) -> None:
    """Make a custodian's keys: one for every box, and one, under a passphrase, for a safe."""
    from rich.console import Console

    from tocsin.evidence import keys

    phrase = (
        _phrase(name) if passphrase_file is None else text_in(passphrase_file).rstrip(os.linesep)
    )
    keys.keygen(name, folder, phrase, Console())


@app.command("list")
def list_clips(
    config: Config, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Show the clips of a box."""
    import msgspec
    from rich.console import Console

    from tocsin.evidence import listing, opening

    room = opening.room_of(config)
    if json:
        sys.stdout.write(msgspec.json.encode(listing.rows(room)).decode() + "\n")
    else:
        listing.show(room, Console())


@app.command()
def verify(
    source: Annotated[
        Path, typer.Argument(help="The box's YAML file, or an export.", metavar="CONFIG|FOLDER")
    ],
    head: Annotated[
        list[str] | None, typer.Option(help="LINES:SHA256 that was told elsewhere; repeatable.")
    ] = None,
    centre: Annotated[str, typer.Option(help="URL of the console that keeps the heads.")] = "",
) -> None:
    """Find out whether clips, audit or an export were changed; no key is needed."""
    from rich.console import Console

    from tocsin import auditing
    from tocsin.evidence import listing, opening, proof

    known = [auditing.head_from(each) for each in head or []]
    if source.is_dir():
        known += auditing.kept(centre, proof.box_of(source)) if centre else []
        last = listing.verify_folder(source, known)
        sys.stdout.write(f"{source}: all files and the audit's lines hold; head {last}\n")
        return
    room = opening.room_of(source)
    known += auditing.kept(centre, room.config.box) if centre else []
    count = listing.verify_box(room, known, Console(stderr=True))
    said = "1 clip is as it was" if count == 1 else f"{count} clips are as they were"
    sys.stdout.write(f"{source}: {said} written\n")


@app.command()
def unseal(
    config: Config,
    clip: Clip,
    key: Keys,
    out: Annotated[Path, typer.Option(help="The file to write: .mp4, or .mkv for the original.")],
    reason: Reason,
    case: Case,
    passphrase_file: Phrases = None,
    original: Original = False,
) -> None:
    """Open a clip with both custodians' keys: a copy on which nobody can be told out."""
    from tocsin.evidence import opening

    room = opening.room_of(config)
    order = opening.Order(_keys(key, passphrase_file), reason, case, original)
    opening.unseal(room, room.vault.clip(clip), order, out)
    sys.stdout.write(f"{out}\n")


@app.command()
def export(
    config: Config,
    clip: Clip,
    key: Keys,
    out: Annotated[Path, typer.Option(help="The folder to make.")],
    reason: Reason,
    case: Case,
    passphrase_file: Phrases = None,
    original: Original = False,
) -> None:
    """Open a clip into a folder that proves itself: files, hashes, audit, and how to verify."""
    from tocsin.evidence import exporting, opening

    room = opening.room_of(config)
    order = opening.Order(_keys(key, passphrase_file), reason, case, original)
    head = exporting.export(room, room.vault.clip(clip), order, out)
    sys.stdout.write(f"{out}: verify with `tocsin evidence verify {out}`; head {head}\n")


@app.command()
def hold(config: Config, clip: Clip, reason: Reason, case: Case) -> None:
    """Keep a clip beyond its time, for a case."""
    from edge.evidence.vault import Hold
    from tocsin.evidence import opening

    if not (reason.strip() and case.strip()):
        raise ConfigError("--reason and --case must say something; they go into the audit")
    room = opening.room_of(config)
    kept = room.vault.clip(clip)
    room.ledger.write("held", kept.about.clip, reason=reason, case=case)
    now = datetime.now(UTC)
    held = Hold(case=case, by=room.ledger.by, reason=reason, time=now)
    room.vault.hold(kept.about.clip, held)
    sys.stdout.write(f"{kept.about.clip}: held for case {case}\n")


@app.command()
def release(config: Config, clip: Clip, reason: Reason) -> None:
    """Let go of a clip that a case has held; then its time counts again."""
    from tocsin.evidence import opening

    room = opening.room_of(config)
    kept = room.vault.clip(clip)
    if kept.hold is None:
        raise ConfigError(f"{kept.about.clip}: no case holds it")
    room.ledger.write("released", kept.about.clip, reason=reason, case=kept.hold.case)
    room.vault.hold(kept.about.clip, None)
    sys.stdout.write(f"{kept.about.clip}: released\n")


def _keys(files: list[Path], phrases: list[Path] | None) -> "list[X25519PrivateKey]":
    from tocsin.evidence import keys

    return keys.opened(files, phrases or [], lambda said: str(typer.prompt(said, hide_input=True)))


def _phrase(name: str) -> str:
    from tocsin.evidence import keys

    said = f"Passphrase for {name}, at least {keys.SHORTEST} characters"
    return str(typer.prompt(said, hide_input=True, confirmation_prompt=True))

"""Names and passphrases in, custodians' key files out; and key files in, keys out."""

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from rich.console import Console

from disk.texts import text_in
from pipelines.custody import holder_of, locked, text_of, unlocked
from pipelines.errors import ConfigError

SHORTEST = 12  # characters of a passphrase
Ask = Callable[[str], str]


def keygen(name: str, folder: Path, passphrase: str, console: Console) -> None:
    """Make a pair: NAME.pub for every box, NAME.key for its custodian alone.

    Raises ConfigError when a file is there already, or the passphrase is too short.
    """
    if len(passphrase) < SHORTEST:
        raise ConfigError(f"the passphrase has {len(passphrase)} characters; give {SHORTEST}")
    private, public = make(name, folder, passphrase)
    console.print(
        f"{private}: for {name} alone; keep it and its passphrase apart from every box\n"
        f"{public}: for the boxes:\n"
        f"  evidence: {{custodians: [{{name: {name}, key_file: {public.name}}}, …]}}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


def make(name: str, folder: Path, passphrase: str) -> tuple[Path, Path]:
    """Write a private and a public key's file; neither replaces another."""
    private = X25519PrivateKey.generate()
    files = folder / f"{name}.key", folder / f"{name}.pub"
    texts = (
        locked(name, private, passphrase, salt=secrets.token_bytes(16)),
        text_of(private.public_key()) + "\n",
    )
    for path, text, mode in zip(files, texts, (0o600, 0o644), strict=True):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
                file.write(text)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be made: {error.strerror}") from error
    return files


def opened(files: Sequence[Path], phrases: Sequence[Path], ask: Ask) -> list[X25519PrivateKey]:
    """The private keys in some files.

    phrases  files with their passphrases, in the same order; `ask` is asked where one is missing
    """
    keys = []
    for number, path in enumerate(files):
        text = text_in(path)
        told = phrases[number] if number < len(phrases) else None
        phrase = text_in(told).rstrip("\n") if told else ask(f"Passphrase of {holder_of(text)}")
        keys.append(unlocked(text, phrase))
    return keys

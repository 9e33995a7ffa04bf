"""A box's certificates in, a context for its lines out, or what is wrong with their files."""

import ssl
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import asdict

from pipelines.trust import Trust, expires_s


def anchored(trust: Trust, folder: Path) -> Trust:
    """The same with paths that start at a folder."""
    found = {key: path and str((folder / path).resolve()) for key, path in asdict(trust).items()}
    return Trust(**found)


def faults(trust: Trust) -> Iterator[str]:
    """What is wrong with the files, each with its place in the configuration and the fix."""
    if (trust.cert is None) != (trust.key is None):
        yield "a certificate goes with its key - at $.tls; name both or none"
    for key, path in asdict(trust).items():
        if path is not None and not Path(path).is_file():
            yield f"{path} is not there - at $.tls.{key}; tocsin pki issue makes it"
    if trust.key is not None and Path(trust.key).stat().st_mode & stat.S_IRWXO:
        yield f"{trust.key} can be read by everybody - at $.tls.key; chmod 600 it"
    try:
        calling(trust)
    except (ssl.SSLError, OSError) as error:
        yield f"the files are no certificates, or not those of the key: {error} - at $.tls"


def calling(trust: Trust) -> ssl.SSLContext:
    """For a line to whom the authority vouches for under the name that we call."""
    context = ssl.create_default_context(cafile=trust.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if trust.cert is not None:
        context.load_cert_chain(trust.cert, trust.key)
    return context


def expiries(trust: Trust | None) -> Mapping[str, float]:
    """Unix times at which our own certificate and our authority's expire, by `own` and `ca`."""
    files = {"own": trust.cert, "ca": trust.ca} if trust is not None else {}
    return {name: at_s for name, file in files.items() if (at_s := _expires_s(file))}


def _expires_s(file: str | None) -> float | None:
    try:
        return expires_s(Path(file).read_bytes()) if file is not None else None
    except OSError:
        return None

"""The centre's certificates and those it lets in, when each expires out."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from center.admission import Held
from center.config import CenterConfig
from pipelines.trust import expires_s

OWN, AUTHORITY = "own", "ca"


def expiries(config: CenterConfig, held: Sequence[Held] = ()) -> Mapping[str, float]:
    """Unix times by `own`, `ca`, and each box or watcher: of theirs, the one that lasts longest.

    What cannot be read is left out: the broker and the console say so themselves.
    """
    if config.tls is None:
        return {}
    names = {each.box for each in config.boxes} | {each.name for each in config.watchers}
    lasting = {
        name: max(each.ends.timestamp() for each in held if each.name == name)
        for name in sorted(names & {each.name for each in held})
    }
    files = {OWN: config.tls.cert, AUTHORITY: config.tls.ca}
    ours = {name: at_s for name, file in files.items() if (at_s := _of(Path(file)))}
    return ours | lasting


def _of(file: Path) -> float | None:
    try:
        return expires_s(file.read_bytes())
    except OSError:
        return None

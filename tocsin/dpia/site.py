"""Files in, what the report is about out: a box's configuration, the centre's if it is given."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from center import config as center_config
from center import watchlist
from center.config import CenterConfig
from center.watchlist import WatchList
from edge import config as edge_config
from edge.config import EdgeConfig
from tocsin.dpia.passwords import Secret, secrets_in


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre that the box speaks to."""

    config: CenterConfig
    listed: WatchList


@dataclass(frozen=True, slots=True)
class Source:
    """One file that the report was made from: its name, and by what it can be known again."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Site:
    """All that the report was made from."""

    box: EdgeConfig
    centre: Centre | None
    secrets: tuple[Secret, ...]
    sources: tuple[Source, ...]


def read(box: Path, center: Path | None) -> Site:
    """Load and check the files. Raises ConfigError."""
    config, paths, centre = edge_config.load(box), [box], None
    if center is not None:
        settings = center_config.load(center)
        centre = Centre(settings, watchlist.load(Path(settings.watch_list)))
        paths += [center, Path(settings.watch_list)]
    texts = {path: edge_config.text_of(path) for path in paths}
    secrets = (secret for path in paths for secret in secrets_in(texts[path], path.parent))
    sources = (
        Source(path.name, hashlib.sha256(text.encode()).hexdigest()) for path, text in texts.items()
    )
    return Site(config, centre, tuple(secrets), tuple(sources))

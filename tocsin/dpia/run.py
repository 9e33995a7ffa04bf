"""Words of the command line in, the report on the disk out."""

from datetime import datetime
from pathlib import Path

from rich.console import Console

from pipelines.errors import ConfigError
from tocsin.dpia.page import page
from tocsin.dpia.safeguards import verdicts
from tocsin.dpia.site import read
from tocsin.dpia.words import LANGS, Lang


def run(
    config: Path,
    *,
    center: Path | None,
    out: Path | None,
    lang: str,
    now: datetime,
    console: Console,
) -> Path:
    """Write the report and say in one line what it found. Raises ConfigError."""
    site = read(config, center)
    found = verdicts(site)
    path = out or Path(f"{config.stem}-dpia.html")
    try:
        path.write_text(page(site, found, lang=_known(lang), made=now), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--out {path}: cannot be written: {error.strerror}") from error
    states = [verdict.state for verdict in found]
    holds, opened, judged = (states.count(state) for state in ("holds", "open", "judge"))
    console.print(
        f"{path}: safeguards that hold: {holds}, open: {opened}, to be judged: {judged}",
        soft_wrap=True, markup=False,
    )  # fmt: skip
    return path


def _known(lang: str) -> Lang:
    for known in LANGS:
        if lang == known:
            return known
    raise ConfigError(f"--lang {lang}: no such language; there are: {', '.join(LANGS)}")

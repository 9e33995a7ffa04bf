"""A reader's name in, inputs that seek what of it has not run yet out: atheris, in its own process.

    python -m tests.hell.guided READER --runs N --seed S    until it falls, or has stood N runs
    python -m tests.hell.guided READER --replay FILE        what it fell over, once more

What is written in Python is instrumented: our own code, and PyYAML. `atheris.Fuzz` never returns:
it ends the process, with 0 when all was stood. What was not is left in build/hell/READER, as
`crash-…`, `timeout-…` or `oom-…`.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.hell.mutating import TOKENS, Try

ROOT = Path(__file__).parents[2]
INTO = ROOT / "build" / "hell"
RUNS, SEED = 2000, 20261126
LONGEST_S, MOST_MIB = 30, 1024
"""That one input may take, and the process with all that it has loaded."""

_OURS = ("yaml", "pipelines", "edge", "center", "tests")
_LONGEST_WORD = 64  # bytes, that a dictionary of libFuzzer takes


def main() -> None:
    """Seek, or replay."""
    asked = _asked()
    folder = asked.into / asked.reader
    if asked.replay is None:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    if asked.replay is None:
        _seek(asked.reader, folder, asked)
    else:
        _, attempt = _reader(asked.reader, folder)
        attempt(asked.replay.read_bytes())


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.hell.guided")
    asked.add_argument("reader")
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--longest-s", type=int, default=LONGEST_S)
    asked.add_argument("--most-mib", type=int, default=MOST_MIB)
    asked.add_argument("--into", type=Path, default=INTO)
    asked.add_argument("--replay", type=Path)
    return asked.parse_args()


def _seek(name: str, folder: Path, asked: argparse.Namespace) -> None:
    import atheris

    with atheris.instrument_imports(include=_OURS, exclude=list(_compiled())):
        sound, attempt = _reader(name, folder)

    def once(data: bytes) -> None:
        attempt(data)

    told = (
        f"-runs={asked.runs}", f"-seed={asked.seed}", f"-timeout={asked.longest_s}",
        f"-rss_limit_mb={asked.most_mib}", f"-artifact_prefix={folder}/", "-print_final_stats=1",
        f"-dict={_words(folder)}", *_corpora(folder, sound),
    )  # fmt: skip
    atheris.Setup([sys.argv[0], *told], atheris.instrument_func(once))
    atheris.Fuzz()


def _reader(name: str, folder: Path) -> tuple[Sequence[bytes], Try]:
    """Its sound examples, and itself; the modules that it needs are loaded here."""
    from tests.hell import flawed

    if name in flawed.READERS:
        return flawed.SOUND, flawed.READERS[name]
    from tests.hell.inputs import inputs

    return inputs()[name].sound, inputs()[name].made(folder)


def _words(folder: Path) -> Path:
    """A dictionary of what parsers have stumbled over."""
    fit = (each for each in TOKENS if 0 < len(each) <= _LONGEST_WORD)
    quoted = ("".join(f"\\x{byte:02x}" for byte in each) for each in fit)
    (folder / "words").write_text("".join(f'"{each}"\n' for each in quoted))
    return folder / "words"


def _corpora(folder: Path, sound: Sequence[bytes]) -> Iterator[str]:
    """A folder for what is found on the way, and one of sound examples."""
    for name in ("found", "sound"):
        (folder / name).mkdir()
        yield str(folder / name)
    for number, data in enumerate(sound):
        (folder / "sound" / f"{number:03}").write_bytes(data)


def _compiled() -> Iterator[str]:
    """Modules with functions that numba reads, which would not understand what is put into them."""
    for file in (ROOT / "pipelines").rglob("*.py"):
        if "kernels" in file.parts or "@kernel" in file.read_text(encoding="utf-8"):
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


if __name__ == "__main__":
    main()

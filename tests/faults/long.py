"""A number of kills in, runs of faults until so many were done, and what each has shown, out.

python -m tests.faults.long [--kills 1000] [--each 200] [--seed N] [--folder build/faults]

Each run is a program of its own, has a seed of its own and is judged by itself; its JSON lies in
the folder. What lies there already counts, so a long run that was ended goes on where it was. A run
that broke a promise ends it, and stands in the sum for ever. What is not asked here is handed on to
`tests.faults.run`.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.report import summed

FOLDER = Path("build/faults")
_EACH = 200  # kills of one run: so many rounds are judged in one go


def runs(folder: Path) -> list[dict[str, Any]]:
    """What lies in the folder, in the order in which it was run."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(path.read_bytes()) for path in files]


def kills(done: Sequence[dict[str, Any]]) -> int:
    """Of all runs."""
    return sum(sum(each["kills"].values()) for each in done)


def _seeds(first: int | None, folder: Path) -> Iterator[int]:
    begin = random.SystemRandom().randrange(1 << 31) if first is None else first
    return (seed for seed in count(begin) if not (folder / f"{seed}.json").exists())


def _once(seed: int, wanted: int, folder: Path, more: Sequence[str]) -> int:
    """One run; whoever ends us ends it, and it is judged. Returns its exit code."""
    command = [sys.executable, "-m", "tests.faults.run", "--seed", str(seed), "--kills"]
    command += [str(wanted), "--json", str(folder / f"{seed}.json"), *more]
    with subprocess.Popen(command) as child:
        before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        again = signal.signal(signal.SIGINT, lambda *_: child.terminate())
        try:
            return child.wait()
        finally:
            signal.signal(signal.SIGTERM, before)
            signal.signal(signal.SIGINT, again)


def main() -> int:
    """Run until it is enough, something is broken, or somebody ends it; then add up."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.long", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--each", type=int, default=_EACH)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked, more = parser.parse_known_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for seed in _seeds(asked.seed, asked.folder):
        if (left := asked.kills - kills(runs(asked.folder))) <= 0:
            break
        code = _once(seed, min(asked.each, left), asked.folder, more)
        done = runs(asked.folder)
        sys.stdout.write(f"kills={kills(done)} of={asked.kills} runs={len(done)}\n")
        sys.stdout.flush()
        if code or done[-1]["ended"]:
            break
    done = runs(asked.folder)
    (asked.folder.with_suffix(".md")).write_text(summed(done), encoding="utf-8")
    sys.stdout.write(summed(done))
    broken = any(each["broken"] for each in done)
    return 1 if broken or kills(done) < asked.kills else 0


if __name__ == "__main__":
    sys.exit(main())

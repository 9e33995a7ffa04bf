"""Scenes in, every figure and every verdict out: tables, JSON in build/bench, and the page.

python -m benchmarks.suite [drawn | CLIP | FOLDER ...] [--persons CLIP TRUTH ...] [--quick]
    [--resume]

This is `make bench`. Without words the scenes are drawn. Each folder is a set of its own, with its
own verdicts; single files are one set together. What needs no scene comes once, at the end. A quick
run takes the first scene of each set and short rounds, says nothing final, and writes its page
beside its JSON. The whole takes over an hour; `--resume` goes on after a break, with the parts
whose JSON is there as they were measured.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from benchmarks import (
    bench_aggregator,
    bench_latency,
    bench_memory,
    bench_persons,
    bench_redaction,
    bench_rtsp,
    bench_store,
    bench_stream,
    bench_streams,
    drawn,
    motion,
    networks,
    page,
    tables,
)
from benchmarks.clips import Clip, scenes_in
from benchmarks.figures import Result
from benchmarks.targets import DESK, TARGETS, Target, verdicts
from pipelines.errors import ConfigError, TocsinError

FOLDER = Path("build/bench")
PAGE = Path("docs/benchmarks.md")
DRAWN = "drawn"
ANY = "Whatever the scenes"

_EARLIER = (
    "; parts of it are of an earlier run that was broken off, with other work beside it or not"
)
_OF_ANY = {
    bench_redaction.REDACTION, bench_redaction.WHOLE_PEOPLE, bench_persons.PERSONS,
    networks.NETWORKS, bench_stream.STREAM, DESK,
}  # fmt: skip

Part = Callable[[list[Clip]], Result]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How long everything takes.

    clips, rtsp      how many of a set are measured, and how many of them over RTSP
    rounds, seconds  of an idle comparison
    motion_s         of each clip, in which motion is told
    tries            to find the number of cameras that fills a core; with none it is not looked for
    every            so manieth picture goes to the networks
    many             streams, beside eight, whose memory is taken
    redaction        clips of people that are redacted
    events           that are stored, each way
    burst_s          of 1,000 alerts a second to 200 consoles
    open_alerts      on the desk
    """

    clips: int = 1000
    rtsp: int = 2
    rounds: int = 3
    seconds: float = 8.0
    motion_s: float = 60.0
    latency_s: float = 36.0
    tries: int = 2
    memory_rounds: int = 2
    every: int = 1
    many: int = bench_memory.MANY
    redaction: int = 4
    events: int = 3000
    burst_s: int = 15
    open_alerts: int = 1000


WHOLE = Effort()
QUICK = Effort(
    clips=1, rtsp=0, rounds=1, seconds=4.0, motion_s=16.0, latency_s=12.0, tries=0, memory_rounds=1,
    every=4, many=16, redaction=1, events=1500,
    burst_s=4, open_alerts=200,
)  # fmt: skip


def parts(effort: Effort, say: Say) -> dict[str, Part]:
    """What is measured of a set of scenes, in order, by the name of its JSON."""
    return {
        "motion": partial(_each, partial(motion.figures, seconds=effort.motion_s), say),
        "streams": partial(
            _each,
            partial(
                bench_streams.measured, rounds=effort.rounds, seconds=effort.seconds, say=say
            ),
            say,
        ),
        "rtsp": lambda clips: _each(
            partial(bench_rtsp.figures, rounds=max(1, effort.rounds - 1), seconds=effort.seconds),
            say, clips[: effort.rtsp],
        ),
        "memory": lambda clips: bench_memory.figures(
            bench_memory.of_720(clips), rounds=effort.memory_rounds, seconds=effort.seconds,
            many=effort.many,
        ),
        "latency": lambda clips: bench_latency.figures(
            bench_memory.of_720(clips), seconds=effort.latency_s, tries=effort.tries
        ),
    }  # fmt: skip


def others(effort: Effort, persons: Sequence[bench_persons.Pair] = ()) -> dict[str, Part]:
    """What is measured once, whatever the scenes, by the name of its JSON.

    persons  clips on which people are to be found, each with its truth
    """
    return {
        "persons": lambda _: bench_persons.figures(persons),
        "redaction": lambda _: bench_redaction.figures_or_why(clips=effort.redaction),
        "networks": lambda _: networks.figures(every=effort.every),
        "store": lambda _: bench_store.figures(number=effort.events, rounds=effort.rounds),
        "aggregator": lambda _: bench_aggregator.figures(number=effort.events),
        "stream": lambda _: bench_stream.figures(seconds=effort.burst_s),
        "desk": lambda _: _desk(effort),
    }


def _desk(effort: Effort) -> Result:
    """The desk is driven by what the tests have for it, which only who develops has."""
    if find_spec("websockets") is None:
        return Result(notes=["desk in a browser: needs tocsin[dev]"])
    from benchmarks import bench_desk  # noqa: PLC0415 -- for the same reason

    return bench_desk.figures_or_why(many=effort.open_alerts)


def _each(measure: Callable[[Clip], Result], say: Say, clips: list[Clip]) -> Result:
    """The figures of all clips together."""
    result = Result()
    for clip in clips:
        say(clip.name)
        result += measure(clip)
    return result


def sets(words: list[str], at_most: int) -> Iterator[tuple[str, list[Clip]]]:
    """A title and scenes, for each folder that is named; files that are named go together."""
    folders = [word for word in words if word == DRAWN or Path(word).is_dir()]
    for word in folders:
        if word == DRAWN:
            yield "Drawn scenes", scenes_in([drawn.draw(at_most)])[:at_most]
        else:
            yield "Other scenes", scenes_in([Path(word)])[:at_most]
    files = [Path(word) for word in words if word not in folders]
    if files:
        yield "Other scenes", scenes_in(files)[:at_most]


def run(
    words: list[str], effort: Effort, *, folder: Path, written: Path, command: str,
    persons: Sequence[bench_persons.Pair] = (), resume: bool = False,
) -> None:  # fmt: skip
    """Measure all sets, print what was found and write JSON and page.

    resume  take what an earlier run left in the folder, part by part

    Raises ConfigError where there is no scene, StreamError where one cannot be read.
    """
    console = Console(width=None if sys.stdout.isatty() else 160)
    say: Say = partial(console.print, style="dim", highlight=False)
    runs, where = [], page.machine()
    chapters = [(*each, parts(effort, say)) for each in sets(words or [DRAWN], effort.clips)]
    for title, clips, measures in [*chapters, (ANY, [], others(effort, persons))]:
        say(f"{title}: {', '.join(clip.name for clip in clips)}")
        result = Result()
        for name, part in measures.items():
            kept = folder / f"{_file(title)}-{name}.json"
            known = resume and kept.exists()
            say(f"{title}: {name}{' is known' if known else ''}")
            where += _EARLIER if known and _EARLIER not in where else ""
            of_part = page.read_result(kept) if known else part(clips)
            tables.show(of_part, console)
            page.write_json(kept, of_part)
            result += of_part
        judged = verdicts(result.figures, [each for each in TARGETS if _is_of(each, title)])
        page.write_json(folder / f"{_file(title)}-verdicts.json", judged)
        runs.append((title, result, judged))
    page.write(written, runs, command=command, where=where)
    say(f"written: {written}")


def _is_of(target: Target, title: str) -> bool:
    """Whether a target is asked in this chapter."""
    return (target.section in _OF_ANY) == (title == ANY)


def _file(title: str) -> str:
    return title.lower().replace(" ", "-")


def _pairs(files: Sequence[Path]) -> list[bench_persons.Pair]:
    """Clips and truths, in turn. Raises ConfigError where one is missing."""
    missing = [each for each in files if not each.is_file()]
    if missing or len(files) % 2:
        why = f"{missing[0]}: is no file" if missing else f"{files[-1]}: has no truth"
        raise ConfigError(f"PERSONS: {why}; name each clip, then its truth in the MOT format")
    return list(zip(files[::2], files[1::2], strict=True))


def main() -> None:
    """Measure everything."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", help="drawn, files or folders")
    asked.add_argument("--persons", nargs="+", type=Path, default=[], metavar="CLIP TRUTH")
    asked.add_argument("--quick", action="store_true", help="a little of everything")
    asked.add_argument("--resume", action="store_true", help="go on where a run was broken off")
    words = asked.parse_args()
    names = " ".join(Path(word).name for word in words.clips)
    command = "make bench" + (f' CLIPS="{names}"' if names else "")
    command += f' PERSONS="{" ".join(each.name for each in words.persons)}"' * bool(words.persons)
    command += " QUICK=1" if words.quick else ""
    command += " RESUME=1" if words.resume else ""
    effort, written = (QUICK, FOLDER / PAGE.name) if words.quick else (WHOLE, PAGE)
    try:
        run(
            words.clips, effort, folder=FOLDER, written=written, command=command,
            persons=_pairs(words.persons), resume=words.resume,
        )  # fmt: skip
    except TocsinError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()

"""Where the films are in, what doors and the help point say to them out. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.flow import Rule
from tocsin.demo.script import LOOP_S

TURNS = 2
"""So many times the film runs until all has been told."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A device's word at a moment of a camera's film.

    film   by whose clock it goes
    at_s   of the film
    turns  in which of the film's `TURNS` it comes, from 0
    """

    rule: Rule
    device: str
    place: str
    film: str
    at_s: float
    turns: tuple[int, ...]


CUES = (
    Cue("help-point", "pillar", "park", "yard-east", 30.0, (0,)),
    Cue("badge-granted", "smart-door", "hall", "hall-door", 41.5, (0, 1)),
    Cue("door-forced", "passage", "yard", "yard-east", 5.0, (1,)),
)
"""A button at the pond; one badge for two; a door that gives way before somebody comes through."""


def due(
    began_s: Mapping[str, float], since_s: float, until_s: float
) -> Iterator[tuple[float, Cue]]:
    """What is said after `since_s` and not after `until_s`, with its time, all Unix time.

    began_s  when each camera's film began
    """
    for cue in CUES:
        start_s = began_s.get(cue.film)
        if start_s is None:
            continue
        turn = max(0, int((since_s - start_s - cue.at_s) // LOOP_S))
        while (at_s := start_s + turn * LOOP_S + cue.at_s) <= until_s:
            if at_s > since_s and turn % TURNS in cue.turns:
                yield at_s, cue
            turn += 1

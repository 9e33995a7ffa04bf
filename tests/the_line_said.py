"""What a program says and asks for in, what of it crosses the line out.

`tests.the_line` reads sources. Here it is what is really there: schemas as they are served, topics,
routes, what is installed, and what a network's file computes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distributions, packages_distributions
from typing import Any

from packaging.requirements import Requirement

from models.coco import LABELS
from models.signature import Port
from tests.the_line import forbidden_in, is_recogniser

DEPTHS = {
    "nanodet": frozenset({len(LABELS), 4 * 11}),  # scores; eleven bins for each side of a box
    "centerface": frozenset({1, 2}),  # how likely a face; its size; where in its cell
}
"""How many numbers each place of a map may have, in networks that are shipped."""


def said_in(document: Any) -> Iterator[str]:
    """Every name in a JSON document: keys, and values that could be one; sentences are none."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield str(key)
            yield from said_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from said_in(value)
    elif isinstance(document, str) and not re.search(r"\s", document):
        yield document


def crossing_in(document: Any) -> list[str]:
    """Names in a document that would tell who somebody is."""
    return sorted({name for name in said_in(document) if forbidden_in(name)})


def crossing_among(names: Iterable[str]) -> list[str]:
    """The same of names alone: routes and topics."""
    return [name for name in names if forbidden_in(name)]


def routes_of(api: Any) -> list[str]:
    """Paths of all routes of an application, those that it does not describe too."""
    return [route.path for route in api.routes]


def reachable(names: Iterable[str], path: Sequence[str] | None = None) -> dict[str, Distribution]:
    """All that is installed and needed by some distributions, and by what they need in turn.

    path  of folders to look in; the interpreter's own when left out
    """
    there = distributions() if path is None else distributions(path=list(path))
    installed = {_plain(each.name): each for each in there}
    found: dict[str, Distribution] = {}
    wanted = [_plain(name) for name in names]
    while wanted:
        name = wanted.pop()
        if name in installed and name not in found:
            found[name] = installed[name]
            wanted += [_plain(asked.name) for asked in _asked(installed[name])]
    return found


def _asked(distribution: Distribution) -> Iterator[Requirement]:
    """What it needs here; what only its extras need is left out."""
    for line in distribution.requires or ():
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": ""}):
            yield asked


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def recognisers_in(found: Mapping[str, Distribution]) -> list[str]:
    """Which distributions are made to tell who somebody is, by their names and their modules."""
    modules = _modules_of(found)
    return [
        name
        for name in sorted(found)
        if is_recogniser(name) or any(map(is_recogniser, modules.get(name, ())))
    ]


def _modules_of(found: Mapping[str, Distribution]) -> dict[str, set[str]]:
    """What can be imported of each: as it says itself, and as its files lie."""
    modules: dict[str, set[str]] = {
        name: set((each.read_text("top_level.txt") or "").split()) for name, each in found.items()
    }
    for module, names in packages_distributions().items():
        for name in map(_plain, names):
            if name in modules:
                modules[name].add(module)
    return modules


def beyond(family: str, ports: Iterable[Port]) -> list[str]:
    """Outputs that hold more than boxes, classes and scores: vectors, points, masks."""
    deep = {"nanodet": -1, "centerface": 1}[family]
    return [
        port.name
        for port in ports
        if len(port.shape) != {"nanodet": 3, "centerface": 4}[family]
        or port.shape[deep] not in DEPTHS[family]
    ]

"""The nodes of a YAML text in, whether they stay of a size once all aliases are followed, out.

An alias may stand within what it names, which has no end; and a few lines of aliases of aliases
unfold into more than a memory holds.
"""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

DEEPEST = 64
"""Levels that settings may be nested, aliases followed; ours need seven."""

MORE = 1_000_000
"""Nodes that aliases may add to those that are written."""


class Unfolded(NamedTuple):
    """What a node becomes.

    nodes   it and all within it, each as often as it comes
    height  levels, from 1
    """

    nodes: int
    height: int


class EndlessError(ValueError):
    """Aliases make too much of it; the text says how."""


def measure(root: yaml.Node | None) -> None:
    """Follow all aliases, each node once. Raises EndlessError."""
    known: dict[int, Unfolded] = {}
    if root is not None and _measured(root, 1, known).nodes > len(known) + MORE:
        raise EndlessError("its aliases make far more of it than is written")


def _measured(node: yaml.Node, depth: int, known: dict[int, Unfolded]) -> Unfolded:
    found = known.get(id(node))
    if depth + (found.height - 1 if found else 0) > DEEPEST:
        raise EndlessError("nested too deeply for a file of settings")
    if found is None:
        inner = [_measured(each, depth + 1, known) for each in _within(node)]
        height = max((each.height for each in inner), default=0)
        found = known[id(node)] = Unfolded(1 + sum(each.nodes for each in inner), 1 + height)
    return found


def _within(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair
    if isinstance(node, yaml.SequenceNode):
        yield from node.value

r"""A YAML text in, its nodes or values out; whatever PyYAML stumbles over is an error of the text.

Its safe loader meets `!!bool x` with a KeyError, `!!int ""` with an IndexError, `!!timestamp x`
with an AttributeError and `"\UFFFFFFFF"` with an OverflowError, none of which names a line.
"""

from collections.abc import Callable
from typing import Any

import yaml

_STUMBLES = (ArithmeticError, AttributeError, LookupError, ValueError)


class _Loader(yaml.SafeLoader):
    """The safe one, which says where a value is not what its tag says, and never the value."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        try:
            return super().construct_object(node, deep)
        except _STUMBLES as error:
            said = f"this is no {str(node.tag).rpartition(':')[2]}"
            raise yaml.MarkedYAMLError(problem=said, problem_mark=node.start_mark) from error


def composed(text: str) -> yaml.Node | None:
    """The root of a text that has one. Raises yaml.YAMLError; RecursionError where it is deep."""
    root: yaml.Node | None = _read(yaml.compose, text)
    return root


def valued(text: str) -> Any:
    """What a text says, which `unfolding` has measured. Raises like `composed`."""
    return _read(yaml.load, text)


def _read(how: Callable[..., Any], text: str) -> Any:
    try:
        return how(text, Loader=_Loader)
    except (OverflowError, ValueError) as error:
        raise yaml.YAMLError(str(error)) from error

"""The notes in a network's file in, the names of its classes out, where it says them.

There is no standard. Exporters write them under one of a few keys: as a list, as a table from
numbers to names, in JSON or as Python prints it, or one on each line or between commas.
"""

import ast
from collections.abc import Mapping

KEYS = ("names", "labels", "classes", "class_names", "id2label")
_LONGEST = 1 << 16


def labels_in(notes: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the classes in the order of their numbers; none where the notes say none.

    A table with a gap, a name that is empty or there twice: it says none.
    """
    found = (_names(notes[key]) for key in KEYS if len(notes.get(key, "")) in range(1, _LONGEST))
    return next((names for names in found if names), ())


def _names(text: str) -> tuple[str, ...]:
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        lines = text.strip().splitlines()
        value = lines if len(lines) > 1 else text.split(",")
        if len(value) < 2:  # one word may be anything
            return ()
    return _sound(_in_order(value) if isinstance(value, dict) else value)


def _in_order(table: dict[object, object]) -> list[object]:
    """The values of a table whose keys are 0, 1, 2 and so on, as numbers or as text."""
    by_number = {str(key): value for key, value in table.items()}
    return [by_number.get(str(number)) for number in range(len(by_number))]


def _sound(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    names = tuple(each.strip() for each in value if isinstance(each, str))
    whole = len(names) == len(value) == len(set(names)) and all(names)
    return names if whole else ()

"""A network's name in, the classes that rules may name of it out, and whether it finds persons."""

from models.catalogue import entry
from pipelines.errors import ConfigError
from pipelines.snapshot import PERSON


def labels_of(name: str) -> tuple[str, ...] | None:
    """Classes that a network finds; nothing where it is not here, or finds no objects."""
    try:
        each = entry(name)
    except ConfigError:
        return None
    return each.labels if each.finds == "objects" else None


def check_persons(name: str) -> None:
    """Heads are covered where persons are found: a box takes no network that finds none.

    Raises ConfigError, also where there is no such network.
    """
    if PERSON not in entry(name).labels:
        raise ConfigError(
            f"the model {name!r} has no class {PERSON!r}, so nobody's head would be covered; take "
            "another, or name its class so: tocsin models add FILE --labels FILE"
        )

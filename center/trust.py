"""Files of a `Trust` as a configuration names them in, whole paths of files that exist out."""

from pathlib import Path

from pipelines.errors import ConfigError
from pipelines.trust import Trust


def found(tls: Trust | None, folder: Path, *, name: str, at: str) -> Trust | None:
    """The same with whole paths, of files that are there. Raises ConfigError.

    at  the key under which it stands, `$.level.tls`
    """
    if tls is None:
        return None
    if (tls.cert is None) != (tls.key is None):
        raise ConfigError(f"{name}: a certificate goes with its key - at {at}; name both or none")
    paths = {}
    for key in tls.__struct_fields__:
        file = getattr(tls, key)
        if file is not None and not (folder / file).is_file():
            raise ConfigError(f"{name}: {file} is not there - at {at}.{key}")
        paths[key] = file and str((folder / file).resolve())
    return Trust(**paths)

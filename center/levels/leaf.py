"""Where a centre stands among others in, what its broker must know of that out.

Each link has an account of its own at both ends, joined by a leaf node's connection. So who speaks
for one level reads and writes nothing but that link, and no event of a box ever crosses one.
"""

from typing import Any, NamedTuple
from urllib.parse import quote

from center.levels.settings import Above, Below, Level
from pipelines.trust import Trust

OWN = "centre"
ABOVE = "ABOVE"


class Parts(NamedTuple):
    """What goes into nats-server's configuration: into `jetstream`, `accounts`, and beside them."""

    jetstream: dict[str, Any]
    accounts: dict[str, Any]
    server: dict[str, Any]


def parts(level: Level | None, *, password: str) -> Parts:
    """All that there is to say of the levels beside a centre; `password` is for its own users."""
    if level is None:
        return Parts({}, {}, {})
    accounts = {account(each.name): _account(each, password) for each in level.below}
    leafnodes: dict[str, Any] = {"reconnect": "1s"}
    if level.above is not None:
        accounts[ABOVE] = {"jetstream": "enabled", "users": [_own(ABOVE, password)]}
        leafnodes["remotes"] = [_remote(level.above, level.name)]
    if level.below:
        leafnodes["listen"] = f"{level.host}:{level.port}"
        if level.tls is not None:
            leafnodes["tls"] = _tls(level.tls)
    return Parts({"domain": level.name}, accounts, {"leafnodes": leafnodes})


def accounts(level: Level | None) -> list[str]:
    """Those of all links of a level."""
    if level is None:
        return []
    above = [ABOVE] if level.above else []
    return [*above, *(account(each.name) for each in level.below)]


def account(below: str) -> str:
    """The account of the link to a level below."""
    return f"BELOW-{below}"


def user(account: str) -> str:
    """The centre's own user in an account."""
    return f"{OWN}-{account}"


def _account(below: Below, password: str) -> dict[str, Any]:
    theirs = {
        "user": _leaf(below.name), "password": below.password,
        "allowed_connection_types": ["LEAFNODE"],
    }  # fmt: skip
    return {"jetstream": "enabled", "users": [_own(account(below.name), password), theirs]}


def _own(account: str, password: str) -> dict[str, Any]:
    return {"user": user(account), "password": password}


def _leaf(name: str) -> str:
    return f"{OWN}-leaf-{name}"


def _remote(above: Above, name: str) -> dict[str, Any]:
    login = f"{_leaf(name)}:{quote(above.password, safe='')}"
    urls = [url.replace("://", f"://{login}@") for url in above.urls]
    remote: dict[str, Any] = {"urls": urls, "account": ABOVE}
    return remote if above.tls is None else {**remote, "tls": _tls(above.tls)}


def _tls(trust: Trust) -> dict[str, Any]:
    files = {"ca_file": trust.ca, "cert_file": trust.cert, "key_file": trust.key}
    return {key: file for key, file in files.items() if file is not None}

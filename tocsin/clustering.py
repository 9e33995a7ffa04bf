"""A centre's file in, what is wrong with its cluster as a table and an exit code out."""

import asyncio
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from center.ailing import Facts, Finding, findings
from center.asking import ask
from center.clock import SystemClock
from center.config import CenterConfig
from pipelines.errors import ConfigError


def check(config: CenterConfig, console: Console, *, json_file: Path | None = None) -> int:
    """Ask all brokers and say what is wrong; 1 when anything is. Raises ConfigError, LinkError."""
    cluster = config.broker.cluster
    if cluster is None:
        raise ConfigError("this broker is alone - at $.broker.cluster; see docs/guide/cluster.md")
    with console.status("asking the brokers"):
        facts = asyncio.run(ask(config, cluster, SystemClock()))
    found = findings(facts)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    console.print(table(found) if found else said(facts))
    return 1 if any(each.grade == "wrong" for each in found) else 0


def said(facts: Facts) -> str:
    """What there is, when all of it is well."""
    names = ", ".join(each.name for each in facts.seen)
    streams, readers = len(facts.streams or ()), len(facts.readers or ())
    return f"sound: brokers {names}; {streams} streams, {readers} consumers, each with its reader"


def table(found: tuple[Finding, ...]) -> Table:
    """A row for each."""
    made = Table(title="What is wrong with the cluster")
    for name in ("", "what", "how to mend it"):
        made.add_column(name, overflow="fold")
    for each in found:
        made.add_row(each.grade, f"{each.about} {each.what}", each.fix)
    return made

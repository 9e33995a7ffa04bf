"""A fault of the schedule in, the same done to the running site and undone again out.

Each kind is one function: it does its harm, waits for as long as the fault lasts, and undoes it.
What this machine does not permit is asked for before (`absent`), and told as not run.
"""

import json
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from center.rewinding import FILE
from tests.faults import clocked, tear, town
from tests.faults.book import UNREADABLE
from tests.faults.kept import family, signalled
from tests.faults.schedule import Fault
from tests.faults.settling import bound_s
from tests.faults.site import DRAWN, Site

HOUR_S = 3600.0
_DRIFT = 0.05  # seconds gained or lost per second
_PATIENCE_S = 30.0
_AT_CENTRE = ("centre", "broker", "postgresql", "backend", "clock", "disk", "old", "net")


@dataclass(slots=True)
class Done:
    """What was really done: `kills` by part, `faults` by kind, `notes` of what was seen."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def at_centre(self) -> int:
        """How many of the faults may have met the centre while it told somebody something."""
        all_faults = self.kills + self.faults
        return sum(
            number for kind, number in all_faults.items()
            if any(part in kind for part in _AT_CENTRE)
        )  # fmt: skip


Harm = Callable[[Site, Fault, Done], None]


def kinds(site: Site) -> Mapping[str, Harm]:
    """Every kind of fault and how it is done, whether or not it can be done here."""
    parts = _parts(site)
    found: dict[str, Harm] = {f"kill.{part}": partial(_kill, part) for part in parts}
    found |= {f"freeze.{part}": partial(_freeze, part) for part in parts}
    found["kill.all"] = _kill_all
    if site.server:
        found["kill.backend"] = partial(_kill, "backend")
    found |= {f"net.{how}": partial(_net, how) for how in _WAYS}
    found |= {"disk.edge": partial(_fill, DRAWN[0]), "disk.centre": partial(_fill, "centre")}
    clocks = ("centre", *DRAWN)
    found |= {f"clock.jump-{whose}": partial(_jump, whose) for whose in clocks}
    found |= {f"clock.drift-{whose}": partial(_drift, whose) for whose in clocks}
    return found | {"torn.spool": _tear, "old.broker": _old_broker}


def _parts(site: Site) -> list[str]:
    """What can be killed and frozen by itself."""
    parts = ["centre", "broker", *(f"{box}.{role}" for box in DRAWN for role in _ROLES)]
    parts += ["worker", town.REAL] if town.REAL in site.kept else []
    return parts + (["postgresql"] if site.server else [])


def absent(site: Site) -> dict[str, str]:
    """Kinds that cannot be done here, and why."""
    return {
        kind: why for kind in kinds(site) for what, why in site.absent.items()
        if kind.startswith(f"{what}.")
    }  # fmt: skip


_ROLES = ("publishing", "teller")
OFTEN: Mapping[str, int] = {
    **{f"kill.{box}.{role}": 10 for box in DRAWN for role in _ROLES},
    "kill.backend": 10, "kill.broker": 10, "kill.postgresql": 5, "kill.centre": 4,
}  # fmt: skip
"""How many times a part is killed where many are: the costlier to start again, the fewer."""
_WAYS: Mapping[str, tuple[dict[str, float], dict[str, float]]] = {
    "cut": ({"cut": True}, {"cut": True}),
    "deaf": ({}, {"cut": True}),
    "mute": ({"cut": True}, {}),
    "slow": ({"delay_s": 0.3, "jitter_s": 0.2}, {"delay_s": 0.3, "jitter_s": 0.2}),
    "lossy": ({"loss": 0.15}, {"loss": 0.15}),
}
"""What the wire does up and down: `deaf` hears no acknowledgement, `mute` is not heard."""


def _pids(site: Site, part: str) -> list[int]:
    """What is hit: of a database's processes any but the first, where one of them is meant."""
    if part == "postgresql":
        return site.database()[:1]
    if part == "backend":
        return site.database()[1:]
    return site.pids(part)


def _kill(part: str, site: Site, fault: Fault, done: Done) -> None:
    """SIGKILL, once the part is there."""
    until_s = time.monotonic() + fault.lasts_s
    while not (pids := _pids(site, part)) and time.monotonic() < until_s:
        time.sleep(0.02)
    if pids:
        victim = pids[int(fault.value * len(pids))]
        done.kills[part] += signalled([victim], signal.SIGKILL)


def _kill_all(site: Site, _: Fault, done: Done) -> None:
    """SIGKILL to all that is there, in one moment; each counts."""
    hit = [(part, pid) for part in _parts(site) for pid in _pids(site, part)]
    for part, pid in hit:
        done.kills[part] += signalled([pid], signal.SIGKILL)


def _freeze(part: str, site: Site, fault: Fault, done: Done) -> None:
    """SIGSTOP, with all that it started if it is a database, and SIGCONT."""
    pids = site.database() if part == "postgresql" else _pids(site, part)
    if pids:
        done.faults[f"freeze.{part}"] += signalled(pids[:1], signal.SIGSTOP)
        signalled(pids[1:], signal.SIGSTOP)
        time.sleep(fault.lasts_s)
        signalled(pids, signal.SIGCONT)


def _net(how: str, site: Site, fault: Fault, done: Done) -> None:
    assert site.wire is not None
    for way, change in zip((site.wire.up, site.wire.down), _WAYS[how], strict=True):
        for name, value in change.items():
            setattr(way, name, value)
    done.faults[f"net.{how}"] += 1
    time.sleep(fault.lasts_s)
    site.wire.heal()


def _fill(whose: str, site: Site, fault: Fault, done: Done) -> None:
    site.disks[whose].fill()
    done.faults["disk.centre" if whose == "centre" else "disk.edge"] += 1
    time.sleep(fault.lasts_s)
    site.disks[whose].empty()


def _jump(whose: str, site: Site, fault: Fault, done: Done) -> None:
    """An hour ahead, or back, and then right again: two jumps."""
    clocked.shift(site.clock(whose), ahead_s=HOUR_S if fault.value < 0.5 else -HOUR_S)
    done.faults[f"clock.jump-{whose}"] += 1
    time.sleep(fault.lasts_s)
    clocked.shift(site.clock(whose))


def _drift(whose: str, site: Site, fault: Fault, done: Done) -> None:
    """Slowly away; then set right, as by NTP."""
    clocked.shift(site.clock(whose), gains=_DRIFT if fault.value < 0.5 else -_DRIFT)
    done.faults[f"clock.drift-{whose}"] += 1
    time.sleep(fault.lasts_s)
    clocked.shift(site.clock(whose))


def _tear(site: Site, fault: Fault, done: Done) -> None:
    """Kill a box, tear its spool, start it again."""
    box = DRAWN[int(fault.value * len(DRAWN))]
    publishing, teller = (site.kept[f"{box}.{role}"] for role in _ROLES)
    teller.hold()
    publishing.hold()
    try:
        site.book.look(box)
        site.book.torn |= site.book.waiting(box)
        how = tear.tear(site.spool(box), random.Random(fault.value))  # noqa: S311 -- a fault
        done.faults["torn.spool"] += 1
        done.notes.append(f"{box}: {how}")
    finally:
        publishing.let_go()
        _wait_for_spool(site, box)
        teller.let_go()


def _wait_for_spool(site: Site, box: str) -> None:
    """Wait until the box has a spool with a ledger again, and hold it to account from there."""
    until_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until_s:
        time.sleep(0.1)
        site.book.open(box, site.spool(box))
        try:
            site.book.drain(box)
        except UNREADABLE:
            continue
        return


def _old_broker(site: Site, fault: Fault, done: Done) -> None:
    """Let the broker take events that the centre does not fetch, and go back to before them."""
    centre, disk = site.kept["centre"], site.state / "broker"
    copy = site.folder / "broker-of-yesterday"
    _down(site)
    for box in site.boxes():
        site.book.drain(box)
    before = site.book.acked()
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(disk, copy)
    centre.let_go()
    if not (_comes_true(site.answers) and _grows(site)):
        done.notes.append("old.broker: the centre was not up in time, so nothing was done")
        return
    signalled(site.pids("centre"), signal.SIGSTOP)
    time.sleep(fault.lasts_s)
    _down(site)
    time.sleep(1.0)  # what it acknowledged last is still taken in
    for box in site.boxes():
        site.book.drain(box)
    site.book.forgotten |= site.book.acked() - before
    shutil.rmtree(disk)
    shutil.copytree(copy, disk)
    done.faults["old.broker"] += 1
    centre.let_go()


def _seen(site: Site) -> int:
    """How far the centre has seen the broker come; none while it has not looked."""
    try:
        return int(json.loads((site.state / FILE).read_bytes())["number"])
    except (OSError, ValueError):
        return -1


def _grows(site: Site) -> bool:
    """Wait until the centre has seen that the broker took something in."""
    at = _seen(site)
    return _comes_true(lambda: _seen(site) > at)


def _comes_true(what: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + bound_s()
    while not what() and time.monotonic() < until_s:
        time.sleep(0.2)
    return what()


def _down(site: Site) -> None:
    """Kill the centre and its broker, and keep them away."""
    pid = site.pids("centre")
    rest = family(pid[0])[1:] if pid else []
    site.kept["centre"].hold()
    signalled([*rest, *site.pids("broker")], signal.SIGKILL)
    until_s = time.monotonic() + _PATIENCE_S
    while site.pids("broker") and time.monotonic() < until_s:
        time.sleep(0.02)

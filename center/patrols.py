"""Patrols of the configuration and their running tasks in, who is where and free out."""

from typing import Literal

import msgspec

from center import taskstore
from center.config import Patrol
from center.places import Position
from center.tasks import Task
from center.tree import distance_m
from center.working import Working


class PatrolView(msgspec.Struct, frozen=True, kw_only=True):
    """A patrol.

    position    longitude and latitude: of its task's place once it is there, else where it stands
    state       of the task that is furthest on
    tasks       that it has
    distance_m  from the place that was asked about, over ground
    """

    id: str
    name: str
    position: Position | None
    state: Literal["ready", "offered", "on_way", "arrived"]
    tasks: tuple[Task, ...]
    distance_m: float | None = None


class PatrolPage(msgspec.Struct, frozen=True, kw_only=True):
    """All patrols of the configuration; those that are ready and near first."""

    patrols: tuple[PatrolView, ...]


_FURTHER: tuple[Literal["ready", "offered", "on_way", "arrived"], ...] = (
    "arrived", "on_way", "offered",
)  # fmt: skip


def patrols(
    working: Working, *, near: str | None, seen: frozenset[str] | None = None
) -> PatrolPage:
    """All patrols, by their distance from a place if one is asked for.

    seen  places whose tasks are told; of others only that a patrol is busy
    """
    with working.store.read() as connection:
        running = taskstore.running(connection)
    tree = working.watch_list().tree
    where = tree.where(near) if near and (seen is None or near in seen) else None
    views = [_view(working, patrol, running, where, seen) for patrol in working.patrols.values()]
    return PatrolPage(patrols=tuple(sorted(views, key=_order)))


def _view(
    working: Working, patrol: Patrol, running: list[Task], where: Position | None,
    seen: frozenset[str] | None,
) -> PatrolView:  # fmt: skip
    its = [task for task in running if task.patrol == patrol.id]
    states = {task.state for task in its}
    mine = tuple(task for task in its if seen is None or task.place in seen)
    there = [task.place for task in mine if task.state == "arrived"]
    at = working.watch_list().tree.where(there[-1]) if there else None
    position = at or patrol.position
    away = distance_m(where, position) if where and position else None
    return PatrolView(
        id=patrol.id,
        name=patrol.name,
        position=position,
        state=next((state for state in _FURTHER if state in states), "ready"),
        tasks=mine,
        distance_m=None if away is None else round(away),
    )


def _order(view: PatrolView) -> tuple[bool, float, str]:
    far = view.distance_m if view.distance_m is not None else float("inf")
    return view.state != "ready", far, view.id

"""Counts per hour, with what is stored already counted."""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Take the step."""
    told = _table("hourly_events", "place", "rule", "label", sums=("events", "begun"))
    crossed = _table(
        "hourly_crossings", "place", "site", "camera", "line", "label", "direction",
        sums=("crossings",), kind=sa.BigInteger(),
    )  # fmt: skip
    alerted = _table("hourly_alerts", "place", "grade", "rule", sums=("alerts",))
    _table(
        "hourly_cameras", "box", "camera", "place", sums=("watched_s", "live_s"), kind=sa.Float()
    )
    _count_events(told, crossed)
    _count_alerts(alerted)


def _table(
    name: str, *keys: str, sums: tuple[str, ...], kind: sa.types.TypeEngine[Any] | None = None
) -> sa.Table:
    columns = [sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False)]
    for key in keys:
        of: Any = sa.Integer if key == "grade" else sa.String
        columns.append(sa.Column(key, of, primary_key=True, autoincrement=False))
    columns += [sa.Column(each, kind or sa.Integer(), nullable=False) for each in sums]
    return op.create_table(name, *columns)


def _count_events(told: sa.Table, crossed: sa.Table) -> None:
    names = ("place", "rule", "label", "site", "camera", "line", "count", "measured", "happened_s")
    events = sa.table("events", *(sa.column(name) for name in names))
    all_of_it, begun, crossings = Counter[Any](), Counter[Any](), Counter[Any]()
    query = sa.select(*(events.c[name].label(f"its_{name}") for name in names))
    for row in op.get_bind().execute(query.execution_options(yield_per=5000)):
        measured = json.loads(row.its_measured or "{}")
        phase, hour = measured.get("phase"), int(row.its_happened_s // 3600)
        cell = (hour, row.its_place, row.its_rule, row.its_label or "")
        all_of_it[cell] += 1
        begun[cell] += phase in (None, "begin")
        if row.its_rule == "line-crossing" and phase != "end" and not measured.get("again"):
            way = (row.its_line or "", row.its_label or "", measured.get("direction") or "")
            crossings[hour, row.its_place, row.its_site, row.its_camera, *way] += row.its_count
    _fill(told, [(*cell, number, begun[cell]) for cell, number in all_of_it.items()])
    _fill(crossed, [(*cell, number) for cell, number in crossings.items()])


def _count_alerts(alerted: sa.Table) -> None:
    names = ("first_s", "place", "grade", "rule", "state")
    alerts = sa.table("alerts", *(sa.column(name) for name in names))
    standing = Counter(
        (int(row.first_s // 3600), row.place, row.grade, row.rule)
        for row in op.get_bind().execute(sa.select(alerts))
        if row.state not in ("joined", "withdrawn")
    )
    _fill(alerted, [(*cell, number) for cell, number in standing.items()])


def _fill(table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    names = [column.name for column in table.columns]
    op.bulk_insert(table, [dict(zip(names, row, strict=True)) for row in rows])

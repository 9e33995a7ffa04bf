"""A message in, the few quiet lines that people read out: no picture, nobody.

It says what, where, how grave, how old and where to look; never who was seen.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from center.alert import Alert
from center.telling.occasions import What
from center.words import Lang, grade, rule


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a channel tells; over MQTT as JSON.

    what   why it is told: opened, graver, reopened, risen, missed; digest, test
    grade  1 emergency to 4 low; of a digest the gravest
    alert  its id; a digest has none, nor place nor rule
    """

    what: str
    title: str
    text: str
    grade: int = 4
    alert: str | None = None
    place: str | None = None
    rule: str | None = None
    link: str | None = None


class Held(msgspec.Struct, frozen=True):
    """How many alerts of one grade at one place were held back."""

    grade: int
    place: str
    number: int


_WHY: dict[Lang, dict[What, str]] = {
    "en": {
        "opened": "", "graver": "It has become graver.", "reopened": "It is open again.",
        "risen": "Nobody has dealt with it; it rose to {to}.",
        "missed": "Nobody took it on, up to {to}.",
    },
    "zh": {
        "opened": "", "graver": "告警已升高级别。", "reopened": "告警重新打开。",
        "risen": "未及时处理,已上报至{to}。", "missed": "已到最高一级({to}),仍无人确认。",
    },
}  # fmt: skip
_ALERT: dict[Lang, str] = {
    "en": "What: {what}\nWhere: {where}\nGrade: {number} {grade}\nAge: {age} (since {at})",
    "zh": "事件:{what}\n地点:{where}\n级别:{number} {grade}\n已过:{age}(自 {at})",
}
_DIGEST: dict[Lang, tuple[str, str, str]] = {
    "en": ("{number} more alerts", "Held back so as not to flood this channel:", "Total: {number}"),
    "zh": ("另有 {number} 条告警", "为避免刷屏而合并:", "合计:{number}"),
}
_TEST: dict[Lang, tuple[str, str]] = {
    "en": ("A try-out of Tocsin", "This channel works. Nothing has happened."),
    "zh": ("Tocsin 试发", "通道正常,没有事件发生。"),
}


def of_alert(
    alert: Alert, what: What, *, to: str, now: datetime, zone: ZoneInfo, lang: Lang, base: str
) -> Note:
    """What is said of an alert.

    to    name of the place that it rose to
    base  URL of the console
    """
    called, of = alert.title or rule(alert.rule, lang), grade(alert.grade, lang)
    link = f"{base}/desk?alert={alert.id}"
    at = alert.first_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    said = _ALERT[lang].format(
        what=called, where=alert.place_name, number=alert.grade, grade=of,
        age=age((now - alert.first_at).total_seconds()), at=at,
    )  # fmt: skip
    why = _WHY[lang][what].format(to=to or alert.place_name)
    return Note(
        what=what, title=f"[{of}] {called} · {alert.place_name}", grade=alert.grade, alert=alert.id,
        text="\n".join(line for line in (why, said, link) if line), place=alert.place,
        rule=alert.rule, link=link,
    )  # fmt: skip


def of_digest(held: Sequence[Held], *, lang: Lang, base: str) -> Note:
    """What is said of many alerts at once: how many of each grade at each place."""
    number = sum(each.number for each in held)
    title, above, below = (part.format(number=number) for part in _DIGEST[lang])
    lines = [f"{each.grade} {grade(each.grade, lang)} · {each.place}: {each.number}"
             for each in held]  # fmt: skip
    link = f"{base}/desk"
    text = "\n".join((above, *lines, below, link))
    gravest = min((each.grade for each in held), default=4)
    return Note(what="digest", title=title, text=text, grade=gravest, link=link)


def of_test(*, lang: Lang, base: str) -> Note:
    """A message that only shows that the channel works."""
    title, said = _TEST[lang]
    return Note(what="test", title=title, text=f"{said}\n{base}", link=base)


def age(seconds: float) -> str:
    """`0:42`, or with hours `26:03:09`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes = f"{rest // 60:02}" if hours else f"{rest // 60}"
    return f"{hours}:{minutes}:{rest % 60:02}" if hours else f"{minutes}:{rest % 60:02}"

"""A rule or a grade in, what people call it in their language out: for messages and reports."""

from typing import Literal

from pipelines.flow import Rule

Lang = Literal["en", "zh"]
GRADES: dict[Lang, tuple[str, ...]] = {
    "en": ("Emergency", "High", "Medium", "Low"),
    "zh": ("紧急", "重要", "一般", "提示"),
}
"""From grade 1 to grade 4."""

_ZH: dict[Rule, str] = {
    "intrusion": "区域入侵", "line-crossing": "越线", "loitering": "徘徊", "occupancy": "人数超限",
    "wrong-direction": "逆行", "stopped-vehicle": "违停", "speed": "超速", "motion": "画面活动",
    "object-left": "物品遗留", "object-taken": "物品移走", "signal-loss": "信号中断",
    "reconnecting": "正在重连", "camera-blind": "镜头遮挡", "too-dark": "画面过暗",
    "too-bright": "画面过亮", "out-of-focus": "画面失焦", "picture-frozen": "画面冻结",
    "scene-changed": "镜头移位", "clock-drift": "时钟偏差", "rate-changed": "帧率变化",
    "size-changed": "分辨率变化", "spool-overflow": "缓存溢出", "box-overreach": "盒子越权",
    "help-point": "求助按钮",
    "door-forced": "强行开门", "door-held": "门未关", "door-opened": "开门",
    "badge-granted": "刷卡通过", "badge-denied": "刷卡被拒", "patrol-passed": "巡逻到点",
}  # fmt: skip


def rule(name: str, lang: Lang) -> str:
    """What a rule is called; one that nobody knows by its own name."""
    said = {str(key): value for key, value in _ZH.items()}
    return said.get(name, name) if lang == "zh" else name.replace("-", " ")


def grade(number: int, lang: Lang) -> str:
    """What a grade is called."""
    return GRADES[lang][number - 1]

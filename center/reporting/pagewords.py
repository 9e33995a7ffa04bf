"""A language in, the words of the report's page out."""

from collections.abc import Mapping

from center.words import Lang

_EN = {
    "day": "Day report", "week": "Week report", "month": "Month report", "of": "Place",
    "period": "Period", "made": "Made", "zone": "Time zone", "alerts": "Alerts",
    "taken_in_time": "Acknowledged in time", "reached_in_time": "Reached in time",
    "cameras_live": "Cameras live", "none": "none", "by_place": "Alerts by place and grade",
    "by_day": "Alerts by day", "place": "Place", "total": "Total", "share": "Share",
    "usual": "usual", "response": "Response times against targets", "grade": "Grade",
    "step": "Step", "acknowledge": "acknowledge", "arrive": "arrive", "due": "Due",
    "done": "Done", "in_time": "In time", "median": "Median", "p90": "9 of 10 within",
    "target": "Target", "by_entry": "by entry", "heat_alerts": "Alerts by hour and place",
    "heat_events": "Events by hour and place", "hour": "Hour of the local day",
    "availability": "Camera availability", "camera": "Camera", "box": "Box",
    "watched": "Watched", "live": "Live", "gone": "Not live",
    "all_live": "{number} more cameras were live all the time.",
    "counts": "What happened", "what": "What", "class": "Class", "way": "Line and direction",
    "number": "Number", "nothing": "Nothing was counted in this time.",
    "running": "The period is not over: counted until {at}.",
    "foot": "Counts of places include all that lies below them. No person is in this report.",
    "emergency": "emergency", "high": "high", "low": "low", "split": "Split by grade",
}  # fmt: skip
_ZH = {
    "day": "日报", "week": "周报", "month": "月报", "of": "范围", "period": "时段",
    "made": "生成时间", "zone": "时区", "alerts": "告警", "taken_in_time": "按时确认",
    "reached_in_time": "按时到场", "cameras_live": "摄像机在线", "none": "无",
    "by_place": "各地点各级别告警", "by_day": "每日告警", "place": "地点", "total": "合计",
    "share": "占比", "usual": "参考", "response": "响应时间与目标", "grade": "级别",
    "step": "环节", "acknowledge": "确认", "arrive": "到场", "due": "应完成", "done": "已完成",
    "in_time": "按时", "median": "中位数", "p90": "九成不超过", "target": "目标",
    "by_entry": "按条目", "heat_alerts": "告警热力图(小时×地点)",
    "heat_events": "事件热力图(小时×地点)", "hour": "当地时间(小时)",
    "availability": "摄像机可用率", "camera": "摄像机", "box": "边缘盒", "watched": "监测时长",
    "live": "在线", "gone": "离线时长", "all_live": "另有 {number} 台摄像机全程在线。",
    "counts": "计数", "what": "事件", "class": "类别", "way": "线与方向", "number": "数量",
    "nothing": "该时段没有计数。", "running": "时段未结束:统计截至 {at}。",
    "foot": "各地点的数字包含其下级地点。本报告不含任何人员信息。", "emergency": "紧急",
    "high": "重要", "low": "一般与提示", "split": "级别构成",
}  # fmt: skip
WORDS: Mapping[Lang, Mapping[str, str]] = {"en": _EN, "zh": _ZH}
CLASSES_ZH: Mapping[str, str] = {
    "person": "人", "bicycle": "自行车", "car": "汽车", "motorcycle": "摩托车", "bus": "公交车",
    "truck": "卡车", "dog": "狗", "cat": "猫", "bird": "鸟", "boat": "船", "train": "火车",
}  # fmt: skip

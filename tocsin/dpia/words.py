"""A key and facts in, the report's words in the chosen language out."""

from typing import Literal, get_args

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

WORDS: dict[str, tuple[str, str]] = {
    "title": ("数据保护影响评估报告", "Data protection impact assessment"),
    "subtitle": (
        "由正在使用的配置生成；配置改变后请重新生成。",
        "Made from the configuration in use; make it again when that changes.",
    ),
    "site": ("站点", "Site"),
    "box": ("边缘盒", "Box"),
    "centre": ("指挥中心", "Centre"),
    "made": ("生成时间", "Made"),
    "files": ("所依据的文件", "Made from"),
    "cameras": ("摄像机", "Cameras"),
    "rules": ("规则", "Rules"),
    "holds": ("已核实", "holds"),
    "open": ("有缺口", "open"),
    "judge": ("需人判断", "to be judged"),
    "1": ("看到什么", "What is seen"),
    "2": ("为什么看", "Why"),
    "3": ("哪些规则，什么时段", "Which rules, and when"),
    "4": ("数据保留多久", "How long data lives"),
    "5": ("谁能看到", "Who may open it"),
    "6": ("保护措施，及本次如何核实", "Safeguards, and how each was checked just now"),
    "7": ("未解决的风险", "Open risks"),
    "8": ("须由人完成的部分", "What persons must still say"),
    "seen": (
        (
            "图形按画面比例绘制，不含任何画面。系统不识别人：没有人脸特征、没有车牌、不跨摄像"
            "机跟踪。"
        ),
        (
            "Outlines are shares of the picture; no picture is in this report. Nobody is "
            "recognised: no face templates, no plates, nobody followed from camera to camera."
        ),
    ),
    "place": ("地点", "Place"),
    "zone": ("区域", "zone"),
    "line": ("线", "line"),
    "mask": ("运动遮罩", "motion mask"),
    "private": ("隐私遮挡（全黑）", "privacy mask (black)"),
    "nothing-drawn": ("未画任何区域", "nothing is drawn"),
    "purpose": ("目的", "Purpose"),
    "legal_basis": ("法律依据", "Legal basis"),
    "office": ("责任部门", "Responsible office"),
    "not-stated": ("未说明", "not stated"),
    "camera": ("摄像机", "Camera"),
    "rule": ("规则", "Rule"),
    "about": ("对象", "About"),
    "where": ("位置", "Where"),
    "when": ("时段", "When"),
    "armed": ("布防", "Armed"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "health-only": ("仅监视摄像机自身状态", "only its own health is watched"),
    "anything": ("任何物体", "anything"),
    "always": ("始终", "always"),
    "intrusion": ("入侵", "intrusion"),
    "loitering": ("徘徊", "loitering"),
    "occupancy": ("人数过多", "occupancy"),
    "line-crossing": ("越线", "line crossing"),
    "wrong-direction": ("逆行", "wrong direction"),
    "stopped-vehicle": ("违停", "stopped vehicle"),
    "speed": ("超速", "speed"),
    "motion": ("运动", "motion"),
    "object-left": ("遗留物", "object left"),
    "object-taken": ("物品被移走", "object taken"),
    "alerts": (
        "中心的告警条目（本站地点）",
        "What becomes an alert at the centre, for these places",
    ),
    "steps": ("处置步骤", "Steps"),
    "what": ("内容", "What"),
    "how-long": ("多久", "How long"),
    "where-kept": ("位置", "Where"),
    "frames": ("解码后的画面", "Decoded pictures"),
    "frames-how": (
        "处理完即释放，不写入磁盘",
        "let go once they have been looked at; never on a disk",
    ),
    "packets": ("未解码的视频包", "Packets that are not decoded"),
    "packets-how": (
        "内存中约两个关键帧组；录制证据时再加若干秒",
        "about two groups of pictures, in memory; for evidence some seconds more",
    ),
    "memory": ("内存", "memory"),
    "spool": ("待发事件（含脱敏图片）", "Events that wait, with redacted pictures"),
    "spool-how": (
        "代理确认后即删除；最多 {} MiB，超出则丢弃最旧的并计数",
        (
            "until the broker has acknowledged them; {} MiB at most, then the oldest are "
            "dropped and counted"
        ),
    ),
    "audit": ("审计", "Audit of commands and evidence"),
    "audit-how": (
        "不会缩短；链首随心跳进入中心并保留在那里",
        "never shortened; its head goes to the centre with each heartbeat, and stays there",
    ),
    "store": ("中心的事件、告警与脱敏图片", "The centre's events, alerts and redacted pictures"),
    "store-how": (
        "事件 {} 天，图片 {} 天，已结告警 {} 天，之后删除",
        "events {} days, pictures {} days, closed alerts {} days; then they are deleted",
    ),
    "store-unknown": (
        "本报告未给出中心的配置（--center）",
        "the centre's file was not given to this report (--center)",
    ),
    "broker-kept": ("代理中尚未取走的事件", "Events that the centre has not taken yet"),
    "broker-kept-how": (
        "取走即删除；全部最多 {} GiB",
        "until they are taken; {} GiB for all at most",
    ),
    "who": ("谁", "Who"),
    "role": ("身份", "As"),
    "may": ("可以", "May"),
    "role-box": ("边缘盒", "box"),
    "role-watcher": ("代理用户", "user of the broker"),
    "role-console": ("控制台", "console"),
    "may-send": ("发送站点 {} 的事件", "send events of site {}"),
    "may-listen": (
        "接收事件、告警、心跳及脱敏图片",
        "receive events, alerts and heartbeats, with redacted pictures",
    ),
    "may-command": ("；可向 {} 下命令", "; command {}"),
    "may-console": (
        "在 {}:{} 登录的用户：按角色与所属地点查看脱敏图片、处理告警",
        (
            "users who sign in at {}:{}: see redacted pictures and work on alerts, as their "
            "roles and places allow"
        ),
    ),
    "may-console-all": (
        "凡能访问 {}:{} 者：无需登录即拥有全部权限",
        "whoever reaches {}:{}: all of it, without signing in",
    ),
    "centre-unknown": (
        "中心的用户未知：请用 --center 提供其配置。",
        "The centre's users are not known: give its file with --center.",
    ),
    "commands-allowed": ("本盒允许的命令：{}", "Commands that this box does: {}"),
    "none": ("无", "none"),
    "safeguard": ("措施", "Safeguard"),
    "state": ("状态", "State"),
    "checked": ("核实方法与结果", "Checked how, found what"),
    "s-purpose": ("每台摄像机说明目的", "Each camera says why it is there"),
    "purpose-stated": (
        "{} 台摄像机都有目的、法律依据、责任部门；缺一则规则不能布防",
        "all {} cameras state purpose, legal basis and office; without them no rule can be armed",
    ),
    "purpose-missing": (
        "未说明：{}；其规则不能布防，画面不被查看",
        "not stated at: {}; their rules cannot be armed, their picture is looked at by nothing",
    ),
    "s-masks": ("静态隐私遮挡", "Static privacy masks"),
    "masks-black": (
        "在白色画面上试过 {} 台摄像机的遮挡：{} 至 {} 变为全黑",
        "the masks of {} cameras were tried on a white picture: {} to {} of it turned black",
    ),
    "masks-none": (
        "没有隐私遮挡：{}。请确认画面中没有不该看的地方",
        "none at: {}. Say whether nothing private is in their view",
    ),
    "s-nobody": ("不识别任何人", "Nobody is recognised"),
    "nobody-told": (
        "网络 {} 只被要求输出 {}；人脸网络只输出 {}：位置、类别、分数，没有关键点",
        (
            "network {} is asked for {} only, the one for faces for {}: places, classes, "
            "scores, and no points of a face"
        ),
    ),
    "s-hours": ("规则只在需要时布防", "Rules hold only when they are needed"),
    "hours-always": (
        "{1} 条布防规则中有 {0} 条全天有效",
        "{0} of {1} armed rules hold at all hours",
    ),
    "hours-set": ("{} 条布防规则都有时段", "all {} armed rules have hours"),
    "s-redaction": ("离开边缘盒的画面已脱敏", "Pictures that leave are redacted"),
    "redaction-on": (
        "图片的类型只允许：{}；人脸网络的文件与记录的哈希一致；失败则没有图片",
        (
            "a picture's type allows: {}; the file of the network for faces has the hash on "
            "record; when it fails there is no picture"
        ),
    ),
    "redaction-broken": (
        "不能脱敏，因此没有图片：{}",
        "it cannot be done, so there is no picture: {}",
    ),
    "s-missed": ("脱敏会有遗漏", "Redaction misses some"),
    "missed-some": (
        "网络没有发现的人不会被遮盖；没有任何措施能排除这一点",
        "a person whom no network finds stays uncovered; nothing here rules that out",
    ),
    "s-outlets": ("其他系统", "Other systems"),
    "outlets-some": (
        "事件也以 {} 的格式发出，其用户由代理决定",
        "events also go out as {}; who hears them is the broker's to say",
    ),
    "outlets-none": ("配置中没有其他出口", "the file names no other outlet"),
    "s-commands": ("命令", "Commands"),
    "commands-none": ("配置不允许任何命令", "the file allows none"),
    "commands-some": (
        "允许：{}；每条先写入审计再执行",
        "allowed: {}; each is written to the audit before it is done",
    ),
    "s-passwords": ("口令不写在配置里", "Passwords lie apart"),
    "passwords-shared": (
        "文件可被他人读取：{}。请 chmod 600",
        "others than the owner may read the files of: {}. Use chmod 600",
    ),
    "passwords-apart": (
        "{} 个口令都在环境变量或仅所有者可读的文件中",
        "all {} are in the environment or in files that only their owner may read",
    ),
    "passwords-none": (
        "配置中没有口令：代理是否需要？",
        "the file has none: does the broker ask for one?",
    ),
    "s-camera-line": ("摄像机到边缘盒", "Camera to box"),
    "camera-line-clear": ("视频未加密传输：{}", "the stream is not encrypted: {}"),
    "camera-line-encrypted": (
        "{} 台摄像机的视频经加密、本机或文件读取",
        "the streams of all {} cameras are encrypted, of this machine or files",
    ),
    "s-broker-line": ("边缘盒到代理", "Box to broker"),
    "broker-line-local": ("代理在本机", "the broker is on this machine"),
    "broker-line-clear": (
        "到 {} 的连接没有 TLS：请配置 `tls`",
        "no TLS to {}: give the box a `tls` block",
    ),
    "broker-line-tls": ("到 {} 的连接用 TLS", "TLS to {}, whose certificate is checked"),
    "s-listeners": ("可从网络访问的端口", "What can be reached from a network"),
    "listeners-tls": (
        "不只在本机监听：{}；都用 TLS，并要求口令或证书",
        "not of this machine only: {}; all with TLS, and a password or certificate",
    ),
    "listeners-proxied": (
        "控制台只应答反向代理 {}；TLS 由它负责",
        "the console answers the reverse proxy {} only, and TLS is for that to have",
    ),
    "listeners-local": ("{} 个端口只在本机监听", "all {} listen on this machine only"),
    "s-sign-in": ("控制台登录", "Signing in at the console"),
    "sign-in-on": (
        "用户登录后只能看到自己角色和场所范围内的内容",
        "users sign in, and see what their roles and places allow",
    ),
    "sign-in-off": (
        "本机上任何人无需登录即拥有全部权限（sign_in: false）",
        "whoever is on this machine has all rights without signing in (sign_in: false)",
    ),
    "s-kept": ("中心的保留期限", "The centre's retention"),
    "kept-unknown": ("未提供中心的配置", "the centre's file was not given"),
    "no-risks": ("没有缺口。", "None was found."),
    "persons": (
        "本报告描述处理活动及其措施。下列问题没有程序可以回答：",
        "This report describes what is done and what protects it. No program can answer these:",
    ),
    "ask-needed": (
        "这些摄像机与规则对目的而言是否必要、相称？有没有更轻的办法？",
        "Are these cameras and rules necessary and proportionate to the purpose? Would less do?",
    ),
    "ask-risks": (
        "对被拍摄者的权利与自由有哪些风险，可能性与严重性如何？",
        "Which risks for those who are filmed remain, how likely and how grave?",
    ),
    "ask-views": (
        "被拍摄者或其代表的意见是什么？",
        "What do those who are filmed, or who speak for them, say?",
    ),
    "ask-signs": (
        "现场是否有告示，说明目的与责任部门？",
        "Do signs on site name the purpose and the office?",
    ),
    "ask-officer": (
        "数据保护负责人的意见是什么？",
        "What does the data protection officer advise?",
    ),
    "signed": ("姓名、职务、日期、签名", "Office, function, date, signature"),
    "foot": (
        "绿色仅表示本次已核实。本报告不是法律意见。",
        "Green is only what was checked just now. This report is no legal advice.",
    ),
    "camera-blind": ("镜头被遮", "camera covered"),
    "too-dark": ("过暗", "too dark"),
    "too-bright": ("过亮", "too bright"),
    "out-of-focus": ("失焦", "out of focus"),
    "picture-frozen": ("画面冻结", "picture frozen"),
    "scene-changed": ("场景改变", "scene changed"),
    "clock-drift": ("时钟偏移", "clock drift"),
    "rate-changed": ("帧率改变", "rate changed"),
    "size-changed": ("尺寸改变", "size changed"),
    "signal-loss": ("信号丢失", "signal loss"),
    "reconnecting": ("反复重连", "reconnecting"),
    "kept-days": (
        "事件 {} 天，图片 {} 天，已结告警 {} 天。请说明为何需要这么久",
        "events {} days, pictures {} days, closed alerts {} days. Say why it must be so long",
    ),
    "evidence": ("密封的证据片段", "Sealed clips of evidence"),
    "evidence-how": (
        "{} 小时，另有例外：{}；案件可延长；最多 {} GiB；到期销毁密钥与文件并记入审计",
        (
            "{} h, exceptions: {}; longer while a case holds it; {} GiB at most; then key and "
            "file are destroyed, and the audit says so"
        ),
    ),
    "preview": ("脱敏的预览片段", "Redacted preview clips"),
    "preview-how": (
        "随事件进入中心：事件前 {} 秒至后 {} 秒，每秒 {} 帧，宽不超过 {} 像素；与图片保留同样天数",
        (
            "go to the centre with their event: {} s before to {} s after it, {} pictures a "
            "second, at most {} px wide; kept there as long as pictures"
        ),
    ),
    "live": ("脱敏的实时画面", "Redacted live views"),
    "live-how": (
        "仅在有人观看时；不保存。同时最多 {} 路视频、{} 路静态画面",
        "only while somebody looks; not kept. At once at most {} films and {} cameras in stills",
    ),
    "wire": ("不保存", "nowhere"),
    "s-preview": ("预览片段已脱敏", "Preview clips are redacted"),
    "preview-tried": (
        "试做：检测网络失败时，没有产生任何片段；成功时，片段中的亮脸不再可见",
        (
            "it was tried: where a network fails no clip comes out; where a face is found, "
            "it is covered in the clip"
        ),
    ),
    "preview-none": ("不制作预览片段", "no preview clip is made"),
    "role-custodian": ("保管人", "custodian"),
    "may-unseal": (
        "须与另一保管人一起，并写明理由与案号，方可开启片段",
        "open a clip together with the other custodian, with a reason and a case number",
    ),
    "s-evidence": ("证据密封", "Evidence under seal"),
    "evidence-sealed": (
        "试封一段字节：密钥分两半，分别加密给 {}，明文不留下；配置中只有公钥",
        (
            "some bytes were sealed: the key lies in two halves, each encrypted to one of "
            "{}, no plain text is left; the file has public keys only"
        ),
    ),
    "evidence-none": ("不录制任何片段", "no clip is kept"),
    "s-retention": ("证据保留期限短", "Evidence is kept for a short time"),
    "retention-short": ("最长 {} 小时", "{} h at most"),
    "retention-long": (
        "最长 {} 小时；超过 72 小时须说明理由",
        "up to {} h; over 72 h needs its reasons",
    ),
    "nobody-known": ("网络无法核实：{}", "a network could not be looked at: {}"),
}  # fmt: skip


class Words:
    """The words of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang, self.column = lang, LANGS.index(lang)

    def __call__(self, key: str, *facts: object) -> str:
        """The text of a key, its facts put in."""
        return WORDS[key][self.column].format(*facts)

    def rule(self, name: str) -> str:
        """What a rule is called; its own name where there is no word for it."""
        return self(name) if name in WORDS else name

"""Small sound files, each with what the others lack: of boxes, of centres, watch lists and a map.

They are where fuzzers begin: what stands in none of them is hardly ever found.
"""

from tests.custodians import CUSTODIANS

_BOX = "site: s\nbox: b\n"
_CAMERA = _BOX + "cameras: [{id: c, place: p, url: x}]\n"
_KEYS = ", ".join(f"{{name: {each.name}, key: {each.key}}}" for each in CUSTODIANS)
_SQUARE = "[[0, 0], [1, 0], [1, 1], [0, 1]]"
_SEEN = f"""\
defaults: {{purpose: a, legal_basis: b, office: c}}
cameras:
- id: c
  place: p
  url: x
  zones:
  - id: z
    polygon: {_SQUARE}
    calibration: {{points: {_SQUARE}, metres: [[0, 0], [4, 0], [4, 9], [0, 9]]}}
  lines: [{{id: l, points: [[0, 0], [1, 1]]}}]
  rules:
"""
_RULES = (
    "{rule: loitering, id: r, zone: z, classes: [car, person], confidence: .4}",
    "{rule: occupancy, zone: z, limit: 2, ends_below: 1}",
    "{rule: line-crossing, line: l, direction: a-to-b}",
    "{rule: wrong-direction, zone: z, way: [[0, 0], [1, 1]]}",
    "{rule: stopped-vehicle, zone: z, dwell_s: 6.0e+1}",
    "{rule: speed, zone: z, limit_kmh: 30}",
    "{rule: motion, zone: z, share: 0.1, schedule: {days: [mon], hours: '22:00-06:00'}}",
    "{rule: object-left, zone: z, schedule: {timezone: Asia/Shanghai, holidays: [2026-10-01]}}",
)

BOXES = (
    _CAMERA,
    _CAMERA + "broker: {others: ['h:1', '[::1]:2'], username: u, batches: no}\nspool: {path: a}\n",
    _CAMERA + "metrics: {host: '::1'}\nonvif: {prefix: a/b}\nhome_assistant: {enabled: on}\n",
    _CAMERA + "detector: {model: auto, providers: [cpu], threads: 2}\nlive: {full: 1}\n",
    _CAMERA + f"evidence: {{custodians: [{_KEYS}], keep: [{{place: p, hours: 1}}]}}\n",
    _BOX + """\
cameras:
- &a {id: c, place: p, url: 'rtsp://h:5/a', username: u, mode: substream, substream: "rtsp://[::1]/b"}
- {<<: *a, id: d, stream: {transport: udp, open_s: 1}}
""",
    _BOX + f"""\
cameras:
- id: c
  place: p
  url: |
    x
  health: {{camera-blind: {{after_s: 7}}, out-of-focus: null}}
  masks: [{{id: m, polygon: {_SQUARE}}}]
""",
    *(f"{_BOX}{_SEEN}  - {rule}\n" for rule in _RULES),
)  # fmt: skip

CENTRES = tuple(
    "watch_list: w\n" + each
    for each in (
        "boxes: [{box: b, site: s, password_file: secret, cameras: [c], beats: no}]\n",
        'name: "\\u4e1c"\nwatchers: [{name: w, password_file: secret, home_assistant: yes}]\n',
        "inbox: {mqtt: {host: h, port: 1, username: u, password_file: secret, sites: [s]}}\n",
        "console: {host: '::1', url: 'https://a/b', proxies: [172.18.0.0/16], names: [n]}\n",
        """\
console:
  oidc:
    issuer: https://a
    client: c
    grants: [{group: g, roles: [operator], places: ['*']}]
""",
        "channels: [{name: a, mqtt: b/c, grades: [1], lang: zh}, {name: d, url_file: url}]\n",
        "reports: {zone: Asia/Shanghai, shifts: ['07:00', '19:00'], arrive_within_s: [1, 2, 3, 4]}",
        "store: {url: 'postgresql://u@localhost/d', password_file: secret, keep_days: 90}\n",
        """\
level:
  name: l
  above: {name: a, url: 'nats://h:1,nats://i:2', password_file: secret}
  below: [{name: b, password_file: secret}]
""",
        """\
broker:
  sync: 2m
  cluster: {me: a, nodes: {a: 'localhost:1', b: '[::1]:2', c: 'h:3'}, password_file: secret}
""",
        "broker: {url: 'nats://h:1,nats://i:2', password_file: secret}\n",
        "patrols: [{id: p, name: P, position: [1, -2.5e+0]}]\n",
    )
)  # fmt: skip

_PLACE = """\
places: [{id: p, name: P, grade: 2, cameras: [{id: c, bearing_deg: 90}], doors: [{id: d}]}]
entries:
"""

WATCH_LISTS = (
    """\
places:
- {id: a, name: A, kind: district, grade: 4, outline: [[0, 0], [1, 0], [1, 1]]}
- {id: b, name: B, parent: a, grade: 1, at: [1, 2], contacts: [{id: d, name: D, phone: '1'}]}
""",
    "map: map.json\nplaces: [{id: p, name: P, grade: 2}]\n",
    _PLACE + """\
- place: p
  rule: intrusion
  schedule: {special_days: [{date: 2026-10-01, hours: '08:00-24:00'}]}
  steps: [x]
  tell: []
""",
    _PLACE + """\
- id: e
  place: p
  then:
  - {rule: door-forced}
  - {rule: intrusion, within_s: 9}
  steps:
  - >-
    x
    y
""",
    _PLACE + "- {place: p, together: {what: [{rule: camera-health}], within_s: 60}, steps: [x]}\n",
    _PLACE + "- {place: p, nothing: {rule: patrol-passed, every_s: 3600}, steps: [x]}\n",
    _PLACE + "- {place: p, unbadged: {door: d, camera: c, line: l}, steps: [x]}\n",
    _PLACE + "- {place: p, rule: loitering, class: car, at_least: 2, within_s: 60, steps: [x]}\n",
)  # fmt: skip

MAP = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":"p","properties":{"place":"p"},'
    '"geometry":{"type":"Point","coordinates":[1,2]}},{"type":"Feature","id":"p","geometry":'
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}'
)

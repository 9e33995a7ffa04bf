"""A site in, its safeguards out: each with what was looked at just now, and what that showed.

`holds` is said only of what was checked here and found; what is absent or weak is `open`, and what
only a person can weigh is `judge`. Each verdict is a key of `words` with its facts.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args, get_type_hints
from urllib.parse import urlsplit

import av
import numpy as np

from edge.address import is_file
from edge.config import Camera
from edge.evidence.filming import film, redacted_all
from edge.evidence.settings import Evidence
from models.catalogue import Entry, entry, path_of
from models.families import asked
from models.session import Session, signature_of
from pipelines.blackening import BLACK, Blackener
from pipelines.errors import ModelError, RedactionError, TocsinError
from pipelines.flow import Box, Bytes, Detection, Frame, Picture
from pipelines.live import LiveRedactor
from pipelines.schedule import DAYS, Schedule
from pipelines.sealing import About, Sealer, head_of
from pipelines.trust import is_loopback
from tocsin.dpia.site import Site

State = Literal["holds", "open", "judge"]

ENCRYPTED = frozenset({"rtsps", "https", "srt"})
SHORT_H = 72.0
FACES: Literal["centerface"] = "centerface"
FACE_DEPTHS = {1, 2}  # how likely; its size, where in its cell; ten would be points of it
_DIMMER = 60  # grey levels by which a mean of bright and dark is less than bright
_TRIAL, _LONG_AGO = b"bytes that a seal must hide", datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at one safeguard showed.

    name   of the safeguard, a key of words
    said   what was found, a key of words
    facts  that go into those words
    """

    name: str
    state: State
    said: str
    facts: tuple[object, ...] = ()


Check = Callable[[Site], Iterator[Verdict]]


def verdicts(site: Site) -> tuple[Verdict, ...]:
    """All safeguards, in the order of a picture's way from the camera to a person."""
    return tuple(verdict for check in CHECKS for verdict in check(site))


def _purpose(site: Site) -> Iterator[Verdict]:
    silent = [camera.id for camera in site.box.cameras if camera.unstated]
    if silent:
        yield Verdict("purpose", "open", "purpose-missing", (_named(silent),))
    else:
        yield Verdict("purpose", "holds", "purpose-stated", (len(site.box.cameras),))


def _masks(site: Site) -> Iterator[Verdict]:
    """Masks are tried on a white picture; where there are none, a person must say if any is due."""
    masked = [camera for camera in site.box.cameras if camera.privacy_masks]
    bare = [camera.id for camera in site.box.cameras if not camera.privacy_masks]
    if masked:
        shares = [_blackened(camera) for camera in masked]
        black = all(share > 0 for share in shares)
        facts = len(masked), f"{min(shares):.0%}", f"{max(shares):.0%}"
        yield Verdict("masks", "holds" if black else "open", "masks-black", facts)
    if bare:
        yield Verdict("masks", "judge", "masks-none", (_named(bare),))


def _blackened(camera: Camera) -> float:
    """The share of a white picture that a camera's privacy masks leave black."""
    height, width = 90, 160
    y, c = (
        np.full((height, width), 235, np.uint8),
        np.full((height // 2, width // 2), 128, np.uint8),
    )
    after = Blackener(camera.privacy_masks)(Frame(0.0, width, height, y, c, c))
    return float(np.equal(after.y, BLACK).mean())


def _redaction(_: Site) -> Iterator[Verdict]:
    """A picture has no form that is not redacted, and the network that finds faces is there."""
    kinds = get_args(get_type_hints(Picture)["redaction"])
    try:
        path_of(entry(FACES))
    except TocsinError as error:
        yield Verdict("redaction", "open", "redaction-broken", (str(error),))
        return
    strong = set(kinds) <= {"fill"}
    yield Verdict("redaction", "holds" if strong else "judge", "redaction-on", (", ".join(kinds),))


def _nobody(site: Site) -> Iterator[Verdict]:
    """Networks are loaded, and what they compute is looked at: places, classes and scores."""
    looks, faces = entry(site.box.detector.model), entry(FACES)
    try:
        told = _honest(looks)
        depths = _depths(faces)
    except TocsinError as error:
        yield Verdict("nobody", "open", "nobody-known", (str(error),))
        return
    plain = Detection._fields == ("box", "label", "score") and set(looks.outputs) <= set(told)
    state: State = "holds" if plain and depths <= FACE_DEPTHS else "open"
    facts = looks.name, ", ".join(looks.outputs), ", ".join(faces.outputs)
    yield Verdict("nobody", state, "nobody-told", facts)


def _honest(each: Entry) -> tuple[str, ...]:
    """Outputs of a network for objects that are boxes, classes and scores; none when others are."""
    if each.family == FACES:
        return ()
    return asked(each.family, signature_of(path_of(each)), each.labels)


def _depths(faces: Entry) -> set[int]:
    """How many numbers the network for faces tells of each place of a picture."""
    session = Session(path_of(faces), outputs=faces.outputs)
    return {part.shape[1] for part in session(np.zeros((1, 3, 32, 32), np.float32))}


def _hours(site: Site) -> Iterator[Verdict]:
    rules = [rule for camera in site.box.cameras for rule in camera.rules if rule.armed]
    ever = sum(_is_always(rule.schedule) for rule in rules)
    if ever:
        yield Verdict("hours", "judge", "hours-always", (ever, len(rules)))
    elif rules:
        yield Verdict("hours", "holds", "hours-set", (len(rules),))


def _is_always(schedule: Schedule) -> bool:
    return schedule.hours == "00:00-24:00" and set(schedule.days) == set(DAYS)


def _passwords(site: Site) -> Iterator[Verdict]:
    shared = [secret.at for secret in site.secrets if secret.shared]
    if shared:
        yield Verdict("passwords", "open", "passwords-shared", (_named(shared),))
    if site.secrets and not shared:
        yield Verdict("passwords", "holds", "passwords-apart", (len(site.secrets),))
    if not site.secrets:
        yield Verdict("passwords", "judge", "passwords-none")


def _cameras_line(site: Site) -> Iterator[Verdict]:
    bare = [camera.id for camera in site.box.cameras if not all(map(_is_hidden, _urls(camera)))]
    if bare:
        yield Verdict("camera-line", "open", "camera-line-clear", (_named(bare),))
    else:
        yield Verdict("camera-line", "holds", "camera-line-encrypted", (len(site.box.cameras),))


def _urls(camera: Camera) -> Sequence[str]:
    return [url for url in (camera.url, camera.substream) if url]


def _is_hidden(url: str) -> bool:
    return (
        is_file(url)
        or urlsplit(url).scheme in ENCRYPTED
        or is_loopback(urlsplit(url).hostname or "")
    )


def _listeners(site: Site) -> Iterator[Verdict]:
    """What goes over a network in clear, or can be asked from one."""
    broker = site.box.broker.host
    if is_loopback(broker):
        yield Verdict("broker-line", "holds", "broker-line-local")
    elif site.box.tls is not None:
        yield Verdict("broker-line", "holds", "broker-line-tls", (broker,))
    else:
        yield Verdict("broker-line", "open", "broker-line-clear", (broker,))
    open_at = [("metrics", site.box.metrics.host)] if site.box.metrics else []
    if site.centre is not None:
        config = site.centre.config
        open_at += [("console", config.console.host), ("broker", config.broker.host)]
    wide = [f"{name} ({host})" for name, host in open_at if not is_loopback(host)]
    if site.centre is not None and site.centre.config.console.proxies:
        proxies = ", ".join(site.centre.config.console.proxies)
        yield Verdict("listeners", "judge", "listeners-proxied", (proxies,))
    elif wide:  # the files would have been refused without TLS
        yield Verdict("listeners", "holds", "listeners-tls", (", ".join(wide),))
    elif open_at:
        yield Verdict("listeners", "holds", "listeners-local", (len(open_at),))


def _sign_in(site: Site) -> Iterator[Verdict]:
    """Whether the centre asks who one is, and limits what they see."""
    if site.centre is None:
        yield Verdict("sign-in", "judge", "kept-unknown")
    elif site.centre.config.console.sign_in:
        yield Verdict("sign-in", "holds", "sign-in-on")
    else:
        yield Verdict("sign-in", "open", "sign-in-off")


def _commands(site: Site) -> Iterator[Verdict]:
    if not site.box.commands:
        yield Verdict("commands", "holds", "commands-none")
    else:
        yield Verdict("commands", "judge", "commands-some", (", ".join(site.box.commands),))


def _outlets(site: Site) -> Iterator[Verdict]:
    named = [
        name
        for name, there in (("ONVIF", site.box.onvif), ("Home Assistant", site.box.home_assistant))
        if there
    ]
    if named:
        yield Verdict("outlets", "judge", "outlets-some", (", ".join(named),))
    else:
        yield Verdict("outlets", "holds", "outlets-none")


def _kept(site: Site) -> Iterator[Verdict]:
    if site.centre is None:
        yield Verdict("kept", "judge", "kept-unknown")
        return
    store = site.centre.config.store
    facts = store.keep_days, store.keep_pictures_days, store.keep_alerts_days
    yield Verdict("kept", "judge", "kept-days", facts)


def _evidence(site: Site) -> Iterator[Verdict]:
    """A few bytes are sealed as a clip would be; without evidence there is nothing to open."""
    evidence = site.box.evidence
    if evidence is None:
        yield Verdict("evidence", "holds", "evidence-none")
        return
    names = ", ".join(custodian.name for custodian in evidence.custodians)
    state: State = "holds" if _is_sealed(evidence) else "open"
    yield Verdict("evidence", state, "evidence-sealed", (names,))
    if evidence.preview is None:
        yield Verdict("preview", "holds", "preview-none")
    else:
        yield Verdict("preview", "holds" if _is_covered() else "open", "preview-tried")
    most = max([evidence.hours, *(keep.hours for keep in evidence.keep)])
    if most <= SHORT_H:
        yield Verdict("retention", "holds", "retention-short", (f"{most:g}",))
    else:
        yield Verdict("retention", "judge", "retention-long", (f"{most:g}",))


def _is_sealed(evidence: Evidence) -> bool:
    """Two halves of a key, for two different keys, and nothing of the plain text left."""
    about = About(clip="trial", site="", camera="", place="", rule="", begun=_LONG_AGO)
    sealer = Sealer(about, evidence.custodians)
    body = sealer.head + sealer(_TRIAL, last=True)
    wraps = head_of(io.BytesIO(body))[0].wraps
    return len({wrap.key for wrap in wraps}) == len(wraps) == 2 and _TRIAL not in body


def _is_covered() -> bool:
    """A film of a bright face on a dark picture hides it; none comes out when a network fails."""
    face, size = Box(64, 48, 96, 80), (128, 160)
    y, c = np.full(size, 40, np.uint8), np.full((64, 80), 128, np.uint8)
    y[48:64, 64:96] = 235
    frames = [Frame(number / 2, 160, 128, y, c, c) for number in range(2)]

    def fails(_: Bytes) -> list[Detection]:
        raise ModelError("a trial")

    def finds(shown: Bytes) -> list[Detection]:
        whole = shown.shape[:2] == size
        return [Detection(face, "face", 0.9)] if whole else []

    try:
        film(redacted_all(frames, LiveRedactor(fails, lambda _: [])), io.BytesIO())
    except RedactionError:
        made = io.BytesIO()
        film(redacted_all(frames, LiveRedactor(finds, lambda _: [])), made)
        return _brightest(made) < int(y.max()) - _DIMMER
    return False


def _brightest(clip: io.BytesIO) -> int:
    """Of all pixels of a clip."""
    clip.seek(0)
    with av.open(clip, "r") as container:
        shown = (each.to_ndarray(format="gray") for each in container.decode(video=0))
        return max(int(picture.max()) for picture in shown)


def _missed(_: Site) -> Iterator[Verdict]:
    yield Verdict("missed", "open", "missed-some")


def _named(names: Sequence[str], most: int = 12) -> str:
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


CHECKS: tuple[Check, ...] = (
    _purpose, _masks, _nobody, _hours, _redaction, _missed, _outlets, _commands, _passwords,
    _cameras_line, _listeners, _sign_in, _evidence, _kept,
)  # fmt: skip

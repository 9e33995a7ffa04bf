"""A camera's own health: what is watched of it, and from when on it is told."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Level = Annotated[float, msgspec.Meta(ge=0, le=255)]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class Lasting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must last before it is told, and be over for a while before that is told.

    after_s, ends_after_s  how long; the picture is looked at every second and a half
    """

    after_s: Seconds = 5.0
    ends_after_s: Seconds = 2.0


class Blind(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture shows nothing, neither black nor white, or only a veil: the lens is covered.

    detail  grey levels, mean step between neighbouring parts under which nothing is shown
    clear   share of the usual contrast for its brightness, below which it is a veil
    """

    detail: Positive = 1.5
    clear: Share = 0.15


class Dark(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture is black, and shows nothing or next to nothing.

    level   mean brightness below which it is black; video's black is 16
    detail  grey levels, mean step between neighbouring parts under which nobody could be made out
    """

    level: Level = 24.0
    detail: Positive = 1.0


class Bright(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Most of the picture is white, and what usually is to be seen is not, or hardly.

    level  brightness from which a part is white; video's white is 235
    share  of the picture that must be white
    clear  share of the usual contrast for its brightness, below which it is hardly to be seen
    """

    level: Level = 225.0
    share: Share = 0.7
    clear: Share = 0.4


class Blurred(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Edges have lost their steepness, and no other scene stands there.

    after_s  a little longer than another scene takes to be told
    share    of the usual steepness, below which the picture is out of focus
    """

    after_s: Seconds = 6.0
    share: Share = 0.6


class Frozen(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pictures come, but they are all the same, on a camera whose pictures never were."""

    after_s: Seconds = 6.0


class Moved(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The camera shows another scene, and that stands.

    share      of the parts that show something, that must show something else
    settles_s  after which the new scene is the usual one
    """

    share: Share = 0.5
    settles_s: Seconds = 60.0


class Lost(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No packet has come."""

    after_s: Seconds = 8.0
    ends_after_s: Seconds = 0.0


class Redialled(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stream broke, or could not be opened, and is opened again and again."""

    after_s: Seconds = 0.0
    ends_after_s: Seconds = 0.0


class Drift(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The camera's clock is not the box's.

    limit_s    by which they may differ
    settles_s  after which a leap of the stream's own time is forgotten; the clock that its sender
               reports tell is never
    """

    after_s: Seconds = 3.0
    limit_s: Positive = 2.0
    settles_s: Seconds = 60.0


class Rate(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The frame rate is not the usual one.

    share      by which it may differ
    settles_s  after which the new rate is the usual one
    """

    after_s: Seconds = 3.0
    share: Share = 0.3
    settles_s: Seconds = 60.0


class Size(Lasting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture's size is not the usual one.

    settles_s  after which the new size is the usual one
    """

    after_s: Seconds = 0.0
    ends_after_s: Seconds = 0.0
    settles_s: Seconds = 60.0


class HealthRules(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"
):
    """What is watched of a camera's health; `null` switches one off.

    The names are the events' rules. ONVIF knows these: signal-loss is VideoSource/SignalLoss,
    camera-blind and scene-changed are VideoSource/GlobalSceneChange, too-dark, too-bright and
    out-of-focus are VideoSource/ImageTooDark, ImageTooBright and ImageTooBlurry.
    """

    signal_loss: Lost | None = Lost()
    reconnecting: Redialled | None = Redialled()
    camera_blind: Blind | None = Blind()
    too_dark: Dark | None = Dark()
    too_bright: Bright | None = Bright()
    out_of_focus: Blurred | None = Blurred()
    picture_frozen: Frozen | None = Frozen()
    scene_changed: Moved | None = Moved()
    clock_drift: Drift | None = Drift()
    rate_changed: Rate | None = Rate()
    size_changed: Size | None = Size()

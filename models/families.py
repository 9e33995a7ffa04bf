"""What a file says of itself in, the family that can read it out: one table."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, NamedTuple, get_args

from models import detr, nanodet, yolox
from models.session import Session
from models.signature import Signature
from pipelines.errors import ConfigError, ModelError

ObjectFamily = Literal["nanodet", "yolox", "rt-detr", "rf-detr"]
Detector = nanodet.NanoDet | yolox.Yolox | detr.RtDetr | detr.RfDetr
Labels = tuple[str, ...]

_NUMBERS = "tensor(float)"


class Family(NamedTuple):
    """How networks of one family are told from others and read.

    wants    their inputs and outputs, in words
    asked    names of the outputs to compute: boxes, classes and scores; none when a file has others
    network  a session as a callable that finds objects
    """

    wants: str
    asked: Callable[[Signature, Labels], tuple[str, ...]]
    network: Callable[[Session, Labels, float], Detector]


FAMILIES: dict[ObjectFamily, Family] = {
    "nanodet": Family(nanodet.WANTS, nanodet.asked, nanodet.NanoDet),
    "yolox": Family(yolox.WANTS, yolox.asked, yolox.Yolox),
    "rt-detr": Family(detr.RT_WANTS, detr.asked_of_rt, detr.RtDetr),
    "rf-detr": Family(detr.RF_WANTS, detr.asked_of_rf, detr.RfDetr),
}


def named(name: str) -> ObjectFamily:
    """A family by its name. Raises ConfigError with those there are."""
    for each in get_args(ObjectFamily):
        if each == name:
            family: ObjectFamily = each
            return family
    raise ConfigError(f"no family is named {name!r}; there are: {', '.join(FAMILIES)}")


def fitting(signature: Signature, labels: Labels, *, file: str) -> ObjectFamily:
    """The family whose inputs and outputs a file has. Raises ModelError with what each wants."""
    for name in FAMILIES:
        if asked(name, signature, labels):
            return name
    raise ModelError(_misfit(signature, labels, FAMILIES, file))


def picker(name: ObjectFamily, labels: Labels, *, file: str) -> Callable[[Signature], Labels]:
    """What picks the outputs of a family for a session; it raises ModelError at a misfit."""

    def pick(signature: Signature) -> tuple[str, ...]:
        names = asked(name, signature, labels)
        if not names:
            raise ModelError(_misfit(signature, labels, {name: FAMILIES[name]}, file))
        return names

    return pick


def asked(name: ObjectFamily, signature: Signature, labels: Labels) -> tuple[str, ...]:
    """Outputs to compute; none when a file does not fit a family, or wants other numbers."""
    if not signature.inputs or signature.inputs[0].kind != _NUMBERS:
        return ()
    return FAMILIES[name].asked(signature, labels)


def at(network: Detector, minimum_score: float) -> Detector:
    """The same network on the same session, with another score under which a finding is none."""
    return replace(network, minimum_score=minimum_score)


def _misfit(
    signature: Signature, labels: Labels, families: dict[ObjectFamily, Family], file: str
) -> str:
    wants = "; ".join(family.wants for family in families.values())
    return (
        f"{file}: has {signature}; with C = {len(labels)} labels that fits no family that finds "
        f"objects and says nothing else. {wants}"
    )

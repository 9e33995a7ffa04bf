"""RT-DETR, D-FINE and RF-DETR: a BGR picture in, objects out; they need no suppression of doubles.

Y. Zhao et al., DETRs Beat YOLOs on Real-time Object Detection, arXiv:2304.08069; Y. Peng et al.,
D-FINE, arXiv:2410.13842; I. Robinson et al., RF-DETR, arXiv:2511.09554. All were trained on
stretched pictures in red, green, blue; RF-DETR's are normalised as for ImageNet.
"""

from dataclasses import dataclass

import numpy as np

from models.boxes import Floats, Ints, named
from models.coco import LABELS, NUMBERED
from models.letterbox import Stretch, stretched
from models.session import Session, Sizes, Tensor
from models.signature import Signature
from pipelines.flow import Bytes, Detection
from pipelines.regions import Sight

SIDE = 640
SIZED = ("labels", "boxes", "scores")
LOGITS, BOXES = ("pred_logits", "logits"), ("pred_boxes",)
RF = ("dets", "labels")
RT_WANTS = (
    "rt-detr (and D-FINE): 1x3xHxW and orig_target_sizes 1x2 -> labels 1xN, boxes 1xNx4, "
    "scores 1xN, or 1x3xHxW -> pred_logits 1xNxC, pred_boxes 1xNx4"
)
RF_WANTS = "rf-detr: 1x3xHxW -> dets 1xNx4, labels 1xNxC; C may count one class that is none"

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)
_NO_MEAN, _NO_STD = np.zeros(3, np.float32), np.ones(3, np.float32)


@dataclass(frozen=True, slots=True)
class RtDetr:
    """Finds objects by an RT-DETR or a D-FINE; safe to call from several threads."""

    session: Session
    labels: tuple[str, ...] = LABELS
    minimum_score: float = 0.4

    def __call__(self, picture: Bytes) -> tuple[Detection, ...]:
        """Find objects in `picture`, (H, W, 3) uint8 BGR; boxes are in its pixels."""
        size = self.session.signature.canvas(SIDE)
        tensor, place = prepare(picture, size)
        if len(self.session.outputs) == len(SIZED):
            sizes: Sizes = np.array([size], np.int64)
            kinds, boxes, scores = self.session(tensor, sizes)
            classes = kinds[0].astype(np.intp)
            return sure(boxes[0], scores[0], classes, place, self.labels, self.minimum_score)
        logits, boxes = self.session(tensor)
        names = names_for(logits.shape[2], self.labels) or self.labels
        return read(logits[0], boxes[0], size, place, names, self.minimum_score)

    @property
    def sight(self) -> Sight:
        """What it sees best."""
        return Sight(max(self.session.signature.canvas(SIDE)))


@dataclass(frozen=True, slots=True)
class RfDetr:
    """Finds objects by an RF-DETR; safe to call from several threads."""

    session: Session
    labels: tuple[str, ...] = LABELS
    minimum_score: float = 0.4

    def __call__(self, picture: Bytes) -> tuple[Detection, ...]:
        """Find objects in `picture`, (H, W, 3) uint8 BGR; boxes are in its pixels."""
        size = self.session.signature.canvas(SIDE)
        tensor, place = prepare(picture, size, mean=_MEAN, std=_STD)
        boxes, logits = self.session(tensor)
        names = names_for(logits.shape[2], self.labels) or self.labels
        return read(logits[0], boxes[0], size, place, names, self.minimum_score)

    @property
    def sight(self) -> Sight:
        """What it sees best."""
        return Sight(max(self.session.signature.canvas(SIDE)))


def asked_of_rt(signature: Signature, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the outputs to compute; none when they do not fit."""
    has = {port.name for port in signature.outputs}
    if not all(signature.canvas(SIDE)):
        return ()
    if len(signature.inputs) == 2 and has == set(SIZED):
        return SIZED
    logits, boxes = signature.output(*LOGITS), signature.output(*BOXES)
    if len(signature.inputs) != 1 or len(has) != 2 or logits is None or boxes is None:
        return ()
    fits = len(logits.shape) == 3 and logits.shape[2] == len(labels)
    return (logits.name, boxes.name) if fits and boxes.shape[-1:] == (4,) else ()


def asked_of_rf(signature: Signature, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the outputs to compute; none when they do not fit."""
    boxes, logits = (signature.output(name) for name in RF)
    if not all(signature.canvas(SIDE)) or len(signature.inputs) != 1 or len(signature.outputs) != 2:
        return ()
    if boxes is None or logits is None or len(logits.shape) != 3 or boxes.shape[-1:] != (4,):
        return ()
    return RF if names_for(logits.shape[2], labels) else ()


def names_for(count: int, labels: tuple[str, ...]) -> tuple[str, ...]:
    """A name for each of `count` logits, "" for a class that is none; nothing when none fit.

    91 logits for COCO bear the numbers of its annotations; one more than there are labels: the
    last stands for no object.
    """
    if count == len(labels):
        return labels
    if labels == LABELS and count == len(NUMBERED):
        return NUMBERED
    return (*labels, "") if count == len(labels) + 1 else ()


def prepare(
    picture: Bytes,
    size: tuple[int, int],
    *,
    mean: Floats = _NO_MEAN,
    std: Floats = _NO_STD,
) -> tuple[Tensor, Stretch]:
    """A picture stretched to a (1, 3, H, W) float32 tensor, red first, and how it was stretched."""
    canvas, place = stretched(picture, *size)
    shares = (canvas[:, :, ::-1] / np.float32(255) - mean) / std
    return np.ascontiguousarray(shares.transpose(2, 0, 1)[None], np.float32), place


def read(
    logits: Tensor,
    boxes: Tensor,
    size: tuple[int, int],
    place: Stretch,
    names: tuple[str, ...],
    minimum: float,
) -> tuple[Detection, ...]:
    """Read (N, C) logits and (N, 4) middles and sizes, as shares of the canvas, as objects."""
    known = np.array([bool(name) for name in names])
    bounded = np.where(known, np.clip(logits, -80, 80), np.float32(-80))
    classes = bounded.argmax(axis=1)
    scores = 1 / (1 + np.exp(-bounded[np.arange(len(bounded)), classes]))
    middle, half = boxes[:, :2], boxes[:, 2:] / 2
    shares = np.clip(np.concatenate([middle - half, middle + half], axis=1), 0, 1)
    corners = (shares * [*size, *size]).astype(np.float32)
    return sure(corners, scores, classes, place, names, minimum)


def sure(
    corners: Floats,
    scores: Floats,
    classes: Ints,
    place: Stretch,
    names: tuple[str, ...],
    minimum: float,
) -> tuple[Detection, ...]:
    """Those that are sure enough, best first, in the picture's pixels."""
    rows = np.argsort(-scores)
    rows = rows[scores[rows] >= minimum]
    return named(corners[rows], scores[rows], classes[rows], labels=names, back=place.back)

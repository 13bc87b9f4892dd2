"""Looks at the image as a plane from elsewhere: a warp of the whole, cropped so that no border shows.

Nothing that was hidden comes into view: it is a photograph of the photograph.
"""

from collections.abc import Callable
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.offline.editor.masks import outline
from irloom.backends.offline.editor.scene import CannotDo, Change, Scene, choose
from irloom.edits import Step
from irloom.records import Box

_MOST_CLOSE = 0.6

Corners = NDArray[np.float32]
"""What is seen: left top, right top, right bottom, left bottom, in 0..1 of the image."""


def change_view(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """See the whole image from another side."""
    find_corners = choose(step, _VIEWS)
    height, width = scene.pixels.shape[:2]
    corners = find_corners(scene, step, draw)
    size = np.array([width, height], np.float32)
    full = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners * size, full * size), np.float64)
    pixels = cv2.warpPerspective(
        scene.pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    objects = tuple(_carry(box, matrix, (height, width)) for box in scene.objects)
    details = {"view": step.value, "corners": [[round(float(v), 3) for v in point] for point in corners]}
    return Change(Scene(np.asarray(pixels, np.uint8), objects), details=details)


def _carry(box: Box | None, matrix: NDArray[np.float64], size: tuple[int, int]) -> Box | None:
    """The object where it is seen now; None where it left the frame."""
    if box is None:
        return None
    height, width = size
    around = (box.x1, box.y1, box.x2, box.y1, box.x2, box.y2, box.x1, box.y2)
    plane = np.zeros((height, width), np.uint8)
    for polygon in box.polygons or (around,):
        points = np.array(polygon, np.float64).reshape(-1, 1, 2) * (width, height)
        moved = cv2.perspectiveTransform(points, matrix)
        cv2.fillPoly(plane, [np.rint(moved).astype(np.int32)], 1)
    seen = outline(plane.astype(np.float32), box.label)
    if seen is None:
        return None
    return seen.model_copy(update={"crowd": box.crowd, "polygons": seen.polygons if box.polygons else ()})


def _tip(top: float, bottom: float, left: float, right: float) -> Corners:
    """The image seen with each of its sides drawn in by a share."""
    return np.array([[top, left], [1 - top, right], [1 - bottom, 1 - right], [bottom, 1 - left]], np.float32)


def _look_up(scene: Scene, step: Step, draw: np.random.Generator) -> Corners:
    # From below the foot of things is nearest, and so largest.
    return _tip(0, draw.uniform(0.17, 0.24), 0, 0)


def _look_down(scene: Scene, step: Step, draw: np.random.Generator) -> Corners:
    return _tip(draw.uniform(0.17, 0.24), 0, 0, 0)


def _look_from_left(scene: Scene, step: Step, draw: np.random.Generator) -> Corners:
    return _tip(0, 0, draw.uniform(0.17, 0.23), 0)


def _look_from_right(scene: Scene, step: Step, draw: np.random.Generator) -> Corners:
    return _tip(0, 0, 0, draw.uniform(0.17, 0.23))


def _come_close(scene: Scene, step: Step, draw: np.random.Generator) -> Corners:
    """Crop to the target, or to the largest object, or to the middle."""
    box = _choose_subject(scene, step)
    share = draw.uniform(0.52, 0.6)
    middle = np.array([0.5, 0.5])
    if box is not None:
        middle = np.array([(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2])
        side = max(box.x2 - box.x1, box.y2 - box.y1)
        share = float(np.clip(draw.uniform(1.15, 1.35) * side, 0.34, 0.68)) * draw.uniform(0.95, 1.05)
    low = np.clip(middle - share / 2, 0, 1 - share)
    return np.array([low, [low[0] + share, low[1]], low + share, [low[0], low[1] + share]], np.float32)


def _choose_subject(scene: Scene, step: Step) -> Box | None:
    if step.target is not None:
        box = scene.objects[step.target - 1] if step.target <= len(scene.objects) else None
        if box is None:
            raise CannotDo(f"object {step.target} is not annotated, or gone since a step before this one")
        if max(box.x2 - box.x1, box.y2 - box.y1) > _MOST_CLOSE:
            raise CannotDo(f"object {step.target} ({box.label}) fills the image already")
        return box
    whole = [box for box in scene.objects if box is not None and not box.crowd]
    return max(whole, key=lambda box: (box.x2 - box.x1) * (box.y2 - box.y1), default=None)


def _lean(scene: Scene, step: Step, draw: np.random.Generator) -> Corners:
    """Turn the camera about its axis, and see the largest upright part that fits."""
    height, width = scene.pixels.shape[:2]
    turn = float(draw.choice([-1, 1])) * np.deg2rad(draw.uniform(9, 15))
    cos, sin = np.cos(turn), abs(np.sin(turn))
    share = min(width / (width * cos + height * sin), height / (width * sin + height * cos))
    half = np.array([width, height]) * share / 2
    around = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray((around @ rotation.T) / (width, height) + 0.5, np.float32)


_VIEWS: MappingProxyType[str, Callable[[Scene, Step, np.random.Generator], Corners]] = MappingProxyType(
    {
        "low angle": _look_up,
        "high angle": _look_down,
        "from the left": _look_from_left,
        "from the right": _look_from_right,
        "close-up": _come_close,
        "tilted": _lean,
    }
)

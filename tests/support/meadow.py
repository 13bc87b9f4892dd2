"""An editor with a drawn photograph: sky, meadow, a red barrel that stands on it, and a grey stone beside."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.offline.editor.editor import ClassicEditor
from irloom.edits import Declined, Step, Subcategory
from irloom.errors import SampleError
from irloom.options import ClassicOptions
from irloom.protocols import Edit, EditJob
from irloom.records import Box

WIDTH, HEIGHT = 240, 180
Result = Edit | Declined | SampleError


def ellipse(label: str, x: float, y: float, rx: float, ry: float, **others: Any) -> Box:
    """An object whose outline is an ellipse around `x, y`, in 0..1."""
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    points = np.clip(np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], axis=1), 0, 1)
    (x1, y1), (x2, y2) = points.min(axis=0), points.max(axis=0)
    polygon = tuple(float(value) for value in points.ravel())
    return Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, polygons=(polygon,), **others)


BARREL = ellipse("barrel", 0.4, 0.68, 0.1, 0.16)
STONE = ellipse("stone", 0.75, 0.78, 0.08, 0.09)


def draw_meadow() -> NDArray[np.uint8]:
    """Blue sky above, green noise below, and both objects with some shading."""
    draw = np.random.default_rng(0)
    rows = np.linspace(0, 1, HEIGHT)[:, None, None]
    pixels = np.where(rows < 0.45, np.array([150, 190, 235]) + 20 * rows, np.array([70, 120, 60]))
    pixels = pixels + np.where(rows < 0.45, 0, draw.normal(0, 9, (HEIGHT, WIDTH, 1)))
    pixels = np.broadcast_to(pixels, (HEIGHT, WIDTH, 3)).copy()
    for box, colour in ((BARREL, (190, 40, 35)), (STONE, (128, 126, 124))):
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        points = np.array(box.polygons[0]).reshape(-1, 2) * (WIDTH, HEIGHT)
        cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
        across = (np.linspace(0, 1, WIDTH) - box.x1) / (box.x2 - box.x1)
        light = 1.25 - 0.6 * across[None, :, None]
        pixels = np.where(mask[..., None] > 0, np.array(colour) * light, pixels)
    return np.clip(pixels, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Bench:
    """An editor and the drawn photograph on its table."""

    photograph: Path
    before: NDArray[np.uint8]
    boxes: tuple[Box, ...] = (BARREL, STONE)

    def job(self, *steps: Step, seed: int = 1) -> EditJob:
        return EditJob(self.photograph, "in words", seed, WIDTH, HEIGHT, steps, self.boxes)

    def step(self, subcategory: Subcategory, value: str = "", target: int | None = 1) -> Step:
        return Step(subcategory=subcategory, instruction="in words", target=target, value=value)

    def try_to(
        self, subcategory: Subcategory, value: str = "", target: int | None = 1, seed: int = 1
    ) -> Result:
        job = self.job(self.step(subcategory, value, target), seed=seed)
        return ClassicEditor(ClassicOptions()).edit([job])[0]

    def edit(self, subcategory: Subcategory, value: str = "", target: int | None = 1, seed: int = 1) -> Edit:
        result = self.try_to(subcategory, value, target, seed)
        assert isinstance(result, Edit), result
        return result

    def decline(self, subcategory: Subcategory, value: str = "", target: int | None = 1) -> str:
        result = self.try_to(subcategory, value, target)
        assert isinstance(result, Declined), result
        return result.reason

    def holding(self, *boxes: Box) -> "Bench":
        """The same photograph with other annotations."""
        return replace(self, boxes=boxes)


def set_bench(folder: Path) -> Bench:
    """Draw the photograph into a folder."""
    pixels = draw_meadow()
    path = folder / "meadow.png"
    Image.fromarray(pixels).save(path)
    return Bench(path, pixels)

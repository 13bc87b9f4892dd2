"""Pictures that look like photographs to a measure: smooth patches under fine grain."""

import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def make_photo(seed: int, height: int = 240, width: int = 320) -> Pixels:
    """A picture of its own for each seed, with edges and colours."""
    random = np.random.default_rng(seed)
    patches = random.uniform(40, 215, (9, 12, 3)).astype(np.float32)
    picture = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(random.normal(0, 12, (height, width, 1)).astype(np.float32), (0, 0), 1)
    return np.asarray(np.clip(picture + grain[..., None], 0, 255), dtype=np.uint8)


def paint(
    picture: Pixels, box: tuple[float, float, float, float], colour: tuple[int, int, int], share: float = 0.7
) -> Pixels:
    """The picture with a box (`x1, y1, x2, y2` in 0..1) tinted, its grain left to be seen."""
    height, width = picture.shape[:2]
    rows = slice(round(box[1] * height), round(box[3] * height))
    columns = slice(round(box[0] * width), round(box[2] * width))
    painted = picture.astype(np.float64)
    painted[rows, columns] = painted[rows, columns] * (1 - share) + np.array(colour) * share
    return np.rint(painted).astype(np.uint8)


def compress(picture: Pixels, quality: int) -> Pixels:
    """What a JPEG keeps of it."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def save(picture: Pixels, path: Path) -> Path:
    """The picture as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return path

"""Drawn scenes as COCO files, and an endpoint that answers by the boxes of the scene it is shown."""

import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from irloom.records import Sample
from support.box_detector import Guesser
from support.chat_server import Asked, ChatServer
from support.skewed_scenes import LABELS

_STEP = 10
"""Between the reds of two scenes, so that each is known by its picture."""
MOST_SCENES = 25


def write_scenes(root: Path, scenes: list[Sample]) -> list[str]:
    """Write pictures and boxes of scenes; options of `irloom run align` that read them."""
    assert len(scenes) <= MOST_SCENES
    folder, names = root / "scenes", sorted(LABELS)
    folder.mkdir(parents=True)
    images: list[dict[str, Any]] = []
    boxes: list[dict[str, Any]] = []
    for number, scene in enumerate(scenes, 1):
        Image.new("RGB", (640, 480), (_STEP * number, 80, 90)).save(folder / f"{number}.png")
        images.append({"id": number, "file_name": f"{number}.png", "width": 640, "height": 480})
        for box in scene.boxes:
            edges = [box.x1 * 640, box.y1 * 480, (box.x2 - box.x1) * 640, (box.y2 - box.y1) * 480]
            about = {"image_id": number, "category_id": names.index(box.label) + 1, "iscrowd": 0}
            boxes.append({"id": len(boxes) + 1, "bbox": edges, "area": edges[2] * edges[3], **about})
    categories = [{"id": place, "name": name} for place, name in enumerate(names, 1)]
    file = root / "instances.json"
    file.write_text(json.dumps({"images": images, "annotations": boxes, "categories": categories}))
    return ["--images", str(folder), "--instances", str(file)]


class Detector(Protocol):
    """Scores a sentence about a scene from 0 to 100."""

    def score(self, sample: Sample, sentence: str) -> float: ...


@dataclass
class BoxServer(ChatServer):
    """Finds the scene by the picture in the request, and has a detector score the sentence."""

    scenes: list[Sample] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    """Of each scene."""
    detector: Detector = field(default_factory=Guesser)
    shift: int = 0
    """The scene that is looked at instead, so many behind the one that was shown."""

    def __post_init__(self) -> None:
        digests = (_digest_pixels(picture.read_bytes()) for picture in self.pictures)
        self._numbers = {digest: number for number, digest in enumerate(digests)}
        assert len(self._numbers) == len(self.scenes), "two scenes have one picture"

    def _say(self, asked: Asked, salt: str) -> str:
        assert asked.image is not None
        number = self._numbers[_digest_pixels(asked.image)]
        scene = self.scenes[(number + self.shift) % len(self.scenes)]
        return f"{self.detector.score(scene, asked.fields['sentence']):g}"


def _digest_pixels(content: bytes) -> str:
    """Equal for one picture, in whatever lossless form it is sent."""
    with Image.open(io.BytesIO(content)) as picture:
        return hashlib.sha256(picture.convert("RGB").tobytes()).hexdigest()

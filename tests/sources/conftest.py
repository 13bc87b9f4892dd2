"""Writes small COCO data sets for the tests of this folder."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.records import BoxForm
from irloom.sources.coco import CocoSource

CATEGORIES = [{"id": 1, "name": "person"}, {"id": 3, "name": "car"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An image folder with `a.jpg` (100 x 50) and `b.jpg` (100 x 50)."""
    images = tmp_path / "images"
    images.mkdir()
    for name in ("a.jpg", "b.jpg"):
        Image.new("L", (100, 50)).save(images / name)
    return images


@pytest.fixture
def make_source(folder: Path, tmp_path: Path) -> Iterator[Callable[..., CocoSource]]:
    """Open a source of given entries; it is closed after the test."""
    opened: list[CocoSource] = []

    def make(
        images: list[Any] | None = None,
        captions: list[Any] | None = None,
        boxes: list[Any] | None = None,
        boxed_images: list[Any] | None = None,
        categories: list[Any] | None = None,
        licences: list[Any] | None = None,
        form: BoxForm | None = None,
        **options: Any,
    ) -> CocoSource:
        images = [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 50}] if images is None else images
        captions = [{"id": 1, "image_id": 1, "caption": "A dog."}] if captions is None else captions
        listed = images if boxed_images is None else boxed_images
        caption_file, box_file = tmp_path / "captions.json", tmp_path / "instances.json"
        licensed = {} if licences is None else {"licenses": licences}
        caption_file.write_text(json.dumps({"annotations": captions, "images": images, **licensed}))
        labels = CATEGORIES if categories is None else categories
        box_file.write_text(json.dumps({"annotations": boxes or [], "images": listed, "categories": labels}))
        instances = None if boxes is None else box_file
        source = CocoSource(folder, caption_file, instances, tmp_path / "cache", boxes=form, **options)
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()

"""The samples whose images are in the folder."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.coco import CocoSource
from irloom.sources.present import PresentSource
from support.coco import CocoFiles, write_coco


def open_source(coco: CocoFiles, folder: Path) -> PresentSource:
    annotated = CocoSource(coco.images, None, coco.instances, cache=folder / "cache", needs_captions=False)
    return PresentSource(annotated, coco.images)


def test_images_that_are_not_there_are_left_out_and_counted(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 4)
    (coco.images / "000002.png").unlink()
    source = open_source(coco, tmp_path)
    assert list(source.list_ids()) == ["1", "3", "4"]
    assert (len(source), source.missing) == (3, 1)
    assert (source.counts["images"], source.counts["images_not_here"]) == (3, 1)
    assert source.get("2") is None
    sample = source.get("3")
    assert sample is not None
    assert (sample.fault, sample.captions, len(sample.boxes)) == (None, (), 2)
    source.close()


def test_a_folder_with_none_of_the_images_is_refused_with_the_reason(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 2)
    for path in coco.images.iterdir():
        path.unlink()
    with pytest.raises(ConfigError, match=r"holds none of the 2 images"):
        open_source(coco, tmp_path)

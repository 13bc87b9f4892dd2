"""Files that are not what the option asks for are refused, with a message that says so."""

import os
from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.coco import CocoSource

CAPTIONS = '{"images": [], "annotations": [{"id": 1, "image_id": 1, "caption": "A dog."}]}'
INSTANCES = (
    '{"annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4], "category_id": 1}], '
    '"images": [], "categories": []}'
)


def refusal(folder: Path, captions: str | None = CAPTIONS, instances: str | None = None) -> str:
    """What is said when files of this content are opened."""
    root = folder.parent
    for name, content in (("captions.json", captions), ("instances.json", instances)):
        if content is not None:
            (root / name).write_text(content)
    boxes = root / "instances.json" if instances is not None else None
    with pytest.raises(ConfigError) as caught:
        CocoSource(folder, root / "captions.json", boxes, root / "cache")
    assert list((root / "cache").glob("*.sqlite*")) == []
    return str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    assert "--captions" in (message := refusal(folder, None))
    assert "captions.json does not exist" in message


def test_a_folder_is_no_captions_file(folder: Path) -> None:
    (folder.parent / "captions.json").mkdir()
    assert "is a folder; give a COCO captions file" in refusal(folder, None)


def test_a_pipe_is_no_captions_file(folder: Path) -> None:
    os.mkfifo(folder.parent / "captions.json")
    assert "is no regular file" in refusal(folder, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(folder: Path) -> None:
    (folder.parent / "captions.json").write_text(CAPTIONS)
    (folder.parent / "captions.json").chmod(0)
    assert "captions.json cannot be read: Permission denied" in refusal(folder, None)


def test_the_image_folder_must_be_a_folder(folder: Path) -> None:
    for wrong, reason in ((folder / "none", "does not exist"), (folder / "a.jpg", "is no folder")):
        with pytest.raises(ConfigError, match=f"--images .* {reason}"):
            CocoSource(wrong, folder / "captions.json", None)


def test_swapped_files_are_recognised(folder: Path) -> None:
    message = refusal(folder, INSTANCES, CAPTIONS)
    assert "--captions" in message
    assert "it looks like a COCO instances file; are they swapped?" in message


def test_captions_given_as_instances_are_recognised(folder: Path) -> None:
    message = refusal(folder, CAPTIONS, CAPTIONS)
    assert "--instances" in message
    assert "it looks like a COCO captions file; are they swapped?" in message


def test_annotations_of_another_kind_are_refused(folder: Path) -> None:
    content = '{"images": [], "annotations": [{"segments_info": []}]}'
    assert "no annotation has 'caption', so it looks like another kind of file" in refusal(folder, content)


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        ("{}", "no 'images' and no 'annotations' array"),
        ('{"images": []}', "no 'annotations' array"),
        ('{"annotations": []}', "no 'images' array"),
        ('{"images": [], "annotations": {}}', "'annotations' is no array"),
        ("[]", "expected an object"),
        ("", "expected an object"),
    ],
)
def test_what_is_not_coco_is_refused(folder: Path, content: str, missing: str) -> None:
    assert missing in refusal(folder, content)


def test_instances_need_categories(folder: Path) -> None:
    assert "no 'categories' array" in refusal(folder, CAPTIONS, '{"images": [], "annotations": []}')


def test_a_truncated_file_says_where_it_ends(folder: Path) -> None:
    assert "is not valid JSON at byte" in refusal(folder, CAPTIONS[:-5])

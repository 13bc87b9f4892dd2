"""A link to a file is input; what lies outside of the image folder is copied only where the user says so."""

from pathlib import Path

import pytest
from PIL import Image

from irloom.backends.translators.given import Given
from irloom.errors import ConfigError, SourceError
from irloom.pipelines.evaluate.pictures import VisibleFinder
from irloom.pipelines.evaluate.records import Shot
from irloom.protocols import Translation, TranslationJob
from irloom.sources.coco import CocoSource
from irloom.sources.folder import FolderSource
from irloom.sources.location import Finder, require_folder
from irloom.sources.present import PresentSource
from support.coco import CocoFiles, write_coco


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, a link to one inside, and a link to one outside, as in a cache of the hub."""
    made, blobs = tmp_path / "images", tmp_path / "blobs"
    for one in (made, blobs):
        one.mkdir()
    Image.new("RGB", (12, 8), "teal").save(made / "own.png")
    Image.new("RGB", (12, 8), "red").save(blobs / "5e3c", "PNG")
    (made / "inside.png").symlink_to("own.png")
    (made / "outside.png").symlink_to("../blobs/5e3c")
    return made


def fault_of(source: FolderSource | PresentSource | CocoSource, sample_id: str) -> str | None:
    sample = source.get(sample_id)
    assert sample is not None
    return sample.fault.message if sample.fault else None


def test_a_link_out_of_a_folder_is_a_row_that_names_the_option_and_is_told_before(folder: Path) -> None:
    source = FolderSource(folder)
    assert list(source.list_ids()) == ["inside", "outside", "own"]
    assert fault_of(source, "inside") is None
    assert "leads out of the image folder" in (found := fault_of(source, "outside") or "")
    assert "--follow-links" in found
    assert ["1 images are links" in said for said in source.notices] == [True]


def test_with_the_option_a_link_out_of_a_folder_is_an_image_like_others(folder: Path) -> None:
    source = FolderSource(folder, follow_links=True)
    assert [fault_of(source, one) for one in source.list_ids()] == [None] * 3
    assert source.notices == ()


def test_a_folder_of_nothing_but_such_links_is_refused_before_a_run(folder: Path) -> None:
    for name in ("own.png", "inside.png"):
        (folder / name).unlink()
    with pytest.raises(ConfigError, match="--follow-links"):
        FolderSource(folder)
    assert len(FolderSource(folder, follow_links=True)) == 1


def link_out(coco: CocoFiles, name: str) -> None:
    blob = coco.images.parent / "blob"
    (coco.images / name).rename(blob)
    (coco.images / name).symlink_to(blob)


@pytest.mark.parametrize("follow", [False, True])
def test_an_annotated_link_is_no_missing_image(tmp_path: Path, follow: bool) -> None:
    coco = write_coco(tmp_path / "coco", 3)
    link_out(coco, "000002.png")
    annotated = CocoSource(
        coco.images, None, coco.instances, cache=tmp_path, needs_captions=False, follow_links=follow
    )
    source = PresentSource(annotated, coco.images)
    assert (len(source), source.missing) == (3, 0)
    assert ("--follow-links" in (fault_of(source, "2") or "")) is not follow
    assert any("--follow-links" in said for said in source.notices) is not follow
    source.close()


@pytest.mark.parametrize("follow", [False, True])
def test_a_folder_that_leads_out_is_never_gone_into(folder: Path, follow: bool) -> None:
    (folder / "more").symlink_to(folder.parent / "blobs")
    finder = Finder(folder, require_folder(folder), follow)
    with pytest.raises(SourceError, match="leads out of the image folder"):
        finder.find("more/5e3c")


@pytest.mark.parametrize("follow", [False, True])
def test_a_link_to_nothing_and_one_to_a_folder_are_no_images(folder: Path, follow: bool) -> None:
    (folder / "dead.png").symlink_to(folder.parent / "nothing")
    (folder / "folder.png").symlink_to(folder.parent / "blobs")
    finder = Finder(folder, require_folder(folder), follow)
    with pytest.raises(SourceError, match="does not exist"):
        finder.find("dead.png")
    with pytest.raises(SourceError, match=r"leads out|is a folder"):
        finder.find("folder.png")


def test_a_visible_image_that_is_a_link_is_found_only_with_the_option(folder: Path) -> None:
    shot = Shot(name="outside.jpg")
    with pytest.raises(SourceError, match="--follow-links"):
        VisibleFinder(folder).find(shot)
    path, _ = VisibleFinder(folder, follow_links=True).find(shot)
    assert path == folder.parent / "blobs" / "5e3c"


@pytest.mark.parametrize("has_folder", [False, True])
@pytest.mark.parametrize("follow", [False, True])
def test_a_given_infrared_image_that_is_a_link_is_copied_only_with_the_option(
    folder: Path, has_folder: bool, follow: bool
) -> None:
    images = folder
    if has_folder:
        images = folder.parent / "visible"
        images.mkdir()
        Image.new("RGB", (12, 8)).save(images / "outside.png")
    reader = Given(folder if has_folder else None, images, follow_links=follow)
    (made,) = reader.translate([TranslationJob(images / "outside.png", (), 0, 12, 8)])
    assert isinstance(made, Translation) is follow
    assert follow or "--follow-links" in str(made)

"""Infrared images that exist already: pictures as they are, values stretched, the visible ones refused."""

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.backends.translators.given import Given
from irloom.backends.translators.pairing import find_infrared, refuse_visible
from irloom.errors import ConfigError, SourceError
from irloom.protocols import Translation, TranslationJob
from support.turning import make_exif

SIZE = (12, 8)
VALUES = np.arange(96, dtype=np.float64).reshape(8, 12)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Visible images, with `a.png`, and an empty folder for infrared ones."""
    images, infrared = tmp_path / "images", tmp_path / "infrared"
    images.mkdir()
    infrared.mkdir()
    Image.new("RGB", SIZE, "teal").save(images / "a.png")
    return images, infrared


def translate(images: Path, infrared: Path, name: str = "a.png") -> Translation:
    (made,) = Given(infrared, images).translate([TranslationJob(images / name, (), 0, *SIZE)])
    if isinstance(made, Exception):
        raise made
    return made


def pixels_of(made: Translation) -> Any:
    assert isinstance(made.image, np.ndarray)
    return made.image


@pytest.mark.parametrize(
    ("values", "suffix"),
    [
        ((VALUES + 29_000).astype(np.uint16), ".png"),
        ((VALUES + 7_000).astype(np.uint16), ".tiff"),
        ((VALUES - 20).astype(np.int32), ".tif"),
        ((VALUES / 7 + 20).astype(np.float32), ".tif"),
    ],
)
def test_values_are_stretched_and_said_to_be(folders: tuple[Path, Path], values: Any, suffix: str) -> None:
    images, infrared = folders
    Image.fromarray(values).save(infrared / f"a{suffix}")
    made = translate(images, infrared)
    pixels = pixels_of(made)
    assert (pixels.dtype, pixels.shape, pixels.min(), pixels.max()) == (np.uint8, (8, 12), 0, 255)
    assert len(np.unique(pixels)) > 80
    assert made.original == infrared / f"a{suffix}"
    assert made.details["given"] == f"a{suffix}"
    assert made.details["stretch"]["range"] == [float(values.min()), float(values.max())]


@pytest.mark.parametrize(
    ("mode", "suffix", "form"),
    [("L", ".tif", "TIFF"), ("RGB", ".bmp", "BMP"), ("L", ".jpg", "PNG"), ("CMYK", ".jpg", "JPEG")],
)
def test_other_formats_become_pixels_and_are_kept_beside(
    folders: tuple[Path, Path], mode: str, suffix: str, form: str
) -> None:
    images, infrared = folders
    Image.linear_gradient("L").resize(SIZE).convert(mode).save(infrared / f"a{suffix}", form)
    made = translate(images, infrared)
    assert pixels_of(made).dtype == np.uint8
    assert made.original == infrared / f"a{suffix}"
    assert "stretch" not in made.details


@pytest.mark.parametrize(("mode", "suffix"), [("L", ".png"), ("RGB", ".jpeg"), ("L", ".JPG"), ("P", ".png")])
def test_pictures_are_taken_as_they_are(folders: tuple[Path, Path], mode: str, suffix: str) -> None:
    images, infrared = folders
    Image.linear_gradient("L").resize(SIZE).convert(mode).save(infrared / f"a{suffix}")
    made = translate(images, infrared)
    assert (made.image, made.original) == (infrared / f"a{suffix}", None)


def test_values_of_which_none_is_finite_are_refused(folders: tuple[Path, Path]) -> None:
    images, infrared = folders
    Image.fromarray(np.full((8, 12), np.nan, dtype=np.float32)).save(infrared / "a.tif")
    with pytest.raises(SourceError, match=r"a\.tif cannot be shown: it holds no finite value"):
        translate(images, infrared)


def test_the_visible_image_itself_is_refused_as_a_file_a_link_and_a_copy(folders: tuple[Path, Path]) -> None:
    images, infrared = folders
    with pytest.raises(SourceError, match="is the visible image itself"):
        translate(images, images)
    (infrared / "a.png").symlink_to(images / "a.png")
    with pytest.raises(SourceError, match="is the visible image itself"):
        translate(images, infrared)
    (infrared / "a.png").unlink()
    (infrared / "a.png").write_bytes((images / "a.png").read_bytes())
    with pytest.raises(SourceError, match="is the visible image itself"):
        translate(images, infrared)


def test_a_folder_of_visible_images_is_refused_before_a_run(folders: tuple[Path, Path]) -> None:
    images, infrared = folders
    with pytest.raises(ConfigError, match=r"holds the visible images themselves.*--no-translation"):
        refuse_visible(images, images, ["a.png", "gone.png"])
    refuse_visible(infrared, images, ["a.png"])
    Image.new("L", SIZE, 9).save(infrared / "a.png")
    refuse_visible(infrared, images, ["a.png"])


def test_without_a_folder_the_visible_images_are_meant(folders: tuple[Path, Path]) -> None:
    images, _ = folders
    (made,) = Given(None, images).translate([TranslationJob(images / "a.png", (), 0, *SIZE)])
    assert isinstance(made, Translation)
    assert made.image == images / "a.png"


@pytest.mark.parametrize(
    ("visible", "infrared"),
    [
        ("set00/V000/visible/I00000.jpg", "set00/V000/lwir/I00000.jpg"),
        ("visible/train/a.jpg", "infrared/train/a.png"),
        ("RGB/a.jpg", "thermal/a.tiff"),
        ("Vis/a.png", "Ir/a.png"),
        ("VIS/a.png", "IR/a.png"),
    ],
)
def test_sister_folders_of_one_set_work(tmp_path: Path, visible: str, infrared: str) -> None:
    for name, colour in ((visible, "teal"), (infrared, "grey")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", SIZE, colour).save(tmp_path / name)
    found = find_infrared(tmp_path, Path(visible), tmp_path / visible)
    assert found == tmp_path / infrared
    refuse_visible(tmp_path, tmp_path, [visible])


def test_accents_are_one_however_they_are_written(folders: tuple[Path, Path]) -> None:
    _, infrared = folders
    name = unicodedata.normalize("NFD", "café.png")
    Image.new("L", SIZE).save(infrared / name)
    assert find_infrared(infrared, Path(unicodedata.normalize("NFC", "café.jpg"))) == infrared / name


@pytest.mark.parametrize("orientation", [2, 3, 6])
def test_a_picture_that_viewers_turn_becomes_an_upright_one_with_its_file_beside(
    folders: tuple[Path, Path], orientation: int
) -> None:
    images, infrared = folders
    seen = Image.fromarray(np.repeat(VALUES.astype(np.uint8)[..., None], 3, axis=2))
    turned = {2: 0, 3: 3, 6: 2}  # Pillow's numbers of what undoes the orientation
    stored = seen.transpose(Image.Transpose(turned[orientation]))
    stored.save(infrared / "a.png", exif=make_exif(orientation))
    made = translate(images, infrared)
    np.testing.assert_array_equal(pixels_of(made), VALUES.astype(np.uint8))
    assert made.original == infrared / "a.png"


def test_values_that_viewers_turn_are_stretched_upright(folders: tuple[Path, Path]) -> None:
    images, infrared = folders
    stored = Image.fromarray((VALUES + 29_000).astype(np.uint16)).transpose(Image.Transpose.ROTATE_90)
    stored.save(infrared / "a.png", exif=make_exif(6))
    pixels = pixels_of(translate(images, infrared))
    assert pixels.shape == (8, 12)
    assert (pixels[0, 0], pixels[-1, -1]) == (0, 255)

"""What goes to an endpoint is a PNG, a JPEG or a WebP, and is called what it is."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.backends.images import to_data_url
from irloom.errors import SourceError


def send(path: Path) -> tuple[str, bytes]:
    head, _, data = to_data_url(path).partition(",")
    return head.removeprefix("data:").removesuffix(";base64"), base64.b64decode(data)


@pytest.mark.parametrize(
    ("form", "suffix", "media"),
    [
        *(("PNG", ".png", "image/png"), ("JPEG", ".jpg", "image/jpeg"), ("WEBP", ".webp", "image/webp")),
        *(("PNG", ".jpg", "image/png"), ("JPEG", ".png", "image/jpeg"), ("JPEG", "", "image/jpeg")),
    ],
)
def test_what_everybody_reads_goes_as_it_is_under_its_own_type(
    tmp_path: Path, form: str, suffix: str, media: str
) -> None:
    path = tmp_path / f"a{suffix}"
    Image.new("RGB", (4, 3), "teal").save(path, form)
    assert send(path) == (media, path.read_bytes())


@pytest.mark.parametrize("values", [np.uint16, np.int32, np.float32, np.uint8])
def test_other_formats_and_values_go_as_8_bit_png(tmp_path: Path, values: Any) -> None:
    path = tmp_path / ("a.png" if values is np.uint16 else "a.tif")
    Image.fromarray((np.arange(12).reshape(3, 4) * 20 + 1).astype(values)).save(path)
    media, content = send(path)
    with Image.open(io.BytesIO(content)) as image:
        assert (media, image.format, image.mode, image.size) == ("image/png", "PNG", "RGB", (4, 3))
        assert np.unique(np.asarray(image)).size == 12


@pytest.mark.parametrize(("form", "suffix"), [("BMP", ".bmp"), ("GIF", ".gif"), ("TIFF", ".png")])
def test_no_other_format_leaves(tmp_path: Path, form: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    Image.new("RGB", (4, 3), "teal").save(path, form)
    media, content = send(path)
    assert (media, content[:4]) == ("image/png", b"\x89PNG")


def test_what_is_no_image_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("<html>")
    with pytest.raises(SourceError, match=r"a\.png cannot be sent"):
        to_data_url(tmp_path / "a.png")

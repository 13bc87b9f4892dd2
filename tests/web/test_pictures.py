"""Pictures are found by the id of their sample, never by a path of an address."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.views.blocks import Picture
from irloom.web.pictures import THUMBNAIL, NoPicture, locate_picture, send_picture
from web.conftest import open_pages


def test_a_picture_comes_as_it_is_and_small(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        whole = client.get("/image/0/1/infrared")
        visible = client.get("/image/0/1/visible")
        small = client.get("/image/0/1/infrared?small")
    assert whole.content == (offline / "images" / "1.png").read_bytes()
    assert visible.content == (offline.parent / "images" / "000001.png").read_bytes()
    assert whole.headers["content-type"] == "image/png"
    assert small.headers["content-type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(small.content)).size) <= THUMBNAIL


@pytest.mark.parametrize(
    "harm", [lambda content: content[:40], lambda content: b"", lambda content: content + b"x"]
)
def test_a_picture_that_was_changed_since_is_not_shown_at_full_size(
    harm: Callable[[bytes], bytes], offline: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    picture = run / "images" / "1.png"
    picture.write_bytes(harm(picture.read_bytes()))
    with open_pages(tmp_path, run) as client:
        answer = client.get("/image/0/1/infrared")
        other = client.get("/image/0/2/infrared")
    assert answer.status_code == 410
    assert "it was changed since it was made" in answer.text
    assert other.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/image/0/1/other",
        "/image/0/nobody/infrared",
        "/image/7/1/infrared",
        "/image/0/..%2f..%2frun.json/infrared",
        "/image/0/1/..%2frun.json",
        "/image/0/%2e%2e/%2e%2e/run.json",
        "/static/..%2f..%2fpages.py",
        "/static/%2e%2e/pages.py",
        "/image/-1/1/infrared",
    ],
)
def test_nothing_else_is_sent(offline: Path, tmp_path: Path, path: str) -> None:
    with open_pages(tmp_path, offline) as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert b"fingerprint" not in answer.content
    assert b"import" not in answer.content


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "a/../../secret.png"])
def test_a_name_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoPicture, match="leads out"):
        locate_picture(Picture("visible", "source", name), tmp_path, tmp_path)


def test_a_file_that_is_no_picture_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_text("a password")
    with pytest.raises(NoPicture, match="cannot be read"):
        send_picture(tmp_path / "secret.png", small=False)


def test_a_picture_of_16_bits_is_not_cut_off_at_255(tmp_path: Path) -> None:
    Image.fromarray(np.full((300, 400), 0x8000, np.uint16)).save(tmp_path / "thermal.png")
    Image.fromarray(np.full((300, 400), 0x4000, np.uint16)).save(tmp_path / "thermal.tiff")
    for name, grey in (("thermal.png", 128), ("thermal.tiff", 64)):
        small = Image.open(io.BytesIO(bytes(send_picture(tmp_path / name, small=True).body)))
        assert max(small.size) == THUMBNAIL
        assert small.getpixel((5, 5)) == pytest.approx((grey, grey, grey), abs=2)


def test_a_format_that_browsers_do_not_show_comes_as_png(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "scan.tiff")
    answer = send_picture(tmp_path / "scan.tiff", small=False)
    assert answer.media_type == "image/png"
    assert Image.open(io.BytesIO(bytes(answer.body))).getpixel((0, 0)) == (255, 0, 0)

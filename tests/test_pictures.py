"""No file reaches a decoder that irloom does not mean, whatever it is called and whoever shows it."""

import ast
import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import EpsImagePlugin, Image, UnidentifiedImageError

from irloom.backends.images import load_rgb, to_data_url
from irloom.cli.main import main
from irloom.engine.images import read_plain
from irloom.errors import IrloomError
from irloom.export.groups import group_near
from irloom.pictures import FORMATS, open_picture
from irloom.report.sheet import _load
from irloom.sources.edir import _spoilt
from irloom.sources.location import read_size
from irloom.web.pictures import NoPicture, send_picture
from support.coco import write_coco

SOURCE = Path(__file__).parents[1] / "src"


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a Ghostscript that stands first in the path would leave."""
    made = tmp_path / "ghost"
    command = tmp_path / "bin" / "gs"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\ntouch {made}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=os.pathsep)
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    return made


def write_eps(path: Path) -> Path:
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 48\n%%EndComments\nshowpage\n%%EOF\n")
    return path


READERS: dict[str, Callable[[Path], object]] = {
    "runs": lambda path: load_rgb(path, 10**6),
    "requests": to_data_url,
    "sizes": read_size,
    "plain pictures": read_plain,
    "thumbnails": lambda path: send_picture(path, small=True),
    "whole pictures": lambda path: send_picture(path, small=False),
    "contact sheets": _load,
    "near duplicates": lambda path: group_near(path.parent, [path.name] * 2),
    "benchmarks": _spoilt,
}


def test_the_ghost_is_met_where_pillow_may_read_anything(tmp_path: Path, trace: Path) -> None:
    with suppress(OSError), Image.open(write_eps(tmp_path / "a.jpg")) as picture:
        picture.load()
    assert trace.exists(), "else the tests below could not fail"


@pytest.mark.parametrize("reader", READERS)
def test_a_jpg_that_holds_postscript_never_reaches_ghostscript(
    reader: str, tmp_path: Path, trace: Path
) -> None:
    path = write_eps(tmp_path / "a.jpg")
    with suppress(IrloomError, UnidentifiedImageError, NoPicture):
        READERS[reader](path)
    assert not trace.exists()


def test_a_run_tells_it_as_an_image_that_cannot_be_read(
    tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    files = write_coco(tmp_path / "coco", 1)
    write_eps(files.images / "000001.png")
    out = tmp_path / "run"
    assert main(["run", "infrared", *files.options, "--out", str(out), "--quiet"]) == 1
    assert "cannot identify image file" in (out / "failed.jsonl").read_text()
    assert not trace.exists()


@pytest.mark.parametrize("name", ["JPEG", "MPO", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_what_irloom_means_to_read_is_read_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    whole = {"save_all": True, "append_images": [Image.new("RGB", (8, 6))]} if name == "MPO" else {}
    Image.new("RGB", (8, 6), "red").save(tmp_path / "a.dat", name, **whole)
    with open_picture(tmp_path / "a.dat") as picture:
        assert (picture.format, picture.size) == (name, (8, 6))
        picture.load()


@pytest.mark.parametrize("name", ["PPM", "TGA", "ICO", "PCX", "SGI", "JPEG2000", "EPS", "PDF"])
def test_every_other_format_is_refused(name: str) -> None:
    content = io.BytesIO()
    Image.new("RGB", (8, 6)).save(content, name)
    content.seek(0)
    with pytest.raises(UnidentifiedImageError):
        open_picture(content)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(OSError, match="is no file"):
        open_picture(tmp_path / "a.jpg")


def test_nothing_else_opens_pictures() -> None:
    openers = [
        path.relative_to(SOURCE).as_posix()
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Image.open", "PIL.Image.open", "imread"}
    ]
    assert openers == ["irloom/pictures.py"]
    assert set(FORMATS) == {"JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"}


def test_bytes_of_no_format_are_called_so_without_the_name_of_an_object() -> None:
    with pytest.raises(UnidentifiedImageError, match="its bytes have no known picture format"):
        open_picture(io.BytesIO(b"no picture"))

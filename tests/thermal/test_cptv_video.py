"""Frames of CPTV videos are read on the scale that is named; what is broken is refused."""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from irloom.errors import ThermalFileError
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from support.thermal_files import make_cptv, write

FRAMES = [
    np.random.default_rng(number).integers(29_000, 31_000, (12, 16)).astype(np.uint16) for number in range(3)
]
CENTIKELVIN = {"scale": 0.01, "unit": "K"}


def read(path: Path, **said: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return read_thermogram(path, ThermalSettings.model_validate({**CENTIKELVIN, **said})).kelvin


def test_each_frame_is_read_as_it_was_written(tmp_path: Path) -> None:
    pytest.importorskip("cptv", reason="needs the extra `cptv`")
    path = write(tmp_path / "a.cptv", make_cptv(FRAMES))
    for number, frame in enumerate(FRAMES):
        np.testing.assert_allclose(read(path, frame=number), frame * 0.01, atol=1e-3)
    found = read_thermogram(path, ThermalSettings.model_validate({**CENTIKELVIN, "frame": 1}))
    assert found.form == "cptv"
    assert (found.camera["device_name"], found.camera["frame"]) == ("test", 1)
    assert found.camera["taken"].startswith("2023-11-14T22:13:20")


def test_frame_and_scale_are_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("cptv", reason="needs the extra `cptv`")
    path = write(tmp_path / "a.cptv", make_cptv(FRAMES))
    with pytest.raises(ThermalFileError, match="is a video: say which of its images"):
        read(path)
    with pytest.raises(ThermalFileError, match="holds 3 images, there is no number 3"):
        read(path, frame=3)
    with pytest.raises(ThermalFileError, match="--temperature-scale and --temperature-unit"):
        read_thermogram(path, ThermalSettings(frame=0))


def test_a_broken_or_hostile_video_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("cptv", reason="needs the extra `cptv`")
    content = gzip.decompress(make_cptv(FRAMES))
    place = content.index(b"\x04f") + 2
    huge = content[:place] + struct.pack("<I", 2**32 - 1) + content[place + 4 :]
    wide = content.replace(b"\x04X" + struct.pack("<I", 16), b"\x04X" + struct.pack("<I", 2**31))
    for broken in (content[:60], b"XXXX" + content, content[:3], huge, wide, content[:-40]):
        path = write(tmp_path / "a.cptv", gzip.compress(broken))
        with pytest.raises(ThermalFileError, match=r"cannot be read as CPTV|pixels"):
            read(path, frame=2)
    with pytest.raises(ThermalFileError, match="cannot be read as CPTV"):
        read(write(tmp_path / "a.cptv", make_cptv(FRAMES)[:-30]), frame=2)


def test_without_the_library_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cptv", None)
    with pytest.raises(ThermalFileError, match=r"pip install 'irloom\[cptv\]'"):
        read(write(tmp_path / "a.cptv", make_cptv(FRAMES)), frame=0)

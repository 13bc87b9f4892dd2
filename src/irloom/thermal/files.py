"""Reads a thermal file of any known form, told by its first bytes and never by its name."""

from collections.abc import Callable
from pathlib import Path

from irloom.errors import ThermalFileError
from irloom.thermal.flir import block, segments
from irloom.thermal.flir.reader import read_flir
from irloom.thermal.limits import check_file
from irloom.thermal.plausibility import refuse_implausible
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.stored_values import read_stored_values
from irloom.thermal.thermogram import Thermogram
from irloom.thermal.upright import turn_upright

Reader = Callable[[Path, ThermalSettings], Thermogram]


def read_thermogram(path: Path, settings: ThermalSettings) -> Thermogram:
    """The temperatures of one file, `height` x `width` as viewers show its picture.

    Raises ThermalFileError for what is damaged, cut off, too large, of an unknown form, without
    temperatures, or implausible.
    """
    check_file(path)
    try:
        found = _choose_reader(path)(path, settings)
    except OSError as error:
        raise ThermalFileError(f"{path} cannot be read ({error}): check the file and its rights") from error
    refuse_implausible(path, found, settings)
    return turn_upright(path, found)


def _choose_reader(path: Path) -> Reader:
    with path.open("rb") as file:
        start = file.read(8)
    for signature, reader in _READERS.items():
        if start.startswith(signature):
            return reader
    return _read_by_converter


def _read_jpeg(path: Path, settings: ThermalSettings) -> Thermogram:
    with path.open("rb") as file:
        found = segments.join_segments(path, file)
    if found is None:
        return _read_by_converter(path, settings)
    return read_flir(path, found, "flir-rjpeg", settings)


def _read_block(path: Path, settings: ThermalSettings) -> Thermogram:
    """A FLIR block that is a file of its own, `.fff`."""
    return read_flir(path, path.read_bytes(), "flir-fff", settings)


def _read_cptv(path: Path, settings: ThermalSettings) -> Thermogram:
    from irloom.thermal.cptv_video import read_cptv

    return read_cptv(path, settings)


def _read_by_converter(path: Path, settings: ThermalSettings) -> Thermogram:
    if not settings.converter:
        raise ThermalFileError(
            f"{path} holds no temperatures that irloom can read (FLIR's JPEG and FFF, TIFF and PNG of 16 "
            "bits or floats, CPTV): give the camera's own file, or for others, such as DJI's, a program of "
            "yours by --thermal-converter"
        )
    from irloom.thermal.converter import convert

    return convert(path, settings)


_READERS: dict[bytes, Reader] = {
    b"\xff\xd8": _read_jpeg,
    block.SIGNATURE: _read_block,
    b"\x89PNG\r\n\x1a\n": read_stored_values,
    **dict.fromkeys((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), read_stored_values),
    b"\x1f\x8b": _read_cptv,
}

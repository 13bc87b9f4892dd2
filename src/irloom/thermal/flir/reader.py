"""Reads a FLIR file: its counts, its calibration, and the temperatures that follow."""

from pathlib import Path

from irloom.errors import ThermalFileError
from irloom.thermal.flir.block import CAMERA, RAW_IMAGE, split_block
from irloom.thermal.flir.camera import read_camera
from irloom.thermal.flir.planck import to_kelvin
from irloom.thermal.flir.raw_image import read_counts
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.thermogram import Thermogram


def read_flir(path: Path, block: bytes, form: str, settings: ThermalSettings) -> Thermogram:
    """The temperatures of a FLIR block, with the camera's words or the settings in their place.

    Raises ThermalFileError for a block that is damaged, cut off, or without one of the two records.
    """
    records = split_block(path, block)
    if missing := [name for kind, name in _NEEDED.items() if kind not in records]:
        raise ThermalFileError(
            f"{path} has no {' and no '.join(missing)}: it is a FLIR file without temperatures, as some "
            "programs and cameras save them"
        )
    camera = read_camera(path, records[CAMERA])
    scene = camera.scene.replace(settings.given())
    counts = read_counts(path, records[RAW_IMAGE])
    try:
        kelvin = to_kelvin(counts, scene, camera.calibration)
    except (ArithmeticError, ValueError) as error:
        raise ThermalFileError(
            f"{path}: no temperature follows from its calibration and surroundings ({error}): it is damaged, "
            "or a setting does not fit"
        ) from error
    about = {
        **scene.describe(),
        **camera.about,
        "calibration": {name: getattr(camera.calibration, name) for name in camera.calibration.__slots__},
        "counts": [int(counts.min()), int(counts.max())],
        "replaced": sorted(settings.given()),
    }
    return Thermogram(kelvin=kelvin, form=form, camera=about)


_NEEDED = {RAW_IMAGE: "raw image", CAMERA: "camera record"}

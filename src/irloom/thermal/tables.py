"""Temperatures as files for other programs: a table of numbers, or a TIFF of floats."""

import io
import json

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.thermal.settings import TemperatureUnit
from irloom.thermal.stored_values import MARK
from irloom.thermal.thermogram import Thermogram

_DESCRIPTION_TAG = 270


def encode_csv(found: Thermogram, unit: TemperatureUnit) -> bytes:
    """A row of pixels a line, three decimals; empty where there is no temperature."""
    lines = (
        ",".join("" if np.isnan(value) else f"{value:.3f}" for value in row.tolist())
        for row in _choose(found, unit)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def encode_tiff(found: Thermogram, unit: TemperatureUnit) -> bytes:
    """One channel of float32, NaN where there is no temperature; irloom reads it back without any option."""
    file = io.BytesIO()
    said = json.dumps({MARK: unit})
    Image.fromarray(_choose(found, unit)).save(file, "TIFF", tiffinfo={_DESCRIPTION_TAG: said})
    return file.getvalue()


def _choose(found: Thermogram, unit: TemperatureUnit) -> NDArray[np.float32]:
    return found.kelvin if unit == "K" else found.celsius

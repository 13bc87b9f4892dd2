"""What a thermal file says: a temperature a pixel, and how it was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Thermogram:
    """Temperatures of one picture in kelvin, `height` x `width`, float32; NaN where the file has none."""

    kelvin: NDArray[np.float32]
    form: str
    """Which reader understood the file, such as `flir-rjpeg`."""
    camera: Mapping[str, Any] = field(default_factory=dict)
    """What the file says of camera and surroundings: emissivity, distance_m, reflected_c and so on."""

    @property
    def celsius(self) -> NDArray[np.float32]:
        """The same in degrees Celsius."""
        return self.kelvin - np.float32(273.15)

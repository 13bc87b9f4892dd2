"""Gives every surface of a photograph a temperature, before its annotated objects are painted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from irloom.backends.offline.translator.cues import Cues, see_cues
from irloom.backends.offline.translator.radiance import ZERO_C
from irloom.backends.offline.translator.smoothing import enlarge
from irloom.backends.offline.translator.temperatures import Temperatures
from irloom.records import Box

GRAIN_K = 16.0
"""Kelvin of fine texture for each unit of luma."""

_GROUND_EMISSIVITY = 0.94


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photograph was taken, as far as labels and colours tell."""

    outdoors: bool
    sky: float
    """Share of the image, 0..1, and so on."""
    clearness: float
    """Share of that sky that is blue."""
    leaves: float
    water: float
    snow: float
    ambient_c: float
    surroundings_c: float
    """What surfaces mirror: the sky outdoors, the room indoors."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A batch of scenes at sensor resolution, (B, H, W)."""

    kelvin: Tensor
    emissivity: Tensor
    base: Tensor
    """Luma 0..1 without print."""
    grain: Tensor
    """Fine texture, about ±0.015."""
    places: tuple[Place, ...]


def lay_scene(
    rgb: Tensor,
    boxes: Sequence[Sequence[Box]],
    seeds: Sequence[int],
    temperatures: Temperatures,
    ambient_c: float,
) -> Scene:
    """Estimate surface temperature and emissivity of photographs (B, 3, H, W) in 0..1."""
    cues = see_cues(rgb)
    places = tuple(
        _find_place(cues, index, some, temperatures, ambient_c) for index, some in enumerate(boxes)
    )
    air = _draw_air(cues, seeds)
    kelvin, emissivity = _heat(cues, places, air)
    height, width = rgb.shape[2:]
    return Scene(
        enlarge(kelvin, height, width),
        enlarge(emissivity, height, width),
        enlarge(cues.base, height, width),
        enlarge(cues.grain, height, width),
        places,
    )


def _find_place(
    cues: Cues, index: int, boxes: Sequence[Box], temperatures: Temperatures, ambient_c: float
) -> Place:
    """Weigh the labels' votes against sky and leaves."""
    heats = [temperatures.heat(label) for label in sorted({box.label for box in boxes})]
    votes = sum((heat.place == "outdoors") - (heat.place == "indoors") for heat in heats)
    sky = _share(cues.sky[index])
    clear = _share(cues.sky[index] * cues.blueness[index])
    leaves = _share(cues.leaves[index])
    # Pale walls look like an overcast sky, so that cue counts less than a blue one.
    outdoors = votes + 12 * clear + 2 * (sky - clear) + 4 * leaves > 0.6
    wet = outdoors and any(heat.surface == "water" for heat in heats)
    on_snow = outdoors and any(heat.surface == "snow" for heat in heats)
    if on_snow and sky > 0.5:
        _turn_sky_into_snow(cues, index)
        sky = clear = 0.0
    snow = _share(cues.snow[index]) if outdoors else 0.0
    white = snow if on_snow or snow > 0.45 else 0.0
    water = _share(cues.water[index]) if wet else 0.0
    clearness = clear / sky if outdoors and sky > 0 else 0.0
    # Nobody meets snow on a warm day: the air is near freezing whatever the option says.
    ambient = min(ambient_c, 1.0) if white > 0.1 else ambient_c
    surroundings = ambient - 12.0 - 14.0 * clearness if outdoors else ambient + 1.0
    return Place(outdoors, sky if outdoors else 0.0, clearness, leaves, water, white, ambient, surroundings)


def _turn_sky_into_snow(cues: Cues, index: int) -> None:
    """A slope that fills the photograph looks like sky to every cue but the labels; changes the cues."""
    cues.snow[index] = torch.maximum(cues.snow[index], cues.sky[index])
    cues.sky[index] = 0


def _share(mask: Tensor) -> float:
    """Share of pixels above one half; counted in integers, so that it is exact."""
    return int((mask > 0.5).sum()) / mask.numel()


def _draw_air(cues: Cues, seeds: Sequence[int]) -> Tensor:
    """Smooth unevenness of air and walls, about ±1, drawn by seed."""
    height, width = cues.base.shape[1:]
    fields = np.stack([draw_smooth(height, width, 5, np.random.default_rng([seed, 0xA1])) for seed in seeds])
    return torch.from_numpy(fields).to(cues.base.device)


def draw_smooth(height: int, width: int, cells: int, draw: np.random.Generator) -> NDArray[np.float32]:
    """A smooth random field of about ±1 with `cells` bumps along each axis."""
    coarse = draw.uniform(-1, 1, (cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def _heat(cues: Cues, places: Sequence[Place], air: Tensor) -> tuple[Tensor, Tensor]:
    """Temperature in kelvin and emissivity at the cues' resolution."""
    outdoors = _column(cues, [place.outdoors for place in places])
    ambient = _column(cues, [place.ambient_c + ZERO_C for place in places])
    # A burnt-out spot says little about what reflects there.
    reflectance = (cues.base - cues.light).clamp(-0.35, 0.35)
    # What light falls on grows warm; what reflects it stays cooler than its dark neighbour. Indoors
    # both matter less, and warm air gathers under the ceiling.
    lit = (cues.light - 0.45) * (2.0 + 4.0 * outdoors) - reflectance * (1.8 + 2.0 * outdoors)
    kelvin = ambient + lit + cues.grain * GRAIN_K + air * 0.7 + (1 - outdoors) * (0.5 - cues.down) * 1.6
    kelvin = kelvin + cues.lamps * 14.0
    kelvin = kelvin + outdoors * cues.grey_ground * 1.5
    leaves = outdoors * cues.leaves
    kelvin = _mix(
        kelvin, ambient - 1.5 + reflectance * 3.0 + cues.grain * 1.5 * GRAIN_K + air * 0.6, leaves * 0.85
    )
    kelvin, emissivity = _cover(cues, places, kelvin, ambient, reflectance)
    return kelvin, _mix(emissivity, torch.full_like(emissivity, 0.97), leaves)


def _cover(
    cues: Cues, places: Sequence[Place], kelvin: Tensor, ambient: Tensor, reflectance: Tensor
) -> tuple[Tensor, Tensor]:
    """Lay water, snow and sky over the ground."""
    emissivity = torch.full_like(kelvin, _GROUND_EMISSIVITY)
    water = cues.water * _column(cues, [place.water > 0 for place in places])
    kelvin = _mix(kelvin, ambient - 3.0 + reflectance * 2.0, water)
    emissivity = _mix(emissivity, torch.full_like(kelvin, 0.96), water)
    snow = cues.snow * _column(cues, [place.snow > 0 for place in places])
    on_snow = (ambient - 3.0).clamp(max=ZERO_C) + (cues.light - 0.7) * 3.0 + reflectance * 3.0
    kelvin = _mix(kelvin, on_snow, snow)
    clearness = _column(cues, [place.clearness for place in places])
    # The air column is longest along the horizon, so the sky is warmest there; clouds are warmer.
    above = ambient - 12.0 - 18.0 * clearness + cues.down * (4.0 + 14.0 * clearness)
    above = above + (cues.base - cues.light) * 9.0
    sky = cues.sky * _column(cues, [place.outdoors for place in places])
    return _mix(kelvin, above, sky), _mix(emissivity, torch.ones_like(kelvin), sky)


def _column(cues: Cues, values: Sequence[float]) -> Tensor:
    """One number an image, shaped to multiply maps."""
    return torch.tensor([float(value) for value in values], device=cues.base.device)[:, None, None]


def _mix(under: Tensor, over: Tensor, weight: Tensor) -> Tensor:
    """Cover by weight; `torch.lerp` is avoided because it may fuse its rounding."""
    return under + (over - under) * weight

"""Paints annotated objects, with their warm and cold zones, over a scene."""

from collections.abc import Sequence
from math import floor, log2

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from irloom.backends.offline.translator.outline import Outline, trace
from irloom.backends.offline.translator.radiance import ZERO_C
from irloom.backends.offline.translator.scene import GRAIN_K, Place, Scene, draw_smooth
from irloom.backends.offline.translator.smoothing import step
from irloom.backends.offline.translator.temperatures import Heat, Temperatures, Zone
from irloom.records import Box, ThermalObject


def paint_objects(
    scene: Scene,
    index: int,
    rgb: NDArray[np.uint8],
    boxes: Sequence[Box],
    seed: int,
    temperatures: Temperatures,
) -> tuple[ThermalObject, ...]:
    """Paint objects into image `index` of the scene, in place, and say how warm each became.

    Larger ones come first and, among those of like size, lower ones last. Jitter and state are
    drawn from `seed` and the object's position in the list, so that order of painting is free.
    The objects come back in the order of `boxes`; temperatures are means over what was painted.
    """
    painted: dict[int, ThermalObject] = {}
    for number in sorted(range(len(boxes)), key=lambda number: _order(boxes[number], number)):
        box, heat = boxes[number], temperatures.heat(boxes[number].label)
        draw = np.random.default_rng([seed, 0x0B, number])
        outline = trace(box, heat, rgb, draw)
        brush = _Brush(outline, heat, rgb, scene, index, draw)
        painted[number] = brush.paint(scene.kelvin[index], scene.emissivity[index], box)
    return tuple(painted[number] for number in range(len(boxes)))


def _order(box: Box, number: int) -> tuple[float, float, int]:
    area = max((box.x2 - box.x1) * (box.y2 - box.y1), 1e-9)
    return (-floor(log2(area) / 2), box.y2, number)


class _Brush:
    """One object's temperature and emissivity on its crop."""

    def __init__(
        self,
        outline: Outline,
        heat: Heat,
        rgb: NDArray[np.uint8],
        scene: Scene,
        index: int,
        draw: np.random.Generator,
    ) -> None:
        height, width = outline.mask.shape
        self._where = (slice(outline.top, outline.top + height), slice(outline.left, outline.left + width))
        self._outline, self._heat = outline, heat
        self._place: Place = scene.places[index]
        self._device = scene.base.device
        self._base = scene.base[index][self._where]
        self._grain = scene.grain[index][self._where]
        self._rgb = rgb[self._where]
        self._mask = self._send(outline.mask)
        self._across, self._down = self._send(outline.across), self._send(outline.down)
        self._jitter = float(draw.uniform(-1, 1)) * heat.spread
        self._active = bool(draw.random() < heat.chance)
        self._flip = bool(draw.random() < 0.5)
        self._mottle = self._send(draw_smooth(height, width, 4, draw))

    def paint(self, kelvin: Tensor, emissivity: Tensor, box: Box) -> ThermalObject:
        """Cover the crop by the mask."""
        delta, epsilon = self._surface()
        over = delta + (self._place.ambient_c + ZERO_C)
        for under, cover in ((kelvin, over), (emissivity, epsilon)):
            crop = under[self._where]
            crop += (cover - crop) * self._mask
        return ThermalObject(
            label=box.label,
            box=(box.x1, box.y1, box.x2, box.y2),
            crowd=box.crowd,
            temperature_c=round(self._mean(over) - ZERO_C, 1),
            emissivity=round(self._mean(epsilon), 3),
        )

    def _surface(self) -> tuple[Tensor, Tensor]:
        """Kelvin above ambient, and emissivity."""
        heat, ambient = self._heat, self._place.ambient_c
        texture = (self._base - self._mean(self._base)) * heat.texture
        texture = texture + self._grain * (GRAIN_K * min(1.0, heat.texture))
        depth = self._send(self._outline.depth)
        delta = texture + self._mottle * heat.mottle - (1 - depth) * heat.edge
        delta = delta + (heat.excess(ambient) + self._jitter)
        if self._active:
            # Heat flows out through the rim.
            delta = delta + (0.75 + 0.25 * depth) * heat.active_delta
        epsilon = torch.full_like(delta, heat.emissivity)
        for zone in heat.zones:
            if zone.when == "active" and not self._active:
                continue
            weight = self._weigh(zone)
            delta = delta + weight * (zone.delta * heat.warmth(ambient))
            if zone.emissivity is not None:
                epsilon = epsilon + (zone.emissivity - epsilon) * weight
        return delta, epsilon

    def _weigh(self, zone: Zone) -> Tensor:
        """How much a zone holds at each pixel, 0..1."""
        x = 1 - zone.x if zone.mirrored and self._flip else zone.x
        ry = min(zone.ry * self._outline.aspect, 0.5) if zone.unit == "width" else zone.ry
        across, down = (self._across - x) / zone.rx, (self._down - zone.y) / ry
        weight = step(across * across + down * down, 1.3, 0.1)
        if zone.where == "skin":
            return weight * self._send(_see_skin(self._rgb))
        if zone.where == "dark":
            return weight * step(self._base, 0.42, 0.22)
        if zone.where == "bright":
            return weight * step(self._base, 0.75, 0.92)
        return weight

    def _mean(self, values: Tensor) -> float:
        """Mean over the mask, summed in integers: floats would sum by thread count."""
        inside = self._mask > 0.5
        count = int(inside.sum())
        chosen = values[inside] if count else values.flatten()
        return int((chosen * 1000).round().to(torch.int64).sum()) / 1000 / chosen.numel()

    def _send(self, values: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(np.array(values, dtype=np.float32)).to(self._device)


def _see_skin(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How skin-like a colour is, 0..1, by its chroma (Cb, Cr), which varies less with tone than luma does."""
    red, green, blue = (rgb[..., channel].astype(np.float32) for channel in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    cb, cr = (blue - luma) * 0.564, (red - luma) * 0.713
    off = ((cr - 24) / 17) ** 2 + ((cb + 18) / 17) ** 2
    skin = np.clip(1.6 - off, 0, 1) * np.clip((luma - 35) / 40, 0, 1)
    return np.asarray(skin, dtype=np.float32)

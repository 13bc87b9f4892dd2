"""The embedded visible→infrared translator: annotations as temperatures, seen by a simulated sensor."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.accelerator import Halving, choose_device
from irloom.backends.images import load_rgb
from irloom.backends.offline.translator.objects import paint_objects
from irloom.backends.offline.translator.radiance import BAND_UM, ZERO_C, Planck
from irloom.backends.offline.translator.scene import Place, Scene, lay_scene
from irloom.backends.offline.translator.sensor import colour, control_gain, expose
from irloom.backends.offline.translator.temperatures import read_temperatures
from irloom.errors import AcceleratorFull, SampleError, SourceError
from irloom.options import RadiometricOptions
from irloom.protocols import Translation, TranslationJob
from irloom.records import ThermalObject


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A job with its photograph at sensor resolution."""

    job: TranslationJob
    seed: int
    rgb: NDArray[np.uint8]


class Radiometric:
    """Paints assumed temperatures and images their band radiance; needs no weights.

    Each surface sends εL(T) + (1−ε)L(surroundings) over 8–14 µm (the decomposition of HADAR, Planck
    as in AirSim). Temperatures are assumed, never measured. Raises ConfigError for a device that is
    not there or a temperature table that does not fit.
    """

    name = "radiometric"

    def __init__(self, options: RadiometricOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        self._options = options
        self._temperatures = read_temperatures(options.temperatures)
        self._device = choose_device(options.device)
        self._planck = Planck(self._device)
        self._halving = Halving(self._render, notify)

    def translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        """Translate each job, in order: uint8, longer side at most `max_side`, never enlarged.

        Images of one size share the device in batches; none of them changes another's bytes.
        """
        results: dict[int, Translation | SampleError] = {}
        sizes: dict[tuple[int, ...], dict[int, _Loaded]] = {}
        for index, job in enumerate(jobs):
            try:
                loaded = self._load(job)
            except SourceError as error:
                results[index] = error
                continue
            group = sizes.setdefault(loaded.rgb.shape, {})
            group[index] = loaded
            if len(group) == self._options.batch_size:
                results.update(self._translate_group(sizes.pop(loaded.rgb.shape)))
        for group in sizes.values():
            results.update(self._translate_group(group))
        return [results[index] for index in range(len(jobs))]

    def _load(self, job: TranslationJob) -> _Loaded:
        options = self._options
        rgb = load_rgb(job.image, options.max_pixels, job.width, job.height)
        height, width = rgb.shape[:2]
        shrink = options.max_side / max(height, width)
        if shrink < 1:
            size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
            rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BOX))
        # numpy seeds from whole numbers that are not negative; no two seeds may fall together.
        seed = 2 * job.seed if job.seed >= 0 else -2 * job.seed - 1
        return _Loaded(job, seed, rgb)

    def _translate_group(self, group: dict[int, _Loaded]) -> dict[int, Translation | SampleError]:
        """Translate images of one size together, as many at a time as fit."""
        results = self._halving.run(list(group.values()))
        return dict(zip(group, map(_explain, group.values(), results), strict=True))

    def _render(self, batch: Sequence[_Loaded]) -> list[Translation]:
        with torch.inference_mode(), _one_thread():
            return self._simulate(batch)

    def _simulate(self, batch: Sequence[_Loaded]) -> list[Translation]:
        pixels = torch.from_numpy(np.stack([loaded.rgb for loaded in batch])).to(self._device)
        rgb = pixels.permute(0, 3, 1, 2).to(torch.float32) / 255
        seeds = [loaded.seed for loaded in batch]
        boxes = [loaded.job.boxes for loaded in batch]
        scene = lay_scene(rgb, boxes, seeds, self._temperatures, self._options.ambient_c)
        objects = [self._paint(scene, index, loaded) for index, loaded in enumerate(batch)]
        kelvin = expose(self._radiate(scene), self._planck, self._options.netd_mk, seeds)
        greys = [control_gain(image).cpu().numpy() for image in kelvin]
        return [
            Translation(colour(grey, self._options.palette), painted, self._describe(loaded, place))
            for grey, painted, loaded, place in zip(greys, objects, batch, scene.places, strict=True)
        ]

    def _paint(self, scene: Scene, index: int, loaded: _Loaded) -> tuple[ThermalObject, ...]:
        return paint_objects(scene, index, loaded.rgb, loaded.job.boxes, loaded.seed, self._temperatures)

    def _radiate(self, scene: Scene) -> torch.Tensor:
        """Own and mirrored radiance: εL(T) + (1−ε)L(surroundings)."""
        around = torch.tensor([place.surroundings_c + ZERO_C for place in scene.places], device=self._device)
        own = scene.emissivity * self._planck.radiance(scene.kelvin)
        return own + (1 - scene.emissivity) * self._planck.radiance(around)[:, None, None]

    def _describe(self, loaded: _Loaded, place: Place) -> dict[str, Any]:
        facts = {name: round(value, 3) for name, value in asdict(place).items() if name != "outdoors"}
        ambient_c = facts.pop("ambient_c")
        return {
            "synthetic": "physics-approx",
            "ambient_c": ambient_c,
            "band_um": list(BAND_UM),
            "netd_mk": self._options.netd_mk,
            "palette": self._options.palette,
            "scene": {"place": "outdoors" if place.outdoors else "indoors", **facts},
            "painted_from": "boxes" if loaded.job.boxes else "scene only",
            "seed": loaded.job.seed,
            "temperatures": self._temperatures.digest,
        }


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch's many small CPU operations on one thread.

    Threads meet after each of them: worth a factor of 1.4 on an idle machine, and a loss of a factor
    of 40 on a busy one, where they wait for each other's turn.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _explain(loaded: _Loaded, result: Translation | AcceleratorFull) -> Translation | SampleError:
    if not isinstance(result, AcceleratorFull):
        return result
    error = AcceleratorFull(f"{loaded.job.image}: {result}: lower max_side, or choose device = 'cpu'")
    error.__cause__ = result
    return error

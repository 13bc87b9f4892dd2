"""sRGB-TIR: visible to thermal by an edge-guided MUNIT, from its published checkpoint.

Lee et al., Edge-guided Multi-domain RGB-to-TIR image Translation for Training Vision Tasks with
Challenging Labels, ICRA 2023, arXiv 2301.12689. It learnt from driving and campus scenes: what it
makes looks infrared, and is no measurement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from irloom.backends.accelerator import Halving, choose_device, choose_dtype, free_memory
from irloom.backends.images import load_rgb
from irloom.backends.sizes import run_by_size
from irloom.backends.translators.munit import LEAST_SIDE, STEP
from irloom.backends.translators.munit_weights import load_generators
from irloom.backends.translators.structure import compare_structure
from irloom.backends.weights import digest_weights
from irloom.errors import AcceleratorFull, SampleError, TranslationError
from irloom.options import SrgbTirOptions
from irloom.protocols import Translation, TranslationJob

_LUMA = (0.299, 0.587, 0.114)
_NUMBERS_A_PIXEL = 600
"""What the published network holds at its peak, as measured: 2.3 kB a pixel in float32."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A job with its photograph as the network will see it, not padded yet."""

    job: TranslationJob
    rgb: NDArray[np.uint8]
    size: tuple[int, int]
    """Width and height of the photograph as it was."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the network made of a batch: one grey image each, in one of the styles."""

    greys: Tensor
    """n x height x width, 0..1."""
    styles: Tensor
    """Which of the styles each has."""
    structure: Tensor
    """How much of the photograph's structure each keeps."""


class SrgbTir:
    """Takes content from the visible generator and lets the thermal one draw it in some style.

    On the CPU an image's pixels depend on its job alone. On an accelerator the arithmetic of a larger
    batch may round a pixel to a neighbouring grey. Raises ConfigError for a device that is not there
    or a checkpoint that does not fit; `notify` is told what of it was left out.
    """

    name = "srgb_tir"

    def __init__(self, options: SrgbTirOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        self._options = options
        self._device = choose_device(options.device)
        self._dtype = choose_dtype(options.dtype)
        generators = load_generators(options.checkpoint, notify)
        self._checkpoint = digest_weights(options.checkpoint)
        self._thermal = generators.thermal.to(self._device, self._dtype)
        self._visible = generators.visible.to(self._device, self._dtype)
        self._halving = Halving(self._render, notify)

    def translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        """Translate each job, in order: grey, uint8, of the photograph's own size."""
        most = self._options.batch_size
        return run_by_size(jobs, self._load, lambda loaded: loaded.rgb.shape, self._translate_group, most)

    def _load(self, job: TranslationJob) -> _Loaded:
        rgb = load_rgb(job.image, self._options.max_pixels, job.width, job.height)
        height, width = rgb.shape[:2]
        if self._options.resize is not None:
            seen = self._options.resize[::-1]
            rgb = np.asarray(Image.fromarray(rgb).resize(seen, Image.Resampling.BICUBIC))
        if self._device.type == "cpu":
            self._refuse_enormous(job, rgb.shape[0] * rgb.shape[1])
        return _Loaded(job, rgb, (width, height))

    def _refuse_enormous(self, job: TranslationJob, pixels: int) -> None:
        """An accelerator says that its memory is full; the CPU's would end the whole run."""
        needed, free = pixels * _NUMBERS_A_PIXEL * self._dtype.itemsize, free_memory(self._device)
        if needed > free:
            raise AcceleratorFull(
                f"{job.image}: {pixels} pixels need about {needed / 2**30:.1f} GiB of memory, and "
                f"{free / 2**30:.1f} GiB are free: set resize = [400, 640], or dtype = 'bfloat16'"
            )

    def _translate_group(self, group: Sequence[_Loaded]) -> list[Translation | SampleError]:
        return list(map(_explain, group, self._halving.run(group)))

    def _render(self, batch: Sequence[_Loaded]) -> list[Translation | TranslationError]:
        with torch.inference_mode():
            return [done for part in self._split(batch) for done in self._render_together(part)]

    def _split(self, batch: Sequence[_Loaded]) -> list[Sequence[_Loaded]]:
        """What goes through the network together.

        On the CPU each image goes alone: a batch is no faster there, and for another number of images
        the libraries choose other methods, which round differently.
        """
        return [[loaded] for loaded in batch] if self._device.type == "cpu" else [batch]

    def _render_together(self, batch: Sequence[_Loaded]) -> list[Translation | TranslationError]:
        visible = torch.from_numpy(np.stack([_pad(loaded.rgb) for loaded in batch])).to(self._device)
        visible = visible.permute(0, 3, 1, 2).float() / 255
        chosen = self._choose(visible, batch)
        greys = chosen.greys.cpu().numpy()
        picks = zip(chosen.styles.tolist(), chosen.structure.tolist(), strict=True)
        return [
            self._finish(loaded, grey, style, structure)
            for loaded, grey, (style, structure) in zip(batch, greys, picks, strict=True)
        ]

    def _choose(self, visible: Tensor, batch: Sequence[_Loaded]) -> _Chosen:
        """Draw the batch in each style in turn, and keep for each image the one with most structure."""
        height, width = batch[0].rgb.shape[:2]
        content = self._visible.encode((visible * 2 - 1).to(self._dtype))
        luma = _to_luma(visible[..., :height, :width])
        best = _Chosen(
            greys=torch.full_like(luma, torch.nan),
            styles=torch.zeros(len(batch), dtype=torch.int64, device=self._device),
            structure=torch.full((len(batch),), -torch.inf, device=self._device),
        )
        for number, codes in enumerate(self._draw_styles(batch)):
            drawn = self._thermal.decode(content, codes)[..., :height, :width].float()
            greys = self._to_grey(drawn)
            structure = compare_structure(luma, greys)
            better = structure > best.structure
            best.greys[better] = greys[better]
            best.styles[better] = number
            best.structure[better] = structure[better]
        return best

    def _draw_styles(self, batch: Sequence[_Loaded]) -> Tensor:
        """Style codes, drawn as in training: styles to try x images (or one for all) x width of a code."""
        options, width = self._options, self._thermal.style_width
        if options.style == "per_image":
            # numpy seeds from whole numbers that are not negative; no two seeds may fall together.
            seeds = [(options.style_seed, abs(one.job.seed), int(one.job.seed < 0)) for one in batch]
            codes = np.stack([np.random.default_rng(seed).standard_normal(width) for seed in seeds])[None]
        else:
            count = options.styles if options.style == "best_of" else 1
            codes = np.random.default_rng(options.style_seed).standard_normal((count, 1, width))
        return torch.from_numpy(codes).to(self._dtype).to(self._device)

    def _to_grey(self, drawn: Tensor) -> Tensor:
        """The brightness of what the network drew, 0..1; the stretch comes first, over all channels."""
        images = (drawn + 1) / 2
        if self._options.stretch:
            low = images.amin(dim=(1, 2, 3), keepdim=True)
            high = images.amax(dim=(1, 2, 3), keepdim=True)
            images = (images - low) / (high - low).clamp(min=1e-5)
        return _to_luma(images)

    def _finish(
        self, loaded: _Loaded, grey: NDArray[np.float32], style: int, structure: float
    ) -> Translation | TranslationError:
        if not np.isfinite(grey).all():
            return TranslationError(
                f"{loaded.job.image}: the network's numbers overflowed in {self._options.dtype}: "
                "set dtype = 'float32' or 'bfloat16'"
            )
        image = Image.fromarray(grey)
        if image.size != loaded.size:
            image = image.resize(loaded.size, Image.Resampling.BICUBIC)
        pixels = np.rint(np.clip(np.asarray(image), 0, 1) * 255).astype(np.uint8)
        return Translation(pixels, details=self._describe(loaded, style, structure))

    def _describe(self, loaded: _Loaded, style: int, structure: float) -> dict[str, Any]:
        options = self._options
        return {
            "synthetic": "image-to-image network",
            "checkpoint": self._checkpoint,
            "style": options.style,
            "style_seed": options.style_seed,
            "style_number": style,
            "structure": round(structure, 3),
            "stretch": options.stretch,
            "seen_at": [loaded.rgb.shape[1], loaded.rgb.shape[0]],
            "seed": loaded.job.seed,
        }


def _pad(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Reflect the right and lower border until both sides suit the network."""
    below, beside = (max(LEAST_SIDE, -(-side // STEP) * STEP) - side for side in rgb.shape[:2])
    return np.pad(rgb, ((0, below), (0, beside), (0, 0)), mode="reflect")


def _to_luma(images: Tensor) -> Tensor:
    """Brightness (ITU-R BT.601) of n x 3 x height x width."""
    red, green, blue = images.unbind(1)
    return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]


def _explain(
    loaded: _Loaded, result: Translation | TranslationError | AcceleratorFull
) -> Translation | SampleError:
    if not isinstance(result, AcceleratorFull):
        return result
    error = AcceleratorFull(
        f"{loaded.job.image}: {result}: set resize = [400, 640], dtype = 'bfloat16' or device = 'cpu'"
    )
    error.__cause__ = result
    return error

"""Edits photographs by an instruction each, with an editing pipeline of diffusers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.accelerator import Halving, choose_device
from irloom.backends.editors.pipelines import FAMILIES
from irloom.backends.editors.weights import load_pipeline, name_source
from irloom.backends.images import load_rgb
from irloom.errors import AcceleratorFull, ConfigError, EditError, SampleError
from irloom.options import EditorOptions
from irloom.protocols import Edit, EditJob


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A job with its photograph at the size that is drawn."""

    job: EditJob
    photograph: Image.Image
    size: tuple[int, int]
    """Width and height of the photograph as it was."""


class DiffusersEditor:
    """Draws each image anew from its photograph, its instruction and its seed.

    Each image has a random generator of its own on the CPU, so neither device nor batch changes its
    noise; the arithmetic of a larger batch may still round a pixel by a level. Raises ConfigError for a
    model, LoRA or device that is not there or does not fit, and for a negative prompt that is too long.
    """

    name = "diffusers"

    def __init__(self, options: EditorOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        self._options = options
        self._family = FAMILIES[options.pipeline]
        device = choose_device(options.device)
        self._pipeline = load_pipeline(options, self._family.pipeline_class, device)
        self._halving = Halving(self._draw, notify)
        try:
            self.check_prompt(options.negative_prompt)
        except EditError as error:
            raise ConfigError(f"negative_prompt: {error}") from error

    def check_prompt(self, prompt: str) -> None:
        """Raise EditError for a prompt whose end the model would not read."""
        if self._family.tokenizer is None:
            return
        tokens = len(getattr(self._pipeline, self._family.tokenizer)(prompt).input_ids)
        if tokens > self._family.most_tokens:
            raise EditError(
                f"{prompt[:60]!r}… has {tokens} tokens, of which {self._family.pipeline_class} reads "
                f"{self._family.most_tokens}: shorten it"
            )

    def edit(self, jobs: Sequence[EditJob]) -> list[Edit | SampleError]:
        """Edit each job's image, in order, at its own size; those drawn at one size share a batch."""
        results: dict[int, Edit | SampleError] = {}
        sizes: dict[tuple[int, int], dict[int, _Loaded]] = {}
        most = self._options.batch_size if self._family.together else 1
        for index, job in enumerate(jobs):
            try:
                loaded = self._load(job)
            except SampleError as error:
                results[index] = error
                continue
            group = sizes.setdefault(loaded.photograph.size, {})
            group[index] = loaded
            if len(group) == most:
                results.update(self._edit_group(sizes.pop(loaded.photograph.size)))
        for group in sizes.values():
            results.update(self._edit_group(group))
        return [results[index] for index in range(len(jobs))]

    def _load(self, job: EditJob) -> _Loaded:
        self.check_prompt(job.prompt)
        photograph = Image.fromarray(load_rgb(job.image, self._options.max_pixels, job.width, job.height))
        size = self._family.choose_size(*photograph.size, self._options.max_side)
        return _Loaded(job, photograph.resize(size, Image.Resampling.LANCZOS), photograph.size)

    def _edit_group(self, group: dict[int, _Loaded]) -> dict[int, Edit | SampleError]:
        results = self._halving.run(list(group.values()))
        return dict(zip(group, map(_explain, group.values(), results), strict=True))

    def _draw(self, batch: Sequence[_Loaded]) -> list[Edit | EditError]:
        """Draw a batch of one size: the photographs, instructions and seeds side by side."""
        width, height = batch[0].photograph.size
        drawn = self._pipeline(
            image=[loaded.photograph for loaded in batch],
            prompt=[loaded.job.prompt for loaded in batch],
            generator=[torch.Generator("cpu").manual_seed(loaded.job.seed) for loaded in batch],
            num_inference_steps=self._options.steps,
            output_type="np",
            **self._family.guide(self._options, len(batch), width, height),
        )
        blackened = getattr(drawn, "nsfw_content_detected", None) or [False] * len(batch)
        return [
            self._finish(loaded, pixels, black)
            for loaded, pixels, black in zip(batch, drawn.images, blackened, strict=True)
        ]

    def _finish(self, loaded: _Loaded, pixels: NDArray[np.float32], blackened: bool) -> Edit | EditError:
        """Bring what was drawn, height x width x 3 in 0..1, back to the photograph's size."""
        image = loaded.job.image
        if blackened:
            return EditError(
                f"{image}: the model's safety checker blackened the result: another seed or prompt may pass"
            )
        if not np.isfinite(pixels).all():
            return EditError(
                f"{image}: the model's numbers overflowed in {self._options.dtype}: "
                "set dtype = 'float32' or 'bfloat16'"
            )
        drawn = Image.fromarray(np.rint(pixels * 255).astype(np.uint8))
        pixels_kept = np.asarray(drawn.resize(loaded.size, Image.Resampling.LANCZOS))
        return Edit(pixels_kept, details=self._describe(loaded))

    def _describe(self, loaded: _Loaded) -> dict[str, Any]:
        options = self._options
        return {
            "pipeline": options.pipeline,
            "model": name_source(options.model),
            "revision": options.revision,
            "lora": options.lora and name_source(options.lora),
            "drawn_at": list(loaded.photograph.size),
            "seed": loaded.job.seed,
        }


def _explain(loaded: _Loaded, result: Edit | EditError | AcceleratorFull) -> Edit | SampleError:
    if not isinstance(result, AcceleratorFull):
        return result
    error = AcceleratorFull(
        f"{loaded.job.image}: {result}: lower max_side, or set offload = true or dtype = 'bfloat16'"
    )
    error.__cause__ = result
    return error

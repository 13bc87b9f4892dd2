"""Draws pictures from texts with any text-to-image pipeline of diffusers."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from irloom.backends.accelerator import Halving, choose_device
from irloom.backends.editors.weights import load_text_pipeline, name_source
from irloom.errors import AcceleratorFull, PaintError, SampleError
from irloom.painter_options import PipelinePainterOptions
from irloom.paintings import Painting, PaintingJob


class DiffusersPainter:
    """Draws each picture from its text and its seed.

    Each has a random generator of its own on the CPU, so neither device nor batch changes its noise; the
    arithmetic of a larger batch may still round a pixel by a level. Raises ConfigError for a model or device
    that is not there or does not fit.
    """

    def __init__(
        self, options: PipelinePainterOptions, notify: Callable[[str], None] = lambda _: None
    ) -> None:
        self.name = f"diffusers {name_source(options.model)}"
        self._options = options
        self._pipeline = load_text_pipeline(options, choose_device(options.device))
        self._most_tokens, self._tokenizer = _find_limit(self._pipeline)
        self._halving = Halving(self._draw, notify)

    def draw(self, jobs: Sequence[PaintingJob]) -> list[Painting | SampleError]:
        """One picture a job, in order; a text that is too long is its own error."""
        errors = [self._check_length(job.text) for job in jobs]
        fitting = [job for job, error in zip(jobs, errors, strict=True) if error is None]
        drawn = iter(map(_explain, self._halving.run(fitting)) if fitting else ())
        return [next(drawn) if error is None else error for error in errors]

    def _check_length(self, text: str) -> PaintError | None:
        """The error of a text whose end the model would not read."""
        if self._most_tokens is None:
            return None
        tokens = len(self._tokenizer(text).input_ids)
        if tokens <= self._most_tokens:
            return None
        return PaintError(
            f"{text[:60]!r}… has {tokens} tokens, of which {self.name} reads {self._most_tokens}: shorten "
            "it, or name a model with a longer text encoder"
        )

    def _draw(self, batch: Sequence[PaintingJob]) -> list[Painting | PaintError]:
        options = self._options
        set_ones = {
            "num_inference_steps": options.steps,
            "guidance_scale": options.guidance,
            "width": options.width,
            "height": options.height,
        }
        drawn = self._pipeline(
            prompt=[job.text for job in batch],
            generator=[torch.Generator("cpu").manual_seed(job.seed) for job in batch],
            output_type="np",
            **{name: value for name, value in set_ones.items() if value is not None},
        )
        blackened = getattr(drawn, "nsfw_content_detected", None) or [False] * len(batch)
        return [
            self._finish(job, pixels, black)
            for job, pixels, black in zip(batch, drawn.images, blackened, strict=True)
        ]

    def _finish(
        self, job: PaintingJob, pixels: NDArray[np.float32], blackened: bool
    ) -> Painting | PaintError:
        """Pixels, height x width x 3 in 0..1, as bytes of colour."""
        if blackened:
            return PaintError(
                f"{job.text[:60]!r}: the model's safety checker blackened the result: another seed or text "
                "may pass"
            )
        if not np.isfinite(pixels).all():
            return PaintError(
                f"{job.text[:60]!r}: the model's numbers overflowed in {self._options.dtype}: "
                "set dtype = 'float32' or 'bfloat16'"
            )
        details = {"revision": self._options.revision, "size": [pixels.shape[1], pixels.shape[0]]}
        return Painting(np.rint(pixels * 255).astype(np.uint8), self.name, details)


def _find_limit(pipeline: Any) -> tuple[int | None, Any]:
    """The most tokens that a pipeline reads, and the tokenizer that counts them; None where it is not known.

    Of several tokenizers the last has the longest reach. Newer pipelines say how far; CLIP's own is 77.
    """
    names = [name for name in ("tokenizer_3", "tokenizer_2", "tokenizer") if getattr(pipeline, name, None)]
    if not names:
        return None, None
    tokenizer = getattr(pipeline, names[0])
    parameters = inspect.signature(type(pipeline).__call__).parameters
    if "max_sequence_length" in parameters:
        return parameters["max_sequence_length"].default, tokenizer
    return tokenizer.model_max_length, tokenizer


def _explain(result: Painting | PaintError | AcceleratorFull) -> Painting | SampleError:
    if not isinstance(result, AcceleratorFull):
        return result
    error = AcceleratorFull(f"{result}: lower width and height, or set offload = true or dtype = 'bfloat16'")
    error.__cause__ = result
    return error

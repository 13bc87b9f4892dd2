"""What sets the editing pipelines of diffusers apart: class, sizes, and how guidance is given to each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from irloom.options import Editing, EditorOptions

MEGAPIXEL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of pipeline."""

    pipeline_class: str
    """Its class in diffusers, as `model_index.json` names it."""
    multiple: int
    """Width and height that it draws at are multiples of this, in pixels."""
    side: int | None
    """Longer side that its models were trained at; None for an area of one megapixel."""
    together: bool
    """Whether it can draw several images in one call."""
    tokenizer: str | None
    """The part that cuts prompts into tokens, where a long prompt would lose its end."""
    most_tokens: int
    guide: Callable[[EditorOptions, int, int, int], dict[str, Any]]
    """The arguments of a call that are its own, from options, number of images, width and height."""

    def choose_size(self, width: int, height: int, max_side: int | None) -> tuple[int, int]:
        """Width and height to draw a photograph at; its shape is kept as far as the multiples allow."""
        side = max_side or self.side
        scale = side / max(width, height) if side else sqrt(MEGAPIXEL / (width * height))
        return self._round(width * scale), self._round(height * scale)

    def _round(self, length: float) -> int:
        return max(1, round(length / self.multiple)) * self.multiple


def _guide_instruct_pix2pix(options: EditorOptions, count: int, width: int, height: int) -> dict[str, Any]:
    return {
        "guidance_scale": options.guidance,
        "image_guidance_scale": options.image_guidance,
        "negative_prompt": [options.negative_prompt] * count,
    }


def _guide_flux_kontext(options: EditorOptions, count: int, width: int, height: int) -> dict[str, Any]:
    avoids = options.negative_guidance > 1
    return {
        "guidance_scale": options.guidance,
        "true_cfg_scale": options.negative_guidance,
        "negative_prompt": [options.negative_prompt] * count if avoids else None,
        "width": width,
        "height": height,
        # Else the pipeline enlarges to a megapixel what it draws, and the photograph beside it.
        "max_area": width * height,
        "_auto_resize": False,
    }


def _guide_qwen_image_edit(options: EditorOptions, count: int, width: int, height: int) -> dict[str, Any]:
    # The pipeline guides only where there is a negative prompt; a blank says nothing.
    avoided = [options.negative_prompt or " "] * count
    return {
        "true_cfg_scale": options.guidance,
        "negative_prompt": avoided if options.guidance > 1 else None,
        "width": width,
        "height": height,
    }


FAMILIES: Mapping[Editing, Family] = {
    "instruct_pix2pix": Family(
        pipeline_class="StableDiffusionInstructPix2PixPipeline",
        multiple=8,
        side=512,
        together=True,
        tokenizer="tokenizer",
        most_tokens=77,
        guide=_guide_instruct_pix2pix,
    ),
    "flux_kontext": Family(
        pipeline_class="FluxKontextPipeline",
        multiple=16,
        side=None,
        together=True,
        tokenizer="tokenizer_2",
        most_tokens=512,
        guide=_guide_flux_kontext,
    ),
    "qwen_image_edit": Family(
        pipeline_class="QwenImageEditPlusPipeline",
        # Of 16 it needs; of 32 it makes the photograph that it looks at, and equal sizes hold the geometry.
        multiple=32,
        side=None,
        together=False,
        tokenizer=None,
        most_tokens=0,
        guide=_guide_qwen_image_edit,
    ),
}

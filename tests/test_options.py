"""What an image-editing pipeline may be told."""

from typing import Any

import pytest
from pydantic import ValidationError

from irloom.config import explain
from irloom.options import DiffusersOptions
from irloom.pipelines.infrared.config import InfraredConfig


def read(**given: Any) -> DiffusersOptions:
    return DiffusersOptions.model_validate({"model": "owner/name", **given})


@pytest.mark.parametrize(
    ("pipeline", "steps", "guidance", "avoids"),
    [
        ("instruct_pix2pix", 50, 7.5, True),
        ("flux_kontext", 28, 2.5, False),
        ("qwen_image_edit", 40, 4.0, True),
    ],
)
def test_each_pipeline_has_the_settings_that_its_makers_advise(
    pipeline: str, steps: int, guidance: float, avoids: bool
) -> None:
    options = read(pipeline=pipeline)
    assert (options.steps, options.guidance, bool(options.negative_prompt)) == (steps, guidance, avoids)
    assert read(**options.model_dump()) == options


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pipeline": "flux_kontext", "negative_prompt": "text"}, "Flux ignores negative_prompt"),
        (
            {"pipeline": "qwen_image_edit", "negative_guidance": 2.0},
            "negative_guidance is for flux_kontext alone",
        ),
        ({"pipeline": "flux_kontext", "image_guidance": 2.0}, "image_guidance is for instruct_pix2pix alone"),
        ({"guidance": 1.0, "negative_prompt": "text"}, "guidance of 1 or less ignores negative_prompt"),
        ({"image_guidance": 0.5}, "greater than or equal to 1"),
    ],
)
def test_what_a_pipeline_would_ignore_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read(**given)


def test_a_wrong_pipeline_is_one_mistake() -> None:
    with pytest.raises(ValidationError) as caught:
        InfraredConfig.model_validate(
            {"images": ".", "captions": "."}
            | {"translator": {"kind": "diffusers", "model": "owner/name", "pipeline": "sdxl"}}
        )
    message = str(explain(caught.value))
    assert "translator.pipeline = 'sdxl'" in message
    assert "default factory" not in message

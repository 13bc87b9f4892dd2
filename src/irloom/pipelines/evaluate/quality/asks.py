"""What a judge of quality is asked: one of five words about one picture."""

from irloom.pipelines.evaluate.quality.config import QualityConfig
from irloom.pipelines.evaluate.quality.source import LANGUAGE
from irloom.pipelines.evaluate.records import Item, Posed

PROMPTS = ("evaluate/quality",)
"""Folder of the prompts."""
_NAME = "rating"
_TOP_LOGPROBS = 20
"""As many first tokens as OpenAI's endpoint lists: all five words should be among them."""


def pose(item: Item, config: QualityConfig) -> list[Posed]:
    """One ask."""
    return [
        Posed(
            name=_NAME,
            variant=_NAME,
            language=LANGUAGE,
            prompt=f"{PROMPTS[0]}/rate",
            fields={},
            sights=("infrared",),
            options={},
            right="",
            top_logprobs=_TOP_LOGPROBS if config.answer == "probability" else 0,
        )
    ]

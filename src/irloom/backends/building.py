"""Builds backends from their options; the heavy libraries are imported here and nowhere earlier."""

from collections.abc import Callable, Mapping
from typing import Any

from irloom.config import ChatOptions, OpenAIOptions, RunConfig
from irloom.lexicon import Lexicon
from irloom.ports import ChatModel, ImageTranslator, SimilarityScorer


def build_chat(
    options: ChatOptions,
    lexicon: Lexicon,
    learnt: Mapping[str, Any],
    learn: Callable[[str, Any], None],
    notify: Callable[[str], None],
) -> ChatModel:
    """The chat model that the options name.

    `learn` keeps what an endpoint teaches; `notify` is told when it goes away and when it is back.
    """
    if isinstance(options, OpenAIOptions):
        from irloom.backends.chat.openai import OpenAIChat

        return OpenAIChat(options, learnt, learn, notify)
    from irloom.backends.chat.rules import Rules

    return Rules(lexicon)


def build_translator(config: RunConfig) -> ImageTranslator:
    """The translator, or the reader of infrared images that exist."""
    if config.infrared is not None or not config.translation:
        from irloom.backends.translators.given import Given

        return Given(config.infrared, config.images)
    from irloom.backends.translators.radiometric import Radiometric

    return Radiometric(config.translator)


def build_scorer(config: RunConfig, lexicon: Lexicon) -> SimilarityScorer:
    """The scorer that the options name."""
    from irloom.backends.scorers.grounding import Grounding

    return Grounding(lexicon)

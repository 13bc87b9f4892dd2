"""Builds backends from their options; the heavy libraries are imported here and nowhere earlier."""

from collections.abc import Callable, Mapping
from typing import Any

from irloom.flows import InfraredConfig
from irloom.imaging import ImageTranslator, SimilarityScorer
from irloom.lexicon import Lexicon
from irloom.options import (
    ChatOptions,
    DiffusersOptions,
    GroundingOptions,
    LanguageBindOptions,
    OpenAIOptions,
    OpenClipOptions,
    RadiometricOptions,
    ScorerOptions,
    SrgbTirOptions,
    TranslatorOptions,
    VqaOptions,
)
from irloom.ports import ChatModel, Purse


def build_chat(
    options: ChatOptions,
    lexicon: Lexicon,
    learnt: Mapping[str, Any],
    learn: Callable[[str, Any], None],
    notify: Callable[[str], None],
    purse: Purse,
) -> ChatModel:
    """The chat model that the options name.

    `learn` keeps what an endpoint teaches; `notify` is told when it goes away and when it is back;
    `purse` grants each request.
    """
    if isinstance(options, OpenAIOptions):
        from irloom.backends.chat.openai import OpenAIChat

        return OpenAIChat(options, learnt, learn, notify, purse)
    from irloom.backends.chat.rules import Rules

    return Rules(lexicon, purse)


def build_translator(config: InfraredConfig, notify: Callable[[str], None]) -> ImageTranslator:
    """The translator of a run, or the reader of infrared images that exist already."""
    if config.infrared is not None or not config.translation:
        from irloom.backends.translators.given import Given

        return Given(config.infrared, config.images)
    return load_translator(config.translator, notify)


def load_translator(options: TranslatorOptions, notify: Callable[[str], None]) -> ImageTranslator:
    """The translator that the options name; `notify` is told of too little memory."""
    match options:
        case SrgbTirOptions():
            from irloom.backends.translators.srgb_tir import SrgbTir

            return SrgbTir(options, notify)
        case DiffusersOptions():
            from irloom.backends.translators.diffused import Diffused

            return Diffused(options, notify)
        case RadiometricOptions():
            from irloom.backends.translators.radiometric import Radiometric

            return Radiometric(options, notify)


def build_scorer(
    options: ScorerOptions, lexicon: Lexicon, notify: Callable[[str], None]
) -> SimilarityScorer | None:
    """The scorer that the options name; None for `vqa`, where the Caption Agent asks a chat model."""
    match options:
        case OpenClipOptions():
            from irloom.backends.scorers.clip import OpenClip

            return OpenClip(options, notify)
        case LanguageBindOptions():
            from irloom.backends.scorers.languagebind import LanguageBind

            return LanguageBind(options, notify)
        case VqaOptions():
            return None
        case GroundingOptions():
            from irloom.backends.scorers.grounding import Grounding

            return Grounding(lexicon)

"""Builds backends from their options; the heavy libraries are imported here and nowhere earlier."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.lexicon import Lexicon
from irloom.options import (
    BaselineOptions,
    ChatOptions,
    ClassicOptions,
    DiffusersOptions,
    EditorOptions,
    EmbedderOptions,
    GroundingOptions,
    ImageEditorOptions,
    LanguageBindOptions,
    OpenAIOptions,
    OpenClipEmbedderOptions,
    OpenClipOptions,
    PixelsOptions,
    RadiometricOptions,
    ScorerOptions,
    ServedOptions,
    SimilarityOptions,
    SimilarityScorerOptions,
    SrgbTirOptions,
    TranslatorOptions,
    VqaOptions,
)
from irloom.painter_options import PipelinePainterOptions, ServedPainterOptions
from irloom.protocols import (
    ChatModel,
    EditMeter,
    Embedder,
    ImageEditor,
    ImageTranslator,
    Purse,
    SimilarityScorer,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from irloom.backends.painters.diffusers import DiffusersPainter
    from irloom.backends.painters.served import ServedPainter


def build_editor(options: ImageEditorOptions, notify: Callable[[str], None]) -> ImageEditor:
    """The image editor that the options name; `notify` is told of too little memory."""
    match options:
        case EditorOptions():
            from irloom.backends.editors.diffusers import DiffusersEditor

            return DiffusersEditor(options, notify)
        case ClassicOptions():
            from irloom.backends.offline.editor.editor import ClassicEditor

            return ClassicEditor(options)


def build_pipeline_painter(
    options: PipelinePainterOptions, notify: Callable[[str], None]
) -> "DiffusersPainter":
    """The text-to-image pipeline that the options name; `notify` is told of too little memory."""
    from irloom.backends.painters.diffusers import DiffusersPainter

    return DiffusersPainter(options, notify)


def build_served_painter(
    options: ServedPainterOptions, notify: Callable[[str], None], purse: Purse
) -> "ServedPainter":
    """The images route that the options name; `notify` is told of outages, `purse` grants each request."""
    from irloom.backends.painters.served import ServedPainter

    return ServedPainter(options, notify, purse)


def build_meter() -> EditMeter:
    """What measures edits."""
    from irloom.backends.meters.preservation import PixelMeter

    return PixelMeter()


def build_reader(max_pixels: int) -> Callable[[Path, int | None, int | None], "NDArray[np.uint8]"]:
    """What decodes a photograph, by the size that its annotations were made for."""
    from irloom.backends.images import load_rgb

    return lambda path, width, height: load_rgb(path, max_pixels, width, height)


def build_chat(
    options: ChatOptions,
    tables: Mapping[str, Path | None],
    learnt: Mapping[str, Any],
    learn: Callable[[str, Any], None],
    notify: Callable[[str], None],
    purse: Purse,
) -> ChatModel:
    """The chat model that the options name.

    `tables` are the files of the embedded rule engine (`lexicon`, `edits`), irloom's own where left out;
    `learn` keeps what an endpoint teaches; `notify` is told when it goes away and when it is back;
    `purse` grants each request.
    """
    if isinstance(options, OpenAIOptions):
        from irloom.backends.chat.openai import OpenAIChat

        return OpenAIChat(options, learnt, learn, notify, purse)
    if isinstance(options, BaselineOptions):
        from irloom.backends.offline.baseline import Baseline

        return Baseline(options, purse)
    if isinstance(options, SimilarityOptions):
        raise TypeError("an embedder works in batches, which the workbench makes: build_similarity")
    from irloom.backends.offline.chat.engine import Rules

    return Rules(Lexicon.load(tables.get("lexicon")), purse, tables.get("edits"))


def build_similarity(
    options: SimilarityScorerOptions, notify: Callable[[str], None]
) -> tuple[SimilarityScorer, int]:
    """The scorer in a detector's chair, and how many of its jobs go together."""
    match options:
        case OpenClipOptions():
            from irloom.backends.scorers.open_clip import OpenClip

            return OpenClip(options, notify), options.batch_size
        case LanguageBindOptions():
            from irloom.backends.scorers.languagebind import LanguageBind

            return LanguageBind(options, notify), options.batch_size
        case ServedOptions():
            from irloom.backends.embedders.served import Served
            from irloom.backends.scorers.vectors import VectorScorer

            return VectorScorer(Served(options, notify)), options.max_in_flight


def read_given(infrared: Path | None, images: Path, follow_links: bool = False) -> ImageTranslator:
    """The reader of infrared images that exist already, in a folder of their own or in that of the images."""
    from irloom.backends.translators.given import Given

    return Given(infrared, images, follow_links=follow_links)


def build_translator(options: TranslatorOptions, notify: Callable[[str], None]) -> ImageTranslator:
    """The translator that the options name; `notify` is told of too little memory."""
    match options:
        case SrgbTirOptions():
            from irloom.backends.translators.srgb_tir import SrgbTir

            return SrgbTir(options, notify)
        case DiffusersOptions():
            from irloom.backends.translators.diffusers import Diffused

            return Diffused(options, notify)
        case RadiometricOptions():
            from irloom.backends.offline.translator.radiometric import Radiometric

            return Radiometric(options, notify)


def build_scorer(
    options: ScorerOptions, lexicon: Lexicon, notify: Callable[[str], None]
) -> SimilarityScorer | None:
    """The scorer that the options name; None for `vqa`, where the Caption Agent asks a chat model."""
    match options:
        case OpenClipOptions():
            from irloom.backends.scorers.open_clip import OpenClip

            return OpenClip(options, notify)
        case LanguageBindOptions():
            from irloom.backends.scorers.languagebind import LanguageBind

            return LanguageBind(options, notify)
        case VqaOptions():
            return None
        case GroundingOptions():
            from irloom.backends.offline.grounding import Grounding

            return Grounding(lexicon)


def load_embedder(options: EmbedderOptions, notify: Callable[[str], None]) -> Embedder:
    """The embedder that the options name; `notify` is told of too little memory and of outages."""
    match options:
        case OpenClipEmbedderOptions():
            from irloom.backends.embedders.open_clip import OpenClipEmbedder

            return OpenClipEmbedder(options, notify)
        case ServedOptions():
            from irloom.backends.embedders.served import Served

            return Served(options, notify)
        case PixelsOptions():
            from irloom.backends.offline.pixels import Pixels

            return Pixels(options)

"""LanguageBind's thermal model, the paper's scorer: a CLIP whose picture half learnt infrared by LoRA."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

from irloom.backends.accelerator import choose_device, choose_dtype
from irloom.backends.model_code import refuse_code
from irloom.backends.quiet import hush_libraries
from irloom.backends.scorers.checkpoint import Shape, load_strictly, read_shape, read_tensors
from irloom.backends.scorers.cosine import Cosine, Towers, place_model
from irloom.backends.scorers.frames import Frame
from irloom.backends.scorers.lora import merge_lora
from irloom.backends.weights import fetch_snapshot, summarise
from irloom.errors import ConfigError, SampleError
from irloom.options import LanguageBindOptions
from irloom.protocols import Scores, ScoringJob

FILES = (
    "config.json",
    "model.safetensors",
    "pytorch_model.bin",
    "tokenizer*",
    "vocab.json",
    "merges.txt",
    "special_tokens_map.json",
)
"""What is fetched of a model on the hub."""
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)
"""Brightness that CLIP models were trained on."""
_TOKENIZERS = (("tokenizer.json",), ("vocab.json", "merges.txt"))
"""Files of which one group makes a tokenizer."""
_LARGEST = 2
"""As `eos_token_id`, this old value means: the text ends at its largest token."""


class LanguageBind:
    """Scores by cosine in LanguageBind's thermal model, its adapters merged.

    Neither peft nor LanguageBind's own code is run: the thermal half is a plain CLIP, which looks at one
    picture and has no attention over time. Raises ConfigError for a folder, checkpoint or device that is
    not there or does not fit.
    """

    def __init__(self, options: LanguageBindOptions, notify: Callable[[str], None] = lambda _: None) -> None:
        device, dtype = choose_device(options.device), choose_dtype(options.dtype)
        folder = fetch_snapshot(options.model, options.revision, FILES, notify)
        refuse_code(options.model, folder)
        shape = read_shape(folder / "config.json")
        model = _build(shape)
        load_strictly(model, merge_lora(read_tensors(folder), shape.rank, shape.alpha), notify)
        place_model(model, device, dtype)
        self._model = model
        self._tokenizer = _read_tokenizer(folder, shape)
        self._room: int = shape.text["max_position_embeddings"]
        size: int = shape.vision["image_size"]
        towers = Towers(
            frame=Frame(size, size, _MEAN, _STD, options.crop),
            see=self._see,
            tokenize=self._tokenize,
            fits=self._fits,
            read=self._read,
            device=device,
            dtype=dtype,
        )
        self.name = f"languagebind {Path(options.model).name}"
        self._cosine = Cosine(towers, options, notify)

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        """Score each job; a bad image or caption is its own error."""
        return self._cosine.score(jobs)

    def _see(self, pictures: torch.Tensor) -> torch.Tensor:
        seen: torch.Tensor = self._model.visual_projection(self._model.vision_model(pictures).pooler_output)
        return seen

    def _read(self, tokens: torch.Tensor) -> torch.Tensor:
        read: torch.Tensor = self._model.text_projection(self._model.text_model(tokens).pooler_output)
        return read

    def _tokenize(self, texts: Sequence[str]) -> torch.Tensor:
        # Each place sees only those before it, so that what is padded with does not matter.
        found = self._tokenizer(list(texts), padding="max_length", max_length=self._room, return_tensors="pt")
        tokens: torch.Tensor = found.input_ids
        return tokens

    def _fits(self, text: str) -> bool:
        # One token more than fits is enough to see; a longer text makes the tokenizer warn.
        found = self._tokenizer(text, truncation=True, max_length=self._room + 1)
        return len(found.input_ids) <= self._room


def _build(shape: Shape) -> CLIPModel:
    vision = {**shape.vision, "projection_dim": shape.projection}
    text = {**shape.text, "projection_dim": shape.projection}
    try:
        with hush_libraries():
            return CLIPModel(
                CLIPConfig(vision_config=vision, text_config=text, projection_dim=shape.projection)
            )
    except Exception as error:  # transformers checks configurations with errors of several kinds
        raise ConfigError(
            f"config.json does not make a CLIP model ({summarise(error)}): take the one that came "
            "with the weights"
        ) from error


def _read_tokenizer(folder: Path, shape: Shape) -> CLIPTokenizer:
    """Read the tokenizer and hold it against the model: one that does not fit scores all texts alike."""
    if not any(all((folder / name).is_file() for name in names) for names in _TOKENIZERS):
        # transformers would make up a tokenizer that knows no word.
        raise ConfigError(f"{folder} holds neither tokenizer.json nor vocab.json and merges.txt: fetch them")
    try:
        with hush_libraries():
            tokenizer: CLIPTokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # of JSON, of tokenizers, of files
        raise ConfigError(
            f"the tokenizer in {folder} cannot be read ({summarise(error)}): fetch the model again"
        ) from error
    end, words = shape.text["eos_token_id"], shape.text["vocab_size"]
    if end not in (_LARGEST, tokenizer.eos_token_id) or len(tokenizer) != words:
        raise ConfigError(
            f"the tokenizer in {folder} has {len(tokenizer)} tokens and ends texts with "
            f"{tokenizer.eos_token_id}, the model {words} and {end}: take the one that came with the weights"
        )
    return tokenizer

"""Scores captions by the cosine of image and text in a model with two towers."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from irloom.backends.images import load_rgb
from irloom.backends.scorers.embeddings import Embedder
from irloom.backends.scorers.frames import Frame
from irloom.backends.scorers.parts import split_caption
from irloom.errors import AcceleratorFull, ConfigError, SampleError, ScoringError, SourceError
from irloom.options import LanguageBindOptions, OpenClipOptions
from irloom.protocols import Scores, ScoringJob

_MAX_PIXELS = 100_000_000
_TEXTS_A_PICTURE = 4
"""A caption has about a quarter of a picture's tokens, so that many more go into a batch."""
_PICTURES_KEPT = 256
"""A picture comes once for each of its captions, in different batches."""
_TEXTS_KEPT = 4096
_DIGITS = 6
"""Beyond these a score depends on what else was in the batch."""


@dataclass(frozen=True, slots=True)
class Towers:
    """A model that puts pictures and texts into one space, and what each half is given."""

    frame: Frame
    see: Callable[[torch.Tensor], torch.Tensor]
    """From pictures in the frame to vectors, one a row."""
    tokenize: Callable[[Sequence[str]], torch.Tensor]
    fits: Callable[[str], bool]
    """Whether a text is read to its end."""
    read: Callable[[torch.Tensor], torch.Tensor]
    """From tokens to vectors, one a row."""
    device: torch.device
    dtype: torch.dtype


def place_model(model: torch.nn.Module, device: torch.device, dtype: torch.dtype) -> None:
    """Make a model ready to be asked, and never trained; ConfigError where the device is too small for it."""
    try:
        model.eval().requires_grad_(False).to(device=device, dtype=dtype)
    except torch.OutOfMemoryError as error:
        raise ConfigError(
            f"the scorer's model does not fit into the memory of {device.type!r}: choose dtype = 'bfloat16', "
            "device = 'cpu', or a smaller model"
        ) from error


@dataclass(frozen=True, slots=True)
class _Picture:
    """A file as it was when it was asked for: another file by its name is another picture."""

    path: Path
    changed_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """A job with its picture, and each caption in the parts that the model can read."""

    job: ScoringJob
    picture: _Picture
    captions: tuple[tuple[str, ...], ...]


class Cosine:
    """Compares the picture with each caption, in -1..1; a long caption's score is the mean of its parts'.

    Raises ConfigError where the template leaves no room for a caption.
    """

    def __init__(
        self,
        towers: Towers,
        options: OpenClipOptions | LanguageBindOptions,
        notify: Callable[[str], None],
    ) -> None:
        self._towers = towers
        self._template = options.template
        if not self._fits("a"):
            raise ConfigError(f"template = {options.template!r} leaves no room for a caption: shorten it")
        size = options.batch_size
        self._pictures = Embedder(self._see, size, _PICTURES_KEPT, notify)
        self._texts = Embedder(self._read, size * _TEXTS_A_PICTURE, _TEXTS_KEPT, notify)

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        """One result a job, in order; what is wrong with one job is its own error."""
        plans = [self._plan(job) for job in jobs]
        good = [plan for plan in plans if isinstance(plan, _Plan)]
        pictures = self._pictures.embed(plan.picture for plan in good)
        texts = self._texts.embed(part for plan in good for parts in plan.captions for part in parts)
        return [_compare(plan, pictures, texts) if isinstance(plan, _Plan) else plan for plan in plans]

    def embed_pictures(self, paths: Sequence[Path]) -> list[torch.Tensor | SampleError]:
        """A vector of length 1 or its own error for each picture, in order."""
        pictures = [_look_up(path) for path in paths]
        found = self._pictures.embed(one for one in pictures if isinstance(one, _Picture))
        return [found[one] if isinstance(one, _Picture) else one for one in pictures]

    def embed_texts(self, texts: Sequence[str]) -> list[torch.Tensor]:
        """A vector of length 1 for each text, in order; a long one's is the mean of its parts'.

        Raises ScoringError or AcceleratorFull.
        """
        split = [split_caption(text, self._fits) for text in texts]
        found = self._texts.embed(part for parts in split for part in parts)
        vectors = {part: _refuse_error(vector) for part, vector in found.items()}
        means = [torch.stack([vectors[part] for part in parts]).mean(0) for parts in split]
        return [torch.nn.functional.normalize(mean, dim=-1) for mean in means]

    def _plan(self, job: ScoringJob) -> _Plan | ScoringError:
        if not job.captions:
            return ScoringError(f"{job.image.name} came without a caption to score: give it one at least")
        picture = _look_up(job.image)
        if isinstance(picture, ScoringError):
            return picture
        try:
            captions = tuple(split_caption(caption, self._fits) for caption in job.captions)
        # Tokenizers meet half characters and what is no text in their own ways.
        except (TypeError, ValueError, AttributeError) as error:
            return ScoringError(f"a caption of {job.image.name} is no text ({error}): mend the captions file")
        except ScoringError as error:
            return error
        return _Plan(job, picture, captions)

    def _fits(self, caption: str) -> bool:
        return self._towers.fits(self._fill(caption))

    def _fill(self, caption: str) -> str:
        return self._template.replace("{}", caption)

    def _see(self, pictures: Sequence[_Picture]) -> list[torch.Tensor | SampleError]:
        towers = self._towers
        loaded = [self._load(picture.path) for picture in pictures]
        pixels = [one for one in loaded if isinstance(one, np.ndarray)]
        vectors: list[torch.Tensor] = []
        if pixels:
            with torch.inference_mode():
                batch = torch.from_numpy(np.stack(pixels)).to(towers.device)
                vectors = _take_rows(towers.see(towers.frame.normalise(batch).to(towers.dtype)))
        rows = iter(vectors)
        return [one if isinstance(one, ScoringError) else next(rows) for one in loaded]

    def _load(self, path: Path) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | ScoringError":
        try:
            return self._towers.frame.fill(load_rgb(path, _MAX_PIXELS))
        except SourceError as error:
            failure = ScoringError(str(error))
            failure.__cause__ = error
            return failure

    def _read(self, captions: Sequence[str]) -> list[torch.Tensor | SampleError]:
        with torch.inference_mode():
            tokens = self._towers.tokenize([self._fill(caption) for caption in captions])
            return [*_take_rows(self._towers.read(tokens.to(self._towers.device)))]


def _look_up(path: Path) -> _Picture | ScoringError:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        return ScoringError(f"{path} cannot be read ({error}): make it again")
    return _Picture(path, found.st_mtime_ns, found.st_size)


def _refuse_error(vector: torch.Tensor | SampleError) -> torch.Tensor:
    if not isinstance(vector, torch.Tensor):
        raise vector
    return vector


def _take_rows(vectors: torch.Tensor) -> list[torch.Tensor]:
    """Rows of length one, each with memory of its own, so that a batch goes when it is forgotten."""
    normal = torch.nn.functional.normalize(vectors.float(), dim=-1).cpu()
    return [row.clone() for row in normal]


def _compare(
    plan: _Plan,
    pictures: Mapping[_Picture, torch.Tensor | SampleError],
    texts: Mapping[str, torch.Tensor | SampleError],
) -> Scores | SampleError:
    picture = pictures[plan.picture]
    if not isinstance(picture, torch.Tensor):
        return _explain(plan.job, picture)
    scores: list[list[float]] = []
    for parts in plan.captions:
        vectors = [texts[part] for part in parts]
        for vector in vectors:
            if not isinstance(vector, torch.Tensor):
                return _explain(plan.job, vector)
        scores.append([float(picture @ vector) for vector in vectors if isinstance(vector, torch.Tensor)])
    return _sum_up(plan.job, scores)


def _sum_up(job: ScoringJob, scores: Sequence[Sequence[float]]) -> Scores | ScoringError:
    """The means, and of captions that were split also the lowest: one false sentence hides in a mean."""
    values = tuple(round(sum(parts) / len(parts), _DIGITS) for parts in scores)
    if not all(map(math.isfinite, values)):
        return ScoringError(
            f"{job.image.name} was given scores that are no numbers, {values}: choose dtype = 'float32'"
        )
    split = [
        {"text": index, "parts": len(parts), "mean": values[index], "min": round(min(parts), _DIGITS)}
        for index, parts in enumerate(scores)
        if len(parts) > 1
    ]
    return Scores(values, {"split": split} if split else {})


def _explain(job: ScoringJob, error: SampleError) -> SampleError:
    """One error for each job that a picture or a text was for."""
    kind = AcceleratorFull if isinstance(error, AcceleratorFull) else ScoringError
    advice = ": choose device = 'cpu', or a smaller model" if kind is AcceleratorFull else ""
    mine = kind(f"{job.image.name} cannot be scored: {error}{advice}")
    mine.__cause__ = error
    return mine

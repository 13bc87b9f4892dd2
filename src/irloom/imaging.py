"""Protocols of the backends that make, edit and look at images, and the values that cross them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from irloom.edits import Declined, Preservation, Region, Step
from irloom.errors import SampleError
from irloom.records import Box, ThermalObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TranslationJob:
    """One visible image to turn into an infrared one."""

    image: Path
    boxes: tuple[Box, ...]
    seed: int
    width: int | None = None
    """Width and height that the annotations were made for, where they are known."""
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """An infrared image, and what its maker knows about it."""

    image: "NDArray[np.uint8] | Path"
    """Pixels (height x width, or height x width x 3 with a colour palette), or a file to copy as it is."""
    objects: tuple[ThermalObject, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class ImageTranslator(Protocol):
    """Turns visible images into infrared ones, in batches."""

    name: str

    def translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        """One result a job, in order; a bad image is its own error and leaves the others alone.

        An image's pixels depend on its job alone, whatever else is in the batch.
        """
        ...


@dataclass(frozen=True, slots=True)
class EditJob:
    """One image to change by an instruction of its own."""

    image: Path
    prompt: str
    seed: int
    width: int | None = None
    """Width and height that the annotations were made for, where they are known."""
    height: int | None = None
    steps: tuple[Step, ...] = ()
    """The prompt in parts, for an editor that reads no prose."""
    boxes: tuple[Box, ...] = ()
    """The annotated objects, by whose number, from 1, a step names its target."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed image, and what its maker knows about it."""

    image: "NDArray[np.uint8]"
    """Pixels, height x width x 3, of the size of the image that was given."""
    regions: tuple[Region, ...] = ()
    """Where it meant to change something beside the targets, such as where a moved object went."""
    details: Mapping[str, Any] = field(default_factory=dict)


class ImageEditor(Protocol):
    """Changes images by instructions, in batches."""

    name: str

    def edit(self, jobs: Sequence[EditJob]) -> Sequence[Edit | Declined | SampleError]:
        """One result a job, in order; a bad image or prompt is its own error and leaves the others alone.

        What it cannot do it declines with the reason. An image's noise depends on its job alone,
        whatever else is in the batch.
        """
        ...


@dataclass(frozen=True, slots=True)
class MeasuringJob:
    """An edited image beside the one that it was made from."""

    before: Path
    after: "NDArray[np.uint8]"
    """Pixels, height x width x 3."""
    regions: tuple[Region, ...]
    """Where the change was expected; empty where it may be anywhere."""
    width: int | None = None
    """Width and height that the annotations were made for, where they are known."""
    height: int | None = None


class EditMeter(Protocol):
    """Measures what an edit changed and what it kept."""

    def measure(self, job: MeasuringJob) -> Preservation:
        """The figures of one edit; raises SourceError where the image before cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: an image with a change in words, or one of the two alone."""

    image: Path | None
    text: str | None


class Embedder(Protocol):
    """Turns queries and images into vectors whose inner product says how well they fit."""

    name: str

    def embed_queries(self, queries: Sequence[Query]) -> "NDArray[np.float32]":
        """One row of length 1 a query, in order; raises ScoringError or SourceError."""
        ...

    def embed_images(self, images: Sequence[Path]) -> "NDArray[np.float32]":
        """One row of length 1 an image, in order; raises ScoringError or SourceError."""
        ...


@dataclass(frozen=True, slots=True)
class ScoringJob:
    """Captions to score against one infrared image."""

    image: Path
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """One score a caption, in order, and what else the scorer found, for the transcript."""

    values: tuple[float, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


class SimilarityScorer(Protocol):
    """Scores captions against infrared images, in batches; only the order of scores matters."""

    name: str

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        """One result a job, in order; a bad image is its own error and leaves the others alone."""
        ...

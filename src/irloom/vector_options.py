"""The options of everything that gives a benchmark of retrieval its vectors."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from irloom.options import OpenClipOptions
from irloom.records import Row


class PixelsOptions(Row):
    """The embedded embedder: colours and edges of an image by place; it reads no text."""

    kind: Literal["pixels"] = "pixels"
    max_pixels: int = Field(default=100_000_000, ge=1)


class OpenClipEmbedderOptions(OpenClipOptions):
    """Any model of open_clip, with a rule by which the vectors of image and text become one."""

    compose: Literal["sum", "text", "image"] = "sum"
    """Both added up, or one of the two alone."""
    text_weight: float = Field(default=0.5, ge=0, le=1)
    """The text's share of the sum; the rest is the image's."""


class ServedOptions(Row):
    """An embeddings endpoint that takes images as chat messages, as vLLM does."""

    kind: Literal["served"] = "served"
    model: str
    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    query_instruction: str = "given an image, find a similar everyday image with the described changes"
    """What is said before a query's text; EDIR's words, likewise of `image_instruction`."""
    image_instruction: str = "represent the given image"
    timeout_s: float = Field(default=120.0, gt=0)
    max_retries: int = Field(default=6, ge=0)
    """As for a chat endpoint, likewise what follows."""
    first_backoff_s: float = Field(default=0.5, ge=0)
    max_in_flight: int = Field(default=16, ge=1)
    outage_s: float = Field(default=900.0, ge=0)


class VectorsOptions(Row):
    """Vectors that were made elsewhere."""

    kind: Literal["vectors"] = "vectors"
    file: Path
    """An `.npz` file with `query_ids`, `queries`, `corpus_ids` and `corpus`, rows in the order of the ids.

    `queries_text` and `queries_image`, of the same shape as `queries`, are those of a part alone.
    """


EmbedderOptions = PixelsOptions | OpenClipEmbedderOptions | ServedOptions
VectorSource = Annotated[EmbedderOptions | VectorsOptions, Field(discriminator="kind")]
"""Where a benchmark gets its vectors from."""


class BenchOptions(Row):
    """What a benchmark of retrieval is told."""

    embedder: VectorSource = Field(default_factory=PixelsOptions)

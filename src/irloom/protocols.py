"""Protocols where a model or a test is swapped in, and the plain values that cross them.

Backends raise the errors of `irloom.errors`; nothing here imports a model library.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from irloom.edits import Declined, Preservation, Region, Step
from irloom.errors import ModelReplyError, SampleError
from irloom.records import Box, Fault, Row, ThermalObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

FinishReason = Literal["stop", "length", "context", "content_filter", "refusal", "other"]
"""`length` is `max_tokens`, `context` the model's window, which was full before that."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with its slots filled in."""

    name: str
    """Path under `prompts/` without suffix, such as `debate/judge`."""
    digest: str
    """First 16 hex digits of the sha256 of the file's text, slots unfilled."""
    system: str
    user: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReplySchema:
    """The JSON form that a structured reply should have."""

    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request to a chat model."""

    prompt: Prompt
    seed: int
    n: int = 1
    """How many replies are wanted; a backend may give fewer, never more, and at least one."""
    temperature: float | None = None
    max_tokens: int | None = None
    schema: ReplySchema | None = None
    images: tuple[Path, ...] = ()
    """Absolute paths; the bytes are read when the request is sent."""
    top_logprobs: int = 0
    """How many of the likeliest first tokens of the answer are wanted; 0 for none."""
    longest: int | None = None
    """Characters of the longest useful reply, which bound `max_tokens`; no part of a call's key."""
    takes_empty: bool = False
    """Whether an empty reply is an answer, and not asked for again; no part of a call's key."""


class Usage(Row):
    """What a request cost, as the endpoint counted it."""

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    """0 also where no price is known."""
    cached_tokens: int = 0
    """Those of the prompt tokens that a cache gave, which cost less; left out of dumps where 0."""
    service_tier: str = Field(default="", exclude=True)
    """At which tier the reply was served, to price it; empty for the usual one."""

    @model_serializer(mode="wrap")
    def leave_out_no_hits(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Be as rows were before caches were counted, where none was hit."""
        found: dict[str, Any] = dump(self)
        if not found.get("cached_tokens"):
            found.pop("cached_tokens", None)
        return found

    def __add__(self, other: "Usage") -> "Usage":
        same = self.service_tier == other.service_tier or not other.requests
        return Usage(
            cached_tokens=self.cached_tokens + other.cached_tokens,
            service_tier=self.service_tier if same else "",
            requests=self.requests + other.requests,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost_usd=round(self.cost_usd + other.cost_usd, 9),
        )


class ReplyText(Row):
    """One text of a reply."""

    text: str
    finish_reason: FinishReason = "stop"
    thinking: str | None = None
    """What the model thought aloud, kept apart from the answer."""
    first_tokens: tuple[tuple[str, float], ...] = ()
    """The likeliest first tokens of the answer with their log-probabilities, where these were asked for."""


class ChatReply(Row):
    """What came back for one request: `1..n` texts."""

    texts: tuple[ReplyText, ...] = Field(min_length=1)
    usage: Usage
    model: str
    """The model's own name for itself, which may be longer than the one asked for."""
    latency_ms: float
    sent: Mapping[str, Any] = Field(default_factory=dict)
    """How it was sent: `n`, reply mode, retries."""


class ChatModel(Protocol):
    """Answers prompts."""

    model: str
    parameters: Mapping[str, Any]
    """Options beside the request that shape a reply, such as `max_tokens`; part of a call's key."""

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer once; retries are inside. Raises EndpointError, ModelReplyError or StopRun."""
        ...

    def hold(self) -> None:
        """Send nothing more (waiting calls are cancelled); what is on its way may come back."""
        ...

    async def close(self) -> None:
        """Free connections."""
        ...


class Payment(Protocol):
    """What one request may cost, held until it is known what it did; nothing if it never left."""

    def leave(self) -> None:
        """The request leaves: from now on it counts at its worst, whatever becomes of it."""
        ...

    def settle(self, usage: Usage | None) -> None:
        """Put down what it cost; None where it may have been billed and nobody says how much.

        It may be put down once more, where that was None and better is known.
        """
        ...


class Purse(Protocol):
    """Grants a chat model each request that it sends, inside the spending cap of the run."""

    def reserve(self, request: ChatRequest, n: int) -> AbstractAsyncContextManager[Payment]:
        """Hold the most that asking once for `n` replies can cost; raises BudgetSpent where it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sample's life a call stands; it keeps equal prompts distinct."""

    agent: str
    node: str
    stage: str
    caption: int | None = None
    task: str | None = None
    round: int | None = None
    repair: int = 0
    candidate: int | None = None
    """Orders calls about the candidates of a caption; no part of a key, since their texts differ."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the chat model, as an agent puts it."""

    place: Place
    prompt: Prompt
    n: int = 1
    temperature: float | None = None
    schema: ReplySchema | None = None
    images: tuple[str, ...] = ()
    """Paths relative to the run directory."""
    max_tokens: int | None = None
    """The longest reply; what the chat model's options say where left out."""
    top_logprobs: int = 0
    """See `ChatRequest`."""
    seat: str = ""
    """Whose chat model is asked, where it is not the agent's own."""
    longest: int | None = None
    """See `ChatRequest`."""
    takes_empty: bool = False
    """See `ChatRequest`."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What `read` returns for a reply whose form is wrong and which may be asked for once more."""

    text: str
    problem: str


def read_finally(read: Callable[[ReplyText], T | Unreadable]) -> Callable[[ReplyText], T]:
    """A reader for a repair: what is still in the wrong form is an error now."""

    def read_or_raise(reply: ReplyText) -> T:
        found = read(reply)
        if isinstance(found, Unreadable):
            raise ModelReplyError(f"{found.problem}, also after a repair: {found.text[:200]!r}")
        return found

    return read_or_raise


class Asking(Protocol):
    """What every agent may do to the outside world: ask its chat model.

    Every result is recorded before it is returned, and a result that is recorded already is
    returned without a call. Errors of one sample come back as a `Fault`, because LangGraph
    cancels the siblings of a node that raises, whose requests would be paid and lost.
    """

    async def ask(
        self, ask: Ask, read: Callable[[ReplyText], T], finish: Callable[[ReplyText], object] | None = None
    ) -> tuple[T, ...] | Fault:
        """Ask for `n` replies and read each one; `read` raises ModelReplyError where it cannot.

        With `n` above one, replies that cannot be read are left out as long as one can. `finish` is how the
        repair is read that an unreadable reply gets, where that is more than `read_finally`: whatever it
        takes is taken again in a later attempt, and nothing of it asked anew.
        """
        ...


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
    original: Path | None = None
    """A file that the pixels were made from, to be kept beside them as it came."""


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
    annotated: frozenset[str] = frozenset()
    """Labels that have a box in some image of the source: whether others are there is not known."""


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

"""The vocabulary: what a sample is, what is said about it, and the rows that come out.

Rows are pydantic models, frozen and closed. Boxes are `x1, y1, x2, y2` in 0..1 of the image's
width and height, with the origin at the top left.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

Task = Literal["conversation", "reasoning", "description"]
Category = Literal[
    "colour",
    "material",
    "text",
    "transparency",
    "lighting",
    "glass",
    "uncertain",
    "contradiction",
    "other",
]
Outcome = Literal["accepted", "rejected", "failed", "unjudged"]
"""Of a task and of a sample; `unjudged` only where the debate was switched off."""
Origin = Literal["filtered", "embedded", "original"]
"""Of a candidate: `embedded` where the rule engine finished what a model's rewrites left."""

TASKS: tuple[Task, ...] = get_args(Task)
CATEGORIES: tuple[Category, ...] = get_args(Category)


BoxForm = Literal["xywh", "xyxy", "cxcywh"]
"""What the four numbers of a box are: COCO's own, two corners, or the centre with width and height."""
BoxNumbers = Literal["percent", "fractions"]
"""How prompts write the edges of a box: whole per cent of the image, or shares with three decimals."""
IGNORED_LABELS: tuple[str, ...] = (
    *("DontCare", "person?", "ignored regions", "ignore", "ignored", "others", "unknown", "background"),
)
"""Labels that name no object: KITTI's, KAIST's, VisDrone's and those of annotation tools."""

IMAGE_MARK = "<image>"

_MARK = re.compile(
    r"""(?ix)
    <[|｜][^<>|｜\n]{3,40}[|｜]>                       # <|im_end|>, <|image_pad|>, <｜User｜>
    | </?s> | <</?sys>> | \[/?inst\] | \[img(?:_break|_end)?\]
    | <(?:image|video|audio|speech|img|pad|unk|bos|eos|mask|image_soft_token|audio_soft_token
        |im_start|im_end|im_patch|image_pad|video_pad|img_context|vision_start|vision_end|fake_token_around_image
        |start_of_turn|end_of_turn|start_of_image|end_of_image|endoftext|end_of_utterance)>
    | </(?:image|video|audio|speech|img)>
    | </?(?:think|tool_call|tool_response|ref|box|quad)>
    """
)
"""What trainers and chat templates read as one token of their own, wherever it stands."""
_CLOSING = ".,;:!?)]}»”"


def count_marks(text: str) -> int:
    """How many special tokens a text holds."""
    return sum(1 for _ in _MARK.finditer(text)) if "<" in text or "[" in text else 0


def without_marks(text: str) -> str:
    """Take special tokens such as `<image>` out until there is none: what stood around one may be another.

    No hole is left: one blank stays between words, none before a full stop or at an end.
    """
    while found := _MARK.search(text) if "<" in text or "[" in text else None:
        before, after = text[: found.start()], text[found.end() :]
        text = _close_gap(before, after)
    return text


def _close_gap(before: str, after: str) -> str:
    """Join what stood around a token."""
    head, tail = before.rstrip(" \t"), after.lstrip(" \t")
    if not head or head.endswith("\n"):
        return head + tail
    if not tail or tail[0] == "\n" or tail[0] in _CLOSING or head[-1] in "([{«“":
        return head + tail
    touching = before == head and after == tail and not (head[-1].isalnum() and tail[0].isalnum())
    return head + tail if touching else f"{head} {tail}"


class Row(BaseModel):
    """Base of every row: immutable, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Box(Row):
    """One annotated object."""

    label: str
    x1: float = Field(ge=0, le=1)
    y1: float = Field(ge=0, le=1)
    x2: float = Field(ge=0, le=1)
    y2: float = Field(ge=0, le=1)
    crowd: bool = False
    """The box holds a group whose members are not counted (COCO's `iscrowd`)."""
    polygons: tuple[tuple[float, ...], ...] = ()
    """Outlines as flat `x, y, x, y …` in 0..1; empty where the annotation has none."""


class Fault(Row):
    """A stage that failed: data, kept as a row, never text in a content field."""

    stage: str
    """One of those that the flow declares."""
    error: str
    """Name of the error type, such as `ModelReplyError`."""
    message: str
    caption: int | None = None
    task: str | None = None
    round: int | None = None


class Sample(Row):
    """One unit of work of the infrared flow: an image with its captions and boxes."""

    id: str
    image: str
    """Path of the visible image, relative to the image folder."""
    width: int | None = None
    height: int | None = None
    captions: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    notes: Mapping[str, int] = Field(default_factory=dict)
    """What the reader had to mend, by name: `{"box_clipped": 2}`."""
    source_url: str | None = None
    """Where the photograph is from, who took it and under which licence; None where the files do not say."""
    photographer: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    fault: Fault | None = None
    """Set by the reader where nothing can be made of this image."""

    def credit(self) -> dict[str, str | None]:
        """Source, photographer and licence, for every row that is made of this image."""
        return {
            "source_url": self.source_url,
            "photographer": self.photographer,
            "licence": self.licence,
            "licence_url": self.licence_url,
        }


class ThermalObject(Row):
    """One object as the translator painted it."""

    label: str
    box: tuple[float, float, float, float]
    crowd: bool = False
    temperature_c: float
    emissivity: float


class MeasuredObject(Row):
    """One object as a radiometric file has it, in degrees Celsius."""

    label: str
    box: tuple[float, float, float, float]
    crowd: bool = False
    mean_c: float
    max_c: float
    contrast_c: float | None = None
    """Its mean less that of the ring around it; None where nothing was measured there."""


class Infrared(Row):
    """An infrared image that lies in the run directory, with what its maker knows about it."""

    image: str
    """Path relative to the run directory."""
    sha256: str
    phash: str | None = None
    """What exports compare it by, 16 hex digits; left out of dumps where the irloom of its time told none."""
    width: int
    height: int
    objects: tuple[ThermalObject, ...] = ()
    measured: tuple[MeasuredObject, ...] = ()
    """What was measured of the boxes, where a file has temperatures; else left out of dumps."""
    heat: tuple[str, ...] = ()
    """What can be said of warm and cool in it, a sentence each; see `irloom.scene.heat`."""
    made_by: str
    details: Mapping[str, Any] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def leave_out_unset(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Be as rows were before cameras were read and hashes told, where none was."""
        found: dict[str, Any] = dump(self)
        for name in ("measured", "phash"):
            if not getattr(self, name):
                found.pop(name, None)
        return found


class Candidate(Row):
    """One rewrite of a caption, or the original, with its score."""

    text: str
    origin: Origin
    score: float | None = None
    """None where scoring was switched off."""
    breaks: tuple[str, ...] = ()
    """Words that the standing rules forbid, as far as the lexicon knows them."""


class SentenceScore(Row):
    """What a detector says of one sentence."""

    sentence: str
    score: float | None
    """How sure it is that the sentence is right, 0..100; None for one that was not asked about."""


class Doubted(Row):
    """A text that a detector did not let pass."""

    text: str
    scores: tuple[SentenceScore, ...]


class Captioned(Row):
    """The outcome of the Caption Agent for one caption."""

    caption: int
    original: str
    text: str
    candidates: tuple[Candidate, ...]
    asked: bool = True
    """Whether somebody was asked to filter it; not where nothing of it had to be."""
    others: tuple[str, ...] = ()
    """The texts that could stand in for it, the best first."""
    scores: tuple[SentenceScore, ...] = ()
    """Of its sentences; empty where no detector was asked, likewise what follows."""
    gave_way: tuple[Doubted, ...] = ()
    """The better ones that were doubted."""

    @property
    def chosen(self) -> Candidate:
        """The candidate that won: a rewrite that equals the original is the original."""
        alike = [one for one in self.candidates if one.text == self.text]
        return next((one for one in alike if one.origin == "original"), alike[0])


class RejectedCaption(Row):
    """A caption of which no pair is made."""

    caption: int
    original: str
    candidates: tuple[Candidate, ...] = ()
    """What was tried, with the words that rules forbid; empty where it was dropped before."""
    stage: Literal["consensus", "filter", "select", "verify"]
    """It disagrees with the others or the boxes; nothing was left of it; all candidates break a rule; a
    detector doubts all of them."""
    reason: str
    gave_way: tuple[Doubted, ...] = ()
    """What a detector doubted, in the order in which it was asked."""


class Turn(Row):
    """One exchange of an instruction: a question and its answer."""

    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)


class Instruction(Row):
    """What the Task Agent wrote."""

    task: Task
    turns: tuple[Turn, ...] = Field(min_length=1)

    def as_text(self) -> str:
        """The form in which the judge reads it, and people do."""
        return "\n".join(f"Question: {turn.question}\nAnswer: {turn.answer}" for turn in self.turns)


class Verdict(Row):
    """What the Debate Agent says of an instruction."""

    verdict: Literal["accept", "reject"]
    category: Category | None = None
    reason: str = ""


class MinedRule(Row):
    """A filter rule that a rejection taught, before the rule book has looked at it."""

    rule: str
    task: Task
    round: int
    category: Category
    reason: str


class Round(Row):
    """One write-and-judge exchange."""

    round: int
    verdict: Literal["accept", "reject", "none"]
    category: Category | None = None
    reason: str = ""
    rule: str | None = None
    instruction: Instruction
    by: Literal["check", "judge", "detector"] = "judge"
    """Who objected: a check that needs no model, before the judge was asked, the judge, or a detector that
    was shown the picture afterwards."""
    scores: tuple[SentenceScore, ...] = ()
    """What the detector said of the answers' sentences; empty where it was not asked."""


class TaskResult(Row):
    """How one task of a sample ended."""

    task: Task
    outcome: Outcome
    rounds: tuple[Round, ...] = ()
    undecided: Round | None = None
    """The one that ended it by a fault of the judge; its verdict is `none`."""
    faults: tuple[Fault, ...] = ()


class SampleResult(Row):
    """Everything that a flow made of one sample, ready to be committed."""

    outcome: Outcome
    tasks: Mapping[str, Outcome] = Field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, Any], ...]] = Field(default_factory=dict)
    """Rows by data file, `pairs` for `pairs.jsonl`."""
    mined: tuple[MinedRule, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Of a failed sample; the first says why it failed."""
    summary: Mapping[str, Any] = Field(default_factory=dict)
    """What the commit line carries beside these, so that summaries need no other file."""

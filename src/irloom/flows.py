"""What each flow is asked to do, beside what all of them are."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from irloom.config import RunConfig
from irloom.edits import FORMS, SUBCATEGORIES, QueryForm, Subcategory
from irloom.figures import CheckName
from irloom.options import (
    ChatOptions,
    ClassicOptions,
    GroundingOptions,
    ImageEditorOptions,
    OpenClipEmbedderOptions,
    RadiometricOptions,
    SandboxOptions,
    ScorerOptions,
    TranslatorOptions,
    VqaOptions,
    locate_files,
)
from irloom.records import TASKS, Agent, Row, Seat, Task


class InfraredConfig(RunConfig):
    """Everything that decides what an infrared run makes."""

    agents: ClassVar[tuple[Agent, ...]] = ("caption", "task", "debate")
    flow: Literal["infrared"] = "infrared"
    images: Path
    captions: Path
    instances: Path | None = None
    infrared: Path | None = None
    """A folder of infrared images that exist already, found by the visible image's stem."""
    rules: Path | None = None
    """Starting rules: a text file with one rule a line, or another run's `rules.jsonl`."""
    lexicon: Path | None = None
    """A TOML file in the form of `data/lexicon.toml`; the embedded one if left out."""

    tasks: tuple[Task, ...] = TASKS
    shares: dict[Task, float] = Field(default_factory=dict)
    """Share of samples that get each task, 0..1, drawn by the sample's id; 1 where left out."""
    candidates: int = Field(default=5, ge=1, le=32)
    temperature: float = Field(default=0.8, ge=0, le=2)
    """Temperature of the caption filter."""
    original: Literal["only_if_clean", "allow"] = "only_if_clean"
    one_request: bool = False
    """Filter all captions of an image in one structured request."""
    max_rounds: int = Field(default=3, ge=1, le=20)
    max_rules: int = Field(default=40, ge=1)
    judge_sees: tuple[Literal["captions", "image"], ...] = ()
    """What the judge gets beside the instruction: captions and boxes, or the infrared image."""

    translation: bool = True
    filtering: bool = True
    scoring: bool = True
    debate: bool = True
    mining: bool = True

    translator: TranslatorOptions = Field(default_factory=RadiometricOptions)
    scorer: ScorerOptions = Field(default_factory=GroundingOptions)

    @field_validator("tasks", "judge_sees")
    @classmethod
    def normalize_lists(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Take each name once."""
        return tuple(dict.fromkeys(names))

    @field_validator("shares")
    @classmethod
    def validate_shares(cls, shares: dict[Task, float]) -> dict[Task, float]:
        """Keep every share inside 0..1."""
        for task, share in shares.items():
            if not 0 <= share <= 1:
                raise ValueError(f"the share of {task!r} is {share}; give a number from 0 to 1")
        return shares

    @model_validator(mode="after")
    def validate_switches(self) -> Self:
        """Refuse switches that contradict each other."""
        if self.infrared is not None and not self.translation:
            raise ValueError("--infrared and --no-translation exclude each other: give one of them")
        if "image" in self.judge_sees and self.chat_for("debate").kind == "rules":
            raise ValueError(
                "the rule engine cannot see: `judge_sees = image` needs a chat model as the judge"
            )
        if self.scorer.kind == "vqa" and self.chat_for("scorer").kind == "rules":
            raise ValueError("the rule engine cannot see: `scorer.kind = vqa` needs a chat model, or its own")
        return self

    def chat_for(self, seat: Seat) -> ChatOptions:
        """The chat model's options for one agent, or for the scorer `vqa`."""
        if seat == "scorer" and isinstance(self.scorer, VqaOptions) and self.scorer.chat is not None:
            return self.scorer.chat
        return super().chat_for(seat)

    def share_of(self, task: str) -> float:
        """Share of samples that get a task, 0..1."""
        return next((share for name, share in self.shares.items() if name == task), 1.0)

    def name_circumstances(self) -> dict[str, object]:
        """Whether infrared images are given; with mining, whether samples run one at a time."""
        found: dict[str, object] = {"given_infrared": self.infrared is not None}
        return found | {"sequential": self.concurrency == 1} if self.mining and self.debate else found

    def with_absolute_paths(self) -> Self:
        """The same with its paths made absolute, those of models included."""
        files: dict[str, Any] = {
            name: locate_files(getattr(self, name).model_dump(), Path()) for name in ("translator", "scorer")
        }
        return super().with_absolute_paths().changed_by(files)


class ImgcoderConfig(RunConfig):
    """Everything that decides what an ImgCoder run makes."""

    agents: ClassVar[tuple[Agent, ...]] = ("coder", "judge", "quizzer")
    flow: Literal["imgcoder"] = "imgcoder"
    problems: Path
    one_call: bool = False
    """Plan and script in one request with blind retries, as in the paper; else step by step with repairs."""
    temperature: float = Field(default=0.6, ge=0, le=2)
    """Temperature of the coder."""
    max_repairs: int = Field(default=3, ge=0, le=10)
    """How often a script is mended, or with `one_call` asked for again."""
    must_pass: tuple[CheckName, ...] = ("labels_drawn", "forbidden_absent", "inside_canvas")
    """Checks that reject a figure which fails them to the end; the others are noted."""
    min_score: int = Field(default=1, ge=0, le=2)
    """Least score in each of the judge's dimensions."""
    judging: bool = True
    quizzing: bool = True
    adapting: bool = True
    blind_trials: int = Field(default=4, ge=1, le=16)
    """How often a generated quiz is tried without the figure; it is dropped if all answers are right."""
    sandbox: SandboxOptions = Field(default_factory=SandboxOptions)

    @model_validator(mode="before")
    @classmethod
    def switch_off_what_cannot_see(cls, settings: Any) -> Any:
        """The rule engine neither judges nor sees: without a chat model these are off unless asked for."""
        if not isinstance(settings, dict):
            return settings
        chat = settings.get("chat")
        kind = chat.get("kind") if isinstance(chat, dict) else getattr(chat, "kind", "rules")
        if kind != "rules":
            return settings
        roles = settings.get("roles") or {}
        off = {"judging": "judge", "adapting": "judge", "quizzing": "quizzer"}
        return {**{switch: agent in roles for switch, agent in off.items()}, **settings}

    @model_validator(mode="after")
    def validate_switches(self) -> Self:
        """Refuse to have the rule engine judge."""
        for switch, agent in (("judging", "judge"), ("adapting", "judge"), ("quizzing", "quizzer")):
            seat: Seat = "judge" if agent == "judge" else "quizzer"
            if getattr(self, switch) and self.chat_for(seat).kind == "rules":
                raise ValueError(f"the rule engine cannot see: `{switch}` needs a chat model for `{agent}`")
        return self


class PreservationLimits(Row):
    """What an edit must have changed and must have kept (`irloom.edits.Preservation`)."""

    min_changed: float = Field(default=0.002, ge=0, le=1)
    """Less of the image changed, and the edit did nothing."""
    min_changed_inside: float = Field(default=0.05, ge=0, le=1)
    max_changed_outside: float = Field(default=0.05, ge=0, le=1)
    min_ssim_outside: float = Field(default=0.8, ge=-1, le=1)
    max_colour_shift_outside: float = Field(default=5.0, ge=0)
    min_structure: float = Field(default=0.15, ge=-1, le=1)
    """Below it the image was repainted; viewpoint is free of this limit."""


class CirConfig(RunConfig):
    """Everything that decides what a CIR run makes."""

    agents: ClassVar[tuple[Agent, ...]] = ("proposer", "editor", "verifier", "phraser")
    flow: Literal["cir"] = "cir"
    images: Path
    captions: Path | None = None
    instances: Path | None = None

    subcategories: tuple[Subcategory, ...] = SUBCATEGORIES
    quotas: dict[Subcategory, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """The most queries of a subcategory in the data set; those left out have no bound."""
    families: int = Field(default=2, ge=1, le=15)
    """Groups of siblings a seed, each of another subcategory."""
    variants: int = Field(default=3, ge=1, le=10)
    """Siblings a group."""
    forms: tuple[QueryForm, ...] = FORMS
    temperature: float = Field(default=0.8, ge=0, le=2)
    """Temperature of the proposer and of the phraser."""
    max_rounds: int = Field(default=2, ge=1, le=10)
    """How often an edit is tried, from the second time on with the reasons of its rejection."""
    judging: bool = True
    """Have a vision model verify what the figures let pass."""
    with_references: bool = False
    """Put the seed images into the gallery."""
    limits: PreservationLimits = Field(default_factory=PreservationLimits)
    editor: ImageEditorOptions = Field(default_factory=ClassicOptions)
    embedder: OpenClipEmbedderOptions | None = None
    """Finds near duplicates by image vectors too; by perceptual hashes alone where left out."""

    @model_validator(mode="before")
    @classmethod
    def switch_off_what_cannot_see(cls, settings: Any) -> Any:
        """The rule engine does not see: without a chat model nothing is judged unless asked for."""
        if not isinstance(settings, dict):
            return settings
        chat = settings.get("chat")
        kind = chat.get("kind") if isinstance(chat, dict) else getattr(chat, "kind", "rules")
        if kind not in {"rules", None}:
            return settings
        return {"judging": "verifier" in (settings.get("roles") or {}), **settings}

    @field_validator("subcategories", "forms")
    @classmethod
    def normalize_lists(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Take each name once; there must be one."""
        if not names:
            raise ValueError("the list is empty: name at least one")
        return tuple(dict.fromkeys(names))

    @model_validator(mode="after")
    def validate_switches(self) -> Self:
        """Refuse what cannot work: a judge that is blind, an embedded proposer without annotations."""
        if self.judging and self.chat_for("verifier").kind == "rules":
            raise ValueError("the rule engine cannot see: `judging` needs a chat model for `verifier`")
        return self

    def with_absolute_paths(self) -> Self:
        """The same with its paths made absolute, those of models included."""
        named = {"editor": self.editor, "embedder": self.embedder}
        files: dict[str, Any] = {
            name: locate_files(options.model_dump(), Path()) for name, options in named.items() if options
        }
        return super().with_absolute_paths().changed_by(files)


AnyConfig = Annotated[InfraredConfig | ImgcoderConfig | CirConfig, Field(discriminator="flow")]

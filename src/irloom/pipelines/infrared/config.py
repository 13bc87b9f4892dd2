"""What an infrared run is asked to do."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from irloom.agents.detecting import DetectorAnswer, Spectrum
from irloom.options import (
    ChatOptions,
    GroundingOptions,
    RadiometricOptions,
    ScorerOptions,
    TranslatorOptions,
    VqaOptions,
)
from irloom.pipelines.infrared.set_settings import OF_A_CAMERA, SetSettings
from irloom.records import TASKS, BoxNumbers, Task
from irloom.settings import DIGESTED, HOW, HOW_MUCH, NAMES_MODELS, WHAT_TO_READ, Option

_SWITCH = Option(HOW)
_NUMBER = Option(HOW_MUCH, metavar="N")
_OF_A_DETECTOR = frozenset({"verify", "verify_above", "verify_on", "verify_answer"})
_KIND = {"rules": "the rule engine", "baseline": "a baseline", "similarity": "an embedder"}


class InfraredConfig(SetSettings):
    """Everything that decides what an infrared run makes."""

    agents: ClassVar[tuple[str, ...]] = ("caption", "task", "debate")
    flow: Literal["infrared"] = "infrared"
    infrared: Annotated[
        Path | None,
        DIGESTED,
        Option(WHAT_TO_READ, metavar="DIR", on_resume="where the infrared images lie now"),
    ] = None
    """Infrared images that exist already, found by the visible image's stem."""
    rules: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")] = None
    """Starting rules: a text file with one rule a line, or another run's rules.jsonl."""
    lexicon: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")] = None
    """Words that infrared cannot show (TOML)."""

    tasks: Annotated[tuple[Task, ...], Option(HOW_MUCH, metavar="LIST", form="list")] = TASKS
    """Instructions that are written: conversation,reasoning,description or none."""
    shares: Annotated[
        dict[Task, float], Option(HOW_MUCH, metavar="TASK=PART", flag="share", form="pairs")
    ] = Field(default_factory=dict)
    """Share of samples that get a task, 0..1, drawn by the sample's id; 1 where left out."""
    candidates: Annotated[int, _NUMBER] = Field(default=5, ge=1, le=32)
    """Rewrites a caption."""
    temperature: float = Field(default=0.8, ge=0, le=2)
    """Temperature of the caption filter."""
    max_rounds: Annotated[int, _NUMBER] = Field(default=3, ge=1, le=20)
    """Rounds of a debate."""
    max_rules: Annotated[int, _NUMBER] = Field(default=40, ge=1)
    """Rules that enter a prompt."""

    original: Annotated[
        Literal["only_if_clean", "allow"], Option(HOW, choices=("only_if_clean", "allow"))
    ] = "only_if_clean"
    """When the original caption may win."""
    one_request: Annotated[bool, _SWITCH] = False
    """Filter all captions of an image in one structured request."""
    judge_sees: Annotated[
        tuple[Literal["captions", "image"], ...], Option(HOW, metavar="LIST", form="list")
    ] = ("captions",)
    """What the judge gets beside the instruction: captions (with boxes and heat), image (the infrared one)
    or none."""
    writer_sees: Annotated[tuple[Literal["image"], ...], Option(HOW, metavar="LIST", form="list")] = ()
    """What the writer of instructions gets beside captions and boxes: image (the infrared one)."""
    boxes_as: Annotated[BoxNumbers, Option(HOW, choices=get_args(BoxNumbers))] = "percent"
    """How prompts write boxes: whole per cent, or fractions with three decimals."""
    translation: Annotated[bool, Option(HOW, help="take --images as infrared images")] = True
    filtering: Annotated[bool, Option(HOW, help="keep captions as they are")] = True
    scoring: Annotated[bool, Option(HOW, help="take the first candidate")] = True
    debate: Annotated[bool, Option(HOW, help="keep instructions unjudged")] = True
    mining: Annotated[bool, Option(HOW, help="keep the rules of the start")] = True
    filter_all: Annotated[bool, _SWITCH] = False
    """Have every caption filtered, also those in which the lexicon finds nothing to take out."""
    finish: Annotated[bool, Option(HOW, help="reject captions that the model cannot filter")] = True
    """Have the rule engine finish captions whose rewrites all break a rule."""
    checks: Annotated[bool, Option(HOW, help="keep captions that stand alone, and judge without checks")] = (
        True
    )
    """Look without a model for what is wrong: outliers among captions, objections before the judge."""
    reason_first: Annotated[bool, _SWITCH] = False
    """Have the judge give its reason before its verdict."""
    verify: Annotated[str | None, Option(HOW, metavar="MODEL"), NAMES_MODELS] = Field(
        default=None, min_length=1
    )
    """Detector that sees: it scores every caption and every answer against the picture, a sentence each.

    A model of the endpoint, or the NAME of a table `[models.NAME]`.
    """
    verify_above: Annotated[float | None, Option(HOW, metavar="T")] = Field(
        default=None, ge=0, le=100, allow_inf_nan=False
    )
    """Score, 0..100, from which on the detector keeps a sentence; T itself is kept."""
    verify_on: Annotated[Spectrum, Option(HOW, choices=get_args(Spectrum))] = "visible"
    """Which picture the detector is shown: the photograph, or its infrared image."""
    verify_answer: Annotated[DetectorAnswer, Option(HOW, choices=get_args(DetectorAnswer))] = "number"
    """How the detector scores: by a number, or by the probability of "yes"."""

    translator: TranslatorOptions = Field(default_factory=RadiometricOptions)
    scorer: ScorerOptions = Field(default_factory=GroundingOptions)

    @field_validator("tasks", "judge_sees", "writer_sees")
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
        if self.source is None and (self.images is None or self.captions is None):
            missing = [f"--{name}" for name in ("images", "captions") if getattr(self, name) is None]
            raise ValueError(f"{' and '.join(missing)} missing: say what to read, or name a set by --source")
        if self.source is not None and (self.infrared is not None or not self.translation):
            raise ValueError("--infrared and --no-translation are not for a set: it has its own pictures")
        if self.infrared is not None and not self.translation:
            raise ValueError("--infrared and --no-translation exclude each other: give one of them")
        if "image" in self.judge_sees and self.chat_for("debate").kind == "rules":
            raise ValueError(
                "the rule engine cannot see: `judge_sees = image` needs a chat model as the judge"
            )
        if self.writer_sees and self.chat_for("task").kind == "rules":
            raise ValueError(
                "the rule engine cannot see: `writer_sees = image` needs a chat model as the writer"
            )
        if self.scorer.kind == "vqa" and self.chat_for("scorer").kind == "rules":
            raise ValueError("the rule engine cannot see: `scorer.kind = vqa` needs a chat model, or its own")
        return self

    @model_validator(mode="after")
    def validate_detector(self) -> Self:
        """Refuse half a detector, and one that is blind or scores otherwise."""
        if (self.verify is None) != (self.verify_above is None):
            missing = "--verify-above T" if self.verify is not None else "--verify MODEL"
            raise ValueError(
                f"{missing} is missing: a detector and its threshold are given together. There is no usual "
                "threshold: `irloom bench align RUN --filter` says for each one what is kept and how many "
                "errors are among it"
            )
        if self.verify is None:
            if (self.verify_on, self.verify_answer) != ("visible", "number"):
                raise ValueError("--verify-on and --verify-answer are about a detector: name one by --verify")
        elif (kind := self.chat_for("detector").kind) != "openai":
            gives = "gives similarities, and no scores of 0 to 100" if kind == "similarity" else "cannot see"
            raise ValueError(
                f"verify = {self.verify!r}: {_KIND.get(kind, kind)} {gives}; name a chat model that sees"
            )
        return self

    @model_serializer(mode="wrap")
    def leave_out_unset(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Be as runs were before there were detectors and sets, where there are none."""
        found: dict[str, Any] = dump(self)
        left_out = self.list_unset() | (_OF_A_DETECTOR if self.verify is None else frozenset())
        return {name: value for name, value in found.items() if name not in left_out}

    @model_validator(mode="after")
    def validate_captioner(self) -> Self:
        """Refuse a captioner that neither sees nor reads boxes."""
        kind = self.chat_for("captioner").kind
        if self.source is not None and kind not in {"openai", "rules"}:
            raise ValueError(
                f"roles.captioner: {_KIND.get(kind, kind)} writes no captions; name a chat model that sees, "
                "or the rule engine, which words the boxes"
            )
        return self

    @model_validator(mode="after")
    def validate_camera(self) -> Self:
        """Refuse to be told what pictures show that a translator makes."""
        is_real = self.source is not None or self.infrared is not None or not self.translation
        if not is_real and (
            told := [name for name in sorted(OF_A_CAMERA) if getattr(self, name) is not None]
        ):
            raise ValueError(
                f"--{told[0]} is about real infrared pictures, and a translator makes these: give --infrared "
                "or --source"
            )
        return self

    @property
    def writes_blindly(self) -> bool:
        """Whether captions of a set are worded from its boxes, by who sees nothing."""
        return self.chat_for("captioner").kind == "rules"

    @property
    def folder(self) -> Path:
        """Where the paths of samples start from."""
        folder = self.root if self.source is not None else self.images
        assert folder is not None, "the configuration refuses to read nothing"
        return folder

    @property
    def translates(self) -> bool:
        """Whether a translator makes the infrared images."""
        return self.translation and self.infrared is None

    def chat_for(self, seat: str) -> ChatOptions:
        """The chat model's options for one agent, for the scorer `vqa`, or for the detector."""
        if seat == "detector" and self.verify is not None:
            return self.find_model(self.verify)
        if seat == "scorer":
            own = self.scorer.chat if isinstance(self.scorer, VqaOptions) else None
            return own if own is not None else self.chat
        return super().chat_for(seat)

    def share_of(self, task: str) -> float:
        """Share of samples that get a task, 0..1."""
        return next((share for name, share in self.shares.items() if name == task), 1.0)

    def cut_to(self, samples: int) -> Self:
        """Return a copy for a pilot of a few samples that get every task, whatever its share."""
        return super().cut_to(samples).model_copy(update={"shares": {}})

    def name_circumstances(self) -> dict[str, object]:
        """Whether infrared images are given; with mining, whether samples run one at a time."""
        found: dict[str, object] = {"given_infrared": self.infrared is not None}
        return found | {"sequential": self.concurrency == 1} if self.mining and self.debate else found

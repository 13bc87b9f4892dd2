"""What a CIR run is asked to do."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from irloom.edits import FORMS, SUBCATEGORIES, PreservationLimits, QueryForm, Subcategory
from irloom.options import ClassicOptions, ImageEditorOptions, OpenClipEmbedderOptions
from irloom.pipelines.annotations import AnnotatedConfig
from irloom.settings import HOW, HOW_MUCH, NO_ROW, Option

_NUMBER = Option(HOW_MUCH, metavar="N")
Count = Annotated[int, Field(ge=0)]


class CirConfig(AnnotatedConfig):
    """Everything that decides what a CIR run makes."""

    agents: ClassVar[tuple[str, ...]] = ("proposer", "editor", "verifier", "phraser")
    flow: Literal["cir"] = "cir"

    quotas: Annotated[
        dict[Subcategory, Count], Option(HOW_MUCH, metavar="KIND=N", flag="quota", form="pairs")
    ] = Field(default_factory=dict)
    """The most queries of a subcategory in the data set, such as color=300; no bound where left out."""
    families: Annotated[int, _NUMBER] = Field(default=2, ge=1, le=15)
    """Groups of siblings a seed, each of another subcategory."""
    variants: Annotated[int, _NUMBER] = Field(default=3, ge=1, le=10)
    """Siblings a group."""
    max_rounds: Annotated[int, _NUMBER] = Field(default=2, ge=1, le=10)
    """How often an edit is tried, from the second time on with the reasons of its rejection."""
    temperature: float = Field(default=0.8, ge=0, le=2)
    """Temperature of the proposer and of the phraser."""

    subcategories: Annotated[tuple[Subcategory, ...], Option(HOW, metavar="LIST", form="list")] = (
        SUBCATEGORIES
    )
    """Only these of the 15 kinds, such as color,time."""
    forms: Annotated[tuple[QueryForm, ...], Option(HOW, metavar="LIST", form="list")] = FORMS
    """Forms of the queries: imperative,search,elliptic,negative."""
    judging: Annotated[bool, Option(HOW, help="verify by figures alone")] = True
    """Have a vision model verify what the figures let pass."""
    with_references: Annotated[bool, NO_ROW, Option(HOW)] = False
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
        """Refuse a judge that is blind."""
        if self.judging and self.chat_for("verifier").kind == "rules":
            raise ValueError("the rule engine cannot see: `judging` needs a chat model for `verifier`")
        return self

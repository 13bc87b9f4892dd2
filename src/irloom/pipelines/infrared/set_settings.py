"""What an infrared run over a published set is asked to do beside what all infrared runs are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from irloom.options import ImageEditorOptions
from irloom.pipelines.annotations import AnnotationSettings
from irloom.settings import DIGESTED, HOW, HOW_MUCH, WHAT_TO_READ, Option
from irloom.sources.sets.options import PairCheck, Pictures, SetOptions
from irloom.sources.sets.record import Band, Polarity
from irloom.thermal.settings import ThermalSettings

Sight = Literal["all", "visible", "infrared", "translated"]
"""What a captioner is shown: every picture that there is, one of the two, or of an infrared picture alone its
translation into visible light too (GenViP)."""
_SPELLINGS: Mapping[str, Polarity] = {"white-hot": "white_hot", "black-hot": "black_hot"}
OF_A_SET = frozenset(
    {
        *("source", "root", "pictures", "parts", "every", "pair_check", "visible_folder", "infrared_folder"),
        *("classes", "captions_each", "captioner_sees", "editor", "visible_seed", "thermal"),
    }
)
"""Settings that mean something only where `source` is set."""
OF_A_CAMERA = frozenset({"band", "polarity"})
"""Settings that say what real infrared pictures show."""


class SetSettings(AnnotationSettings):
    """Settings of runs that may read a published set in place of COCO's files."""

    source: Annotated[str | None, Option(WHAT_TO_READ, metavar="NAME")] = Field(default=None, min_length=1)
    """Published set to read in place of --images and --captions: llvip, flir, folder …"""
    root: Annotated[
        Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where the set lies now")
    ] = None
    """Folder of the set that --source names."""
    pictures: Annotated[Pictures, Option(WHAT_TO_READ, choices=get_args(Pictures))] = "pairs"
    """Which pictures of a set are read; visible ones alone are translated."""
    parts: Annotated[tuple[str, ...], Option(WHAT_TO_READ, metavar="LIST", form="list")] = ()
    """Parts of a set that are read, such as train,val; all where left out."""
    every: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=1, ge=1)
    """Of a video of a set each so many-th image."""
    pair_check: Annotated[PairCheck, Option(HOW, choices=get_args(PairCheck))] = "off"
    """Whether the two pictures of a pair are compared, and whether one that does not fit is left out."""
    visible_folder: Annotated[str | None, Option(WHAT_TO_READ, metavar="DIR")] = None
    """With --source folder: the visible pictures, below --root."""
    infrared_folder: Annotated[str | None, Option(WHAT_TO_READ, metavar="DIR")] = None
    """With --source folder: the infrared pictures, below --root."""
    classes: dict[str, str] = Field(default_factory=dict)
    """Other names for labels of a set; an empty name leaves what bears it unmentioned."""
    band: Annotated[Band | None, Option(WHAT_TO_READ, choices=get_args(Band))] = None
    """What real infrared pictures show, in place of what is known of a set: heat, or reflected light."""
    polarity: Annotated[
        Polarity | None, Option(WHAT_TO_READ, choices=("white-hot", "black-hot", "unknown"))
    ] = None
    """Whether bright is warm in real infrared pictures, in place of what is known of a set."""
    thermal: ThermalSettings = Field(default_factory=ThermalSettings)
    """How temperatures are read where infrared files hold them."""

    captions_each: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=3, ge=1, le=10)
    """Captions that are written for an image of a set that has none."""
    captioner_sees: Annotated[Sight, Option(HOW, choices=get_args(Sight))] = "all"
    """What the captioner is shown of a set: all there is, one picture, or infrared with its translation."""
    editor: ImageEditorOptions | None = None
    """Translates infrared pictures into visible light, for `captioner_sees = translated`."""
    visible_seed: int = Field(default=123, ge=0, lt=2**63)
    """Seed of these translations."""

    @field_validator("polarity", mode="before")
    @classmethod
    def read_spelling(cls, value: Any) -> Any:
        """Take the option's spelling, with a hyphen."""
        return _SPELLINGS.get(value, value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def validate_source(self) -> Self:
        """Refuse half a set, and a set beside COCO's files."""
        if self.source is None:
            if self.root is not None:
                raise ValueError("--root is the folder of a set: name the set by --source")
            return self
        if self.root is None:
            raise ValueError(f"--source {self.source} needs --root: the folder of the set")
        others = {"images": self.images, "captions": self.captions, "instances": self.instances}
        if given := [f"--{name}" for name, value in others.items() if value is not None]:
            raise ValueError(
                f"--source {self.source} and {' and '.join(given)} exclude each other: a set has files of "
                "its own"
            )
        return self

    @model_validator(mode="after")
    def validate_sight(self) -> Self:
        """Refuse a translation that nobody makes."""
        if self.captioner_sees != "translated" or self.source is None:
            return self
        if self.editor is None or self.editor.kind == "classic":
            raise ValueError(
                "captioner_sees = translated needs an image editor that turns infrared into visible light: "
                'set [editor] kind = "diffusers" and its model'
            )
        return self

    @classmethod
    def list_needed(cls, settings: Mapping[str, Any]) -> list[str]:
        """The folder of a set, or else COCO's images and captions."""
        return ["root"] if settings.get("source") else ["images", "captions"]

    @property
    def imagines(self) -> bool:
        """Whether an image editor translates infrared pictures into visible light."""
        return self.source is not None and self.captioner_sees == "translated"

    def read_options(self) -> SetOptions:
        """How the set is read."""
        return SetOptions(
            pictures=self.pictures,
            visible=self.visible_folder,
            infrared=self.infrared_folder,
            band=self.band,
            polarity=self.polarity,
            parts=self.parts,
            every=self.every,
            classes=self.classes,
            ignore_labels=self.ignore_labels,
            pair_check=self.pair_check,
        )

    def list_unset(self) -> frozenset[str]:
        """Settings that say nothing here, and that runs of before did not have."""
        of_a_camera = {name for name in OF_A_CAMERA if getattr(self, name) is None}
        of_a_set: frozenset[str] = OF_A_SET if self.source is None else frozenset()
        return super().list_unset() | of_a_camera | of_a_set

    @property
    def tells_licences(self) -> bool:
        """Whether something that is read says the licences of photographs; each set has one of its own."""
        return self.source is not None or super().tells_licences

"""The vocabulary of the CIR flow: what may be changed in an image, how an edit went, and its query.

Categories and subcategories are those of EDIR (arXiv 2601.16125, section 3). Regions are
`x1, y1, x2, y2` in 0..1 of the image's width and height, with the origin at the top left.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import Field

from irloom.records import Fault, Outcome, Row

EditCategory = Literal["attribute", "object", "relationship", "global", "complex"]
Subcategory = Literal[
    "color",
    "material",
    "shape",
    "texture",
    "addition",
    "remove",
    "replace",
    "count",
    "spatial",
    "action",
    "viewpoint",
    "style",
    "time",
    "weather",
    "complex",
]
QueryForm = Literal["imperative", "search", "elliptic", "negative"]
"""As EDIR's queries are phrased: an order, a wish, a fragment, or what is not wanted."""
Objection = Literal[
    "not_offered", "unsupported", "size", "unchanged", "outside", "repainted", "not_done", "not_kept"
]
"""Why an edit is dropped: image or editor do not offer it, the figures or a judge speak against it."""
Region = tuple[float, float, float, float]

SUBCATEGORIES: tuple[Subcategory, ...] = get_args(Subcategory)
FORMS: tuple[QueryForm, ...] = get_args(QueryForm)
TAXONOMY: Mapping[EditCategory, tuple[Subcategory, ...]] = {
    "attribute": ("color", "material", "shape", "texture"),
    "object": ("addition", "remove", "replace", "count"),
    "relationship": ("spatial", "action", "viewpoint"),
    "global": ("style", "time", "weather"),
    "complex": ("complex",),
}
WHOLE_IMAGE: frozenset[Subcategory] = frozenset({"viewpoint", "style", "time", "weather"})
"""Edits of these change every pixel, so that nothing lies outside."""
PUBLISHED: Mapping[Subcategory, int] = {name: 800 if name == "complex" else 300 for name in SUBCATEGORIES}
"""Queries of EDIR in each subcategory, 5,000 in all."""


def category_of(subcategory: Subcategory) -> EditCategory:
    """The category that a subcategory belongs to."""
    return next(category for category, names in TAXONOMY.items() if subcategory in names)


_ALIASES: Mapping[str, Subcategory] = {"view": "viewpoint", "colour": "color"}
"""Other spellings of subcategories that are met."""


def name_subcategory(text: str) -> Subcategory | None:
    """The subcategory that a text names, whatever its capitals; None for any other text."""
    plain = text.strip().lower()
    return _ALIASES.get(plain) or next((name for name in SUBCATEGORIES if name == plain), None)


class Step(Row):
    """One simple modification."""

    subcategory: Subcategory
    instruction: str = Field(min_length=1)
    """What the editor is told, such as `Make the car on the left blue.`"""
    target: int | None = Field(default=None, ge=1)
    """Number of the annotated object that changes, from 1; None for the image as a whole."""
    what: str = ""
    """That object in words that name no other, such as `the car on the left`."""
    value: str = ""
    """What it becomes, in a word or two: `blue`, `striped`, `night`, `umbrella`."""
    region: Region | None = None
    """Where the change is expected, if no annotated object says so."""


class Point(Row):
    """One edit of a family, by what it alone has."""

    point: str
    steps: tuple[Step, ...] = Field(min_length=1)


class Family(Row):
    """Edits of a seed that share a base and differ in one point; none where the image offers nothing."""

    family: int = Field(ge=1)
    """Number within the seed."""
    subcategory: Subcategory
    base: str = ""
    points: tuple[Point, ...] = ()
    reason: str = ""
    """Why there are none."""


class Proposal(Row):
    """One edit of a seed image; its siblings share `base` and differ in `point`."""

    edit: int = Field(ge=1)
    """Number within the seed."""
    family: int = Field(ge=1)
    """Number of the group of siblings within the seed."""
    subcategory: Subcategory
    base: str
    point: str
    steps: tuple[Step, ...] = Field(min_length=1)
    """One, or the two or three that a complex edit joins, of which the first is its siblings' too."""

    @property
    def task(self) -> str:
        """Its name in the rows and the commit line, such as `color.3`."""
        return f"{self.subcategory}.{self.edit}"

    @property
    def instruction(self) -> str:
        """What the editor is told, all steps together."""
        return " ".join(step.instruction for step in self.steps)


class Preservation(Row):
    """What an edit changed and what it kept, measured.

    Shares and similarities are in 0..1. What asks for an inside or an outside is None where the region
    is unknown or is the whole image.
    """

    changed: float
    """Share of pixels that differ visibly."""
    changed_inside: float | None
    changed_outside: float | None
    ssim: float
    """Structural similarity (Wang et al. 2004) of the luminances, -1..1."""
    ssim_outside: float | None
    structure: float
    """Correlation of the edges' strengths, -1..1: what a repainting loses and a change of light keeps."""
    colour_shift: float
    """Distance of the mean colours in CIELAB."""
    colour_shift_outside: float | None
    hash_before: str
    """Perceptual hash of the seed, 64 bits in hex; likewise of the edited image."""
    hash_after: str
    hash_distance: int
    """Bits in which the two differ, 0..64."""
    same_size: bool


class PreservationLimits(Row):
    """What an edit must have changed and must have kept (`Preservation`)."""

    min_changed: float = Field(default=0.002, ge=0, le=1)
    """Less of the image changed, and the edit did nothing."""
    min_changed_inside: float = Field(default=0.05, ge=0, le=1)
    max_changed_outside: float = Field(default=0.05, ge=0, le=1)
    min_ssim_outside: float = Field(default=0.8, ge=-1, le=1)
    max_colour_shift_outside: float = Field(default=5.0, ge=0)
    min_structure: float = Field(default=0.15, ge=-1, le=1)
    """Below it the image was repainted; viewpoint is free of this limit."""


class Brought(Row):
    """A seed image that lies in the run directory."""

    image: str
    """Path relative to the run directory."""
    sha256: str


class EditedImage(Row):
    """An edited image that lies in the run directory."""

    image: str
    """Path relative to the run directory."""
    sha256: str
    width: int
    height: int
    measured: Preservation
    made_by: str
    details: Mapping[str, Any] = Field(default_factory=dict)


class Declined(Row):
    """An edit that the editor cannot do, with the reason."""

    reason: str


class EditVerdict(Row):
    """What one stage of the verification says."""

    stage: Literal["figures", "change", "rest"]
    """Measured; was the instruction carried out; is all else as it was."""
    passed: bool
    category: Objection | None = None
    reason: str = ""


class Try(Row):
    """One round of an edit: the instruction as it stood, what came out, what was said of it."""

    round: int
    steps: tuple[Step, ...]
    image: EditedImage | None = None
    verdicts: tuple[EditVerdict, ...] = ()

    @property
    def objection(self) -> EditVerdict | None:
        """The first verdict against it."""
        return next((verdict for verdict in self.verdicts if not verdict.passed), None)


class EditResult(Row):
    """How one edit of a seed ended."""

    proposal: Proposal
    outcome: Outcome
    tries: tuple[Try, ...] = ()
    query: str | None = None
    form: QueryForm | None = None
    given_up: str | None = None
    """Why a rejected edit got no further round, though rounds were left."""
    faults: tuple[Fault, ...] = ()

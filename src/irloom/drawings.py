"""The Protocol of what runs drawing scripts, and the values that cross it."""

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field

from irloom.records import Row

SandboxLevel = Literal["strict", "standard", "container", "off"]
TextRole = Literal["title", "axis_label", "tick_label", "legend", "annotation", "text", "table", "other"]
DrawingReason = Literal["timeout", "memory", "code_error", "no_figure", "bad_image"]
FARTHEST = 1e12
"""How far from the canvas a text may lie, as a multiple of the canvas: what comes back is finite."""
MOST_AXES = 1_000
Place = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Extent = tuple[Place, Place, Place, Place]
"""`x1, y1, x2, y2` as fractions of the canvas, y downwards; what lies outside is below 0 or above 1."""
Point = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class DrawingJob:
    """A Matplotlib script to run, and what it may use up."""

    source: str
    seed: int
    """Of `random` and NumPy, also of generators that the script makes without a seed."""
    wall_s: float = 30.0
    cpu_s: int = 20
    memory_mib: int = 2048
    """Of address space, of which the interpreter and its libraries take about 400."""
    max_side: int = 8192
    max_pixels: int = 40_000_000


class DrawnText(Row):
    """A text of a figure, as the renderer placed it."""

    text: str = Field(max_length=10_000)
    """As the script gave it, so mathematics between dollars is in TeX's words."""
    plain: str = Field(max_length=10_000)
    """With the mathematics written out: `$v_0=30^\\circ$` is `v_0=30°`."""
    role: TextRole
    axes: int | None = Field(ge=0, lt=MOST_AXES)
    """Which of the drawing's axes it belongs to."""
    box: Extent
    """Around the text; larger than it where it is slanted."""
    corners: tuple[Point, Point, Point, Point]
    """Of the text itself: its own top left first, then clockwise."""
    rotation: float = Field(ge=-360, le=360, allow_inf_nan=False)
    """In degrees, counterclockwise, below 360."""
    font_px: float = Field(ge=0, le=FARTHEST, allow_inf_nan=False)
    visible: bool
    """Some of its box lies on the canvas and inside its clip, and it is not transparent."""
    clipped: bool
    """Some of its box does not lie there."""


class DrawnAxes(Row):
    """The frame of a coordinate system, insets included."""

    kind: str = Field(max_length=200)
    """Matplotlib's name of the projection: `rectilinear`, `polar`, `3d`."""
    box: Extent
    visible: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that a script drew."""

    png: bytes
    """Pixels alone: no time, no words, no name of a program; the same for the same job."""
    svg: bytes | None
    """None where it would be larger than 16 MiB."""
    width: int
    height: int
    texts: tuple[DrawnText, ...]
    axes: tuple[DrawnAxes, ...]
    figures: int
    """How many figures the script made; the one saved last counts, else the last current one."""
    log: str
    """The end of what the script printed, warnings included, and which figure was taken."""
    drawing_ms: float
    """Time in the script and in drawing, without what the sandbox adds."""
    wall_ms: float


@dataclass(frozen=True, slots=True)
class DrawingFault:
    """Why there is no figure."""

    reason: DrawingReason
    log: str
    """The end of what the script printed, with its own lines in the traceback; for a repair."""


class CodeRunner(Protocol):
    """Runs scripts that a model wrote."""

    level: SandboxLevel

    async def draw(self, job: DrawingJob) -> Drawing | DrawingFault:
        """Run a script; raises SandboxError where the sandbox itself fails."""
        ...

    async def close(self) -> None:
        """End its processes."""
        ...

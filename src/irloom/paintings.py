"""Pictures that are drawn from texts: the job, what comes of it, and the Protocol of who draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from irloom.protocols import Usage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PaintingJob:
    """One picture to draw from a text."""

    text: str
    seed: int


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture, and what its maker knows about it."""

    image: "NDArray[np.uint8] | bytes"
    """Pixels, height x width x 3, or the content of a JPEG or PNG file."""
    model: str
    """The maker's own name for itself."""
    details: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage | None = None
    """What it cost; None where nothing is counted."""


class ImagePainter(Protocol):
    """Draws pictures from texts."""

    name: str

    async def paint(self, job: PaintingJob) -> Painting:
        """Draw one picture; retries are inside. Raises SampleError or StopRun."""
        ...

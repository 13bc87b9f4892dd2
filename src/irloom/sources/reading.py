"""How the user wants annotations to be read, which decides rows as much as the files do."""

from dataclasses import dataclass, field
from typing import Any

from irloom.records import IGNORED_LABELS, BoxForm
from irloom.sources.convention import Convention


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings of the readers of annotations."""

    boxes: BoxForm | None = None
    """What the four numbers of a box are; None is `xywh` unless the file looks like another, then refused."""
    normalised: bool = False
    """Boxes are shares of the image in place of pixels."""
    ignore_labels: tuple[str, ...] = field(default=IGNORED_LABELS)
    """Labels whose boxes are left out, in any spelling."""

    @property
    def convention(self) -> Convention:
        """What the numbers mean."""
        return Convention(self.boxes, self.normalised)

    def describe(self) -> dict[str, Any]:
        """For the index, which is made anew where it differs."""
        return {
            "boxes": self.boxes,
            "normalised": self.normalised,
            "ignore_labels": sorted(self.ignore_labels),
        }

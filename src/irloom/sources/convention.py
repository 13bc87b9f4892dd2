"""What the four numbers of a box mean, and whether a whole file bears it out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from irloom.errors import ConfigError
from irloom.records import BoxForm

FORMS: tuple[BoxForm, ...] = get_args(BoxForm)
_SLACK_PX = 1.0
_SLACK_SHARE = 0.05
_FEW, _SOME, _MANY = 3, 5, 20
"""Boxes from which on they speak for a file: if all agree, if most do, if a tenth does."""
_NEARLY_ALL = 0.99


@dataclass(frozen=True, slots=True)
class Convention:
    """How to read boxes; without a form they are `xywh`, and refused where the file looks like another."""

    form: BoxForm | None = None
    normalised: bool = False
    """Shares of the image in place of pixels."""

    def to_xywh(self, numbers: Sequence[float]) -> list[float]:
        """The left upper corner with width and height, in the unit of the numbers."""
        return _to_xywh(self.form or "xywh", numbers)


def are_shares(numbers: Sequence[float]) -> bool:
    """Whether numbers lie within 0..1, as shares of an image do."""
    return min(numbers) >= -_SLACK_SHARE and max(numbers) <= 1 + _SLACK_SHARE


@dataclass(slots=True)
class Census:
    """Counts, over a whole file, which readings of its boxes keep them inside their images."""

    convention: Convention
    total: int = 0
    shares: int = 0
    sized: int = 0
    leaving: int = 0
    fits: dict[BoxForm, int] = field(default_factory=lambda: dict.fromkeys(FORMS, 0))
    examples: dict[str, str] = field(default_factory=dict)
    """The first box in pixels, in shares, and that leaves its image."""

    def take(self, numbers: Sequence[float], size: tuple[int, int] | None, image: str) -> None:
        """Count one box of an image whose size may be unknown."""
        self.total += 1
        shares = are_shares(numbers)
        self.shares += shares
        self._keep("shares" if shares else "pixels", numbers, image)
        if self.convention.normalised or shares:
            self._compare(numbers, (1.0, 1.0), _SLACK_SHARE, image)
        elif size is not None:
            self._compare(numbers, size, _SLACK_PX, image)

    def _compare(
        self, numbers: Sequence[float], sides: tuple[float, float], slack: float, image: str
    ) -> None:
        self.sized += 1
        for form in FORMS:
            self.fits[form] += _fits(_to_xywh(form, numbers), sides, slack)
        if not _fits(_to_xywh("xywh", numbers), sides, slack):
            self.leaving += 1
            self._keep("leaving", numbers, image)

    def _keep(self, what: str, numbers: Sequence[float], image: str) -> None:
        if what not in self.examples:
            self.examples[what] = f"{[round(number, 4) for number in numbers]} of image id {image!r}"

    def check(self) -> None:
        """Raise ConfigError, with the option to set, where the boxes are no such boxes."""
        if not self.convention.normalised and self.shares * 2 > self.total:
            form = "" if (best := self._best()) == "xywh" else f" --boxes {best}"
            raise ConfigError(
                f"--instances: {self.shares:,} of {self.total:,} boxes lie within 0..1, such as "
                f"{self.examples['shares']}: these are shares of the image, not pixels. "
                f"Give --normalised{form}{self._alike()}."
            )
        if self.convention.normalised and self.shares * 2 < self.total:
            raise ConfigError(
                f"--normalised: {self.total - self.shares:,} of {self.total:,} boxes do not lie within 0..1, "
                f"such as {self.examples['pixels']}: they are pixels. Leave --normalised out."
            )
        if self.convention.form is None:
            self._check_form()

    def _check_form(self) -> None:
        best = self._best()
        clear = best != "xywh" and self.fits[best] >= _NEARLY_ALL * self.sized
        most = self.leaving * 2 > self.sized
        if clear and self._speaks(most):
            raise ConfigError(
                f"--instances: as x, y, width, height {self.leaving:,} of {self.sized:,} boxes leave their "
                f"images, such as {self.examples['leaving']}, while as {_MEANING[best]} they lie inside. "
                f"Give --boxes {best}; or --boxes xywh if they are x, y, width, height all the same."
            )
        if most and self.sized >= _SOME:
            raise ConfigError(
                f"--instances: {self.leaving:,} of {self.sized:,} boxes leave their images, such as "
                f"{self.examples['leaving']}. Check that `width` and `height` under `images` are those of "
                "the images that were annotated; or give --boxes xywh, xyxy or cxcywh to say what the "
                "numbers are."
            )

    def _speaks(self, most: bool) -> bool:
        """Whether there are enough boxes to tell by."""
        return (self.sized >= _FEW and most) or (self.sized >= _MANY and self.leaving * 10 > self.sized)

    def _best(self) -> BoxForm:
        """The reading that fits most boxes; COCO's own where others are no better."""
        return max(FORMS, key=lambda form: self.fits[form])

    def _alike(self) -> str:
        """Other readings that fit as well."""
        best = self._best()
        others = [form for form in FORMS if form != best and self.fits[form] == self.fits[best]]
        return f" (with --boxes {' or '.join(others)} if they are that: it fits, too)" if others else ""


_MEANING: dict[BoxForm, str] = {
    "xywh": "x, y, width, height",
    "xyxy": "x1, y1, x2, y2",
    "cxcywh": "centre x, centre y, width, height",
}


def _to_xywh(form: BoxForm, numbers: Sequence[float]) -> list[float]:
    a, b, c, d = numbers
    if form == "xyxy":
        return [a, b, c - a, d - b]
    return [a - c / 2, b - d / 2, c, d] if form == "cxcywh" else [a, b, c, d]


def _fits(box: Sequence[float], sides: tuple[float, float], slack: float) -> bool:
    """Whether a box has an extent and lies inside."""
    x, y, width, height = box
    extent = width > 0 and height > 0
    return extent and min(x, y) >= -slack and x + width <= sides[0] + slack and y + height <= sides[1] + slack

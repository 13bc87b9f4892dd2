"""What is shown of a picture: all of it or a part, with or without marks drawn on it."""

from typing import Self

from pydantic import FiniteFloat, field_validator, model_validator

from irloom.records import Row

Edges = tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat]
"""Left, top, right, bottom, in pixels."""


class Mark(Row):
    """What is drawn on a picture: a rectangle or a ring, in pixels of the upright picture of the user."""

    box: Edges | None = None
    point: tuple[FiniteFloat, FiniteFloat] | None = None
    """From the left and from the top."""
    label: str = ""
    """Stands beside it, in printable ASCII."""

    @field_validator("label")
    @classmethod
    def refuse_undrawable(cls, label: str) -> str:
        """Refuse letters that the built-in font lacks, which would be drawn as empty frames."""
        if not label.isascii() or not label.isprintable():
            raise ValueError(f"the label {label!r} cannot be drawn: use printable ASCII")
        return label

    @model_validator(mode="after")
    def require_one_place(self) -> Self:
        """Refuse a mark at no place or at two."""
        if (self.box is None) == (self.point is None):
            raise ValueError("a mark has either a box or a point")
        return self


class Shot(Row):
    """One picture of a question, and what is shown of it."""

    name: str
    """Of the infrared image in the user's folder."""
    crop: Edges | None = None
    """The part that is shown; all of it where left out."""
    marks: tuple[Mark, ...] = ()
    """Drawn on it; their places are those of the whole picture, cropped or not."""

    @property
    def is_altered(self) -> bool:
        """Whether another picture is shown than the user's."""
        return self.crop is not None or bool(self.marks)

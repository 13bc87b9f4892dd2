"""How temperatures are shown: colours, stretch, detail, and a colour bar beside them."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from irloom.settings import Option, Settings

PaletteName = Literal[
    "white_hot",
    "black_hot",
    "iron",
    "rainbow",
    "arctic",
    "gray",
    "magma",
    "inferno",
    "viridis",
    "turbo",
    "spring",
    "summer",
]
"""The first five are of our own, the others Matplotlib's."""
StretchName = Literal["linear", "percentile", "plateau"]
DetailName = Literal["none", "unsharp", "clahe"]
Side = Literal["left", "right", "top", "bottom"]
HOW_TO_SHOW = "how temperatures are shown"


def _show(metavar: str | None = None, flag: str | None = None, choices: tuple[str, ...] = ()) -> Option:
    return Option(HOW_TO_SHOW, metavar=metavar, flag=flag, choices=choices)


class PictureSettings(Settings):
    """How a picture of temperatures is made; as left out, greys over the whole range, hot is white."""

    palette: Annotated[PaletteName, _show(choices=get_args(PaletteName))] = "white_hot"
    """Colours from cold to hot."""
    stretch: Annotated[StretchName, _show(choices=get_args(StretchName))] = "linear"
    """How temperatures become colours: even, even without the ends, or by how many pixels have them."""
    low_c: Annotated[float | None, _show("C", "range-from")] = None
    """Linear: temperature in °C of the coldest colour; the picture's own least where left out."""
    high_c: Annotated[float | None, _show("C", "range-to")] = None
    """Linear: temperature in °C of the hottest colour; the picture's own highest where left out."""
    clip_percent: Annotated[float, _show("P")] = Field(default=0.5, ge=0, lt=50)
    """Percentile: share of the pixels in per cent that each end is cut by."""
    plateau: Annotated[float, _show("X")] = Field(default=3.0, gt=0, le=1_000_000)
    """Plateau: how many times the mean a temperature counts at most; small is even, large is equalised."""
    detail: Annotated[DetailName, _show(choices=get_args(DetailName))] = "none"
    """Enhance small differences: a mask that sharpens, or contrast by neighbourhood."""
    detail_strength: Annotated[float, _show("X")] = Field(default=1.0, gt=0, le=10)
    """How much detail is enhanced; 1 is moderate."""
    bar: Annotated[Side | None, _show(choices=get_args(Side))] = None
    """Side on which a colour bar stands."""
    ticks: Annotated[int, _show("N")] = Field(default=5, ge=2, le=20)
    """Temperatures written at the bar, both ends included."""
    enlarge: Annotated[int, _show("N")] = Field(default=1, ge=1, le=16)
    """Shows each pixel as a square of N by N, before the bar is added."""

    @model_validator(mode="after")
    def check_range(self) -> Self:
        """Refuse a range that is empty, or that the stretch would not use."""
        given = [value for value in (self.low_c, self.high_c) if value is not None]
        if given and self.stretch != "linear":
            raise ValueError(f"low_c and high_c are for the stretch linear; it is {self.stretch}")
        if len(given) == 2 and given[0] >= given[1]:
            raise ValueError(f"low_c = {given[0]:g} is not below high_c = {given[1]:g}")
        return self

    @model_validator(mode="after")
    def check_effect(self) -> Self:
        """Refuse a value that changes nothing, since its user expects otherwise."""
        needs = {
            "clip_percent": ("stretch percentile", self.stretch == "percentile"),
            "plateau": ("stretch plateau", self.stretch == "plateau"),
            "detail_strength": ("detail unsharp or clahe", self.detail != "none"),
            "ticks": ("a bar", self.bar is not None),
        }
        for name, (needed, is_there) in needs.items():
            value = getattr(self, name)
            # A stored configuration has every value, so that only another than the usual one was meant.
            if not is_there and value != type(self).model_fields[name].default:
                raise ValueError(f"{name} = {value:g} is without effect: it needs {needed}")
        return self

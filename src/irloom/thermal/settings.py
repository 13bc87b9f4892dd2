"""What a user may say of thermal files that the files leave out, or say wrongly."""

from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from irloom.settings import GUARDED, Option, Settings

TemperatureUnit = Literal["K", "C"]
HOW_TO_READ = "how temperatures are read"
ABSOLUTE_ZERO_C = -273.15
_FILES = ("source", "out")
MEASURED = ("emissivity", "distance_m", "reflected_c", "air_c", "humidity", "window_c", "window_transmission")
"""Settings that take the place of what a camera wrote of the scene."""


def _read(metavar: str, flag: str | None = None) -> Option:
    return Option(HOW_TO_READ, metavar=metavar, flag=flag)


class ThermalSettings(Settings):
    """How temperatures are read; what is left out stands in the file, or the file is refused."""

    emissivity: Annotated[float | None, _read("SHARE")] = Field(default=None, gt=0, le=1)
    """Emissivity of what is looked at, in place of the camera's."""
    distance_m: Annotated[float | None, _read("M", "distance")] = Field(default=None, ge=0, le=100_000)
    """Metres of air between camera and object, in place of the camera's."""
    reflected_c: Annotated[float | None, _read("C", "reflected")] = Field(default=None, ge=-150, le=2000)
    """Apparent temperature in °C of what the object mirrors, in place of the camera's."""
    air_c: Annotated[float | None, _read("C", "air")] = Field(default=None, ge=-90, le=150)
    """Temperature of the air in °C, in place of the camera's."""
    humidity: Annotated[float | None, _read("SHARE")] = Field(default=None, ge=0, le=1)
    """Relative humidity as a share, 0 to 1, in place of the camera's."""
    window_c: Annotated[float | None, _read("C", "window")] = Field(default=None, ge=-150, le=2000)
    """Temperature in °C of a window before the camera, in place of the camera's."""
    window_transmission: Annotated[float | None, _read("SHARE")] = Field(default=None, gt=0, le=1)
    """Share that this window lets through, in place of the camera's."""
    scale: Annotated[float | None, _read("X", "temperature-scale")] = Field(
        default=None, gt=0, allow_inf_nan=False
    )
    """TIFF and PNG: degrees a count; value times scale plus offset is the temperature."""
    offset: Annotated[float | None, _read("X", "temperature-offset")] = Field(
        default=None, allow_inf_nan=False
    )
    """TIFF and PNG: degrees added to the scaled value."""
    unit: Annotated[
        TemperatureUnit | None, Option(HOW_TO_READ, flag="temperature-unit", choices=("K", "C"))
    ] = None
    """TIFF, PNG and what a converter writes: kelvin or degrees Celsius."""
    no_data: Annotated[float | None, _read("X")] = None
    """TIFF and PNG: the stored value of pixels that were not measured."""
    frame: Annotated[int | None, _read("N")] = Field(default=None, ge=0)
    """Which image of a file that holds several, from 0."""
    coldest_c: Annotated[float, _read("C", "coldest")] = Field(
        default=-60.0, ge=ABSOLUTE_ZERO_C, allow_inf_nan=False
    )
    """Least temperature in °C that is believed; a file with lower ones is refused."""
    hottest_c: Annotated[float, _read("C", "hottest")] = Field(default=600.0, allow_inf_nan=False)
    """Highest temperature in °C that is believed; a file with higher ones is refused."""
    converter: Annotated[
        tuple[str, ...],
        GUARDED,
        Option(HOW_TO_READ, metavar="COMMAND", flag="thermal-converter", form="words"),
    ] = ()
    """Your program for JPEG files that irloom cannot read, such as DJI's, with {source} and {out}."""

    @model_validator(mode="after")
    def check_range(self) -> Self:
        """Refuse a range of temperatures without anything in it."""
        if self.coldest_c >= self.hottest_c:
            raise ValueError(f"coldest_c = {self.coldest_c} is not below hottest_c = {self.hottest_c}")
        return self

    @model_validator(mode="after")
    def check_converter(self) -> Self:
        """Refuse a command that is not told which file to read and to write, or that names unknown slots."""
        if not self.converter:
            return self
        slots = list_slots(self.converter)
        if unknown := sorted(slots - {*_FILES, *MEASURED, "humidity_percent"}):
            raise ValueError(f"the converter has slots that do not exist: {', '.join(unknown)}")
        if missing := [name for name in _FILES if name not in slots]:
            raise ValueError(f"the converter lacks {{{'} and {'.join(missing)}}}: say where the file goes")
        values = self.fill_values()
        if unset := sorted(name for name in slots - {*_FILES} if values[name] is None):
            raise ValueError(f"the converter asks for {', '.join(unset)}: set it, or take the slot out")
        return self

    def given(self) -> dict[str, float]:
        """What takes the place of the camera's own words, by name."""
        values = {name: getattr(self, name) for name in MEASURED}
        return {name: value for name, value in values.items() if value is not None}

    def fill_values(self) -> Mapping[str, Any]:
        """What the slots of a converter may ask for beside its files; None where it is not set."""
        percent = None if self.humidity is None else self.humidity * 100
        return {name: getattr(self, name) for name in MEASURED} | {"humidity_percent": percent}


def list_slots(command: tuple[str, ...]) -> set[str]:
    """The names in braces of a command; raises ValueError for braces that do not close."""
    return {name for word in command for _, name, _, _ in Formatter().parse(word) if name is not None}

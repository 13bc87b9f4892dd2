"""The table of assumed temperatures: what each class is given above the ambient temperature."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from irloom.errors import ConfigError
from irloom.records import Row
from irloom.toml_files import parse_toml

_BODY_C = 34.0
_REFERENCE_C = 20.0


class Zone(Row):
    """A soft ellipse inside an object's box that is warmer or colder than the rest."""

    x: float = 0.5
    y: float = 0.5
    """Centre, 0..1 of the box, from the top left."""
    rx: float = Field(9.0, gt=0)
    ry: float = Field(9.0, gt=0)
    """Radii in box widths and heights; 9 means everywhere along that axis."""
    unit: Literal["box", "width"] = "box"
    """`width` measures `ry` in box widths too, at most half the box height (heads)."""
    delta: float = 0.0
    """Kelvin on top of the class."""
    emissivity: float | None = Field(None, gt=0, le=1)
    where: Literal["all", "skin", "dark", "bright"] = "all"
    """Restrict the zone to skin-coloured, dark or bright pixels of the photograph."""
    when: Literal["always", "active"] = "always"
    """`active` zones appear only where the object's drawn state is active."""
    mirrored: bool = False
    """Draw by seed whether `x` is counted from the left or from the right."""


class Heat(Row):
    """What is assumed of one class."""

    delta: float = Field(ge=-100, le=250)
    """Kelvin above ambient, at 20 °C."""
    emissivity: float = Field(0.92, gt=0, le=1)
    warm_blooded: bool = False
    """The excess shrinks or grows with the distance of the ambient from 34 °C."""
    spread: float = Field(1.0, ge=0)
    """Jitter, in kelvin to either side."""
    texture: float = Field(1.0, ge=0)
    """Kelvin from black to white of the photograph, print removed."""
    mottle: float = Field(0.5, ge=0)
    """Smooth random unevenness, in kelvin."""
    edge: float = 0.0
    """Kelvin that the rim is colder than the middle."""
    chance: float = Field(0.0, ge=0, le=1)
    """How likely the object is found active: poured, switched on, just driven."""
    active_delta: float = 0.0
    """Kelvin added in the active state."""
    shape: Literal["ellipse", "box"] = "ellipse"
    """What fills the box where there is no polygon."""
    place: Literal["indoors", "outdoors", "either"] = "either"
    """Where the class is usually met; votes on where the photograph was taken."""
    surface: Literal["water", "snow"] | None = None
    """What usually lies around it."""
    zones: tuple[Zone, ...] = ()

    def excess(self, ambient_c: float) -> float:
        """Kelvin above ambient, at this ambient temperature in °C."""
        if not self.warm_blooded:
            return self.delta
        return self.delta * self.warmth(ambient_c)

    def warmth(self, ambient_c: float) -> float:
        """Scale of an excess: 1 at 20 °C, and 0 at 34 °C for a warm-blooded class."""
        return (_BODY_C - ambient_c) / (_BODY_C - _REFERENCE_C) if self.warm_blooded else 1.0


class _Table(Row):
    """The file's form."""

    default: Heat
    classes: Mapping[str, Heat]


class Temperatures:
    """A table that was read, with the digest of its text."""

    def __init__(self, text: str, name: str) -> None:
        self.digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        """First 16 hex digits of the sha256 of the file's text."""
        table = _parse(text, name)
        self._default = table.default
        self._classes = {label.casefold(): heat for label, heat in table.classes.items()}

    def heat(self, label: str) -> Heat:
        """What is assumed of a label; unknown ones get the default."""
        return self._classes.get(label.casefold(), self._default)


def read_temperatures(path: Path | None) -> Temperatures:
    """Read a table, or the embedded one. Raises ConfigError with the file and the key."""
    if path is None:
        embedded = files("irloom").joinpath("data", "temperatures.toml")
        return Temperatures(embedded.read_text(encoding="utf-8"), "the embedded temperatures.toml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read as a temperature table ({error}): give a TOML file"
        ) from error
    return Temperatures(text, str(path))


def _parse(text: str, name: str) -> _Table:
    try:
        return _Table.model_validate(parse_toml(text))
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_url=False)
        )
        raise ConfigError(f"{name} does not fit the form of data/temperatures.toml. {mistakes}") from error
    except ValueError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from error

"""The contact sheet: small copies of some samples' pictures, side by side with what is said of them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import ImageOps

from irloom.engine.damage import mention
from irloom.engine.pictures import Pictures
from irloom.inside import is_inside
from irloom.pictures import open_picture
from irloom.records import Outcome
from irloom.report.data_urls import to_data_url
from irloom.views.blocks import Picture as Shown
from irloom.views.blocks import View, choose_title, list_pictures
from irloom.views.outcomes import Labels, name_outcome

_SIDE = 300
"""Longer side of a picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a card."""

    name: str
    url: str
    """Its bytes as a data URL; empty where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Card:
    """One sample of the sheet."""

    sample: str
    outcome: Outcome
    ending: str
    """The outcome in the flow's words."""
    text: str
    note: str
    pictures: tuple[Picture, ...]


def build_sheet(
    root: Path,
    visible: Path | None,
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    view: View,
    outcomes: Mapping[str, Outcome],
    labels: Labels = MappingProxyType({}),
) -> list[Card]:
    """A card for each of some rows of a data file; `visible` is the folder of visible images, if any."""
    folders = {"run": root, "source": visible}
    ended = {row["sample"]: row.get("outcome") or outcomes.get(row["sample"], "accepted") for row in rows}
    made = Pictures(root)
    return [
        Card(
            row["sample"],
            ended[row["sample"]],
            name_outcome(ended[row["sample"]], labels),
            choose_title(view, {kind: [row]}),
            view.note(row),
            tuple(
                Picture(one.kind, _load(_choose(folders[one.folder], one, made)))
                for one in list_pictures(view, {kind: [row]})[:2]
            ),
        )
        for row in rows
    ]


def _choose(folder: Path | None, picture: Shown, made: Pictures) -> Path | None:
    """The file of a picture; None where its name leads out of the folder, or it is another picture now."""
    if folder is None or not is_inside(picture.path):
        return None
    path = folder / picture.path
    if picture.folder == "run" and (why := made.object_to(picture.path)):
        mention(f"{path} {why}: it is left out.")
        return None
    return path


def _load(path: Path | None) -> str:
    """A small copy as a data URL; empty for what is missing or broken: the sheet shows the gap."""
    if path is None:
        return ""
    buffer = io.BytesIO()
    try:
        with open_picture(path) as image:
            image.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
            upright = ImageOps.exif_transpose(image)
            upright.convert("RGB").save(buffer, "JPEG", quality=82)
    except Exception:  # Pillow lets through whatever a broken file makes it meet
        return ""
    return to_data_url(buffer.getvalue(), "image/jpeg")

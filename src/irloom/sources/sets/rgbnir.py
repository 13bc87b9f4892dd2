"""RGB-NIR Scene: photographs and near-infrared pictures of nine kinds of places."""

import re
from pathlib import PurePosixPath

from irloom.sources.sets.entry import Entry
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, is_picture, scan_placed

_NAME = re.compile(r"(\d+)_(rgb|nir)", re.IGNORECASE)


def place(path: PurePosixPath) -> Place | None:
    """`country/0000_rgb.tiff` and `country/0000_nir.tiff` are a pair."""
    found = _NAME.fullmatch(path.stem)
    if found is None or not is_picture(path):
        return None
    role = found[2].lower()
    return Place(f"{path.parent.name}/{found[1]}", "infrared" if role == "nir" else "visible")


def describe(entry: Entry) -> None:
    """The folder names the kind of place."""
    entry.scene["place"] = entry.id.partition("/")[0]


FORM = Form(
    name="rgbnir",
    about="nirscene1/{country,field,…}/0000_rgb.tiff and 0000_nir.tiff",
    scan=scan_placed(place, describe=describe),
    labels=frozenset(),
    band="nir",
)

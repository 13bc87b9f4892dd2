"""LLVIP: street scenes at night, an infrared and a visible picture of each, with people boxed."""

import re
from pathlib import PurePosixPath

from irloom.sources.sets.entry import Entry
from irloom.sources.sets.form import Form, name_part, scan_placed
from irloom.sources.sets.numbered import place_numbered
from irloom.sources.sets.voc import read_voc

_NUMBER = re.compile(r"(\d\d)\d{4}")
"""Two digits for the place where the camera stood, and four for the frame."""


def describe(entry: Entry) -> None:
    """The part is the folder of the pictures: annotations do not say it. Its camera does not move."""
    path = PurePosixPath(next(entry.pictures()))
    entry.part = name_part(path)
    number = _NUMBER.fullmatch(path.stem)
    entry.sequence = number[1] if number is not None else None


FORM = Form(
    name="llvip",
    about="infrared/{train,test}, visible/{train,test}, Annotations",
    scan=scan_placed(place_numbered, read_voc, describe),
    labels=frozenset({"person"}),
    polarity="white_hot",
    licence="LLVIP: non-commercial use",
)

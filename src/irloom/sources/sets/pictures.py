"""Opens a picture of a set as it is to be looked at."""

from pathlib import Path

from PIL import Image

from irloom.pictures import open_picture
from irloom.sources.sets.record import SetImage


def open_cut(root: Path, name: str, image: SetImage) -> Image.Image:
    """A picture of an image (`name` is one of its paths), its border cut off.

    Pixels of an uncut one are decoded when they are used. Raises what `open_picture` raises.
    """
    return cut(open_picture(root / name), image.crop)


def cut(picture: Image.Image, crop: tuple[int, int, int, int] | None) -> Image.Image:
    """What is left of a picture; one without that border, such as a partner that was cut before, stays."""
    if crop is None or picture.width < crop[2] or picture.height < crop[3]:
        return picture
    with picture:
        return picture.crop(crop)

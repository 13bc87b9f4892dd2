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
    if crop is None or not has_border(picture.size, crop):
        return picture
    with picture:
        return picture.crop(crop)


def has_border(size: tuple[int, int], crop: tuple[int, int, int, int]) -> bool:
    """Whether a picture of this width and height is large enough to be uncut."""
    return size[0] >= crop[2] and size[1] >= crop[3]

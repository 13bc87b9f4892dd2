"""Opens a picture of a set as it is to be looked at."""

from pathlib import Path

from PIL import Image

from irloom.pictures import open_picture
from irloom.sources.sets.record import SetImage


def open_cut(root: Path, name: str, image: SetImage) -> Image.Image:
    """A picture of an image (`name` is one of its paths), its border cut off.

    Pixels of an uncut one are decoded when they are used. Raises what `open_picture` raises.
    """
    picture = open_picture(root / name)
    if image.crop is None:
        return picture
    with picture:
        return picture.crop(image.crop)

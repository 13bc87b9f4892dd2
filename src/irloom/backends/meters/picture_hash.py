"""The perceptual hash by which pictures are compared: when they are made, and in exports."""

import imagehash
from PIL import Image

SIDE = 32
"""Pixels of a picture on either side when it is hashed."""
_ENOUGH = (128, 128)
"""JPEG may be decoded as small as this."""


def hash_picture(picture: Image.Image) -> int:
    """The perceptual hash of a picture, 64 bits.

    Runs keep it as `phash`: whoever changes what it gives for a picture names it anew there.
    """
    return hash_small(shrink_picture(picture))


def shrink_picture(picture: Image.Image) -> Image.Image:
    """A picture as `SIDE` x `SIDE` greys; shrunk coarsely at first it takes a quarter of the time."""
    picture.draft("L", _ENOUGH)
    return picture.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)


def hash_small(small: Image.Image) -> int:
    """The perceptual hash of a picture that is shrunk."""
    return int(str(imagehash.phash(small)), 16)

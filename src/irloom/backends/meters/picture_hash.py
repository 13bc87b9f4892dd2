"""The perceptual hash by which pictures are compared: when they are made, and in exports."""

import imagehash
from PIL import Image

_HASHED = (32, 32)
"""What the hash looks at."""
_ENOUGH = (128, 128)
"""JPEG may be decoded as small as this."""


def hash_picture(picture: Image.Image) -> int:
    """The perceptual hash of a picture, 64 bits; shrunk coarsely at first it takes a quarter of the time.

    Runs keep it as `phash`: whoever changes what it gives for a picture names it anew there.
    """
    picture.draft("L", _ENOUGH)
    small = picture.convert("L").resize(_HASHED, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return int(str(imagehash.phash(small)), 16)

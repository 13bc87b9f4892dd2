"""The pair of an image: compared, and left out where the user wants that."""

from pathlib import Path

from PIL import Image, ImageOps

from irloom.errors import SourceError
from irloom.pictures import open_picture
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.pictures import cut
from irloom.sources.sets.record import PairFigures

_FITTING = ("aligned", "unclear")


def check_pair(visible: Path, infrared: Path, crop: tuple[int, int, int, int] | None) -> PairFigures:
    """Decode both pictures and compare them. Raises SourceError where one cannot be decoded."""
    from irloom.sources.sets.pair_check import compare_pictures

    try:
        with open_picture(visible) as one, open_picture(infrared) as other:
            upright = (ImageOps.exif_transpose(picture) for picture in (one, other))
            return compare_pictures(*(cut(picture, crop) for picture in upright))
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        raise SourceError(
            f"the pair {visible.name} and {infrared.name} cannot be compared, since a picture cannot be "
            f"decoded: {error}"
        ) from error


def refuse_pair(pair: PairFigures, options: SetOptions) -> None:
    """Raise SourceError, with the figures, for a pair that does not fit and is to be left out."""
    if options.pair_check == "leave_out" and pair.verdict not in _FITTING:
        raise SourceError(f"the pair does not fit: {describe_pair(pair)}")


def describe_pair(pair: PairFigures) -> str:
    """The verdict in words, with what it rests on."""
    overlap = (
        f"edges overlap {pair.edge_dice:.3f} as they lie, {pair.best_dice:.3f} at best and "
        f"{pair.chance_dice:.3f} by chance"
    )
    right, down = pair.shift_px
    return {
        "aligned": f"both show the same: {overlap}",
        "shifted": f"the infrared picture lies {right} pixels too far left and {down} too high: {overlap}",
        "other_scene": f"the pictures show different scenes: {overlap}",
        "other_size": "the pictures are of different shapes",
        "copy": f"both are one picture: {overlap}, of brightness {pair.brightness_overlap:.3f}",
        "unclear": "one is too dark or too plain for edges to tell",
    }[pair.verdict]

"""Keeps a new run apart from the images that it reads and from other runs."""

from pathlib import Path

from irloom.errors import RunDirError


def refuse_entangled(out: Path, images: Path | None) -> None:
    """Refuse a folder within another run, or one that holds the images or is held by them. RunDirError.

    A run among its own images would be fed with its own pictures when it goes on.
    """
    place = out.resolve()
    for above in place.parents:
        if (above / "run.json").is_file():
            raise RunDirError(f"{out} lies in the run {above}: give `--out` a folder outside of it.")
    if images is None:
        return
    source = images.resolve()
    if place.is_relative_to(source):
        raise RunDirError(
            f"{out} lies in {images}, where the images are: the run's own pictures would count among them. "
            "Give `--out` a folder outside of it."
        )
    if source.is_relative_to(place):
        raise RunDirError(
            f"{images}, where the images are, lies in {out}: give `--out` a folder that does not hold it."
        )

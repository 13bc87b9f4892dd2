"""`irloom doctor --source`: says what a set holds, and what of it does not fit."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.arguments import picture_file
from irloom.cli.backend_checks import Finding
from irloom.errors import ConfigError

if TYPE_CHECKING:
    from irloom.sources.sets.survey import Survey

_LABELS = 20
_SIZES = 6
_PICTURES = ("pairs", "infrared", "visible")


def add_set_options(parser: argparse.ArgumentParser) -> None:
    """Declare what names a set."""
    group = parser.add_argument_group("what a set of pictures holds (nothing else is looked at then)")
    group.add_argument("--source", metavar="NAME", help="the set: llvip, flir, kaist, yolo, folder …")
    group.add_argument("--root", metavar="DIR", type=Path, help="the folder in which it lies")
    group.add_argument("--infrared-folder", metavar="DIR", help="its infrared pictures, below --root")
    group.add_argument("--visible-folder", metavar="DIR", help="its visible pictures, below --root")
    group.add_argument(
        "--annotations-folder", metavar="DIR", help="annotations of voc and yolo, below --root"
    )
    group.add_argument("--pictures", choices=_PICTURES, default="pairs", help="which pictures are read")
    group.add_argument("--parts", metavar="LIST", default="", help="parts that are read, such as train,val")
    group.add_argument("--pair-check", action="store_true", help="also compare the pictures of pairs")
    group.add_argument("--most", metavar="N", type=int, help="images that are looked at (default: 500)")
    group.add_argument(
        "--plot", metavar="FILE", type=picture_file, help="draw the figures into a .png, .svg or .pdf"
    )


def examine_set(arguments: argparse.Namespace) -> Iterator[Finding]:
    """What the set holds, line by line. Raises ConfigError for options that do not fit together."""
    from irloom.sources.sets.options import SetOptions
    from irloom.sources.sets.registry import open_set
    from irloom.sources.sets.survey import MOST, survey_set

    if arguments.source is None or arguments.root is None:
        raise ConfigError(
            "--source and --root belong together: a set's name, and the folder in which it lies"
        )
    most = MOST if arguments.most is None else arguments.most
    if most < 1:
        raise ConfigError(f"--most {most} looks at nothing; give 1 or more")
    options = SetOptions(
        infrared=arguments.infrared_folder,
        visible=arguments.visible_folder,
        annotations=arguments.annotations_folder,
        pictures=arguments.pictures,
        parts=tuple(filter(None, (part.strip() for part in arguments.parts.split(",")))),
        pair_check="tell" if arguments.pair_check else "off",
    )
    found = open_set(arguments.source, arguments.root, options)
    try:
        survey = survey_set(found, most)
        yield from _describe(survey)
        yield from (Finding(True, said) for said in found.told)
        yield from (Finding(False, notice) for notice in found.notices)
    finally:
        found.close()
    if arguments.plot is not None:
        from irloom.sources.sets.survey_plot import plot_survey

        plot_survey(survey, arguments.plot)
        yield Finding(True, f"drawn: {arguments.plot}")


def _describe(survey: "Survey") -> Iterator[Finding]:
    totals = dict(survey.totals)
    main = ", ".join(f"{totals.pop(name):,} {name}" for name in ("images", "pairs", "boxes", "captions"))
    yield Finding(True, f"{survey.name}: {main}")
    if totals:
        yield Finding(True, f"also counted: {_list(totals)}")
    if survey.boxes:
        yield Finding(True, f"boxes by label: {_list(survey.boxes, _LABELS)}")
    of = "all images" if survey.looked_at == survey.totals["images"] else f"{survey.looked_at:,} images"
    yield Finding(True, f"looked at: {of}; sizes: {_list(survey.sizes, _SIZES) or 'none'}")
    yield Finding(True, f"pictures: {_list(survey.pictures) or 'none'}; data: {_list(survey.data) or 'none'}")
    if survey.radiometric:
        yield Finding(True, f"JPEGs with temperatures of a FLIR camera: {survey.radiometric:,}")
    for name, counts in survey.scenes.items():
        yield Finding(True, f"scenes by {name}: {_list(counts, _LABELS)}")
    if survey.pairs:
        yield Finding(True, f"pairs that were compared: {_list(survey.pairs)}")
    yield from (Finding(False, misfit) for misfit in survey.misfits)


def _list(counts: Mapping[str, int], most: int | None = None) -> str:
    listed = [f"{name.replace('_', ' ')} {number:,}" for name, number in counts.items()]
    more = [] if most is None or len(listed) <= most else [f"{len(listed) - most} others"]
    return ", ".join(listed[:most] + more)

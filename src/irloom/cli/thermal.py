"""`irloom thermal FILE…`: shows and converts files of thermal cameras."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.cli.options import add_table, read_table
from irloom.errors import EXIT_DONE, EXIT_SOME_FAILED, ThermalFileError, UserError
from irloom.thermal.picture_settings import PictureSettings
from irloom.thermal.settings import TemperatureUnit, ThermalSettings
from irloom.views.terminal import say, show

if TYPE_CHECKING:
    from irloom.thermal.rendering import Picture
    from irloom.thermal.thermogram import Thermogram

_KINDS = ("csv", "tiff", "picture", "metadata")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.description = (
        "Says what thermal files hold: FLIR's radiometric JPEGs, TIFF and PNG of 16 bits or floats, CPTV, "
        "and others through a program of yours. With --csv, --tiff, --picture or --metadata it writes files, "
        "named after the originals. A file that cannot be read is a line, and the exit code 1."
    )
    parser.add_argument("files", metavar="FILE", nargs="+")
    written = parser.add_argument_group("what to write")
    written.add_argument("--csv", action="store_true", help="temperatures as a table, NAME.celsius.csv")
    written.add_argument("--tiff", action="store_true", help="temperatures as float32, NAME.celsius.tiff")
    written.add_argument("--picture", action="store_true", help="a picture, NAME.thermal.png")
    written.add_argument(
        "--metadata", action="store_true", help="range, camera and what the picture shows, NAME.thermal.json"
    )
    written.add_argument("--kelvin", action="store_true", help="K in place of °C, NAME.kelvin.csv and .tiff")
    written.add_argument("--out", metavar="DIR", help="folder for them (the one you are in)")
    written.add_argument("--force", action="store_true", help="replace files that are there")
    add_table(parser, ThermalSettings)
    add_table(parser, PictureSettings)
    parser.set_defaults(main=main)


@dataclass(frozen=True)
class _Task:
    """What is made of every file."""

    reading: ThermalSettings
    showing: PictureSettings
    unit: TemperatureUnit
    targets: dict[Path, dict[str, Path]]
    """Files to write by kind, for each file that is read."""


def main(arguments: argparse.Namespace) -> int:
    """Read one file after the other, so that any number of them fits into memory."""
    _refuse_without_effect(arguments)
    reading = read_table(arguments, ThermalSettings)
    showing = read_table(arguments, PictureSettings)
    unit: TemperatureUnit = "K" if arguments.kelvin else "C"
    files = [Path(file) for file in dict.fromkeys(arguments.files)]
    targets = {file: dict(_name_targets(file, arguments)) for file in files}
    _check_targets(targets, arguments.force)
    task = _Task(reading, showing, unit, targets)
    failed = [file for file in files if not _treat(file, task)]
    if failed and len(files) > 1:
        say(f"irloom: {len(failed):,} of {len(files):,} files could not be read, or not be shown.")
    return EXIT_SOME_FAILED if failed else EXIT_DONE


def _refuse_without_effect(arguments: argparse.Namespace) -> None:
    kinds = [kind for kind in _KINDS if getattr(arguments, kind)]
    if arguments.kelvin and not {"csv", "tiff"} & {*kinds}:
        raise UserError("--kelvin is for --csv and --tiff: add one of them.")
    if not kinds and (arguments.out is not None or arguments.force):
        raise UserError(
            "--out and --force are for files to write: add --csv, --tiff, --picture or --metadata."
        )
    if not arguments.picture and read_table(arguments, PictureSettings).model_fields_set:
        raise UserError("palette, stretch, range, detail, bar and size are for a picture: add --picture.")


def _name_targets(file: Path, arguments: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    unit = "kelvin" if arguments.kelvin else "celsius"
    ends = {
        "csv": f"{unit}.csv",
        "tiff": f"{unit}.tiff",
        "picture": "thermal.png",
        "metadata": "thermal.json",
    }
    folder = Path(arguments.out) if arguments.out is not None else Path()
    for kind in _KINDS:
        if getattr(arguments, kind):
            yield kind, folder / f"{file.stem}.{ends[kind]}"


def _check_targets(targets: dict[Path, dict[str, Path]], may_replace: bool) -> None:
    """Refuse, before anything is written, what would be lost."""
    sources = {file.resolve(): file for file in targets}
    taken: dict[Path, Path] = {}
    for file, named in targets.items():
        for target in named.values():
            if target in taken:
                raise UserError(
                    f"{taken[target]} and {file} would both be written to {target}: "
                    "convert them one after the other, with another --out each."
                )
            taken[target] = file
            if target.resolve() in sources:
                raise UserError(f"{target} is one of the files to read: give another --out.")
            if target.exists() and not may_replace:
                raise UserError(f"{target} is there already: give another --out, or --force to replace it.")


def _treat(file: Path, task: _Task) -> bool:
    """Show and convert one file; False, with a line, where it cannot be read."""
    from irloom.thermal.facts import tell
    from irloom.thermal.files import read_thermogram
    from irloom.thermal.rendering import render

    try:
        found = read_thermogram(file, task.reading)
        picture = render(found, task.showing) if "picture" in task.targets[file] else None
    except ThermalFileError as error:
        text = str(error)
        say(f"irloom: {text if text.startswith(str(file)) else f'{file}: {text}'}")
        return False
    show(f"{file}: {tell(found)}")
    for kind, target in task.targets[file].items():
        _write(target, _encode(kind, file, found, picture, task.unit))
        show(f"  {target}{_tell_colours(picture) if picture and kind == 'picture' else ''}")
    return True


def _tell_colours(picture: "Picture") -> str:
    said = picture.rendered
    return f": {said.palette}, {said.stretch}, {said.low_c:.1f} to {said.high_c:.1f} °C"


def _encode(
    kind: str, file: Path, found: "Thermogram", picture: "Picture | None", unit: TemperatureUnit
) -> bytes:
    from irloom.thermal.facts import describe
    from irloom.thermal.rendering import encode_png
    from irloom.thermal.tables import encode_csv, encode_tiff

    if kind == "csv":
        return encode_csv(found, unit)
    if kind == "tiff":
        return encode_tiff(found, unit)
    if kind == "picture":
        assert picture is not None
        return encode_png(picture.pixels)
    said = {"file": file.name, **describe(found)}
    if picture is not None:
        said["picture"] = picture.rendered.model_dump(mode="json")
    return f"{json.dumps(said, indent=2, ensure_ascii=False)}\n".encode()


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: a full disk leaves the old file."""
    from irloom.engine.storage import write_atomically

    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, content, "thermal")

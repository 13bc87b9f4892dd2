"""`irloom export RUN`: the accepted data in the form that a training tool reads."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from irloom.cli.terminal import say, show
from irloom.errors import EXIT_DONE, EXIT_USER, UserError


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "export",
        help="write a run's data for a training tool",
        description="Accepted instructions (or pairs) as LLaVA JSON or as JSONL of messages; the edits of a "
        "CIR run as a data set in EDIR's form. A run in progress is exported as far as it is committed.",
    )
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--format", choices=("llava", "messages", "edir"), required=True)
    parser.add_argument("--out", metavar="PATH", required=True, help="file to write; edir: folder")
    parser.add_argument(
        "--data", choices=("instructions", "pairs"), help="which rows: instructions, if left out"
    )
    parser.add_argument(
        "--image-key", choices=("image", "thermal"), help="llava: `thermal` as in the published data"
    )
    parser.add_argument("--absolute", action="store_true", help="absolute image paths; else relative to RUN")
    parser.add_argument(
        "--with-references", action="store_true", help="edir: put the seed images into the corpus too"
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Write the export."""
    if arguments.format == "edir":
        from irloom.cli.export_edir import export_edir

        return export_edir(arguments)
    if arguments.with_references:
        raise UserError("--with-references is for --format edir.")
    return export_rows(arguments)


def export_rows(arguments: argparse.Namespace) -> int:
    """Write rows as they are, each in the form of a training tool."""
    from irloom.export.forms import image_of, to_llava, to_messages
    from irloom.export.writing import write_json_lines, write_json_list
    from irloom.runs.commits import DATA_FILES
    from irloom.runs.directory import OWN_FILES, RunDirectory
    from irloom.runs.reading import iterate_rows

    root, out = Path(arguments.run), Path(arguments.out)
    data = arguments.data or "instructions"
    if arguments.image_key == "thermal" and arguments.format != "llava":
        raise UserError("--image-key thermal is for --format llava.")
    if out.is_dir():
        raise UserError(f"--out {out} is a folder: name a file.")
    flow = RunDirectory.open(root).about["flow"]
    if not (root / f"{data}.jsonl").exists() and data not in DATA_FILES.get(flow, ()):
        raise UserError(f"{root} is a run of the flow {flow!r}, which makes no {data}.")
    if out.resolve().parent == root.resolve() and out.name in OWN_FILES:
        raise UserError(f"--out {out} is the run's own file: name another.")
    base = root.absolute() if arguments.absolute else Path()
    missing: list[str] = []

    def items() -> Iterator[Mapping[str, Any]]:
        for row in iterate_rows(root, data):
            if not (root / image_of(row)).is_file():
                missing.append(image_of(row))
            image = str(base / image_of(row))
            yield (
                to_llava(row, image, arguments.image_key or "image")
                if arguments.format == "llava"
                else to_messages(row, image)
            )

    write = write_json_list if arguments.format == "llava" else write_json_lines
    count = write(out, items())
    paths = "absolute" if arguments.absolute else f"relative to {root}"
    show(f"{count:,} {data} are in {out}; image paths are {paths}.")
    if not count:
        show(f"There are no {data}: `irloom inspect {root}` says how the run stands.")
    if missing:
        say(f"irloom: {len(set(missing)):,} of their images are missing, such as {root / missing[0]}.")
    return EXIT_USER if missing else EXIT_DONE

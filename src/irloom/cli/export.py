"""`irloom export RUN|SET`: accepted data, or a part of a question set, as a training tool reads it."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.errors import EXIT_DONE, EXIT_USER, UserError
from irloom.views.terminal import say, show

if TYPE_CHECKING:
    from irloom.export.options import ExportOptions
    from irloom.export.run import ExportReport
    from irloom.pipelines.flow import Form

_FORMS = ("llava", "sharegpt", "messages", "parquet")
_OF_ROWS = (
    *("data", "image_key", "absolute", "copy_images", "force", "outcome", "min_score", "task"),
    *("unjudged", "licence", "marked", "split", "seed", "drop_duplicates"),
)
"""Options of these forms, which those of a whole run do not take: they choose by rules of their own."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.description = (
        "Accepted instructions (or other rows) as LLaVA JSON, as ShareGPT for LLaMA-Factory, as "
        "JSONL of messages, or as Parquet with images and a data card; or a form that a flow brings. A run "
        "in progress is exported as far as it is committed. Of a question set a part becomes a folder."
    )
    forms = _list_forms()
    parser.add_argument("run", metavar="RUN|SET")
    parser.add_argument("--format", choices=(*_FORMS, *(form.name for form in forms)), required=True)
    parser.add_argument(
        "--out",
        metavar="PATH",
        required=True,
        help="file to write; sharegpt, parquet, --split, --copy-images: folder",
    )
    parser.add_argument("--part", choices=("train", "test"), help="question sets: which part")
    parser.add_argument("--data", metavar="NAME", help="which rows, such as pairs: instructions, if left out")
    parser.add_argument(
        "--image-key", choices=("image", "thermal"), help="llava: `thermal` as in the published data"
    )
    parser.add_argument("--absolute", action="store_true", help="absolute image paths; else relative to RUN")
    parser.add_argument("--copy-images", action="store_true", help="JSON: a folder with the images in it")
    parser.add_argument("--force", action="store_true", help="write over a file that no export made")
    for form in forms:
        group = parser.add_argument_group(f"{form.name}: {form.help}")
        for flag, said in form.flags.items():
            group.add_argument(f"--{flag}", action="store_true", help=said)
    _add_conditions(parser)
    parser.set_defaults(main=main)


def _list_forms() -> "list[Form]":
    from irloom.pipelines.registry import load_flows

    return [form for flow in load_flows()[0] for form in flow.forms]


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    conditions = parser.add_argument_group(f"which rows (for {', '.join(_FORMS)})")
    conditions.add_argument(
        "--outcome",
        type=_read_list,
        metavar="LIST",
        help="such as accepted,failed, or the flow's words for them; all but unjudged rows, if left out",
    )
    conditions.add_argument("--unjudged", action="store_true", help="also rows that nobody judged")
    conditions.add_argument(
        "--licence",
        type=_read_list,
        metavar="LIST",
        help="such as by,by-sa,cc0: only rows of photographs with these; unknown ones are left out",
    )
    conditions.add_argument(
        "--min-score", type=float, metavar="S", help="pairs: least score of the chosen caption"
    )
    conditions.add_argument(
        "--task", type=_read_list, metavar="LIST", help="such as reasoning; questions: their dimension"
    )
    conditions.add_argument("--marked", action="store_true", help="only samples marked in `irloom view`")
    conditions.add_argument(
        "--split",
        type=_read_splits,
        metavar="SHARES",
        help="such as train=0.9,val=0.05,test=0.05; an image, and images alike, are in one split only",
    )
    conditions.add_argument("--seed", type=int, metavar="N", help="another draw of the splits")
    conditions.add_argument(
        "--drop-duplicates",
        choices=("exact", "near"),
        help="exact: same text and image bytes; near: nearly the same words and image",
    )


def main(arguments: argparse.Namespace) -> int:
    """Write the export."""
    from irloom.question_sets.reader import is_set

    if is_set(Path(arguments.run)):
        return export_questions(arguments)
    _refuse(arguments, ["part"], "is for question sets, as `irloom build` makes them.")
    for form in _list_forms():
        if form.name == arguments.format:
            others = [name for name in _OF_ROWS if name not in form.takes]
            _refuse(arguments, others, f"is not for --format {form.name}.")
            show("\n".join(form.write(arguments)))
            return EXIT_DONE
        own = [flag.replace("-", "_") for flag in form.flags]
        _refuse(arguments, own, f"is for --format {form.name}.")
    return export_rows(arguments)


def _refuse(arguments: argparse.Namespace, names: Sequence[str], why: str) -> None:
    """Refuse an option that would be without effect."""
    for name in names:
        if (said := getattr(arguments, name)) is not None and said is not False:
            raise UserError(f"--{name.replace('_', '-')} {why}")


def export_questions(arguments: argparse.Namespace) -> int:
    """Write a part of a question set as instructions, and say what must not be met."""
    from irloom.question_sets.export import export_set
    from irloom.question_sets.reader import open_set

    root, out, part = Path(arguments.run), Path(arguments.out), arguments.part
    if arguments.format not in _FORMS:
        raise UserError(f"--format {arguments.format} is not for question sets: use {', '.join(_FORMS)}.")
    if part is None:
        raise UserError("--part is missing: a model is tuned on `train`, and measured by `test`.")
    _refuse(arguments, [name for name in _OF_ROWS if name != "task"], "is not for question sets.")
    written = export_set(open_set(root), part, arguments.format, out, arguments.task or ())
    show(f"{sum(written.tasks.values()):,} questions of the part {part!r} are in {out}; images are in it.")
    if part == "test":
        say("irloom: this is the part that measures models: what is trained on it cannot be measured by it.")
    for name, digest in written.must_not_meet.items():
        show(f"  what is tuned on it must not meet the part {name!r}: {digest}")
    return EXIT_DONE


def export_rows(arguments: argparse.Namespace) -> int:
    """Write rows as they are, each in the form of a training tool."""
    from irloom.cli.progress import counting_reporter
    from irloom.engine.directory import RunDirectory
    from irloom.export.options import ExportOptions
    from irloom.export.run import export_run
    from irloom.export.selection import choose_data
    from irloom.pipelines.registry import name_outcomes
    from irloom.sources.licences import read_licences
    from irloom.views.outcomes import find_outcome

    root, out = Path(arguments.run), Path(arguments.out)
    labels = name_outcomes(RunDirectory.open(root).flow)
    options = ExportOptions(
        form=arguments.format,
        data=arguments.data or choose_data(root),
        image_key=arguments.image_key or "image",
        absolute=arguments.absolute,
        copy_images=arguments.copy_images,
        unjudged=arguments.unjudged,
        licences=read_licences(arguments.licence or ()),
        outcomes=tuple(find_outcome(word, labels) for word in arguments.outcome or ()),
        min_score=arguments.min_score,
        tasks=arguments.task or (),
        marked=arguments.marked,
        splits=arguments.split or {},
        seed=arguments.seed or 0,
        drop_duplicates=arguments.drop_duplicates,
    )
    report = export_run(root, out, options, arguments.force, counting_reporter())
    show("\n".join(_describe(report, options, root, out)))
    if report.missing:
        example = root / min(report.missing)
        say(f"irloom: {len(report.missing):,} of their images are missing, such as {example}.")
    if report.changed:
        example = root / min(report.changed)
        say(
            f"irloom: {len(report.changed):,} of their images are not the pictures that were committed, "
            f"such as {example}: put the originals back."
        )
    return EXIT_USER if report.missing or report.changed else EXIT_DONE


def _describe(report: "ExportReport", options: "ExportOptions", root: Path, out: Path) -> list[str]:
    lines = [f"{report.rows:,} {options.data} are in {out}; {_tell_images(options, root)}."]
    if options.splits:
        lines += _tell_splits(report, options)
    if options.image_key == "thermal":
        lines.append("  `thermal` is the key of the published infrared data: stock LLaVA reads `image` alone")
    if report.passed_over:
        lines.append(f"  {report.passed_over:,} did not fit the conditions")
    if report.unjudged:
        lines.append(f"  {report.unjudged:,} that nobody judged were left out: --unjudged takes them")
    if report.unlicensed:
        lines.append(f"  {report.unlicensed:,} have no licence of {', '.join(options.licences)}")
    if report.lacking:
        lines.append(f"  {report.lacking}")
    if report.dropped:
        where = out / "dropped.jsonl" if options.makes_folder else f"{out}.dropped.jsonl"
        lines.append(f"  {report.dropped:,} duplicates were dropped: {where}")
    return lines


def _tell_images(options: "ExportOptions", root: Path) -> str:
    if options.form == "parquet" or options.copy_images:
        return "images are in it"
    if options.image_key == "thermal":
        return f"images are named by their base names, and lie in {root / 'images'}"
    return "image paths are absolute" if options.absolute else f"image paths are relative to {root}"


def _tell_splits(report: "ExportReport", options: "ExportOptions") -> list[str]:
    """What is in which split, and what could be in none."""
    names = {options.name_split(name): count for name, count in report.splits.items()}
    lines = ["  " + ", ".join(f"{name} {count:,}" for name, count in names.items())]
    if empty := [name for name, count in names.items() if not count]:
        lines.append(f"  nothing fell into {', '.join(empty)}, which has no file: there are too few groups")
    if report.between:
        lines.append(f"  {report.between:,} are like rows of two splits, and are in neither")
    if report.unseen:
        lines.append(
            f"  {report.unseen:,} of {report.photographs:,} photographs are not where the run read them, or "
            "cannot be read: copies of these under other names may be in two splits"
        )
    return lines


def _read_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _read_splits(text: str) -> dict[str, float]:
    splits: dict[str, float] = {}
    for part in _read_list(text):
        name, _, share = part.partition("=")
        try:
            splits[name] = float(share)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{part!r} is no share: write train=0.9,val=0.05,test=0.05"
            ) from None
    return splits
